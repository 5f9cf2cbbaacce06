//! Which file uses what of which other: each name is followed to the file that defines it, through
//! whatever hands it on.

use std::collections::{BTreeMap, BTreeSet};

use super::paths::{Import, Module, Place, read};

/// As often as this a name is handed on, at most.
const MOST_STEPS: usize = 16;

/// The sources of a crate, by module.
#[derive(Default)]
pub(super) struct Sources(BTreeMap<Place, Module>);

/// From a file to the files that it uses, with the names of what it uses of each.
pub(super) type Arrows = BTreeMap<String, BTreeMap<String, BTreeSet<String>>>;

/// What a path leads to.
enum Target {
    Module(Place),
    Item(Place, String),
}

impl Sources {
    /// Reads files, each with its path from the crate's `src` on. Those of tests are passed over.
    pub(super) fn of<'s>(files: impl IntoIterator<Item = (&'s str, &'s str)>) -> Self {
        let mut sources = Self::default();
        for (file, text) in files {
            let names: Vec<&str> = file.trim_end_matches(".rs").split('/').collect();
            if !names.contains(&"tests") {
                let place = match &*names {
                    ["lib" | "main"] => Place::new(),
                    names => names.iter().map(|name| (*name).to_owned()).collect(),
                };
                read(file, place, text, &mut sources.0);
            }
        }
        sources
    }

    /// Whatever leads to the root or from it is left out: the root is the face of the crate.
    pub(super) fn arrows(&self) -> Arrows {
        let mut arrows = Arrows::new();
        for (place, module) in self.0.iter().filter(|(place, _)| !place.is_empty()) {
            let imported = module.imports.iter().filter(|import| !import.handed_on);
            for path in imported.map(|import| &import.path).chain(&module.paths) {
                let Some(Target::Item(there, name)) = self.target(place, path, 0) else { continue };
                let file = &self.0[&there].file;
                if !there.is_empty() && *file != module.file {
                    let uses = arrows.entry(module.file.clone()).or_default();
                    uses.entry(file.clone()).or_default().insert(name);
                }
            }
        }
        arrows
    }

    /// Every path of the crate's own, with the file it stands in: its names from the root on.
    pub(super) fn own_paths(&self) -> BTreeSet<(String, Place)> {
        let mut found = BTreeSet::new();
        for (place, module) in self.0.iter().filter(|(place, _)| !place.is_empty()) {
            let imported = module.imports.iter().map(|import| &import.path);
            let whole = imported.chain(&module.paths).filter_map(|path| self.absolute(place, path));
            let beyond = whole.filter_map(|path| self.beyond_root(path));
            found.extend(beyond.map(|path| (module.file.clone(), path)));
        }
        found
    }

    /// The path; where it goes by a name that the root hands on, the module that this is of. What the
    /// root itself defines is of none.
    fn beyond_root(&self, path: Place) -> Option<Place> {
        if self.0.contains_key(path.get(..1)?) {
            return Some(path);
        }
        let (Target::Module(place) | Target::Item(place, _)) = self.below(path, 0)?;
        Some(place).filter(|place| !place.is_empty())
    }

    /// The path from the root on, where it begins at a module; not where it begins at an import.
    fn absolute(&self, place: &[String], path: &[String]) -> Option<Place> {
        let (first, rest) = path.split_first()?;
        match first.as_str() {
            "crate" => Some(rest.to_owned()),
            "self" => Some([place, rest].concat()),
            "super" => {
                let up = path.iter().take_while(|name| *name == "super").count();
                let above = place.get(..place.len().checked_sub(up)?)?;
                Some([above, path.get(up..)?].concat())
            }
            _ => {
                let below = [place, std::slice::from_ref(first)].concat();
                let here = self.0.get(place).is_some_and(|module| module.items.contains(first));
                (here || self.0.contains_key(&below)).then(|| [place, path].concat())
            }
        }
    }

    fn target(&self, place: &[String], path: &[String], steps: usize) -> Option<Target> {
        match self.absolute(place, path) {
            Some(whole) => self.below(whole, steps),
            None => self.imported(place, path, steps),
        }
    }

    /// What an import of the module makes of the path; none where it leads out of the crate.
    fn imported(&self, place: &[String], path: &[String], steps: usize) -> Option<Target> {
        let (first, rest) = path.split_first()?;
        if steps == MOST_STEPS {
            return None;
        }
        let imports = &self.0.get(place)?.imports;
        let of = |import: &Import, rest: &[String]| {
            self.target(place, &[&*import.path, rest].concat(), steps + 1)
        };
        if let Some(import) = imports.iter().find(|import| import.name == *first) {
            return of(import, rest);
        }
        let all = imports.iter().filter(|import| import.name == "*");
        all.filter_map(|import| of(import, path)).find(|target| self.is_known(target))
    }

    fn is_known(&self, target: &Target) -> bool {
        match target {
            Target::Module(_) => true,
            Target::Item(place, name) => {
                self.0.get(place).is_some_and(|module| module.items.contains(name))
            }
        }
    }

    /// What a path from the root on leads to. A name that a module does not define and nobody hands
    /// on is one that a macro makes there.
    fn below(&self, whole: Place, steps: usize) -> Option<Target> {
        let is_module = |length: &usize| self.0.contains_key(&whole[..*length]);
        let length = (0..=whole.len()).rev().find(is_module)?;
        let (place, path) = whole.split_at(length);
        let Some(name) = path.first() else { return Some(Target::Module(whole)) };
        let module = &self.0[place];
        let imports = |import: &Import| import.name == *name || import.name == "*";
        if !module.items.contains(name) && module.imports.iter().any(imports) {
            let target = self.imported(place, path, steps);
            if target.is_some() || module.imports.iter().any(|import| import.name == *name) {
                return target;
            }
        }
        Some(Target::Item(place.to_owned(), name.clone()))
    }
}

/// The circles: files that each use all others of theirs, by whatever way.
pub(super) fn circles(arrows: &Arrows) -> BTreeSet<BTreeSet<&str>> {
    let reached = |from: &str| {
        let (mut found, mut next) = (BTreeSet::new(), vec![from.to_owned()]);
        while let Some(file) = next.pop() {
            for used in arrows.get(&file).into_iter().flat_map(BTreeMap::keys) {
                if found.insert(used.as_str()) {
                    next.push(used.clone());
                }
            }
        }
        found
    };
    let all: BTreeMap<&str, BTreeSet<&str>> =
        arrows.keys().map(|file| (file.as_str(), reached(file))).collect();
    let circles = all.iter().map(|(file, found)| {
        let back = |other: &&str| all.get(other).is_some_and(|far| far.contains(file));
        found.iter().copied().filter(back).collect::<BTreeSet<&str>>()
    });
    circles.filter(|circle| !circle.is_empty()).collect()
}

/// The arrows within a circle, a line each, for whoever has to break it.
pub(super) fn within(arrows: &Arrows, circle: &BTreeSet<&str>) -> String {
    let mut lines = String::new();
    for (from, uses) in arrows.iter().filter(|(from, _)| circle.contains(from.as_str())) {
        for (to, names) in uses.iter().filter(|(to, _)| circle.contains(to.as_str())) {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            lines.push_str(&format!("{from} -> {to}: {}\n", names.join(", ")));
        }
    }
    lines
}
