use super::{of_media_type, thousandths};

#[test]
fn a_quality_has_three_decimals_at_the_most() {
    for (written, weight) in [
        ("1", Some(1000)),
        ("1.0", Some(1000)),
        ("1.000", Some(1000)),
        ("0", Some(0)),
        ("0.5", Some(500)),
        ("0.05", Some(50)),
        ("0.005", Some(5)),
        ("0.", Some(0)),
        ("0.1234", None),
        ("2", None),
        ("-1", None),
        ("", None),
        ("half", None),
        ("0.x", None),
    ] {
        assert_eq!(thousandths(written), weight, "{written:?}");
    }
}

#[test]
fn a_media_type_weighs_what_the_caller_gives_it() {
    const CSV: &str = "text/csv";
    for (accept, weight) in [
        ("text/csv", 1000),
        ("TEXT/CSV", 1000),
        ("application/json, text/csv;q=0.3", 300),
        ("text/csv; header=present; q=0.3, application/json", 300),
        ("text/csv;q=0.1, text/csv;q=0.9", 900),
        ("text/csv;q=0", 0),
        // A weight that can not be read is none.
        ("text/csv;q=much", 0),
        ("application/json", 0),
        // Ranges name no media type.
        ("*/*", 0),
        ("text/*", 0),
        ("", 0),
        ("text/csv2", 0),
    ] {
        assert_eq!(of_media_type(accept, CSV), weight, "{accept:?}");
    }
}
