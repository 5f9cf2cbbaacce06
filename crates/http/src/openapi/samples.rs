//! A code sample at every operation, in curl, TypeScript and Python (`x-codeSamples`), made from the
//! operation's own examples. `$API` or `api` is the server's address, `$TOKEN` or `token` an access
//! token; the others are named like the headers that they fill.

use form_urlencoded::byte_serialize;
use serde_json::{Map, Value, json};

use super::example_ids::{
    CASE_ID, CONTACT_ID, DOCUMENT_ID, NOTIFICATION_ID, REFERRAL_ID, STUDENT_ID, WHANAU_CONTACT_ID,
};

/// The file that samples of uploads send.
const FILE: &str = "hui-notes.txt";

/// One call, as every language writes it.
struct SampleCall {
    method: String,
    /// With its query, and with ids in place of its parameters.
    path: String,
    body: Sent,
    /// Headers beside the token and the body's type, each with the variable that it takes.
    headers: Vec<(&'static str, &'static str)>,
}

enum Sent {
    Nothing,
    Json {
        media_type: String,
        value: Value,
    },
    File,
    /// A form: a file, and these fields.
    Form(Vec<(String, String)>),
}

/// Adds the samples to an operation that has its parameters and examples.
pub(super) fn add(path: &str, method: &str, operation: &mut Map<String, Value>) {
    let call = SampleCall {
        method: method.to_uppercase(),
        path: filled(path, operation),
        body: sent(operation),
        headers: headers(operation),
    };
    let samples = json!([
        { "lang": "Shell", "label": "curl", "source": call.curl() },
        { "lang": "TypeScript", "label": "TypeScript", "source": call.typescript() },
        { "lang": "Python", "label": "Python", "source": call.python() },
    ]);
    operation.insert("x-codeSamples".to_owned(), samples);
}

fn parameters(operation: &Map<String, Value>) -> impl Iterator<Item = &Value> {
    operation.get("parameters").and_then(Value::as_array).into_iter().flatten()
}

fn text<'a>(value: &'a Value, member: &str) -> &'a str {
    value.get(member).and_then(Value::as_str).unwrap_or_default()
}

/// The path with an id for each parameter, and with what its query needs.
fn filled(path: &str, operation: &Map<String, Value>) -> String {
    let example = |place: &str, name: &str| {
        let mut named = parameters(operation)
            .filter(|parameter| text(parameter, "in") == place && text(parameter, "name") == name);
        let example = named.find_map(|parameter| parameter.get("example"));
        example.map(|example| example.as_str().map_or_else(|| example.to_string(), str::to_owned))
    };
    let mut filled = String::new();
    let mut before = "";
    for part in path.split('/').skip(1) {
        filled.push('/');
        match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
            Some(name) => {
                filled.push_str(&example("path", name).unwrap_or_else(|| id_of(before)));
            }
            None => filled.push_str(part),
        }
        before = part;
    }
    let wanted = parameters(operation).filter(|parameter| {
        let required = parameter.get("required") == Some(&json!(true));
        text(parameter, "in") == "query" && (required || text(parameter, "name") == "term")
    });
    for (at, name) in wanted.map(|parameter| text(parameter, "name")).enumerate() {
        let value = example("query", name).unwrap_or_else(|| name.to_uppercase());
        let value: String = byte_serialize(value.as_bytes()).collect();
        filled.push_str(&format!("{}{name}={value}", if at == 0 { '?' } else { '&' }));
    }
    filled
}

/// The id of a record of the sandbox, or a word for what the caller fills in.
fn id_of(kind: &str) -> String {
    let known = match kind {
        "cases" => CASE_ID,
        "students" => STUDENT_ID,
        "referrals" => REFERRAL_ID,
        "contacts" => CONTACT_ID,
        "whanau-contacts" => WHANAU_CONTACT_ID,
        "documents" => DOCUMENT_ID,
        "notifications" => NOTIFICATION_ID,
        other => {
            let word = other.strip_suffix('s').unwrap_or(other);
            return format!("{}_ID", word.replace('-', "_").to_uppercase());
        }
    };
    known.to_owned()
}

fn sent(operation: &Map<String, Value>) -> Sent {
    let content = operation.get("requestBody").and_then(|body| body.get("content"));
    let first = content.and_then(Value::as_object).and_then(|content| content.iter().next());
    let Some((media_type, media)) = first else { return Sent::Nothing };
    let example = media.get("example").cloned().unwrap_or_else(|| json!({}));
    match media_type.as_str() {
        "application/octet-stream" => Sent::File,
        "multipart/form-data" => {
            let fields = example.as_object().into_iter().flatten();
            let fields = fields.filter(|(name, _)| *name != "file");
            let fields = fields.filter_map(|(name, value)| Some((name, value.as_str()?)));
            Sent::Form(fields.map(|(name, value)| (name.clone(), value.to_owned())).collect())
        }
        _ => Sent::Json { media_type: media_type.clone(), value: example },
    }
}

fn headers(operation: &Map<String, Value>) -> Vec<(&'static str, &'static str)> {
    let known = [("Idempotency-Key", "key"), ("If-Match", "etag")];
    let takes = |name: &str| parameters(operation).any(|parameter| text(parameter, "name") == name);
    known.into_iter().filter(|(name, _)| takes(name)).collect()
}

impl SampleCall {
    /// The type of the body, where the library does not find it by itself.
    fn media_type(&self) -> Option<&str> {
        match &self.body {
            Sent::Json { media_type, .. } => Some(media_type.as_str()),
            Sent::File => Some("application/octet-stream"),
            Sent::Nothing | Sent::Form(_) => None,
        }
    }

    fn curl(&self) -> String {
        let quoted = |text: &str| format!("'{}'", text.replace('\'', "'\\''"));
        let mut lines = vec![format!("curl \"$API{}\"", self.path)];
        let implied = match self.body {
            Sent::Nothing => "GET",
            Sent::Json { .. } | Sent::File | Sent::Form(_) => "POST",
        };
        if self.method != implied {
            lines.push(format!("-X {}", self.method));
        }
        lines.push("-H \"Authorization: Bearer $TOKEN\"".to_owned());
        lines.extend(self.media_type().map(|media| format!("-H \"Content-Type: {media}\"")));
        let given = self.headers.iter();
        lines.extend(given.map(|(name, word)| format!("-H \"{name}: ${}\"", word.to_uppercase())));
        match &self.body {
            Sent::Nothing => {}
            Sent::Json { value, .. } => lines.push(format!("-d {}", quoted(&value.to_string()))),
            Sent::File => lines.push(format!("--data-binary @{FILE}")),
            Sent::Form(fields) => {
                lines.push(format!("-F file=@{FILE}"));
                let field = |(name, value): &(String, String)| {
                    format!("-F {}", quoted(&format!("{name}={value}")))
                };
                lines.extend(fields.iter().map(field));
            }
        }
        lines.join(" \\\n  ")
    }

    fn typescript(&self) -> String {
        let mut before = String::new();
        let mut headers = vec!["Authorization: `Bearer ${token}`".to_owned()];
        headers.extend(self.media_type().map(|media| format!("\"Content-Type\": \"{media}\"")));
        headers.extend(self.headers.iter().map(|(name, word)| format!("\"{name}\": {word}")));
        let mut options = Vec::new();
        if self.method != "GET" {
            options.push(format!("method: \"{}\"", self.method));
        }
        options.push(format!("headers: {{ {} }}", headers.join(", ")));
        match &self.body {
            Sent::Nothing => {}
            Sent::Json { value, .. } => options.push(format!("body: JSON.stringify({value})")),
            Sent::File => options.push("body: file".to_owned()),
            Sent::Form(fields) => {
                before = "const form = new FormData();\n".to_owned();
                before.push_str(&format!("form.set(\"file\", file, \"{FILE}\");\n"));
                for (name, value) in fields {
                    before.push_str(&format!("form.set({}, {});\n", json!(name), json!(value)));
                }
                options.push("body: form".to_owned());
            }
        }
        let options: String = options.iter().map(|option| format!("  {option},\n")).collect();
        format!("{before}const answer = await fetch(`${{api}}{}`, {{\n{options}}});", self.path)
    }

    fn python(&self) -> String {
        let mut headers = vec!["\"Authorization\": f\"Bearer {token}\"".to_owned()];
        headers.extend(self.media_type().map(|media| format!("\"Content-Type\": \"{media}\"")));
        headers.extend(self.headers.iter().map(|(name, word)| format!("\"{name}\": {word}")));
        let mut arguments = vec![
            format!("f\"{{api}}{}\"", self.path),
            format!("headers={{{}}}", headers.join(", ")),
        ];
        match &self.body {
            Sent::Nothing => {}
            Sent::Json { value, .. } => arguments.push(format!("json={}", python_literal(value))),
            Sent::File => arguments.push("content=file".to_owned()),
            Sent::Form(fields) => {
                arguments.push(format!("files={{\"file\": (\"{FILE}\", file)}}"));
                let fields = fields.iter().map(|(name, value)| (name.clone(), json!(value)));
                let fields = python_literal(&Value::Object(fields.collect()));
                arguments.push(format!("data={fields}"));
            }
        }
        let arguments: String =
            arguments.iter().map(|argument| format!("    {argument},\n")).collect();
        format!("answer = httpx.{}(\n{arguments})", self.method.to_lowercase())
    }
}

/// A value as Python writes it. A text of JSON is one of Python too.
fn python_literal(value: &Value) -> String {
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(_) => value.to_string(),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(python_literal).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(members) => {
            let member = |(name, value): (&String, &Value)| {
                format!("{}: {}", json!(name), python_literal(value))
            };
            let members: Vec<String> = members.iter().map(member).collect();
            format!("{{{}}}", members.join(", "))
        }
    }
}

#[cfg(test)]
mod tests;
