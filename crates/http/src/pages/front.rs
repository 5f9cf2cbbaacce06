//! The front page: what is here, for somebody who has the bare address alone.

use actix_web::web::Data;
use actix_web::{HttpResponse, get};

use super::{frame, guides};
use crate::html::{Both, both, escaped};
use crate::sandbox::{Persona, Sandbox};
use crate::{AppState, reports};

#[get("/")]
pub(super) async fn front(app: Data<AppState>) -> HttpResponse {
    frame::page("The attendance service's API", &body(app.settings().sandbox.as_deref()))
}

fn body(sandbox: Option<&dyn Sandbox>) -> String {
    let title = both("The attendance service's API", "Te API o te ratonga tae ki te kura");
    format!(
        "<header><h1>{}</h1></header><main>{}{}{}{}</main>{}",
        title.heading(),
        section("about", &both("What this is", "He aha tēnei"), &about(sandbox.is_some())),
        section("use", &both("Read and try", "Pānuitia, whakamātauria"), &places()),
        sandbox.map(personas).unwrap_or_default(),
        section("guides", &both("Guides", "Ngā aratohu"), &guides::list()),
        foot(),
    )
}

fn section(id: &str, heading: &Both, inside: &str) -> String {
    let heading = heading.heading();
    format!("<section aria-labelledby=\"{id}\"><h2 id=\"{id}\">{heading}</h2>{inside}</section>")
}

fn about(sandbox: bool) -> String {
    let here = if sandbox {
        "<p>This is a <b>sandbox</b>: everybody in it is invented, and anybody who reaches it can \
         call as any of its personas.</p>"
    } else {
        ""
    };
    format!(
        "<p>AS-CMS is the case management system of New Zealand's attendance service, as an open \
         JSON API. A school refers a student who attends too little or is enrolled nowhere; the \
         provider for the school's catchment, or the school's own team, opens a case and logs \
         contacts; AS-CMS counts the service levels from those contacts. AS-CMS has no screen of \
         its own: frontends, school systems and reporting tools call the operations under \
         <code>/v1</code>.</p>{here}"
    )
}

fn places() -> String {
    format!(
        "<ul><li><a href=\"/docs/\">The operations</a>, to read and to try</li>\
         <li><a href=\"/openapi.json\">The OpenAPI document</a>, to make a client from</li>\
         <li><a href=\"/problems\">The problem codes</a>, each with its cause and its fix</li>\
         <li><a href=\"{}\">The service levels</a> as a page to print; like the operations, the \
         page needs a token in the header <code>Authorization</code></li>\
         <li><a href=\"{}\">The contract years</a> in the same way: plan, fund and duties</li></ul>",
        reports::PATH,
        reports::CONTRACT_YEARS,
    )
}

fn personas(sandbox: &dyn Sandbox) -> String {
    let rows: String = sandbox.personas().iter().map(row).collect();
    let inside = format!(
        "<p>Ask for a token here, on <a href=\"/docs/\">the page of the operations</a>, or with \
         <code>ascms token --persona NAME</code>. A token is good for 12 hours.</p>\
         <div class=\"wide\" role=\"region\" aria-label=\"All personas\" tabindex=\"0\">\
         <table><thead><tr><th scope=\"col\">Persona</th>\
         <th scope=\"col\">Part in the service</th><th scope=\"col\">Token</th></tr></thead>\
         <tbody>{rows}</tbody></table></div>"
    );
    section("personas", &both("Personas", "Ngā kiripuaki"), &inside)
}

fn row(persona: &Persona) -> String {
    let (name, about) = (escaped(&persona.name), escaped(&persona.about));
    format!(
        "<tr><th scope=\"row\"><code>{name}</code></th><td>{about}</td>\
         <td><a href=\"/sandbox/tokens/{name}\" aria-label=\"A token for {name}\">token</a></td></tr>"
    )
}

fn foot() -> String {
    format!(
        "<footer><p>AS-CMS {}. AS-CMS is built from published documents and is not the Ministry of \
         Education's own system. No speaker of te reo Māori has read the headings of this page \
         yet.</p></footer>",
        env!("CARGO_PKG_VERSION"),
    )
}
