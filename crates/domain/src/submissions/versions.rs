//! Versions of a submission that were submitted: immutable, with a digest.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use super::content::Submission;
use super::figures::CountedFigures;
use crate::ids::RegisterEntryId;

/// All that is kept of a submission each time it is submitted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FrozenVersion {
    /// Number of the version; the first is 1.
    #[schema(minimum = 1, maximum = 10_000)]
    pub number: i32,
    /// The template that it answers.
    pub template_id: RegisterEntryId,
    /// The content as it was submitted.
    pub content: Submission,
    /// The figures as they were counted then.
    pub figures: CountedFigures,
}

/// The SHA-256 of what is frozen, in hexadecimal: over its JSON, whose members are in the order of their names,
/// without space.
pub fn digest(frozen: &impl Serialize) -> String {
    // Texts, numbers, days and lists of them have no way to fail.
    let json = serde_json::to_value(frozen).unwrap_or_default().to_string();
    Sha256::digest(json.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests;
