//! A student's names in the forms in which they are compared and searched. A name that is no
//! longer borne stays: it is how a former name is recognised.

use ascms_domain::ids::StudentId;
use ascms_domain::matching::names::{LETTERS, NOT_COMPARED, VOWELS, compared};
use ascms_domain::text::{fold, name_key};
use chrono::NaiveDate;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{ExprTrait, LikeExpr, OnConflict, SelectStatement, SimpleExpr};
use sea_orm::{DbBackend, QuerySelect, QueryTrait};

use crate::rows::student_name::{ActiveModel, Column, Entity};
use crate::store::transaction::{DatabaseTransaction, NewRows};

/// Keeps these names beside those that are there already.
pub(crate) async fn save_names(
    txn: &DatabaseTransaction,
    student_id: StudentId,
    names: &[(&str, &str)],
    birth_date: NaiveDate,
) -> Result<(), DbErr> {
    let rows = names.iter().map(|(given, family)| ActiveModel {
        student_id: Set(student_id),
        match_key: Set(name_key(given, family)),
        given_folded: Set(fold(given)),
        family_folded: Set(fold(family)),
        birth_date: Set(birth_date),
    });
    let known = OnConflict::new().do_nothing().to_owned();
    txn.add(NewRows::of(rows).or(known)).await
}

/// The students one of whose names begins so, as a subquery.
pub(crate) fn beginning_with(
    backend: DbBackend,
    given: Option<&str>,
    family: Option<&str>,
) -> SelectStatement {
    let begins = |(column, text): (&str, &str)| {
        let literal = compared(text).replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        in_sql(backend, column).like(LikeExpr::new(format!("{literal}%")).escape('\\'))
    };
    let asked = [("family_folded", family), ("given_folded", given)];
    let asked = asked.into_iter().filter_map(|(column, text)| Some((column, text?)));
    let named = Entity::find().select_only().column(Column::StudentId);
    asked.map(begins).fold(named, Select::filter).into_query()
}

/// [`compared`] of a folded column, in words that both databases have. m0055 has an index of it for
/// family names, on SQLite through a computed column; a vowel may be typed up to eight times.
fn in_sql(backend: DbBackend, column: &str) -> SimpleExpr {
    if backend == DbBackend::Sqlite && column == "family_folded" {
        return Expr::col((Entity, "family_compared_3"));
    }
    let mut sql = format!("\"student_name\".\"{column}\"");
    let mut replace = |from: &str, to: &str| {
        let from = from.replace('\'', "''");
        sql = format!("replace({sql}, '{from}', '{to}')");
    };
    for c in NOT_COMPARED {
        replace(&c.to_string(), "");
    }
    for (letter, typed) in LETTERS {
        replace(&letter.to_string(), typed);
    }
    for vowel in [VOWELS; 3].into_iter().flatten() {
        replace(&format!("{vowel}{vowel}"), &vowel.to_string());
    }
    Expr::cust(sql)
}
