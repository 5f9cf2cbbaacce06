//! Every change leaves its audit entry and its event, in its transaction. Triggers in the tests'
//! databases note which rows change, and what is written to the trail and to the events; after a
//! test of `#[on_both]`, the three are held against each other. Nothing here asks the code that
//! writes entries and events.
//!
//! On PostgreSQL a note has the number of its transaction, and all three have to be of the same one.
//! SQLite tells no trigger which transaction it is in; there, the three have to be among the next few
//! of the trail, whose writers follow one another.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use uuid::Uuid;

use super::database::OwnDatabase;
use super::{On, TestApp};

mod exceptions;
mod notes;

use exceptions::{WITHOUT_ROW, listed};
pub use notes::{install, own};

/// What a trigger noted.
#[derive(Debug)]
struct Note {
    /// The transaction on PostgreSQL; on SQLite the number of the last entry of the trail.
    place: i64,
    of: Of,
    /// The table of a row, the kind of an event, the action of an entry.
    what: String,
    /// Ids with the names of their columns, as they are shown.
    named: String,
    /// The same ids: of the row itself and of what it hangs on.
    ids: Vec<Uuid>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Of {
    /// A row that was added or changed.
    Change,
    Event,
    Entry,
}

/// Ids that belong together, because one row names them both.
#[derive(Default)]
struct Ties(HashMap<Uuid, Uuid>);

impl Ties {
    fn of<'a>(notes: impl Iterator<Item = &'a Note>) -> Self {
        let mut ties = Self::default();
        for pair in notes.flat_map(|note| note.ids.windows(2)) {
            let (one, other) = (ties.root(pair[0]), ties.root(pair[1]));
            if one != other {
                ties.0.insert(one, other);
            }
        }
        ties
    }

    fn root(&self, id: Uuid) -> Uuid {
        let mut id = id;
        while let Some(next) = self.0.get(&id) {
            id = *next;
        }
        id
    }

    fn roots<'a>(&self, notes: impl Iterator<Item = &'a Note>) -> BTreeSet<Uuid> {
        notes.flat_map(|note| &note.ids).map(|id| self.root(*id)).collect()
    }
}

/// What is not as it should be, and the ids of the row that shows it.
type Fault = (String, String);

/// What was noted in one transaction, or near to it.
struct Together<'a>(Vec<&'a Note>);

impl<'a> Together<'a> {
    fn all(&self, of: Of) -> impl Iterator<Item = &'a Note> {
        self.0.iter().copied().filter(move |note| note.of == of)
    }

    /// The faults of what was noted `here`, which is a part of this.
    fn faults(&self, here: &[&Note]) -> Vec<Fault> {
        let ties = Ties::of(self.all(Of::Change));
        let changed = ties.roots(self.all(Of::Change));
        let announced = ties.roots(self.all(Of::Event));
        let entered = ties.roots(self.all(Of::Entry));
        let mut faults = Vec::new();
        for note in here {
            let is_in =
                |roots: &BTreeSet<Uuid>| note.ids.iter().any(|id| roots.contains(&ties.root(*id)));
            let Note { what, named, .. } = note;
            let mut fault = |words: String| faults.push((words, named.clone()));
            match note.of {
                Of::Change => {
                    if !is_in(&announced) {
                        fault(format!("a change of {what} left no event"));
                    }
                    if !is_in(&entered) {
                        fault(format!("a change of {what} left no audit entry"));
                    }
                }
                Of::Event => {
                    if !is_in(&changed) && !listed(WITHOUT_ROW, what) {
                        fault(format!("the event {what} tells of no change"));
                    }
                }
                // A read, and what shows a record to whom it refuses, are entered too.
                Of::Entry => {}
            }
        }
        faults
    }

    /// Events, and entries, that are there twice. Reads that wait at the same moment share a commit, so
    /// that entries of reads may well be the same.
    fn doubles(here: &[&Note]) -> Vec<Fault> {
        let reads = |note: &&&Note| {
            [":read", ":search", ":list", ":draft"].iter().any(|end| note.what.ends_with(end))
        };
        let here = here.iter().filter(|note| note.of != Of::Entry || !reads(note));
        let mut seen = BTreeSet::new();
        let mut again = Vec::new();
        for Note { of, what, named, .. } in here {
            let word = match of {
                Of::Change => continue,
                Of::Event => "event",
                Of::Entry => "audit entry",
            };
            if !seen.insert((word, what, named)) {
                again.push((format!("the {word} {what} is there twice"), named.clone()));
            }
        }
        again
    }

    /// Where to look for the cause of a fault.
    fn words(&self) -> String {
        let all = |of: Of| {
            let words: BTreeSet<&str> = self.all(of).map(|note| note.what.as_str()).collect();
            words.into_iter().collect::<Vec<_>>().join(", ")
        };
        let (changes, entries, events) = (all(Of::Change), all(Of::Entry), all(Of::Event));
        format!("beside changes of: {changes}; entries: {entries}; events: {events}")
    }
}

/// What is not as it should be: each kind of fault once, with the first row that shows it and what
/// was left beside that.
fn faults(notes: &[Note], reach: i64) -> BTreeMap<String, String> {
    let mut at: BTreeMap<i64, Vec<&Note>> = BTreeMap::new();
    for note in notes {
        at.entry(note.place).or_default().push(note);
    }
    let mut faults = BTreeMap::new();
    for (place, here) in &at {
        let near = at.range(place - reach..=place + reach).flat_map(|(_, near)| near);
        let near = Together(near.copied().collect());
        for (fault, row) in near.faults(here).into_iter().chain(Together::doubles(here)) {
            faults.entry(fault).or_insert_with(|| format!("{row}, {}", near.words()));
        }
    }
    faults
}

/// What a test's application is watched by: the same for all servers on the database.
#[derive(Clone)]
pub struct Watch {
    on: On,
    database: Rc<OwnDatabase>,
    /// Why nobody looks.
    off: Rc<Cell<Option<&'static str>>>,
}

impl Watch {
    pub fn of(on: On, database: OwnDatabase) -> Self {
        Self { on, database: Rc::new(database), off: Rc::default() }
    }

    /// What is not as it should be so far.
    pub async fn faults(&self) -> BTreeMap<String, String> {
        let reach = match self.on {
            On::Sqlite => 4,
            On::Postgres => 0,
        };
        faults(&notes::noted(self.database.url(), self.on).await, reach)
    }
}

/// Runs a test of `#[on_both]`, and looks whether each change of the application left what it should.
pub async fn watched<F: Future<Output = ()>>(on: On, scenario: impl FnOnce(TestApp) -> F) {
    let app = TestApp::start(on).await;
    let watch = app.watch.clone();
    scenario(app).await;
    if watch.off.get().is_none() {
        let faults = watch.faults().await;
        assert!(faults.is_empty(), "changes and their traces differ: {faults:#?}");
    }
}

impl TestApp {
    /// Takes the triggers away, where a test itself writes what the application would, or is about
    /// the schema or the file. The reason is for the reader.
    pub async fn unwatched(&self, why: &'static str) {
        self.watch.off.set(Some(why));
        notes::remove(self.url(), self.on).await;
    }
}
