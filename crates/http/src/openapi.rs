//! The published document: written by the handlers' own annotations, then completed here with what
//! every operation has in common, so that no handler repeats it.

use std::sync::{LazyLock, OnceLock};

use serde_json::{Value, json};
use utoipa::OpenApi;
use utoipa::openapi::OpenApi as Collected;

use crate::registration::{Described, ServiceConfig};

mod casework_examples;
mod components;
mod contract_examples;
mod enrolment_examples;
mod example_ids;
pub mod example_records;
mod examples;
mod files;
mod fund_examples;
pub mod limits;
mod measure_examples;
pub mod media_types;
mod members;
mod operations;
mod outline;
mod record_examples;
mod reference_examples;
mod register_examples;
mod review_examples;
mod samples;
mod student_examples;
mod submission_examples;

pub use example_ids::{
    CASE_ID, CONTACT_ID, DOCUMENT_ID, NOTIFICATION_ID, REFERRAL_ID, SCHOOL_NUMBER, STUDENT_ID,
    USER_ID, WHANAU_CONTACT_ID,
};
use members::set;

#[derive(OpenApi)]
#[openapi(components(schemas(crate::problem::Problem)))]
struct ApiDoc;

static DOCUMENT: OnceLock<Value> = OnceLock::new();
static ROUTES: LazyLock<Vec<Route>> = LazyLock::new(routes_of_document);

/// The OpenAPI 3.1 document.
pub fn document() -> &'static Value {
    DOCUMENT.get_or_init(build)
}

/// Takes over the document that another process of the same build has made, unless this one has made its own: it is read
/// in a fraction of the time in which it is made.
pub fn take_over(document: Value) {
    DOCUMENT.get_or_init(|| document);
}

/// The operations and schemas of the document by name, without their content, as JSON.
pub(crate) fn outline_text() -> String {
    outline::of(document()).to_string()
}

fn collected() -> Collected {
    let mut described = Described::default();
    crate::routes(&mut ServiceConfig::describing(&mut described));
    let mut collected = ApiDoc::openapi();
    let rooted = described.paths.paths.into_iter();
    let rooted = rooted.map(|(path, item)| (format!("{}{path}", crate::ROOT), item));
    collected.paths.paths.extend(rooted);
    collected.components.get_or_insert_default().schemas.extend(described.schemas);
    collected
}

fn build() -> Value {
    let mut document = serde_json::to_value(collected()).unwrap_or_default();
    set(&mut document, "info", info());
    set(&mut document, "servers", servers());
    set(&mut document, "tags", tags());
    components::complete(&mut document);
    operations::complete(&mut document);
    components::tidy(&mut document);
    document
}

fn info() -> Value {
    json!({
        "title": "AS-CMS",
        "version": env!("CARGO_PKG_VERSION"),
        "description": "Attendance Service Case Management System of Aotearoa New Zealand: referrals of \
            chronically absent and non-enrolled students, cases, contacts and service levels. \
            All dates are New Zealand dates, all instants are UTC. Every refusal is a problem \
            (RFC 9457) with a code.",
        "contact": {
            "name": "AS-CMS maintainers",
            "url": "https://ascms.invalid/contact",
            "email": "api@ascms.invalid",
        },
        "license": { "name": "MIT", "url": "https://spdx.org/licenses/MIT.html" },
    })
}

fn servers() -> Value {
    json!([{
        "url": "/",
        "description": "This server: production, or a sandbox of your own",
        "x-internal": false,
    }])
}

fn tags() -> Value {
    json!([
        { "name": "Attendance", "description": "Half-days of students: sent by schools' systems, counted by term." },
        { "name": "Bulletins", "description": "Newsletters, key dates and guidance of the Ministry, for those to whom they are addressed." },
        { "name": "Calendar", "description": "Business days and school terms, by which every deadline and outcome is counted." },
        { "name": "Cases", "description": "Cases, who manages them, and the contacts logged on them." },
        { "name": "Casework", "description": "What happens on a case: its timeline and what people record there." },
        { "name": "Contracts", "description": "Contracts of the Ministry with providers, what they pay in a year, and what is due by them." },
        { "name": "Documents", "description": "Files that belong to a case: uploaded, scanned, downloaded." },
        { "name": "Enrolments", "description": "Where students are enrolled: sent by schools' systems and the national register." },
        { "name": "Funds", "description": "Unmet basic needs: what cases ask for, and the money that pays for it." },
        { "name": "Jobs", "description": "Work that takes longer than a call may: ordered, watched, its result fetched." },
        { "name": "Measures", "description": "Service levels against the contract's targets, and the referrals behind every number." },
        { "name": "Notifications", "description": "What the caller is told of the cases that concern them." },
        { "name": "Performance reviews", "description": "The Ministry's review of a contract once a term, and the withholding payment." },
        { "name": "Publications", "description": "Numbers for everybody: small ones hidden, the others rounded, the same for good." },
        { "name": "Reference data", "description": "Schools, catchments, providers, code sets and rules." },
        { "name": "Referrals", "description": "Requests for support: submitted, routed, decided." },
        { "name": "Students", "description": "Students and the people to contact for them." },
        { "name": "Submissions", "description": "Service delivery plans, reports and yearly confirmations of providers, on templates of the Ministry." },
        { "name": "Transfers", "description": "Cases on their way from one provider to another." },
        { "name": "Work list", "description": "What somebody has to see to, and who of a team has how much." },
    ])
}

/// A path of the document: its parts, its methods, and those of them that take a query.
struct Route {
    template: Vec<String>,
    methods: Vec<String>,
    with_query: Vec<String>,
}

/// The route that a path means. Where a word stands beside a parameter, the word is meant.
fn route_of(path: &str) -> Option<&'static Route> {
    let asked: Vec<&str> = path.split('/').collect();
    let same = |(part, asked): (&String, &&str)| {
        part == asked || part.starts_with('{') && !asked.is_empty()
    };
    let fits = |route: &&Route| {
        route.template.len() == asked.len() && route.template.iter().zip(&asked).all(same)
    };
    let parameters = |route: &&Route| route.template.iter().filter(|p| p.starts_with('{')).count();
    ROUTES.iter().filter(fits).min_by_key(parameters)
}

/// The methods that the document has for a path; empty when it has no such path.
pub(crate) fn methods_of(path: &str) -> &'static [String] {
    route_of(path).map_or(&[], |route| &route.methods)
}

/// Whether the operation takes any parameter in its query.
pub(crate) fn takes_query(path: &str, method: &str) -> bool {
    route_of(path).is_none_or(|route| route.with_query.iter().any(|known| known == method))
}

/// Whether what a path answers is a file, and no JSON.
pub(crate) fn answers_a_file(path: &str) -> bool {
    let ends = [files::PATH, files::CSV, files::NDJSON];
    let is_file = |path: String| ends.iter().any(|end| path.ends_with(end));
    route_of(path).is_some_and(|route| is_file(route.template.join("/")))
}

fn routes_of_document() -> Vec<Route> {
    let Some(paths) = document().get("paths").and_then(Value::as_object) else { return Vec::new() };
    let routes = paths.iter().map(|(path, item)| {
        let template = path.split('/').map(str::to_owned).collect();
        let operations = item.as_object().into_iter().flatten();
        let (mut methods, mut with_query) = (Vec::new(), Vec::new());
        for (method, operation) in operations {
            let names = if method == "get" { vec!["GET", "HEAD"] } else { vec![method.as_str()] };
            let parameters = operation.get("parameters").and_then(Value::as_array);
            let mut parameters = parameters.into_iter().flatten();
            let has_query =
                parameters.any(|parameter| parameter.get("in") == Some(&json!("query")));
            for name in names {
                methods.push(name.to_uppercase());
                with_query.extend(has_query.then(|| name.to_uppercase()));
            }
        }
        Route { template, methods, with_query }
    });
    routes.collect()
}
