//! Which statements go to PostgreSQL, read from what passes on the way there: messages of the
//! protocol 3.0 without TLS.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

/// The statements that were run, in their order, over all connections of a way: `BEGIN` and
/// `COMMIT` too.
#[derive(Clone, Default)]
pub struct Statements(Arc<Mutex<Vec<String>>>);

impl Statements {
    /// Those since the last time.
    pub fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }

    /// What one connection sends from its beginning on.
    pub fn of_connection(&self) -> Reader {
        let (rest, prepared) = (Vec::new(), HashMap::new());
        Reader { statements: self.clone(), rest, greeted: false, prepared, bound: String::new() }
    }
}

/// Takes the messages of one connection apart.
pub struct Reader {
    statements: Statements,
    /// The beginning of a message that has not arrived whole.
    rest: Vec<u8>,
    /// Whether the first message has passed, which has no type.
    greeted: bool,
    /// The texts of statements by their names.
    prepared: HashMap<String, String>,
    /// What the next execution runs.
    bound: String,
}

impl Reader {
    pub fn read(&mut self, bytes: &[u8]) {
        self.rest.extend_from_slice(bytes);
        while let Some(message) = self.next_message() {
            if self.greeted {
                self.note(message[0], &message[5..]);
            }
            self.greeted = true;
        }
    }

    fn next_message(&mut self) -> Option<Vec<u8>> {
        let head = usize::from(self.greeted);
        let length: [u8; 4] = self.rest.get(head..head + 4)?.try_into().expect("four bytes");
        let whole = head + usize::try_from(u32::from_be_bytes(length)).expect("a length");
        (self.rest.len() >= whole).then(|| self.rest.drain(..whole).collect())
    }

    fn note(&mut self, kind: u8, body: &[u8]) {
        let mut texts = body.split(|byte| *byte == 0).map(String::from_utf8_lossy);
        let mut text = || texts.next().unwrap_or_default().into_owned();
        let run = match kind {
            b'Q' => text(),
            b'P' => {
                let name = text();
                self.prepared.insert(name, text());
                return;
            }
            b'B' => {
                let _portal = text();
                self.bound = self.prepared[&text()].clone();
                return;
            }
            b'E' => self.bound.clone(),
            _ => return,
        };
        self.statements.0.lock().unwrap().push(run);
    }
}

#[test]
fn messages_are_read_however_they_arrive() {
    let message = |kind: &str, body: &[u8]| {
        let length = u32::try_from(body.len() + 4).unwrap().to_be_bytes();
        [kind.as_bytes(), &length, body].concat()
    };
    let sent = [
        message("", b"\x00\x03\x00\x00user\0me\0\0"),
        message("Q", b"BEGIN\0"),
        message("P", b"one\0SELECT $1\0\0\0"),
        message("B", b"\0one\0\0\0\0\0\0\0"),
        message("E", b"\0\0\0\0\0"),
        message("S", b""),
        message("B", b"\0one\0\0\0\0\0\0\0"),
        message("E", b"\0\0\0\0\0"),
    ]
    .concat();
    for size in [1, 7, sent.len()] {
        let statements = Statements::default();
        let mut reader = statements.of_connection();
        sent.chunks(size).for_each(|part| reader.read(part));
        assert_eq!(
            statements.take(),
            ["BEGIN", "SELECT $1", "SELECT $1"],
            "{size} bytes at a time"
        );
    }
}
