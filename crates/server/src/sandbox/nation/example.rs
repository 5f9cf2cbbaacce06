//! The one case whose ids the document's examples name, so that they work as they stand.

use ascms_domain::access::Role;
use ascms_domain::calendar::nz_date;
use ascms_domain::cases::CaseStatus;
use ascms_domain::contacts::{ContactChannel, ContactOutcome, ContactParty};
use ascms_domain::eligibility::{Advice, Assessment, Circumstance};
use ascms_domain::ids::UserId;
use ascms_domain::matching::MatchedBy;
use ascms_domain::referrals::{ReferralKind, ReferralStatus, SchoolResponse, SupportRequest};
use ascms_domain::terms::{TermAttendance, TermKey};
use ascms_domain::text::Code;
use ascms_http::openapi;
use ascms_persistence::rows::{contact, notification, whanau_contact};
use ascms_persistence::scoped_rows::{attendance_case, referral, student};
use ascms_persistence::seed::KnownCase;
use ascms_persistence::students::Codes;
use ascms_persistence::{Store, referrals};
use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};

use super::accounts::user_id;
use super::dates::ymd;
use super::error::SeedError;
use super::{arrangements, days};
use crate::sandbox::personas;

/// The day of the referral in the document's examples, as long as that is not to come.
const DAY: NaiveDate = ymd(2026, 3, 2);

/// Far enough back for the case to have been worked on.
const BACK: TimeDelta = TimeDelta::days(30);

const TERM_BEFORE: (i16, u8) = (2025, 4);
const TERM: (i16, u8) = (2026, 1);

/// When its referral came in.
pub(super) fn received(now: DateTime<Utc>) -> DateTime<Utc> {
    days::at(DAY, 75).min(now - BACK)
}

pub(super) async fn seed(store: &Store, now: DateTime<Utc>) -> Result<(), SeedError> {
    let at = received(now);
    let lead = user_id(&personas::name(Role::WorkflowLead))?;
    let primary_contact = user_id(&personas::name(Role::PrimaryContact))?;
    let sender = user_id(&personas::name(Role::AttendanceLead))?;
    let known = KnownCase {
        student: student(at)?,
        whanau_contact: whanau_contact(at)?,
        referral: referral(at, sender, primary_contact)?,
        case: case(at, primary_contact)?,
        contact: contact(at)?,
        notification: notification(at)?,
        decided_by: lead,
    };
    Ok(store.seed_known_case(known).await?)
}

fn student(at: DateTime<Utc>) -> Result<student::Model, SeedError> {
    Ok(student::Model {
        id: openapi::STUDENT_ID.parse()?,
        nsn: Some("0000000017".to_owned()),
        legal_given_names: "Āria Mere".to_owned(),
        legal_family_name: "Example".to_owned(),
        preferred_given_names: Some("Āria".to_owned()),
        preferred_family_name: None,
        birth_date: ymd(2013, 5, 6),
        gender: Some("21".to_owned()),
        ethnicities: Codes(vec!["2".to_owned()]),
        iwi: Codes::default(),
        home_language: Some("mri".to_owned()),
        interpreter_wanted: false,
        te_reo_preferred: true,
        year_level: Some(8),
        address_protected: false,
        safety_alerts: Codes::default(),
        version: 1,
        created_at: at,
        updated_at: at,
    })
}

fn whanau_contact(at: DateTime<Utc>) -> Result<whanau_contact::Model, SeedError> {
    Ok(whanau_contact::Model {
        id: openapi::WHANAU_CONTACT_ID.parse()?,
        student_id: openapi::STUDENT_ID.parse()?,
        name: "Hana Example".to_owned(),
        relationship: "parent".to_owned(),
        phone: Some("021 000 0001".to_owned()),
        other_phone: None,
        email: None,
        address: None,
        preferred_language: None,
        confirmed_on: nz_date(at).checked_sub_days(Days::new(10)),
        version: 1,
        created_at: at,
        updated_at: at,
    })
}

fn referral(
    at: DateTime<Utc>,
    sender: UserId,
    primary_contact: UserId,
) -> Result<referral::Model, SeedError> {
    let baseline = attendance(TERM, 40, 20);
    Ok(referral::Model {
        id: openapi::REFERRAL_ID.parse()?,
        kind: ReferralKind::ChronicAbsence,
        status: ReferralStatus::Accepted,
        referral_date: nz_date(at),
        submitted_at: at,
        submitted_by: sender.0,
        sent_by_provider_id: None,
        source: None,
        source_reference: None,
        fingerprint: "sandbox example".to_owned(),
        student_id: openapi::STUDENT_ID.parse()?,
        school_id: arrangements::school_id(0),
        catchment_id: Some(arrangements::catchment_id(0)),
        provider_id: Some(arrangements::provider_id(0)),
        in_school: false,
        primary_contact_id: Some(primary_contact),
        content: referrals::StoredRequest(request(at)),
        assessment: referral::StoredAssessment(Assessment {
            advice: Advice::HighlyRecommended,
            circumstances: vec![Circumstance::AttendedHalfOrLess],
            baseline,
            rule_version: "eligibility-2026-1".to_owned(),
            contradictions: Vec::new(),
            warnings: Vec::new(),
        }),
        matched_by: MatchedBy::Created,
        match_review_id: None,
        case_id: Some(openapi::CASE_ID.parse()?),
        predecessor_id: None,
        successor_id: None,
        withdrawal_reason: None,
        version: 2,
        updated_at: at + TimeDelta::hours(2),
    })
}

fn request(at: DateTime<Utc>) -> SupportRequest {
    let attendance = [attendance(TERM_BEFORE, 98, 60), attendance(TERM, 40, 20)];
    SupportRequest {
        kind: ReferralKind::ChronicAbsence,
        reason: "Away most Mondays and Fridays since the family moved.".into(),
        barriers: vec![Code("transport".to_owned())],
        school_response: SchoolResponse {
            star_steps: Vec::new(),
            attendance_management_plan: true,
            individual_plan_tried: true,
        },
        agencies: Vec::new(),
        safety_alerts: Vec::new(),
        whanau_told_on: nz_date(at).checked_sub_days(Days::new(3)),
        consent_notes: None,
        attendance: attendance.into_iter().flatten().collect(),
        continuing_support: false,
        continuing_support_grounds: None,
        visa_status: None,
        non_enrolment: None,
    }
}

fn attendance(
    (year, term): (i16, u8),
    possible_half_days: u32,
    present_half_days: u32,
) -> Option<TermAttendance> {
    let term = TermKey::new(year, term).ok()?;
    Some(TermAttendance { term, possible_half_days, present_half_days })
}

fn case(at: DateTime<Utc>, primary_contact: UserId) -> Result<attendance_case::Model, SeedError> {
    let opened_at = at + TimeDelta::hours(2);
    Ok(attendance_case::Model {
        id: openapi::CASE_ID.parse()?,
        // Given by the store.
        number: String::new(),
        referral_id: openapi::REFERRAL_ID.parse()?,
        referral_date: nz_date(at),
        student_id: openapi::STUDENT_ID.parse()?,
        school_id: arrangements::school_id(0),
        provider_id: arrangements::provider_id(0),
        primary_contact_id: Some(primary_contact),
        status: CaseStatus::Active,
        case_manager_id: Some(user_id(&personas::name(Role::CaseManager))?),
        opened_at,
        pause_reason: None,
        paused_from: None,
        review_by: None,
        closed_at: None,
        closure_reason: None,
        version: 2,
        updated_at: opened_at + TimeDelta::minutes(30),
    })
}

/// Two days after the referral.
fn contact(at: DateTime<Utc>) -> Result<contact::Model, SeedError> {
    let occurred_at = at + TimeDelta::days(2);
    Ok(contact::Model {
        id: openapi::CONTACT_ID.parse()?,
        case_id: openapi::CASE_ID.parse()?,
        party: ContactParty::School,
        channel: ContactChannel::Phone,
        outcome: ContactOutcome::Reached,
        occurred_at,
        recorded_at: occurred_at + TimeDelta::minutes(20),
        recorded_by: user_id(&personas::name(Role::CaseManager))?,
        risk_assessed_at: None,
        notes: Some("Spoke with the dean.".to_owned()),
        corrects: None,
        corrected_at: None,
        correction_reason: None,
    })
}

/// The case manager was given the case; no message is sent of what is long past.
fn notification(at: DateTime<Utc>) -> Result<notification::Model, SeedError> {
    Ok(notification::Model {
        id: openapi::NOTIFICATION_ID.parse()?,
        user_id: user_id(&personas::name(Role::CaseManager))?,
        at: at + TimeDelta::minutes(150),
        kind: "case.assigned".to_owned(),
        case_id: Some(openapi::CASE_ID.parse()?),
        subject_id: openapi::CASE_ID.parse()?,
        record_kind: None,
        organisation_id: None,
        read_at: None,
        mail_attempts: 0,
        mail_due_at: None,
        mailed_at: None,
    })
}
