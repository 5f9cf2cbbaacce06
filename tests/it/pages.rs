//! The pages for people: the front page, the guides, and what a sandbox adds.

use std::collections::BTreeSet;
use std::sync::Arc;

use actix_web::http::Method;
use actix_web::test::TestRequest;
use ascms_domain::access::Role;
use ascms_http::sandbox::{Persona, Sandbox};
use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::support::{TestApp, on_both};

/// A sandbox with one persona, whose token is made already.
#[derive(Debug)]
struct OnePersona {
    token: String,
}

impl Sandbox for OnePersona {
    fn personas(&self) -> Vec<Persona> {
        let about = "leads <a> team & decides".to_owned();
        vec![Persona { name: "workflow-lead".to_owned(), role: Role::WorkflowLead, about }]
    }

    fn token(&self, persona: &Persona, _: DateTime<Utc>) -> Option<String> {
        (persona.name == "workflow-lead").then(|| self.token.clone())
    }
}

async fn sandbox(app: &TestApp) -> TestApp {
    let token = app.keys().sign(&app.claims("workflow-lead"));
    app.as_sandbox(Arc::new(OnePersona { token })).await
}

/// The paths that a page links to.
fn links(html: &str) -> Vec<&str> {
    html.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

#[on_both]
async fn the_front_page_leads_to_all_that_is_here(app: TestApp) {
    for (app, in_sandbox) in [(sandbox(&app).await, true), (app, false)] {
        let page = app.nobody().get("/").await.expect(200);
        assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
        assert!(!page.text.contains("<script"), "the page needs no script");
        assert!(!page.text.contains("://"), "the page names no other host");
        let headings: Vec<&str> = page.text.split("<h2").skip(1).collect();
        assert_eq!(headings.len(), if in_sandbox { 4 } else { 3 });
        assert!(headings.iter().all(|heading| heading.contains("lang=\"mi\"")), "{headings:?}");
        assert_eq!(page.text.contains("This is a <b>sandbox</b>"), in_sandbox);
        let links = links(&page.text);
        for path in ["/docs/", "/openapi.json", "/problems", "/reports/service-levels"] {
            assert!(links.contains(&path), "{path}: {links:?}");
        }
        for path in links {
            let answer = app.nobody().get(path).await;
            // The reports are for those who may read numbers, or contracts.
            let expected = if path.starts_with("/reports/") { 401 } else { 200 };
            assert_eq!(answer.status, expected, "{path}");
        }
    }
}

#[on_both]
async fn a_guide_is_the_file_of_this_release(app: TestApp) {
    let page = app.nobody().get("/").await.expect(200);
    let guides: Vec<&str> =
        links(&page.text).into_iter().filter_map(|link| link.strip_prefix("/guides/")).collect();
    let (as_markdown, pages): (Vec<&str>, Vec<&str>) =
        guides.into_iter().partition(|name| name.ends_with(".md"));
    assert!(as_markdown.contains(&"api.md") && as_markdown.len() >= 12, "{as_markdown:?}");
    for name in pages {
        assert!(as_markdown.contains(&format!("{name}.md").as_str()), "{name} has its Markdown");
        a_page_of_its_markdown(&app, name).await;
    }
    for name in as_markdown {
        let guide = app.nobody().get(&format!("/guides/{name}")).await.expect(200);
        let file = format!("{}/../docs/{name}", env!("CARGO_MANIFEST_DIR"));
        assert_eq!(guide.text, std::fs::read_to_string(file).expect("the guide"), "{name}");
    }
    for path in [
        "/guides/none.md",
        "/guides/none",
        "/guides/",
        "/guides/api.md.md",
        "/guides/../README.md",
        "/guides/decisions/x.md",
        "/guides/samples/none.pq",
        "/guides/samples/",
    ] {
        app.nobody().get(path).await.refused(404, "not_found");
    }
}

/// The page of a guide: its title, every section, every line of code, and links that lead on.
async fn a_page_of_its_markdown(app: &TestApp, name: &str) {
    let page = app.nobody().get(&format!("/guides/{name}")).await.expect(200);
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"), "{name}");
    assert!(!page.text.contains("<script") && !page.text.contains("<img"), "{name}");
    let file = format!("{}/../docs/{name}.md", env!("CARGO_MANIFEST_DIR"));
    let markdown = std::fs::read_to_string(file).expect("the guide");
    let outside: Vec<&str> = markdown.split("```").step_by(2).collect();
    let sections = outside.iter().flat_map(|part| part.lines()).filter(|l| l.starts_with("## "));
    assert_eq!(page.text.matches("<h2 id=\"").count(), sections.count(), "{name}");
    assert_eq!(page.text.matches("<pre").count(), outside.len() - 1, "{name}");
    for link in links(&page.text).into_iter().filter(|link| !link.contains("://")) {
        let (path, section) = link.split_once('#').unwrap_or((link, ""));
        let path = if path.is_empty() { format!("/guides/{name}") } else { path.to_owned() };
        let there = app.nobody().get(&path).await;
        let expected = if path.starts_with("/reports/") { 401 } else { 200 };
        assert_eq!(there.status, expected, "{name}: {link}");
        let named = format!(" id=\"{section}\"");
        assert!(section.is_empty() || there.text.contains(&named), "{name}: {link}");
    }
}

#[on_both]
async fn a_sample_names_the_server_that_hands_it_out(app: TestApp) {
    let sample = app.nobody().get("/guides/samples/measures.pq").await.expect(200);
    let front = app.nobody().get("/.well-known/api-catalog").await.expect(200);
    let base = front.json["linkset"][0]["anchor"].as_str().expect("an address");
    let base = base.strip_suffix("/v1").expect("the base path");
    assert!(sample.text.contains(&format!("Web.Contents(\n                        \"{base}\"")));
    assert!(!sample.text.contains("example.invalid"), "{}", sample.text);
}

#[on_both]
async fn programs_that_read_find_the_guides_as_markdown(app: TestApp) {
    let list = app.nobody().get("/llms.txt").await.expect(200);
    assert_eq!(list.header("content-type"), Some("text/plain; charset=utf-8"));
    let mut lines = list.text.lines();
    assert_eq!(lines.next(), Some("# AS-CMS"));
    assert!(lines.any(|line| line.starts_with("> ")), "a summary");
    let targets: Vec<&str> =
        list.text.split("](").skip(1).filter_map(|rest| rest.split(')').next()).collect();
    let guides = targets.iter().filter(|target| target.ends_with(".md")).count();
    assert!(guides >= 12, "{targets:?}");
    for target in targets {
        let (_, rest) = target.split_once("://").expect("an address");
        let path = rest.split_once('/').map(|(_, path)| format!("/{path}")).expect("a path");
        let expected = if path.starts_with("/reports/") { 401 } else { 200 };
        assert_eq!(app.nobody().get(&path).await.status, expected, "{target}");
    }
}

/// A release whose changes nobody wrote down fails here.
#[test]
fn the_changelog_begins_with_this_release() {
    let file = format!("{}/../docs/changelog.md", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(file).expect("the changelog");
    let first = text.lines().find(|line| line.starts_with("## ")).expect("a release");
    let version = env!("CARGO_PKG_VERSION");
    assert!(first.starts_with(&format!("## {version}")), "{first}");
}

#[on_both]
async fn anybody_gets_a_token_of_a_sandboxs_persona(app: TestApp) {
    let sandbox = sandbox(&app).await;
    let page = sandbox.nobody().get("/").await.expect(200);
    assert!(links(&page.text).contains(&"/sandbox/tokens/workflow-lead"));
    assert!(page.text.contains("leads &lt;a&gt; team &amp; decides"), "it is no markup");
    let token = sandbox.nobody().get("/sandbox/tokens/workflow-lead").await.expect(200);
    assert_eq!(token.header("content-type"), Some("text/plain; charset=utf-8"));
    assert_eq!(token.header("cache-control"), Some("no-store"));
    sandbox.with_token(token.text).get("/v1/cases").await.expect(200);
    for path in ["/sandbox/tokens/case-manager", "/sandbox/tokens/", "/sandbox/tokens/a/b"] {
        sandbox.nobody().get(path).await.refused(404, "not_found");
    }
}

#[on_both]
async fn a_server_that_is_no_sandbox_gives_out_no_token(app: TestApp) {
    for subject in ["workflow-lead", "nobody"] {
        let path = format!("/sandbox/tokens/{subject}");
        app.nobody().get(&path).await.refused(404, "not_found");
        app.as_("workflow-lead").get(&path).await.refused(404, "not_found");
    }
    let page = app.nobody().get("/").await.expect(200);
    assert!(!page.text.contains("/sandbox/"), "{}", page.text);
}

#[on_both]
async fn the_page_of_the_operations_has_what_its_server_has(app: TestApp) {
    for (app, in_sandbox) in [(sandbox(&app).await, true), (app, false)] {
        let page = app.nobody().get("/docs/").await.expect(200);
        assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
        assert!(page.text.contains("<title>The operations, to read and to try – AS-CMS</title>"));
        assert!(page.text.contains("<input id=\"filter\" type=\"search\""));
        let button = "<button type=\"button\" data-persona=\"workflow-lead\"";
        assert_eq!(page.text.contains(button), in_sandbox);
        assert_eq!(page.text.contains("<input id=\"sandbox-date\" type=\"date\">"), in_sandbox);
        assert!(!page.text.contains("://"), "the page names no other host");
    }
}

#[on_both]
async fn the_page_of_the_operations_brings_its_files(app: TestApp) {
    let page = app.nobody().get("/docs/").await.expect(200);
    let scripts = page.text.split("src=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let files: Vec<&str> =
        scripts.chain(links(&page.text)).filter(|path| path.starts_with("/docs/")).collect();
    assert_eq!(files.len(), 5, "{files:?}");
    for path in files {
        let file = app.nobody().get(path).await.expect(200);
        let expected = match path.rsplit('.').next() {
            Some("js") => "text/javascript",
            Some("css") => "text/css",
            _ => "image/png",
        };
        let found = file.header("content-type").unwrap_or_default();
        assert!(found.starts_with(expected), "{path}: {found}");
        assert!(!file.bytes.is_empty(), "{path}");
    }
    for path in
        ["/docs/index.html", "/docs/swagger-initializer.js", "/docs/a/b", "/docs/../Cargo.toml"]
    {
        app.nobody().get(path).await.refused(404, "not_found");
    }
}

#[on_both]
async fn what_a_page_loads_is_not_loaded_again(app: TestApp) {
    let names =
        ["swagger-ui-bundle.js", "swagger-ui.css", "try-it.js", "try-it.css", "outline.json"];
    let files = names.map(|name| format!("/docs/{name}"));
    let mut tags = BTreeSet::new();
    for path in files.iter().map(String::as_str).chain(["/openapi.json"]) {
        let first = app.nobody().get(path).await.expect(200);
        assert_eq!(first.header("cache-control"), Some("no-cache"), "{path}");
        let tag = first.header("etag").unwrap_or_else(|| panic!("{path}: no tag")).to_owned();
        for (held, status) in [(tag.as_str(), 304), ("\"another\"", 200)] {
            let request = TestRequest::get().insert_header(("if-none-match", held));
            let again = app.nobody().send(request, Method::GET, path, None).await.expect(status);
            assert_eq!(again.header("etag"), Some(tag.as_str()), "{path}");
            assert_eq!(again.bytes.is_empty(), status == 304, "{path}");
            assert_eq!(again.header("cache-control"), Some("no-cache"), "{path}");
        }
        assert!(tags.insert(tag), "{path}: a tag is of one file");
    }
}

#[on_both]
async fn the_outline_names_every_operation_and_schema(app: TestApp) {
    let outline = app.nobody().get("/docs/outline.json").await.expect(200);
    let document = app.nobody().get("/openapi.json").await.expect(200);
    for (path, method, operation) in crate::openapi::operations() {
        let shown = &outline.json["paths"][&path][method.as_str().to_lowercase()];
        for member in ["operationId", "summary", "tags", "security"] {
            assert_eq!(shown[member], operation[member], "{method} {path}: {member}");
        }
        assert_eq!(shown.get("responses"), None, "{method} {path}");
    }
    let names = |document: &Value| {
        let schemas = document["components"]["schemas"].as_object().expect("schemas");
        schemas.keys().cloned().collect::<BTreeSet<_>>()
    };
    assert_eq!(names(&outline.json), names(&document.json));
    let tenth = document.bytes.len() / 10;
    assert!(outline.bytes.len() < tenth, "{} bytes, {tenth} at most", outline.bytes.len());
}

#[on_both]
async fn without_a_script_the_operations_are_there_to_read(app: TestApp) {
    let page = app.nobody().get("/docs/").await.expect(200);
    let without =
        page.text.split("<noscript>").nth(1).and_then(|rest| rest.split("</noscript>").next());
    let without = without.expect("a list");
    for (path, method, _) in crate::openapi::operations() {
        let call = format!("<code>{method} {path}</code>");
        assert!(without.contains(&call), "{call}");
    }
}
