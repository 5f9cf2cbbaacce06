//! The body of an edit of an entry.

use std::borrow::Cow;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, IgnoredAny};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;
use utoipa::{PartialSchema, ToSchema};
use validator::{Validate, ValidationErrors};

use super::Register;

/// A merge patch (RFC 7396) of the content of a register's entry: absent keeps, null clears. Its schema is that of the
/// content with no member required, and its members are what [`super::patched`] takes.
#[derive(Clone, Copy, Debug)]
pub struct ContentPatch<R>(PhantomData<R>);

impl<'de, R> Deserialize<'de> for ContentPatch<R> {
    fn deserialize<D: Deserializer<'de>>(de: D) -> Result<Self, D::Error> {
        IgnoredAny::deserialize(de).map(|_| Self(PhantomData))
    }
}

impl<R> Validate for ContentPatch<R> {
    fn validate(&self) -> Result<(), ValidationErrors> {
        Ok(())
    }
}

impl<R: Register<Content: ToSchema>> PartialSchema for ContentPatch<R> {
    fn schema() -> RefOr<Schema> {
        let mut schema = R::Content::schema();
        if let RefOr::T(Schema::Object(content)) = &mut schema {
            content.required.clear();
            let words = "A merge patch (RFC 7396): absent keeps, null clears.";
            content.description = Some(words.to_owned());
        }
        schema
    }
}

impl<R: Register<Content: ToSchema>> ToSchema for ContentPatch<R> {
    fn name() -> Cow<'static, str> {
        format!("Update{}", R::Content::name()).into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        R::Content::schemas(schemas);
    }
}
