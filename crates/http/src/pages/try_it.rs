//! The page on which the operations are read and tried: Swagger UI, which the program brings, with a
//! filter over operations and, in a sandbox, with personas to call as and a day to call on.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get};
use serde_json::Value;
use utoipa_swagger_ui::{Config, SwaggerFile};

use super::frame;
use super::release_file::ReleaseFile;
use crate::html::{both, escaped};
use crate::problem::Refusal;
use crate::sandbox::{Persona, Sandbox};
use crate::{AppState, openapi};

const SCRIPT: &str = include_str!("try-it.js");
const STYLE: &str = include_str!("try-it.css");

/// Those of Swagger UI's files that the page uses.
const OF_SWAGGER_UI: [&str; 3] = ["swagger-ui-bundle.js", "swagger-ui.css", "favicon-32x32.png"];

#[get("/docs")]
pub(super) async fn without_slash() -> HttpResponse {
    HttpResponse::PermanentRedirect().insert_header(("location", "/docs/")).finish()
}

#[get("/docs/{file:.*}")]
pub(super) async fn docs(
    req: HttpRequest,
    app: Data<AppState>,
    file: Path<String>,
) -> Result<HttpResponse, Refusal> {
    if file.is_empty() {
        let page = page(app.settings().sandbox.as_deref());
        return Ok(HttpResponse::Ok().content_type("text/html; charset=utf-8").body(page));
    }
    let file = FILES.get(file.as_str()).ok_or_else(Refusal::not_found)?;
    Ok(file.shown(&req))
}

/// What the page loads, by name.
static FILES: LazyLock<BTreeMap<&'static str, ReleaseFile>> = LazyLock::new(|| {
    let ours = [
        ("try-it.js", ReleaseFile::new("text/javascript; charset=utf-8", SCRIPT)),
        ("try-it.css", ReleaseFile::new("text/css; charset=utf-8", STYLE)),
        ("outline.json", ReleaseFile::new("application/json", openapi::outline_text())),
    ];
    let theirs = OF_SWAGGER_UI.into_iter().filter_map(|name| Some((name, of_swagger_ui(name)?)));
    ours.into_iter().chain(theirs).collect()
});

fn of_swagger_ui(name: &str) -> Option<ReleaseFile> {
    let found = utoipa_swagger_ui::serve(name, Arc::new(Config::default())).ok().flatten()?;
    let SwaggerFile { bytes, content_type, gzpipped, .. } = found;
    Some(ReleaseFile::new(content_type, bytes.into_owned()).gzipped(gzpipped))
}

fn page(sandbox: Option<&dyn Sandbox>) -> String {
    let title = both("The operations", "Ngā mahi");
    format!(
        "<!doctype html><html lang=\"en-NZ\"><head>{}\
         <link rel=\"stylesheet\" href=\"/docs/swagger-ui.css\">\
         <link rel=\"stylesheet\" href=\"/docs/try-it.css\">\
         <link rel=\"icon\" type=\"image/png\" href=\"/docs/favicon-32x32.png\">\
         <script src=\"/docs/swagger-ui-bundle.js\" defer></script>\
         <script src=\"/docs/try-it.js\" defer></script></head>\
         <body><header class=\"door\"><h1>{}</h1>\
         <p><a href=\"/\">AS-CMS</a>, <a href=\"/openapi.json\">the OpenAPI document</a>, \
         <a href=\"/problems\">the problem codes</a></p>\
         <p><label for=\"filter\">Find operations</label> <input id=\"filter\" type=\"search\" \
         placeholder=\"words of a path, a name or a summary\"> \
         <span id=\"found\" role=\"status\"></span></p>{}<noscript>{}</noscript></header>\
         <main id=\"operations\"></main></body></html>",
        frame::head("The operations, to read and to try"),
        title.heading(),
        sandbox.map(of_sandbox).unwrap_or_default(),
        *WITHOUT_SCRIPT,
    )
}

fn of_sandbox(sandbox: &dyn Sandbox) -> String {
    let buttons: String = sandbox.personas().iter().map(button).collect();
    format!(
        "<section aria-labelledby=\"personas\"><h2 id=\"personas\">{}</h2>\
         <div class=\"personas\">{buttons}</div><p id=\"signed-in\" role=\"status\"></p>\
         <p><label for=\"sandbox-date\"><code>Sandbox-Date</code>, the day that calls are made on, \
         if not today</label> <input id=\"sandbox-date\" type=\"date\"></p></section>",
        both("Call as a persona", "Karanga hei kiripuaki").heading(),
    )
}

/// Of no use until the document is there; the script lets it be pressed then.
fn button(persona: &Persona) -> String {
    let (name, about) = (escaped(&persona.name), escaped(&persona.about));
    format!(
        "<button type=\"button\" data-persona=\"{name}\" title=\"{about}\" aria-pressed=\"false\" \
         disabled>{name}</button>"
    )
}

/// The operations for somebody whose browser runs no script: to read, not to try.
static WITHOUT_SCRIPT: LazyLock<String> = LazyLock::new(|| {
    let rows: String = operations()
        .map(|(path, method, operation)| {
            let text = |name: &str| {
                escaped(operation.get(name).and_then(Value::as_str).unwrap_or_default())
            };
            let (method, path) = (escaped(&method.to_uppercase()), escaped(path));
            format!(
                "<tr><td><code>{method} {path}</code></td><td>{}</td><td><code>{}</code></td></tr>",
                text("summary"),
                text("operationId"),
            )
        })
        .collect();
    format!(
        "<p>To try operations here, allow this page its script. These are all operations; \
         <a href=\"/openapi.json\">the OpenAPI document</a> describes them.</p>\
         <table><thead><tr><th scope=\"col\">Call</th><th scope=\"col\">Summary</th>\
         <th scope=\"col\">Name</th></tr></thead><tbody>{rows}</tbody></table>"
    )
});

/// Path, method and operation of all that the document has.
fn operations() -> impl Iterator<Item = (&'static String, &'static String, &'static Value)> {
    let paths = openapi::document().get("paths").and_then(Value::as_object);
    paths.into_iter().flatten().flat_map(|(path, item)| {
        let operations = item.as_object().into_iter().flatten();
        operations.map(move |(method, operation)| (path, method, operation))
    })
}
