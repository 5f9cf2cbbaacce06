//! An error with what caused it. For errors of a start and of the operator's files only: a chain
//! that ends in the database can show a row.

use std::error::Error;

pub fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let words = cause.to_string();
        // Some say their cause themselves.
        if !text.contains(&words) {
            text = format!("{text}: {words}");
        }
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::chain;

    #[derive(Debug, thiserror::Error)]
    #[error("the folder")]
    struct Silent(#[source] io::Error);

    #[derive(Debug, thiserror::Error)]
    #[error("the folder: {0}")]
    struct Telling(#[source] io::Error);

    #[test]
    fn each_cause_is_told_once() {
        let full = || io::Error::other("no room");
        assert_eq!(chain(&Silent(full())), "the folder: no room");
        assert_eq!(chain(&Telling(full())), "the folder: no room");
    }
}
