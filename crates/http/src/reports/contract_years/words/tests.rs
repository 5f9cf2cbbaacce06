use super::dollars;

#[test]
fn amounts_are_written_with_commas_and_two_digits_of_cents() {
    for (cents, written) in [
        (0, "$0.00"),
        (5, "$0.05"),
        (99_999, "$999.99"),
        (100_000, "$1,000.00"),
        (123_456_789, "$1,234,567.89"),
        (-150, "−$1.50"),
    ] {
        assert_eq!(dollars(cents), written);
    }
}
