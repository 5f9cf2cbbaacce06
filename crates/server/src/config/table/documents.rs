//! The settings of where documents are, and of what becomes of them.

use super::setting::{ORDINARY, Setting, When};

pub const DOCUMENT_DIR: Setting = Setting {
    name: "ASCMS_DOCUMENT_DIR",
    meaning: "The folder where the content of documents is kept, when it is in no bucket. It \
              belongs to this server alone and to the backups.",
    production: When::Default("./documents"),
    sandbox: When::Otherwise("`documents` in ASCMS_SANDBOX_DIR"),
    ..ORDINARY
};

pub const DOCUMENT_BUCKET: Setting = Setting {
    name: "ASCMS_DOCUMENT_BUCKET",
    meaning: "The bucket that speaks S3 where the content of documents is kept, in place of a \
              folder. Let a rule of the bucket remove unfinished multipart uploads after a day.",
    production: When::Otherwise("ASCMS_DOCUMENT_DIR"),
    sandbox: When::Otherwise("ASCMS_DOCUMENT_DIR"),
    example: "ascms-documents",
    ..ORDINARY
};

pub const S3_ENDPOINT: Setting = Setting {
    name: "ASCMS_S3_ENDPOINT",
    meaning: "The address of the bucket's service. https, unless it is this machine.",
    production: When::Otherwise("Amazon's own, for the region"),
    sandbox: When::Otherwise("Amazon's own, for the region"),
    example: "https://objects.example.nz",
    ..ORDINARY
};

pub const S3_REGION: Setting = Setting {
    name: "ASCMS_S3_REGION",
    meaning: "The region of the bucket. Children's records may have to stay in the country.",
    production: When::Default("ap-southeast-6"),
    sandbox: When::Default("ap-southeast-6"),
    ..ORDINARY
};

pub const S3_ACCESS_KEY_ID: Setting = Setting {
    name: "ASCMS_S3_ACCESS_KEY_ID",
    meaning: "Who this server is to the bucket's service. It comes with ASCMS_S3_SECRET_ACCESS_KEY or \
              not at all.",
    production: When::Otherwise("the role of the machine that it runs on"),
    sandbox: When::Otherwise("the role of the machine that it runs on"),
    example: "AKIDEXAMPLE",
    ..ORDINARY
};

pub const S3_SECRET_ACCESS_KEY: Setting = Setting {
    name: "ASCMS_S3_SECRET_ACCESS_KEY",
    meaning: "What proves it: the secret of ASCMS_S3_ACCESS_KEY_ID. It comes with that id or not at \
              all.",
    production: When::Otherwise("the role of the machine that it runs on"),
    sandbox: When::Otherwise("the role of the machine that it runs on"),
    secret: true,
    ..ORDINARY
};

pub const DOCUMENT_SCANNER: Setting = Setting {
    name: "ASCMS_DOCUMENT_SCANNER",
    meaning: "Who looks for malware in documents: a ClamAV daemon, clamav:tcp://HOST:PORT, whose \
              StreamMaxLength is not below ASCMS_DOCUMENT_MAX_BYTES. Nobody can download a \
              document before it was scanned. The sandbox also has `fake-pass` and \
              `fake-refuse`, which look at nothing.",
    production: When::Otherwise(
        "uploads are taken and stay in quarantine, where nobody can read them",
    ),
    sandbox: When::Default("fake-pass"),
    example: "clamav:tcp://127.0.0.1:3310",
    ..ORDINARY
};

pub const DOCUMENT_MAX_BYTES: Setting = Setting {
    name: "ASCMS_DOCUMENT_MAX_BYTES",
    meaning: "How large a document may be, in bytes; 1 GiB at most.",
    production: When::Default("20971520"),
    sandbox: When::Default("20971520"),
    ..ORDINARY
};

pub const DOCUMENT_TYPES: Setting = Setting {
    name: "ASCMS_DOCUMENT_TYPES",
    meaning: "What documents may be, by their content whatever their names say; separated by \
              commas, some or all of the default.",
    production: When::Default(ALL_DOCUMENT_TYPES),
    sandbox: When::Default(ALL_DOCUMENT_TYPES),
    ..ORDINARY
};

pub const DOCUMENT_GRACE_DAYS: Setting = Setting {
    name: "ASCMS_DOCUMENT_GRACE_DAYS",
    meaning: "How many days content is kept that belongs to no document, after it was moved aside. \
              No less than the time in which a wrong database would be noticed.",
    production: When::Default("14"),
    sandbox: When::Default("14"),
    ..ORDINARY
};

const ALL_DOCUMENT_TYPES: &str = "pdf,png,jpeg,heic,docx,xlsx,pptx,odt,ods,txt,csv";
