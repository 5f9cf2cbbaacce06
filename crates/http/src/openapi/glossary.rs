//! What a member means wherever a schema does not say it itself: one meaning for one name.

/// A line a member: its name, a tab, its meaning; by name.
const GLOSSARY: &str = include_str!("glossary.txt");

/// What the members of this name mean.
pub(super) fn meaning(member: &str) -> Option<String> {
    entries().find(|(name, _)| *name == member).map(|(_, meaning)| meaning.to_owned())
}

/// Every name of the glossary with its meaning.
pub fn entries() -> impl Iterator<Item = (&'static str, &'static str)> {
    GLOSSARY.lines().filter_map(|line| line.split_once('\t'))
}
