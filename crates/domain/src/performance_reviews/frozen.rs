//! What a performance review was opened with: it never changes again.

use serde::{Deserialize, Serialize};

use super::requirements::Requirement;
use crate::ids::ContractId;
use crate::submissions::CountedFigures;
use crate::terms::TermKey;

/// All that is frozen when a review is opened. Its digest is over codes, ids and numbers, never over names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FrozenReview {
    pub contract_id: ContractId,
    pub term: TermKey,
    /// The figures, of one instant.
    pub figures: CountedFigures,
    /// The requirements as they were judged then.
    pub requirements: Vec<Requirement>,
    /// Version of the rule that lists the requirements.
    pub rule_version: String,
}
