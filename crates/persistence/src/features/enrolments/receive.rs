//! Taking enrolments in: what the domain takes of a push is kept. What stands then is made of
//! everything that was ever said.

use std::collections::{BTreeSet, HashMap, HashSet};

use ascms_domain::calendar::nz_date;
use ascms_domain::enrolments::{
    ALTERNATIVE_PATHWAYS, EnrolmentPush, EnrolmentReceipt, EnrolmentValidator, LEAVING_REASONS,
    NamedStudent, PushedSchool, PushedStatement, TakenStatement,
};
use ascms_domain::ids::{SchoolId, StudentId};
use sea_orm::DbErr;

use crate::features::enrolments::ledger::Ledger;
use crate::features::students::enrolment::ahead;
use crate::features::students::roll::Everybody;
use crate::gate::write::Write;
use crate::reference::schools;
use crate::rows::{enrolment_report, pathway_report};
use crate::store::bulk;
use crate::store::call::{Call, CallError};
use crate::store::error::StoreError;
use crate::store::events::Event;
use crate::store::idempotency::Shown;
use crate::store::transaction::DatabaseTransaction;

/// What came of a push, and the schools of which that says something.
#[derive(Clone, Debug)]
pub struct TakenIn {
    pub received: EnrolmentReceipt,
    pub shows: Vec<Shown>,
}

/// Why a push of enrolments was refused as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EnrolmentRefusal {
    #[error("every school is outside the caller's reach")]
    SchoolOutOfReach,
}

impl Write<'_> {
    /// Takes enrolments in.
    pub async fn receive_enrolments(
        &self,
        push: EnrolmentPush,
    ) -> Result<TakenIn, CallError<EnrolmentRefusal>> {
        let &Write { txn, call: &Call { grant, now, .. }, .. } = self;
        self.may_look_up()?;
        let schools = find_schools(self, &push).await?;
        let mut ledger = open_ledger(self, &push, &schools).await?;
        let validator = prepare(self, &push, schools, &ledger).await?;
        if validator.is_out_of_reach() {
            return Err(CallError::Refused(EnrolmentRefusal::SchoolOutOfReach));
        }
        let named = students_named(&push, &ledger.everybody);
        let (taken, received) = validator.examine(&push, &named);
        let reached = validator.schools.values().filter(|school| school.reached);
        let shows = reached.map(|school| Shown::School(school.id)).collect();
        (0..taken.guesses).for_each(|_| txn.guess());
        ahead::note(txn, grant, taken.days_ahead(validator.today)).await?;
        insert_reports(txn, &taken.statements).await?;
        bulk::record_events(txn, &received_by_school(&taken.schools), now).await?;
        ledger.add(taken.statements);
        ledger.settle(txn, grant, &taken.concerned, self.basis()).await?;
        Ok(TakenIn { received, shows })
    }
}

type PushedSchools = HashMap<i32, PushedSchool>;

/// The schools that a push names, by their number.
async fn find_schools(
    write: &Write<'_>,
    push: &EnrolmentPush,
) -> Result<PushedSchools, StoreError> {
    let numbers: BTreeSet<i32> = push.statements.iter().map(|sent| sent.school_number).collect();
    let schools = schools::by_number(write.txn, numbers).await?;
    let ids = schools.values().copied().collect();
    let reached = schools::acted_for(write.txn, write.grant(), &ids).await?;
    let pushed = |(number, id): (i32, SchoolId)| {
        (number, PushedSchool { id, reached: reached.contains(&id) })
    };
    Ok(schools.into_iter().map(pushed).collect())
}

/// Everybody whom a push names, with what was said of them.
async fn open_ledger(
    write: &Write<'_>,
    push: &EnrolmentPush,
    schools: &PushedSchools,
) -> Result<Ledger, StoreError> {
    let nsns = push.statements.iter().filter_map(|sent| sent.nsn.as_deref());
    let nsns: Vec<&str> = nsns.filter(|number| !write.placeholders.is_nsn(number)).collect();
    let ids: Vec<StudentId> = push.statements.iter().filter_map(|sent| sent.student_id).collect();
    let mut ledger = Ledger::open(write.txn, &nsns, &ids).await?;
    ledger.numbers.extend(schools.iter().map(|(number, school)| (school.id, *number)));
    Ok(ledger)
}

async fn prepare<'a>(
    write: &Write<'a>,
    push: &EnrolmentPush,
    schools: PushedSchools,
    ledger: &'a Ledger,
) -> Result<EnrolmentValidator<'a>, StoreError> {
    let all = &push.statements;
    let now = ledger.on_record.instant_after(write.now());
    Ok(EnrolmentValidator {
        schools,
        school_numbers: &ledger.numbers,
        on_record: &ledger.on_record,
        placeholders: write.placeholders,
        unknown_reasons: unknown(write, LEAVING_REASONS, all, |sent| &sent.leaving_reason).await?,
        unknown_pathways: unknown(write, ALTERNATIVE_PATHWAYS, all, |sent| &sent.pathway).await?,
        speaks_for_the_nation: write.grant().reaches_the_nation(),
        reported: push.reported_at(now),
        today: nz_date(now),
    })
}

/// The codes of a member that their set does not have.
async fn unknown(
    write: &Write<'_>,
    set: &'static str,
    statements: &[PushedStatement],
    member: impl Fn(&PushedStatement) -> &Option<String>,
) -> Result<HashSet<String>, DbErr> {
    let named: BTreeSet<&str> =
        statements.iter().filter_map(|sent| member(sent).as_deref()).collect();
    let asked: Vec<(&str, &str)> = named.into_iter().map(|code| (set, code)).collect();
    let unknown = write.unknown_codes(&asked).await?;
    Ok(unknown.into_iter().map(|(_, code)| code.to_owned()).collect())
}

/// Whom each statement's number or id may mean.
fn students_named(push: &EnrolmentPush, everybody: &Everybody) -> Vec<Vec<NamedStudent>> {
    let each = push.statements.iter().map(|sent| match (&sent.nsn, sent.student_id) {
        (Some(number), None) => everybody.by_nsn(number).collect(),
        (None, Some(id)) => everybody.by_id(id).into_iter().collect(),
        (Some(_), Some(_)) | (None, None) => Vec::new(),
    });
    each.collect()
}

async fn insert_reports(
    txn: &DatabaseTransaction,
    statements: &[TakenStatement],
) -> Result<(), DbErr> {
    let (mut reports, mut pathways) = (Vec::new(), Vec::new());
    for TakenStatement { record, statement, .. } in statements {
        match pathway_report::Model::of(*record, statement) {
            Some(row) => pathways.push(row),
            None => reports.push(enrolment_report::Model::of(*record, statement)),
        }
    }
    bulk::insert(txn, reports.into_iter().map(enrolment_report::ActiveModel::from)).await?;
    bulk::insert(txn, pathways.into_iter().map(pathway_report::ActiveModel::from)).await?;
    Ok(())
}

/// One event for each school of which something was said.
fn received_by_school(schools: &BTreeSet<SchoolId>) -> Vec<Event> {
    let received = |school: &SchoolId| Event {
        kind: "enrolment.received",
        subject_id: school.0,
        version: 1,
        provider_id: None,
        school_id: Some(*school),
    };
    schools.iter().map(received).collect()
}
