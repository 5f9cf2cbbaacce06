//! Examples of registers' schemas.

use serde_json::{Value, json};

use super::example_ids::{DOCUMENT_ID, USER_ID};
use super::members::set;
use super::record_examples::{AT, CONTENT};

const BULLETIN_ID: &str = "01990000-0000-7000-8000-000000000041";

/// The example of a schema, by its name.
pub(super) fn of(schema: &str) -> Option<Value> {
    Some(match schema {
        "Bulletin" => bulletin(),
        "UpdateBulletin" => json!({ "titleMi": "Te mahere mō te tau" }),
        "WithdrawBulletin" => json!({ "comment": "It named the wrong day." }),
        "BulletinView" => shown(),
        "AttachmentView" => attachment(),
        _ => return None,
    })
}

fn bulletin() -> Value {
    json!({
        "kind": "key_date", "titleEn": "Service delivery plan", "titleMi": "Te mahere ratonga",
        "body": "The **service delivery plan** for the coming year is due.", "date": "2026-11-15",
        "audience": { "organisationKinds": ["catchment_provider", "in_school_provider"] },
        "validFrom": "2026-10-01",
    })
}

fn shown() -> Value {
    let mut content = bulletin();
    for member in ["validTo", "replaces"] {
        set(&mut content, member, Value::Null);
    }
    let audience = json!({
        "organisationKinds": ["catchment_provider", "in_school_provider"], "roles": [],
        "catchments": [], "educationRegions": [],
    });
    set(&mut content, "audience", audience);
    json!({
        "id": BULLETIN_ID, "organisationId": null, "contractId": null, "contractYear": null, "caseId": null,
        "dueOn": "2026-11-15", "status": "published", "statusSince": AT, "statusBy": USER_ID,
        "statusByName": "Ministry Admin", "comment": null, "content": content,
        "documents": [attachment()], "addedBy": USER_ID, "addedByName": "Ministry Admin",
        "addedAt": AT, "editedBy": USER_ID, "editedByName": "Ministry Admin", "version": 2,
        "updatedAt": AT,
    })
}

fn attachment() -> Value {
    json!({
        "id": DOCUMENT_ID, "name": "key-dates.txt", "mediaType": "text/plain",
        "size": CONTENT.len(),
        "sha256": "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0",
        "state": "clean", "uploadedAt": AT, "version": 1,
    })
}
