use std::ffi::OsString;

use expect_test::{expect, expect_file};

use super::{Config, Database, DatabaseLocation, Mode, Trust, Variables, Way, show, table};

/// 32 bytes that no one thought up.
const CURSOR_KEY: &str = "q0kXo2dJ4t0kq0V5n8mWm1oT0b3uQxYyq5rA7vXcJ2E=";

fn variables(pairs: &[(&str, &str)]) -> Variables {
    pairs.iter().map(|(name, value)| (OsString::from(name), OsString::from(value))).collect()
}

/// Settings that production starts with, changed by these.
fn production(changes: &[(&str, &str)]) -> Variables {
    let issuers = r#"[{"issuer":"https://login.example.nz","audience":"ascms","jwks":"https://login.example.nz/jwks"}]"#;
    let mut pairs = vec![
        ("DATABASE_URL", "postgres://ascms:correct-horse@db.example.nz/ascms?sslmode=verify-full"),
        ("ASCMS_PUBLIC_URL", "https://api.example.nz/"),
        ("ASCMS_ISSUERS", issuers),
        ("ASCMS_CURSOR_KEY", CURSOR_KEY),
    ];
    pairs.retain(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
    pairs.extend(changes);
    variables(&pairs)
}

fn faults(mode: Mode, variables: Variables) -> String {
    Config::read(mode, variables).err().map(|faults| faults.to_string()).unwrap_or_default()
}

/// What is said about one setting that was changed to this.
fn said(name: &str, value: &str) -> String {
    let faults = faults(Mode::Production, production(&[(name, value)]));
    faults.trim_start_matches("the settings cannot be used:").trim().to_owned()
}

#[test]
fn production_starts_with_four_settings() {
    let config = Config::read(Mode::Production, production(&[])).unwrap();
    assert_eq!(config.public_url, "https://api.example.nz");
    assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(config.database.connections, 8);
    assert!(config.cors_origins.is_empty());
    assert!(matches!(config.trust, Trust::Production { issuers, .. } if issuers.len() == 1));
}

#[test]
fn the_sandbox_starts_with_none() {
    let config = Config::read(Mode::Sandbox, Vec::new()).unwrap();
    assert_eq!(config.public_url, "http://127.0.0.1:8080");
    assert!(matches!(config.database.place, DatabaseLocation::Sandbox(_)));
    assert!(matches!(config.trust, Trust::Sandbox { cursor_key: None, .. }));
}

#[test]
fn everything_that_is_missing_is_named_at_once() {
    expect![[r#"
        the settings cannot be used:
          DATABASE_URL: it is missing. The database: postgres://… or sqlite://FILE. A PostgreSQL that is not on this machine must be reached with sslmode=require, verify-ca or verify-full, and a password must not be a well-known one. It may have several hosts, separated by commas: each new connection goes to one that takes writes.
          ASCMS_PUBLIC_URL: it is missing. The address that clients use, as it stands in links and in the API's document. https, unless it is this machine.
          ASCMS_ISSUERS: it is missing. Whose access tokens are accepted: a JSON array of {issuer, audience, jwks}. jwks is an https address or a file with the issuer's public keys.
          ASCMS_CURSOR_KEY: it is missing. Signs the cursors of lists: at least 32 random bytes in base64, the same on every node. Make one with `openssl rand -base64 32`."#]]
    .assert_eq(&faults(Mode::Production, Vec::new()));
}

#[test]
fn everything_that_is_wrong_is_named_at_once() {
    let wrong = production(&[
        ("ASCMS_LISTEN", "everywhere"),
        ("ASCMS_ADMIN_LISTEN", "9090"),
        ("ASCMS_PUBLIC_URL", "http://api.example.nz"),
        ("ASCMS_WORKERS", "0"),
        ("ASCMS_SHUTDOWN_SECONDS", "soon"),
        ("ASCMS_LOG", "ascms=loud"),
        ("ASCMS_LOG_FORMAT", "xml"),
        ("ASCMS_CORS_ORIGINS", "*, https://a.example.nz/page, ftp://b.example.nz"),
        ("ASCMS_REQUEST_PER_MINUTE", "10"),
        ("ASCMS_TYPO", "1"),
        ("ASCMS_SANDBOX_DIR", "/tmp"),
    ]);
    expect![[r#"
        the settings cannot be used:
          ASCMS_REQUEST_PER_MINUTE: there is no such setting; did you mean ASCMS_REQUESTS_PER_MINUTE?
          ASCMS_TYPO: there is no such setting
          ASCMS_SANDBOX_DIR: it is for the sandbox only
          ASCMS_LISTEN: it must be an IP address and a port, such as 127.0.0.1:8080
          ASCMS_ADMIN_LISTEN: it must be an IP address and a port, such as 127.0.0.1:8080
          ASCMS_PUBLIC_URL: it must begin with https://
          ASCMS_CORS_ORIGINS: *: every page there is would be let in; name the origins
          ASCMS_CORS_ORIGINS: https://a.example.nz/page: an origin ends with the host or the port: https://a.example.nz
          ASCMS_CORS_ORIGINS: ftp://b.example.nz: it must begin with https://
          ASCMS_WORKERS: it must be a whole number from 1 to 256
          ASCMS_SHUTDOWN_SECONDS: it must be a whole number from 1 to 600
          ASCMS_LOG: it is no filter: error parsing level filter: expected one of "off", "error", "warn", "info", "debug", "trace", or a number 0-5
          ASCMS_LOG_FORMAT: it must be json or text"#]]
    .assert_eq(&faults(Mode::Production, wrong));
}

#[test]
fn a_weak_cursor_key_is_refused_and_never_repeated() {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    let encoded = |bytes: &[u8]| STANDARD.encode(bytes);
    let counting: Vec<u8> = (0..64).collect();
    let repeated: Vec<u8> = (0..64).map(|n: u8| n.wrapping_mul(37) % 32).collect();
    for (key, words) in [
        ("changeme".to_owned(), "it has 6 bytes and needs 32"),
        ("not base64!".to_owned(), "it is not base64"),
        (encoded(&[7; 31]), "it has 31 bytes and needs 32"),
        (encoded(&[0; 32]), "it is not random"),
        (encoded(&counting), "it is not random"),
        (encoded(&repeated), "it is not random"),
        (encoded(b"correct horse battery staple, and then some"), "it is not random"),
    ] {
        let said = said("ASCMS_CURSOR_KEY", &key);
        assert!(said.contains(words), "{key}: {said}");
        assert!(!said.contains(&key), "{said}");
    }
    let url_safe = CURSOR_KEY.replace('=', "");
    assert_eq!(said("ASCMS_CURSOR_KEY", &url_safe), "");
}

#[test]
fn a_weak_database_is_refused_and_its_password_never_repeated() {
    for (url, words) in [
        ("mysql://db/ascms", "must begin with postgres:// or sqlite://"),
        ("postgres://ascms:postgres@localhost/ascms", "easy to guess"),
        ("postgres://administrator:Administrator@localhost/ascms", "easy to guess"),
        ("postgres://ascms:s3cr3t@localhost/ascms", "easy to guess"),
        ("postgres://ascms:correct-horse@db/ascms", "in the clear"),
        ("postgres://ascms:correct-horse@db/ascms?sslmode=prefer", "in the clear"),
        ("postgres://ascms:correct-horse@localhost/ascms?host=db", "in the clear"),
        ("sqlite::memory:", "in memory"),
        ("sqlite://x?mode=memory", "in memory"),
    ] {
        let said = said("DATABASE_URL", url);
        assert!(said.contains(words), "{url}: {said}");
        for secret in ["s3cr3t", "correct-horse", "Administrator"] {
            assert!(!said.contains(secret), "{said}");
        }
    }
    for url in [
        "postgres://ascms@127.0.0.1/ascms",
        "postgres://ascms:correct-horse@[::1]:5433/ascms",
        "postgres:///ascms?host=/var/run/postgresql",
        "postgres://ascms:correct-horse@db/ascms?sslmode=require",
        "sqlite:///var/lib/ascms/ascms.db",
    ] {
        assert_eq!(said("DATABASE_URL", url), "", "{url}");
    }
}

#[test]
fn messages_go_nowhere_until_a_way_is_set() {
    let read = |changes: &[(&str, &str)]| Config::read(Mode::Production, production(changes));
    assert!(read(&[]).unwrap().mail.is_none());
    let from = ("ASCMS_MAIL_FROM", "no-reply@example.nz");
    let smtp = [("ASCMS_MAIL", "smtp"), ("ASCMS_MAIL_URL", "smtps://mail.example.nz"), from];
    assert!(matches!(read(&smtp).unwrap().mail.unwrap().way, Way::Smtp { credentials: None, .. }));
    let sandbox = Config::read(Mode::Sandbox, Vec::new()).unwrap().mail.unwrap();
    assert!(matches!(sandbox.way, Way::File(folder) if folder.ends_with("sandbox/mail")));
}

#[test]
fn what_messages_need_is_asked_for() {
    let said = |changes: &[(&str, &str)]| faults(Mode::Production, production(changes));
    let smtp = said(&[("ASCMS_MAIL", "smtp"), ("ASCMS_MAIL_USER", "ascms")]);
    for name in ["ASCMS_MAIL_URL", "ASCMS_MAIL_FROM", "ASCMS_MAIL_PASSWORD"] {
        assert!(smtp.contains(&format!("{name}: it is needed")), "{smtp}");
    }
    let file = said(&[("ASCMS_MAIL", "file")]);
    assert!(file.contains("ASCMS_MAIL_DIR: it is needed"), "{file}");
    assert!(said(&[("ASCMS_MAIL", "pigeon")]).contains("off, smtp or file"));
    assert!(said(&[("ASCMS_MAIL_FROM", "somebody")]).contains("an e-mail address"));
}

#[test]
fn a_mail_server_is_not_spoken_to_in_the_clear() {
    for (url, words) in [
        ("smtp://mail.example.nz", "in the clear"),
        ("smtp://mail.example.nz?tls=opportunistic", "in the clear"),
        ("smtps://ascms:s3cr3t@mail.example.nz", "settings of their own"),
        ("https://mail.example.nz", "smtps:// or smtp://"),
        ("mail.example.nz", "no address"),
    ] {
        let said = said("ASCMS_MAIL_URL", url);
        assert!(said.contains(words) && !said.contains("s3cr3t"), "{url}: {said}");
    }
    for url in ["smtp://127.0.0.1:1025", "smtp://mail.example.nz:587?tls=required"] {
        assert_eq!(said("ASCMS_MAIL_URL", url), "", "{url}");
    }
}

#[test]
fn weak_issuers_are_refused_each_by_its_number() {
    let issuers = r#"[
        {"issuer":"http://login.example.nz","audience":"ascms","jwks":"https://login.example.nz/jwks"},
        {"issuer":"https://a.example.nz","audience":" ","jwks":"http://a.example.nz/jwks"},
        {"issuer":"https://sandbox.ascms.invalid","audience":"ascms","jwks":"sandbox/jwks.json"},
        {"issuer":"https://b.example.nz","audience":"ascms","jwks":"/nowhere/jwks.json"},
        {"issuer":"https://c.example.nz?x","audience":"ascms","jwks":"http://a.example.nz/jwks"},
        {"issuer":"https://d.example.nz","audience":"ascms","jwks":"http://d.example.nz/jwks"}
    ]"#;
    expect![[r#"
        ASCMS_ISSUERS: issuer 1: `issuer` must be an https address
          ASCMS_ISSUERS: issuer 2: `audience` is empty: tokens made for others would be accepted
          ASCMS_ISSUERS: issuer 2: the keys of issuer https://a.example.nz must come over https
          ASCMS_ISSUERS: issuer 3: the sandbox's issuer and audience are never accepted outside the sandbox
          ASCMS_ISSUERS: issuer 3: the keys of issuer https://sandbox.ascms.invalid cannot be used: the file cannot be read: No such file or directory (os error 2)
          ASCMS_ISSUERS: issuer 4: the keys of issuer https://b.example.nz cannot be used: the file cannot be read: No such file or directory (os error 2)
          ASCMS_ISSUERS: issuer 5: `issuer` must have no query and no fragment
          ASCMS_ISSUERS: issuer 5: the keys of issuer https://c.example.nz?x must come over https
          ASCMS_ISSUERS: issuer 6: the keys of issuer https://d.example.nz must come over https"#]]
    .assert_eq(&said("ASCMS_ISSUERS", issuers));
    assert!(said("ASCMS_ISSUERS", "[]").contains("nobody could sign in"));
    let all = said("ASCMS_ISSUERS", r#"[{"isuer":"x","audience":1},{"issuer":"x"}]"#);
    for fault in [
        "issuer 1: missing field `issuer`",
        "issuer 1: `audience` must be a text",
        "issuer 1: missing field `jwks`",
        "issuer 1: unknown field `isuer`",
        "issuer 2: missing field `audience`",
        "issuer 2: missing field `jwks`",
    ] {
        assert!(all.contains(fault), "{fault}: {all}");
    }
}

#[test]
fn the_sandbox_takes_no_issuer_from_outside() {
    let given = variables(&[("ASCMS_ISSUERS", "[]")]);
    assert!(faults(Mode::Sandbox, given).contains("takes no other"));
}

#[test]
fn an_empty_value_is_none_and_the_two_ports_differ() {
    assert!(said("ASCMS_CURSOR_KEY", " ").contains("it is missing"));
    assert_eq!(said("ASCMS_WORKERS", ""), "");
    assert!(said("ASCMS_ADMIN_LISTEN", "127.0.0.1:8080").contains("must not be the address"));
}

#[test]
fn migrating_needs_the_database_alone() {
    let (database, _) =
        Database::read(Mode::Production, variables(&[("DATABASE_URL", "sqlite://x.db")])).unwrap();
    assert!(matches!(database.place, DatabaseLocation::Url(_)));
    let error = Database::read(Mode::Production, Vec::new()).unwrap_err().to_string();
    assert!(error.contains("DATABASE_URL") && !error.contains("ASCMS_ISSUERS"), "{error}");
}

#[test]
fn every_setting_of_the_table_is_read() {
    let (_, shown) = Config::read_shown(Mode::Production, Vec::new());
    let mut read: Vec<&str> = shown.iter().map(|shown| shown.setting.name).collect();
    let mut known: Vec<&str> = table::ALL.iter().map(|setting| setting.name).collect();
    read.sort_unstable();
    known.sort_unstable();
    assert_eq!(read, known);
}

#[test]
fn the_settings_in_force_are_shown_without_secrets() {
    let (_, shown) = Config::read_shown(Mode::Production, production(&[("ASCMS_WORKERS", "4")]));
    expect![[r#"
        DATABASE_URL=postgres://ascms:hidden@db.example.nz/ascms
        # ASCMS_DATABASE_APPLICATION_ROLE is not set: `migrate` gives nobody rights
        ASCMS_DATABASE_ONE_ROLE=refuse  # default
        ASCMS_DATABASE_CONNECTIONS=8  # default
        ASCMS_DATABASE_STATEMENT_SECONDS=2  # default
        ASCMS_DATABASE_COMMIT_SECONDS=5  # default
        ASCMS_LISTEN=127.0.0.1:8080  # default
        ASCMS_ADMIN_LISTEN=127.0.0.1:9090  # default
        ASCMS_PUBLIC_URL=https://api.example.nz/
        ASCMS_ISSUERS=[{"issuer":"https://login.example.nz","audience":"ascms","jwks":"https://login.example.nz/jwks"}]
        # ASCMS_MFA_ACR_VALUES is not set: only `amr` counts
        ASCMS_CURSOR_KEY=(hidden)
        # ASCMS_CORS_ORIGINS is not set: no page may
        ASCMS_HSTS_SECONDS=0  # default
        ASCMS_REQUESTS_PER_MINUTE=1200  # default
        ASCMS_CALLS_AT_ONCE=4  # default
        ASCMS_GUESSES_PER_HOUR=60  # default
        ASCMS_WORKERS=4
        ASCMS_LAME_DUCK_SECONDS=5  # default
        ASCMS_SHUTDOWN_SECONDS=30  # default
        ASCMS_MAIL=off  # default
        # ASCMS_MAIL_URL is not set: needed for `smtp`
        # ASCMS_MAIL_FROM is not set: needed for `smtp` and `file`
        # ASCMS_MAIL_USER is not set: nobody does
        # ASCMS_MAIL_PASSWORD is not set: nobody signs in
        # ASCMS_MAIL_DIR is not set: needed for `file`
        ASCMS_DOCUMENT_DIR=./documents  # default
        # ASCMS_DOCUMENT_BUCKET is not set: ASCMS_DOCUMENT_DIR
        # ASCMS_S3_ENDPOINT is not set: Amazon's own, for the region
        ASCMS_S3_REGION=ap-southeast-6  # default
        # ASCMS_S3_ACCESS_KEY_ID is not set: the role of the machine that it runs on
        # ASCMS_S3_SECRET_ACCESS_KEY is not set: the role of the machine that it runs on
        # ASCMS_DOCUMENT_SCANNER is not set: uploads are taken and stay in quarantine, where nobody can read them
        ASCMS_DOCUMENT_MAX_BYTES=20971520  # default
        ASCMS_DOCUMENT_TYPES=pdf,png,jpeg,heic,docx,xlsx,pptx,odt,ods,txt,csv  # default
        ASCMS_DOCUMENT_GRACE_DAYS=14  # default
        ASCMS_CLOCK_TOLERANCE_SECONDS=30  # default
        ASCMS_PUBLISH_THRESHOLD=6  # default
        ASCMS_PUBLISH_BASE=3  # default
        ASCMS_LOG=info  # default
        ASCMS_LOG_FORMAT=json  # default
    "#]]
    .assert_eq(&show::effective(Mode::Production, &shown));
}

#[test]
fn the_settings_in_force_in_the_sandbox_are_shown() {
    let (_, shown) = Config::read_shown(Mode::Sandbox, Vec::new());
    expect![[r#"
        # DATABASE_URL is not set: a SQLite file in ASCMS_SANDBOX_DIR
        # ASCMS_DATABASE_APPLICATION_ROLE is not set: `migrate` gives nobody rights
        ASCMS_DATABASE_ONE_ROLE=allow  # default
        ASCMS_DATABASE_CONNECTIONS=8  # default
        ASCMS_DATABASE_STATEMENT_SECONDS=2  # default
        ASCMS_DATABASE_COMMIT_SECONDS=5  # default
        ASCMS_LISTEN=127.0.0.1:8080  # default
        ASCMS_ADMIN_LISTEN=127.0.0.1:9090  # default
        # ASCMS_PUBLIC_URL is not set: http:// and ASCMS_LISTEN
        # ASCMS_MFA_ACR_VALUES is not set: only `amr` counts
        # ASCMS_CURSOR_KEY is not set: made at the first start, kept in ASCMS_SANDBOX_DIR
        ASCMS_CORS_ORIGINS=http://localhost:3000,http://localhost:5173  # default
        ASCMS_HSTS_SECONDS=0  # default
        ASCMS_REQUESTS_PER_MINUTE=60000  # default
        ASCMS_CALLS_AT_ONCE=64  # default
        ASCMS_GUESSES_PER_HOUR=600  # default
        # ASCMS_WORKERS is not set: one for each core
        ASCMS_LAME_DUCK_SECONDS=0  # default
        ASCMS_SHUTDOWN_SECONDS=30  # default
        ASCMS_MAIL=file  # default
        # ASCMS_MAIL_URL is not set: needed for `smtp`
        ASCMS_MAIL_FROM=no-reply@sandbox.ascms.invalid  # default
        # ASCMS_MAIL_USER is not set: nobody does
        # ASCMS_MAIL_PASSWORD is not set: nobody signs in
        # ASCMS_MAIL_DIR is not set: the folder mail in ASCMS_SANDBOX_DIR
        # ASCMS_DOCUMENT_DIR is not set: `documents` in ASCMS_SANDBOX_DIR
        # ASCMS_DOCUMENT_BUCKET is not set: ASCMS_DOCUMENT_DIR
        # ASCMS_S3_ENDPOINT is not set: Amazon's own, for the region
        ASCMS_S3_REGION=ap-southeast-6  # default
        # ASCMS_S3_ACCESS_KEY_ID is not set: the role of the machine that it runs on
        # ASCMS_S3_SECRET_ACCESS_KEY is not set: the role of the machine that it runs on
        ASCMS_DOCUMENT_SCANNER=fake-pass  # default
        ASCMS_DOCUMENT_MAX_BYTES=20971520  # default
        ASCMS_DOCUMENT_TYPES=pdf,png,jpeg,heic,docx,xlsx,pptx,odt,ods,txt,csv  # default
        ASCMS_DOCUMENT_GRACE_DAYS=14  # default
        ASCMS_CLOCK_TOLERANCE_SECONDS=30  # default
        ASCMS_PUBLISH_THRESHOLD=6  # default
        ASCMS_PUBLISH_BASE=3  # default
        ASCMS_LOG=info,ascms_persistence::store::migrate=warn  # default
        ASCMS_LOG_FORMAT=text  # default
        ASCMS_SANDBOX_DIR=./sandbox  # default
    "#]]
    .assert_eq(&show::effective(Mode::Sandbox, &shown));
}

#[test]
fn the_sample_and_the_page_agree_with_the_table() {
    expect_file!["../../../../.env.sample"].assert_eq(&show::sample());
    expect_file!["../../../../docs/settings.md"].assert_eq(&show::page());
}

#[test]
fn the_sample_as_it_is_starts_nothing() {
    let lines = show::sample();
    let pairs: Vec<(&str, &str)> = lines
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('='))
        .collect();
    assert_eq!(pairs.len(), 4);
    assert_eq!(faults(Mode::Production, variables(&pairs)).lines().count(), 5);
}

#[test]
fn each_of_several_hosts_is_judged() {
    let address = |hosts: &str, query: &str| {
        said("DATABASE_URL", &format!("postgres://ascms:correct-horse@{hosts}/ascms?{query}"))
    };
    let good = "sslmode=verify-full&target_session_attrs=read-write";
    assert_eq!(address("db1.example.nz:5432,db2.example.nz:5433", good), "");
    assert_eq!(address("localhost:5432,127.0.0.1:5433", "target_session_attrs=read-write"), "");
    // One that is across the network is enough, and what is wrong with several is said once.
    for hosts in ["localhost,db2.example.nz", "db1.example.nz,db2.example.nz,db3.example.nz"] {
        let said = address(hosts, "sslmode=prefer");
        assert_eq!(said.matches("crosses the network in the clear").count(), 1, "{said}");
    }
    for (hosts, query, words) in [
        ("db1.example.nz,,db2.example.nz", good, "one of its hosts has no name"),
        ("db1.example.nz,db2.example.nz", "target_session_attrs=standby", "target_session_attrs"),
        ("db1.example.nz,db2.example.nz:port", good, "it is no address"),
    ] {
        let said = address(hosts, query);
        assert!(said.contains(words), "{said}");
        assert!(!said.contains("correct-horse"), "{said}");
    }
}
