//! Claims at rest: a school's word that another school's student is theirs. `students/enrolment/holding.rs`
//! says, for every reach, what a closed claim keeps from the school.

use ascms_domain::access::{Grant, Span};
use ascms_domain::enrolment_claims::{ClaimAnswerer, ClaimRefusal, ClaimStanding};
use ascms_domain::ids::{EnrolmentClaimId, StudentId};
use ascms_domain::text::LongText;
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Alias;
use sea_orm::{ExprTrait, FromQueryResult, JoinType, QuerySelect, QueryTrait};

use crate::features::enrolment_claims::opening::student_of;
use crate::gate::write::Write;
use crate::reach::enrolment_claims::within;
use crate::reach::rows::attendance_case;
use crate::rows::enrolment_claim::{Column, Entity, Model};
use crate::rows::school;
use crate::store::audit::{self, Subject};
use crate::store::call::CallError;
use crate::store::error::StoreError;
use crate::store::page::{Page, PageRequest};
use crate::{Store, gate, identity};
use sea_orm::sea_query::IntoCondition;

mod following;
mod opening;

pub(crate) use following::{confirm, follow};

/// A claim with what the two schools are called.
#[derive(Clone, Debug, FromQueryResult)]
pub struct ClaimRow {
    #[sea_orm(nested)]
    pub claim: Model,
    pub school_number: i32,
    pub school_name: String,
    pub from_number: i32,
    pub from_name: String,
}

/// What somebody says to a claim.
#[derive(Clone, Debug)]
pub enum ClaimAnswer {
    Agree,
    /// Why, for the school that claims and for who decides.
    Oppose(Option<LongText>),
}

impl Store {
    /// The claims on students within reach and those of one's own school, newest first.
    pub async fn enrolment_claims(
        &self,
        grant: &Grant,
        standing: Option<ClaimStanding>,
        page: PageRequest<EnrolmentClaimId>,
        now: DateTime<Utc>,
    ) -> Result<Page<ClaimRow, EnrolmentClaimId>, StoreError> {
        let mut fitting = within(grant);
        if let Some(standing) = standing {
            fitting = fitting.filter(Column::Standing.eq(standing));
        }
        let total = page.total(&fitting, &self.read).await?;
        let query = page.newest_first(fitting, Column::Id);
        let found = page.cut(select_with_names(query).all(&self.read).await?, |row| row.claim.id);
        let shown = found.items.iter();
        let ids = shown.flat_map(|row| [row.claim.id.0, row.claim.student_id.0]).collect();
        let subject = Subject::many("enrolment_claim", ids);
        self.read_log.record(audit::allowed(grant, subject, now)).await?;
        Ok(Page { total, ..found })
    }

    pub async fn enrolment_claim(
        &self,
        grant: &Grant,
        id: EnrolmentClaimId,
        now: DateTime<Utc>,
    ) -> Result<ClaimRow, StoreError> {
        let row =
            select_with_names(within(grant).filter(Column::Id.eq(id))).one(&self.read).await?;
        let row = row.ok_or(StoreError::NotFound)?;
        let subject = Subject::one("enrolment_claim", id.0).with([row.claim.student_id.0]);
        self.read_log.record(audit::allowed(grant, subject, now)).await?;
        Ok(row)
    }
}

impl Write<'_> {
    /// Agrees to a claim or opposes it, by whoever may.
    pub async fn answer_claim(
        &self,
        id: EnrolmentClaimId,
        answer: ClaimAnswer,
    ) -> Result<ClaimRow, CallError<ClaimRefusal>> {
        let (txn, grant) = (self.txn, self.grant());
        // The student first, then the claim: in the order of those who tell of enrolments.
        let student = student_of(txn, &visible(txn, grant, id).await?).await?;
        identity::enrolment_lock::lock(txn, [student]).await?;
        let row = within(grant).filter(Column::Id.eq(id)).lock_exclusive().one(txn).await?;
        let row = row.ok_or(StoreError::NotFound)?;
        let by = answerer(txn, grant, &row, student).await?;
        let by = by.ok_or(CallError::Refused(ClaimRefusal::NotYours))?;
        let (standing, comment) = match answer {
            ClaimAnswer::Agree => (row.standing.agree(by), None),
            ClaimAnswer::Oppose(comment) => (row.standing.oppose(), comment),
        };
        let standing = standing.map_err(CallError::Refused)?;
        let comment = comment.map(|comment| comment.0);
        let reply = opening::ClaimReply { standing, by: Some(by), comment };
        let claim = opening::CurrentClaim { claim: row, student };
        opening::settle(txn, grant, claim, reply, self.now()).await?;
        Ok(read_with_names(txn, id).await?)
    }
}

/// One that the caller's school has a part in, or that is on a student within reach.
pub(crate) async fn visible(
    db: &impl ConnectionTrait,
    grant: &Grant,
    id: EnrolmentClaimId,
) -> Result<Model, StoreError> {
    within(grant).filter(Column::Id.eq(id)).one(db).await?.ok_or(StoreError::NotFound)
}

/// As whom a caller answers, if they may: the school that had the student, the Ministry, and who works
/// for the provider of a case that was open before the claim: else one who sends a referral for a
/// claiming school, and opens a case on it, would answer their own claim.
async fn answerer(
    db: &impl ConnectionTrait,
    grant: &Grant,
    claim: &Model,
    student: StudentId,
) -> Result<Option<ClaimAnswerer>, StoreError> {
    if grant.reaches_the_nation() {
        return Ok(Some(ClaimAnswerer::Ministry));
    }
    if grant.reach().contains(&Span::School(claim.from_school_id)) {
        return Ok(Some(ClaimAnswerer::GivingSchool));
    }
    let open = gate::case::open_of(db, student).await?;
    let works = |case: attendance_case::Model| {
        case.opened_at <= claim.made_at
            && grant.works_on(Some(case.provider_id), case.case_manager_id)
    };
    Ok(open.is_some_and(works).then_some(ClaimAnswerer::Provider))
}

async fn read_with_names(
    db: &impl ConnectionTrait,
    id: EnrolmentClaimId,
) -> Result<ClaimRow, StoreError> {
    select_with_names(Entity::find_by_id(id)).one(db).await?.ok_or(StoreError::NotFound)
}

fn select_with_names(
    mut query: Select<Entity>,
) -> sea_orm::Selector<sea_orm::SelectModel<ClaimRow>> {
    let of = |column: Column| Expr::col((Entity, column));
    let giver = Alias::new("giver");
    let claiming = of(Column::SchoolId).equals((school::Entity, school::Column::Id));
    let giving = of(Column::FromSchoolId).equals((giver.clone(), school::Column::Id));
    QueryTrait::query(&mut query).inner_join(school::Entity, claiming).join_as(
        JoinType::InnerJoin,
        school::Entity,
        giver.clone(),
        giving.into_condition(),
    );
    query
        .column_as(school::Column::Number, "school_number")
        .column_as(school::Column::Name, "school_name")
        .expr_as(Expr::col((giver.clone(), school::Column::Number)), "from_number")
        .expr_as(Expr::col((giver, school::Column::Name)), "from_name")
        .into_model()
}
