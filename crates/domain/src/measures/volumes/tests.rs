use proptest::prelude::*;

use super::{DaysToAccept, Sustained, Volume};
use crate::outcomes::SustainedAttendance;

fn days(each: &[u16]) -> DaysToAccept {
    let mut days = DaysToAccept::default();
    each.iter().for_each(|one| days.add(*one, 1));
    days
}

#[test]
fn a_percentile_is_a_number_of_days_that_somebody_took() {
    assert_eq!(days(&[]).percentile(50), None);
    assert_eq!(days(&[3]).percentile(50), Some(3));
    assert_eq!(days(&[1, 2, 3, 4]).percentile(50), Some(2));
    assert_eq!(days(&[1, 2, 3, 4, 5]).percentile(50), Some(3));
    assert_eq!(days(&[0, 0, 0, 0, 0, 0, 0, 0, 0, 9]).percentile(90), Some(0));
    assert_eq!(days(&[0, 0, 0, 0, 0, 0, 0, 0, 9, 9]).percentile(90), Some(9));
}

proptest! {
    #[test]
    fn it_is_the_one_at_its_rank_among_all_of_them_in_order(
        mut each in proptest::collection::vec(0_u16..40, 1..200), percent in 1_u64..=100
    ) {
        let found = days(&each).percentile(percent).unwrap();
        each.sort_unstable();
        let within = each.iter().filter(|one| **one <= found).count();
        let before = each.iter().filter(|one| **one < found).count();
        let (all, percent) = (each.len(), usize::try_from(percent).unwrap());
        prop_assert!(within * 100 >= all * percent);
        prop_assert!(before * 100 < all * percent);
    }
}

#[test]
fn shares_are_of_what_is_judged_and_of_what_came_in() {
    let mut sustained = Sustained::default();
    for (how, cases) in [
        (SustainedAttendance::Over, 1),
        (SustainedAttendance::NotOver, 2),
        (SustainedAttendance::Pending, 5),
        (SustainedAttendance::TooLittleAttendance, 7),
    ] {
        sustained.add_many(how, cases);
    }
    assert_eq!(sustained.rate_ten_thousandths(), Some(3333));
    assert_eq!(Sustained::default().rate_ten_thousandths(), None);
    let volume = Volume { received: 8, in_school: 2, open: 3, ..Volume::default() };
    assert_eq!((volume.accepted(), volume.in_school_ten_thousandths()), (3, Some(2500)));
}
