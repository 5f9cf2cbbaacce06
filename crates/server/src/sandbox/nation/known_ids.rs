//! Ids that are the same in every sandbox.

use uuid::Uuid;

/// An id that is the same in every sandbox, in the form of those that the documents name.
pub(super) fn known_id(kind: u16, position: usize) -> Uuid {
    const FIRST: u128 = 0x0199_0000_0000_7000_8000_0000_0000_0000;
    let position = u32::try_from(position).unwrap_or(u32::MAX);
    Uuid::from_u128(FIRST | (u128::from(kind) << 32) | u128::from(position))
}
