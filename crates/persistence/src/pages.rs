//! What is only read, from several features at once.

pub mod concerns;
pub mod draft;
pub mod history;
pub mod in_service;
pub mod reads;
pub mod work_list;
