use super::{Wanted, attachment, wanted};

#[test]
fn one_range_of_bytes_is_understood() {
    for (asked, expected) in [
        ("bytes=0-0", Wanted::Part(0..1)),
        ("bytes=2-5", Wanted::Part(2..6)),
        ("bytes=2-500", Wanted::Part(2..10)),
        ("bytes=7-", Wanted::Part(7..10)),
        ("bytes=-3", Wanted::Part(7..10)),
        ("bytes=-30", Wanted::Part(0..10)),
        ("bytes=10-", Wanted::Nothing),
        ("bytes=10-12", Wanted::Nothing),
        ("bytes=-0", Wanted::Nothing),
        ("bytes=99999999999999999999999-", Wanted::Nothing),
        ("bytes=5-2", Wanted::Whole),
        ("bytes=0-1,3-4", Wanted::Whole),
        ("bytes=-", Wanted::Whole),
        ("bytes=+1-2", Wanted::Whole),
        ("lines=1-2", Wanted::Whole),
        ("", Wanted::Whole),
    ] {
        assert_eq!(wanted(Some(asked), 10), expected, "{asked}");
    }
    assert_eq!(wanted(None, 10), Wanted::Whole);
}

#[test]
fn a_name_ends_neither_its_quotes_nor_its_header() {
    assert_eq!(
        attachment("hui \"Māori\"; x=\r\n.pdf"),
        "attachment; filename=\"hui _M_ori__ x___.pdf\"; \
         filename*=UTF-8''hui%20%22M%C4%81ori%22%3B%20x%3D%0D%0A.pdf"
    );
}
