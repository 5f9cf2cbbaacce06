use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use ascms_domain::access::{Action, Role};
use ascms_http::tokens::{IssuerSettings, JwksSource, TokenVerifier};
use chrono::{DateTime, Utc};
use expect_test::expect;
use secrecy::ExposeSecret;
use uuid::Uuid;

use super::keys::{self, SandboxKeys};
use super::{AUDIENCE, ISSUER, SCHOOL_NUMBER, personas, welcome};

fn now() -> DateTime<Utc> {
    "2026-05-04T21:30:00Z".parse().unwrap()
}

/// A directory that does not exist yet.
fn directory() -> PathBuf {
    std::env::temp_dir().join(format!("ascms-sandbox-{}", Uuid::now_v7()))
}

#[actix_web::test]
async fn each_persona_gets_a_token_that_the_sandbox_accepts() {
    let directory = directory();
    let keys = SandboxKeys::open_or_make(&directory).unwrap();
    let verifier = TokenVerifier::new(vec![IssuerSettings {
        issuer: ISSUER.to_owned(),
        audience: AUDIENCE.to_owned(),
        jwks: JwksSource::File(directory.join("jwks.json")),
    }])
    .unwrap();
    let personas: Vec<(String, Role)> = personas::all().collect();
    assert_eq!(personas.len(), Role::ALL.len() + 2);
    for (name, role) in personas {
        let token = personas::token(&keys, &name, role, now()).unwrap();
        let claims = verifier.verify(&token, now()).await.unwrap();
        let machine = name.ends_with("-client") || name == "enrolment-register";
        assert_eq!(claims.subject, name);
        assert_eq!(claims.client_id.is_some(), machine);
        assert_eq!(claims.amr.is_empty(), machine);
        assert_eq!(claims.auth_time.is_none(), machine);
        assert_eq!(claims.scope.len(), Action::ALL.len());
        assert_eq!(personas::role(&name), Some(role));
    }
    std::fs::remove_dir_all(directory).unwrap();
}

#[test]
fn keys_are_made_once_and_only_their_owner_reads_them() {
    let directory = directory();
    assert!(SandboxKeys::open(&directory).is_err());
    let made = SandboxKeys::open_or_make(&directory).unwrap();
    let cursor_key = keys::cursor_key(&directory).unwrap();
    assert_eq!(SandboxKeys::open_or_make(&directory).unwrap().id, made.id);
    assert_eq!(SandboxKeys::open(&directory).unwrap().id, made.id);
    let again = keys::cursor_key(&directory).unwrap();
    assert_eq!(again.expose_secret(), cursor_key.expose_secret());
    assert_eq!(again.expose_secret().len(), 32);
    for (file, mode) in [("", 0o700), ("signing-key.pem", 0o600), ("cursor-key", 0o600)] {
        let found = std::fs::metadata(directory.join(file)).unwrap().permissions().mode();
        assert_eq!(found & 0o777, mode, "{file}");
    }
    std::fs::remove_dir_all(directory).unwrap();
}

#[test]
fn the_first_calls_are_lines_to_copy() {
    let calls = welcome::first_calls(now(), "http://127.0.0.1:8080").join("\n");
    expect![[r#"
        curl -sS -H "Authorization: Bearer $TOKEN" 'http://127.0.0.1:8080/v1/schools?limit=2'
        curl -sS -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' http://127.0.0.1:8080/v1/referrals -d '{"schoolNumber":"9001","student":{"birthDate":"2014-05-06","legalFamilyName":"Example","legalGivenNames":"Tui"},"supportRequest":{"kind":"non_enrolment","nonEnrolment":{"sender":"school"},"reason":"Left our roll and has not started anywhere else.","schoolResponse":{"attendanceManagementPlan":false,"individualPlanTried":false}}}'
        curl -sS -H "Authorization: Bearer $TOKEN" 'http://127.0.0.1:8080/v1/measures?level=school&from=2026-01-01&to=2026-05-05'"#]]
    .assert_eq(&calls);
}

#[test]
fn the_documents_examples_are_of_the_same_school() {
    let document = ascms_http::document();
    let school = document.pointer("/paths/~1v1~1schools~1{number}/get/parameters/0/example");
    assert_eq!(school.unwrap(), SCHOOL_NUMBER);
}
