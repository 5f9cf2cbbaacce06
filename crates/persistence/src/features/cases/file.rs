//! One case whole, as its readers and its rules need it: three statements and its audit entry.

use ascms_domain::access::Grant;
use ascms_domain::calendar::nz_date;
use ascms_domain::cases::{Case, Circumstances};
use ascms_domain::ids::{CaseId, UserId};
use chrono::{DateTime, NaiveDate, Utc};

use crate::Store;
use crate::features::{measures, timeline};
use crate::gate::case::{WholeCase, reopen_until, rules, whole};
use crate::gate::look;
use crate::reference::calendars::Calendars;
use crate::reference::rules::RuleBook;
use crate::store::audit::{self, Subject};
use crate::store::error::StoreError;

/// One case whole: with the clocks of its four contact deadlines and its latest entries.
#[derive(Clone, Debug)]
pub struct CaseFile {
    pub whole: WholeCase,
    pub deadlines: Vec<measures::Deadline>,
    pub calendar_version: String,
    pub reopen_until: Option<NaiveDate>,
    pub recent: Vec<timeline::EntryRow>,
}

impl Store {
    /// A case's file, by somebody who reads it.
    pub async fn case(
        &self,
        grant: &Grant,
        id: CaseId,
        now: DateTime<Utc>,
    ) -> Result<CaseFile, StoreError> {
        let whole = whole(&self.read, grant, id, nz_date(now)).await?;
        let recent = timeline::recent(&self.read, grant, &whole.row.case).await?;
        let further = [whole.row.case.student_id.0];
        let further = further.into_iter().chain(recent.iter().map(|row| row.entry.id.0));
        let subject = Subject::one("case", id.0).with(further);
        let look = look::of(grant, &whole, now);
        self.read_log.record_look(audit::allowed(grant, subject, now), look).await?;
        let (rules, calendars) = (self.rules().await?, self.calendars().await?);
        CaseFile::of(whole, recent, &rules, &calendars, nz_date(now))
    }
}

impl CaseFile {
    /// Judges the deadlines of a case that was read.
    pub(super) fn of(
        whole: WholeCase,
        recent: Vec<timeline::EntryRow>,
        rules: &RuleBook,
        calendars: &Calendars,
        today: NaiveDate,
    ) -> Result<Self, StoreError> {
        let rules = rules.service_levels(whole.row.case.referral_date)?;
        let deadlines = measures::deadlines(&whole.row, &rules.parameters, calendars, today)?;
        Ok(Self {
            reopen_until: reopen_until(&whole, calendars)?,
            calendar_version: calendars.contract.version().to_owned(),
            whole,
            deadlines,
            recent,
        })
    }

    /// What the rules decide on when this caller wants to act.
    pub fn rules(
        &self,
        caller: UserId,
        today: NaiveDate,
    ) -> Result<(Case, Circumstances), StoreError> {
        rules(&self.whole, self.reopen_until, caller, today)
    }
}
