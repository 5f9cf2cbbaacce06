use serde::Deserialize;
use serde_json::json;

use super::Patch;
use crate::text::Line;

#[derive(Debug, Deserialize)]
struct Body {
    #[serde(default)]
    title: Patch<Line>,
}

fn said(body: serde_json::Value) -> Patch<Line> {
    serde_json::from_value::<Body>(body).expect("a body").title
}

/// RFC 7396: what is absent stays, null removes, a value replaces.
#[test]
fn absent_null_and_a_value_are_three_things() {
    assert_eq!(said(json!({})), Patch::Keep);
    assert_eq!(said(json!({ "title": null })), Patch::Clear);
    assert_eq!(said(json!({ "title": " Ring the aunt " })), Patch::Set("Ring the aunt".into()));
    assert!(serde_json::from_value::<Body>(json!({ "title": 1 })).is_err());
}

/// Every patch × a member that is empty or not.
#[test]
fn a_patch_is_applied_to_a_member_that_may_be_empty() {
    let was = || Some("before".to_owned());
    for (patch, of_empty, of_full) in [
        (Patch::Keep, None, was()),
        (Patch::Clear, None, None),
        (Patch::Set(Line::from("after")), Some("after".to_owned()), Some("after".to_owned())),
    ] {
        for (before, expected) in [(None, of_empty), (was(), of_full)] {
            let mut member: Option<String> = before.clone();
            patch.clone().apply(&mut member);
            assert_eq!(member, expected, "{patch:?} of {before:?}");
        }
    }
}
