use super::point::MOST_RUNNING;
use super::*;

fn snapshot(text: &str) -> Position {
    Position::of_snapshot(text, 0).expect("a snapshot")
}

#[test]
fn a_snapshot_is_read_as_postgresql_writes_it() {
    assert_eq!(snapshot("10:10:"), Position { end: 10, running: vec![] });
    assert_eq!(snapshot("10:20:10,14"), Position { end: 20, running: vec![10, 14] });
    let shifted = Position::of_snapshot("10:20:10,14", 1000);
    assert_eq!(shifted, Some(Position { end: 1020, running: vec![1010, 1014] }));
    for wrong in ["", "10", "10:20", "10:x:", "10:20:a"] {
        assert_eq!(Position::of_snapshot(wrong, 0), None, "{wrong}");
    }
}

#[test]
fn a_position_is_the_same_after_its_way_to_a_client_and_back() {
    for position in [snapshot("10:10:"), snapshot("10:20:10,14"), Position::up_to(7)] {
        let sent = serde_json::to_string(&position).unwrap();
        assert_eq!(serde_json::from_str::<Position>(&sent).unwrap(), position);
    }
}

#[test]
fn of_too_many_running_transactions_the_later_ones_count_as_not_seen() {
    let running: Vec<String> = (100..200).map(|xid| xid.to_string()).collect();
    let position = snapshot(&format!("100:300:{}", running.join(",")));
    assert_eq!(position.running.len(), MOST_RUNNING);
    assert_eq!(position.end, 132);
    assert!(serde_json::to_string(&position).unwrap().len() < 200);
}

#[test]
fn what_a_client_made_up_is_harmless() {
    for text in ["[9223372036854775807,[-1,-9223372036854775808]]", "[-9223372036854775808,[1]]"] {
        let position: Position = serde_json::from_str(text).unwrap();
        assert!(position.running.is_sorted());
    }
}
