//! The program as a person calls it: what it prints, what it refuses, and how it ends.

#![expect(clippy::expect_used, reason = "a test fails where something is not there")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use ascms_server::sandbox::keys::SandboxKeys;
use ascms_server::sandbox::personas;
use uuid::Uuid;

/// A folder of one test, gone with it.
struct Folder(PathBuf);

impl Folder {
    /// Of a name that nothing has yet.
    fn named() -> Self {
        Self(std::env::temp_dir().join(format!("ascms-program-{}", Uuid::now_v7())))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).unwrap_or_default();
    }
}

/// The program, with no setting but where the sandbox is.
fn ascms(arguments: &[&str], sandbox: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ascms"));
    command.args(arguments).env_clear().env("ASCMS_SANDBOX_DIR", sandbox);
    command
}

/// What it wrote to stdout and to stderr, and its status.
fn ended(command: &mut Command) -> (String, String, i32) {
    let Output { status, stdout, stderr } = command.output().expect("the program");
    let [said, complained] = [stdout, stderr].map(|bytes| String::from_utf8(bytes).expect("UTF-8"));
    (said, complained, status.code().expect("it ended by itself"))
}

#[test]
fn a_token_stands_alone_on_stdout() {
    let sandbox = Folder::named();
    SandboxKeys::open_or_make(&sandbox.0).expect("keys");
    for persona in personas::all() {
        let (said, complained, status) =
            ended(&mut ascms(&["token", "--persona", &persona.name], &sandbox.0));
        assert_eq!((complained.as_str(), status), ("", 0), "{persona:?}");
        let token = said.strip_suffix('\n').expect("a line");
        assert_eq!(token.split('.').filter(|part| !part.is_empty()).count(), 3, "{token}");
        assert!(token.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c)), "{token}");
    }
}

#[test]
fn an_unknown_persona_is_an_argument_that_cannot_be_read() {
    let sandbox = Folder::named();
    SandboxKeys::open_or_make(&sandbox.0).expect("keys");
    let (said, complained, status) =
        ended(&mut ascms(&["token", "--persona", "headmaster"], &sandbox.0));
    assert_eq!(said, "");
    assert!(complained.contains("headmaster"), "{complained}");
    for persona in personas::all() {
        assert!(complained.contains(&persona.name), "{}: {complained}", persona.name);
    }
    let (_, _, of_an_unknown_argument) = ended(&mut ascms(&["serve", "--headmaster"], &sandbox.0));
    assert_eq!((status, of_an_unknown_argument), (2, 2));
}

#[test]
fn there_is_no_token_of_a_sandbox_that_was_never_started() {
    let sandbox = Folder::named();
    let (said, complained, status) =
        ended(&mut ascms(&["token", "--persona", "case-manager"], &sandbox.0));
    assert_eq!((said.as_str(), status), ("", 1));
    assert!(complained.contains("ascms serve --sandbox"), "{complained}");
    assert!(!sandbox.0.exists(), "asking makes nothing");
}
