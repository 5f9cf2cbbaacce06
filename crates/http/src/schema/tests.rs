use super::{escaped, unknown_member};

const KNOWN: [&str; 5] = ["dueOn", "dueInBusinessDays", "title", "assigneeId", "id"];

fn said(member: &str) -> String {
    unknown_member(member, KNOWN.into_iter())
}

#[test]
fn a_slip_of_the_keyboard_is_told_from_another_name() {
    for (sent, meant) in [
        ("titel", "title"),
        ("Title", "title"),
        ("dueon", "dueOn"),
        ("due_on", "dueOn"),
        ("asigneeId", "assigneeId"),
        ("dueInBuisnessDays", "dueInBusinessDays"),
    ] {
        assert_eq!(said(sent), format!("is not a member; `{meant}` is"), "{sent}");
    }
    for sent in ["", "x", "ix", "owner", "comment", "status", "dueInWeeks"] {
        assert_eq!(said(sent), "is not a member", "{sent}");
    }
}

/// Nobody meant a name of thousands of letters, and comparing it would take long.
#[test]
fn a_long_name_is_not_compared() {
    let long = "title".repeat(13);
    assert_eq!(said(&long), "is not a member");
    assert_eq!(unknown_member(&long, [long.as_str()].into_iter()), "is not a member");
}

/// RFC 6901, section 5.
#[test]
fn a_name_is_a_part_of_a_pointer() {
    for (name, part) in
        [("", ""), ("a/b", "a~1b"), ("m~n", "m~0n"), ("~1", "~01"), ("dueOn", "dueOn")]
    {
        assert_eq!(escaped(name), part, "{name:?}");
    }
}
