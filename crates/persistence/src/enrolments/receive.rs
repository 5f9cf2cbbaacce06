//! Taking enrolments in: every statement is judged by itself, the good ones are kept, the others
//! named. What stands then is made of everything that was ever said.

use std::collections::{BTreeSet, HashMap, HashSet};

use ascms_domain::access::Grant;
use ascms_domain::attendance::ReportedAt;
use ascms_domain::calendar::nz_date;
use ascms_domain::enrolments::{
    Effect, EnrolmentStatement, Said, Statement, Stay, check, effect_of, stands,
};
use ascms_domain::ids::{SchoolId, StudentId};
use ascms_domain::instants::following;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::DbErr;

use super::ledger::{Concerned, Ledger};
use super::push::{
    EnrolmentPush, Place, PushError, PushFault, PushWarning, PushedStatement, Received,
};
use crate::idempotency::Answer;
use crate::reference_data::unknown_codes;
use crate::students::enrolment::{ahead, pathway, report};
use crate::students::roll::Known;
use crate::{Call, CallError, DatabaseTransaction, Store, StoreError, bulk, schools};

/// What statements are judged by: everything that is known of the students whom they name.
struct Judge {
    /// By number, with whether the caller may tell of it.
    schools: HashMap<i32, (SchoolId, bool)>,
    ledger: Ledger,
    unknown_reasons: HashSet<String>,
    unknown_pathways: HashSet<String>,
    speaks_for_the_nation: bool,
    reported: ReportedAt,
    today: NaiveDate,
}

/// What of a push is new.
#[derive(Default)]
struct Taken {
    reports: Vec<report::Model>,
    pathways: Vec<pathway::Model>,
    concerned: Concerned,
    /// What this call says of each record at each school, in its order.
    named: HashMap<(StudentId, SchoolId), Vec<Statement>>,
}

impl Taken {
    /// The first days that have not come yet, and whose.
    fn days_ahead(&self, today: NaiveDate) -> impl Iterator<Item = (StudentId, NaiveDate)> {
        let schools = self.reports.iter().filter(|report| report.ahead);
        let schools = schools.filter_map(|report| Some((report.student_id, report.first_day?)));
        let pathways = self.pathways.iter().filter(move |row| row.first_day > today);
        schools.chain(pathways.map(|row| (row.student_id, row.first_day)))
    }

    /// Whether the statement may stand beside those of the call. All were sent at one instant, so
    /// that of two first days in a row (or two last days) nobody can tell which corrects which;
    /// two stays with a leaving between them are no such thing. That the student never was there
    /// is said alone.
    fn name(&mut self, record: StudentId, statement: &Statement) -> bool {
        let named = self.named.entry((record, statement.school)).or_default();
        // Two pathways stand beside each other.
        let pathway = |one: &Statement| match &one.said {
            Said::OnPathway { pathway, .. } => Some(pathway.clone()),
            Said::Enrolled { .. } | Said::Left { .. } | Said::NeverEnrolled => None,
        };
        let kind = |one: &Statement| (one.said.kind(), pathway(one));
        let same_kind = |one: &Statement| kind(one) == kind(statement);
        let never = |one: &Statement| one.said.kind() == EnrolmentStatement::NeverEnrolled;
        let alone = named.is_empty() || !(never(statement) || named.iter().any(never));
        let may_stand = alone
            && !named.last().is_some_and(same_kind)
            && !named.iter().any(|one| same_kind(one) && one.day() == statement.day());
        if may_stand {
            named.push(statement.clone());
        }
        may_stand
    }
}

impl Store {
    /// Takes enrolments in; `render` makes the answer that a retry will get again.
    pub async fn receive_enrolments(
        &self,
        call: &Call<'_>,
        push: EnrolmentPush,
        render: impl FnOnce(&Received) -> Answer,
    ) -> Result<Answer, CallError<PushError>> {
        let almanac = self.almanac().await?;
        self.carry_out(call, async |txn| {
            let Call { grant, now, .. } = *call;
            let mut judge = prepare(txn, grant, &push, now).await?;
            if judge.schools.values().all(|(_, reached)| !reached) && !judge.schools.is_empty() {
                return Err(CallError::Refused(PushError::SchoolOutOfReach));
            }
            let mut received = Received::default();
            let taken = judge.examine(&push, &mut received);
            ahead::note(txn, grant, taken.days_ahead(judge.today)).await?;
            bulk::insert(txn, taken.reports.into_iter().map(report::ActiveModel::from)).await?;
            bulk::insert(txn, taken.pathways.into_iter().map(pathway::ActiveModel::from)).await?;
            judge.ledger.settle(txn, grant, &taken.concerned, (&almanac, now)).await?;
            Ok(render(&received))
        })
        .await
    }
}

async fn prepare(
    txn: &DatabaseTransaction,
    grant: &Grant,
    push: &EnrolmentPush,
    now: DateTime<Utc>,
) -> Result<Judge, StoreError> {
    let all = &push.statements;
    let numbers: BTreeSet<i32> = all.iter().map(|sent| sent.school_number).collect();
    let schools = schools::by_number(txn, numbers).await?;
    let reached = schools::acted_for(txn, grant, &schools.values().copied().collect()).await?;
    let nsns: Vec<&str> = all.iter().filter_map(|sent| sent.nsn.as_deref()).collect();
    let ids: Vec<StudentId> = all.iter().filter_map(|sent| sent.student_id).collect();
    let mut ledger = Ledger::open(txn, &nsns, &ids).await?;
    ledger.numbers.extend(schools.iter().map(|(number, id)| (*id, *number)));
    // Later than all that was said of them, also where the clock was set back since.
    let latest = ledger.said.values().flatten().map(|one| one.reported.received_at()).max();
    let now = latest.filter(|latest| *latest > now).map_or(now, |latest| following(latest, now));
    Ok(Judge {
        schools: schools
            .into_iter()
            .map(|(number, id)| (number, (id, reached.contains(&id))))
            .collect(),
        ledger,
        unknown_reasons: unknown(txn, "leaving-reasons", all, |sent| &sent.leaving_reason).await?,
        unknown_pathways: unknown(txn, "alternative-pathways", all, |sent| &sent.pathway).await?,
        speaks_for_the_nation: grant.reaches_the_nation(),
        // A sender whose clock is ahead would else outdo every correction to come.
        reported: ReportedAt::new(push.sent_at.map_or(now, |sent| sent.min(now)), now),
        today: nz_date(now),
    })
}

/// The codes of a member that their set does not have.
async fn unknown(
    txn: &DatabaseTransaction,
    set: &'static str,
    statements: &[PushedStatement],
    member: impl Fn(&PushedStatement) -> &Option<String>,
) -> Result<HashSet<String>, DbErr> {
    let named: BTreeSet<&str> =
        statements.iter().filter_map(|sent| member(sent).as_deref()).collect();
    let asked: Vec<(&str, &str)> = named.into_iter().map(|code| (set, code)).collect();
    let unknown = unknown_codes(txn, &asked).await?;
    Ok(unknown.into_iter().map(|(_, code)| code.to_owned()).collect())
}

impl Judge {
    fn examine(&mut self, push: &EnrolmentPush, received: &mut Received) -> Taken {
        let mut taken = Taken::default();
        if push.count.is_some_and(|count| count != push.statements.len()) {
            received.faults.push((Place::Count, PushFault::CountDiffers));
        }
        for (at, sent) in push.statements.iter().enumerate() {
            let place = Place::Statement(at);
            match self.read(sent, &mut taken) {
                Err(fault) => received.faults.push((place, fault)),
                Ok((student, statement)) => {
                    self.take(place, student, statement, (&mut taken, received));
                }
            }
        }
        taken
    }

    /// Of whom a statement is, and what it says.
    fn read(
        &self,
        sent: &PushedStatement,
        taken: &mut Taken,
    ) -> Result<(Known, Statement), PushFault> {
        let said = sent.said()?;
        let (school, reached) =
            *self.schools.get(&sent.school_number).ok_or(PushFault::UnknownSchool)?;
        if !reached {
            return Err(PushFault::SchoolOutOfReach);
        }
        let student = self.who(sent, school)?;
        if sent.leaving_reason.as_ref().is_some_and(|code| self.unknown_reasons.contains(code)) {
            return Err(PushFault::UnknownReason);
        }
        if sent.pathway.as_ref().is_some_and(|code| self.unknown_pathways.contains(code)) {
            return Err(PushFault::UnknownPathway);
        }
        check(&said, student.births.of_record, self.today)?;
        let statement = Statement::new(self.reported, school, said);
        if !taken.name(student.record, &statement) {
            return Err(PushFault::Repeated);
        }
        Ok((student, statement))
    }

    /// Who is meant. A school knows those who are or were on its roll, and may say that somebody
    /// is new there whose number and birth date it knows; of anybody else it learns nothing.
    fn who(&self, sent: &PushedStatement, school: SchoolId) -> Result<Known, PushFault> {
        let found = match (&sent.nsn, sent.student_id) {
            (Some(number), None) => self.ledger.everybody.by_nsn(number),
            (None, Some(id)) => self.ledger.everybody.by_id(id),
            (Some(_), Some(_)) | (None, None) => return Err(PushFault::NotNamedOnce),
        };
        let student = found.ok_or(PushFault::UnknownStudent)?;
        let said = self.ledger.said.get(&student.id);
        let of_school = said.is_some_and(|all| all.iter().any(|one| one.school == school));
        let agrees = sent.birth_date.is_some_and(|date| student.births.include(date));
        let is_new = sent.kind == EnrolmentStatement::Enrolled && sent.nsn.is_some() && agrees;
        if !(of_school || is_new || self.speaks_for_the_nation) {
            return Err(PushFault::UnknownStudent);
        }
        if sent.birth_date.is_some() && !agrees {
            return Err(PushFault::BirthDateDiffers);
        }
        Ok(student)
    }

    fn take(
        &mut self,
        place: Place,
        student: Known,
        statement: Statement,
        (taken, received): (&mut Taken, &mut Received),
    ) {
        let today = self.today;
        let Known { id: student, record, .. } = student;
        let of_record = self.ledger.of_record.entry(record).or_default();
        let same = |one: &Statement| {
            one.school == statement.school
                && one.said == statement.said
                && one.reported.sent_at() == statement.reported.sent_at()
        };
        // What is on record under another number of the student's is not on record under this one.
        if of_record.iter().any(same) {
            received.unchanged += 1;
            return;
        }
        of_record.push(statement.clone());
        let known = self.ledger.said.entry(student).or_default();
        let before = stands(known.iter(), today);
        known.push(statement.clone());
        // It is kept all the same: a word that was sent before it may still arrive and make it fit.
        let contradicts = effect_of(&statement, known, today) == Effect::Contradicts;
        let after = stands(known.iter(), today);
        if after == before {
            received.without_effect += 1;
        } else {
            received.changed += 1;
        }
        let mut warnings = self.warnings(&statement, &before.stays, &after.stays);
        warnings.extend(contradicts.then_some(PushWarning::BeforeFirstDay));
        received.warnings.extend(warnings.into_iter().map(|what| (place, what)));
        taken.concerned.note(student, statement.said.kind());
        match pathway::Model::of(record, &statement) {
            Some(row) => taken.pathways.push(row),
            None => taken.reports.push(report::Model::of(record, &statement)),
        }
    }

    fn warnings(&self, one: &Statement, before: &[Stay], after: &[Stay]) -> Vec<PushWarning> {
        if one.is_ahead(self.today) {
            return vec![PushWarning::StartsAhead];
        }
        let mut warnings = Vec::new();
        let open =
            |stays: &[Stay]| stays.iter().find(|stay| stay.is_open()).map(|stay| stay.school);
        if let (Some(was), Some(is)) = (open(before), open(after))
            && is == one.school
            && was != is
            && let Some(number) = self.ledger.numbers.get(&was)
        {
            warnings.push(PushWarning::EndedElsewhere(*number));
        }
        let (here, elsewhere): (Vec<&Stay>, Vec<&Stay>) =
            after.iter().partition(|stay| stay.school == one.school);
        if here.iter().any(|stay| elsewhere.iter().any(|other| stay.overlaps(other))) {
            warnings.push(PushWarning::Overlaps);
        }
        warnings
    }
}
