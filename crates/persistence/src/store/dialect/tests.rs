use std::io;

use sea_orm::sqlx::Error;
use sea_orm::{ConnAcquireErr, DbErr, RuntimeErr};

use crate::store::dialect::codes::{DatabaseRefusal, cause, of_code, refusal};
use crate::store::error::{StoreError, failed_commit};

fn query(err: Error) -> DbErr {
    DbErr::Query(RuntimeErr::SqlxError(err.into()))
}

fn reset() -> Error {
    Error::Io(io::Error::from(io::ErrorKind::ConnectionReset))
}

#[test]
fn a_code_means_the_same_on_both_databases() {
    for (codes, meaning) in [
        (&["23505", "2067", "1555"][..], DatabaseRefusal::Duplicate),
        (&["23514", "275"], DatabaseRefusal::Check),
        (&["40001", "40P01", "57014", "5", "261", "517"], DatabaseRefusal::Busy),
        (&["55P03"], DatabaseRefusal::Locked),
        (
            &["08006", "08P01", "53100", "53300", "57P01", "57P02", "57P03", "55006", "3D000"],
            DatabaseRefusal::Away,
        ),
        (
            &["10", "266", "522", "13", "14", "526", "7", "8", "1032", "11", "26"],
            DatabaseRefusal::Away,
        ),
        (&["58030"], DatabaseRefusal::Away),
        (&["22P02", "23502", "42P01", "XX000", "1", "787", "1811", ""], DatabaseRefusal::Other),
    ] {
        for code in codes {
            assert_eq!(of_code(code), meaning, "{code}");
        }
    }
}

#[test]
fn a_database_that_can_not_be_talked_to_is_away() {
    for err in [
        query(reset()),
        query(Error::PoolTimedOut),
        query(Error::PoolClosed),
        query(Error::WorkerCrashed),
        DbErr::Exec(RuntimeErr::SqlxError(reset().into())),
        DbErr::Conn(RuntimeErr::Internal("gone".into())),
        DbErr::ConnectionAcquire(ConnAcquireErr::Timeout),
    ] {
        assert_eq!(refusal(&err), DatabaseRefusal::Away, "{err:?}");
    }
    for err in [query(Error::RowNotFound), DbErr::Type("text".into()), DbErr::RecordNotUpdated] {
        assert_eq!(refusal(&err), DatabaseRefusal::Other, "{err:?}");
    }
}

#[test]
fn the_cause_names_the_kind_and_nothing_of_a_row() {
    let decode = Error::ColumnDecode { index: "legal_given_names".into(), source: "Hemi".into() };
    for (err, named) in [
        (query(decode), "Query SqlxError ColumnDecode"),
        (DbErr::Type("Hemi".into()), "Type"),
        (DbErr::Json("Hemi".into()), "Json"),
        (DbErr::ConnectionAcquire(ConnAcquireErr::Timeout), "ConnectionAcquire Timeout"),
        (query(reset()), "error communicating with database: connection reset"),
    ] {
        assert_eq!(cause(&err), named);
    }
}

/// Errors with a code of a database are made by databases alone; `sqlite/tests.rs` has them.
#[test]
fn a_commit_that_was_not_answered_is_not_told_as_undone() {
    for err in [
        query(reset()),
        query(Error::WorkerCrashed),
        DbErr::Conn(RuntimeErr::Internal("gone".into())),
        DbErr::Custom("a deadline".into()),
    ] {
        assert!(matches!(failed_commit(err), StoreError::OutcomeUnknown(_)));
    }
}
