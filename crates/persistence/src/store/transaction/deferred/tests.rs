use sea_orm::sea_query::Query;

use super::{Deferred, InsertStatement};

fn into(table: &'static str, value: i32) -> InsertStatement {
    Query::insert().into_table(table).columns(["n"]).values_panic([value.into()]).to_owned()
}

#[test]
fn nothing_that_waits_is_no_statement() {
    assert!(Deferred::default().take().is_none());
}

#[test]
fn one_row_is_the_insert_itself() {
    let deferred = Deferred::default();
    deferred.push("a", into("a", 1));
    let statement = deferred.take().expect("a statement");
    assert_eq!(statement.to_string(), r#"INSERT INTO "a" ("n") VALUES (1)"#);
    assert!(deferred.take().is_none());
}

#[test]
fn several_rows_are_one_statement_with_a_value_for_each() {
    let deferred = Deferred::default();
    for (n, table) in ["a", "b", "c"].into_iter().enumerate() {
        assert!(!deferred.holds(table));
        deferred.push(table, into(table, i32::try_from(n).expect("small")));
        assert!(deferred.holds(table));
    }
    let statement = deferred.take().expect("a statement");
    assert_eq!(
        statement.to_string(),
        r#"WITH "into_a" AS (INSERT INTO "a" ("n") VALUES (0)) , "into_b" AS (INSERT INTO "b" ("n") VALUES (1)) INSERT INTO "c" ("n") VALUES (2)"#
    );
    assert_eq!(statement.values.expect("values").0.len(), 3);
}
