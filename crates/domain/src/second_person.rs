//! Steps that need a second person: who may approve what somebody else prepared.

use crate::ids::UserId;

crate::closed_list! {
    /// How a step is approved that a second person may have to see.
    ApprovalPolicy: "Approval of a step" / "Te whakaaetanga o tētahi hipanga" {
        /// Another person of the same organisation approves.
        SecondPerson = "second_person": "By a second person of the organisation" / "Nā tētahi atu tangata o te whakahaere",
        /// A person of the Ministry approves, and not the one who prepared it.
        MinistrySecond = "ministry_second": "By a person of the Ministry" / "Nā tētahi tangata o te Tāhuhu",
        /// A team of one approves alone, and the Ministry reviews that afterwards.
        SelfWithReview = "self_with_review": "Alone, with a review by the Ministry" / "Nā te tangata kotahi, ka arotakea e te Tāhuhu",
    }
}

/// The person who is to approve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Approver {
    pub id: UserId,
    /// They act for the Ministry.
    pub of_ministry: bool,
}

/// What follows from an approval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Approval {
    Final,
    /// One person prepared and approved it: the Ministry reviews it.
    ToBeReviewed,
}

/// Why somebody may not approve.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ApprovalRefusal {
    #[error("a second person approves what you prepared yourself")]
    OwnDecision,
    #[error("a person of the Ministry approves this")]
    MinistryNeeded,
}

impl ApprovalPolicy {
    /// Whether `approver` may approve what these people prepared, and what follows from it.
    ///
    /// # Errors
    ///
    /// The approver prepared it, and the policy asks for a second person; or the policy asks for the
    /// Ministry.
    pub fn approve(
        self,
        approver: Approver,
        prepared_by: &[UserId],
    ) -> Result<Approval, ApprovalRefusal> {
        let own = prepared_by.contains(&approver.id);
        match self {
            Self::MinistrySecond if !approver.of_ministry => Err(ApprovalRefusal::MinistryNeeded),
            Self::SecondPerson | Self::MinistrySecond if own => Err(ApprovalRefusal::OwnDecision),
            Self::SelfWithReview if own => Ok(Approval::ToBeReviewed),
            Self::SecondPerson | Self::MinistrySecond | Self::SelfWithReview => Ok(Approval::Final),
        }
    }
}

#[cfg(test)]
mod tests;
