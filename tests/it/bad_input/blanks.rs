//! Texts that show nothing: refused wherever something must be read, and never a name to match by.

use serde_json::json;

use crate::given::{self, with};
use crate::support::{TestApp, on_both};

/// Texts without a single visible character.
const NOTHING: [&str; 6] =
    ["   ", "\u{200d}", "\u{a0}\u{2003}\u{3000}", "\u{2800}", "\u{fe0f}", "\u{34f}"];

/// Characters that show nothing and mean nothing where they stand.
const INVISIBLE: [char; 14] = [
    '\u{ad}',
    '\u{61c}',
    '\u{115f}',
    '\u{1160}',
    '\u{180e}',
    '\u{200b}',
    '\u{2028}',
    '\u{2029}',
    '\u{2060}',
    '\u{3164}',
    '\u{feff}',
    '\u{ffa0}',
    '\u{e0001}',
    '\u{e007f}',
];

#[on_both]
async fn a_text_that_shows_nothing_is_refused_as_blank(app: TestApp) {
    let office = app.as_("office-support");
    let contact = json!([{ "name": "Hana Example", "relationship": "parent", "address": "1 Example Street" }]);
    let whole = with(given::referral("Hemi"), "/student/whanauContacts", contact);
    let whole = with(whole, "/supportRequest/consentNotes", json!("By phone."));
    for pointer in [
        "/student/legalGivenNames",
        "/student/legalFamilyName",
        "/student/preferredGivenNames",
        "/student/preferredFamilyName",
        "/student/whanauContacts/0/name",
        "/student/whanauContacts/0/address",
        "/supportRequest/reason",
        "/supportRequest/consentNotes",
    ] {
        for blank in NOTHING {
            let refused =
                office.post("/v1/referrals", with(whole.clone(), pointer, json!(blank))).await;
            refused.refused(422, "invalid_body");
            assert_eq!(refused.faults(), [format!("{pointer} blank")], "{blank:?}");
        }
    }
    assert_eq!(app.count("student", "1 = 1").await, 0);
}

#[on_both]
async fn a_persons_name_has_a_letter_or_a_digit(app: TestApp) {
    let office = app.as_("office-support");
    for name in ["-", "'", "_", ".", "’", "ʻ", "ʼ", "- -", "?", "👩"] {
        for pointer in ["/student/legalGivenNames", "/student/legalFamilyName"] {
            let refused = office
                .post("/v1/referrals", with(given::referral("Hemi"), pointer, json!(name)))
                .await;
            refused.refused(422, "invalid_body");
            assert_eq!(refused.faults(), [format!("{pointer} blank")], "{name}");
        }
    }
    for name in ["X", "李", "2nd", "n̄a", "ʻOfa"] {
        office.post("/v1/referrals", given::referral(name)).await.expect(201);
    }
}

#[on_both]
async fn invisible_characters_are_refused_wherever_they_stand(app: TestApp) {
    let office = app.as_("office-support");
    for c in INVISIBLE {
        for pointer in ["/student/legalFamilyName", "/supportRequest/reason"] {
            for text in
                [format!("{c}"), format!("Ma{c}ra"), format!("{c}Mara"), format!("Mara {c}")]
            {
                let refused = office
                    .post("/v1/referrals", with(given::referral("Hemi"), pointer, json!(text)))
                    .await;
                refused.refused(422, "invalid_body");
                let said = refused.faults();
                let named = ["pattern", "forbidden_character", "blank"]
                    .map(|code| format!("{pointer} {code}"));
                assert!(
                    named.iter().any(|fault| said.contains(fault)),
                    "{text:?}: {}",
                    refused.text
                );
            }
        }
    }
}

#[on_both]
async fn joiners_stand_between_letters_of_scripts_that_need_them(app: TestApp) {
    let office = app.as_("office-support");
    for name in ["می\u{200c}نا", "ක්\u{200d}රිෂ්", "क्\u{200d}ष"] {
        office.post("/v1/referrals", given::referral(name)).await.expect(201);
    }
    for name in
        ["Ha\u{200d}na", "\u{200c}مینا", "مینا\u{200c}", "مینا \u{200c}", "می\u{200c}\u{200d}نا"]
    {
        let refused = office.post("/v1/referrals", given::referral(name)).await;
        refused.refused(422, "invalid_body");
        let place = "/student/legalGivenNames forbidden_character".to_owned();
        assert!(refused.faults().contains(&place), "{name:?}: {}", refused.text);
    }
    let family = with(
        given::referral("Hemi"),
        "/supportRequest/reason",
        json!("Well 👨\u{200d}👩\u{200d}👧."),
    );
    office.post("/v1/referrals", family).await.expect(201);
}

#[on_both]
async fn a_name_is_known_again_with_or_without_its_joiner(app: TestApp) {
    let first = app.submitted("می\u{200c}نا").await;
    app.open_to_another("می\u{200c}نا").await;
    let second = app.submitted("مینا").await;
    assert_eq!(second.json["student"]["id"], first.json["student"]["id"]);
}

#[on_both]
async fn an_edit_does_not_leave_a_blank_either(app: TestApp) {
    let (_, case) = app.assigned("Rewi").await;
    let lead = app.as_("workflow-lead");
    let read = lead.get(&format!("/v1/cases/{case}")).await.expect(200);
    let student = format!("/v1/students/{}", read.json["student"]["id"].as_str().unwrap());
    for member in
        ["legalGivenNames", "legalFamilyName", "preferredGivenNames", "preferredFamilyName"]
    {
        for (text, code) in [
            ("  ", "blank"),
            ("-", "blank"),
            ("Re\u{200b}wi", "pattern"),
            ("Re\u{200d}wi", "forbidden_character"),
        ] {
            let refused = lead.patch_if(&student, Some("*"), json!({ member: text })).await;
            refused.refused(422, "invalid_body");
            assert!(
                refused.faults().contains(&format!("/{member} {code}")),
                "{text:?}: {}",
                refused.text
            );
        }
    }
    let contacts = format!("{student}/whanau-contacts");
    let hana = json!({ "name": "Hana", "relationship": "parent" });
    let hana = lead.post(&contacts, hana).await.expect(201);
    let path = format!("{contacts}/{}", hana.id());
    for (body, fault) in [
        (json!({ "name": "--" }), "/name blank"),
        (json!({ "address": "\u{3000}" }), "/address blank"),
    ] {
        let refused = lead.patch_if(&path, Some("*"), body).await;
        refused.refused(422, "invalid_body");
        assert_eq!(refused.faults(), [fault]);
    }
    let reasons = json!({ "outcome": "returned", "comment": "\n \n" });
    let waiting = app.submitted("Wiki").await.id();
    let refused = app.decide(&waiting, reasons).await;
    refused.refused(422, "invalid_body");
    assert_eq!(refused.faults(), ["/comment blank"]);
}

#[on_both]
async fn a_search_for_nothing_is_refused(app: TestApp) {
    app.accepted("Hemi").await;
    let lead = app.as_("workflow-lead");
    for name in ["-", "'", "’", "  ", "_", ".", "ʻ", "`", "%"] {
        for member in ["givenNames", "familyName"] {
            let refused = lead.post("/v1/students/search", json!({ member: name })).await;
            refused.refused(422, "invalid_body");
            assert_eq!(refused.faults(), [format!("/{member} blank")], "{name:?}");
        }
    }
    // What stands within a name is no part of it.
    let found =
        lead.post("/v1/students/search", json!({ "givenNames": "hé-mi" })).await.expect(200);
    assert_eq!(found.json["items"].as_array().unwrap().len(), 1);
    let found = lead.post("/v1/students/search", json!({ "givenNames": "-hem" })).await.expect(200);
    assert_eq!(found.json["items"].as_array().unwrap().len(), 1);
}
