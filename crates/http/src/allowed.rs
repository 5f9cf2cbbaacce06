//! What the caller may do with a record now. Asked with the same functions that refuse, so that what is
//! advertised is what happens.

use std::borrow::Cow;

use actix_web::{HttpMessage, HttpRequest};
use ascms_domain::access::{Action, Actor, Forbidden, Grant};
use ascms_domain::calendar::nz_date;
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{Ref, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::auth::{self, Asked};
use crate::problem::{Code, Refusal};

/// The actions on a kind of record.
pub trait RecordAction: Copy + Serialize + ToSchema + 'static {
    /// Name of the schema that says of one whether it is allowed.
    const VIEW: &'static str;

    /// All of them, in the order of the list.
    fn all() -> &'static [Self];

    /// The permission of the operation that does it.
    fn permission(self) -> Action;
}

/// Whether an action is allowed, and why not.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Permit {
    /// Whether the caller could do it now.
    allowed: bool,
    /// The code of the refusal; null when the action is allowed.
    code: Option<Code>,
}

/// Whether the caller may do something with a record, and why not.
#[derive(Debug, Serialize)]
pub struct AllowedActionView<A> {
    action: A,
    #[serde(flatten)]
    permit: Permit,
}

/// The caller who looks at a record, by a grant to read or to change it.
pub struct Viewer {
    pub grant: Grant,
    pub today: NaiveDate,
    actor: Actor,
}

impl Viewer {
    /// # Errors
    ///
    /// The request was not asked for its caller, which no handler of a record leaves out; or for its instant.
    pub fn of(req: &HttpRequest, grant: &Grant) -> Result<Self, Refusal> {
        let asked = req.extensions().get::<Asked>().cloned();
        let Asked { actor, .. } =
            asked.ok_or_else(|| Refusal::new(Code::Internal, "the request failed on our side"))?;
        let today = nz_date(auth::state(req)?.now(req)?);
        Ok(Self { grant: grant.clone(), today, actor })
    }

    /// Every action of a record. `allows` says of one, with the grant of its permission, whether the record takes
    /// it now.
    pub fn allowed<A: RecordAction, E>(
        &self,
        allows: impl Fn(A, &Grant) -> Result<(), E>,
    ) -> Vec<AllowedActionView<A>>
    where
        Refusal: From<E>,
    {
        let refusal = |action: A| match self.actor.may(action.permission()) {
            Ok(grant) => allows(action, &grant).err().map(|err| Refusal::from(err).code),
            Err(err) => Some(forbidden(err)),
        };
        let each = A::all().iter().map(|&action| {
            let code = refusal(action);
            AllowedActionView { action, permit: Permit { allowed: code.is_none(), code } }
        });
        each.collect()
    }
}

fn forbidden(err: Forbidden) -> Code {
    Refusal::from(err).code
}

/// The permit's schema with the action.
impl<A: RecordAction> PartialSchema for AllowedActionView<A> {
    fn schema() -> RefOr<Schema> {
        let RefOr::T(Schema::Object(mut whole)) = Permit::schema() else {
            return Permit::schema();
        };
        let mut action = Ref::from_schema_name(A::name());
        "The action.".clone_into(&mut action.description);
        whole.properties.insert("action".to_owned(), action.into());
        whole.required.push("action".to_owned());
        let words = "Whether the caller may do something with the record, and why not.";
        whole.description = Some(words.to_owned());
        Schema::Object(whole).into()
    }
}

impl<A: RecordAction> ToSchema for AllowedActionView<A> {
    fn name() -> Cow<'static, str> {
        A::VIEW.into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        Permit::schemas(schemas);
        schemas.push((A::name().into_owned(), A::schema()));
        A::schemas(schemas);
    }
}
