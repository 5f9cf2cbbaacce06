//! Code sets at rest: the growing lists of words that forms offer and bodies name.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use ascms_domain::access::Grant;
use ascms_domain::matching::{
    PLACEHOLDER_BIRTH_DATES, PLACEHOLDER_NAMES, PLACEHOLDER_NSNS, Placeholders,
};
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::ExprTrait;
use sea_orm::{Condition, QueryOrder, QuerySelect, QueryTrait};

use crate::Store;
use crate::reference::attendance_codes;
use crate::rows::code;
use crate::rows::code_set::{ActiveModel, Column, Entity, Model};
use crate::store::audit::{self, Subject};
use crate::store::error::StoreError;
use crate::store::events::Event;
use crate::store::page::{Page, PageRequest};
use crate::store::{bulk, dialect};

pub use crate::reference::attendance_codes::ListedCode;

/// The set whose codes say how a half-day counts. They are kept with the attendance, since a code
/// may mean something else from a day on, and change with a release.
pub const ATTENDANCE_CODES: &str = "attendance-codes";

/// The sets and codes of an import: what is on record, or what is to be written.
#[derive(Clone, Debug, Default)]
pub struct CodeSets {
    pub sets: Vec<Model>,
    pub codes: Vec<code::Model>,
}

impl Store {
    /// The code sets by name.
    pub async fn code_sets(
        &self,
        _: &Grant,
        page: PageRequest<String>,
    ) -> Result<Page<Model, String>, StoreError> {
        let total = page.total(&Entity::find(), &self.read).await?;
        let rows = Entity::find()
            .apply_if(page.after.clone(), |query, name| query.filter(Column::Name.gt(name)))
            .order_by_asc(Column::Name)
            .limit(page.fetch())
            .all(&self.read)
            .await?;
        Ok(Page { total, ..page.cut(rows, |row| row.name.clone()) })
    }

    /// One code set with all its codes, former ones too, in the order in which forms show them.
    pub async fn code_set(
        &self,
        _: &Grant,
        name: &str,
    ) -> Result<(Model, Vec<ListedCode>), StoreError> {
        let set = Entity::find_by_id(name).one(&self.read).await?.ok_or(StoreError::NotFound)?;
        if name == ATTENDANCE_CODES {
            return Ok((set, attendance_codes::listed(&self.read).await?));
        }
        let codes = code::Entity::find()
            .filter(code::Column::CodeSet.eq(name))
            .order_by_asc(code::Column::Position)
            .order_by_asc(code::Column::Code)
            .all(&self.read)
            .await?;
        Ok((set, codes.into_iter().map(ListedCode::from).collect()))
    }

    /// Brings code sets up to date: `rule` sees what is on record and answers with the rows to
    /// write. A dry run does all of it and keeps nothing.
    pub async fn import_code_sets(
        &self,
        now: DateTime<Utc>,
        dry_run: bool,
        rule: impl FnOnce(CodeSets) -> CodeSets,
    ) -> Result<(), StoreError> {
        let txn = self.begin().await?;
        dialect::lock_names(&txn, &["import code sets".to_owned()]).await?;
        let sets = Entity::find().all(&txn).await?;
        let CodeSets { sets, codes } =
            rule(CodeSets { sets, codes: code::Entity::find().all(&txn).await? });
        let events: Vec<Event> = sets.iter().map(changed).collect();
        bulk::upsert(&txn, sets.into_iter().map(ActiveModel::from)).await?;
        bulk::upsert(&txn, codes.into_iter().map(code::ActiveModel::from)).await?;
        bulk::record_events(&txn, &events, now).await?;
        let subject = Subject::many("code_set", Vec::new());
        audit::record(&txn, audit::by_operator("reference-data:import", subject, now)).await?;
        if dry_run {
            txn.rollback().await
        } else {
            txn.commit().await?
        }
        self.caches.placeholders.clear();
        self.caches.codes.clear();
        Ok(())
    }
}

/// How long a new placeholder may go unnoticed, and codes are not read again.
const FRESH_FOR: Duration = Duration::from_secs(10);

impl Store {
    /// The values that say nothing of who a student is: the codes of three sets that have not ended.
    pub(crate) async fn placeholders(&self) -> Result<Arc<Placeholders>, StoreError> {
        let load = async {
            let sets = [PLACEHOLDER_NAMES, PLACEHOLDER_BIRTH_DATES, PLACEHOLDER_NSNS];
            let codes = code::Entity::find()
                .filter(code::Column::CodeSet.is_in(sets))
                .filter(code::Column::ValidTo.is_null())
                .all(&self.read)
                .await?;
            let mut placeholders = Placeholders::default();
            for code::Model { code_set, code, label_en, label_mi, .. } in &codes {
                let labels = [Some(label_en.as_str()), label_mi.as_deref()];
                let labels: Vec<&str> = labels.into_iter().flatten().collect();
                placeholders.add(code_set, code, &labels);
            }
            Ok(placeholders)
        };
        self.caches.placeholders.get(FRESH_FOR, load).await
    }

    /// The codes of all sets, as of a few seconds ago.
    pub(crate) async fn known_codes(&self) -> Result<Arc<KnownCodes>, StoreError> {
        let load = async {
            let all: Vec<(String, String)> = code::Entity::find()
                .select_only()
                .columns([code::Column::CodeSet, code::Column::Code])
                .into_tuple()
                .all(&self.read)
                .await?;
            let mut known = KnownCodes::default();
            for (set, code) in all {
                known.0.entry(set).or_default().insert(code);
            }
            Ok(known)
        };
        self.caches.codes.get(FRESH_FOR, load).await
    }
}

/// Codes by the name of their set. No code is ever taken out of its set, so what is known here is
/// known in the database; a new code may be missing.
#[derive(Debug, Default)]
pub(crate) struct KnownCodes(HashMap<String, HashSet<String>>);

impl KnownCodes {
    pub(crate) fn contains(&self, set: &str, code: &str) -> bool {
        self.0.get(set).is_some_and(|codes| codes.contains(code))
    }
}

/// Code sets are known by name and have no id; a follower reads the list anew and compares the
/// versions.
fn changed(row: &Model) -> Event {
    Event {
        kind: "code_set.changed",
        subject_id: Uuid::nil(),
        version: row.version,
        provider_id: None,
        school_id: None,
    }
}

/// Those of the pairs (code set, code) that are no codes; one query for them all. A code that has
/// ended still is one: forms no longer offer it, but a school's system may take a while to learn.
pub(crate) async fn unknown_codes<'a>(
    db: &impl ConnectionTrait,
    asked: &[(&'a str, &'a str)],
) -> Result<Vec<(&'a str, &'a str)>, DbErr> {
    if asked.is_empty() {
        return Ok(Vec::new());
    }
    let each = asked
        .iter()
        .map(|(set, code)| code::Column::CodeSet.eq(*set).and(code::Column::Code.eq(*code)));
    let known: Vec<(String, String)> = code::Entity::find()
        .select_only()
        .column(code::Column::CodeSet)
        .column(code::Column::Code)
        .filter(each.fold(Condition::any(), Condition::add))
        .into_tuple()
        .all(db)
        .await?;
    let is_known = |(set, code): &(&str, &str)| known.iter().any(|(s, c)| s == set && c == code);
    Ok(asked.iter().copied().filter(|pair| !is_known(pair)).collect())
}
