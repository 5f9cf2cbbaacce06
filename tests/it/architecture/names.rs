//! One meaning a name: no two modules of a crate define types of one name, and no function has a name
//! that says nothing.

use std::collections::{BTreeMap, BTreeSet};

use syn::buffer::TokenBuffer;
use syn::{Attribute, Item, ItemMacro};

use super::{code, sources};

/// Where each type is defined: the files, and the modules within them.
type Modules = BTreeMap<String, BTreeSet<String>>;

/// The names that many modules of a crate define all the same, each with the reason.
const DEFINED_OFTEN: &[(&str, &str, &str)] = &[
    ("crates/persistence", "Model", "sea-orm's name of a table's row, under the table's module"),
    ("crates/persistence", "Selected", "the select of a table, under the table's module"),
    ("migrations", "Migration", "sea-orm's name of a migration, under its number"),
];

/// The macros that define a type for each word of theirs that begins with a capital.
const DEFINING: &[&str] = &["closed_list", "id_types", "permissions", "text_types"];

/// Names of functions that say nothing: told what? Kept where?
const EMPTY: &[&str] = &["beside", "keep", "named", "tell"];

fn types(files: &[(String, String)]) -> Modules {
    let mut found = Modules::new();
    for (file, text) in files {
        if !file.split(['/', '.']).any(|part| part == "tests") {
            let parsed = syn::parse_file(text).unwrap_or_else(|err| panic!("{file}: {err}"));
            add_types(file, &parsed.items, &mut found);
        }
    }
    found
}

fn add_types(module: &str, items: &[Item], found: &mut Modules) {
    for name in items.iter().flat_map(defined) {
        found.entry(name).or_default().insert(module.to_owned());
    }
    for item in items {
        if let Item::Mod(inner) = item
            && let Some((_, items)) = &inner.content
            && !is_for_tests(&inner.attrs)
        {
            add_types(&format!("{module}::{}", inner.ident), items, found);
        }
    }
}

/// The types that an item defines.
fn defined(item: &Item) -> Vec<String> {
    let name = match item {
        Item::Enum(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::Type(item) => &item.ident,
        Item::Union(item) => &item.ident,
        Item::Macro(call) => return defined_by(call),
        _ => return Vec::new(),
    };
    vec![name.to_string()]
}

/// The types that a call of a macro defines.
fn defined_by(call: &ItemMacro) -> Vec<String> {
    let mut found = Vec::new();
    let name = call.mac.path.segments.last().map(|last| last.ident.to_string());
    if call.ident.is_some() || !name.is_some_and(|name| DEFINING.contains(&name.as_str())) {
        return found;
    }
    let tokens = TokenBuffer::new2(call.mac.tokens.clone());
    let mut at = tokens.begin();
    // A group is one token: what stands in braces or in an attribute is no type's name.
    while let Some((_, after)) = at.token_tree() {
        let word = at.ident().map(|(word, _)| word.to_string());
        found.extend(word.filter(|word| word.starts_with(|letter: char| letter.is_uppercase())));
        at = after;
    }
    found
}

fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|one| {
        one.path().is_ident("cfg")
            && one.parse_args::<syn::Path>().is_ok_and(|path| path.is_ident("test"))
    })
}

/// The names that are defined in two modules or more.
fn ambiguous(mut types: Modules) -> Modules {
    types.retain(|_, modules| modules.len() > 1);
    types
}

#[test]
fn no_two_modules_of_a_crate_define_types_of_one_name() {
    for folder in
        ["crates/domain", "crates/persistence", "crates/http", "crates/server", "migrations"]
    {
        let mut found = ambiguous(types(&sources(&format!("{folder}/src"))));
        for (_, name, reason) in DEFINED_OFTEN.iter().filter(|(of, ..)| *of == folder) {
            assert!(found.remove(*name).is_some(), "{folder}: {name} is no exception: {reason}");
        }
        assert_eq!(found, Modules::new(), "{folder}");
    }
}

#[test]
fn a_type_is_found_however_it_is_defined() {
    let words = "crate::closed_list! {
        /// Text.
        Word { First = \"first\", }
        #[derive(Debug)] Other { Second = \"second\", }
    }";
    let files = [
        ("a.rs", "pub struct Record; mod inner { enum Word {} } type Form = u8; trait Other {}"),
        ("b.rs", words),
        ("c.rs", "fn local() { struct Record; } impl Iterator for X { type Form = u8; }"),
        ("d.rs", "#[cfg(test)] mod tests { struct Record; struct Form; }"),
        ("e/tests.rs", "struct Record;"),
        ("f.rs", "macro_rules! closed_list { ($Form:ident) => { struct $Form; } }"),
    ];
    let all = types(&files.map(|(file, text)| (file.to_owned(), text.to_owned())));
    assert_eq!(all.keys().collect::<Vec<_>>(), ["Form", "Other", "Record", "Word"]);
    let twice = ambiguous(all);
    let modules = |name: &str| twice[name].iter().map(String::as_str).collect::<Vec<_>>();
    assert_eq!(twice.len(), 2);
    assert_eq!(modules("Other"), ["a.rs", "b.rs"]);
    assert_eq!(modules("Word"), ["a.rs::inner", "b.rs"]);
}

/// The functions of a text that have one of the names, each with its line.
fn empty_names(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (number, line) in code(text) {
        let names = line.split("fn ").skip(1).filter_map(|rest| rest.split(['(', '<']).next());
        let empty = names.filter(|name| EMPTY.contains(name));
        found.extend(empty.map(|name| format!("{number} {name}")));
    }
    found
}

#[test]
fn no_function_has_a_name_that_says_nothing() {
    for folder in ["crates", "migrations", "tests"] {
        for (file, text) in sources(folder) {
            // The text that this rule is tried out on stands below.
            if !file.ends_with("architecture/names.rs") {
                assert_eq!(empty_names(&text), [""; 0], "{file}");
            }
        }
    }
    let text = "pub async fn tell(to: A) {}\n// fn keep()\nfn keeping() {}\nfn named<T>(of: T) {}";
    assert_eq!(empty_names(text), ["1 tell", "4 named"]);
}
