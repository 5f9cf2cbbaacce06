//! What every operation of the document has: its permission, its headers, its refusals, examples.

use ascms_domain::access::{Action, roles_of};
use serde_json::{Map, Value, json};

use super::components::listed;
use super::members::{members, set};
use super::{example_records, examples, files, samples};

/// Completes every operation, and the components that they share.
pub(super) fn complete(document: &mut Value) {
    let Some(paths) = members(document, "paths") else { return };
    for (path, item) in paths.iter_mut() {
        let Some(operations) = item.as_object_mut() else { continue };
        for (method, operation) in operations.iter_mut() {
            if let Some(operation) = operation.as_object_mut() {
                complete_one(path, method, operation);
                samples::add(path, method, operation);
            }
        }
    }
    let Some(components) = members(document, "components") else { return };
    components.insert("securitySchemes".to_owned(), security_schemes());
    components.insert("headers".to_owned(), headers());
    components.insert("responses".to_owned(), shared_responses());
}

fn complete_one(path: &str, method: &str, operation: &mut Map<String, Value>) {
    let id = camel_case(text(operation, "operationId"));
    let summary = text(operation, "summary").trim_end_matches('.').to_owned();
    operation.insert("operationId".to_owned(), json!(id));
    operation.entry("description").or_insert_with(|| json!(format!("{summary}.")));
    operation.insert("summary".to_owned(), json!(summary));
    name_permission(operation);
    describe_callers(operation);
    describe_parameters(path, operation);
    add_headers(path, method, operation);
    let has_body = operation.contains_key("requestBody");
    if let Some(body) = operation.get_mut("requestBody") {
        set(body, "required", json!(true));
        if body.get("description").and_then(Value::as_str).is_none_or(str::is_empty) {
            set(body, "description", json!("What is asked for."));
        }
        files::complete_body(body);
        add_examples(body);
    }
    if path.ends_with(files::PATH) {
        files::complete(operation);
    }
    if path.ends_with(files::CSV) {
        files::complete_csv(operation);
    }
    if path.ends_with(files::NDJSON) {
        files::complete_ndjson(operation);
    }
    let single = method == "get" && !path_is_list(operation);
    let names_a_school = names_a_school(operation);
    let Some(Value::Object(responses)) = operation.get_mut("responses") else { return };
    for response in responses.values_mut() {
        add_examples(response);
    }
    add_response_headers(responses, single);
    let mut statuses = vec![401, 403, 406, 429, 500, 503];
    if path.contains('{') || names_a_school {
        statuses.push(404);
    }
    statuses.push(422);
    statuses.extend(if has_body { &[400, 408, 413, 415][..] } else { &[400] });
    match method {
        "post" if !path.ends_with("/search") => statuses.extend([404, 409, 415]),
        "patch" => statuses.extend([409, 412, 428]),
        _ if path.ends_with(files::PATH) => statuses.extend([409, 410, 416]),
        _ if path.ends_with(files::NDJSON) => statuses.push(409),
        _ => {}
    }
    if single {
        statuses.push(NOT_MODIFIED);
    }
    for (status, name, _) in SHARED.iter().filter(|(status, ..)| statuses.contains(status)) {
        let reference = json!({ "$ref": format!("#/components/responses/{name}") });
        responses.entry(status.to_string()).or_insert(reference);
    }
}

fn text<'a>(operation: &'a Map<String, Value>, member: &str) -> &'a str {
    operation.get(member).and_then(Value::as_str).unwrap_or_default()
}

fn camel_case(name: &str) -> String {
    let mut parts = name.split('_');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |camel, part| {
        let mut letters = part.chars();
        let head = letters.next().map(|letter| letter.to_ascii_uppercase());
        camel.chars().chain(head).chain(letters).collect()
    })
}

/// The permission stands beside the scheme: bearer schemes have no scopes in OpenAPI.
fn name_permission(operation: &mut Map<String, Value>) {
    let scope = operation
        .get("security")
        .and_then(|security| security.pointer("/0/bearer/0"))
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned();
    if let Ok(action) = scope.parse::<Action>() {
        let roles: Vec<String> =
            roles_of(action).map(|role| role.as_str().replace('_', "-")).collect();
        operation.insert("x-roles".to_owned(), json!(roles));
    }
    operation.insert("x-permission".to_owned(), json!(scope));
    operation.insert("security".to_owned(), json!([{ "bearer": [] }]));
}

/// The callers differ from one operation to the next, so the description of each names them.
fn describe_callers(operation: &mut Map<String, Value>) {
    let roles = operation.get("x-roles").and_then(Value::as_array);
    let roles: Vec<&str> = roles.into_iter().flatten().filter_map(Value::as_str).collect();
    let (roles, scope) = (roles.join(", "), text(operation, "x-permission"));
    let description = text(operation, "description");
    let described = format!("{description}\n\nRoles: {roles}. Scope of the token: `{scope}`.");
    operation.insert("description".to_owned(), json!(described));
}

/// Every parameter has words and, where a call with it would work, an example.
fn describe_parameters(path: &str, operation: &mut Map<String, Value>) {
    let Some(Value::Array(parameters)) = operation.get_mut("parameters") else { return };
    for parameter in parameters {
        let Some(parameter) = parameter.as_object_mut() else { continue };
        let name = text(parameter, "name").to_owned();
        if text(parameter, "description").is_empty() {
            let words = examples::parameter_words(&name);
            parameter.insert("description".to_owned(), json!(words));
        }
        let record = example_records::of(path, &name).map(|id| json!(id));
        if let Some(example) = record.or_else(|| examples::parameter(&name)) {
            parameter.entry("example").or_insert(example);
        }
    }
}

fn path_is_list(operation: &Map<String, Value>) -> bool {
    let parameters = operation.get("parameters").and_then(Value::as_array);
    parameters.into_iter().flatten().any(|parameter| parameter.get("name") == Some(&json!("limit")))
}

/// Whether the list is one school's: a school that is not the caller's is as absent as a record.
fn names_a_school(operation: &Map<String, Value>) -> bool {
    let parameters = operation.get("parameters").and_then(Value::as_array);
    parameters.into_iter().flatten().any(|parameter| {
        parameter.get("name") == Some(&json!("schoolNumber"))
            && parameter.get("required") == Some(&json!(true))
    })
}

fn add_headers(path: &str, method: &str, operation: &mut Map<String, Value>) {
    let tag = |name: &str, required: bool, words: &str| {
        let schema = json!({ "type": "string", "maxLength": 200, "pattern": "^[ -~]*$" });
        json!({ "name": name, "in": "header", "required": required, "description": words, "schema": schema })
    };
    let header = match method {
        "get" if !path_is_list(operation) => tag(
            "If-None-Match",
            false,
            "ETag of the representation the caller has: 304 when it still is the same.",
        ),
        "patch" => tag("If-Match", true, "ETag of the version that the edit was made on, or `*`."),
        "post" if !path.ends_with("/search") => {
            let schema = json!({ "type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]([ -~]*[!-~])?$" });
            json!({
                "name": "Idempotency-Key", "in": "header", "required": false, "schema": schema,
                "description": "Makes a retry recognisable for 30 days: same key and body, same answer. Needed from machines.",
            })
        }
        _ => return,
    };
    let parameters = operation.entry("parameters").or_insert_with(|| json!([]));
    if let Value::Array(parameters) = parameters {
        parameters.push(header);
    }
}

/// The example of each media type is that of its schema.
fn add_examples(holder: &mut Value) {
    let Some(content) = holder.get_mut("content").and_then(Value::as_object_mut) else { return };
    for media in content.values_mut() {
        let name = media.pointer("/schema/$ref").and_then(Value::as_str);
        let name =
            name.and_then(|name| name.strip_prefix("#/components/schemas/")).map(str::to_owned);
        if let Some(example) = name.and_then(|name| examples::of(&name)) {
            set(media, "example", example);
        }
    }
}

fn add_response_headers(responses: &mut Map<String, Value>, single: bool) {
    for (status, response) in responses.iter_mut() {
        let mut names =
            vec!["Access-Control-Allow-Origin", "RateLimit", "RateLimit-Policy", "Request-Id"];
        if status == "201" {
            names.push("Location");
        }
        let has_link =
            response.pointer("/content/application~1json/schema/$ref").and_then(Value::as_str);
        if has_link.and_then(|name| listed(name.rsplit('/').next()?)).is_some() {
            names.push("Link");
        } else if single || status == "201" {
            names.push("ETag");
        }
        set(response, "headers", header_references(&names));
    }
}

fn header_references(names: &[&str]) -> Value {
    let each = names.iter().map(|name| {
        ((*name).to_owned(), json!({ "$ref": format!("#/components/headers/{name}") }))
    });
    Value::Object(each.collect())
}

fn security_schemes() -> Value {
    json!({ "bearer": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "A JWT access token (RFC9068, checked as RFC8725 says) of a trusted issuer. \
            `x-permission` of an operation is the scope it needs; roles are looked up at every call.",
    }})
}

fn headers() -> Value {
    let text = |words: &str, longest: u32, example: &str| {
        json!({
            "description": words,
            "schema": { "type": "string", "maxLength": longest, "pattern": "^[ -~]*$" },
            "example": example,
        })
    };
    json!({
        "Access-Control-Allow-Origin": text("The origin that may read the answer, when it is on the allow-list.", 300, "https://frontend.invalid"),
        "ETag": text("Names this version of the representation.", 100, "\"3.9f2c1a5e7b804d16\""),
        "Link": text("The next page, `rel=\"next\"` (RFC 8288); missing on the last one.", 4000, "</v1/cases?cursor=abc>; rel=\"next\""),
        "Accept-Encoding": text("`identity`, when the body's Content-Encoding was refused and not its media type.", 100, "identity"),
        "Location": text("Where the new record is; of a refusal, the one that is in the way.", 300, "/v1/referrals/01990000-0000-7000-8000-000000000003"),
        "RateLimit": text("What is left of the caller's budget.", 100, "\"caller\";r=599;t=60"),
        "RateLimit-Policy": text("The caller's budget: requests in a window of seconds.", 100, "\"caller\";q=600;w=60"),
        "Request-Id": text("Names this request in our logs.", 36, "01990000-0000-7000-8000-00000000000a"),
        "Retry-After": {
            "description": "Seconds after which it may be tried again.",
            "schema": { "type": "integer", "format": "int32", "minimum": 0, "maximum": 3600 },
            "example": 2,
        },
    })
}

const NOT_MODIFIED: u16 = 304;

/// The answers that say the same in every operation: status, name in the document, words.
const SHARED: [(u16, &str, &str); 18] = [
    (NOT_MODIFIED, "NotModified", "Not modified: the caller has this representation."),
    (400, "BadRequest", "The request can not be read."),
    (
        401,
        "Unauthenticated",
        "No valid access token, or one without a multi-factor sign-in or, for exports, a recent one.",
    ),
    (
        403,
        "Forbidden",
        "Never for this caller: the token lacks the scope of the operation (`x-permission`), the caller \
         has none of its roles (`x-roles`), or the caller's training is not on record.",
    ),
    (404, "NotFound", "Absent, or out of the caller's reach: the two are not told apart."),
    (406, "NotAcceptable", "The API answers in application/json."),
    (408, "RequestTimeout", "The body comes in too slowly."),
    (409, "Conflict", "A rule says no in this state."),
    (410, "Gone", "The content is lost, and no retry brings it back."),
    (
        412,
        "PreconditionFailed",
        "Somebody else has changed it since it was read, or the tag is weak.",
    ),
    (413, "ContentTooLarge", "The body is too large."),
    (
        415,
        "UnsupportedMediaType",
        "The body's media type is not the one this operation takes, or the body has a Content-Encoding.",
    ),
    (416, "RangeNotSatisfiable", "The range lies behind the end of the content."),
    (422, "Unprocessable", "The request can be read and breaks rules: every fault at once."),
    (428, "PreconditionRequired", "If-Match is needed."),
    (
        429,
        "TooManyRequests",
        "The caller's budget is used up for the moment, or too many of its calls are running.",
    ),
    (500, "Internal", "The service failed."),
    (
        503,
        "Unavailable",
        "The service is too busy; try again after Retry-After. `outcome_unknown`: it may have been done.",
    ),
];

/// The shared answers, each written out once.
fn shared_responses() -> Value {
    let each = SHARED.iter().map(|&(status, name, words)| {
        let response = match status {
            NOT_MODIFIED => json!({ "description": words }),
            _ => refused(status, words),
        };
        (name.to_owned(), response)
    });
    Value::Object(each.collect())
}

fn refused(status: u16, words: &str) -> Value {
    let mut names =
        vec!["Access-Control-Allow-Origin", "RateLimit", "RateLimit-Policy", "Request-Id"];
    if matches!(status, 429 | 503) {
        names.push("Retry-After");
    }
    match status {
        409 => names.push("Location"),
        415 => names.push("Accept-Encoding"),
        _ => {}
    }
    json!({
        "description": words,
        "headers": header_references(&names),
        "content": { "application/problem+json": {
            "schema": { "$ref": "#/components/schemas/Problem" },
            "example": examples::problem(status),
        }},
    })
}
