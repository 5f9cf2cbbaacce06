use super::*;

fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn list(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn blank() -> Particulars {
    Particulars::default()
}

fn referral(id: ReferralId) -> TiedReferral {
    TiedReferral { id, case_id: None, predecessor_id: None, came_under: None }
}

fn under(side: PartedRecord, id: ReferralId) -> TiedReferral {
    TiedReferral { came_under: Some(side), ..referral(id) }
}

/// What goes back where nothing waits again.
fn back(moved: TiedRecords, referrals: &[TiedReferral], cases: &[TiedCase]) -> TiedRecords {
    let parting = going_back(moved, referrals, cases);
    assert!(parting.apart.is_empty(), "{parting:?}");
    parting.back
}

fn moved(referrals: &[ReferralId], cases: &[CaseId]) -> TiedRecords {
    TiedRecords {
        referrals: referrals.iter().copied().collect(),
        cases: cases.iter().copied().collect(),
    }
}

#[test]
fn two_open_cases_are_never_one_students() {
    assert_eq!(may_join(false, (true, true)), Err(MergeRefusal::BothHaveOpenCases));
    for open in [(true, false), (false, true), (false, false)] {
        assert_eq!(may_join(false, open), Ok(()));
        assert_eq!(may_join(true, open), Err(MergeRefusal::SameStudent));
    }
    assert_eq!(may_join(true, (true, true)), Err(MergeRefusal::SameStudent));
}

#[test]
fn the_joined_file_fills_in_and_takes_up_what_protects() {
    let own = Particulars {
        gender: text("21"),
        safety_alerts: list(&["a", "b"]),
        iwi: list(&["x"]),
        ..blank()
    };
    let other = Particulars {
        nsn: text("17"),
        gender: text("11"),
        ethnicities: list(&["2"]),
        iwi: list(&["y"]),
        home_language: text("mri"),
        address_protected: true,
        safety_alerts: list(&["b", "c"]),
        ..blank()
    };
    let joined = own.with(&[other]);
    let expected = Particulars {
        nsn: text("17"),
        gender: text("21"),
        ethnicities: list(&["2"]),
        iwi: list(&["x"]),
        home_language: text("mri"),
        interpreter_wanted: false,
        te_reo_preferred: false,
        address_protected: true,
        safety_alerts: list(&["a", "b", "c"]),
    };
    assert_eq!(joined, expected);
}

#[test]
fn parted_again_the_file_is_its_own_but_for_what_was_changed_since() {
    let own = Particulars { gender: text("21"), safety_alerts: list(&["a"]), ..blank() };
    let other = Particulars {
        nsn: text("17"),
        home_language: text("mri"),
        address_protected: true,
        safety_alerts: list(&["b"]),
        ..blank()
    };
    let joined = own.clone().with(&[other]);
    assert_eq!(joined.clone().parted(joined.clone(), own.clone()), own);
    let edited = Particulars {
        gender: None,
        home_language: text("smo"),
        safety_alerts: list(&["b", "c"]),
        ..joined.clone()
    };
    let left = edited.parted(joined, own);
    let expected =
        Particulars { home_language: text("smo"), safety_alerts: list(&["c"]), ..blank() };
    assert_eq!(left, expected);
}

#[test]
fn what_moved_goes_back_and_what_came_since_stays() {
    let (old, new) = (ReferralId::generate(), ReferralId::generate());
    let back = back(moved(&[old], &[]), &[referral(old), referral(new)], &[]);
    assert_eq!(back, moved(&[old], &[]));
}

#[test]
fn a_case_goes_with_the_referral_that_opened_it_and_takes_those_that_joined_it() {
    let (opener, joiner, case) =
        (ReferralId::generate(), ReferralId::generate(), CaseId::generate());
    let referrals = [
        TiedReferral { case_id: Some(case), ..referral(joiner) },
        TiedReferral { case_id: Some(case), ..referral(opener) },
    ];
    let cases = [TiedCase { id: case, referral_id: opener }];
    let back = back(moved(&[opener], &[]), &referrals, &cases);
    assert_eq!(back, moved(&[opener, joiner], &[case]));
}

#[test]
fn a_referral_that_joined_a_case_that_stays_stays_with_it() {
    let (opener, joiner, case) =
        (ReferralId::generate(), ReferralId::generate(), CaseId::generate());
    let referrals = [
        TiedReferral { case_id: Some(case), ..referral(opener) },
        TiedReferral { case_id: Some(case), ..referral(joiner) },
    ];
    let cases = [TiedCase { id: case, referral_id: opener }];
    assert_eq!(back(moved(&[joiner], &[]), &referrals, &cases), moved(&[], &[]));
}

#[test]
fn a_redirected_referral_takes_along_what_follows_it() {
    let (first, second, case) =
        (ReferralId::generate(), ReferralId::generate(), CaseId::generate());
    let referrals = [
        TiedReferral { case_id: Some(case), predecessor_id: Some(first), ..referral(second) },
        referral(first),
    ];
    let cases = [TiedCase { id: case, referral_id: second }];
    let back = back(moved(&[first], &[]), &referrals, &cases);
    assert_eq!(back, moved(&[first, second], &[case]));
}

#[test]
fn what_came_under_a_record_since_is_that_records() {
    let (old, new, other) =
        (ReferralId::generate(), ReferralId::generate(), ReferralId::generate());
    let case = CaseId::generate();
    let referrals = [
        referral(old),
        TiedReferral { case_id: Some(case), ..under(PartedRecord::Going, new) },
        under(PartedRecord::Staying, other),
    ];
    let cases = [TiedCase { id: case, referral_id: new }];
    assert_eq!(back(moved(&[old], &[]), &referrals, &cases), moved(&[old, new], &[case]));
}

#[test]
fn who_joined_the_case_of_the_other_record_waits_again() {
    for (opener_side, joiner_side) in
        [(PartedRecord::Going, PartedRecord::Staying), (PartedRecord::Staying, PartedRecord::Going)]
    {
        let (opener, joiner, case) =
            (ReferralId::generate(), ReferralId::generate(), CaseId::generate());
        let referrals = [
            TiedReferral { case_id: Some(case), ..under(opener_side, opener) },
            TiedReferral { case_id: Some(case), ..under(joiner_side, joiner) },
        ];
        let cases = [TiedCase { id: case, referral_id: opener }];
        let Parting { back, apart } = going_back(moved(&[], &[]), &referrals, &cases);
        let expected = match opener_side {
            PartedRecord::Going => moved(&[opener], &[case]),
            PartedRecord::Staying => moved(&[joiner], &[]),
        };
        assert_eq!((back, apart), (expected, [joiner].into()));
    }
}

#[test]
fn a_redirected_referral_is_of_the_record_of_the_first_one() {
    let (first, second, case) =
        (ReferralId::generate(), ReferralId::generate(), CaseId::generate());
    let referrals = [
        TiedReferral { case_id: Some(case), predecessor_id: Some(first), ..referral(second) },
        under(PartedRecord::Going, first),
    ];
    let cases = [TiedCase { id: case, referral_id: second }];
    assert_eq!(back(moved(&[], &[]), &referrals, &cases), moved(&[first, second], &[case]));
}
