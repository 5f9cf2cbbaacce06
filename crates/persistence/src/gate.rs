//! Whether a case, a referral or a contract may be touched now, by this caller.

pub(crate) mod case;
pub(crate) mod case_state;
pub(crate) mod contracts;
pub(crate) mod look;
pub(crate) mod referral_state;
pub(crate) mod write;
