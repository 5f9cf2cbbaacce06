//! The files of a crate stand above each other: none uses one that uses it, by whatever way, and in
//! `persistence` none names a floor above its own.

use std::collections::BTreeSet;

use expect_test::{Expect, expect};

use crate::architecture::{root, sources};
use arrows::{Sources, circles, within};

mod arrows;
mod invented;
mod paths;

/// The floors of `persistence`, the lowest first.
const FLOORS: [&str; 10] = [
    "rows",
    "store",
    "reference",
    "reach",
    "identity",
    "gate",
    "trace",
    "features",
    "pages",
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
    for name in ["domain", "server"] {
        let arrows = sources_of(name).arrows();
        assert!(!arrows.is_empty(), "{name}: files use each other");
        let found: String = circles(&arrows).iter().map(|one| within(&arrows, one)).collect();
        assert_eq!(found, "", "{name}");
    }
    // Not yet: how many files are in each circle that is left.
    let left: [(&str, Expect); 2] =
        [("http", expect!["3 3 3 3"]), ("persistence", expect!["105 3 2"])];
    for (name, expected) in left {
        let arrows = sources_of(name).arrows();
        let circles = circles(&arrows);
        let sizes: Vec<String> = circles.iter().map(|circle| circle.len().to_string()).collect();
        expected.assert_eq(&sizes.join(" "));
    }
}

#[test]
fn no_file_of_persistence_names_a_floor_above_its_own() {
    if root().join("crates/persistence/src/features").is_dir() {
        assert_eq!(upward(&sources_of("persistence"), &FLOORS), BTreeSet::new());
    }
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
