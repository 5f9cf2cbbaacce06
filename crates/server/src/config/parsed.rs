//! What the parser of a setting answers.

/// What a parser says: the value, or all that is wrong with the text. It never repeats a secret.
pub type Parsed<T> = Result<T, Vec<String>>;

pub fn wrong<T>(problem: impl Into<String>) -> Parsed<T> {
    Err(vec![problem.into()])
}
