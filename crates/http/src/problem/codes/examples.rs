//! For each code a call that it answers, so that somebody can provoke it in a sandbox. The call
//! stands first, as the document names it; then what to send, and where the record must stand.

mod of_contracts;

/// Code and example, of every code.
pub(super) fn examples() -> impl Iterator<Item = &'static (&'static str, &'static str)> {
    EXAMPLES.iter().chain(of_contracts::EXAMPLES)
}

const EXAMPLES: &[(&str, &str)] = &[
    ("malformed_json", "`POST /v1/referrals` with the body `{`."),
    (
        "malformed_upload",
        "`POST /v1/cases/{id}/documents` with a form whose last boundary is missing.",
    ),
    ("invalid_cursor", "`GET /v1/cases` with `cursor=abc`."),
    ("invalid_header", "`POST /v1/referrals` with an empty `Idempotency-Key`."),
    (
        "idempotency_key_required",
        "`POST /v1/attendance` as `sms-client`, without `Idempotency-Key`.",
    ),
    ("unauthenticated", "`GET /v1/cases` without `Authorization`."),
    (
        "multi_factor_required",
        "`GET /v1/cases` with a person's token whose `amr` names one factor.",
    ),
    (
        "recent_sign_in_required",
        "`POST /v1/measures/exports` with a token whose `auth_time` is an hour ago.",
    ),
    ("role_may_not", "`POST /v1/publications` as `office-support`."),
    ("insufficient_scope", "`GET /v1/cases` with a token whose `scope` is `measures:read`."),
    ("training_required", "`GET /v1/cases` as a case manager whose training is not on record."),
    (
        "account_disabled",
        "`GET /v1/cases` with a token of a subject that the service does not know.",
    ),
    (
        "school_out_of_reach",
        "`POST /v1/attendance` as `sms-client`, with a `schoolNumber` that it may not act for.",
    ),
    (
        "preflight_refused",
        "`GET /v1/cases` from a page whose origin is not on the list of the server.",
    ),
    (
        "only_shared",
        "`POST /v1/cases/{id}/documents` as `attendance-lead`, with `visibility` `private`.",
    ),
    ("not_found", "`GET /v1/cases/{id}` with the id of another provider's case."),
    ("method_not_allowed", "`GET /v1/cases/{id}` with `DELETE` in place of `GET`."),
    ("not_acceptable", "`GET /v1/cases` with `Accept: text/html`."),
    ("body_too_slow", "`POST /v1/attendance` with a body of which a byte comes each second."),
    ("referral_already_decided", "`POST /v1/referrals/{id}/decision` twice, with two keys."),
    (
        "referral_not_routed",
        "`POST /v1/referrals/{id}/decision` with `accepted`, as the Ministry, on a referral of its queue.",
    ),
    (
        "already_with_provider",
        "`POST /v1/referrals/{id}/decision` with `redirected` to the provider that has the referral.",
    ),
    (
        "referral_not_returned",
        "`POST /v1/referrals/{id}/submission` on a referral that waits for its decision.",
    ),
    (
        "referral_not_withdrawable",
        "`POST /v1/referrals/{id}/withdrawal` on a referral that was accepted.",
    ),
    (
        "source_reference_taken",
        "`POST /v1/referrals` twice, with one `source` and `sourceReference`, two keys and two reasons.",
    ),
    ("already_referred", "`POST /v1/referrals` twice, for one student, with two keys."),
    ("case_closed", "`POST /v1/cases/{id}/contacts` on a case that is closed."),
    (
        "document_quarantined",
        "`GET /v1/cases/{id}/documents/{documentId}/content` before the document is scanned.",
    ),
    (
        "document_refused",
        "`GET /v1/cases/{id}/documents/{documentId}/content` of a document with the EICAR test text.",
    ),
    (
        "document_not_clean",
        "`POST /v1/bulletins/{id}/publication` while one of its documents is not scanned.",
    ),
    ("too_many_documents", "`POST /v1/bulletins/{id}/documents/raw` for the twenty-first time."),
    ("frozen", "`PATCH /v1/bulletins/{id}` on a bulletin that is published."),
    ("not_in_this_state", "`POST /v1/bulletins/{id}/withdrawal` on a bulletin that is a draft."),
    ("own_decision", "`POST /v1/bulletins/{id}/publication` as the person who wrote the bulletin."),
    ("in_the_future", "`POST /v1/needs/{id}/spending` with `spentOn` tomorrow."),
    (
        "second_person_needed",
        "`POST /v1/bulletins/{id}/publication` where the policy wants somebody of the Ministry, as somebody else.",
    ),
    (
        "assignee_not_here",
        "`POST /v1/cases/{id}/assignment` to a case manager of another provider.",
    ),
    (
        "assignee_disabled",
        "`POST /v1/cases/{id}/assignment` to a person whose account is disabled.",
    ),
    (
        "assignee_untrained",
        "`POST /v1/cases/{id}/assignment` to a person whose training is not on record.",
    ),
    ("already_assigned", "`POST /v1/cases/{id}/assignment` twice, to one person, with two keys."),
    ("case_unassigned", "`POST /v1/cases/{id}/pause` on a case that nobody manages."),
    ("already_paused", "`POST /v1/cases/{id}/pause` twice, with two keys."),
    ("not_paused", "`POST /v1/cases/{id}/resumption` on a case that is active."),
    ("closure_already_proposed", "`POST /v1/cases/{id}/closure` twice, with two keys."),
    ("no_closure_proposed", "`POST /v1/cases/{id}/closure-approval` on a case that is active."),
    (
        "own_closure",
        "`POST /v1/cases/{id}/closure-approval` as the workflow lead who proposed the closure.",
    ),
    ("open_tasks", "`POST /v1/cases/{id}/closure` on a case with an open task."),
    (
        "unexplained_barriers",
        "`POST /v1/cases/{id}/closure-approval` after a barrier was added to the case.",
    ),
    (
        "task_already_finished",
        "`POST /v1/cases/{id}/tasks/{taskId}/completion` twice, with two keys.",
    ),
    ("case_not_closed", "`POST /v1/cases/{id}/reopening` on a case that is active."),
    (
        "reopening_too_late",
        "`POST /v1/cases/{id}/reopening` with a `Sandbox-Date` two months after the closure.",
    ),
    (
        "another_case_open",
        "`POST /v1/cases/{id}/reopening` on a case whose student has a newer case.",
    ),
    ("transfer_already_requested", "`POST /v1/cases/{id}/transfers` twice, with two keys."),
    ("transfer_already_decided", "`POST /v1/transfers/{id}/decision` twice, with two keys."),
    (
        "claim_settled",
        "`POST /v1/enrolment-claims/{id}/agreement` on a claim that somebody agreed to.",
    ),
    ("claim_already_opposed", "`POST /v1/enrolment-claims/{id}/opposition` twice, with two keys."),
    (
        "claim_opposed",
        "`POST /v1/enrolment-claims/{id}/agreement` as the school that opposed the claim.",
    ),
    ("claim_not_yours", "`POST /v1/enrolment-claims/{id}/agreement` as the school that claims."),
    ("transfer_to_same_provider", "`POST /v1/cases/{id}/transfers` to the case's own provider."),
    (
        "team_of_another_school",
        "`POST /v1/cases/{id}/transfers` to the team of a school that is not the student's.",
    ),
    (
        "not_the_receiver",
        "`POST /v1/transfers/{id}/decision` as the provider that offers the case.",
    ),
    (
        "not_the_giver",
        "`POST /v1/transfers/{id}/cancellation` as the provider that the case is offered to.",
    ),
    (
        "contact_not_at_school",
        "`POST /v1/cases/{id}/primary-contact` with a person of another school.",
    ),
    (
        "already_enrolled_there",
        "`POST /v1/students/{id}/school-changes` to the student's present school.",
    ),
    (
        "already_corrected",
        "`POST /v1/cases/{id}/contacts/{contactId}/correction` twice, with two keys.",
    ),
    (
        "not_the_author",
        "`POST /v1/cases/{id}/contacts/{contactId}/correction` on a contact that a colleague logged.",
    ),
    ("nsn_taken", "`PATCH /v1/students/{id}` with the `nsn` of another student."),
    ("same_student", "`POST /v1/students/{id}/merge` into the student's own id."),
    (
        "both_have_open_cases",
        "`POST /v1/students/{id}/merge` of two students, each with an open case.",
    ),
    ("review_already_settled", "`POST /v1/match-reviews/{id}/settlement` twice, with two keys."),
    (
        "closure_review_concluded",
        "`POST /v1/closure-reviews/{id}/conclusion` twice, with two keys.",
    ),
    (
        "address_protected",
        "`PATCH /v1/students/{id}` to lift a protection, as somebody who is not named to see the address.",
    ),
    (
        "no_open_case_here",
        "`POST /v1/students/{id}/protected-address-readers` as a provider without the student's open case.",
    ),
    (
        "reader_already_named",
        "`POST /v1/students/{id}/protected-address-readers` twice, for one person, with two keys.",
    ),
    (
        "reader_already_ended",
        "`POST /v1/students/{id}/protected-address-readers/{readerId}/ending` twice, with two keys.",
    ),
    ("already_siblings", "`POST /v1/students/{id}/siblings` twice, with one sibling and two keys."),
    ("too_many_siblings", "`POST /v1/students/{id}/siblings` for the thirty-first sibling."),
    ("not_merged", "`POST /v1/students/{id}/merge-reversal` with an id that was never joined."),
    (
        "barrier_already_there",
        "`POST /v1/cases/{id}/barriers/{barrierId}/status` with the barrier's present status.",
    ),
    ("too_many_barriers", "`POST /v1/cases/{id}/barriers` for the fifty-first barrier."),
    ("plan_exists", "`POST /v1/cases/{id}/plan` twice, with two keys."),
    ("calendar_of_an_act", "`POST /v1/calendars/{calendar}/holidays` on the calendar `privacy`."),
    (
        "holiday_already_added",
        "`POST /v1/calendars/{calendar}/holidays` twice, with one day and two keys.",
    ),
    ("not_a_business_day", "`POST /v1/calendars/{calendar}/holidays` with a Saturday."),
    ("terms_overlap", "`POST /v1/terms/{term}` with a first day that lies in the term before."),
    (
        "rule_version_taken",
        "`POST /v1/rules/{rule}/versions` with a name that a version of the rule has.",
    ),
    ("rule_day_taken", "`POST /v1/rules/{rule}/versions` with the `validFrom` of another version."),
    ("too_many_contacts", "`POST /v1/students/{id}/whanau-contacts` for the twenty-first contact."),
    ("already_published", "`POST /v1/publications` twice, with one term and measure and two keys."),
    ("still_pending", "`POST /v1/publications` with the term that is running."),
    ("too_many_jobs", "`POST /v1/measures/exports` six times within a second."),
    ("job_over", "`POST /v1/jobs/{id}/cancellation` on a job that is done."),
    ("job_not_done", "`GET /v1/jobs/{id}/result` right after the job was ordered."),
    (
        "duplicate",
        "`POST /v1/referrals` while the database holds a unique value that no rule looked for; none is known.",
    ),
    ("idempotency_key_running", "`POST /v1/referrals` with a key whose first call has not ended."),
    (
        "content_missing",
        "`GET /v1/cases/{id}/documents/{documentId}/content` after its content was removed from the store.",
    ),
    ("stale", "`PATCH /v1/students/{id}` twice, with the `If-Match` of one read."),
    ("weak_if_match", "`PATCH /v1/students/{id}` with `If-Match: W/\"1\"`."),
    ("body_too_large", "`POST /v1/referrals` with a body of 300 KiB."),
    (
        "document_too_large",
        "`POST /v1/cases/{id}/documents` with a file that is larger than the server's limit.",
    ),
    ("uri_too_long", "`GET /v1/schools` with a query of 9,000 characters."),
    ("unsupported_media_type", "`POST /v1/referrals` with `Content-Type: text/plain`."),
    (
        "range_not_satisfiable",
        "`GET /v1/cases/{id}/documents/{documentId}/content` with `Range: bytes=999999999-`.",
    ),
    ("invalid_body", "`POST /v1/cases/{id}/contacts` with the body `{}`."),
    ("invalid_query", "`GET /v1/cases` with `limit=two`."),
    ("not_eligible", "`POST /v1/referrals` for a student who attended 79 of 80 half-days."),
    ("contact_in_future", "`POST /v1/cases/{id}/contacts` with tomorrow's `occurredAt`."),
    (
        "contact_before_referral",
        "`POST /v1/cases/{id}/contacts` with an `occurredAt` on the day before the referral.",
    ),
    (
        "checklist_unconfirmed",
        "`POST /v1/cases/{id}/closure` with `planReviewed` `false` in its checklist.",
    ),
    ("occurred_in_future", "`POST /v1/cases/{id}/notes` with tomorrow's `occurredAt`."),
    (
        "occurred_before_referral",
        "`POST /v1/cases/{id}/notes` with an `occurredAt` on the day before the referral.",
    ),
    (
        "risk_assessment_required",
        "`POST /v1/cases/{id}/contacts` with `channel` `home_visit`, without `riskAssessedAt`.",
    ),
    ("file_name_has_path", "`POST /v1/cases/{id}/documents/raw` with `name=../letter.txt`."),
    (
        "document_type_not_allowed",
        "`POST /v1/cases/{id}/documents` with a program in a file called `letter.pdf`.",
    ),
    (
        "document_suspicious",
        "`POST /v1/cases/{id}/documents` with an office file that unpacks to gigabytes.",
    ),
    ("idempotency_key_reused", "`POST /v1/referrals` twice, with one key and two bodies."),
    ("outside_calendar", "`GET /v1/calendars/{calendar}` with `date=2060-01-01`."),
    ("precondition_required", "`PATCH /v1/students/{id}` without `If-Match`."),
    (
        "too_many_requests",
        "`GET /v1/schools` as often as `RateLimit-Policy` allows in its window, and once more.",
    ),
    ("too_many_running", "`GET /v1/measures` a few hundred times at once, as one caller."),
    (
        "too_many_guesses",
        "`POST /v1/referrals` with `validateOnly=true`, again and again, for numbers and names that do not agree.",
    ),
    ("internal", "`GET /v1/cases` while the server has a fault of its own; no call is meant to."),
    (
        "outcome_unknown",
        "`POST /v1/referrals` while the database is cut off in the middle of the commit.",
    ),
    ("unavailable", "`GET /v1/cases` while the database can not be reached."),
    ("contract_number_taken", "`POST /v1/contracts` twice, with one number and two keys."),
    (
        "contracts_overlap",
        "`POST /v1/contracts/{id}/activation` on a contract for a catchment that another active contract has.",
    ),
    ("contract_ended", "`PATCH /v1/contracts/{id}/years/{year}` on a contract that has ended."),
    (
        "outside_contract",
        "`PATCH /v1/contracts/{id}/years/{year}` with a year that the contract does not last in.",
    ),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::examples;
    use crate::problem::Code;

    #[test]
    fn every_code_has_one_example_and_no_other() {
        let named: BTreeSet<&str> = examples().map(|(code, _)| *code).collect();
        let codes: BTreeSet<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
        let missing: Vec<&&str> = codes.difference(&named).collect();
        let unknown: Vec<&&str> = named.difference(&codes).collect();
        assert!(
            missing.is_empty() && unknown.is_empty(),
            "missing {missing:?}, unknown {unknown:?}"
        );
        assert_eq!(named.len(), examples().count(), "a code has two");
    }
}
