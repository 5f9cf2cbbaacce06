use ascms_domain::cases::CaseStatus;
use ascms_domain::ids::CaseId;
use serde_json::{Value, json};
use utoipa::IntoParams;

use super::of_query;
use crate::incoming::faults::Faults;

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
