//! The guides of this release: pages for people, the same as Markdown beside them, and `llms.txt`,
//! the list of both for programs that read.

use actix_web::web::{Data, Path, ServiceConfig};
use actix_web::{HttpResponse, get};

use super::{frame, markdown};
use crate::html::escaped;
use crate::problem::Refusal;
use crate::{AppState, reports};

/// The address that samples name; this server's own stands there when it hands them out.
const EXAMPLE_ADDRESS: &str = "https://api.example.invalid";

struct Guide {
    /// Its file's, without the ending.
    name: &'static str,
    about: &'static str,
    text: &'static str,
}

macro_rules! guides {
    ($($name:literal: $about:literal,)*) => {
        [$(Guide {
            name: $name,
            about: $about,
            text: include_str!(concat!("../../../../docs/", $name, ".md")),
        }),*]
    };
}

/// Those that lead from the first call to a finished job come first, then those to look things up in.
const GUIDES: &[Guide] = &guides! {
    "frontend": "For developers of frontends: from the first call to a case with a contact and a file",
    "vendor": "For vendors of school systems: attendance and referrals, pushed every night",
    "analyst": "For analysts: the numbers in a spreadsheet, in Power BI and in pandas",
    "operator": "For operators: from the first start to a service that is watched",
    "api": "How every operation behaves: requests, answers, problems, retries, lists",
    "access": "Who may do what, and on which records; tokens and the audit trail",
    "measures": "Which referrals each number counts",
    "reporting": "The numbers as flat rows, as CSV, and as a page",
    "imports": "For operators: the files that are imported",
    "operating": "For operators: start, health, clocks, backups, roll-outs",
    "settings": "For operators: every setting",
    "changelog": "What has changed, release by release",
};

/// A file that a guide refers to: its name, its type, its text.
const SAMPLES: [(&str, &str, &str); 2] = [
    (
        "measures.pq",
        "text/plain; charset=utf-8",
        include_str!("../../../../docs/samples/measures.pq"),
    ),
    (
        "measures.py",
        "text/x-python; charset=utf-8",
        include_str!("../../../../docs/samples/measures.py"),
    ),
];

pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(sample_file).service(guide_page).service(llms);
}

/// A sample with the address of this server in it, ready to be pasted.
#[get("/guides/samples/{name}")]
async fn sample_file(app: Data<AppState>, name: Path<String>) -> Result<HttpResponse, Refusal> {
    let sample = SAMPLES.iter().find(|(known, ..)| *known == *name);
    let (_, content_type, text) = sample.ok_or_else(Refusal::not_found)?;
    let text = text.replace(EXAMPLE_ADDRESS, &app.settings().public_url);
    Ok(HttpResponse::Ok().content_type(*content_type).body(text))
}

/// A page, or with `.md` behind the name its Markdown: as plain text, which every browser shows; some
/// would save Markdown to a file.
#[get("/guides/{name:.*}")]
async fn guide_page(name: Path<String>) -> Result<HttpResponse, Refusal> {
    let (name, as_markdown) = match name.strip_suffix(".md") {
        Some(name) => (name, true),
        None => (name.as_str(), false),
    };
    let guide = GUIDES.iter().find(|guide| guide.name == name).ok_or_else(Refusal::not_found)?;
    if as_markdown {
        return Ok(HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(guide.text));
    }
    Ok(guide.page())
}

impl Guide {
    fn title(&self) -> &'static str {
        let first = self.text.lines().next().unwrap_or_default();
        first.trim_start_matches('#').trim()
    }

    fn page(&self) -> HttpResponse {
        let body = format!(
            "<header><p><a href=\"/\">AS-CMS</a>, this page as <a href=\"/guides/{}.md\">\
             Markdown</a></p></header><main>{}</main>",
            self.name,
            markdown::html(self.text, on_this_server),
        );
        frame::page(self.title(), &body)
    }
}

/// Where a link of a guide leads on this server; `None` of what is in the repository alone.
fn on_this_server(link: &str) -> Option<String> {
    if link.starts_with(['#', '/']) {
        return Some(link.to_owned());
    }
    let (file, section) = link.split_once('#').unwrap_or((link, ""));
    let is_sample = |name: &str| SAMPLES.iter().any(|(known, ..)| *known == name);
    if file.strip_prefix("samples/").is_some_and(is_sample) {
        return Some(format!("/guides/{file}"));
    }
    let name = file.strip_suffix(".md")?;
    GUIDES.iter().find(|guide| guide.name == name)?;
    let section = if section.is_empty() { String::new() } else { format!("#{section}") };
    Some(format!("/guides/{name}{section}"))
}

/// Links to all of them.
pub(super) fn list() -> String {
    let items: String = GUIDES
        .iter()
        .map(|guide| {
            let (name, title, about) = (guide.name, escaped(guide.title()), escaped(guide.about));
            format!(
                "<li><a href=\"/guides/{name}\">{title}</a> \
                 (<a href=\"/guides/{name}.md\" aria-label=\"{title} as Markdown\">Markdown</a>): \
                 {about}</li>"
            )
        })
        .collect();
    format!("<ul>{items}</ul><p><a href=\"/llms.txt\">All of them as a list for programs</a></p>")
}

/// What is here, for a program that reads: a name, a summary, and lists of links with what is behind
/// each (<https://llmstxt.org>).
#[get("/llms.txt")]
async fn llms(app: Data<AppState>) -> HttpResponse {
    let base = &app.settings().public_url;
    let mut text = String::from(
        "# AS-CMS\n\n> The case management system of New Zealand's attendance service, as an open \
         JSON API: referrals of students who attend too little or are enrolled nowhere, cases, \
         contacts and service levels.\n\n\
         Every operation is under `/v1` and takes a bearer token. Every refusal is a problem \
         (RFC 9457) whose `code` has a page with its cause, its fix and an example.\n\n## Reference\n\n",
    );
    for (path, title, about) in [
        ("/openapi.json", "OpenAPI document", "every operation, with examples and code samples"),
        ("/problems", "Problem codes", "cause, fix and example of each; JSON when it is asked for"),
        ("/docs/", "Operations", "to read and to try in a browser"),
        (reports::PATH, "Service levels", "a page of numbers; needs a token"),
        (reports::CONTRACT_YEARS, "Contract years", "plan, fund and duties; needs a token"),
    ] {
        text.push_str(&format!("- [{title}]({base}{path}): {about}\n"));
    }
    text.push_str("\n## Guides\n\n");
    for guide in GUIDES {
        let (name, title, about) = (guide.name, guide.title(), guide.about);
        text.push_str(&format!("- [{title}]({base}/guides/{name}.md): {about}\n"));
    }
    text.push_str("\n## Optional\n\n");
    for (name, ..) in SAMPLES {
        text.push_str(&format!("- [{name}]({base}/guides/samples/{name}): a sample to paste\n"));
    }
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(text)
}
