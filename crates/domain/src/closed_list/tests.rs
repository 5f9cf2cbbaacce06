use std::collections::BTreeSet;

use serde_json::json;
use utoipa::{PartialSchema, ToSchema};

use super::{Labels, UnknownWord};
use crate::reference_data::CLOSED_LISTS;

crate::closed_list! {
    /// Kind of weather.
    /// Seen from the school.
    Weather: "Kind of weather" / "Te momo huarere" {
        Rain = "rain": "Rain" / "Ua",
        /// From the south.
        ColdWind = "cold_wind": "Cold wind" / "Hau makariri",
    }
}

crate::closed_list! {
    /// Stays inside the program.
    Tide {
        Ebb = "ebb",
        SpringTide = "spring_tide",
    }
}

/// The word of the column, of JSON, of a log line and of the source are one.
#[test]
fn a_word_has_one_spelling_and_is_read_back() {
    assert_eq!(Weather::ALL, [Weather::Rain, Weather::ColdWind]);
    for (weather, word) in [(Weather::Rain, "rain"), (Weather::ColdWind, "cold_wind")] {
        assert_eq!(weather.as_str(), word);
        assert_eq!(weather.to_string(), word);
        assert_eq!(word.parse::<Weather>(), Ok(weather));
        assert_eq!(json!(weather), json!(word));
        assert_eq!(serde_json::from_value::<Weather>(json!(word)).expect("a word"), weather);
    }
    assert_eq!(
        Tide::ALL.iter().map(|tide| tide.as_str()).collect::<Vec<_>>(),
        ["ebb", "spring_tide"]
    );
}

#[test]
fn another_spelling_is_no_word() {
    for text in ["", "Rain", " rain", "rain ", "coldWind", "cold-wind", "ebb"] {
        assert_eq!(text.parse::<Weather>(), Err(UnknownWord), "{text:?}");
        assert!(serde_json::from_value::<Weather>(json!(text)).is_err(), "{text:?}");
    }
    assert!(serde_json::from_value::<Weather>(json!(null)).is_err());
}

/// `PartialOrd` is what lists of work are sorted by.
#[test]
fn words_are_in_the_order_of_their_definition() {
    assert!(Weather::Rain < Weather::ColdWind);
    assert!(Tide::Ebb < Tide::SpringTide);
}

#[test]
fn a_list_with_labels_is_a_schema_with_a_name() {
    assert_eq!(Weather::name(), "Weather");
    let schema = serde_json::to_value(Weather::schema()).expect("a schema");
    let expected = json!({
        "type": "string",
        "description": "Kind of weather.\nSeen from the school.",
        "enum": ["rain", "cold_wind"],
        "x-enum-descriptions": ["Rain", "Cold wind"],
    });
    assert_eq!(schema, expected);
    assert_eq!(Weather::ColdWind.labels(), Labels { en: "Cold wind", mi: "Hau makariri" });
    assert_eq!(Weather::LIST.labels, Labels { en: "Kind of weather", mi: "Te momo huarere" });
}

/// Words stand in columns, in JSON and in addresses.
#[test]
fn no_published_list_has_a_word_twice_or_one_with_a_space() {
    for list in CLOSED_LISTS.iter().copied() {
        let words: Vec<&str> = list.values.iter().map(|value| value.value).collect();
        let unique: BTreeSet<&str> = words.iter().copied().collect();
        assert_eq!(unique.len(), words.len(), "{}", list.name);
        let strange = |word: &&&str| {
            word.is_empty() || word.contains(|c: char| c.is_whitespace() || c.is_control())
        };
        assert_eq!(words.iter().find(strange), None, "{}", list.name);
    }
}
