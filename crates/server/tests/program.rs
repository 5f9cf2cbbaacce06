//! The program as a person calls it: what it prints, what it refuses, and how it ends.

#![expect(clippy::expect_used, reason = "a test fails where something is not there")]

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use ascms_server::sandbox::keys::SandboxKeys;
use ascms_server::sandbox::personas;
use uuid::Uuid;

/// A folder of one test, gone with it.
struct Folder(PathBuf);

impl Folder {
    /// Of a name that nothing has yet.
    fn fresh() -> Self {
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
    let sandbox = Folder::fresh();
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
    let sandbox = Folder::fresh();
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
    let sandbox = Folder::fresh();
    let (said, complained, status) =
        ended(&mut ascms(&["token", "--persona", "case-manager"], &sandbox.0));
    assert_eq!((said.as_str(), status), ("", 1));
    assert!(complained.contains("ascms serve --sandbox"), "{complained}");
    assert!(!sandbox.0.exists(), "asking makes nothing");
}

/// Longer than any start takes until it fills its database.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server that is killed with its test.
struct Server(Child);

impl Server {
    fn kill(&mut self) {
        self.0.kill().expect("a process");
        self.0.wait().expect("its end");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It is gone already where the test killed it.
        self.0.kill().unwrap_or_default();
        drop(self.0.wait());
    }
}

/// Two ports, which are taken as long as these are held.
fn ports() -> [TcpListener; 2] {
    [(); 2].map(|()| TcpListener::bind("127.0.0.1:0").expect("a port"))
}

fn addresses(ports: &[TcpListener; 2]) -> [String; 2] {
    ports.each_ref().map(|port| port.local_addr().expect("an address").to_string())
}

/// A sandbox's server at these addresses: of the API, and of the admin port.
fn serve(sandbox: &Path, [api, admin]: &[String; 2]) -> Command {
    let mut command = ascms(&["serve", "--sandbox"], sandbox);
    command.env("ASCMS_LISTEN", api).env("ASCMS_ADMIN_LISTEN", admin);
    command
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    entries
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect()
}

#[test]
fn ports_that_another_program_has_are_named_before_anything_is_made() {
    let sandbox = Folder::fresh();
    let taken = ports();
    let [api, admin] = &addresses(&taken);
    let (said, complained, status) = ended(&mut serve(&sandbox.0, &[api.clone(), admin.clone()]));
    assert_eq!((said.as_str(), status), ("", 1), "{complained}");
    for (setting, address) in [("ASCMS_LISTEN", api), ("ASCMS_ADMIN_LISTEN", admin)] {
        let fault = format!("{setting}: {address}: another program has this port");
        assert!(complained.contains(&fault), "{fault} in {complained}");
    }
    assert!(!complained.contains("ASCMS_SANDBOX_DIR"), "{complained}");
    assert_eq!(names(&sandbox.0), ["server.lock"]);
    let [free, _] = addresses(&ports());
    let (_, complained, _) = ended(&mut serve(&sandbox.0, &[free, admin.clone()]));
    assert!(complained.contains("ASCMS_ADMIN_LISTEN: "), "{complained}");
    assert!(!complained.contains("ASCMS_LISTEN: "), "{complained}");
}

#[test]
fn a_folder_that_cannot_be_used_is_named_before_anything_is_made() {
    let above = Folder::fresh();
    fs::create_dir(&above.0).expect("a folder");
    let file = above.0.join("file");
    fs::write(&file, "no folder").expect("a file");
    for sandbox in [file.clone(), file.join("below")] {
        let free = addresses(&ports());
        let (said, complained, status) = ended(&mut serve(&sandbox, &free));
        assert_eq!((said.as_str(), status), ("", 1), "{complained}");
        let fault = format!("ASCMS_SANDBOX_DIR: {}: it cannot be used: ", sandbox.display());
        assert!(complained.contains(&fault), "{fault} in {complained}");
    }
    assert_eq!(names(&above.0), ["file"]);
}

#[test]
fn a_second_server_on_a_folder_is_refused_until_the_first_has_ended() {
    let sandbox = Folder::fresh();
    let first =
        serve(&sandbox.0, &addresses(&ports())).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    let mut first = Server(first.expect("the program"));
    // A server makes its database once the folder is its own.
    let began = Instant::now();
    while !sandbox.0.join("ascms.db").exists() {
        assert!(began.elapsed() < PATIENCE, "the first server makes no database");
        std::thread::sleep(Duration::from_millis(20));
    }
    // Its ports are another program's, so that it ends at once in any case.
    let taken = ports();
    let busy = format!("ASCMS_SANDBOX_DIR: {}: another server has it", sandbox.0.display());
    let (said, complained, status) = ended(&mut serve(&sandbox.0, &addresses(&taken)));
    assert_eq!((said.as_str(), status), ("", 1), "{complained}");
    assert!(complained.contains(&busy), "{busy} in {complained}");
    first.kill();
    let (_, complained, status) = ended(&mut serve(&sandbox.0, &addresses(&taken)));
    assert_eq!(status, 1, "{complained}");
    assert!(!complained.contains("ASCMS_SANDBOX_DIR"), "{complained}");
    assert!(complained.contains("ASCMS_LISTEN"), "{complained}");
}
