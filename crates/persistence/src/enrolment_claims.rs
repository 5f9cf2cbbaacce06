//! Claims at rest: a school's word that another school's student is theirs. `students/enrolment/holding.rs`
//! says, for every reach, what a closed claim keeps from the school.

use ascms_domain::access::{Grant, Span};
use ascms_domain::enrolment_claims::{ClaimAnswerer, ClaimError, ClaimStanding, ClaimWord};
use ascms_domain::ids::{
    ClientId, EnrolmentClaimId, EnrolmentId, ProviderId, SchoolId, StudentId, UserId,
};
use ascms_domain::text::Words;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Alias, IntoCondition, SimpleExpr};
use sea_orm::{ExprTrait, FromQueryResult, JoinType, QuerySelect, QueryTrait};

use crate::audit::{self, Subject};
use crate::call::About;
use crate::idempotency::Answer;
use crate::page::{Page, PageRequest};
use crate::students::{enrolment, merge};
use crate::turns::Topic;
use crate::{Call, CallError, Store, StoreError, cases, reach, schools, students};

mod following;
mod opening;

pub(crate) use following::{confirm, follow};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "enrolment_claim")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: EnrolmentClaimId,
    /// The record that the school's word was on.
    pub student_id: StudentId,
    /// The enrolment that it made.
    pub enrolment_id: EnrolmentId,
    /// Who claims.
    pub school_id: SchoolId,
    /// Who has the student, or had them last.
    pub from_school_id: SchoolId,
    /// Whether the student was enrolled there when it was claimed.
    pub from_enrolled: bool,
    pub word: ClaimWord,
    pub made_at: DateTime<Utc>,
    /// Who said so, a person or a machine, and in which call.
    pub user_id: Option<UserId>,
    pub client_id: Option<ClientId>,
    pub request_id: Uuid,
    /// When it opens by itself, if nobody opposes it.
    pub opens_on: NaiveDate,
    pub standing: ClaimStanding,
    pub answered_at: Option<DateTime<Utc>>,
    pub answered_by: Option<Uuid>,
    pub answered_as: Option<ClaimAnswerer>,
    pub words: Option<String>,
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}

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
    Oppose(Option<Words>),
}

type Refusal = CallError<ClaimError>;

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
        let found = page.cut(beside(query).all(&self.read).await?, |row| row.claim.id);
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
        let row = beside(within(grant).filter(Column::Id.eq(id))).one(&self.read).await?;
        let row = row.ok_or(StoreError::NotFound)?;
        let subject = Subject::one("enrolment_claim", id.0).with([row.claim.student_id.0]);
        self.read_log.record(audit::allowed(grant, subject, now)).await?;
        Ok(row)
    }

    /// Agrees to a claim or opposes it, by whoever may.
    pub async fn answer_claim(
        &self,
        call: &Call<'_>,
        id: EnrolmentClaimId,
        answer: ClaimAnswer,
        render: impl FnOnce(&ClaimRow) -> Answer,
    ) -> Result<Answer, Refusal> {
        self.carry_out_on(Topic::Record(id.0), (call, About::Claim(id)), async |txn| {
            let Call { grant, now, .. } = *call;
            // The student first, then the claim: in the order of those who tell of enrolments.
            let student = student_of(txn, &visible(txn, grant, id).await?).await?;
            enrolment::lock(txn, [student]).await?;
            let row = within(grant).filter(Column::Id.eq(id)).lock_exclusive().one(txn).await?;
            let row = row.ok_or(StoreError::NotFound)?;
            let by = answerer(txn, grant, (&row, student)).await?;
            let by = by.ok_or(CallError::Refused(ClaimError::NotYours))?;
            let (standing, words) = match answer {
                ClaimAnswer::Agree => (row.standing.agree(by), None),
                ClaimAnswer::Oppose(words) => (row.standing.oppose(), words),
            };
            let standing = standing.map_err(CallError::Refused)?;
            let words = words.map(|words| words.0);
            let said = opening::Said { standing, by: Some(by), words };
            opening::settle(txn, grant, (row, student), said, now).await?;
            Ok(render(&named(txn, id).await?))
        })
        .await
    }
}

/// That a claim keeps the student from the school that made it. A constant, so that the partial
/// indexes serve it under a generic plan too.
pub(crate) fn is_closed() -> SimpleExpr {
    Expr::cust("\"enrolment_claim\".\"standing\" IN ('waiting', 'opposed')")
}

/// One that the caller's school has a part in, or that is on a student within reach.
pub(crate) async fn visible(
    db: &impl ConnectionTrait,
    grant: &Grant,
    id: EnrolmentClaimId,
) -> Result<Model, StoreError> {
    within(grant).filter(Column::Id.eq(id)).one(db).await?.ok_or(StoreError::NotFound)
}

/// Who the student of a claim is now.
async fn student_of(db: &impl ConnectionTrait, claim: &Model) -> Result<StudentId, StoreError> {
    match enrolment::Entity::find_by_id(claim.enrolment_id).one(db).await? {
        Some(row) => Ok(row.student_id),
        None => merge::current(db, claim.student_id).await,
    }
}

/// As whom a caller answers, if they may: the school that had the student, the Ministry, and who works
/// for the provider of a case that was open before the claim: else one who sends a referral for a
/// claiming school, and opens a case on it, would answer their own claim.
async fn answerer(
    db: &impl ConnectionTrait,
    grant: &Grant,
    (claim, student): (&Model, StudentId),
) -> Result<Option<ClaimAnswerer>, StoreError> {
    if grant.reaches_the_nation() {
        return Ok(Some(ClaimAnswerer::Ministry));
    }
    if grant.reach().contains(&Span::School(claim.from_school_id)) {
        return Ok(Some(ClaimAnswerer::GivingSchool));
    }
    let open = cases::open_of(db, student).await?;
    let works = |case: cases::Model| {
        case.opened_at <= claim.made_at
            && grant.works_on(Some(case.provider_id), case.case_manager_id)
    };
    Ok(open.is_some_and(works).then_some(ClaimAnswerer::Provider))
}

/// Whether a provider has the student's open case.
async fn has_the_case(
    db: &impl ConnectionTrait,
    provider: ProviderId,
    student: StudentId,
) -> Result<bool, StoreError> {
    Ok(cases::open_of(db, student).await?.is_some_and(|case| case.provider_id == provider))
}

async fn named(db: &impl ConnectionTrait, id: EnrolmentClaimId) -> Result<ClaimRow, StoreError> {
    beside(Entity::find_by_id(id)).one(db).await?.ok_or(StoreError::NotFound)
}

fn beside(mut query: Select<Entity>) -> sea_orm::Selector<sea_orm::SelectModel<ClaimRow>> {
    let of = |column: Column| Expr::col((Entity, column));
    let giver = Alias::new("giver");
    let claiming = of(Column::SchoolId).equals((schools::Entity, schools::Column::Id));
    let giving = of(Column::FromSchoolId).equals((giver.clone(), schools::Column::Id));
    QueryTrait::query(&mut query).inner_join(schools::Entity, claiming).join_as(
        JoinType::InnerJoin,
        schools::Entity,
        giver.clone(),
        giving.into_condition(),
    );
    query
        .column_as(schools::Column::Number, "school_number")
        .column_as(schools::Column::Name, "school_name")
        .expr_as(Expr::col((giver.clone(), schools::Column::Number)), "from_number")
        .expr_as(Expr::col((giver, schools::Column::Name)), "from_name")
        .into_model()
}

/// Every read of the table starts here: both schools see a claim, and who has the student.
fn within(grant: &Grant) -> Select<Entity> {
    Entity::find().filter(reach::condition(grant, span))
}

fn span(span: Span) -> Option<SimpleExpr> {
    match span {
        Span::Nation => Some(Expr::cust("1 = 1")),
        Span::School(own) => Some(Column::SchoolId.eq(own).or(Column::FromSchoolId.eq(own))),
        Span::Provider(_) | Span::CaseManager(..) => {
            let student = merge::leads_to(Expr::col((Entity, Column::StudentId)));
            students::reached_by(span, student)
        }
        Span::Queue | Span::Client(_) | Span::Person(_) | Span::PrimaryContact(..) => None,
    }
}
