//! Bodies made to cost more than they should: every kind is judged in time that grows with its size,
//! in little memory, and beside the thread that answers everybody else.

use actix_web::http::Method;
use actix_web::test::TestRequest;
use serde_json::{Value, json};

use crate::given;
use crate::openapi::document;
use crate::process::Running;
use crate::support::{Answer, Folder, On, TestApp, on_both};

const LIMIT: usize = 256 * 1024;
const BULK_LIMIT: usize = 5 * 1024 * 1024;

/// What systems send of many at once: where, who, the list, and a list in an item of it.
const BULKS: [(&str, &str, &str, &str); 3] = [
    ("/v1/attendance", "sms-client", "students", "days"),
    ("/v1/enrolments", "enrolment-register", "statements", "none"),
    ("/v1/non-enrolment-notices", "enrolment-register", "notices", "student"),
];

/// The names that a body of an operation has.
#[derive(Clone, Debug)]
struct Names {
    /// A member that is a list.
    list: String,
    /// A list in an item of it.
    inner: String,
    /// A member that is a text.
    text: String,
}

/// A text between two others, so often that all have so many bytes.
fn filled(before: &str, unit: &str, between: &str, after: &str, size: usize) -> Vec<u8> {
    let room = size - before.len() - after.len() - unit.len();
    let times = room / (unit.len() + between.len());
    format!("{before}{}{unit}{after}", format!("{unit}{between}").repeat(times)).into_bytes()
}

/// Members with a number each.
fn numbered(name: &str, value: &str, size: usize) -> Vec<u8> {
    let mut body = b"{".to_vec();
    for n in 0.. {
        let member = format!("\"{name}{n}\":{value},");
        if body.len() + member.len() + 6 > size {
            break;
        }
        body.extend_from_slice(member.as_bytes());
    }
    body.extend_from_slice(b"\"z\":0}");
    body
}

/// Bodies of so many bytes at the most.
fn kinds(names: &Names, size: usize) -> Vec<(&'static str, Vec<u8>)> {
    let Names { list, inner, text } = names;
    let listed = |unit: &str| filled(&format!("{{\"{list}\":["), unit, ",", "]}", size);
    let within =
        |unit: &str| filled(&format!("{{\"{list}\":[{{\"{inner}\":["), unit, ",", "]}]}", size);
    let said = |unit: &str| filled(&format!("{{\"{text}\":\""), unit, "", "\"}", size);
    let nested = |levels: usize| format!("{}0{}", "[".repeat(levels), "]".repeat(levels));
    let mut wrong_at_the_end = said("a");
    let last = wrong_at_the_end.len() - 3;
    wrong_at_the_end[last] = 0xff;
    let mut cut = listed("{}");
    cut.truncate(cut.len() - 2);
    vec![
        ("control characters", said("\\u0001")),
        ("raw text", said("a")),
        ("escapes", said("\\u0061")),
        ("marks on one letter", said("\u{301}\u{323}")),
        ("joiners", said("\u{200d}")),
        ("blanks", said("\u{2003}")),
        ("a wrong byte at the end", wrong_at_the_end),
        ("unclean texts in the list", listed("\"\\u0001\"")),
        ("numbers in the list", listed("0")),
        ("fractions in the list", listed("8.0")),
        ("large numbers in the list", listed("1e308")),
        ("numbers that are none", listed("1e999999")),
        ("nulls in the list", listed("null")),
        ("lists in the list", listed("[]")),
        ("empty items", listed("{}")),
        ("items with an unknown member", listed("{\"a\":0}")),
        (
            "items with unclean members",
            listed("{\"schoolNumber\":\"\\u0002\",\"nsn\":\"\\u0002\"}"),
        ),
        ("items deep down", listed(&nested(25))),
        ("empty items within", within("{}")),
        ("items within with wrong members", within("{\"date\":0,\"halfDays\":{}}")),
        ("unclean texts within", within("{\"codes\":\"\\u0003\"}")),
        (
            "an item repeats a member",
            filled(&format!("{{\"{list}\":[{{"), "\"said\":0", ",", "}]}", size),
        ),
        ("a member repeated", filled("{", &format!("\"{text}\":0"), ",", "}", size)),
        ("unknown members", numbered("a", "0", size)),
        ("unknown members that look known", numbered(&text[..text.len() - 1], "0", size)),
        ("unknown members with marks", numbered("~/\\u202e", "\"\\u0001\"", size)),
        ("unknown objects", numbered("a", "{\"a\":{\"a\":{}}}", size)),
        ("a long name", filled("{\"", "n", "", "\":0}", size)),
        ("levels without end", filled("", "[", "", "", size)),
        ("objects without end", filled("", "{\"a\":", "", "", size)),
        ("a number without end", filled("", "9", "", "", size)),
        ("a fraction without end", filled("0.", "9", "", "", size)),
        ("space", filled("{", " ", "", "}", size)),
        ("cut off", cut),
        ("a list", filled("[", "{\"a\":[]}", ",", "]", size)),
    ]
}

/// The seconds of processor that this test has used, in hundredths.
fn used() -> u64 {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("the process");
    let numbers = stat.rsplit(')').next().expect("behind the name");
    let at = |n: usize| numbers.split_whitespace().nth(n).expect("a field").parse().unwrap_or(0);
    let (user, system): (u64, u64) = (at(11), at(12));
    user + system
}

async fn send(app: &TestApp, who: &str, method: Method, path: &str, body: Vec<u8>) -> Answer {
    let media_type =
        if method == Method::PATCH { "application/merge-patch+json" } else { "application/json" };
    let request = TestRequest::default()
        .insert_header(("content-type", media_type))
        .insert_header(("if-match", "*"))
        .insert_header(("idempotency-key", uuid::Uuid::now_v7().to_string()))
        .set_payload(body);
    app.as_(who).send_as_is(request, method, path).await
}

/// Refused as a whole, or in every item that it has.
#[track_caller]
fn refused(answer: &Answer, what: &str) {
    assert!(answer.text.len() < 2_500_000, "{what}: {} bytes", answer.text.len());
    if let (200, Some(faults)) = (answer.status, answer.json["faults"].as_array()) {
        assert!(!faults.is_empty() && faults.len() <= 10_000, "{what}: {}", faults.len());
        return;
    }
    assert!(matches!(answer.status, 400 | 422), "{what}: {} {}", answer.status, answer.text);
    let faults = answer.json["errors"].as_array().map_or(0, Vec::len);
    assert!(faults <= 500, "{what}: {faults}");
}

/// The names of an operation's body, as far as it has them.
fn names(operation: &Value) -> Option<(Names, bool)> {
    let content = operation["requestBody"]["content"].as_object()?;
    let (media_type, media) = content.iter().find(|(name, _)| name.ends_with("json"))?;
    let reference = media["schema"]["$ref"].as_str()?.trim_start_matches('#');
    let members = document().pointer(reference)?["properties"].as_object()?;
    let of_type = |kind: &str| {
        let has = |schema: &Value| match &schema["type"] {
            Value::String(one) => one == kind,
            Value::Array(several) => several.iter().any(|one| one == kind),
            _ => false,
        };
        members.iter().find(|(_, schema)| has(schema)).map(|(name, _)| name.clone())
    };
    let text = of_type("string").or_else(|| members.keys().next().cloned())?;
    let list = of_type("array").unwrap_or_else(|| "none".to_owned());
    let names = Names { list, inner: "items".to_owned(), text };
    Some((names, media_type.contains("merge-patch")))
}

fn bulk_names(list: &str, inner: &str) -> Names {
    Names { list: list.to_owned(), inner: inner.to_owned(), text: "sentAt".to_owned() }
}

/// No statement is run for these, so that one database is as good as the other.
#[actix_web::test]
async fn every_operation_refuses_hostile_bodies_at_its_own_limit() {
    let app = TestApp::start(On::Sqlite).await;
    let id = "01990000-0000-7000-8000-0000000000ff";
    let (mut operations, mut judged) = (0, 0);
    for (template, method, operation) in crate::openapi::operations() {
        let Some((names, _)) = names(&operation) else { continue };
        let roles = operation["x-roles"].as_array().expect("roles");
        // The test's people are called by the names of their roles.
        let who = roles[0].as_str().expect("a role");
        let path = template.replace("{calendar}", "contract-2026").replace("{term}", "2026-1");
        let path = path.replace("{rule}", "eligibility").replace("{year}", "2026");
        let path: Vec<&str> =
            path.split('/').map(|part| if part.starts_with('{') { id } else { part }).collect();
        let path = path.join("/");
        // Each kind is sent to a quarter of the operations.
        for (kind, body) in kinds(&names, LIMIT).into_iter().skip(operations % 4).step_by(4) {
            let before = used();
            let answer = send(&app, who, method.clone(), &path, body).await;
            let what = format!("{method} {template} as {who}: {kind}");
            // A patch of nothing, and a decision without words, can be read.
            let empty = kind == "space" && answer.status < 500;
            if !empty {
                refused(&answer, &what);
            }
            // A hundredth of this in the release.
            assert!(used() - before < 300, "{what}: {} hundredths", used() - before);
            judged += 1;
        }
        operations += 1;
    }
    assert!(operations > 40 && judged > 8 * operations, "{operations} {judged}");
}

#[actix_web::test]
async fn the_time_for_a_body_grows_as_its_size_does() {
    let app = TestApp::start(On::Sqlite).await;
    for (path, who, list, inner) in BULKS {
        let names = bulk_names(list, inner);
        let sizes = [BULK_LIMIT / 20, BULK_LIMIT / 4];
        let [small, large] = sizes.map(|size| kinds(&names, size));
        for ((kind, small), (_, large)) in small.into_iter().zip(large) {
            let what = format!("{path}: {kind}");
            let began = used();
            refused(&send(&app, who, Method::POST, path, small).await, &what);
            let middle = used();
            refused(&send(&app, who, Method::POST, path, large).await, &what);
            let (one, five) = (middle - began, used() - middle);
            // Quadratic would be 25 times as long.
            assert!(five < one * 12 + 50, "{what}: {one} and {five} hundredths");
        }
    }
}

#[on_both]
async fn a_large_body_takes_little_memory_and_time(app: TestApp) {
    let documents = Folder::make();
    let server = Running::start(&app, &documents).await;
    // A kept connection may be closed while the next bodies are made.
    let http = reqwest::Client::builder().pool_max_idle_per_host(0).build().expect("a client");
    let post = async |path: &str, who: &str, body: Vec<u8>| {
        let token = app.keys().sign(&app.claims(who));
        let request = http.post(format!("{}{path}", server.base)).bearer_auth(token);
        let request = request
            .header("idempotency-key", uuid::Uuid::now_v7().to_string())
            .header("content-type", "application/json");
        request.body(body).send().await.expect("an answer").status().as_u16()
    };
    let amplified = [
        "control characters",
        "unclean texts in the list",
        "numbers in the list",
        "empty items",
        "items with an unknown member",
        "empty items within",
        "items within with wrong members",
        "unknown objects",
        "a long name",
        "levels without end",
    ];
    for (path, who, list, inner) in [BULKS[0], BULKS[1]] {
        post(path, who, b"{}".to_vec()).await;
        let (idle, _) = server.memory();
        let bodies = kinds(&bulk_names(list, inner), BULK_LIMIT);
        for (kind, body) in bodies.into_iter().filter(|(kind, _)| amplified.contains(kind)) {
            server.forget_peak();
            let began = std::time::Instant::now();
            let status = post(path, who, body).await;
            // An item alone is refused beside others that there might be.
            let one_item = kind.ends_with("within") || kind.ends_with("wrong members");
            let item_alone = one_item && path == "/v1/enrolments";
            assert_eq!(status == 200, item_alone, "{path} {kind}: {status}");
            assert!(matches!(status, 200 | 400 | 422), "{path} {kind}: {status}");
            let (_, most) = server.memory();
            assert!(most < idle + 64 * 1024, "{path} {kind}: {most} KiB, {idle} when idle");
            // Within a second in the release, on a machine that does nothing else.
            assert!(began.elapsed().as_secs() < 30, "{path} {kind}: {:?}", began.elapsed());
        }
    }
}

#[on_both]
async fn others_are_answered_while_a_large_body_is_checked(app: TestApp) {
    let names = bulk_names("students", "days");
    let (_, body) = kinds(&names, BULK_LIMIT)
        .into_iter()
        .find(|(kind, _)| *kind == "items within with wrong members")
        .unwrap();
    let done = std::cell::Cell::new(false);
    let hostile = async {
        refused(&send(&app, "sms-client", Method::POST, "/v1/attendance", body).await, "hostile");
        done.set(true);
    };
    let others = async {
        let mut meanwhile = 0;
        // It has not begun before it was polled once.
        tokio::task::yield_now().await;
        for _ in 0..20 {
            app.as_("workflow-lead").get("/v1/schools?limit=1").await.expect(200);
            meanwhile += u32::from(!done.get());
        }
        meanwhile
    };
    let ((), meanwhile) = tokio::join!(hostile, others);
    assert!(meanwhile > 0, "nobody was answered before the hostile body");
}

#[on_both]
async fn of_many_faults_the_first_500_are_told_and_that_there_are_more(app: TestApp) {
    let register = app.as_("enrolment-register");
    let send = async |key: &str, count: usize, statements: usize| {
        let body = json!({ "count": count, "statements": vec![json!({}); statements] });
        register.post_keyed("/v1/enrolments", key, body).await
    };
    // A count that is none refuses the whole; each statement lacks two members.
    let few = {
        let body = json!({ "count": -1, "statements": vec![json!({}); 249] });
        register.post_keyed("/v1/enrolments", "few", body).await
    };
    few.refused(422, "invalid_body");
    assert_eq!((few.faults().len(), few.json["detail"].as_str().unwrap()), (499, "see `errors`"));
    let many = {
        let body = json!({ "count": -1, "statements": vec![json!({}); 250] });
        register.post_keyed("/v1/enrolments", "many", body).await
    };
    assert_eq!(many.faults().len(), 500);
    assert!(
        many.json["detail"].as_str().unwrap().contains("more than the 500"),
        "{}",
        many.json["detail"]
    );
    let too_many = send("too many", 1001, 1001).await;
    too_many.refused(422, "invalid_body");
    assert_eq!(too_many.json["errors"][0]["code"], "too_many_items");
    // Where every statement is judged by itself, each is told.
    let each = send("each", 1000, 1000).await.expect(200);
    assert_eq!(
        (each.json["faults"].as_array().unwrap().len(), &each.json["moreFaults"]),
        (2000, &json!(0))
    );
}

#[on_both]
async fn a_member_that_is_given_twice_is_refused(app: TestApp) {
    let body = given::referral("Hemi").to_string().replacen('{', "{\"schoolNumber\":\"9101\",", 1);
    let answer =
        send(&app, "office-support", Method::POST, "/v1/referrals", body.into_bytes()).await;
    answer.refused(422, "invalid_body");
    assert_eq!(answer.faults(), ["/schoolNumber repeated"]);
    let body = given::referral("Hemi").to_string().replacen(
        "\"birthDate\"",
        "\"birthDate\":\"2010-01-01\",\"birthDate\"",
        1,
    );
    let answer =
        send(&app, "office-support", Method::POST, "/v1/referrals", body.into_bytes()).await;
    assert_eq!(answer.faults(), ["/student/birthDate repeated"]);
    assert_eq!(app.count("referral", "1 = 1").await, 0);
}

#[on_both]
async fn a_compressed_body_is_refused_unread(app: TestApp) {
    for coding in ["gzip", "deflate", "br", "gzip, gzip", "x"] {
        let request = TestRequest::post()
            .insert_header(("content-type", "application/json"))
            .insert_header(("content-encoding", coding))
            .set_payload(vec![0x1f_u8, 0x8b, 8, 0]);
        let answer =
            app.as_("office-support").send_as_is(request, Method::POST, "/v1/referrals").await;
        answer.refused(415, "unsupported_media_type");
    }
}
