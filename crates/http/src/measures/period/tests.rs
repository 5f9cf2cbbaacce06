use super::quarter_of;

#[test]
fn a_quarter_is_three_months() {
    let dates = |text| quarter_of(text).map(|(from, to)| format!("{from} {to}"));
    assert_eq!(dates("2026-Q1").as_deref(), Some("2026-01-01 2026-03-31"));
    assert_eq!(dates("2024-Q4").as_deref(), Some("2024-10-01 2024-12-31"));
    for text in ["2026-Q0", "2026-Q5", "2026-1", "26-Q1", "+026-Q1x", "2026-Q11"] {
        assert_eq!(dates(text), None, "{text}");
    }
}
