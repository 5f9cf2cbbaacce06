//! Whenever a sandbox begins, the document's examples take their steps on the records that its paths name.

use std::fmt::Debug;
use std::str::FromStr;

use ascms_domain::access::Action;
use ascms_domain::cases::ClosureReviewOutcome;
use ascms_domain::contracts::EndContract;
use ascms_domain::funds::{DecideBudget, OverrideFund};
use ascms_domain::ids::{ContractId, FundId, NeedId, RegisterEntryId};
use ascms_domain::performance_reviews::{OpenPerformanceReview, WithholdingStep};
use ascms_domain::registers::RegisterKind;
use ascms_domain::submissions::ReturnSubmission;
use ascms_http::documents::objects::Objects;
use ascms_http::openapi::example_records as known;
use ascms_persistence::idempotency::Answer;
use ascms_persistence::page::PageRequest;
use ascms_persistence::{About, Call, CallError, Store, Write};
use ascms_server::sandbox::nation;
use chrono::{DateTime, Utc};
use serde_json::Value;

use super::{Quiet, actor};
use crate::openapi::operations;
use crate::support::{self, On};

/// A sandbox that has just begun.
struct Begun {
    store: Store,
    now: DateTime<Utc>,
}

impl Begun {
    /// Tries a step out, and keeps nothing of it.
    async fn takes<T, E: Debug>(
        &self,
        (by, action): (&str, Action),
        about: About,
        step: impl AsyncFnOnce(&Write<'_>) -> Result<T, CallError<E>>,
    ) {
        let actor = actor(&self.store, by).await;
        let grant = actor.may(action).expect("a grant");
        let call = Call { grant: &grant, now: self.now, key: None, dry_run: true };
        let told = format!("{by}, {action:?}, {about:?}, {}", self.now);
        let done = self.store.write(&call, about, async |write| {
            step(write).await?;
            let (body, shows) = (String::new(), Vec::new());
            Ok(Answer { status: 200, location: None, etag: None, body, shows, reach: None })
        });
        done.await.unwrap_or_else(|err| panic!("{told}: {err:?}"));
    }
}

fn id<T: FromStr<Err: Debug>>(text: &str) -> T {
    text.parse().expect("an id")
}

/// The body that the document shows for an operation.
fn body(operation_id: &str) -> Value {
    let mut all = operations().into_iter().map(|(.., operation)| operation);
    let found = all.find(|operation| operation["operationId"] == operation_id);
    let found = found.expect(operation_id);
    let content = found["requestBody"]["content"].as_object().expect(operation_id);
    content.values().next().expect(operation_id)["example"].clone()
}

async fn contracts_and_funds(begun: &Begun) {
    let contract = id::<ContractId>;
    let write = ("ministry-admin", Action::WriteContracts);
    let to_activate = contract(known::CONTRACT_TO_ACTIVATE_ID);
    let activate = async |write: &Write<'_>| write.activate_contract(to_activate).await;
    begun.takes(write, About::Contract(to_activate), activate).await;
    let to_end = contract(known::CONTRACT_TO_END_ID);
    let ending: EndContract = serde_json::from_value(body("endContract")).expect("a body");
    let end = async |write: &Write<'_>| write.end_contract(to_end, ending).await;
    begun.takes(write, About::Contract(to_end), end).await;

    let budget = ("ministry-admin", Action::BudgetFunds);
    let new = serde_json::from_value(body("openFund")).expect("a body");
    let open = async |write: &Write<'_>| write.open_fund(new).await;
    begun.takes(budget, About::FundMade, open).await;
    let fund = id::<FundId>(known::FUND_ID);
    let change = serde_json::from_value(body("proposeBudgetChange")).expect("a body");
    let propose = async |write: &Write<'_>| write.propose_budget_change(fund, change).await;
    begun.takes(budget, About::Fund(fund), propose).await;
    let beyond: OverrideFund = serde_json::from_value(body("overrideFund")).expect("a body");
    let go_beyond = async |write: &Write<'_>| {
        write.override_fund(fund, beyond.amount_cents, beyond.reason).await
    };
    begun.takes(budget, About::Fund(fund), go_beyond).await;
    let to_decide = id::<FundId>(known::FUND_TO_DECIDE_ID);
    let decided: DecideBudget = serde_json::from_value(body("decideBudget")).expect("a body");
    let decide = async |write: &Write<'_>| write.decide_budget(to_decide, decided.outcome).await;
    begun.takes(budget, About::Fund(to_decide), decide).await;
    let to_close = id::<FundId>(known::FUND_TO_CLOSE_ID);
    let close = async |write: &Write<'_>| write.close_fund(to_close).await;
    begun.takes(budget, About::Fund(to_close), close).await;
}

async fn needs(begun: &Begun) {
    let need = id::<NeedId>;
    let ask = ("case-manager", Action::AskForNeeds);
    let to_decide = need(known::NEED_TO_DECIDE_ID);
    let decision = serde_json::from_value(body("decideNeed")).expect("a body");
    let decide = async |write: &Write<'_>| write.decide_need(to_decide, decision).await;
    begun.takes(("workflow-lead", Action::DecideNeeds), About::Need(to_decide), decide).await;
    let to_cancel = need(known::NEED_TO_CANCEL_ID);
    let cancel = async |write: &Write<'_>| write.cancel_need(to_cancel, None).await;
    begun.takes(ask, About::Need(to_cancel), cancel).await;
    let to_spend = need(known::NEED_TO_SPEND_ON_ID);
    let spending = serde_json::from_value(body("recordSpending")).expect("a body");
    let spend = async |write: &Write<'_>| write.record_spending(to_spend, spending).await;
    begun.takes(ask, About::Need(to_spend), spend).await;
    let spent = need(known::NEED_ID);
    let refund = serde_json::from_value(body("recordRefund")).expect("a body");
    let give_back = async |write: &Write<'_>| write.record_refund(spent, refund).await;
    begun.takes(ask, About::Need(spent), give_back).await;
    let to_settle = need(known::NEED_TO_SETTLE_ID);
    let settle = async |write: &Write<'_>| write.settle_need(to_settle).await;
    begun.takes(ask, About::Need(to_settle), settle).await;
    let to_review = need(known::NEED_TO_REVIEW_ID);
    let found = serde_json::from_value(body("reviewNeed")).expect("a body");
    let review = async |write: &Write<'_>| write.review_need(to_review, found).await;
    begun.takes(("ministry-admin", Action::ReviewNeeds), About::Need(to_review), review).await;
}

/// Of a case that a team of one closed.
async fn closure_reviews(begun: &Begun) {
    let admin = actor(&begun.store, "ministry-admin").await;
    let grant = admin.may(Action::ReadClosureReviews).expect("a grant");
    let newest = PageRequest { after: None, limit: 1, with_total: false };
    let waiting = Some(false);
    let found = begun.store.closure_reviews(&grant, waiting, newest, begun.now).await;
    let review = found.expect("a list").items.first().expect("a review").review.id;
    let confirmed = ClosureReviewOutcome::Confirmed;
    let conclude =
        async |write: &Write<'_>| write.conclude_closure_review(review, confirmed, None).await;
    let about = About::ClosureReview(review);
    begun.takes(("ministry-admin", Action::ConcludeClosureReviews), about, conclude).await;
}

async fn submissions(begun: &Begun) {
    let entry = id::<RegisterEntryId>;
    let about = |id| About::Entry(RegisterKind::Submission, id);
    let write = ("workflow-lead", Action::WriteSubmissions);
    let decide = ("ministry-admin", Action::DecideSubmissions);
    let new = serde_json::from_value(body("beginSubmission")).expect("a body");
    let begin = async |write: &Write<'_>| write.begin_submission(new).await;
    begun.takes(write, About::EntryMade(RegisterKind::Submission), begin).await;

    let to_submit = entry(known::SUBMISSION_TO_SUBMIT_ID);
    let lead = actor(&begun.store, "workflow-lead").await;
    let grant = lead.may(Action::WriteSubmissions).expect("a grant");
    let figures = begun.store.count_figures(&grant, to_submit, begun.now).await.expect("figures");
    let submit = async |write: &Write<'_>| write.submit_submission(to_submit, figures).await;
    begun.takes(write, about(to_submit), submit).await;
    let to_return = entry(known::SUBMISSION_TO_RETURN_ID);
    let why: ReturnSubmission = serde_json::from_value(body("returnSubmission")).expect("a body");
    let give_back = async |write: &Write<'_>| write.return_submission(to_return, why.comment).await;
    begun.takes(decide, about(to_return), give_back).await;
    let to_accept = entry(known::SUBMISSION_TO_ACCEPT_ID);
    let accept = async |write: &Write<'_>| write.accept_submission(to_accept).await;
    begun.takes(decide, about(to_accept), accept).await;
    let plan = entry(known::ACCEPTED_PLAN_ID);
    let progress = serde_json::from_value(body("recordMilestoneProgress")).expect("a body");
    let assess = async |write: &Write<'_>| write.record_progress(plan, progress).await;
    begun.takes(write, about(plan), assess).await;
    let vary = async |write: &Write<'_>| write.vary_submission(plan).await;
    begun.takes(write, about(plan), vary).await;

    let draft = begun.store.submission(&grant, entry(known::SUBMISSION_ID), begun.now).await;
    let draft = draft.expect("the draft").row;
    assert_eq!(draft.entry.status.as_str(), "draft");
    assert_eq!(draft.documents.len(), 1);
}

async fn templates(begun: &Begun) {
    let about = |id| About::Entry(RegisterKind::Template, id);
    let write = ("ministry-admin", Action::WriteTemplates);
    let to_publish = id::<RegisterEntryId>(known::TEMPLATE_TO_PUBLISH_ID);
    let publish = async |write: &Write<'_>| write.publish_template(to_publish).await;
    begun.takes(write, about(to_publish), publish).await;
    let to_retire = id::<RegisterEntryId>(known::TEMPLATE_TO_RETIRE_ID);
    let retire = async |write: &Write<'_>| write.retire_template(to_retire).await;
    begun.takes(write, about(to_retire), retire).await;
    let admin = actor(&begun.store, "ministry-admin").await;
    let grant = admin.may(Action::ReadSubmissions).expect("a grant");
    let to_edit = id(known::TEMPLATE_TO_EDIT_ID);
    let draft = begun.store.template(&grant, to_edit, begun.now).await.expect("the draft");
    assert_eq!(draft.entry.status.as_str(), "draft");
}

async fn performance_reviews(begun: &Begun) {
    let entry = id::<RegisterEntryId>;
    let about = |id| About::Entry(RegisterKind::PerformanceReview, id);
    let conduct = ("ministry-admin", Action::ConductPerformanceReviews);
    let lead = ("workflow-lead", Action::CommentPerformanceReviews);
    let admin = actor(&begun.store, "ministry-admin").await;
    let grant = admin.may(Action::ConductPerformanceReviews).expect("a grant");
    let new: OpenPerformanceReview =
        serde_json::from_value(body("openPerformanceReview")).expect("a body");
    let at = (begun.now, begun.now);
    let figures = begun.store.count_review_figures(&grant, new, at).await.expect("figures");
    let open = async |write: &Write<'_>| write.open_performance_review(new, figures).await;
    begun.takes(conduct, About::EntryMade(RegisterKind::PerformanceReview), open).await;

    let opened = entry(known::REVIEW_TO_COMMENT_ON_ID);
    let words = serde_json::from_value(body("commentOnPerformanceReview")).expect("a body");
    let comment = async |write: &Write<'_>| write.comment_on_review(opened, words).await;
    begun.takes(lead, about(opened), comment).await;
    let commented = entry(known::REVIEW_TO_MEET_ABOUT_ID);
    let meeting = serde_json::from_value(body("recordReviewMeeting")).expect("a body");
    let meet = async |write: &Write<'_>| write.record_review_meeting(commented, meeting).await;
    begun.takes(conduct, about(commented), meet).await;
    let under_way = entry(known::REVIEW_UNDER_WAY_ID);
    let finding = serde_json::from_value(body("addReviewFinding")).expect("a body");
    let find = async |write: &Write<'_>| write.add_review_finding(under_way, finding).await;
    begun.takes(conduct, about(under_way), find).await;
    let action = serde_json::from_value(body("agreeReviewAction")).expect("a body");
    let agree = async |write: &Write<'_>| write.agree_review_action(under_way, action).await;
    begun.takes(conduct, about(under_way), agree).await;
    let met_with = entry(known::REVIEW_TO_CONCLUDE_ID);
    let conclude = async |write: &Write<'_>| write.conclude_performance_review(met_with).await;
    begun.takes(conduct, about(met_with), conclude).await;

    let concluded = entry(known::REVIEW_ID);
    let finish =
        async |write: &Write<'_>| write.finish_review_action(concluded, id(known::ACTION_ID)).await;
    begun.takes(lead, about(concluded), finish).await;
    let finished = entry(known::REVIEW_TO_SETTLE_ID);
    let outcome = serde_json::from_value(body("settleReviewAction")).expect("a body");
    let settle = async |write: &Write<'_>| {
        write.settle_review_action(finished, id(known::ACTION_TO_SETTLE_ID), outcome).await
    };
    begun.takes(conduct, about(finished), settle).await;

    let decide = ("ministry-admin", Action::DecideWithholding);
    let release = serde_json::from_value(body("proposeWithholding")).expect("a body");
    let propose = async |write: &Write<'_>| write.propose_withholding(concluded, release).await;
    begun.takes(decide, about(concluded), propose).await;
    let proposed = entry(known::REVIEW_TO_CONFIRM_ID);
    let confirm = async |write: &Write<'_>| {
        write.take_withholding_step((proposed, 1), WithholdingStep::Confirm).await
    };
    begun.takes(decide, about(proposed), confirm).await;
    let confirmed = entry(known::REVIEW_TO_PAY_ID);
    let pay = async |write: &Write<'_>| {
        write.take_withholding_step((confirmed, 1), WithholdingStep::Pay).await
    };
    begun.takes(decide, about(confirmed), pay).await;
}

async fn steps_are_taken(now: &str) {
    let database = support::blank(On::Sqlite).await;
    let store = support::connect(database.url()).await;
    store.migrate().await.expect("migrate");
    let folder = support::Folder::make();
    let objects = Objects::in_folder(folder.path().to_owned()).expect("a folder");
    let now = now.parse().expect("an instant");
    nation::seed(&store, &objects, now, &Quiet).await.expect("a nation");
    let begun = Begun { store, now };
    contracts_and_funds(&begun).await;
    needs(&begun).await;
    closure_reviews(&begun).await;
    templates(&begun).await;
    submissions(&begun).await;
    performance_reviews(&begun).await;
    begun.store.close().await.expect("close");
}

/// Half an hour after midnight, when business of the year before was done yesterday.
#[actix_web::test]
async fn examples_take_their_steps_on_1_january() {
    steps_are_taken("2026-12-31T11:30:00Z").await;
}

#[actix_web::test]
async fn examples_take_their_steps_on_28_february() {
    steps_are_taken("2027-02-27T21:00:00Z").await;
}

#[actix_web::test]
async fn examples_take_their_steps_on_30_june() {
    steps_are_taken("2026-06-29T22:00:00Z").await;
}

#[actix_web::test]
async fn examples_take_their_steps_on_15_november() {
    steps_are_taken("2026-11-14T23:00:00Z").await;
}

#[actix_web::test]
async fn examples_take_their_steps_on_31_december() {
    steps_are_taken("2026-12-30T23:00:00Z").await;
}
