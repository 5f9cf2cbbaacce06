use chrono::NaiveDate;

use super::{
    AddContract, Contract, ContractKind, ContractRefusal, ContractStatus, ContractStep,
    ContractTerm, ContractYear, SetContractYear, WithholdingPeriod, YearMember,
};
use crate::organisations::OrganisationKind;

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn term(starts_on: &str, ends_on: Option<&str>) -> ContractTerm {
    ContractTerm { starts_on: day(starts_on), ends_on: ends_on.map(day) }
}

fn contract(status: ContractStatus) -> Contract {
    Contract { kind: ContractKind::Catchment, status, term: term("2026-01-01", None) }
}

/// Every status × every step.
#[test]
fn a_contract_is_activated_once_and_ended_once() {
    use ContractStatus::{Active, Draft, Ended};
    for status in ContractStatus::ALL {
        for step in ContractStep::ALL {
            let expected = match (*status, *step) {
                (Draft, ContractStep::Activate) => Ok(Active),
                (Active, ContractStep::End) => Ok(Ended),
                (Draft, ContractStep::End)
                | (Active | Ended, ContractStep::Activate)
                | (Ended, ContractStep::End) => Err(ContractRefusal::NotInThisState),
            };
            assert_eq!(status.take(*step), expected, "{status} {step}");
        }
    }
}

#[test]
fn terms_overlap_when_both_run_on_some_day() {
    let year = term("2026-01-01", Some("2026-12-31"));
    for (other, expected) in [
        (term("2025-01-01", Some("2025-12-31")), false),
        (term("2025-01-01", Some("2026-01-01")), true),
        (term("2026-12-31", None), true),
        (term("2027-01-01", None), false),
        (term("2020-01-01", None), true),
        (term("2026-06-01", Some("2026-06-01")), true),
    ] {
        assert_eq!(year.overlaps(other), expected, "{other:?}");
        assert_eq!(other.overlaps(year), expected, "{other:?}");
    }
}

#[test]
fn a_contract_takes_effect_where_no_other_one_is() {
    let taken = [term("2026-06-01", None)];
    let mut draft = contract(ContractStatus::Draft);
    assert_eq!(draft.activate(&taken), Err(ContractRefusal::Overlaps));
    assert_eq!(draft.status, ContractStatus::Draft);
    draft.term = term("2026-01-01", Some("2026-05-31"));
    assert_eq!(draft.activate(&taken), Ok(()));
    assert_eq!(draft.status, ContractStatus::Active);
    // It cannot be prolonged into the other one.
    let longer = term("2026-01-01", Some("2026-06-01"));
    assert_eq!(draft.clone().run(longer, &taken), Err(ContractRefusal::Overlaps));
    let shorter = term("2026-01-01", Some("2026-04-30"));
    assert_eq!(draft.clone().run(shorter, &taken), Ok(()));
    let earlier = term("2025-12-31", Some("2026-05-31"));
    assert_eq!(draft.run(earlier, &taken), Err(ContractRefusal::FixedOnceActive));
}

#[test]
fn a_draft_may_overlap_until_it_takes_effect() {
    let mut draft = contract(ContractStatus::Draft);
    let taken = [term("2026-01-01", None)];
    assert_eq!(draft.run(term("2026-02-01", None), &taken), Ok(()));
    let backwards = term("2026-02-01", Some("2026-01-31"));
    assert_eq!(draft.run(backwards, &[]), Err(ContractRefusal::EndsBeforeItBegins));
}

#[test]
fn a_contract_ends_on_a_day_of_its_own_that_is_not_ahead() {
    let today = day("2026-06-30");
    for (on, expected) in [
        ("2026-06-30", Ok(())),
        ("2026-01-01", Ok(())),
        ("2026-07-01", Err(ContractRefusal::InTheFuture)),
        ("2025-12-31", Err(ContractRefusal::EndsBeforeItBegins)),
    ] {
        let mut active = contract(ContractStatus::Active);
        assert_eq!(active.end(day(on), today), expected, "{on}");
        assert_eq!(active.status.is_active(), expected.is_err(), "{on}");
    }
    let mut ended = contract(ContractStatus::Ended);
    assert_eq!(ended.end(today, today), Err(ContractRefusal::NotInThisState));
    assert_eq!(ended.run(ended.term, &[]), Err(ContractRefusal::Ended));
}

/// Every kind of contract × every kind of organisation.
#[test]
fn a_provider_of_catchments_may_have_both_kinds_and_a_schools_team_its_own() {
    use OrganisationKind::{CatchmentProvider, InSchoolProvider};
    for kind in ContractKind::ALL {
        for organisation in OrganisationKind::ALL {
            let fits = *organisation == CatchmentProvider
                || (*organisation == InSchoolProvider && *kind == ContractKind::InSchool);
            let expected = if fits { Ok(()) } else { Err(ContractRefusal::WrongOrganisation) };
            assert_eq!(kind.provided_by(*organisation), expected, "{kind} {organisation}");
        }
    }
}

#[test]
fn a_year_lies_within_the_contract_and_withholds_what_its_kind_withholds() {
    let sent = SetContractYear {
        amount_cents: Some(10_000_000),
        withholding_percent: None,
        withholding_per: Some(WithholdingPeriod::Term),
        basic_needs_cents: Some(0),
    };
    let runs = term("2026-07-01", Some("2027-06-30"));
    for (year, is_within) in [(2025, false), (2026, true), (2027, true), (2028, false)] {
        let set = sent.applied(ContractKind::Catchment, runs, (year, None));
        assert_eq!(set.map(|set| set.year).ok(), is_within.then_some(year));
    }
    let set = |sent: &SetContractYear, kind| sent.applied(kind, runs, (2026, None));
    let percent = |kind| set(&sent, kind).map(|year| year.withholding_percent);
    assert_eq!(percent(ContractKind::Catchment), Ok(10));
    assert_eq!(percent(ContractKind::InSchool), Ok(0));
    // A later patch keeps what it does not say.
    let before = set(&sent, ContractKind::Catchment).ok();
    let patch = SetContractYear {
        amount_cents: None,
        withholding_percent: Some(5),
        withholding_per: None,
        basic_needs_cents: Some(70_000),
    };
    let after = patch.applied(ContractKind::Catchment, runs, (2026, before)).expect("a year");
    assert_eq!(
        after,
        ContractYear {
            year: 2026,
            amount_cents: 10_000_000,
            withholding_percent: 5,
            withholding_per: WithholdingPeriod::Term,
            basic_needs_cents: 70_000,
        }
    );
    let missing = set(&patch, ContractKind::Catchment);
    assert_eq!(missing, Err(ContractRefusal::Missing(YearMember::Amount)));
}

#[test]
fn a_contract_covers_what_its_kind_covers() {
    use validator::Validate;
    let sent = |kind: &str, catchments: &[&str], school: Option<&str>| {
        let body = serde_json::json!({
            "number": "AS-1", "organisationId": "00000000-0000-7000-8000-000000000001",
            "kind": kind, "catchments": catchments, "schoolNumber": school,
            "startsOn": "2026-01-01", "endsOn": null, "contacts": [], "holidayRegion": null,
            "approvalPolicy": "second_person", "dutyProfile": "catchment",
        });
        let new: AddContract = serde_json::from_value(body).expect("a contract");
        new.validate().is_ok()
    };
    assert!(sent("catchment", &["otara"], None));
    assert!(!sent("catchment", &[], None));
    assert!(!sent("catchment", &["otara"], Some("1")));
    assert!(sent("in_school", &[], Some("1")));
    assert!(!sent("in_school", &[], None));
    assert!(!sent("in_school", &["otara"], Some("1")));
}

/// Every kind: whether it has catchments, and what of its amount waits for the review.
#[test]
fn a_contract_of_catchments_has_some_and_an_in_school_team_has_none() {
    let wrong = Err(ContractRefusal::WrongCatchments);
    for (kind, none, some, withheld) in
        [(ContractKind::Catchment, wrong, Ok(()), 10), (ContractKind::InSchool, Ok(()), wrong, 0)]
    {
        assert_eq!((kind.covers(0), kind.covers(1), kind.covers(84)), (none, some, some), "{kind}");
        assert_eq!(kind.withheld_percent(), withheld, "{kind}");
    }
}

/// Every status.
#[test]
fn a_draft_changes_altogether_and_an_ended_contract_not_at_all() {
    for status in ContractStatus::ALL {
        let (is_draft, changes) = match status {
            ContractStatus::Draft => (true, Ok(())),
            ContractStatus::Active => (false, Ok(())),
            ContractStatus::Ended => (false, Err(ContractRefusal::Ended)),
        };
        assert_eq!((status.is_draft(), status.still_changes()), (is_draft, changes), "{status}");
    }
}

#[test]
fn a_contract_runs_on_its_first_and_its_last_day_and_in_their_years() {
    let half = term("2026-07-01", Some("2027-06-30"));
    for (on, runs) in
        [("2026-06-30", false), ("2026-07-01", true), ("2027-06-30", true), ("2027-07-01", false)]
    {
        assert_eq!(half.includes(day(on)), runs, "{on}");
    }
    for (year, runs) in [(2025, false), (2026, true), (2027, true), (2028, false)] {
        assert_eq!(half.includes_year(year), runs, "{year}");
    }
    let open = term("2019-07-01", None);
    assert!(open.includes(day("2150-01-01")));
    // Amounts are set for the years 2020 to 2100.
    for (year, runs) in [(2019, false), (2020, true), (2100, true), (2101, false)] {
        assert_eq!(open.includes_year(year), runs, "{year}");
    }
}
