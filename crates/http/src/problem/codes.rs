//! The registry of codes: status, title in both languages, cause and fix.

mod examples;
#[macro_use]
mod registry;
#[macro_use]
mod of_contracts;
mod spelling;

with_codes_of_contracts! {
    MalformedJson 400 "malformed_json", "The body is not JSON", "Ehara te tinana i te JSON",
        "The body could not be read as one JSON object in UTF-8, or it is nested deeper than 32 levels.",
        "Send a JSON object; check quotes, commas and the encoding.";
    MalformedUpload 400 "malformed_upload", "The upload can not be read", "Kāore e taea te tukuatu te pānui",
        "The body did not arrive whole, or is no form with one file.",
        "Send it again; check the boundary of the form and the connection.";
    InvalidCursor 422 "invalid_cursor", "The cursor is not valid", "Kāore i te tika te pehu",
        "The cursor was changed, or it belongs to another caller, another list or other filters.",
        "Start the list again without a cursor, and follow `nextCursor` with the same filters.";
    InvalidHeader 400 "invalid_header", "A header can not be read", "Kāore e taea te pānui tētahi pane",
        "A header's value is not in the form that it is documented in.",
        "Correct the header that `errors` names.";
    IdempotencyKeyRequired 400 "idempotency_key_required", "An Idempotency-Key is needed", "Me whai Idempotency-Key",
        "Machines retry blindly, so each of their writes must carry a key of its own.",
        "Send `Idempotency-Key` with a fresh value for each record, and the same value when retrying.";
    Unauthenticated 401 "unauthenticated", "A valid access token is needed", "Me whai tohu āhei whaimana",
        "The request has no bearer token, or the token is malformed, expired, or from an unknown issuer.",
        "Get a fresh token from your sign-in service and send it as `Authorization: Bearer …`.";
    MultiFactorRequired 401 "multi_factor_required", "A multi-factor sign-in is needed", "Me takiuru mā ngā āhuatanga maha",
        "People's tokens must prove a multi-factor sign-in (`amr` or `acr`).",
        "Sign in again with a second factor.";
    RecentSignInRequired 401 "recent_sign_in_required", "A recent sign-in is needed", "Me takiuru anō",
        "What is sensitive needs a sign-in of the last 15 minutes (`auth_time`).",
        "Sign in again, and repeat the call with the new token.";
    RoleMayNot 403 "role_may_not", "Your role may not do this", "Kāore tō tūranga e āhei ki tēnei",
        "None of the caller's roles has this operation.",
        "Ask the person in your organisation who gives roles.";
    InsufficientScope 403 "insufficient_scope", "The token's scope does not cover this", "Kāore i te hora te whānuitanga o te tohu",
        "The role may do this, but the token was issued for less.",
        "Ask for a token with the scope that the operation documents.";
    TrainingRequired 403 "training_required", "The training is not completed", "Kāore anō te whakangungu kia oti",
        "A provider's roles work only after the mandatory training.",
        "Complete the training; the date is recorded with the account.";
    AccountDisabled 403 "account_disabled", "The account is not active", "Kāore te pūkete i te hohe",
        "The token is valid, but the service does not know its subject or the account is disabled.",
        "Ask the person in your organisation who manages accounts.";
    SchoolOutOfReach 403 "school_out_of_reach", "You may not act for this school", "Kāore koe e āhei te mahi mō tēnei kura",
        "The school exists, but the caller is not registered to act for it.",
        "Check the school's number, or have the school register you.";
    PreflightRefused 403 "preflight_refused", "The page may not make this call", "Kāore te whārangi e āhei te karanga pēnei",
        "A browser asked for a page of another origin (CORS), whose origin, method or headers are not allowed here.",
        "Have the operator add the page's origin, as the browser sends it; use only the methods and headers that the guide lists.";
    OnlyShared 403 "only_shared", "Only shared items here", "Ko ngā mea tiri anake ki konei",
        "Private items are added by those who work on the case; a school adds what both sides see.",
        "Send it with the visibility `shared`.";
    NotFound 404 "not_found", "There is no such thing", "Kāore he mea pērā",
        "It does not exist, or it is outside the caller's reach; the two are not told apart.",
        "Check the address and whose record it is.";
    MethodNotAllowed 405 "method_not_allowed", "The method is not allowed here", "Kāore e whakaaetia te tikanga ki konei",
        "The address exists, but not with this method.",
        "Use one of the methods in `Allow`.";
    NotAcceptable 406 "not_acceptable", "No such representation", "Kāore he whakaaturanga pērā",
        "The API answers in `application/json`, and `Accept` does not allow it.",
        "Accept `application/json`.";
    BodyTooSlow 408 "body_too_slow", "The body comes in too slowly", "He pōturi rawa te tae mai o te tinana",
        "A body comes in with 64 kbit/s at least, measured over 15 seconds, or is whole by then.",
        "Send it again over a better line, with the same Idempotency-Key.";
    ReferralAlreadyDecided 409 "referral_already_decided", "The referral is already decided", "Kua whakatauria kētia te tono",
        "A referral is decided once, by one person.",
        "Read the referral: its status and decisions say what was decided.";
    ReferralNotRouted 409 "referral_not_routed", "No provider is responsible", "Kāore he kaiwhakarato e haepapa ana",
        "The school is in no catchment with a contract, so nobody can accept the referral.",
        "Redirect it to a provider.";
    AlreadyWithProvider 409 "already_with_provider", "The referral already is there", "Kei reira kē te tono",
        "A referral can only be redirected to another provider than its own.",
        "Choose another provider, or decide on the referral.";
    ReferralNotReturned 409 "referral_not_returned", "The referral was not returned", "Kāore te tono i whakahokia",
        "Only a returned referral can be submitted again.",
        "Read the referral: its status says where it stands.";
    ReferralNotWithdrawable 409 "referral_not_withdrawable", "The referral can not be withdrawn", "Kāore e taea te tono te unu",
        "Only a submitted or returned referral can be withdrawn.",
        "Talk to the provider that has it.";
    SourceReferenceTaken 409 "source_reference_taken", "The source reference is taken", "Kua tangohia te tohutoro puna",
        "The same caller sent other content under this `source` and `sourceReference` before. A reference names one record for ever.",
        "Read the record at `Location`. If it was returned, send the request anew to its `submission`. If it still waits, withdraw it, then send the right content under a new `sourceReference`. Once it is accepted, tell the provider.";
    AlreadyReferred 409 "already_referred", "The student waits already", "Kei te tatari kē te ākonga",
        "A referral of this student and kind waits at this school: it is submitted, or was returned to its sender.",
        "Send nothing more: the student has a place. Where you may read it, `Location` leads to the one that waits. To change it, submit it again when it was returned, or withdraw it and send a new one.";
    CaseClosed 409 "case_closed", "The case is closed", "Kua kati te kēhi",
        "A closed case takes no further actions.",
        "Reopen the case, or open a new referral.";
    DocumentQuarantined 409 "document_quarantined", "The document is not scanned yet", "Kāore anō te tuhinga kia matawaihia",
        "A document can be read once the scanner found nothing in it, and it has not been asked yet.",
        "Try again in a minute; `state` of the document says how far it is.";
    DocumentRefused 409 "document_refused", "The scanner refused the document", "Kua whakakāhoretia te tuhinga e te matawai",
        "The scanner found something harmful; the content is not kept.",
        "Clean the file and upload it again.";
    DocumentNotClean 409 "document_not_clean", "A document is not found clean", "Kāore anō tētahi tuhinga kia kitea he mā",
        "Every document is to be clean before this step, and one is not scanned yet, or was refused.",
        "Wait for the scan, or prepare the record without the document that was refused.";
    TooManyDocuments 409 "too_many_documents", "There are too many documents", "He nui rawa ngā tuhinga",
        "A record has 20 documents at the most.",
        "Put what belongs together into one document.";
    Frozen 409 "frozen", "The record never changes again", "Kua whakapūmautia te pūkete",
        "What was published or submitted stays as it is.",
        "Add a new record that replaces this one.";
    NotInThisState 409 "not_in_this_state", "The step does not follow from this state", "Kāore te mahi e hāngai ki tēnei tūnga",
        "The record stands otherwise than the step asks for; somebody may have taken the step before.",
        "Read the record again; `status` says how it stands.";
    OwnDecision 409 "own_decision", "A second person decides this", "Mā te tangata tuarua tēnei e whakatau",
        "The caller prepared what is to be approved.",
        "Ask somebody else who may take the step.";
    SecondPersonNeeded 409 "second_person_needed", "A person of the Ministry decides this", "Mā tētahi tangata o te Tāhuhu tēnei e whakatau",
        "The step needs the approval of the Ministry.",
        "Ask the Ministry to take the step.";
    ContractNumberTaken 409 "contract_number_taken", "Another contract has this number", "Kei tētahi atu kirimana tēnei tau",
        "Each contract has a number of its own.",
        "Read the contract that has the number, or give the new one another number.";
    ContractsOverlap 409 "contracts_overlap", "Two contracts overlap", "Kua inaki ngā kirimana e rua",
        "Another contract has one of the catchments, or the school, at the same time.",
        "End the other contract before this one begins, or change the days of this one.";
    ContractEnded 409 "contract_ended", "The contract has ended", "Kua mutu te kirimana",
        "A contract that has ended does not change again, and nothing is added to it.",
        "Use the contract that is in force now.";
    AssigneeNotHere 409 "assignee_not_here", "The person does not manage cases here", "Kāore te tangata e whakahaere kēhi ki konei",
        "Cases go to case managers and workflow leads of the case's own provider.",
        "Choose somebody of the provider, or give them the role.";
    AssigneeDisabled 409 "assignee_disabled", "The person's account is disabled", "Kua monokia te pūkete o te tangata",
        "A case can not go to somebody who can not sign in.",
        "Choose somebody else, or enable the account.";
    AssigneeUntrained 409 "assignee_untrained", "The person has not completed the training", "Kāore anō te tangata kia oti te whakangungu",
        "Provider roles work only after the mandatory training.",
        "Choose somebody else, or record the training.";
    AlreadyAssigned 409 "already_assigned", "The case already is theirs", "Kei a rātou kē te kēhi",
        "The case is assigned to this person already.",
        "Nothing needs to be done.";
    CaseUnassigned 409 "case_unassigned", "Nobody manages the case yet", "Kāore anō he kaiwhakahaere o te kēhi",
        "Only a case with a case manager can be paused.",
        "Assign the case first.";
    AlreadyPaused 409 "already_paused", "The case already is paused", "Kua whakatārewatia kētia te kēhi",
        "A paused case can not be paused again.",
        "Resume the case, then pause it with the new reason and day of review.";
    NotPaused 409 "not_paused", "The case is not paused", "Kāore te kēhi i te tārewa",
        "Only a paused case can be resumed.",
        "Read the case: its status says where it stands.";
    ClosureAlreadyProposed 409 "closure_already_proposed", "A closure already waits for approval", "Kei te tatari kē tētahi katinga kia whakaaetia",
        "One closure is proposed at a time.",
        "Have a workflow lead approve or return the one that waits.";
    NoClosureProposed 409 "no_closure_proposed", "No closure waits for approval", "Kāore he katinga e tatari ana",
        "A closure is approved or returned after it was proposed, and once.",
        "Propose the closure first.";
    OwnClosure 409 "own_closure", "Somebody else must approve this", "Mā tētahi atu tēnei e whakaae",
        "A closure is approved by a workflow lead who neither proposed it nor manages the case.",
        "Ask another workflow lead of the provider.";
    OpenTasks 409 "open_tasks", "Tasks of the case are still open", "Kei te tuwhera tonu ētahi mahi o te kēhi",
        "A case closes when its tasks are done or cancelled.",
        "Finish or cancel the open tasks.";
    UnexplainedBarriers 409 "unexplained_barriers", "A barrier is not explained", "Kāore anō tētahi taupā kia whakamāramatia",
        "After the closure was proposed a barrier was recorded or came back, and the proposal does not explain it.",
        "Resolve the barrier, or return the closure and have it proposed again with the barrier explained.";
    TaskAlreadyFinished 409 "task_already_finished", "The task is finished", "Kua oti kē te mahi",
        "A task that was done or cancelled stays as it is.",
        "Add another task for what is still to be done.";
    CaseNotClosed 409 "case_not_closed", "The case is not closed", "Kāore te kēhi i te kati",
        "Only a closed case can be reopened.",
        "Read the case: its status says where it stands.";
    ReopeningTooLate 409 "reopening_too_late", "The case was closed too long ago", "Kua roa rawa te katinga o te kēhi",
        "A case is reopened within 20 business days of its closure.",
        "Ask the school for a new referral.";
    AnotherCaseOpen 409 "another_case_open", "The student has another open case", "He kēhi tuwhera anō tā te ākonga",
        "A student has one open case at a time.",
        "Work on the case that is open.";
    TransferAlreadyRequested 409 "transfer_already_requested", "A transfer already waits for its answer", "Kei te tatari kē tētahi whakawhitinga ki tōna whakautu",
        "A case is offered to one provider at a time, and is not closed meanwhile.",
        "Wait for the receiver's answer, or cancel the transfer.";
    TransferAlreadyDecided 409 "transfer_already_decided", "The transfer is decided", "Kua whakatauria te whakawhitinga",
        "A transfer is accepted, declined or cancelled once.",
        "Read the transfer: its status says what was decided.";
    ClaimSettled 409 "claim_settled", "The claim is settled", "Kua whakatauria te kerēme",
        "Somebody agreed to the claim, nobody opposed it in time, or the student went to another school.",
        "Read the claim: its standing says how it ended.";
    ClaimAlreadyOpposed 409 "claim_already_opposed", "The claim is opposed already", "Kua whakahēngia kētia te kerēme",
        "A claim is opposed once; it stays closed from then on.",
        "Leave it, or have the provider of the open case or the Ministry decide.";
    ClaimOpposed 409 "claim_opposed", "The claim is opposed", "Kua whakahēngia te kerēme",
        "The school that had the student opposed the claim, and takes that back by nobody but the provider or the Ministry.",
        "Ask the provider of the student's open case, or the Ministry, to agree.";
    ClaimNotYours 409 "claim_not_yours", "The claim is not yours to answer", "Ehara i a koe te kerēme hei whakautu",
        "The school that claims does not answer its own claim, nor does a provider that has not the student's open case.",
        "Wait for the answer; on the day of `opensOn` it opens by itself, if nobody opposes it.";
    TransferToSameProvider 409 "transfer_to_same_provider", "The case already is there", "Kei reira kē te kēhi",
        "A case is transferred to another provider than its own.",
        "Choose another provider.";
    TeamOfAnotherSchool 409 "team_of_another_school", "The team works for another school", "Mō tētahi atu kura taua tīma",
        "A school's own team works for that school's students alone.",
        "Choose the catchment's provider, or the team of the student's school.";
    NotTheReceiver 409 "not_the_receiver", "Only the receiver answers a transfer", "Mā te kaiwhiwhi anake e whakautu te whakawhitinga",
        "A transfer is accepted or declined by the provider it was offered to.",
        "Wait for the receiver's answer, or cancel the transfer.";
    NotTheGiver 409 "not_the_giver", "Only the giver cancels a transfer", "Mā te kaituku anake e whakakore te whakawhitinga",
        "A transfer is cancelled by the provider that offered the case.",
        "Decline the transfer instead.";
    ContactNotAtSchool 409 "contact_not_at_school", "The person does not work at the school", "Kāore te tangata e mahi ana ki te kura",
        "A case's primary contact works at the school where the student is enrolled.",
        "Choose somebody of the student's school.";
    AlreadyEnrolledThere 409 "already_enrolled_there", "The student is enrolled there already", "Kua whakaurua kētia te ākonga ki reira",
        "A change of school names another school than the present one.",
        "Nothing needs to be done.";
    AlreadyCorrected 409 "already_corrected", "The entry was corrected before", "Kua whakatikahia kētia te tāurunga",
        "Each entry is corrected once; the correction itself can be corrected.",
        "Correct the entry that `correctedBy` names.";
    NotTheAuthor 409 "not_the_author", "Somebody else wrote this", "Nā tētahi atu tēnei i tuhi",
        "An entry is corrected by its author or by a workflow lead of the provider.",
        "Ask the author, or record an entry of your own.";
    NsnTaken 409 "nsn_taken", "Another student has this number", "He ākonga kē kei a ia tēnei tau",
        "A National Student Number means one student.",
        "Check the number; if two records mean one student, they are to be merged.";
    SameStudent 409 "same_student", "Both are the same student", "Kotahi te ākonga",
        "The two ids already lead to one student's file.",
        "Nothing needs to be done; check the ids when two students were meant.";
    BothHaveOpenCases 409 "both_have_open_cases", "Both students have an open case", "E rua ngā kēhi tuwhera",
        "A student has one open case at the most, and each of these two has one.",
        "Close one of the two cases, then join the records.";
    ReviewAlreadySettled 409 "review_already_settled", "The review is settled already", "Kua whakatauhia kētia te arotake",
        "Somebody has said already who the student is.",
        "Read the review; a merge that was wrong is undone under the old id.";
    ClosureReviewConcluded 409 "closure_review_concluded", "The review is concluded already", "Kua whakaotihia kētia te arotake",
        "The Ministry has said already what it found.",
        "Read the review.";
    AddressProtected 409 "address_protected", "The address is protected", "Kua parea te wāhi noho",
        "A protection is lifted by somebody who is named to see what it protects.",
        "Ask a workflow lead of the student's provider to name you, or to lift it.";
    NoOpenCaseHere 409 "no_open_case_here", "Your provider has no open case of the student", "Kāore he kēhi tuwhera mō te ākonga i tō kaiwhakarato",
        "Who may see a protected address is named by the provider that has the student's open case.",
        "Accept the student's referral first, or leave it to the provider that has the case.";
    ReaderAlreadyNamed 409 "reader_already_named", "The person is named already", "Kua whakaingoatia kētia te tangata",
        "The naming of this person works now.",
        "Nothing needs to be done.";
    ReaderAlreadyEnded 409 "reader_already_ended", "The naming has ended already", "Kua mutu kē te whakaingoatanga",
        "Somebody has ended the naming before.",
        "Nothing needs to be done; name the person anew when they are to see the address.";
    AlreadySiblings 409 "already_siblings", "The two are siblings already", "He tuakana, he teina kē rāua",
        "Somebody has declared the two students siblings.",
        "Nothing needs to be done.";
    TooManySiblings 409 "too_many_siblings", "The student has too many siblings", "He nui rawa ngā tuakana, ngā teina",
        "A student has at most 30 siblings in the service.",
        "End those that were declared by mistake.";
    NotMerged 409 "not_merged", "The record is joined to no other", "Kāore te pūkete i hono ki tētahi atu",
        "Only a merge that holds can be undone, and it is undone under the old id.",
        "Send the id of the record that was joined: `mergedIds` of the student's file lists them.";
    BarrierAlreadyThere 409 "barrier_already_there", "The barrier already stands there", "Kei reira kē te taupā",
        "A barrier is moved to another status than its own.",
        "Nothing needs to be done.";
    TooManyBarriers 409 "too_many_barriers", "The case has too many barriers", "He maha rawa ngā taupā o te kēhi",
        "A case has at most 50 barriers, resolved ones too.",
        "Change or move a barrier that is there instead of adding one.";
    PlanExists 409 "plan_exists", "The case has a plan", "He mahere kē tā te kēhi",
        "A case has one plan.",
        "Change the plan that is there.";
    CalendarOfAnAct 409 "calendar_of_an_act", "The calendar takes no holidays", "Kāore te maramataka e whakaae hararei",
        "The calendars of the two Acts follow the law; a national holiday counts in them by itself.",
        "Add the holiday to `contract-2026`.";
    HolidayAlreadyAdded 409 "holiday_already_added", "The holiday was added already", "Kua tāpirihia kētia te hararei",
        "A day is added once for a region, or once for the nation.",
        "Nothing needs to be done.";
    NotABusinessDay 409 "not_a_business_day", "It is no business day already", "Ehara kē i te rā mahi",
        "The day is a weekend, or a holiday of the nation or of that region.",
        "Add the day on which the holiday is observed.";
    TermsOverlap 409 "terms_overlap", "The term does not fit with the others", "Kāore te wāhanga e hāngai ki ētahi atu",
        "Terms come in the order of their numbers, and share no day.",
        "Set the neighbouring term first, or correct the dates.";
    RuleVersionTaken 409 "rule_version_taken", "The version's name is taken", "Kua tangohia te ingoa o te putanga",
        "A rule's versions never change, so a name is used once.",
        "Give the version another name.";
    RuleDayTaken 409 "rule_day_taken", "A version is valid from that day", "He putanga kē e mana ana mai i taua rā",
        "Of each rule one version begins on a day.",
        "Choose another day.";
    TooManyContacts 409 "too_many_contacts", "The student has too many contacts", "He maha rawa ngā hoapā a te ākonga",
        "A student has at most 20 whānau contacts.",
        "Change a contact that is there instead of adding one.";
    AlreadyPublished 409 "already_published", "The measure of the term is published", "Kua whakaputaina kētia te ine o te wāhanga",
        "A measure of a term is published once: of two editions, one could be subtracted from the other.",
        "Read the publication that is there.";
    StillPending 409 "still_pending", "Something is still pending", "Kāore anō ētahi mea kia tau",
        "The term, a deadline or an outcome term of one of its referrals is not over.",
        "Publish it when `/v1/measures` shows nothing pending for the term.";
    TooManyJobs 409 "too_many_jobs", "Too many of your jobs wait", "He maha rawa āu mahi e tatari ana",
        "A person has at most five jobs that wait or run.",
        "Wait for one of them, or cancel it.";
    JobOver 409 "job_over", "The job is over", "Kua mutu te mahi",
        "It is done, has failed or was cancelled: nothing can be cancelled any more.",
        "Read the job.";
    JobNotDone 409 "job_not_done", "The job is not done", "Kāore anō te mahi kia oti",
        "Only a job that is done has a result.",
        "Read the job until its `state` is `done`; one that failed or was cancelled gets none.";
    Duplicate 409 "duplicate", "A unique value is taken", "Kua tangohia te uara ahurei",
        "Another record has a value that must be unique.",
        "Look for the record that has it.";
    IdempotencyKeyRunning 409 "idempotency_key_running", "The first call is still running", "Kei te rere tonu te karanga tuatahi",
        "A call with the same Idempotency-Key has not finished yet.",
        "Try again after `Retry-After` seconds with the same key.";
    ContentMissing 410 "content_missing", "The content is lost", "Kua ngaro te ihirangi",
        "The document is on record, but its content is lost or is not whole. A retry does not help.",
        "Do not try again. Upload the file anew if you have it, and tell the service's operator, who may restore it from a backup.";
    Stale 412 "stale", "It has changed since", "Kua huri mai i tērā",
        "`If-Match` names a version that is no longer the present one.",
        "Read it again, look at what changed, and send the edit with the new ETag.";
    WeakIfMatch 412 "weak_if_match", "The tag is weak", "He ngoikore te tohu",
        "`If-Match` compares strong tags only (RFC 9110 §13.1.1), and a weak one (`W/` in front) matches nothing. Something between you and the service may have weakened it.",
        "Send the `ETag` of the last read with its quotes and without `W/`.";
    BodyTooLarge 413 "body_too_large", "The body is too large", "He nui rawa te tinana",
        "A body may have 256 KiB, and one that sends many students at once 5 MiB.",
        "Send less in one request.";
    DocumentTooLarge 413 "document_too_large", "The document is too large", "He nui rawa te tuhinga",
        "A document may have so many bytes as the service is set to; `detail` says how many.",
        "Send it smaller, or in several documents.";
    UriTooLong 414 "uri_too_long", "The address is too long", "He roa rawa te wāhitau",
        "An address with its query may have 8 KiB.",
        "Shorten the query.";
    UnsupportedMediaType 415 "unsupported_media_type", "The media type is not supported", "Kāore e tautokona te momo pāpāho",
        "Bodies are `application/json`, edits `application/merge-patch+json`; uploads have their own. No body is taken in a `Content-Encoding`; `Accept-Encoding` of the answer says when that was it.",
        "Send the media type that the operation documents, uncompressed.";
    RangeNotSatisfiable 416 "range_not_satisfiable", "No such part of the document", "Kāore he wāhanga pērā o te tuhinga",
        "`Range` asks for bytes behind the end of the document.",
        "Ask for a part within it; `Content-Range` says how long it is.";
    InvalidBody 422 "invalid_body", "The body breaks rules", "Kei te takahi te tinana i ngā ture",
        "The body can be read, but members are missing, unknown, or hold what they may not.",
        "Correct every fault in `errors`; each points into the body.";
    InvalidQuery 422 "invalid_query", "The query breaks rules", "Kei te takahi te pātai i ngā ture",
        "A parameter of the query is unknown, or holds what it may not.",
        "Correct every fault in `errors`; each names its parameter.";
    OutsideContract 422 "outside_contract", "It lies outside the contract", "Kei waho i te kirimana",
        "The contract does not run on that day, or in that year.",
        "Read the contract: `startsOn` and `endsOn` say when it runs.";
    NotEligible 422 "not_eligible", "The student may not be referred", "Kāore e āhei te tono mō te ākonga",
        "The eligibility rules advise against the service; `errors` lists every circumstance.",
        "Read the circumstances: correct the data where it is wrong, or support the student at school.";
    InTheFuture 422 "in_the_future", "The day is in the future", "Kei te heke mai te rā",
        "Money is recorded after it was spent, or came back.",
        "Correct the day.";
    ContactInFuture 422 "contact_in_future", "The contact lies in the future", "Kei te heke mai te whakapā",
        "A contact is logged after it happened.",
        "Correct `occurredAt`.";
    ContactBeforeReferral 422 "contact_before_referral", "The contact lies before the referral", "I mua te whakapā i te tono",
        "Contacts of a case happen on or after the day of its referral.",
        "Correct `occurredAt`.";
    ChecklistUnconfirmed 422 "checklist_unconfirmed", "The checklist is not confirmed", "Kāore anō te rārangi taki kia whakaūngia",
        "A case closes when every point of its checklist is confirmed and every barrier is resolved or explained.",
        "Confirm every point that `errors` names, after doing it.";
    OccurredInFuture 422 "occurred_in_future", "What is recorded lies in the future", "Kei te heke mai te mea e tuhia ana",
        "Things are recorded after they happened.",
        "Correct `occurredAt`.";
    OccurredBeforeReferral 422 "occurred_before_referral", "What is recorded lies before the referral", "I mua i te tono te mea e tuhia ana",
        "What is recorded on a case happened on or after the day of its referral.",
        "Correct `occurredAt`.";
    RiskAssessmentRequired 422 "risk_assessment_required", "A risk assessment is needed first", "Me mātua aromatawai tūraru",
        "A home visit needs its risk assessment recorded before it happens.",
        "Send `riskAssessedAt`, not later than `occurredAt`.";
    FileNameHasPath 422 "file_name_has_path", "The file's name has a path in it", "He ara kei roto i te ingoa kōnae",
        "A document has a name, and no folder, drive or step upwards with it.",
        "Send the last part of the name alone.";
    DocumentTypeNotAllowed 422 "document_type_not_allowed", "Documents of this type are not taken", "Kāore tēnei momo tuhinga e whakaaetia",
        "By its content, whatever its name says, the file is none of the types that the service takes, or it holds macros.",
        "Send it as PDF, as an image, or as an office file without macros.";
    DocumentSuspicious 422 "document_suspicious", "The document is suspicious", "He whakapae kei te tuhinga",
        "The file is an archive that is damaged, encrypted, or unpacks to far more than a document does.",
        "Save the document anew from the program that made it.";
    IdempotencyKeyReused 422 "idempotency_key_reused", "The key was used for another request", "Kua whakamahia te kī mō tētahi atu tono",
        "The same Idempotency-Key came with another method, path or body.",
        "Use a fresh key for each record.";
    OutsideCalendar 422 "outside_calendar", "The date is outside the calendars", "Kei waho te rā i ngā maramataka",
        "Business days are known for the years 2015 to 2052.",
        "Ask for a date within them.";
    PreconditionRequired 428 "precondition_required", "If-Match is needed", "Me whai If-Match",
        "Edits name the version that they were made on, so that nobody overwrites another unseen.",
        "Send `If-Match` with the ETag of the last read.";
    TooManyRequests 429 "too_many_requests", "Too many requests", "He maha rawa ngā tono",
        "The caller's budget of requests is used up for the moment.",
        "Wait for `Retry-After` seconds.";
    TooManyRunning 429 "too_many_running", "Too many calls at once", "He maha rawa ngā tono i te wā kotahi",
        "So many calls of the caller are running as may run at once, and others of its calls wait already.",
        "Send fewer calls at once; wait for `Retry-After` seconds.";
    TooManyGuesses 429 "too_many_guesses", "Too many guesses", "He maha rawa ngā matapae",
        "In this hour the caller named strangers whose number, names and birth date do not agree, or only validated who is known, as often as it may.",
        "Wait for `Retry-After` seconds; send number, names and birth date of one student together.";
    Internal 500 "internal", "The service failed", "I rahua te ratonga",
        "Something went wrong on our side; it is logged under the request's id.",
        "Try again; if it goes on, report `requestId`.";
    OutcomeUnknown 503 "outcome_unknown", "It is not known whether it was done", "Kāore i te mōhiotia mēnā i oti",
        "The change was being kept when the database stopped answering: it was made whole, or not at all.",
        "With an `Idempotency-Key`, send the same call with the same key again. Without one, read first what is there: sent again blindly, it may be done twice.";
    Unavailable 503 "unavailable", "The service is busy", "Kei te pukumahi te ratonga",
        "The database or an issuer's keys can not be reached in time.",
        "Try again after `Retry-After` seconds.";
}
