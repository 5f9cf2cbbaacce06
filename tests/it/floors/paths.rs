//! What a source names: the items and imports of its modules, and every path that stands in them.

use std::collections::{BTreeMap, BTreeSet};

use syn::buffer::{Cursor, TokenBuffer};
use syn::visit::{self, Visit};
use syn::{
    Attribute, Expr, ExprCall, ImplItemFn, Item, ItemMod, ItemUse, Macro, UseTree, Visibility,
};

/// Where a module is: its names from the root of the crate on. The root has none.
pub(super) type Place = Vec<String>;

/// A module of a crate, as far as its names go.
#[derive(Default)]
pub(super) struct Module {
    pub file: String,
    pub items: BTreeSet<String>,
    pub imports: Vec<Import>,
    /// The paths that are used, as they are written.
    pub paths: BTreeSet<Vec<String>>,
}

/// A name that a `use` brings; `*` brings all.
pub(super) struct Import {
    pub name: String,
    pub path: Vec<String>,
    /// `pub use`: it is there for others.
    pub handed_on: bool,
}

/// Reads a file that is the module at a place. What is compiled for tests only is passed over.
pub(super) fn read(file: &str, place: Place, text: &str, modules: &mut BTreeMap<Place, Module>) {
    let parsed = syn::parse_file(text).unwrap_or_else(|err| panic!("{file}: {err}"));
    let mut reader = Reader { file, place, modules };
    reader.module(&parsed.items);
}

struct Reader<'m> {
    file: &'m str,
    place: Place,
    modules: &'m mut BTreeMap<Place, Module>,
}

impl Reader<'_> {
    fn here(&mut self) -> &mut Module {
        self.modules.entry(self.place.clone()).or_default()
    }

    fn module(&mut self, items: &[Item]) {
        self.here().file = self.file.to_owned();
        let names: Vec<String> = items.iter().filter_map(defined).collect();
        self.here().items.extend(names);
        items.iter().for_each(|item| self.visit_item(item));
    }

    /// A word in small letters is a local value, unless it is called.
    fn take(&mut self, path: Vec<String>, called: bool) {
        let is_local = |name: &String| !called && name.starts_with(|c: char| c.is_lowercase());
        if !matches!(&*path, [only] if is_local(only)) {
            self.here().paths.insert(path);
        }
    }

    fn tokens(&mut self, mut at: Cursor<'_>) {
        let mut of_a_value = false;
        while !at.eof() {
            if let Some((inside, _, _, after)) = at.any_group() {
                self.tokens(inside);
                (at, of_a_value) = (after, false);
            } else if let Some((first, mut after)) = at.ident() {
                let mut path = vec![first.to_string()];
                while let Some((name, beyond)) = after_colons(after) {
                    path.push(name);
                    after = beyond;
                }
                if !of_a_value {
                    self.take(path, after.any_group().is_some());
                }
                (at, of_a_value) = (after, false);
            } else {
                of_a_value = at.punct().is_some_and(|(mark, _)| mark.as_char() == '.');
                let Some((_, after)) = at.token_tree() else { break };
                at = after;
            }
        }
    }

    fn imports(&mut self, tree: &UseTree, before: &[String], handed_on: bool) {
        let path = |name: &syn::Ident| [before, &[name.to_string()]].concat();
        let (name, path) = match tree {
            UseTree::Path(step) => return self.imports(&step.tree, &path(&step.ident), handed_on),
            UseTree::Group(group) => {
                return group.items.iter().for_each(|one| self.imports(one, before, handed_on));
            }
            UseTree::Glob(_) => ("*".to_owned(), before.to_owned()),
            UseTree::Name(one) if one.ident == "self" => {
                (before.last().cloned().unwrap_or_default(), before.to_owned())
            }
            UseTree::Name(one) => (one.ident.to_string(), path(&one.ident)),
            UseTree::Rename(one) if one.ident == "self" => {
                (one.rename.to_string(), before.to_owned())
            }
            UseTree::Rename(one) => (one.rename.to_string(), path(&one.ident)),
        };
        self.here().imports.push(Import { name, path, handed_on });
    }
}

/// The next name of a path: two colons and a word.
fn after_colons(at: Cursor<'_>) -> Option<(String, Cursor<'_>)> {
    let (first, after) = at.punct()?;
    let (second, after) = after.punct()?;
    let (name, after) = after.ident()?;
    [first, second].iter().all(|mark| mark.as_char() == ':').then(|| (name.to_string(), after))
}

/// The name of what an item defines; `impl`s, imports and calls of macros define none.
fn defined(item: &Item) -> Option<String> {
    let name = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Macro(item) => item.ident.as_ref()?,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::Type(item) => &item.ident,
        Item::Union(item) => &item.ident,
        _ => return None,
    };
    Some(name.to_string())
}

fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|one| {
        one.path().is_ident("cfg")
            && one.parse_args::<syn::Path>().is_ok_and(|path| path.is_ident("test"))
    })
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        if !is_for_tests(attributes(item)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_impl_item_fn(&mut self, function: &'ast ImplItemFn) {
        if !is_for_tests(&function.attrs) {
            visit::visit_impl_item_fn(self, function);
        }
    }

    /// A module within the file; one that is a file of its own is read by itself.
    fn visit_item_mod(&mut self, module: &'ast ItemMod) {
        if let Some((_, items)) = &module.content {
            self.place.push(module.ident.to_string());
            self.module(items);
            self.place.pop();
        }
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        let handed_on = !matches!(item.vis, Visibility::Inherited);
        self.imports(&item.tree, &[], handed_on);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let names = path.segments.iter().map(|segment| segment.ident.to_string());
        self.take(names.collect(), false);
        visit::visit_path(self, path);
    }

    fn visit_expr_call(&mut self, call: &'ast ExprCall) {
        if let Expr::Path(function) = &*call.func
            && let Some(name) = function.path.get_ident()
        {
            self.take(vec![name.to_string()], true);
        }
        visit::visit_expr_call(self, call);
    }

    fn visit_macro(&mut self, called: &'ast Macro) {
        self.visit_path(&called.path);
        self.tokens(TokenBuffer::new2(called.tokens.clone()).begin());
    }

    /// What is said to `derive` and the like is code too; comments are not.
    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        if let syn::Meta::List(list) = &attribute.meta {
            self.tokens(TokenBuffer::new2(list.tokens.clone()).begin());
        }
    }

    /// A visibility uses nothing: `pub(in crate::import)`.
    fn visit_visibility(&mut self, _: &'ast Visibility) {}
}
