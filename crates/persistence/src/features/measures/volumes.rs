//! How many referrals came in, and what became of them, for the groups and periods of measures.

use ascms_domain::access::{Grant, Span};
use ascms_domain::cases::CaseStatus;
use ascms_domain::measures::{Breakdown, Level, ReferralExclusion, Volume};
use chrono::{DateTime, Utc};
use sea_orm::QueryResult;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::SelectStatement;

use crate::Store;
use crate::features::measures::judgement::{Judgement, MadeBy};
use crate::features::measures::known::Owner;
use crate::features::measures::marks::{self, Grouped, Mark, part_of_row};
use crate::features::measures::scope::Scope;
use crate::reach::rows::referral_clock::Selected;
use crate::store::error::StoreError;
use crate::store::page::{Page, PageRequest};

mod statements;

use statements::{Stage, VolumeQuery};

/// The volumes of one group, or of a part of it.
#[derive(Clone, Debug)]
pub struct VolumeGroup {
    /// `unassigned`: the referrals that belong to no group of the level, so that groups add up.
    pub key: String,
    pub name: Option<String>,
    /// Which part of the group, when it is broken down; `not_stated` for those of none.
    pub part: Option<String>,
    pub volume: Volume,
}

/// A page of groups, with what their volumes were made by.
#[derive(Clone, Debug)]
pub struct Volumes {
    /// The parts of one group are never cut apart.
    pub groups: Page<VolumeGroup, String>,
    /// Whether barriers were counted: not for a reader who may not read them on a case.
    pub with_barriers: bool,
    pub made_by: MadeBy,
}

/// Something that was counted for a group.
struct CountedVolume {
    mark: Mark,
    part: Option<String>,
    count: VolumeCount,
}

/// What adds to a volume.
enum VolumeCount {
    Referrals(statements::Referrals),
    Accepted { days: u16, referrals: u64 },
    Open { status: CaseStatus, cases: u64 },
    Barrier { code: String, cases: u64 },
}

/// Reads what a row adds; `None` of one that adds nothing.
type CountOf = fn(&QueryResult) -> Result<Option<VolumeCount>, DbErr>;

impl Store {
    /// The volumes of every group within reach, in the order of their keys.
    pub async fn volumes(
        &self,
        grant: &Grant,
        scope: &Scope,
        breakdown: Option<Breakdown>,
        page: PageRequest<String>,
        now: DateTime<Utc>,
    ) -> Result<Volumes, StoreError> {
        let judgement = self.judgement(scope.to, scope.as_of, now).await?;
        let scope = &self.followed(scope).await?;
        let of_page = self.of_page(grant, scope, &page, (&[Owner::First], None)).await?;
        let clocks = marks::of_groups(grant, scope, Owner::First, of_page.as_ref());
        let with_barriers = sees_barriers(grant, scope.level);
        let counted =
            self.volumes_counted(&clocks, (scope, breakdown), &judgement, with_barriers).await?;
        let labels = match of_page {
            Some(labels) => labels,
            None => self.labels(scope.level, counted.iter().map(|row| &row.mark)).await?,
        };
        let mut groups: Grouped<Volume> = Grouped::new();
        if scope.level == Level::National && breakdown.is_none() {
            // The nation is there with nothing to count, too.
            groups.insert(("national".to_owned(), None), (None, Volume::default()));
        }
        for CountedVolume { mark, part, count } in counted {
            let Some((key, name)) = labels.get(&mark) else { continue };
            let group = groups.entry((key.clone(), part));
            let (_, volume) = group.or_insert_with(|| (name.clone(), Volume::default()));
            add(volume, count);
        }
        self.record_students(grant, scope.level, &groups, now).await?;
        let group = |(key, part), (name, volume)| VolumeGroup { key, name, part, volume };
        let groups = marks::cut(groups, &page, group);
        Ok(Volumes { groups, with_barriers, made_by: judgement.made_by })
    }

    async fn volumes_counted(
        &self,
        clocks: &Selected,
        (scope, breakdown): (&Scope, Option<Breakdown>),
        judgement: &Judgement,
        with_barriers: bool,
    ) -> Result<Vec<CountedVolume>, StoreError> {
        let query = VolumeQuery { clocks, scope, breakdown, judgement };
        let read = async |statement: SelectStatement, count: CountOf| {
            let rows = self.read.query_all(&statement).await?;
            let each = rows.iter().map(|row| {
                let mark = Mark::of(row, scope.level)?;
                let part = part_of_row(row, breakdown)?;
                Ok(count(row)?.map(|count| CountedVolume { mark, part, count }))
            });
            each.filter_map(Result::transpose).collect::<Result<Vec<_>, StoreError>>()
        };
        let barriers = async {
            if with_barriers { read(query.barriers(), of_barrier).await } else { Ok(Vec::new()) }
        };
        let (referrals, accepted, open, barriers) = tokio::try_join!(
            read(query.referrals(), of_referrals),
            read(query.acceptances(), of_accepted),
            read(query.open_cases(), of_open),
            barriers,
        )?;
        Ok([referrals, accepted, open, barriers].into_iter().flatten().collect())
    }
}

fn of_referrals(row: &QueryResult) -> Result<Option<VolumeCount>, DbErr> {
    statements::referrals(row).map(|counted| Some(VolumeCount::Referrals(counted)))
}

fn of_accepted(row: &QueryResult) -> Result<Option<VolumeCount>, DbErr> {
    let days: i32 = row.try_get("", "days")?;
    let (days, referrals) =
        (u16::try_from(days).unwrap_or(u16::MAX), statements::count(row, "referrals")?);
    Ok(Some(VolumeCount::Accepted { days, referrals }))
}

fn of_open(row: &QueryResult) -> Result<Option<VolumeCount>, DbErr> {
    let (status, cases) = (statements::status(row)?, statements::count(row, "referrals")?);
    Ok(status.map(|status| VolumeCount::Open { status, cases }))
}

fn of_barrier(row: &QueryResult) -> Result<Option<VolumeCount>, DbErr> {
    let (code, cases) = (row.try_get("", "code")?, statements::count(row, "cases")?);
    Ok(Some(VolumeCount::Barrier { code, cases }))
}

/// Whether the reader may read the barriers of the cases that are counted: nobody of a school may,
/// and of one student only the case's own people.
fn sees_barriers(grant: &Grant, level: Level) -> bool {
    let own = |span: &Span| match span {
        Span::Provider(_) | Span::CaseManager(..) => true,
        Span::Nation => level != Level::Student,
        Span::Queue
        | Span::School(_)
        | Span::PrimaryContact(..)
        | Span::Client(_)
        | Span::Person(_) => false,
    };
    grant.reach().iter().all(own)
}

fn add(volume: &mut Volume, count: VolumeCount) {
    match count {
        VolumeCount::Referrals(counted) => add_referrals(volume, counted),
        VolumeCount::Accepted { days, referrals } => volume.days_to_accept.add(days, referrals),
        VolumeCount::Open { status, cases } => volume.add_open(status, cases),
        VolumeCount::Barrier { code, cases } => *volume.barriers.entry(code).or_default() += cases,
    }
}

fn add_referrals(volume: &mut Volume, counted: statements::Referrals) {
    let count = counted.referrals;
    volume.received += count;
    volume.in_school += counted.in_school;
    volume.reopened += counted.reopened;
    for (sustained, each) in volume.sustained.iter_mut().zip(counted.sustained) {
        each.into_iter().for_each(|(how, cases)| sustained.add_many(how, cases));
    }
    let reason = counted.reason.unwrap_or_else(|| NO_REASON.to_owned());
    match (counted.exclusion, counted.stage) {
        (Some(ReferralExclusion::Declined), _) => {
            *volume.declined.entry(reason).or_default() += count
        }
        (Some(ReferralExclusion::Withdrawn), _) => volume.withdrawn += count,
        (Some(ReferralExclusion::Redirected), _) => volume.redirected += count,
        (Some(ReferralExclusion::Resolved), _) => volume.resolved += count,
        (Some(ReferralExclusion::JoinedToOpenCase), _) => volume.joined += count,
        (Some(ReferralExclusion::NoProvider), _) => volume.without_provider += count,
        (None, Stage::Waiting) => volume.waiting += count,
        (None, Stage::Open) => volume.open += count,
        (None, Stage::Closed) => *volume.closed.entry(reason).or_default() += count,
    }
}

/// The reason of those for which none is on record, which only an older release can have left so.
const NO_REASON: &str = "not_stated";
