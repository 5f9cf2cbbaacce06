//! Whom the service may be asked for: by a school's own team, and past the age of 16.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{ReferralKind, SupportRequest};
use crate::eligibility::Continuing;
use crate::text::Line;

/// Why support goes on past the age of 16: the student wants it, and there is somewhere to learn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ContinuingSupport {
    /// The student wants to stay in school or to keep learning.
    pub student_wants_to_continue: bool,
    /// Where the student can be enrolled: a school, a course, an alternative pathway.
    pub enrolment_pathway: Line,
    /// The student is in the Ongoing Resourcing Scheme, and may stay at school longer.
    #[serde(default)]
    pub in_ongoing_resourcing_scheme: bool,
}

impl ReferralKind {
    /// Whether a school's own team may be asked: it is funded for the chronically absent students on
    /// the school's roll.
    pub fn may_be_in_school(self) -> bool {
        match self {
            Self::ChronicAbsence => true,
            Self::NonEnrolment => false,
        }
    }
}

impl SupportRequest {
    /// What continuing support stands on, where it is asked for.
    pub fn continuing(&self) -> Option<Continuing> {
        let grounds = self.continuing_support_grounds.as_ref();
        let grounds = grounds.filter(|_| self.continuing_support)?;
        Some(Continuing {
            student_wants_to: grounds.student_wants_to_continue,
            in_ors: grounds.in_ongoing_resourcing_scheme,
        })
    }
}
