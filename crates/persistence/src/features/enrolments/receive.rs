//! Taking enrolments in: every statement is judged by itself, the good ones are kept, the others
//! named. What stands then is made of everything that was ever said.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use ascms_domain::attendance::ReportedAt;
use ascms_domain::calendar::nz_date;
use ascms_domain::enrolments::{
    Done, Effect, EnrolmentStatement, Said, Statement, Stay, check, each_effect, stands,
};
use ascms_domain::ids::{SchoolId, StudentId};
use ascms_domain::instants::following;
use ascms_domain::matching::{ComparedNsn, Placeholders};
use chrono::NaiveDate;
use sea_orm::DbErr;

use crate::features::enrolments::ledger::{Concerned, Ledger};
use crate::features::enrolments::push::{
    ALTERNATIVE_PATHWAYS, EnrolmentFault, EnrolmentPlace, EnrolmentPush, EnrolmentReceipt,
    EnrolmentRefusal, EnrolmentWarning, LEAVING_REASONS, PushedStatement,
};
use crate::features::enrolments::receive::named::{Named, New, Who, received_by_school};
use crate::features::students::enrolment::ahead;
use crate::features::students::roll::Known;
use crate::gate::write::Write;
use crate::reference::schools;
use crate::rows::{enrolment_report, pathway_report};
use crate::store::bulk;
use crate::store::call::{Call, CallError};
use crate::store::error::StoreError;
use crate::store::idempotency::Shown;

mod named;

/// What statements are judged by: everything that is known of the students whom they name.
struct EnrolmentValidator<'a> {
    /// By number, with whether the caller may tell of it.
    schools: HashMap<i32, (SchoolId, bool)>,
    ledger: Ledger,
    /// Who is or was on the roll of which school, before the call.
    rolls: HashSet<(StudentId, SchoolId)>,
    unknown_reasons: HashSet<String>,
    unknown_pathways: HashSet<String>,
    placeholders: &'a Placeholders,
    speaks_for_the_nation: bool,
    reported: ReportedAt,
    today: NaiveDate,
}

/// What of a push is new.
#[derive(Default)]
struct NewReports {
    reports: Vec<enrolment_report::Model>,
    pathways: Vec<pathway_report::Model>,
    concerned: Concerned,
    /// What this call says of each record at each school, in its order.
    named: HashMap<(Named, SchoolId), Vec<Statement>>,
    /// How many statements contradict what is known of somebody of whom the sender may not know.
    guesses: u32,
}

impl NewReports {
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
    fn name(&mut self, who: &Who, statement: &Statement) -> bool {
        let who = match who {
            Who::Known(student) => Named::Known(student.record),
            Who::Unconfirmed(number, ..) => Named::Unconfirmed(number.clone()),
        };
        let named = self.named.entry((who, statement.school)).or_default();
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

/// What came of a push, and the schools of which that says something.
#[derive(Clone, Debug)]
pub struct TakenIn {
    pub received: EnrolmentReceipt,
    pub shows: Vec<Shown>,
}

impl Write<'_> {
    /// Takes enrolments in.
    pub async fn receive_enrolments(
        &self,
        push: EnrolmentPush,
    ) -> Result<TakenIn, CallError<EnrolmentRefusal>> {
        let &Write { txn, call: &Call { grant, now, .. }, calendars, rules, .. } = self;
        self.may_look_up()?;
        let mut validator = prepare(self, &push).await?;
        if validator.schools.values().all(|(_, reached)| !reached) && !validator.schools.is_empty()
        {
            return Err(CallError::Refused(EnrolmentRefusal::SchoolOutOfReach));
        }
        let mut received = EnrolmentReceipt::default();
        let taken = validator.examine(&push, &mut received);
        (0..taken.guesses).for_each(|_| txn.guess());
        ahead::note(txn, grant, taken.days_ahead(validator.today)).await?;
        let reports = taken.reports.into_iter().map(enrolment_report::ActiveModel::from);
        bulk::insert(txn, reports).await?;
        let pathways = taken.pathways.into_iter().map(pathway_report::ActiveModel::from);
        bulk::insert(txn, pathways).await?;
        bulk::record_events(txn, &received_by_school(taken.named.keys()), now).await?;
        let shows = validator.told();
        let by = (rules, calendars, now);
        validator.ledger.settle(txn, grant, &taken.concerned, by).await?;
        Ok(TakenIn { received, shows })
    }
}

async fn prepare<'a>(
    write: &Write<'a>,
    push: &EnrolmentPush,
) -> Result<EnrolmentValidator<'a>, StoreError> {
    let &Write { txn, call: &Call { grant, now, .. }, placeholders, .. } = write;
    let all = &push.statements;
    let numbers: BTreeSet<i32> = all.iter().map(|sent| sent.school_number).collect();
    let schools = schools::by_number(txn, numbers).await?;
    let reached = schools::acted_for(txn, grant, &schools.values().copied().collect()).await?;
    let nsns = all.iter().filter_map(|sent| sent.nsn.as_deref());
    let nsns: Vec<&str> = nsns.filter(|number| !placeholders.is_nsn(number)).collect();
    let ids: Vec<StudentId> = all.iter().filter_map(|sent| sent.student_id).collect();
    let mut ledger = Ledger::open(txn, &nsns, &ids).await?;
    ledger.numbers.extend(schools.iter().map(|(number, id)| (*id, *number)));
    // Later than all that was said of them, also where the clock was set back since.
    let latest = ledger.said.values().flatten().map(|one| one.reported.received_at()).max();
    let now = latest.filter(|latest| *latest > now).map_or(now, |latest| following(latest, now));
    Ok(EnrolmentValidator {
        schools: schools
            .into_iter()
            .map(|(number, id)| (number, (id, reached.contains(&id))))
            .collect(),
        rolls: rolls(&ledger),
        ledger,
        unknown_reasons: unknown(write, LEAVING_REASONS, all, |sent| &sent.leaving_reason).await?,
        unknown_pathways: unknown(write, ALTERNATIVE_PATHWAYS, all, |sent| &sent.pathway).await?,
        placeholders,
        speaks_for_the_nation: grant.reaches_the_nation(),
        // A sender whose clock is ahead would else outdo every correction to come.
        reported: ReportedAt::new(push.sent_at.map_or(now, |sent| sent.min(now)), now),
        today: nz_date(now),
    })
}

fn rolls(ledger: &Ledger) -> HashSet<(StudentId, SchoolId)> {
    let of = |(student, said): (&StudentId, &Vec<Statement>)| {
        let student = *student;
        said.iter().map(move |one| (student, one.school)).collect::<Vec<_>>()
    };
    ledger.said.iter().flat_map(of).collect()
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

impl EnrolmentValidator<'_> {
    fn examine(&mut self, push: &EnrolmentPush, received: &mut EnrolmentReceipt) -> NewReports {
        let mut taken = NewReports::default();
        if push.count.is_some_and(|count| count != push.sent) {
            received.faults.push((EnrolmentPlace::Count, EnrolmentFault::CountDiffers));
        }
        let mut told: BTreeMap<StudentId, New> = BTreeMap::new();
        let mut untold: BTreeMap<StudentId, New> = BTreeMap::new();
        for sent in &push.statements {
            match self.read(sent, &mut taken) {
                Err(fault) => received.faults.push((EnrolmentPlace::Statement(sent.place), fault)),
                Ok((Who::Known(student), statement)) => {
                    told.entry(student.id).or_default().add(sent.place, student.record, statement);
                }
                Ok((Who::Unconfirmed(.., student), statement)) => {
                    received.unconfirmed += 1;
                    if let Some(student) = student {
                        let new = untold.entry(student.id).or_default();
                        new.add(sent.place, student.record, statement);
                    }
                }
            }
        }
        for (student, new) in told {
            self.take(student, new, (&mut taken, received));
        }
        for (student, new) in untold {
            self.take(student, new, (&mut taken, &mut EnrolmentReceipt::default()));
        }
        received.warnings.sort_by_key(|(place, _)| place.at());
        taken
    }

    /// The schools of which the answer says something.
    fn told(&self) -> Vec<Shown> {
        let reached = self.schools.values().filter(|(_, reached)| *reached);
        reached.map(|(school, _)| Shown::School(*school)).collect()
    }

    /// Of whom a statement is, and what it says.
    fn read(
        &self,
        sent: &PushedStatement,
        taken: &mut NewReports,
    ) -> Result<(Who, Statement), EnrolmentFault> {
        let said = sent.said()?;
        let (school, reached) =
            *self.schools.get(&sent.school_number).ok_or(EnrolmentFault::UnknownSchool)?;
        if !reached {
            return Err(EnrolmentFault::SchoolOutOfReach);
        }
        let who = self.who(sent, school, &mut taken.guesses)?;
        if sent.leaving_reason.as_ref().is_some_and(|code| self.unknown_reasons.contains(code)) {
            return Err(EnrolmentFault::UnknownReason);
        }
        if sent.pathway.as_ref().is_some_and(|code| self.unknown_pathways.contains(code)) {
            return Err(EnrolmentFault::UnknownPathway);
        }
        let birth_date = match &who {
            Who::Known(student) => student.births.of_record,
            Who::Unconfirmed(_, birth_date, _) => *birth_date,
        };
        check(&said, birth_date, self.today)?;
        let statement = Statement::new(self.reported, school, said);
        if !taken.name(&who, &statement) {
            return Err(EnrolmentFault::Repeated);
        }
        Ok((who, statement))
    }

    /// Who is meant. A school knows those who are or were on its roll, and may say that somebody
    /// is new there whose number and birth date it knows; of anybody else it learns nothing, not even
    /// whether number and birth date are those of somebody.
    fn who(
        &self,
        sent: &PushedStatement,
        school: SchoolId,
        guesses: &mut u32,
    ) -> Result<Who, EnrolmentFault> {
        let everybody = &self.ledger.everybody;
        let of_school = |student: &Known| self.rolls.contains(&(student.id, school));
        let found = match (&sent.nsn, sent.student_id) {
            (Some(number), None) if self.placeholders.is_nsn(number) => {
                return Err(EnrolmentFault::PlaceholderNsn);
            }
            (Some(number), None) => everybody.by_nsn(number, of_school),
            (None, Some(id)) => everybody.by_id(id),
            (Some(_), Some(_)) | (None, None) => return Err(EnrolmentFault::NotNamedOnce),
        };
        let may_know = |student: &Known| self.speaks_for_the_nation || of_school(student);
        let agrees =
            |student: &Known| sent.birth_date.is_some_and(|date| student.births.include(date));
        if let Some(student) = found.filter(may_know) {
            return if sent.birth_date.is_none() || agrees(&student) {
                Ok(Who::Known(student))
            } else {
                Err(EnrolmentFault::BirthDateDiffers)
            };
        }
        let number = sent.nsn.as_deref().and_then(ComparedNsn::read);
        let is_new = sent.kind == EnrolmentStatement::Enrolled && !self.speaks_for_the_nation;
        let (Some(number), Some(birth_date), true) = (number, sent.birth_date, is_new) else {
            return Err(EnrolmentFault::UnknownStudent);
        };
        *guesses += u32::from(found.is_some_and(|student| !agrees(&student)));
        Ok(Who::Unconfirmed(number, birth_date, found.filter(agrees)))
    }

    /// Takes what a call says of one student. All of it was sent at one instant, so it is gone
    /// through once, in the order of its days.
    fn take(
        &mut self,
        student: StudentId,
        mut new: New,
        (taken, received): (&mut NewReports, &mut EnrolmentReceipt),
    ) {
        let today = self.today;
        // The register's word on what a school has claimed is news also when it is no new one.
        if self.speaks_for_the_nation {
            for statement in &new.statements {
                taken.concerned.note(student, statement.school, statement.said.kind());
            }
        }
        let known = self.ledger.said.remove(&student).unwrap_or_default();
        received.unchanged += new.leave_out_known(&self.ledger.of_record);
        let New { places, records, statements } = new;
        // Where a later word is on record, what it leaves of them counts.
        let outdone = known.iter().max() > statements.iter().min();
        let all = || known.iter().chain(&statements);
        let whole = outdone.then(|| (stands(known.iter(), today), stands(all(), today)));
        each_effect(&known, &statements, today, |done| {
            let (Some(place), Some(statement)) = (places.get(done.at), statements.get(done.at))
            else {
                return;
            };
            let Done { effect, before, after, .. } = done;
            let (before, after) = match &whole {
                Some((before, after)) => (before, after),
                None => (before, after),
            };
            let alone = statements.len() == 1;
            if after != before && (alone || effect == Effect::Changes) {
                received.changed += 1;
            } else {
                received.without_effect += 1;
            }
            let mut warnings = self.warnings(statement, &before.stays, &after.stays);
            // It is kept all the same: a word that was sent before it may still arrive and make it fit.
            let contradicts = effect == Effect::Contradicts;
            warnings.extend(contradicts.then_some(EnrolmentWarning::BeforeFirstDay));
            let place = EnrolmentPlace::Statement(*place);
            received.warnings.extend(warnings.into_iter().map(|what| (place, what)));
        });
        for (record, statement) in records.into_iter().zip(&statements) {
            taken.concerned.note(student, statement.school, statement.said.kind());
            self.ledger.of_record.entry(record).or_default().push(statement.clone());
            match pathway_report::Model::of(record, statement) {
                Some(row) => taken.pathways.push(row),
                None => taken.reports.push(enrolment_report::Model::of(record, statement)),
            }
        }
        self.ledger.said.insert(student, known.into_iter().chain(statements).collect());
    }

    fn warnings(&self, one: &Statement, before: &[Stay], after: &[Stay]) -> Vec<EnrolmentWarning> {
        if one.is_ahead(self.today) {
            return vec![EnrolmentWarning::StartsAhead];
        }
        let mut warnings = Vec::new();
        let open =
            |stays: &[Stay]| stays.iter().find(|stay| stay.is_open()).map(|stay| stay.school);
        if let (Some(was), Some(is)) = (open(before), open(after))
            && is == one.school
            && was != is
        {
            // Where a student was is not for who takes them away: it is told to who may act there.
            let acts = |(school, reached): &(SchoolId, bool)| *school == was && *reached;
            let told = self.speaks_for_the_nation || self.schools.values().any(acts);
            let number = self.ledger.numbers.get(&was).copied();
            warnings.push(EnrolmentWarning::EndedElsewhere(number.filter(|_| told)));
        }
        let (here, elsewhere): (Vec<&Stay>, Vec<&Stay>) =
            after.iter().partition(|stay| stay.school == one.school);
        if here.iter().any(|stay| elsewhere.iter().any(|other| stay.overlaps(other))) {
            warnings.push(EnrolmentWarning::Overlaps);
        }
        warnings
    }
}
