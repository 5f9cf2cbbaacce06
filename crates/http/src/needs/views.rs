//! What answers show of a need.

use ascms_domain::access::{Action, Grant};
use ascms_domain::ids::{
    BarrierId, CaseId, ContractId, DocumentId, FundId, NeedId, ProviderId, UserId,
};
use ascms_domain::needs::{NeedAction, NeedReviewOutcome, NeedStatus};
use ascms_persistence::needs::NeedRow;
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::allowed::{AllowedActionView, RecordAction, Viewer};

/// Something that a fund is asked to pay for on a case. Amounts are New Zealand cents with GST.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct NeedView {
    /// Id of the need.
    id: NeedId,
    /// The case for which it was asked.
    case_id: CaseId,
    /// The contract by which the provider works on the case.
    contract_id: ContractId,
    /// The provider whose people asked.
    provider_id: ProviderId,
    /// The fund that promised to pay for it; null until it is approved.
    fund_id: Option<FundId>,
    /// How the need stands.
    status: NeedStatus,
    /// Code of the set `need-categories`. Personal data.
    #[schema(max_length = 64)]
    category: String,
    /// What was asked for.
    #[schema(minimum = 1, maximum = 100_000_000)]
    amount_cents: i64,
    /// What of the commitment is neither spent nor released.
    #[schema(minimum = 0)]
    committed_cents: i64,
    /// What was spent, less what came back.
    #[schema(minimum = 0)]
    spent_cents: i64,
    /// What is to be paid for, and how it helps; null when it is withheld. Personal data.
    purpose: Option<String>,
    /// The barrier of the case that it removes; null without one.
    barrier_id: Option<BarrierId>,
    /// The day by which it is needed; null without one.
    needed_by: Option<NaiveDate>,
    /// Further cases whose students it helps.
    #[schema(max_items = 50)]
    further_case_ids: Vec<CaseId>,
    /// How many people without a case it helps too.
    #[schema(minimum = 0, maximum = 100_000)]
    others_supported: i32,
    /// Documents of the case that belong to the request.
    #[schema(max_items = 20)]
    document_ids: Vec<DocumentId>,
    /// The user who asked.
    asked_by: UserId,
    /// When it was asked.
    asked_at: DateTime<Utc>,
    /// The last day on which the decision is in time: the third business day after the request.
    decide_by: NaiveDate,
    /// The user who decided; null until then.
    decided_by: Option<UserId>,
    /// When it was decided; null until then.
    decided_at: Option<DateTime<Utc>>,
    /// Comment of the user who decided or cancelled; null without one, or when it is withheld. Personal
    /// data.
    comment: Option<String>,
    /// Whether `purpose` and `comment` are withheld: the reader does not work on the case. They may name the
    /// student or the whānau.
    text_withheld: bool,
    /// The last day on which it is settled in time: the thirtieth business day after the approval. Null
    /// until it is approved.
    settle_by: Option<NaiveDate>,
    /// The user who settled it; null until then.
    settled_by: Option<UserId>,
    /// When it was settled; null until then.
    settled_at: Option<DateTime<Utc>>,
    /// Version of the calendar that counted the days.
    #[schema(max_length = 100)]
    calendar_version: String,
    /// The Ministry's review of an approval that one person gave alone; null where none is due.
    review: Option<NeedReviewView>,
    /// The actions on a need: those that the caller may take now and, for the others, the code of the refusal. Money
    /// is spent, or comes back, of the least amount.
    #[schema(max_items = 20)]
    allowed_actions: Vec<AllowedNeedAction>,
    /// Version of the need.
    #[schema(minimum = 1)]
    version: i32,
    /// When the need last changed.
    updated_at: DateTime<Utc>,
}

/// The Ministry's review of an approval that one person gave alone.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct NeedReviewView {
    /// The last day on which the review is in time: the tenth business day after the approval.
    due_on: NaiveDate,
    /// Whether the Ministry confirmed or questioned the approval; null until the review.
    outcome: Option<NeedReviewOutcome>,
    /// Comment of the reviewer; null without one. Personal data.
    comment: Option<String>,
    /// The user who reviewed it; null until the review.
    reviewed_by: Option<UserId>,
    /// When it was reviewed; null until the review.
    reviewed_at: Option<DateTime<Utc>>,
}

type AllowedNeedAction = AllowedActionView<NeedAction>;

impl RecordAction for NeedAction {
    const VIEW: &'static str = "AllowedNeedActionView";

    fn all() -> &'static [Self] {
        Self::ALL
    }

    fn permission(self) -> Action {
        Self::permission(self)
    }
}

impl NeedView {
    pub(super) fn of(row: NeedRow, viewer: &Viewer) -> Self {
        let allowed_actions = viewer.allowed(|action, grant: &Grant| row.allows(action, grant));
        let shows_text = row.shows_text_to(&viewer.grant);
        let NeedRow { need, further_cases, circumstances: _ } = row;
        let review = need.review_by.map(|due_on| NeedReviewView {
            due_on,
            outcome: need.review_outcome,
            comment: need.review_comment,
            reviewed_by: need.reviewed_by,
            reviewed_at: need.reviewed_at,
        });
        Self {
            id: need.id,
            case_id: need.case_id,
            contract_id: need.contract_id,
            provider_id: need.provider_id,
            fund_id: need.fund_id,
            status: need.status,
            category: need.category,
            amount_cents: need.amount_cents,
            committed_cents: need.committed_cents,
            spent_cents: need.spent_cents,
            purpose: Some(need.purpose).filter(|_| shows_text),
            barrier_id: need.barrier_id,
            needed_by: need.needed_by,
            further_case_ids: further_cases,
            others_supported: need.others_supported,
            document_ids: need.documents.0,
            asked_by: need.asked_by,
            asked_at: need.asked_at,
            decide_by: need.decide_by,
            decided_by: need.decided_by,
            decided_at: need.decided_at,
            comment: need.comment.filter(|_| shows_text),
            text_withheld: !shows_text,
            settle_by: need.settle_by,
            settled_by: need.settled_by,
            settled_at: need.settled_at,
            calendar_version: need.calendar_version,
            review,
            allowed_actions,
            version: need.version,
            updated_at: need.updated_at,
        }
    }
}
