//! Who has read a file: the entries of the audit trail that name it, of single reads and of lists
//! that showed it. An answer to a change shows the record too, so changes are among them.

use ascms_domain::access::{Grant, Role};
use ascms_domain::history::CallerKind;
use ascms_domain::ids::{CaseId, ReferralId, StudentId};
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Condition, Func};
use sea_orm::{ExprTrait, FromQueryResult, QuerySelect, QueryTrait};

use crate::reach::rows::{attendance_case, referral};
use crate::rows::api_client::{self, Entity as Clients};
use crate::rows::audit_entry::{Column, Entity};
use crate::rows::organisation::{self, Entity as Organisations};
use crate::rows::school::{self, Entity as Schools};
use crate::rows::user_account::{self, Entity as Users};
use crate::store::audit::{self, Subject};
use crate::store::dialect;
use crate::store::error::StoreError;
use crate::store::page::{Page, PageRequest};
use crate::{Store, gate, identity, reach};

/// One time that a file was shown: to whom, as what, and by which action.
#[derive(Clone, Debug, FromQueryResult)]
pub struct ReadRow {
    pub id: i64,
    pub at: DateTime<Utc>,
    pub caller_kind: CallerKind,
    pub caller_id: Option<Uuid>,
    pub caller_name: Option<String>,
    pub role: Option<Role>,
    pub provider_code: Option<String>,
    pub provider_name: Option<String>,
    pub school_number: Option<i32>,
    pub school_name: Option<String>,
    pub action: String,
    /// What kind of record was asked for.
    pub subject_kind: String,
    pub request_id: Option<Uuid>,
}

/// A page of a file's reads, the latest first.
pub type Reads = Page<ReadRow, i64>;

impl Store {
    /// Who has read a case.
    pub async fn case_reads(
        &self,
        grant: &Grant,
        id: CaseId,
        page: PageRequest<i64>,
        now: DateTime<Utc>,
    ) -> Result<Reads, StoreError> {
        let case = gate::case::visible(&self.read, grant, id).await?;
        let named = dialect::audit_names(self.read.get_database_backend(), &[id.0]);
        let found = self.reads_naming(named, page).await?;
        let subject = Subject::one("case", id.0).with([case.student_id.0]);
        self.read_log.record(audit::allowed(grant, subject, now)).await?;
        Ok(found)
    }

    /// Who has read a student's file, or one of the student's referrals or cases that the caller
    /// reaches: each shows the student.
    pub async fn student_reads(
        &self,
        grant: &Grant,
        id: StudentId,
        page: PageRequest<i64>,
        now: DateTime<Utc>,
    ) -> Result<Reads, StoreError> {
        identity::students::visible(&self.read, grant, id).await?;
        let of_student =
            reach::cases::within(grant).filter(attendance_case::Column::StudentId.eq(id));
        let cases: Vec<CaseId> = of_student
            .select_only()
            .column(attendance_case::Column::Id)
            .into_tuple()
            .all(&self.read)
            .await?;
        let of_student = reach::referrals::within(grant).filter(referral::Column::StudentId.eq(id));
        let of_student = of_student.select_only().column(referral::Column::Id);
        let referrals: Vec<ReferralId> = of_student.into_tuple().all(&self.read).await?;
        let within = cases.iter().map(|case| case.0);
        let within = within.chain(referrals.iter().map(|referral| referral.0)).collect::<Vec<_>>();
        let backend = self.read.get_database_backend();
        let of_student = dialect::audit_names(backend, &[id.0]);
        let of_student = if grant.reaches_the_nation() {
            of_student
        } else {
            // What another provider or school works on names the student too.
            Condition::all()
                .add(of_student)
                .add(Column::SubjectKind.is_not_in(["case", "referral"]))
        };
        let named = Condition::any().add(of_student).add(dialect::audit_names(backend, &within));
        let found = self.reads_naming(named, page).await?;
        self.read_log.record(audit::allowed(grant, Subject::one("student", id.0), now)).await?;
        Ok(found)
    }

    async fn reads_naming(&self, named: Condition, page: PageRequest<i64>) -> Result<Reads, DbErr> {
        let fitting = Entity::find().filter(named).filter(Column::Decision.eq("allowed"));
        let total = page.total(&fitting, &self.read).await?;
        let query = page.newest_first(fitting, Column::Id);
        let found =
            page.cut(select_with_names(query).all(&self.read).await?, |row: &ReadRow| row.id);
        Ok(Page { total, ..found })
    }
}

/// The trail has ids only: the names come from the directory as it is now.
fn select_with_names(
    mut query: Select<Entity>,
) -> sea_orm::Selector<sea_orm::SelectModel<ReadRow>> {
    use {organisation::Column as Organisation, school::Column as School};
    let of = |column: Column| Expr::col((Entity, column));
    QueryTrait::query(&mut query)
        .left_join(Users, of(Column::CallerId).equals((Users, user_account::Column::Id)))
        .left_join(Clients, of(Column::CallerId).equals((Clients, api_client::Column::Id)))
        .left_join(Organisations, of(Column::ProviderId).equals((Organisations, Organisation::Id)))
        .left_join(Schools, of(Column::SchoolId).equals((Schools, School::Id)));
    let names = [
        Expr::col((Users, user_account::Column::Name)),
        Expr::col((Clients, api_client::Column::Name)),
    ];
    query
        .expr_as(Func::coalesce(names), "caller_name")
        .column_as(Organisation::Code, "provider_code")
        .column_as(Organisation::Name, "provider_name")
        .column_as(School::Number, "school_number")
        .column_as(School::Name, "school_name")
        .into_model()
}
