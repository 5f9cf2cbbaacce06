//! The attribute that runs a test on SQLite and on PostgreSQL.

mod expand;

use proc_macro::TokenStream;

/// Runs a test once on each database, with an application of its own each time.
///
/// ```ignore
/// /// The same name twice is two students.
/// #[on_both]
/// async fn two_students_may_share_a_name(app: TestApp) {
///     app.submitted("Hana").await;
///     app.submitted("Hana").await;
/// }
/// ```
///
/// makes the tests `two_students_may_share_a_name::sqlite` and
/// `two_students_may_share_a_name::postgres`.
///
/// A test that means nothing on one of the databases says why. A run then lists it as ignored
/// there:
///
/// ```ignore
/// #[on_both(not_on_postgres = "SQLite alone keeps its database in a file")]
/// async fn a_damaged_file_is_noticed(app: TestApp) { /* … */ }
/// ```
///
/// `not_on_sqlite` does the same for SQLite. Every other attribute of the function holds for both
/// tests.
#[proc_macro_attribute]
pub fn on_both(arguments: TokenStream, item: TokenStream) -> TokenStream {
    expand::on_both(arguments.into(), item.into())
        .unwrap_or_else(syn::Error::into_compile_error)
        .into()
}
