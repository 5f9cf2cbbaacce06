use super::{Cell, field};

#[test]
fn a_text_is_never_a_formula() {
    for (text, expected) in [
        ("Example College", "Example College"),
        ("=1+1", "'=1+1"),
        ("+64", "'+64"),
        ("-2", "'-2"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "\"'\r=1\""),
        ("＝1", "'＝1"),
        ("=HYPERLINK(\"x\",\"y\")", "\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\""),
        ("a, b", "\"a, b\""),
        ("two\nlines", "\"two\nlines\""),
        ("Te Kura o Ōtara", "Te Kura o Ōtara"),
    ] {
        assert_eq!(field(&Cell::Text(text.to_owned())), expected, "{text}");
    }
}

#[test]
fn numbers_are_plain() {
    assert_eq!(field(&Cell::Nothing), "");
    assert_eq!(field(&Cell::Count(1_000_000)), "1000000");
    assert_eq!(field(&Cell::Share(8_333)), "0.8333");
    assert_eq!(field(&Cell::Share(10_000)), "1.0000");
    assert_eq!(field(&Cell::Share(7)), "0.0007");
    assert_eq!(field(&Cell::Truth(true)), "true");
}
