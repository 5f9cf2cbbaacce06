//! Who a student is: records that were joined, numbers, names, and the locks of intake.

pub(crate) mod enrolment_lock;
pub(crate) mod known_ids;
pub(crate) mod locks;
pub(crate) mod merges;
pub mod names;
pub(crate) mod nsn;
pub(crate) mod recognise;
pub(crate) mod students;
pub(crate) mod ties;
