//! An error with what caused it. For errors of a start and of the operator's files only: a chain
//! that ends in the database can show a row.

use std::error::Error;

pub fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}
