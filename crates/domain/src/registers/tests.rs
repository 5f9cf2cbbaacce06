use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    Lifecycle, LifecycleStep, Register, RegisterKind, StepRefusal, fields, patched, read, written,
};
use crate::bulletins::{BulletinStatus, BulletinStep};
use crate::history::RecordKind;
use crate::performance_reviews::{PerformanceReviewStatus, ReviewStep};
use crate::submissions::{SubmissionStatus, SubmissionStep};
use crate::templates::{TemplateStatus, TemplateStep};

crate::closed_list! {
    Standing { Draft = "draft", Final = "final", }
}

#[derive(Clone, Copy, Debug)]
pub struct Finish;

impl LifecycleStep for Finish {
    fn event(self) -> &'static str {
        "visit.finished"
    }
}

impl Lifecycle for Standing {
    type Step = Finish;

    const FIRST: Self = Self::Draft;

    fn is_frozen(self) -> bool {
        self == Self::Final
    }

    fn take(self, _: Finish) -> Result<Self, StepRefusal> {
        self.editable().map(|()| Self::Final)
    }
}

/// A register whose content has had three forms: `name`, then `title`, then a list of titles.
#[derive(Clone, Debug)]
struct Visits;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Visit {
    titles: Vec<String>,
    place: Option<Place>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Place {
    town: Option<String>,
    room: Option<String>,
}

fn visit(titles: &[&str]) -> Visit {
    Visit { titles: titles.iter().map(|title| (*title).to_owned()).collect(), place: None }
}

impl Register for Visits {
    const KIND: RegisterKind = RegisterKind::Bulletin;
    const RECORD: RecordKind = RecordKind::Bulletin;
    const FORM: i32 = 3;
    const MEMBERS: &'static [&'static str] = &["titles", "place"];

    type Status = Standing;
    type Content = Visit;

    fn upgrade(content: Value, from: i32) -> Value {
        match from {
            1 => json!({ "title": content["name"] }),
            _ => json!({ "titles": [content["title"]] }),
        }
    }
}

#[test]
fn content_of_every_form_reads_as_todays() {
    let today = visit(&["Audit"]);
    for (kept, form) in [
        (json!({ "name": "Audit" }), 1),
        (json!({ "title": "Audit" }), 2),
        (json!({ "titles": ["Audit"] }), 3),
    ] {
        assert_eq!(read::<Visits>(kept, form).expect("it reads"), today, "form {form}");
    }
}

#[test]
fn content_of_a_later_form_and_damaged_content_are_refused() {
    for (kept, form) in [
        (json!({ "titles": ["Audit"] }), 4),
        (json!({ "titles": ["Audit"] }), 0),
        (json!({ "titles": "Audit" }), 3),
        (json!({ "titles": ["Audit"], "more": 1 }), 3),
    ] {
        let refused = read::<Visits>(kept, form).expect_err("it does not read");
        assert_eq!((refused.kind, refused.form), (RegisterKind::Bulletin, form));
    }
}

#[test]
fn what_is_written_reads_as_the_same() {
    let visit = visit(&["Audit", "Review"]);
    assert_eq!(read::<Visits>(written::<Visits>(&visit), Visits::FORM).expect("it reads"), visit);
}

#[test]
fn the_history_tells_of_every_member() {
    let told = fields::<Visits>(&visit(&["Audit"]));
    assert_eq!(told, [("titles", json!(["Audit"])), ("place", Value::Null)]);
}

/// The examples of RFC 7396, appendix A, as far as members of content go.
#[test]
fn a_patch_sets_clears_and_goes_into_objects() {
    let with = |content: &Visit, patch: Value| {
        patched::<Visits>(content, patch.as_object().expect("an object"))
    };
    let before = visit(&["Audit"]);
    assert_eq!(with(&before, json!({})).expect("it fits"), before);
    let placed =
        with(&before, json!({ "place": { "town": "Gore", "room": "2" } })).expect("it fits");
    assert_eq!(written::<Visits>(&placed)["place"], json!({ "town": "Gore", "room": "2" }));
    let moved = with(&placed, json!({ "place": { "room": null } })).expect("it fits");
    assert_eq!(written::<Visits>(&moved)["place"], json!({ "town": "Gore", "room": null }));
    assert_eq!(with(&placed, json!({ "place": null })).expect("it fits"), before);
    let renamed = with(&before, json!({ "titles": ["a", "b"] })).expect("it fits");
    assert_eq!(renamed, visit(&["a", "b"]));
    assert!(with(&before, json!({ "titles": null })).is_err());
    assert!(with(&before, json!({ "more": 1 })).is_err());
}

#[test]
fn what_is_frozen_is_not_edited() {
    assert_eq!(Standing::Draft.editable(), Ok(()));
    assert_eq!(Standing::Final.editable(), Err(StepRefusal::Frozen));
    assert_eq!(Standing::Draft.take(Finish), Ok(Standing::Final));
    assert_eq!(Standing::Final.take(Finish), Err(StepRefusal::Frozen));
}

/// What holds for the lifecycle of every register: the word of its events, and that what is frozen stays so,
/// since the database refuses other content for good.
fn laws<S: Lifecycle>(kind: RegisterKind, statuses: &[S], steps: &[S::Step]) {
    for step in steps {
        let event = step.event();
        assert!(event.starts_with(&format!("{kind}.")), "{step:?}: {event}");
    }
    let mut reached = vec![S::FIRST];
    for status in statuses {
        assert_eq!(status.to_string().parse::<S>().ok(), Some(*status), "{status}");
        assert!(status.editable().is_ok() || status.editable() == Err(StepRefusal::Frozen));
        for step in steps {
            let Ok(next) = status.take(*step) else { continue };
            assert_ne!(next, *status, "{status} {step:?}");
            assert!(next.is_frozen() || !status.is_frozen(), "{status} thaws by {step:?}");
            reached.push(next);
        }
    }
    assert!(!S::FIRST.is_frozen(), "{kind}");
    for status in statuses {
        assert!(reached.contains(status), "no step leads to {status}");
    }
}

#[test]
fn the_lifecycle_of_every_register_keeps_the_laws() {
    for kind in RegisterKind::ALL {
        match kind {
            RegisterKind::Bulletin => laws(*kind, BulletinStatus::ALL, BulletinStep::ALL),
            RegisterKind::Template => laws(*kind, TemplateStatus::ALL, TemplateStep::ALL),
            RegisterKind::Submission => laws(*kind, SubmissionStatus::ALL, SubmissionStep::ALL),
            RegisterKind::PerformanceReview => {
                laws(*kind, PerformanceReviewStatus::ALL, ReviewStep::ALL);
            }
        }
    }
}
