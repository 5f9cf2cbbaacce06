//! The published document, made once a build. Each test is a process, and a process makes the document
//! in several times the time in which it reads one. The tests of the document itself make their own.

use std::fs;
use std::path::Path;
use std::sync::Once;

use super::database::{build, folder};

/// Reads the document that another test of this build has made; the first one makes it.
pub fn recall() {
    static RECALLED: Once = Once::new();
    RECALLED.call_once(|| {
        let file = folder().join(format!("document_{}.json", build()));
        let read = fs::read(&file).ok().and_then(|text| serde_json::from_slice(&text).ok());
        match read {
            Some(document) => ascms_http::openapi::take_over(document),
            None => leave(&file),
        }
    });
}

/// Leaves the document to the tests that follow; nobody reads half of it.
fn leave(file: &Path) {
    let draft = folder().join(format!("draft-{}.json", uuid::Uuid::now_v7()));
    let text = serde_json::to_vec(ascms_http::document()).expect("JSON");
    fs::write(&draft, text).expect("a draft");
    fs::rename(&draft, file).expect("rename");
}
