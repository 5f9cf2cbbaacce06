//! What changed of a number between two instants, referral by referral.

use std::collections::BTreeMap;

use ascms_domain::access::Grant;
use ascms_domain::measures::{Classification, ClockCause, Number};
use chrono::{DateTime, Utc};
use sea_orm::QuerySelect;

use super::Model;
use super::groups::{Scope, fitting};
use super::judgement::{Judgement, MadeBy};
use super::members::{MemberFilter, MemberKey, ordered};
use crate::audit::{self, Subject};
use crate::page::{Page, PageRequest};
use crate::{Store, StoreError};

/// How many referrals are compared at a time: enough for a page in nearly every case.
const AT_A_TIME: u64 = 1_000;

/// One referral that counts otherwise than before.
#[derive(Clone, Debug)]
pub struct MeasureChange {
    /// The clock as it stands at the later instant, or stood before it left the scope.
    pub clock: Model,
    /// How it counted at the earlier instant; none when it was no member.
    pub before: Option<Classification>,
    /// How it counts at the later one.
    pub after: Option<Classification>,
    /// What set its clock last between the two; none when only days passed or a rule changed.
    pub cause: Option<ClockCause>,
}

#[derive(Clone, Debug)]
pub struct MeasureChanges {
    pub page: Page<MeasureChange, MemberKey>,
    pub number: Number,
    pub before: MadeBy,
    pub after: MadeBy,
}

/// One side of the comparison.
struct Side {
    scope: Scope,
    judgement: Judgement,
}

impl Store {
    /// The referrals that count otherwise at the scope's instant than at an earlier one, in the
    /// order of their referral dates; `None` when the rule in force has no such number.
    pub async fn measure_changes(
        &self,
        grant: &Grant,
        filter: &MemberFilter,
        since: DateTime<Utc>,
        page: PageRequest<MemberKey>,
        now: DateTime<Utc>,
    ) -> Result<Option<MeasureChanges>, StoreError> {
        let to = filter.scope.to;
        let (earlier, later) = (Some(since), filter.scope.as_of);
        let then = Scope { as_of: earlier, ..filter.scope.clone() };
        let before = Side { judgement: self.judgement(to, earlier, now).await?, scope: then };
        let after =
            Side { judgement: self.judgement(to, later, now).await?, scope: filter.scope.clone() };
        let Some(number) = after.judgement.number(filter.measure, filter.within_days) else {
            return Ok(None);
        };
        let mut found = Vec::new();
        let mut at = page.after;
        let wanted = usize::try_from(page.fetch()).unwrap_or(usize::MAX);
        while found.len() < wanted {
            let (rows, end) = self.compared(grant, (&before, &after), number, at).await?;
            found.extend(rows);
            at = end;
            if at.is_none() {
                break;
            }
        }
        let found = page.cut(found, |row| (row.clock.referral_date, row.clock.referral_id));
        let ids = found.items.iter().map(|row| row.clock.referral_id.0).collect();
        self.read_log.record(audit::allowed(grant, Subject::many("referral", ids), now)).await?;
        let (before, after) = (before.judgement.made_by, after.judgement.made_by);
        Ok(Some(MeasureChanges { page: found, number, before, after }))
    }

    /// The changes among the next referrals, and where to go on; `None` at the end.
    async fn compared(
        &self,
        grant: &Grant,
        (before, after): (&Side, &Side),
        number: Number,
        from: Option<MemberKey>,
    ) -> Result<(Vec<MeasureChange>, Option<MemberKey>), StoreError> {
        let key = |clock: &Model| (clock.referral_date, clock.referral_id);
        let old = self.next(grant, &before.scope, from).await?;
        let new = self.next(grant, &after.scope, from).await?;
        let full = |rows: &[Model]| u64::try_from(rows.len()).is_ok_and(|n| n == AT_A_TIME);
        let ends =
            [&old, &new].into_iter().filter(|rows| full(rows)).filter_map(|rows| rows.last());
        let end = ends.map(key).min();
        let mut pairs: BTreeMap<MemberKey, (Option<Model>, Option<Model>)> = BTreeMap::new();
        for clock in old {
            let at = key(&clock);
            pairs.entry(at).or_default().0 = Some(clock);
        }
        for clock in new {
            let at = key(&clock);
            pairs.entry(at).or_default().1 = Some(clock);
        }
        let mut changes = Vec::new();
        for (at, (old, new)) in pairs {
            if end.is_some_and(|end| at > end) {
                break;
            }
            changes.extend(change((before, after), number, old, new)?);
        }
        Ok((changes, end))
    }

    async fn next(
        &self,
        grant: &Grant,
        scope: &Scope,
        from: Option<MemberKey>,
    ) -> Result<Vec<Model>, StoreError> {
        Ok(ordered(fitting(grant, scope), from).limit(AT_A_TIME).all(&self.read).await?)
    }
}

fn change(
    (before, after): (&Side, &Side),
    number: Number,
    old: Option<Model>,
    new: Option<Model>,
) -> Result<Option<MeasureChange>, StoreError> {
    let stood = old.as_ref().map(|clock| before.judgement.classify(clock, number)).transpose()?;
    let stands = new.as_ref().map(|clock| after.judgement.classify(clock, number)).transpose()?;
    let (stood, stands) = (stood.flatten(), stands.flatten());
    if stood == stands {
        return Ok(None);
    }
    let version = |clock: &Option<Model>| clock.as_ref().map(|clock| clock.known_from);
    let is_new = version(&old) != version(&new);
    let cause = new.as_ref().filter(|_| is_new).map(|clock| clock.cause);
    let change = |clock| MeasureChange { clock, before: stood, after: stands, cause };
    Ok(new.or(old).map(change))
}
