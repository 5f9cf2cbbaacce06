//! Figures of a submission, counted from what the service knows.

use ascms_domain::access::Grant;
use ascms_domain::calendar::nz_date;
use ascms_domain::ids::{ContractId, ProviderId, RegisterEntryId};
use ascms_domain::organisations::AccountStatus;
use ascms_domain::submissions::{
    CountedFigure, CountedFigures, FigureCount, FigureCountKind, FigureNumber, NoFigure,
    SubmissionPeriod, counted_of,
};
use ascms_domain::templates::{FigureKind, Template};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::{Condition, QuerySelect, QueryTrait};

use super::entries::{about, contract_of, period, template_of, visible};
use crate::Store;
use crate::features::funds::statement;
use crate::features::measures::{ContractNumbers, ContractReferrals};
use crate::reference::calendars::Calendars;
use crate::rows::{appointment, contract, contract_catchment, lifecycle, user_account};
use crate::store::audit::{self, Subject};
use crate::store::error::StoreError;

/// What the figures of a submission are counted for.
struct FigureScope<'a> {
    grant: &'a Grant,
    contract: ContractId,
    referrals: ContractReferrals,
    period: SubmissionPeriod,
    calendars: &'a Calendars,
    /// The instant whose knowledge counts, and the clock's.
    at: DateTime<Utc>,
    now: DateTime<Utc>,
}

impl Store {
    /// The figures of a submission as they are now, for a reader.
    pub async fn submission_figures(
        &self,
        grant: &Grant,
        id: RegisterEntryId,
        now: DateTime<Utc>,
    ) -> Result<CountedFigures, StoreError> {
        let figures = self.count_figures(grant, id, now).await?;
        let subject = Subject::one("submission_figures", id.0);
        self.read_log.record(audit::allowed(grant, subject, now)).await?;
        Ok(figures)
    }

    /// The figures that the template of a submission asks for, as they are now. The change that freezes them
    /// leaves the entry in the audit trail.
    pub async fn count_figures(
        &self,
        grant: &Grant,
        id: RegisterEntryId,
        now: DateTime<Utc>,
    ) -> Result<CountedFigures, StoreError> {
        visible(&self.read, grant, id).await?;
        let about = about(&self.read, id).await?;
        let template = template_of(&self.read, grant, &about).await?;
        let contract = contract_of(&self.read, grant, &about).await?;
        let (at, period) = (self.as_of_now(now).await?, period(&about)?);
        let kinds = asked(&template);
        self.figures_of_contract(grant, &contract, (period, &kinds[..]), (at, now)).await
    }

    /// Figures of some kinds of a contract for a period, as they were known at an instant.
    pub(crate) async fn figures_of_contract(
        &self,
        grant: &Grant,
        contract: &contract::Model,
        (period, kinds): (SubmissionPeriod, &[FigureKind]),
        (at, now): (DateTime<Utc>, DateTime<Utc>),
    ) -> Result<CountedFigures, StoreError> {
        let of_contract = contract_catchment::Entity::find()
            .filter(contract_catchment::Column::ContractId.eq(contract.id))
            .all(&self.read)
            .await?;
        let referrals = ContractReferrals {
            organisation: contract.organisation_id,
            catchments: of_contract.into_iter().map(|row| row.catchment_id).collect(),
            school: contract.school_id,
        };
        let calendars = self.calendars().await?;
        let scope = FigureScope {
            grant,
            contract: contract.id,
            referrals,
            period,
            calendars: &calendars,
            at,
            now,
        };
        let mut items = Vec::new();
        for figure in kinds {
            items.push(self.counted_figure(&scope, *figure).await?);
        }
        let calendar_version = calendars.contract.version().to_owned();
        Ok(CountedFigures { as_of: at, calendar_version, items })
    }

    async fn counted_figure(
        &self,
        scope: &FigureScope<'_>,
        figure: FigureKind,
    ) -> Result<CountedFigure, StoreError> {
        if figure == FigureKind::Access {
            let counts = self.people_with_access(scope.referrals.organisation, scope.at).await?;
            return Ok(CountedFigure::counted(figure, Vec::new(), counts));
        }
        if figure == FigureKind::Fund {
            let of = (scope.contract, scope.period.year());
            let fund = statement::of_contract(&self.read, of, scope.at).await?;
            return Ok(CountedFigure::of_fund(fund));
        }
        let mut numbers = Vec::new();
        // Measures of one period are counted together.
        let mut last: Option<((NaiveDate, NaiveDate), ContractNumbers)> = None;
        for measure in figure.measures() {
            let period = counted_of(*measure, scope.period);
            let Some(days) = days(period, scope.calendars) else {
                return Ok(CountedFigure::not_yet(figure, NoFigure::UnknownTerm));
            };
            let found = match last.take() {
                Some((of, found)) if of == days => found,
                Some(_) | None => {
                    let (of, instants) = (&scope.referrals, (scope.at, scope.now));
                    self.numbers_of_contract(scope.grant, of, days, instants).await?
                }
            };
            let own = found.tallies.iter().filter(|(number, _)| number.measure == *measure);
            numbers.extend(own.map(|(number, tally)| {
                FigureNumber::of(*number, tally, days, found.made_by.rule_version(*measure))
            }));
            last = Some((days, found));
        }
        if numbers.is_empty() {
            return Ok(CountedFigure::not_yet(figure, NoFigure::NotRecorded));
        }
        Ok(CountedFigure::counted(figure, numbers, Vec::new()))
    }

    /// The people of an organisation who can sign in, and those of them without the training.
    async fn people_with_access(
        &self,
        organisation: ProviderId,
        at: DateTime<Utc>,
    ) -> Result<Vec<FigureCount>, StoreError> {
        use user_account::{Column, Entity};
        let with_role = appointed(organisation, nz_date(at));
        let active = Entity::find()
            .filter(lifecycle::is((Entity, Column::Status), AccountStatus::is_active))
            .filter(Column::Id.in_subquery(with_role.into_query()));
        let untrained = active.clone().filter(Column::TrainingCompletedOn.is_null());
        Ok(vec![
            FigureCount {
                count_of: FigureCountKind::People,
                count: active.count(&self.read).await?,
            },
            FigureCount {
                count_of: FigureCountKind::Untrained,
                count: untrained.count(&self.read).await?,
            },
        ])
    }
}

/// The kinds of figures that a template asks for, each once, in the order of its questions.
fn asked(template: &Template) -> Vec<FigureKind> {
    let mut kinds: Vec<FigureKind> = Vec::new();
    for (_, question) in template.questions() {
        kinds.extend(question.figure.filter(|figure| !kinds.contains(figure)));
    }
    kinds
}

/// The days of a period; none of a term that is not known.
fn days(period: SubmissionPeriod, calendars: &Calendars) -> Option<(NaiveDate, NaiveDate)> {
    let term = match period {
        SubmissionPeriod::Term(key) => calendars.terms.get(key),
        SubmissionPeriod::Year(_) => None,
    };
    period.days(term)
}

/// The users who have a role at an organisation on a day.
fn appointed(organisation: ProviderId, day: NaiveDate) -> Select<appointment::Entity> {
    use appointment::{Column, Entity};
    Entity::find()
        .select_only()
        .column(Column::UserId)
        .filter(Column::UserId.is_not_null())
        .filter(appointment::in_force(day))
        .filter(
            Condition::any()
                .add(Column::OrganisationId.eq(organisation))
                .add(Column::ProviderId.eq(organisation)),
        )
}
