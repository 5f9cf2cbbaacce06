//! Where something in a submission does not fit, or is missing.

use super::policy_kinds::PolicyKind;
use crate::templates::QuestionPlace;

/// A member of a submission's content. Places in lists are counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContentPlace {
    /// The key of the question that an answer is for.
    AnsweredQuestion(usize),
    Text(usize),
    Number(usize),
    Cents(usize),
    Choice(usize),
    /// The rows of a table.
    Rows(usize),
    AnswerDocument(usize),
    Milestones,
    MilestoneKey(usize),
    Policies,
    PolicyKind(usize),
    PolicyReviewedOn(usize),
    PolicyChanges(usize),
    PolicyDocument(usize),
}

/// What is wrong at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ContentFault {
    #[error("the template has no question of this key")]
    UnknownQuestion,
    #[error("is there twice")]
    Repeated,
    #[error("the question is of another type, or its answer is made by the service")]
    OtherType,
    #[error("is not given")]
    Required,
    #[error("is longer than the question allows")]
    TooLong,
    #[error("is smaller than the question allows")]
    TooSmall,
    #[error("is larger than the question allows")]
    TooLarge,
    #[error("is no choice of the question")]
    UnknownChoice,
    #[error("names a column that the question does not have, or names one twice")]
    UnknownColumn,
    #[error("is no document of this submission")]
    UnknownDocument,
    #[error("submissions of this kind have none")]
    OfOtherKind,
    #[error("lies in the future")]
    InTheFuture,
}

/// What has to be there before something is submitted, and is not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MissingPart {
    /// The answer to a required question of the template.
    Answer { place: QuestionPlace, key: String },
    /// The confirmation of a policy.
    Policy(PolicyKind),
    /// A review of the policy that is not older than the law allows.
    PolicyReview(PolicyKind),
}
