//! Code samples: three at every operation, and not so many words that they make the document heavy.

use serde_json::{Value, json};

use super::operations;
use crate::openapi::document;

const LANGUAGES: [&str; 3] = ["Shell", "TypeScript", "Python"];

#[test]
fn every_operation_has_a_sample_in_three_languages() {
    for (path, method, operation) in operations() {
        let samples = operation["x-codeSamples"].as_array().expect("samples");
        let languages: Vec<&Value> = samples.iter().map(|sample| &sample["lang"]).collect();
        assert_eq!(languages, LANGUAGES.map(|language| json!(language)).each_ref(), "{path}");
        let sources = samples.iter().map(|sample| sample["source"].as_str().expect("a source"));
        for (source, language) in sources.zip(LANGUAGES) {
            let place = format!("{method} {path} in {language}");
            let called = match language {
                "Python" => format!("httpx.{}(", method.as_str().to_lowercase()),
                "TypeScript" => "await fetch(".to_owned(),
                _ => "curl \"$API/v1/".to_owned(),
            };
            assert!(source.contains(&called), "{place}: {source}");
            assert!(source.contains("Authorization"), "{place}: {source}");
            let first = path.split('{').next().expect("a path");
            assert!(source.contains(first), "{place}: {source}");
            let api = if language == "Shell" { "$API" } else { "{api}" };
            assert_eq!(source.matches(api).count(), 1, "{place}: {source}");
        }
    }
}

#[test]
fn samples_are_a_fifth_of_the_document_at_the_most() {
    let all = document().to_string().len();
    let of_samples: usize = operations()
        .iter()
        .map(|(.., operation)| operation["x-codeSamples"].to_string().len())
        .sum();
    assert!(of_samples > 10_000 && of_samples * 5 < all, "{of_samples} of {all} bytes");
}
