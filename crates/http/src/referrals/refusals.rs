//! What the store and the rules refuse of referrals, as problems.

use ascms_domain::referrals::ReferralError;
use ascms_persistence::referrals::{DecideError, SubmitError};

use crate::problem::{Code, Fault, Refusal};

/// A refusal of a body with these faults.
pub(super) fn invalid(faults: Vec<Fault>) -> Refusal {
    Refusal::new(Code::InvalidBody, "see `errors`").with_errors(faults)
}

fn unknown_codes(places: Vec<String>) -> Refusal {
    let fault = |place| Fault::at(place, "unknown_code", "is no code of its code set");
    invalid(places.into_iter().map(fault).collect())
}

impl From<SubmitError> for Refusal {
    fn from(err: SubmitError) -> Self {
        let detail = err.to_string();
        match err {
            SubmitError::UnknownSchool => {
                Self::invalid(Fault::at("/schoolNumber", "unknown", detail))
            }
            SubmitError::SchoolOutOfReach => Self::new(Code::SchoolOutOfReach, detail),
            SubmitError::UnknownCodes(places) => unknown_codes(places),
            SubmitError::UnknownPrimaryContact => {
                Self::invalid(Fault::at("/primaryContactId", "unknown", detail))
            }
            SubmitError::ReferenceTaken(id) => Self::new(Code::SourceReferenceTaken, detail)
                .with_location(format!("/v1/referrals/{id}")),
            SubmitError::NotEligible(assessment) => {
                let circumstance = |circumstance: &ascms_domain::eligibility::Circumstance| {
                    let detail = "speaks against the service under the eligibility rules";
                    Fault::at("", circumstance.as_str(), detail)
                };
                let faults = assessment.circumstances.iter().map(circumstance).collect();
                Self::new(Code::NotEligible, detail).with_errors(faults)
            }
        }
    }
}

impl From<DecideError> for Refusal {
    fn from(err: DecideError) -> Self {
        let detail = err.to_string();
        match err {
            DecideError::Rule(err) => err.into(),
            DecideError::UnknownProvider => {
                Self::invalid(Fault::at("/providerId", "unknown", detail))
            }
            DecideError::UnknownReason => {
                Self::invalid(Fault::at("/reasonCode", "unknown_code", detail))
            }
            DecideError::UnknownCodes(places) => unknown_codes(places),
        }
    }
}

impl From<ReferralError> for Refusal {
    fn from(err: ReferralError) -> Self {
        let code = match err {
            ReferralError::AlreadyDecided(_) => Code::ReferralAlreadyDecided,
            ReferralError::NoProvider => Code::ReferralNotRouted,
            ReferralError::AlreadyWithProvider => Code::AlreadyWithProvider,
            ReferralError::NotReturned(_) => Code::ReferralNotReturned,
            // Nobody asks for it: an enrolment resolves what it can.
            ReferralError::NotResolvable(_) => Code::ReferralAlreadyDecided,
            ReferralError::NotWithdrawable(_) => Code::ReferralNotWithdrawable,
        };
        Self::new(code, err.to_string())
    }
}
