//! Every setting there is. The parser, `.env.sample`, `docs/settings.md` and `ascms config` all
//! come from here; a test holds that the parser reads each of them.

mod documents;
mod setting;

pub use documents::{
    DOCUMENT_BUCKET, DOCUMENT_DIR, DOCUMENT_GRACE_DAYS, DOCUMENT_MAX_BYTES, DOCUMENT_SCANNER,
    DOCUMENT_TYPES, S3_ACCESS_KEY_ID, S3_ENDPOINT, S3_REGION, S3_SECRET_ACCESS_KEY,
};
use setting::ORDINARY;
pub use setting::{Setting, When};

pub const DATABASE_URL: Setting = Setting {
    name: "DATABASE_URL",
    meaning: "The database: postgres://… or sqlite://FILE. A PostgreSQL that is not on this \
              machine must be reached with sslmode=require, verify-ca or verify-full, and a \
              password must not be a well-known one. It may have several hosts, separated by \
              commas: each new connection goes to one that takes writes.",
    sandbox: When::Otherwise("a SQLite file in ASCMS_SANDBOX_DIR"),
    example: "postgres://ascms:PASSWORD@db.example.nz/ascms?sslmode=verify-full",
    secret: true,
    ..ORDINARY
};

pub const DATABASE_APPLICATION_ROLE: Setting = Setting {
    name: "ASCMS_DATABASE_APPLICATION_ROLE",
    meaning: "The role on PostgreSQL that `serve` works with. `ascms migrate`, which is run as the \
              role that owns the tables, gives it its rights.",
    production: When::Otherwise("`migrate` gives nobody rights"),
    sandbox: When::Otherwise("`migrate` gives nobody rights"),
    example: "ascms_app",
    ..ORDINARY
};

pub const DATABASE_ONE_ROLE: Setting = Setting {
    name: "ASCMS_DATABASE_ONE_ROLE",
    meaning: "Whether `serve` starts with a role that owns the tables on PostgreSQL, or may do \
              else what the application does not: `refuse`, or `allow` for a small trial. Such a \
              role can rewrite the audit trail.",
    production: When::Default("refuse"),
    sandbox: When::Default("allow"),
    ..ORDINARY
};

pub const DATABASE_CONNECTIONS: Setting = Setting {
    name: "ASCMS_DATABASE_CONNECTIONS",
    meaning: "How many connections to the database may be open. About four a core of this \
              server: more moves the queue into the database, where it costs more.",
    production: When::Default("8"),
    sandbox: When::Default("8"),
    ..ORDINARY
};

pub const DATABASE_STATEMENT_SECONDS: Setting = Setting {
    name: "ASCMS_DATABASE_STATEMENT_SECONDS",
    meaning: "How long a statement may take on PostgreSQL. One that is not answered a second \
              after that is given up together with its connection.",
    production: When::Default("2"),
    sandbox: When::Default("2"),
    ..ORDINARY
};

pub const DATABASE_COMMIT_SECONDS: Setting = Setting {
    name: "ASCMS_DATABASE_COMMIT_SECONDS",
    meaning: "How long a commit may take on PostgreSQL, the answer of a synchronous standby \
              included. A call that waited longer is told that its outcome is unknown.",
    production: When::Default("5"),
    sandbox: When::Default("5"),
    ..ORDINARY
};

pub const LISTEN: Setting = Setting {
    name: "ASCMS_LISTEN",
    meaning: "Address and port of the API. TLS is ended in front of it.",
    production: When::Default("127.0.0.1:8080"),
    sandbox: When::Default("127.0.0.1:8080"),
    ..ORDINARY
};

pub const ADMIN_LISTEN: Setting = Setting {
    name: "ASCMS_ADMIN_LISTEN",
    meaning: "Address and port of /metrics, /healthz, /readyz and /version. Nobody is asked for \
              a token there: keep it on an inner network.",
    production: When::Default("127.0.0.1:9090"),
    sandbox: When::Default("127.0.0.1:9090"),
    ..ORDINARY
};

pub const PUBLIC_URL: Setting = Setting {
    name: "ASCMS_PUBLIC_URL",
    meaning: "The address that clients use, as it stands in links and in the API's document. \
              https, unless it is this machine.",
    sandbox: When::Otherwise("http:// and ASCMS_LISTEN"),
    example: "https://api.attendance.example.nz",
    ..ORDINARY
};

pub const ISSUERS: Setting = Setting {
    name: "ASCMS_ISSUERS",
    meaning: "Whose access tokens are accepted: a JSON array of {issuer, audience, jwks}. jwks is \
              an https address or a file with the issuer's public keys.",
    sandbox: When::Refused,
    example: r#"[{"issuer":"https://login.example.nz","audience":"ascms","jwks":"https://login.example.nz/jwks"}]"#,
    ..ORDINARY
};

pub const MFA_ACR_VALUES: Setting = Setting {
    name: "ASCMS_MFA_ACR_VALUES",
    meaning: "The values of `acr` that prove a multi-factor sign-in, separated by commas. An \
              `amr` that holds `mfa` proves it without them.",
    production: When::Otherwise("only `amr` counts"),
    sandbox: When::Otherwise("only `amr` counts"),
    example: "urn:example:loa:3,urn:example:loa:4",
    ..ORDINARY
};

pub const CURSOR_KEY: Setting = Setting {
    name: "ASCMS_CURSOR_KEY",
    meaning: "Signs the cursors of lists: at least 32 random bytes in base64, the same on every \
              node. Make one with `openssl rand -base64 32`.",
    sandbox: When::Otherwise("made at the first start, kept in ASCMS_SANDBOX_DIR"),
    secret: true,
    ..ORDINARY
};

pub const CORS_ORIGINS: Setting = Setting {
    name: "ASCMS_CORS_ORIGINS",
    meaning: "The origins whose pages may call the API from a browser, separated by commas.",
    production: When::Otherwise("no page may"),
    sandbox: When::Default("http://localhost:3000,http://localhost:5173"),
    example: "https://attendance.example.nz",
    ..ORDINARY
};

pub const HSTS_SECONDS: Setting = Setting {
    name: "ASCMS_HSTS_SECONDS",
    meaning: "How long browsers may reach this address by TLS alone once they did (HSTS), in \
              seconds; 0 says nothing. Set it, for example to 31536000, once TLS works for good.",
    production: When::Default("0"),
    sandbox: When::Default("0"),
    ..ORDINARY
};

pub const REQUESTS_PER_MINUTE: Setting = Setting {
    name: "ASCMS_REQUESTS_PER_MINUTE",
    meaning: "How many calls a minute one credential may make before it is asked to wait (429).",
    production: When::Default("1200"),
    sandbox: When::Default("60000"),
    ..ORDINARY
};

pub const CALLS_AT_ONCE: Setting = Setting {
    name: "ASCMS_CALLS_AT_ONCE",
    meaning: "How many calls of one credential run at once, on each server. Twice as many wait for \
              up to 5 seconds, others are refused (429). Half of ASCMS_DATABASE_CONNECTIONS: one \
              caller never has all of them.",
    production: When::Default("4"),
    sandbox: When::Default("64"),
    ..ORDINARY
};

pub const GUESSES_PER_HOUR: Setting = Setting {
    name: "ASCMS_GUESSES_PER_HOUR",
    meaning: "How often one credential may try in an hour whether a student is known of whom it may \
              not know, on each server: by number, names and birth date that do not agree, or by \
              calls that only validate. Then calls that look students up are asked to wait (429).",
    production: When::Default("60"),
    sandbox: When::Default("600"),
    ..ORDINARY
};

pub const WORKERS: Setting = Setting {
    name: "ASCMS_WORKERS",
    meaning: "How many threads answer calls.",
    production: When::Otherwise("one for each core"),
    sandbox: When::Otherwise("one for each core"),
    example: "4",
    ..ORDINARY
};

pub const LAME_DUCK_SECONDS: Setting = Setting {
    name: "ASCMS_LAME_DUCK_SECONDS",
    meaning: "How long calls are still taken after the signal to stop, while /readyz says 503: as \
              long as whoever sends calls here needs to see it and to send them elsewhere.",
    production: When::Default("5"),
    sandbox: When::Default("0"),
    ..ORDINARY
};

pub const SHUTDOWN_SECONDS: Setting = Setting {
    name: "ASCMS_SHUTDOWN_SECONDS",
    meaning: "How long calls may still take after ASCMS_LAME_DUCK_SECONDS. 10 seconds later the \
              process ends in any case, with exit status 70.",
    production: When::Default("30"),
    sandbox: When::Default("30"),
    ..ORDINARY
};

pub const MAIL: Setting = Setting {
    name: "ASCMS_MAIL",
    meaning: "How people get an e-mail when something on a case of theirs changes: `off`, `smtp` \
              for a mail server, or `file` for a folder that catches every message.",
    production: When::Default("off"),
    sandbox: When::Default("file"),
    ..ORDINARY
};

pub const MAIL_URL: Setting = Setting {
    name: "ASCMS_MAIL_URL",
    meaning: "The mail server, for `smtp`: smtps://HOST, or smtp://HOST:587?tls=required. In the \
              clear only to this machine. Without user name and password.",
    production: When::Otherwise("needed for `smtp`"),
    sandbox: When::Otherwise("needed for `smtp`"),
    example: "smtps://mail.example.nz",
    ..ORDINARY
};

pub const MAIL_FROM: Setting = Setting {
    name: "ASCMS_MAIL_FROM",
    meaning: "The address that messages come from.",
    production: When::Otherwise("needed for `smtp` and `file`"),
    sandbox: When::Default("no-reply@sandbox.ascms.invalid"),
    example: "no-reply@attendance.example.nz",
    ..ORDINARY
};

pub const MAIL_USER: Setting = Setting {
    name: "ASCMS_MAIL_USER",
    meaning: "Who signs in to the mail server. It comes with ASCMS_MAIL_PASSWORD or not at all.",
    production: When::Otherwise("nobody does"),
    sandbox: When::Otherwise("nobody does"),
    example: "ascms",
    ..ORDINARY
};

pub const MAIL_PASSWORD: Setting = Setting {
    name: "ASCMS_MAIL_PASSWORD",
    meaning: "The password of ASCMS_MAIL_USER. It comes with that name or not at all.",
    production: When::Otherwise("nobody signs in"),
    sandbox: When::Otherwise("nobody signs in"),
    secret: true,
    ..ORDINARY
};

pub const MAIL_DIR: Setting = Setting {
    name: "ASCMS_MAIL_DIR",
    meaning: "The folder for `file`; it is made when it is missing.",
    production: When::Otherwise("needed for `file`"),
    sandbox: When::Otherwise("the folder mail in ASCMS_SANDBOX_DIR"),
    example: "/var/lib/ascms/mail",
    ..ORDINARY
};

pub const CLOCK_TOLERANCE_SECONDS: Setting = Setting {
    name: "ASCMS_CLOCK_TOLERANCE_SECONDS",
    meaning: "How many seconds this machine's clock may be apart from the database's, or behind \
              what the database has on record. Beyond, the server does not start, and one that \
              runs is not ready.",
    production: When::Default("30"),
    sandbox: When::Default("30"),
    ..ORDINARY
};

pub const LOG: Setting = Setting {
    name: "ASCMS_LOG",
    meaning: "What to log: a level, or levels by module such as `info,ascms_http=debug`.",
    production: When::Default("info"),
    // A newcomer's first start applies every migration.
    sandbox: When::Default("info,ascms_persistence::store::migrate=warn"),
    ..ORDINARY
};

pub const LOG_FORMAT: Setting = Setting {
    name: "ASCMS_LOG_FORMAT",
    meaning: "`json` for machines, `text` for people.",
    production: When::Default("json"),
    sandbox: When::Default("text"),
    ..ORDINARY
};

/// Where a sandbox is unless another place is named.
pub const DEFAULT_SANDBOX_DIR: &str = "./sandbox";

pub const SANDBOX_DIR: Setting = Setting {
    name: "ASCMS_SANDBOX_DIR",
    meaning: "Where the sandbox keeps its database and its keys.",
    production: When::Refused,
    sandbox: When::Default(DEFAULT_SANDBOX_DIR),
    ..ORDINARY
};

pub const PUBLISH_THRESHOLD: Setting = Setting {
    name: "ASCMS_PUBLISH_THRESHOLD",
    meaning: "Published counts under this are hidden: 5 to 100. What is published already stays \
              as it is.",
    production: When::Default("6"),
    sandbox: When::Default("6"),
    ..ORDINARY
};

pub const PUBLISH_BASE: Setting = Setting {
    name: "ASCMS_PUBLISH_BASE",
    meaning: "Published counts are rounded to multiples of this: 3 to 20. What is published \
              already stays as it is.",
    production: When::Default("3"),
    sandbox: When::Default("3"),
    ..ORDINARY
};

/// In the order in which they are shown.
pub const ALL: &[&Setting] = &[
    &DATABASE_URL,
    &DATABASE_APPLICATION_ROLE,
    &DATABASE_ONE_ROLE,
    &DATABASE_CONNECTIONS,
    &DATABASE_STATEMENT_SECONDS,
    &DATABASE_COMMIT_SECONDS,
    &LISTEN,
    &ADMIN_LISTEN,
    &PUBLIC_URL,
    &ISSUERS,
    &MFA_ACR_VALUES,
    &CURSOR_KEY,
    &CORS_ORIGINS,
    &HSTS_SECONDS,
    &REQUESTS_PER_MINUTE,
    &CALLS_AT_ONCE,
    &GUESSES_PER_HOUR,
    &WORKERS,
    &LAME_DUCK_SECONDS,
    &SHUTDOWN_SECONDS,
    &MAIL,
    &MAIL_URL,
    &MAIL_FROM,
    &MAIL_USER,
    &MAIL_PASSWORD,
    &MAIL_DIR,
    &DOCUMENT_DIR,
    &DOCUMENT_BUCKET,
    &S3_ENDPOINT,
    &S3_REGION,
    &S3_ACCESS_KEY_ID,
    &S3_SECRET_ACCESS_KEY,
    &DOCUMENT_SCANNER,
    &DOCUMENT_MAX_BYTES,
    &DOCUMENT_TYPES,
    &DOCUMENT_GRACE_DAYS,
    &CLOCK_TOLERANCE_SECONDS,
    &PUBLISH_THRESHOLD,
    &PUBLISH_BASE,
    &LOG,
    &LOG_FORMAT,
    &SANDBOX_DIR,
];
