//! What changed of a number between two instants, referral by referral.

use std::collections::{BTreeMap, HashMap};

use ascms_domain::access::Grant;
use ascms_domain::ids::{CatchmentId, ProviderId, ReferralId, SchoolId, StudentId};
use ascms_domain::measures::{Breakdown, ChangeCause, MeasureResult, Number};
use chrono::{DateTime, Utc};
use sea_orm::QuerySelect;

use crate::Store;
use crate::features::measures::groups::part_of;
use crate::features::measures::judgement::{Judgement, MadeBy};
use crate::features::measures::known::{self, Owner};
use crate::features::measures::members::{MemberFilter, MemberKey, ordered};
use crate::features::measures::scope::{Scope, fitting};
use crate::reach::rows::referral_clock::Model;
use crate::store::audit::{self, Subject};
use crate::store::error::StoreError;
use crate::store::page::{Page, PageRequest};

/// How many referrals are compared at a time: enough for a page in nearly every case.
const AT_A_TIME: u64 = 1_000;

/// One referral that counts otherwise than before.
#[derive(Clone, Debug)]
pub struct MeasureChange {
    /// The clock as it stands at the later instant, or stood before it left the scope.
    pub clock: Model,
    /// How it counted at the earlier instant; none when it was no member.
    pub before: Option<MeasureResult>,
    /// How it counts at the later one.
    pub after: Option<MeasureResult>,
    /// The part of its group that it belonged to at either instant, where groups are broken down.
    pub parts: (Option<String>, Option<String>),
    pub cause: ChangeCause,
    /// Since when the cause is known; without an instant of its own, since when its clock stands as
    /// it does.
    pub known_from: DateTime<Utc>,
}

#[derive(Clone, Debug)]
pub struct MeasureChanges {
    pub page: Page<MeasureChange, MemberKey>,
    pub before: (Number, MadeBy),
    pub after: (Number, MadeBy),
}

/// Which changes are asked for.
#[derive(Clone, Copy, Debug)]
pub struct ChangesAsked<'a> {
    pub filter: &'a MemberFilter,
    /// How groups are broken down.
    pub by: Option<Breakdown>,
    /// The earlier of the two instants.
    pub since: DateTime<Utc>,
}

/// One side of the comparison. A rule that moved a limit calls the number otherwise on either.
struct ComparedSide {
    scope: Scope,
    judgement: Judgement,
    number: Number,
    by: Option<Breakdown>,
}

/// What is compared: the earlier instant and the later one.
struct Comparison {
    before: ComparedSide,
    after: ComparedSide,
}

impl Store {
    /// The referrals that count otherwise at the scope's instant than at an earlier one, or as
    /// another part of their group, in the order of their referral dates; `None` when the rule has
    /// no such number at either instant.
    pub async fn measure_changes(
        &self,
        grant: &Grant,
        ChangesAsked { filter, by, since }: ChangesAsked<'_>,
        page: PageRequest<MemberKey>,
        now: DateTime<Utc>,
    ) -> Result<Option<MeasureChanges>, StoreError> {
        let to = filter.scope.to;
        let (earlier, later) = (Some(since), filter.scope.as_of);
        let then = Scope { as_of: earlier, ..filter.scope.clone() };
        let before = self.judgement(to, earlier, now).await?;
        let after = self.judgement(to, later, now).await?;
        let place = |judgement: &Judgement| judgement.place(filter.measure, filter.within_days);
        let Some(at) = place(&after).or_else(|| place(&before)) else { return Ok(None) };
        let (Some(called), Some(calls)) = (before.numbers.get(at), after.numbers.get(at)) else {
            return Ok(None);
        };
        let (then, since_then) = (self.followed(&then).await?, self.followed(&filter.scope).await?);
        let before = ComparedSide { number: *called, judgement: before, scope: then, by };
        let after = ComparedSide { number: *calls, judgement: after, scope: since_then, by };
        let comparison = Comparison { before, after };
        let mut found = Vec::new();
        let mut at = page.after;
        let wanted = usize::try_from(page.fetch()).unwrap_or(usize::MAX);
        while found.len() < wanted {
            let (rows, end) = self.compared(grant, &comparison, at).await?;
            found.extend(rows);
            at = end;
            if at.is_none() {
                break;
            }
        }
        let mut found = page.cut(found, |row| (row.clock.referral_date, row.clock.referral_id));
        self.find_causes(grant, &mut found.items, since, &comparison).await?;
        let ids = found.items.iter().map(|row| row.clock.referral_id.0).collect();
        self.read_log.record(audit::allowed(grant, Subject::many("referral", ids), now)).await?;
        let Comparison { before, after } = comparison;
        let before = (before.number, before.judgement.made_by);
        let after = (after.number, after.judgement.made_by);
        Ok(Some(MeasureChanges { page: found, before, after }))
    }

    /// Asks the versions in between which of them made each referral count otherwise; where none
    /// did, whether a rule or the calendar, or only time.
    async fn find_causes(
        &self,
        grant: &Grant,
        changes: &mut [MeasureChange],
        since: DateTime<Utc>,
        Comparison { before, after }: &Comparison,
    ) -> Result<(), StoreError> {
        if changes.is_empty() {
            return Ok(());
        }
        let between = (since, after.judgement.made_by.as_of);
        let ids: Vec<ReferralId> = changes.iter().map(|change| change.clock.referral_id).collect();
        let mut versions: HashMap<ReferralId, Vec<Model>> = HashMap::new();
        for version in known::versions(grant, &ids, between, after.owner()).all(&self.read).await? {
            versions.entry(version.referral_id).or_default().push(version);
        }
        for change in changes {
            let versions = versions.remove(&change.clock.referral_id).unwrap_or_default();
            if let Some((cause, known_from)) = cause(change, &versions, since, after)? {
                (change.cause, change.known_from) = (cause, known_from);
            } else {
                change.cause = by_judgement(change, before, after)?;
            }
        }
        Ok(())
    }

    /// The changes among the next referrals, and where to go on; `None` at the end.
    async fn compared(
        &self,
        grant: &Grant,
        comparison: &Comparison,
        from: Option<MemberKey>,
    ) -> Result<(Vec<MeasureChange>, Option<MemberKey>), StoreError> {
        let key = |clock: &Model| (clock.referral_date, clock.referral_id);
        let old = self.next(grant, &comparison.before, from).await?;
        let new = self.next(grant, &comparison.after, from).await?;
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
            changes.extend(change(comparison, old, new)?);
        }
        Ok((changes, end))
    }

    async fn next(
        &self,
        grant: &Grant,
        side: &ComparedSide,
        from: Option<MemberKey>,
    ) -> Result<Vec<Model>, StoreError> {
        let fitting = fitting(grant, &side.scope, side.owner());
        Ok(ordered(fitting, from).limit(AT_A_TIME).all(&self.read).await?)
    }
}

impl ComparedSide {
    fn owner(&self) -> Owner {
        self.judgement.owner(self.number.measure)
    }

    fn classify(&self, clock: &Model) -> Result<Option<MeasureResult>, StoreError> {
        self.judgement.classify(clock, self.number)
    }

    fn part(&self, clock: &Model) -> Option<String> {
        self.by.map(|by| part_of(clock, by))
    }
}

fn change(
    Comparison { before, after }: &Comparison,
    old: Option<Model>,
    new: Option<Model>,
) -> Result<Option<MeasureChange>, StoreError> {
    let stood = old.as_ref().map(|clock| before.classify(clock)).transpose()?.flatten();
    let stands = new.as_ref().map(|clock| after.classify(clock)).transpose()?.flatten();
    let was_part = old.as_ref().filter(|_| stood.is_some()).and_then(|clock| before.part(clock));
    let is_part = new.as_ref().filter(|_| stands.is_some()).and_then(|clock| after.part(clock));
    if stood == stands && was_part == is_part {
        return Ok(None);
    }
    let change = |clock: Model| MeasureChange {
        before: stood,
        after: stands,
        parts: (was_part, is_part),
        cause: ChangeCause::DaysPassed,
        known_from: clock.known_from,
        clock,
    };
    Ok(new.or(old).map(change))
}

/// What made a referral count otherwise of which nothing changed. Judged by the earlier rules and
/// calendar on the later day it either counts as it does, so that days passed, or with the later
/// calendar it does, or it is the rule. A rule that gives outcomes to another provider takes them out
/// of one group into another.
fn by_judgement(
    change: &MeasureChange,
    before: &ComparedSide,
    after: &ComparedSide,
) -> Result<ChangeCause, StoreError> {
    let moved = change.before.is_none() != change.after.is_none();
    if moved && before.owner() != after.owner() {
        return Ok(ChangeCause::Rule);
    }
    let mut later = before.judgement.clone();
    later.today = after.judgement.today;
    let mut recounted = later.clone();
    recounted.calendars = after.judgement.calendars.clone();
    for (judgement, cause) in [(later, ChangeCause::DaysPassed), (recounted, ChangeCause::Calendar)]
    {
        if judgement.classify(&change.clock, before.number)? == change.after {
            return Ok(cause);
        }
    }
    Ok(ChangeCause::Rule)
}

/// The last of a referral's versions that differs from the one before it, all judged as they are
/// at the later instant: what they differ in then is no matter of days or rules.
fn cause(
    change: &MeasureChange,
    versions: &[Model],
    since: DateTime<Utc>,
    after: &ComparedSide,
) -> Result<Option<(ChangeCause, DateTime<Utc>)>, StoreError> {
    // Whether it is counted here at all is a matter of where it belongs.
    let moved = change.before.is_none() != change.after.is_none();
    let mut last = None;
    let mut found = None;
    for version in versions {
        let place = moved.then(|| belongs(version));
        let stands = (place, after.part(version), after.classify(version)?);
        if version.known_from > since && last.as_ref() != Some(&stands) {
            found = Some((version.cause.into(), version.known_from));
        }
        last = Some(stands);
    }
    Ok(found)
}

/// By what a clock is found in a group.
type ClockGroups = (StudentId, SchoolId, Option<CatchmentId>, Option<ProviderId>, Option<String>);

fn belongs(clock: &Model) -> ClockGroups {
    let region = clock.education_region.clone();
    (clock.student_id, clock.school_id, clock.catchment_id, clock.provider_id, region)
}
