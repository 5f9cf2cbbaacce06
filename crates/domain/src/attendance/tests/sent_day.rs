use proptest::prelude::*;

use super::{book, counts, date, half_days};
use crate::attendance::{DayFault, HalfDayCounts, ReadDay, SentDay, SlotCodes};

fn read(day: SentDay<'_>) -> Result<ReadDay, DayFault> {
    day.read(date("2026-03-03"), &book())
}

fn by_codes(codes: &str) -> String {
    read(SentDay { codes: Some(codes), ..SentDay::default() }).unwrap().half_days.to_string()
}

fn by_halves(morning: Option<&str>, afternoon: Option<&str>) -> Result<ReadDay, DayFault> {
    read(SentDay { morning, afternoon, ..SentDay::default() })
}

fn by_counts(counts: HalfDayCounts) -> Result<ReadDay, DayFault> {
    read(SentDay { counts: Some(counts), ..SentDay::default() })
}

#[test]
fn counts_stand_whatever_the_codes_beside_them_say() {
    let day =
        SentDay { counts: Some(counts(2, 0, 0, 0)), codes: Some(".???.??Y"), ..SentDay::default() };
    let read = read(day).unwrap();
    assert_eq!(read.half_days, half_days("pp"));
    assert_eq!(read.codes, SlotCodes::new(".???.??Y").unwrap());
    assert_eq!(read.unknown_codes, ['Y']);
}

#[test]
fn counts_need_no_codes_and_may_be_of_none_one_or_two_half_days() {
    let of = |counts| by_counts(counts).map(|day| day.half_days.to_string());
    assert_eq!(of(counts(0, 0, 0, 0)), Ok("-".into()));
    assert_eq!(of(counts(0, 1, 0, 0)), Ok("j".into()));
    assert_eq!(of(counts(1, 0, 1, 0)), Ok("pu".into()));
    assert!(by_counts(counts(1, 0, 0, 0)).unwrap().codes.is_empty());
    assert!(matches!(of(counts(1, 1, 1, 0)), Err(DayFault::OverTwoHalfDays(_))));
}

#[test]
fn a_morning_and_an_afternoon_are_a_half_day_each() {
    let of = |morning, afternoon| {
        by_halves(morning, afternoon).map(|day| (day.half_days.to_string(), day.codes.to_string()))
    };
    let text = |half_days: &str, codes: &str| Ok((half_days.to_owned(), codes.to_owned()));
    assert_eq!(of(Some("P"), Some("?")), text("pu", "P?"));
    assert_eq!(of(Some("M"), Some("M")), text("jj", "MM"));
    assert_eq!(of(Some("P"), None), text("p", "P."));
    assert_eq!(of(None, Some("M")), text("j", ".M"));
    assert_eq!(of(Some("."), Some("M")), text("j", ".M"));
    assert_eq!(of(Some("Y"), Some("P")), text("px", "YP"));
    assert_eq!(of(Some("PM"), None), Err(DayFault::NotOneCode));
    assert_eq!(of(Some("!"), None), Err(DayFault::NotACode('!')));
}

#[test]
fn slots_are_cut_in_the_middle_of_those_that_are_used() {
    assert_eq!(by_codes("PP??"), "pu");
    assert_eq!(by_codes("..PP??"), "pu");
    assert_eq!(by_codes("P.P..?.?"), "pu");
    // The odd one belongs to the morning: here it is the morning's only one absent, ...
    assert_eq!(by_codes("PP?PP"), "pp");
    // ... and here it turns the morning.
    assert_eq!(by_codes("P??PP"), "pu");
    assert_eq!(by_codes("??PPP"), "pu");
    assert_eq!(by_codes("P"), "p");
    assert_eq!(by_codes("......"), "-");
}

#[test]
fn a_half_day_is_present_when_half_of_its_slots_are() {
    assert_eq!(by_codes("PMPM"), "pp");
    assert_eq!(by_codes("PMMP"), "pp");
    // Two of five are less than half, three of five are more.
    assert_eq!(by_codes("PPMMMPPMPM"), "pj");
    // One of three is not half.
    assert_eq!(by_codes("PMMPPP"), "pj");
    assert_eq!(by_codes("PM?PPP"), "pu");
    assert_eq!(by_codes("M?PP"), "pu");
    assert_eq!(by_codes("MM?PPP"), "pj");
}

#[test]
fn unclassified_slots_have_no_say_unless_there_are_no_others() {
    assert_eq!(by_codes("PYYPP."), "pp");
    assert_eq!(by_codes("YYMPPP"), "pj");
    assert_eq!(by_codes("YYPP"), "px");
    assert_eq!(by_codes("ZZPP"), "px");
    assert_eq!(by_codes("YYYY"), "xx");
}

#[test]
fn unknown_codes_are_told_once_each_and_known_ones_without_category_are_not() {
    let day = SentDay { codes: Some("YZHYP"), ..SentDay::default() };
    assert_eq!(read(day).unwrap().unknown_codes, ['H', 'Y']);
    let before = day.read(date("2025-01-26"), &book()).unwrap();
    assert_eq!(before.unknown_codes, ['Y']);
}

#[test]
fn a_code_that_the_set_leaves_unclassified_is_told_unless_the_sender_says_how_it_counts() {
    let day = |categories| SentDay { codes: Some("ZZPZ"), categories, ..SentDay::default() };
    assert_eq!(read(day(None)).unwrap().unclassified_codes, ['Z']);
    assert_eq!(read(day(Some("PP.."))).unwrap().unclassified_codes, ['Z']);
    let told = read(day(Some("PP.U"))).unwrap();
    assert_eq!((told.unclassified_codes, told.half_days.to_string()), (vec![], "pp".to_owned()));
    let counted = SentDay { counts: Some(counts(2, 0, 0, 0)), ..day(None) };
    assert_eq!(read(counted).unwrap().unclassified_codes, Vec::<char>::new());
}

#[test]
fn a_category_is_asked_for_codes_without_one_only() {
    let of = |codes, categories| {
        let day =
            SentDay { codes: Some(codes), categories: Some(categories), ..SentDay::default() };
        read(day).map(|day| (day.half_days.to_string(), day.unknown_codes))
    };
    assert_eq!(of("YYYY", "PPJJ"), Ok(("pj".into(), vec!['Y'])));
    assert_eq!(of("PPPP", "UUUU"), Ok(("pp".into(), vec![])));
    assert_eq!(of("ZZ", "PP"), Ok(("pp".into(), vec![])));
    // Slots and categories are counted together: an unused slot has its place in both.
    assert_eq!(of(".Y.Y", ".J.U"), Ok(("ju".into(), vec!['Y'])));
    assert_eq!(of("YY", "U"), Ok(("ux".into(), vec!['Y'])));
    assert_eq!(of("Y", "UPP"), Ok(("u".into(), vec!['Y'])));
    assert_eq!(of("Y", "."), Ok(("x".into(), vec!['Y'])));
    assert_eq!(of("Y", "u"), Err(DayFault::NotACategory('u')));
    assert_eq!(of("Y", "PPPPPPPPPPP"), Err(DayFault::TooManySlots));
    assert_eq!(of("", "P"), Err(DayFault::CategoriesWithoutCodes));
}

#[test]
fn a_day_that_says_nothing_is_refused() {
    assert_eq!(read(SentDay::default()), Err(DayFault::NothingSent));
    let empty = SentDay {
        morning: Some(""),
        afternoon: Some(""),
        codes: Some(""),
        categories: Some(""),
        counts: None,
    };
    assert_eq!(read(empty), Err(DayFault::NothingSent));
}

#[test]
fn a_day_comes_in_one_form() {
    let halves = SentDay { afternoon: Some("P"), ..SentDay::default() };
    let with_counts = SentDay { counts: Some(counts(1, 0, 0, 0)), ..halves };
    assert_eq!(read(with_counts), Err(DayFault::TwoForms));
    assert_eq!(read(SentDay { codes: Some("P"), ..halves }), Err(DayFault::TwoForms));
    assert!(read(SentDay { codes: Some(""), ..halves }).is_ok());
}

#[test]
fn a_day_has_ten_slots_of_letters_digits_and_question_marks() {
    let of = |codes: &str| read(SentDay { codes: Some(codes), ..SentDay::default() }).map(|_| ());
    assert_eq!(of("PPPPPPPPPP"), Ok(()));
    assert_eq!(of("PPPPPPPPPPP"), Err(DayFault::TooManySlots));
    for wrong in [' ', '-', '\n', 'ā', '!', '\u{0}'] {
        assert_eq!(of(&format!("P{wrong}")), Err(DayFault::NotACode(wrong)));
    }
}

#[test]
fn codes_are_written_as_they_are_and_none_as_a_dash() {
    for text in ["-", "P", "..P?", "...", "aZ09"] {
        assert_eq!(text.parse::<SlotCodes>().unwrap().to_string(), text);
    }
    assert!("-".parse::<SlotCodes>().unwrap().is_empty());
    assert!("".parse::<SlotCodes>().is_err());
    assert!("P-".parse::<SlotCodes>().is_err());
}

/// The rule again, in letters and percents.
fn expected(codes: &str) -> String {
    let used: Vec<char> = codes.chars().filter(|c| *c != '.').collect();
    let afternoon = used.len() / 2;
    let (morning, afternoon) = used.split_at(used.len() - afternoon);
    let of = |slots: &[char]| {
        let share = |code| {
            let classified = slots.iter().filter(|c| **c != 'Y').count();
            (slots.iter().filter(|c| **c == code).count() * 100).checked_div(classified)
        };
        match (slots.is_empty(), share('P'), share('?') >= share('M')) {
            (true, _, _) => "",
            (_, None, _) => "x",
            (_, Some(50..), _) => "p",
            (_, _, true) => "u",
            (_, _, false) => "j",
        }
    };
    let day = [of(morning), of(afternoon)].concat();
    let mut letters: Vec<char> = day.chars().collect();
    letters.sort_by_key(|letter| "pjux".find(*letter));
    if letters.is_empty() { "-".into() } else { letters.into_iter().collect() }
}

proptest! {
    #[test]
    fn slots_make_the_half_days_of_the_rule(codes in "[PM?Y.]{1,10}") {
        prop_assert_eq!(by_codes(&codes), expected(&codes), "{}", codes);
    }

    #[test]
    fn a_day_by_its_halves_is_a_day_of_two_slots(codes in "[PM?Y]{2}") {
        let (morning, afternoon) = codes.split_at(1);
        let halves = by_halves(Some(morning), Some(afternoon));
        prop_assert_eq!(halves, read(SentDay { codes: Some(&codes), ..SentDay::default() }));
    }

    #[test]
    fn whatever_is_sent_is_read_or_refused(
        codes in ".{0,12}", categories in "[PJU.x]{0,12}", date in 0u64..6000,
    ) {
        let day = SentDay {
            codes: Some(&codes), categories: Some(&categories), ..SentDay::default()
        };
        let date = super::date("2015-01-01") + chrono::Days::new(date);
        if let Ok(read) = day.read(date, &book()) {
            prop_assert_eq!(read.codes.as_str(), codes);
        }
    }
}
