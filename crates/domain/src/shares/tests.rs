use proptest::prelude::*;

use super::ten_thousandths;

#[test]
fn a_share_is_rounded_half_up() {
    for (numerator, denominator, share) in [
        (0, 1, Some(0)),
        (1, 1, Some(10_000)),
        (1, 3, Some(3333)),
        (2, 3, Some(6667)),
        (1, 20_000, Some(1)),
        (1, 20_001, Some(0)),
        (1, 0, None),
        (0, 0, None),
    ] {
        assert_eq!(ten_thousandths(numerator, denominator), share, "{numerator} of {denominator}");
    }
}

proptest! {
    /// No further from the share than half a ten-thousandth, and a part and the rest make the whole, give or
    /// take the one that both round up.
    #[test]
    fn a_share_is_the_nearest(denominator in 1..5_000_000_u64, part in 0..=10_000_u64) {
        let numerator = denominator * part / 10_000;
        let share = ten_thousandths(numerator, denominator).expect("a share");
        let apart = (share * denominator).abs_diff(numerator * 10_000);
        prop_assert!(apart * 2 <= denominator, "{} of {}: {}", numerator, denominator, share);
        let rest = ten_thousandths(denominator - numerator, denominator).expect("a share");
        prop_assert!((10_000..=10_001).contains(&(share + rest)));
    }
}
