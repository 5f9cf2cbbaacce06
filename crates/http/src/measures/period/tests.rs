use super::{Period, PeriodNames, quarter_of};

#[test]
fn a_quarter_is_three_months() {
    let dates = |text| quarter_of(text).map(|(from, to)| format!("{from} {to}"));
    assert_eq!(dates("2026-Q1").as_deref(), Some("2026-01-01 2026-03-31"));
    assert_eq!(dates("2024-Q4").as_deref(), Some("2024-10-01 2024-12-31"));
    for text in ["2026-Q0", "2026-Q5", "2026-1", "26-Q1", "+026-Q1x", "2026-Q11"] {
        assert_eq!(dates(text), None, "{text}");
    }
}

#[test]
fn periods_are_named_with_commas_between_them() {
    let labels = |names: &str| {
        let names = PeriodNames(names.to_owned());
        let periods = Period::default().or_several(Some(&names)).ok()?;
        Some(periods.iter().map(Period::label).collect::<Vec<_>>())
    };
    let all = labels("2026-T1,2025-4,2026-Q2,2026,2026-holidays").unwrap();
    assert_eq!(all, ["2026-T1", "2025-T4", "2026-Q2", "2026", "2026-holidays"]);
    for wrong in ["", "2026-T1,", "2026-T1,2026-1", "2026-Q9", "2026-T1 ,2026-T2", "term 1"] {
        assert_eq!(labels(wrong), None, "{wrong}");
    }
    let year = || Period { year: Some(2026), ..Period::default() };
    assert!(year().or_several(None).is_ok());
    assert!(year().or_several(Some(&PeriodNames("2026-T1".to_owned()))).is_err());
}
