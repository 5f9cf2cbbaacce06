use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use ascms_domain::access::{Action, Role};
use ascms_http::sandbox::{Persona, Sandbox as _};
use ascms_http::tokens::{IssuerSettings, JwksSource, TokenVerifier};
use chrono::{DateTime, Utc};
use expect_test::expect;
use secrecy::ExposeSecret;
use uuid::Uuid;

use super::keys::{self, SandboxKeys};
use super::welcome::Reached;
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
    let personas: Vec<Persona> = keys.personas();
    assert_eq!(personas.len(), Role::ALL.len() + 3);
    for persona in personas {
        let token = keys.token(&persona, now()).unwrap();
        let claims = verifier.verify(&token, now()).await.unwrap();
        let name = &persona.name;
        let machine = name.ends_with("-client") || name == "enrolment-register";
        assert_eq!(&claims.subject, name);
        assert_eq!(claims.client_id.is_some(), machine);
        assert_eq!(claims.amr.is_empty(), machine);
        assert_eq!(claims.auth_time.is_none(), machine);
        assert_eq!(claims.scope.len(), Action::ALL.len());
        assert_eq!(personas::parse(name), Ok(persona));
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
fn a_newcomer_reads_few_lines_and_no_token() {
    let reached = Reached {
        public_url: "http://127.0.0.1:8080",
        program: "target/debug/ascms",
        directory: None,
    };
    let greeting = welcome::greeting(reached, now());
    expect![[r#"
        AS-CMS sandbox: http://127.0.0.1:8080
        Documentation, with try-it: http://127.0.0.1:8080/docs

        Personas (those in -2 are of a second provider, or a second person of the Ministry):
          ministry-admin, ministry-admin-2  runs the service for the Ministry: rules, calendars, publications
          ministry-analyst                  reads the numbers of the nation
          privacy-officer                   looks up who has read which records
          auditor                           checks numbers, closures, and who has read which records
          workflow-lead, workflow-lead-2    leads a provider's team: decides referrals, assigns cases
          case-manager, case-manager-2      works on the cases that a provider's lead assigns to them
          attendance-lead                   leads attendance at a school: refers students, follows cases
          primary-contact                   a school's contact for the students of some cases
          office-support                    sends referrals and attendance from a school's office
          sms-client                        a machine: the management system of some schools
          reporting-client                  a machine: reads the published numbers
          enrolment-register                a machine: the Ministry's register of enrolments

        A token, good for 12 hours, and three calls to try, in a second terminal:
        TOKEN=$(target/debug/ascms token --persona workflow-lead)
        curl -sS -H "Authorization: Bearer $TOKEN" 'http://127.0.0.1:8080/v1/work-list?queue=new_to_me&limit=2'
        curl -sS -H "Authorization: Bearer $TOKEN" 'http://127.0.0.1:8080/v1/cases?limit=2'
        curl -sS -H "Authorization: Bearer $TOKEN" 'http://127.0.0.1:8080/v1/measures?level=provider&from=2026-01-01&to=2026-05-05'"#]]
    .assert_eq(&greeting);
    // With the lines of make, of cargo and of the log a start has 25 at most.
    assert!(greeting.lines().count() <= 22);
    for persona in personas::all() {
        assert!(greeting.contains(&persona.name), "{}", persona.name);
    }
}

#[test]
fn a_sandbox_elsewhere_is_named_for_the_shell() {
    let elsewhere = Path::new("/tmp/Tui's sandbox");
    let reached = Reached {
        public_url: "http://127.0.0.1:8080",
        program: "/opt/as cms/ascms",
        directory: Some(elsewhere),
    };
    let greeting = welcome::greeting(reached, now());
    let line = r"TOKEN=$(ASCMS_SANDBOX_DIR='/tmp/Tui'\''s sandbox' '/opt/as cms/ascms' token --persona workflow-lead)";
    assert!(greeting.lines().any(|found| found == line), "{greeting}");
}

#[test]
fn the_documents_examples_are_of_the_same_school() {
    let document = ascms_http::document();
    let school = document.pointer("/paths/~1v1~1schools~1{number}/get/parameters/0/example");
    assert_eq!(school.unwrap(), SCHOOL_NUMBER);
}
