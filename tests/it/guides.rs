//! What the guides name is there: files, folders, and the sections that they link to.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Made by tools, or not of the project.
const NOT_OURS: [&str; 4] = ["target", "node_modules", ".venv", ".git"];
const ENDINGS: [&str; 9] = [".rs", ".md", ".py", ".mjs", ".sh", ".toml", ".json", ".pq", "/"];

/// Every file and, with a slash at its end, every folder: its path from the root.
fn tree() -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
    let mut found = BTreeSet::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path.strip_prefix(root).expect("inside").display().to_string();
            if NOT_OURS.contains(&name.as_str()) {
                continue;
            }
            if path.is_dir() {
                found.insert(format!("{name}/"));
                folders.push(path);
            } else {
                found.insert(name);
            }
        }
    }
    found
}

fn read(name: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
    fs::read_to_string(root.join(name)).expect(name)
}

fn guides(tree: &BTreeSet<String>) -> impl Iterator<Item = (&str, String)> {
    tree.iter().filter(|name| name.ends_with(".md")).map(|name| (name.as_str(), read(name)))
}

/// What stands between backticks, outside blocks of code.
fn quoted(text: &str) -> Vec<String> {
    let parts: Vec<&str> = text.split("```").step_by(2).collect();
    parts.join(" ").split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// The targets of links, as they are written.
fn links(text: &str) -> impl Iterator<Item = &str> {
    text.split("](").skip(1).filter_map(|rest| rest.split(')').next())
}

/// What a heading is called in a link.
fn anchor(heading: &str) -> String {
    let words = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = words.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

/// Where a link of a guide leads, from the root; `None` when that is outside.
fn from_root(guide: &str, target: &str) -> Option<String> {
    let mut steps: Vec<&str> = guide.split('/').collect();
    steps.pop();
    for step in target.split('/') {
        match step {
            "." => {}
            ".." => drop(steps.pop()?),
            step => steps.push(step),
        }
    }
    Some(steps.join("/"))
}

#[test]
fn the_files_that_guides_name_are_there() {
    let tree = tree();
    // A room is often named without the folders around it.
    let whole = tree.iter().map(|name| format!("/{name}"));
    let short = tree.iter().map(|name| format!("/{}", name.replace("/src/", "/")));
    let known: Vec<String> = whole.chain(short).collect();
    let mut named = 0;
    let mut missing = Vec::new();
    for (guide, text) in guides(&tree) {
        for name in quoted(&text) {
            let is_path = ENDINGS.iter().any(|ending| name.ends_with(ending));
            let plain = name.chars().all(|c| c.is_alphanumeric() || "/._-".contains(c));
            let inside = !name.starts_with(['/', '.']) && !name.starts_with("target/");
            if !(is_path && plain && inside) {
                continue;
            }
            named += 1;
            let ending = format!("/{name}");
            if !known.iter().any(|path| path.ends_with(&ending)) {
                missing.push(format!("{guide}: {name}"));
            }
        }
    }
    assert!(named > 100, "only {named} names were found");
    assert_eq!(missing, [""; 0]);
}

#[test]
fn the_links_of_guides_lead_somewhere() {
    let tree = tree();
    let mut followed = 0;
    let mut broken = Vec::new();
    for (guide, text) in guides(&tree) {
        for link in links(&text).filter(|link| !link.contains("://")) {
            followed += 1;
            let (file, section) = link.split_once('#').unwrap_or((link, ""));
            let leads =
                if file.is_empty() { Some(guide.to_owned()) } else { from_root(guide, file) };
            let there = leads.is_some_and(|place| {
                let folder = format!("{}/", place.trim_end_matches('/'));
                let sections = || {
                    read(&place)
                        .lines()
                        .any(|line| line.starts_with('#') && anchor(line) == section)
                };
                tree.contains(&folder)
                    || tree.contains(&place) && (section.is_empty() || sections())
            });
            if !there {
                broken.push(format!("{guide}: {link}"));
            }
        }
    }
    assert!(followed > 50, "only {followed} links were found");
    assert_eq!(broken, [""; 0]);
}
