//! National Student Numbers as they are compared.

/// A National Student Number in the one form in which it is compared: its digits without spaces and
/// without leading noughts. `0931284341`, `931284341` and `093 128 4341` are one number. The rule is
/// ours; what is shown is what was sent.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ComparedNsn(String);

/// The most digits that a number has.
const MOST_DIGITS: usize = 10;

impl ComparedNsn {
    /// `None` for a text that is no number of up to ten digits.
    pub fn read(text: &str) -> Option<Self> {
        let written: String = text.chars().filter(|c| *c != ' ').collect();
        let digits = written.trim_start_matches('0');
        let is_number = !written.is_empty()
            && digits.len() <= MOST_DIGITS
            && written.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| Self(digits.to_owned()))
    }

    /// Empty for a number of noughts alone, which is nobody's.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
