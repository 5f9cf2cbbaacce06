//! Tokens for the personas of a sandbox, for everybody who asks.

use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, get};

use crate::AppState;
use crate::problem::{Code, Refusal};

/// A token alone. A server that is no sandbox answers 404.
#[get("/sandbox/tokens/{persona:.*}")]
pub(super) async fn token(
    app: Data<AppState>,
    name: Path<String>,
) -> Result<HttpResponse, Refusal> {
    let sandbox = app.settings().sandbox.as_ref().ok_or_else(Refusal::not_found)?;
    let persona = sandbox.personas().into_iter().find(|persona| persona.name == *name);
    let persona = persona.ok_or_else(Refusal::not_found)?;
    let token = sandbox.token(&persona, app.clock().now());
    let unsigned = || Refusal::new(Code::Internal, "the request failed on our side");
    let token = token.ok_or_else(unsigned)?;
    Ok(HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(token))
}
