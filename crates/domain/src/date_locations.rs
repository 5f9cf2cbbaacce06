//! Where a referral names dates that can not lie in the future.

/// A member of a referral that is a date in the past. Places in lists are counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateLocation {
    /// When the whānau was told of the referral.
    WhanauToldOn,
    /// The last day at school of a student who is enrolled nowhere.
    LastDayAttended,
    /// When the details of the student's whānau contact at this place were confirmed.
    WhanauContactConfirmedOn(usize),
}
