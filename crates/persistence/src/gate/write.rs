//! A change under way, as the features see it.

use std::cell::Cell;

use ascms_domain::access::Grant;
use ascms_domain::calendar::nz_date;
use ascms_domain::code_locations::CodeLocation;
use ascms_domain::ids::UserId;
use ascms_domain::matching::Placeholders;
use ascms_domain::text::Code;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::DbErr;
use uuid::Uuid;

use crate::Store;
use crate::reference::calendars::Calendars;
use crate::reference::judgement_basis::JudgementBasis;
use crate::reference::reference_data::{KnownCodes, unknown_codes};
use crate::reference::rules::RuleBook;
use crate::store::call::Call;
use crate::store::error::StoreError;
use crate::store::transaction::DatabaseTransaction;

/// What a change has at hand: who makes it and when, its transaction, and what days are counted and
/// judged by. Only [`Store::write`] makes one, and commits it.
pub struct Write<'a> {
    pub(crate) store: &'a Store,
    pub(crate) call: &'a Call<'a>,
    pub(crate) txn: &'a DatabaseTransaction,
    pub(crate) calendars: &'a Calendars,
    pub(crate) rules: &'a RuleBook,
    pub(crate) placeholders: &'a Placeholders,
    pub(crate) codes: &'a KnownCodes,
    /// Calendars, terms or rules are others than before.
    pub(crate) reference_changed: Cell<bool>,
    /// The id of the next record, where a sandbox has one that is known beforehand.
    pub(crate) known_id: Cell<Option<Uuid>>,
}

impl Write<'_> {
    /// By which the change was allowed, and which says what of the answer its caller sees.
    #[must_use]
    pub fn grant(&self) -> &Grant {
        self.call.grant
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.call.now
    }

    /// What the change is judged by.
    pub(crate) fn basis(&self) -> JudgementBasis<'_> {
        JudgementBasis { rules: self.rules, calendars: self.calendars, now: self.now() }
    }

    /// The day of the change in New Zealand.
    pub(crate) fn today(&self) -> NaiveDate {
        nz_date(self.call.now)
    }

    /// The id of whoever makes the change, as a person.
    pub(crate) fn caller(&self) -> UserId {
        UserId(self.call.grant.caller().id())
    }

    /// The id of a record that the change makes: a fresh one, version 7 (RFC 9562), unless it is known
    /// beforehand.
    pub(crate) fn new_id(&self) -> Uuid {
        self.known_id.take().unwrap_or_else(Uuid::now_v7)
    }

    /// Refuses a change that looks students up, of a caller that guessed too often.
    pub(crate) fn may_look_up(&self) -> Result<(), StoreError> {
        self.store.may_look_up(self.call)
    }

    /// Those of the pairs (code set, code) that are no codes. Only a code that was not known a few
    /// seconds ago is asked of the database.
    pub(crate) async fn unknown_codes<'a>(
        &self,
        asked: &[(&'a str, &'a str)],
    ) -> Result<Vec<(&'a str, &'a str)>, DbErr> {
        let new = asked.iter().copied().filter(|(set, code)| !self.codes.contains(set, code));
        unknown_codes(self.txn, &new.collect::<Vec<_>>()).await
    }

    /// The same of codes that a body names, by where it names them.
    pub(crate) async fn unknown_at(
        &self,
        named: &[(CodeLocation, &Code)],
    ) -> Result<Vec<CodeLocation>, DbErr> {
        let pairs = named.iter().map(|(location, code)| (location.set(), code.as_str()));
        let unknown = self.unknown_codes(&pairs.collect::<Vec<_>>()).await?;
        let is_unknown = |(location, code): &&(CodeLocation, &Code)| {
            unknown.contains(&(location.set(), code.as_str()))
        };
        Ok(named.iter().filter(is_unknown).map(|(location, _)| *location).collect())
    }

    /// Calendars, terms and rules are read anew after the commit.
    pub(crate) fn changes_reference(&self) {
        self.reference_changed.set(true);
    }
}
