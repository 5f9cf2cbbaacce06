//! The fields of each record by their names in the API, spelled out one by one. What never changes
//! or only counts the changes (ids, versions, instants of writing) is named and left out.

use ascms_domain::history::RecordKind;
use ascms_domain::referrals::SupportRequest;
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use serde::Serialize;

use crate::reach::rows::{attendance_case, referral, student};
use crate::rows::{self, barrier, plan, task};
use crate::trace::history::Recorded;

mod documents;

fn json(value: &impl Serialize) -> Json {
    // Words, numbers, dates and lists of them have no way to fail.
    serde_json::to_value(value).unwrap_or_default()
}

impl Recorded for attendance_case::Model {
    const KIND: RecordKind = RecordKind::Case;

    fn stamp(&self) -> (Uuid, i32) {
        (self.id.0, self.version)
    }

    fn advance(&mut self, now: DateTime<Utc>) {
        self.version += 1;
        self.updated_at = now;
    }

    fn fields(&self) -> Vec<(&'static str, Json)> {
        let Self {
            id: _,
            number,
            referral_id,
            referral_date,
            student_id,
            school_id,
            provider_id,
            primary_contact_id,
            status,
            case_manager_id,
            opened_at,
            pause_reason,
            paused_from,
            review_by,
            closed_at,
            closure_reason,
            version: _,
            updated_at: _,
        } = self;
        vec![
            ("number", json(number)),
            ("referralId", json(referral_id)),
            ("referralDate", json(referral_date)),
            ("studentId", json(student_id)),
            ("schoolId", json(school_id)),
            ("providerId", json(provider_id)),
            ("primaryContactId", json(primary_contact_id)),
            ("status", json(status)),
            ("caseManagerId", json(case_manager_id)),
            ("openedAt", json(opened_at)),
            ("pause.reasonCode", json(pause_reason)),
            ("pause.from", json(paused_from)),
            ("pause.reviewBy", json(review_by)),
            ("closure.reasonCode", json(closure_reason)),
            ("closure.closedAt", json(closed_at)),
        ]
    }
}

impl Recorded for task::Model {
    const KIND: RecordKind = RecordKind::Task;

    fn stamp(&self) -> (Uuid, i32) {
        (self.id.0, self.version)
    }

    fn advance(&mut self, now: DateTime<Utc>) {
        self.version += 1;
        self.updated_at = now;
    }

    fn fields(&self) -> Vec<(&'static str, Json)> {
        let Self {
            id: _,
            case_id: _,
            title,
            assignee_id,
            due_on,
            // Which calendar counted the day is part of the day.
            calendar_version: _,
            status,
            added_by: _,
            added_at: _,
            finished_by,
            finished_at,
            comment,
            version: _,
            updated_at: _,
        } = self;
        vec![
            ("title", json(title)),
            ("assigneeId", json(assignee_id)),
            ("dueOn", json(due_on)),
            ("status", json(status)),
            ("finishedBy", json(finished_by)),
            ("finishedAt", json(finished_at)),
            ("comment", json(comment)),
        ]
    }
}

impl Recorded for barrier::Model {
    const KIND: RecordKind = RecordKind::Barrier;

    fn stamp(&self) -> (Uuid, i32) {
        (self.id.0, self.version)
    }

    fn advance(&mut self, now: DateTime<Utc>) {
        self.version += 1;
        self.updated_at = now;
    }

    fn fields(&self) -> Vec<(&'static str, Json)> {
        let Self {
            id: _,
            case_id: _,
            code: _,
            severity,
            status,
            comment,
            identified_on: _,
            resolved_on,
            // Every move is a change of the status.
            moves: _,
            recorded_by: _,
            recorded_at: _,
            version: _,
            updated_at: _,
        } = self;
        vec![
            ("severity", json(severity)),
            ("status", json(status)),
            ("comment", json(comment)),
            ("resolvedOn", json(resolved_on)),
        ]
    }
}

impl Recorded for plan::Model {
    const KIND: RecordKind = RecordKind::Plan;

    fn stamp(&self) -> (Uuid, i32) {
        (self.id.0, self.version)
    }

    fn advance(&mut self, now: DateTime<Utc>) {
        self.version += 1;
        self.updated_at = now;
    }

    fn fields(&self) -> Vec<(&'static str, Json)> {
        let Self {
            id: _,
            case_id: _,
            goals,
            agreed_with,
            agreed_on,
            next_review_on,
            made_by: _,
            made_at: _,
            version: _,
            updated_at: _,
        } = self;
        vec![
            ("goals", json(&goals.0)),
            ("agreedWith", json(&agreed_with.0)),
            ("agreedOn", json(agreed_on)),
            ("nextReviewOn", json(next_review_on)),
        ]
    }
}

impl Recorded for referral::Model {
    const KIND: RecordKind = RecordKind::Referral;

    fn stamp(&self) -> (Uuid, i32) {
        (self.id.0, self.version)
    }

    fn advance(&mut self, now: DateTime<Utc>) {
        self.version += 1;
        self.updated_at = now;
    }

    fn fields(&self) -> Vec<(&'static str, Json)> {
        let Self {
            id: _,
            kind,
            status,
            referral_date,
            submitted_at,
            submitted_by,
            sent_by_provider_id,
            source,
            source_reference,
            // A digest of what was first sent, to recognise it by.
            fingerprint: _,
            student_id,
            school_id,
            catchment_id,
            provider_id,
            in_school,
            primary_contact_id,
            content,
            assessment,
            matched_by,
            match_review_id,
            case_id,
            predecessor_id,
            successor_id,
            withdrawal_reason,
            version: _,
            updated_at: _,
        } = self;
        let mut fields = vec![
            ("kind", json(kind)),
            ("status", json(status)),
            ("referralDate", json(referral_date)),
            ("submittedAt", json(submitted_at)),
            ("submittedBy", json(submitted_by)),
            ("sentByProviderId", json(sent_by_provider_id)),
            ("source", json(source)),
            ("sourceReference", json(source_reference)),
            ("studentId", json(student_id)),
            ("schoolId", json(school_id)),
            ("catchmentId", json(catchment_id)),
            ("providerId", json(provider_id)),
            ("inSchoolProvision", json(in_school)),
            ("primaryContactId", json(primary_contact_id)),
            ("assessment", json(&assessment.0)),
            ("matchedBy", json(matched_by)),
            ("matchReviewId", json(match_review_id)),
            ("caseId", json(case_id)),
            ("predecessorId", json(predecessor_id)),
            ("successorId", json(successor_id)),
            ("withdrawalReason", json(withdrawal_reason)),
        ];
        fields.extend(of_request(&content.0));
        fields
    }
}

/// A request that is sent again is often the old one with a detail added: each member for itself.
fn of_request(request: &SupportRequest) -> Vec<(&'static str, Json)> {
    let SupportRequest {
        kind,
        reason,
        barriers,
        school_response,
        agencies,
        safety_alerts,
        whanau_told_on,
        consent_notes,
        attendance,
        continuing_support,
        continuing_support_grounds,
        visa_status,
        non_enrolment,
    } = request;
    vec![
        ("supportRequest.kind", json(kind)),
        ("supportRequest.reason", json(reason)),
        ("supportRequest.barriers", json(barriers)),
        ("supportRequest.schoolResponse", json(school_response)),
        ("supportRequest.agencies", json(agencies)),
        ("supportRequest.safetyAlerts", json(safety_alerts)),
        ("supportRequest.whanauToldOn", json(whanau_told_on)),
        ("supportRequest.consentNotes", json(consent_notes)),
        ("supportRequest.attendance", json(attendance)),
        ("supportRequest.continuingSupport", json(continuing_support)),
        ("supportRequest.continuingSupportGrounds", json(continuing_support_grounds)),
        ("supportRequest.visaStatus", json(visa_status)),
        ("supportRequest.nonEnrolment", json(non_enrolment)),
    ]
}

impl Recorded for student::Model {
    const KIND: RecordKind = RecordKind::Student;

    fn stamp(&self) -> (Uuid, i32) {
        (self.id.0, self.version)
    }

    fn advance(&mut self, now: DateTime<Utc>) {
        self.version += 1;
        self.updated_at = now;
    }

    fn fields(&self) -> Vec<(&'static str, Json)> {
        let Self {
            id: _,
            nsn,
            legal_given_names,
            legal_family_name,
            preferred_given_names,
            preferred_family_name,
            birth_date,
            gender,
            ethnicities,
            iwi,
            home_language,
            interpreter_wanted,
            te_reo_preferred,
            year_level,
            address_protected,
            safety_alerts,
            version: _,
            created_at: _,
            updated_at: _,
        } = self;
        vec![
            ("nsn", json(nsn)),
            ("legalGivenNames", json(legal_given_names)),
            ("legalFamilyName", json(legal_family_name)),
            ("preferredGivenNames", json(preferred_given_names)),
            ("preferredFamilyName", json(preferred_family_name)),
            ("birthDate", json(birth_date)),
            ("gender", json(gender)),
            ("ethnicities", json(ethnicities)),
            ("iwi", json(iwi)),
            ("homeLanguage", json(home_language)),
            ("interpreterWanted", json(interpreter_wanted)),
            ("teReoPreferred", json(te_reo_preferred)),
            ("yearLevel", json(year_level)),
            ("addressProtected", json(address_protected)),
            ("safetyAlerts", json(safety_alerts)),
        ]
    }
}

impl Recorded for rows::whanau_contact::Model {
    const KIND: RecordKind = RecordKind::WhanauContact;

    fn stamp(&self) -> (Uuid, i32) {
        (self.id.0, self.version)
    }

    fn advance(&mut self, now: DateTime<Utc>) {
        self.version += 1;
        self.updated_at = now;
    }

    fn fields(&self) -> Vec<(&'static str, Json)> {
        let Self {
            id: _,
            student_id,
            name,
            relationship,
            phone,
            other_phone,
            email,
            address,
            preferred_language,
            confirmed_on,
            version: _,
            created_at: _,
            updated_at: _,
        } = self;
        vec![
            ("studentId", json(student_id)),
            ("name", json(name)),
            ("relationship", json(relationship)),
            ("phone", json(phone)),
            ("otherPhone", json(other_phone)),
            ("email", json(email)),
            ("address", json(address)),
            ("preferredLanguage", json(preferred_language)),
            ("confirmedOn", json(confirmed_on)),
        ]
    }
}
