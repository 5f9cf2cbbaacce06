//! The guides of this release, as they are written: Markdown.

use actix_web::web::Path;
use actix_web::{HttpResponse, get};

use crate::problem::Refusal;

struct Guide {
    /// Its file's.
    name: &'static str,
    about: &'static str,
    text: &'static str,
}

/// Those for callers first.
const GUIDES: [Guide; 7] = [
    Guide {
        name: "api.md",
        about: "How every operation behaves: requests, answers, problems, retries, lists",
        text: include_str!("../../../../docs/api.md"),
    },
    Guide {
        name: "access.md",
        about: "Who may do what, and on which records; tokens and the audit trail",
        text: include_str!("../../../../docs/access.md"),
    },
    Guide {
        name: "measures.md",
        about: "Which referrals each number counts",
        text: include_str!("../../../../docs/measures.md"),
    },
    Guide {
        name: "reporting.md",
        about: "The numbers as flat rows, as CSV, and as a page",
        text: include_str!("../../../../docs/reporting.md"),
    },
    Guide {
        name: "imports.md",
        about: "For operators: the files that are imported",
        text: include_str!("../../../../docs/imports.md"),
    },
    Guide {
        name: "operating.md",
        about: "For operators: start, health, clocks, backups, roll-outs",
        text: include_str!("../../../../docs/operating.md"),
    },
    Guide {
        name: "settings.md",
        about: "For operators: every setting",
        text: include_str!("../../../../docs/settings.md"),
    },
];

/// Plain text, which every browser shows; some would save Markdown to a file.
#[get("/guides/{name:.*}")]
pub(super) async fn guide(name: Path<String>) -> Result<HttpResponse, Refusal> {
    let guide = GUIDES.iter().find(|guide| guide.name == *name).ok_or_else(Refusal::not_found)?;
    Ok(HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(guide.text))
}

/// Links to all of them.
pub(super) fn list() -> String {
    let items: String = GUIDES
        .iter()
        .map(|Guide { name, about, .. }| {
            format!("<li><a href=\"/guides/{name}\">{name}</a>: {about}</li>")
        })
        .collect();
    format!("<ul>{items}</ul>")
}
