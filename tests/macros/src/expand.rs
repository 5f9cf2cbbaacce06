//! What `#[on_both]` makes of a function.

use proc_macro2::TokenStream;
use quote::quote;
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Error, Ident, ItemFn, LitStr, Token};

/// The database that a test leaves out, and why.
enum Exclusion {
    NotOnSqlite(LitStr),
    NotOnPostgres(LitStr),
}

impl Parse for Exclusion {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let name: Ident = input.parse()?;
        input.parse::<Token![=]>()?;
        let reason: LitStr = input.parse()?;
        if reason.value().trim().is_empty() {
            return Err(Error::new(reason.span(), "say why"));
        }
        if !input.is_empty() {
            return Err(input.error("a test leaves out one database at most"));
        }
        match name.to_string().as_str() {
            "not_on_sqlite" => Ok(Self::NotOnSqlite(reason)),
            "not_on_postgres" => Ok(Self::NotOnPostgres(reason)),
            _ => Err(Error::new(name.span(), "expected `not_on_sqlite` or `not_on_postgres`")),
        }
    }
}

pub fn on_both(arguments: TokenStream, item: TokenStream) -> syn::Result<TokenStream> {
    let exclusion =
        if arguments.is_empty() { None } else { Some(syn::parse2::<Exclusion>(arguments)?) };
    let ItemFn { attrs, sig, block, .. } = syn::parse2(item)?;
    if sig.asyncness.is_none() || sig.inputs.len() != 1 {
        let words = "expected a test: `async fn name(app: TestApp)`";
        return Err(Error::new_spanned(&sig, words));
    }
    // Only a test can be ignored or panic; what else is said of it holds for all that is made.
    let of_a_test = |attribute: &Attribute| {
        ["ignore", "should_panic"].iter().any(|name| attribute.path().is_ident(name))
    };
    let (of_the_tests, attrs): (Vec<_>, Vec<_>) = attrs.into_iter().partition(of_a_test);
    let (mut on_sqlite, mut on_postgres) = (TokenStream::new(), TokenStream::new());
    match exclusion {
        Some(Exclusion::NotOnSqlite(reason)) => on_sqlite = quote!(#[ignore = #reason]),
        Some(Exclusion::NotOnPostgres(reason)) => on_postgres = quote!(#[ignore = #reason]),
        None => {}
    }
    let (name, inputs) = (&sig.ident, &sig.inputs);
    Ok(quote! {
        #(#attrs)*
        mod #name {
            #[allow(unused_imports)]
            use super::*;

            async fn scenario(#inputs) #block

            #(#of_the_tests)*
            #on_sqlite
            #[::actix_web::test]
            async fn sqlite() {
                crate::support::watched(crate::support::On::Sqlite, scenario).await;
            }

            #(#of_the_tests)*
            #on_postgres
            #[::actix_web::test]
            async fn postgres() {
                crate::support::watched(crate::support::On::Postgres, scenario).await;
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is made of a test that carries these attributes, without spaces.
    fn expanded(arguments: TokenStream, attributes: TokenStream) -> String {
        let item = quote!(#attributes async fn it_rains(app: TestApp) { app.rain().await; });
        on_both(arguments, item).expect("a test").to_string().replace(' ', "")
    }

    fn refused(arguments: TokenStream, item: TokenStream) -> String {
        on_both(arguments, item).expect_err("a refusal").to_string()
    }

    #[test]
    fn a_test_of_each_database_runs_the_scenario() {
        let made = expanded(quote!(), quote!());
        assert!(made.starts_with("modit_rains{"), "{made}");
        assert!(made.contains("asyncfnscenario(app:TestApp){app.rain().await;}"), "{made}");
        for (test, database) in [("sqlite", "Sqlite"), ("postgres", "Postgres")] {
            let test = format!(
                "#[::actix_web::test]asyncfn{test}(){{crate::support::watched(\
                 crate::support::On::{database},scenario).await;}}"
            );
            assert!(made.contains(&test), "{made}");
        }
        assert!(!made.contains("ignore"), "{made}");
    }

    #[test]
    fn the_test_of_a_database_that_is_left_out_is_ignored_with_the_reason() {
        let made = expanded(quote!(not_on_postgres = "a file"), quote!());
        assert!(made.contains("#[ignore=\"afile\"]#[::actix_web::test]asyncfnpostgres"), "{made}");
        assert_eq!(made.matches("ignore").count(), 1);
        let made = expanded(quote!(not_on_sqlite = "a server"), quote!());
        assert!(made.contains("#[ignore=\"aserver\"]#[::actix_web::test]asyncfnsqlite"), "{made}");
        assert_eq!(made.matches("ignore").count(), 1);
    }

    #[test]
    fn attributes_are_carried_over() {
        let attributes = quote!(#[expect(clippy::too_many_lines)] #[should_panic]);
        let made = expanded(quote!(), attributes);
        assert!(made.starts_with("#[expect(clippy::too_many_lines)]modit_rains"), "{made}");
        assert_eq!(made.matches("#[should_panic]#[::actix_web::test]").count(), 2);
    }

    #[test]
    fn what_is_no_such_test_is_refused() {
        let item = quote!(
            async fn it_rains(app: TestApp) {}
        );
        for (arguments, words) in [
            (quote!(not_on_oracle = "never"), "not_on_sqlite"),
            (quote!(not_on_sqlite = " "), "say why"),
            (quote!(not_on_sqlite), "expected `=`"),
            (quote!(not_on_sqlite = "a", not_on_postgres = "b"), "one database at most"),
        ] {
            let said = refused(arguments, item.clone());
            assert!(said.contains(words), "{said}");
        }
        for item in [
            quote!(
                fn it_rains(app: TestApp) {}
            ),
            quote!(
                async fn it_rains() {}
            ),
        ] {
            assert!(refused(quote!(), item).contains("expected a test"));
        }
    }
}
