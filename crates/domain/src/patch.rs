//! A member of a merge patch (RFC 7396): absent keeps, null clears, a value sets.

use serde::{Deserialize, Deserializer};

/// What a merge patch says of one member. With `#[serde(default)]`, absent is `Keep`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Patch<T> {
    #[default]
    Keep,
    Clear,
    Set(T),
}

impl<T> Patch<T> {
    /// Applies it to a member that may be empty.
    pub fn apply<U: From<T>>(self, to: &mut Option<U>) {
        match self {
            Self::Keep => {}
            Self::Clear => *to = None,
            Self::Set(value) => *to = Some(value.into()),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patch<T> {
    fn deserialize<D: Deserializer<'de>>(de: D) -> Result<Self, D::Error> {
        Ok(Option::deserialize(de)?.map_or(Self::Clear, Self::Set))
    }
}

#[cfg(test)]
mod tests;
