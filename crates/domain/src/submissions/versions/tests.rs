use proptest::prelude::*;
use serde_json::json;

use super::super::Submission;
use super::super::figures::{CountedFigure, CountedFigures, NoFigure};
use super::{FrozenVersion, digest};
use crate::ids::RegisterEntryId;
use crate::templates::FigureKind;

fn version(content: Submission) -> FrozenVersion {
    FrozenVersion {
        number: 1,
        template_id: RegisterEntryId(uuid::Uuid::nil()),
        content,
        figures: CountedFigures {
            as_of: "2026-11-10T00:00:00Z".parse().expect("an instant"),
            calendar_version: "contract-2026.1".to_owned(),
            items: vec![CountedFigure::not_yet(FigureKind::Fund, NoFigure::NotRecorded)],
        },
    }
}

#[test]
fn a_digest_is_that_of_the_members_in_their_order() {
    let version = version(Submission::default());
    // Written by hand, and hashed by another program (sha256sum).
    let json = "{\"content\":{\"answers\":[],\"milestones\":[],\"policies\":[]},\
                \"figures\":{\"asOf\":\"2026-11-10T00:00:00Z\",\
                \"calendarVersion\":\"contract-2026.1\",\"items\":[{\"counts\":[],\
                \"figure\":\"fund\",\"fund\":null,\"numbers\":[],\"reason\":\"not_recorded\",\
                \"standing\":\"not_yet\"}]},\"number\":1,\
                \"templateId\":\"00000000-0000-0000-0000-000000000000\"}";
    assert_eq!(serde_json::to_value(&version).expect("json").to_string(), json);
    assert_eq!(
        digest(&version),
        "57f65308734a9ee17bbc2a028e57c90df0b151cd86662e1c4480262c4f4c4c07"
    );
    assert!(version.figures.are_pending());
}

proptest! {
    #[test]
    fn any_other_content_has_another_digest(one in 1_i32..20, other in 1_i32..20) {
        let of = |number: i32| {
            let answers = json!([{ "question": "staff", "number": number }]);
            let content = json!({ "answers": answers });
            digest(&version(serde_json::from_value(content).expect("a submission")))
        };
        prop_assert_eq!(of(one) == of(other), one == other);
    }
}
