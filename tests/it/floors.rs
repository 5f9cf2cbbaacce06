//! The files of a crate stand above each other: none uses one that uses it, by whatever way, and in
//! `persistence` none names a floor above its own.

use std::collections::BTreeSet;

use crate::architecture::sources;
use arrows::{Sources, circles, within};

mod arrows;
mod invented;
mod paths;

/// The floors of `persistence`, the lowest first.
const FLOORS: [&str; 11] = [
    "rows",
    "store",
    "reference",
    "reach",
    "identity",
    "gate",
    "trace",
    "features",
    "pages",
    "writes",
    "seed",
];

fn sources_of(name: &str) -> Sources {
    let folder = format!("crates/{name}/src/");
    let files = sources(&folder);
    let named = files.iter().map(|(file, text)| (file.trim_start_matches(&*folder), &**text));
    Sources::of(named)
}

#[test]
fn no_file_uses_one_that_uses_it() {
    for name in ["domain", "persistence", "http", "server"] {
        let arrows = sources_of(name).arrows();
        assert!(!arrows.is_empty(), "{name}: files use each other");
        let found: String = circles(&arrows).iter().map(|one| within(&arrows, one)).collect();
        assert_eq!(found, "", "{name}");
    }
}

#[test]
fn no_file_of_persistence_names_a_floor_above_its_own() {
    assert_eq!(upward(&sources_of("persistence"), &FLOORS), BTreeSet::new());
}

/// The paths that lead to a floor above that of their file, and what stands on no floor.
fn upward(sources: &Sources, floors: &[&str]) -> BTreeSet<String> {
    let height = |name: &str| floors.iter().position(|floor| *floor == name);
    let mut found = BTreeSet::new();
    for (file, path) in sources.own_paths() {
        let own = file.split(['/', '.']).next().and_then(height);
        let there = path.first().and_then(|first| height(first));
        match (own, there) {
            (Some(own), Some(there)) if there <= own => {}
            (Some(_), Some(_)) => found.extend([format!("{file} names {}", path.join("::"))]),
            (None, _) => found.extend([format!("{file} stands on no floor")]),
            (Some(_), None) => found.extend([format!("{} is on no floor", path.join("::"))]),
        }
    }
    found
}
