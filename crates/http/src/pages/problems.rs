//! `/problems`: the catalogue of problem codes, as pages for people and as JSON for programs.

use actix_web::http::header::{ACCEPT, HeaderValue, VARY};
use actix_web::web::{Data, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, get};
use serde::Serialize;

use super::{frame, markdown};
use crate::html::escaped;
use crate::incoming::header;
use crate::problem::{Code, Refusal, TITLES_REVIEWED};
use crate::{AppState, quality};

pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(problem_page).service(problem_list);
}

/// A code of the catalogue.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct CatalogueEntry {
    code: &'static str,
    /// The `type` of problems with this code.
    #[serde(rename = "type")]
    type_uri: String,
    status: u16,
    titles: Titles,
    /// Whether a speaker has read the title in te reo Māori.
    mi_reviewed: bool,
    cause: &'static str,
    fix: &'static str,
    /// A call that answers with the code.
    example: Option<&'static str>,
}

#[derive(Debug, Serialize)]
struct Titles {
    en: &'static str,
    mi: &'static str,
}

/// Every code, in the order of the registry.
#[derive(Debug, Serialize)]
struct Catalogue {
    items: Vec<CatalogueEntry>,
}

impl CatalogueEntry {
    fn of(code: Code, app: &AppState) -> Self {
        Self {
            code: code.as_str(),
            type_uri: format!("{}/problems/{code}", app.settings().public_url),
            status: code.status_number(),
            titles: Titles { en: code.title_en(), mi: code.title_mi() },
            mi_reviewed: TITLES_REVIEWED,
            cause: code.cause(),
            fix: code.fix(),
            example: code.example(),
        }
    }
}

/// The page that a problem's `type` names.
#[get("/problems/{code}")]
async fn problem_page(
    req: HttpRequest,
    app: Data<AppState>,
    code: Path<String>,
) -> Result<HttpResponse, Refusal> {
    let code = Code::parse(&code).ok_or_else(Refusal::not_found)?;
    if wants_json(&req) {
        return Ok(json(&CatalogueEntry::of(code, &app)));
    }
    let part = |heading: &str, text: &str| {
        let text = markdown::html(text, |_| None);
        format!("<h2>{heading}</h2>{text}")
    };
    let page = format!(
        "<main><h1 lang=\"en\">{}</h1><p lang=\"mi\">{}</p><p><code>{code}</code>, status {}</p>{}{}{}\
         <p><a href=\"/problems\">All codes</a></p></main>",
        escaped(code.title_en()),
        escaped(code.title_mi()),
        code.status_number(),
        part("Cause", code.cause()),
        part("Fix", code.fix()),
        code.example().map(|example| part("A call that answers it", example)).unwrap_or_default(),
    );
    Ok(html(code.title_en(), &page))
}

#[get("/problems")]
async fn problem_list(req: HttpRequest, app: Data<AppState>) -> HttpResponse {
    if wants_json(&req) {
        let items = Code::ALL.iter().map(|code| CatalogueEntry::of(*code, &app)).collect();
        return json(&Catalogue { items });
    }
    let rows: String = Code::ALL
        .iter()
        .map(|code| {
            let (status, title) = (code.status_number(), code.title_en());
            format!("<tr><td>{status}</td><td><a href=\"/problems/{code}\">{code}</a></td><td>{title}</td></tr>")
        })
        .collect();
    let page = format!(
        "<main><h1>Problem codes</h1>\
         <div class=\"wide\" role=\"region\" aria-label=\"All codes\" tabindex=\"0\">\
         <table><thead><tr><th scope=\"col\">Status</th><th scope=\"col\">Code</th>\
         <th scope=\"col\">Title</th></tr></thead><tbody>{rows}</tbody></table></div></main>"
    );
    html("Problem codes", &page)
}

/// Whether `Accept` names JSON, and does not name HTML with the same weight or more.
fn wants_json(req: &HttpRequest) -> bool {
    let accept = header(req, ACCEPT.as_str()).unwrap_or_default();
    let weight = |media_type| quality::of_media_type(accept, media_type);
    weight("application/json") > weight("text/html")
}

fn json(body: &impl Serialize) -> HttpResponse {
    HttpResponse::Ok().insert_header((VARY, "Accept")).json(body)
}

fn html(title: &str, body: &str) -> HttpResponse {
    let mut page = frame::page(title, body);
    page.headers_mut().insert(VARY, HeaderValue::from_static("Accept"));
    page
}
