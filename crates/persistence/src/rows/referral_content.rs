//! The request as it is kept, and the advice.

use ascms_domain::eligibility::Assessment;
use ascms_domain::referrals::SupportRequest;
use sea_orm::FromJsonQueryResult;
use serde::ser::Error;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;

/// The request as it was sent.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, FromJsonQueryResult)]
pub struct StoredRequest(pub SupportRequest);

/// The advice that a referral got, with its grounds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct StoredAssessment(pub Assessment);

/// A member that a later release brought; kept only where it says something, since the release
/// before refuses what it does not know.
const LATER: &str = "continuingSupportGrounds";

impl Serialize for StoredRequest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut kept = serde_json::to_value(&self.0).map_err(S::Error::custom)?;
        if let Some(members) = kept.as_object_mut()
            && members.get(LATER).is_some_and(Value::is_null)
        {
            members.remove(LATER);
        }
        kept.serialize(serializer)
    }
}
