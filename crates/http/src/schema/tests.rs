use ascms_domain::cases::CaseStatus;
use ascms_domain::ids::CaseId;
use serde_json::{Value, json};
use utoipa::IntoParams;

use super::{escaped, of_query, unknown_member};
use crate::incoming::faults::Faults;

const KNOWN: [&str; 5] = ["dueOn", "dueInBusinessDays", "title", "assigneeId", "id"];

/// Filters without `inline`: the document and the check refer to the types by name.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only the parameters that are made of it are looked at")]
struct Filters {
    case: Option<CaseId>,
    status: Option<CaseStatus>,
}

fn faults(query: &Value) -> Vec<(Option<String>, String)> {
    let mut faults = Faults::default();
    of_query::<Filters>().expect("a schema").query_faults(query, &mut faults);
    faults.into_vec().into_iter().map(|fault| (fault.parameter, fault.code)).collect()
}

#[test]
fn a_filter_may_be_an_id_or_a_closed_list() {
    let case = CaseId::generate().to_string();
    assert!(faults(&json!({ "case": case, "status": "active" })).is_empty());
    let of = |name: &str, code: &str| (Some(name.to_owned()), code.to_owned());
    assert_eq!(faults(&json!({ "case": "none" })), [of("case", "format")]);
    assert_eq!(faults(&json!({ "status": "none" })), [of("status", "not_one_of")]);
    assert_eq!(faults(&json!({ "cases": case })), [of("cases", "unknown_member")]);
}

fn said(member: &str) -> String {
    unknown_member(member, KNOWN.into_iter())
}

#[test]
fn a_slip_of_the_keyboard_is_told_from_another_name() {
    for (sent, meant) in [
        ("titel", "title"),
        ("Title", "title"),
        ("dueon", "dueOn"),
        ("due_on", "dueOn"),
        ("asigneeId", "assigneeId"),
        ("dueInBuisnessDays", "dueInBusinessDays"),
    ] {
        assert_eq!(said(sent), format!("is not a member; `{meant}` is"), "{sent}");
    }
    for sent in ["", "x", "ix", "owner", "comment", "status", "dueInWeeks"] {
        assert_eq!(said(sent), "is not a member", "{sent}");
    }
}

/// Nobody meant a name of thousands of letters, and comparing it would take long.
#[test]
fn a_long_name_is_not_compared() {
    let long = "title".repeat(13);
    assert_eq!(said(&long), "is not a member");
    assert_eq!(unknown_member(&long, [long.as_str()].into_iter()), "is not a member");
}

/// RFC 6901, section 5.
#[test]
fn a_name_is_a_part_of_a_pointer() {
    for (name, part) in
        [("", ""), ("a/b", "a~1b"), ("m~n", "m~0n"), ("~1", "~01"), ("dueOn", "dueOn")]
    {
        assert_eq!(escaped(name), part, "{name:?}");
    }
}
