//! What a file is, read off its first bytes; of a text all bytes are looked at.

use super::{MediaType, ending_of};
use crate::text::Line;

/// How many bytes of the beginning are needed to tell what a file is.
pub const HEAD: usize = 4096;

/// What the content turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    Known(MediaType),
    /// A zip archive: its directory tells which kind of office file it is, if any.
    Archive,
    /// Programs, web pages, scripts and everything else.
    Other,
}

/// What a file is by its content. Its name only tells one kind of text from the other.
pub fn recognise(head: &[u8], is_text: bool, name: &Line) -> Content {
    if head.starts_with(b"PK\x03\x04") {
        return Content::Archive;
    }
    if is_text {
        return text(head, name);
    }
    if head.starts_with(b"%PDF-") {
        return Content::Known(MediaType::Pdf);
    }
    match infer::get(head).map(|kind| kind.mime_type()) {
        Some("image/png") => Content::Known(MediaType::Png),
        Some("image/jpeg") => Content::Known(MediaType::Jpeg),
        Some("image/heif") => Content::Known(MediaType::Heic),
        Some(_) | None => Content::Other,
    }
}

/// A text that a browser or a shell would run is a program, whatever its name says.
fn text(head: &[u8], name: &Line) -> Content {
    if head.starts_with(b"%PDF-") {
        return Content::Known(MediaType::Pdf);
    }
    let shown = shown(head);
    if head.is_empty() || is_markup(shown) || shown.starts_with(b"#!") {
        return Content::Other;
    }
    let csv = ending_of(name.as_str()) == MediaType::Csv.ending();
    Content::Known(if csv { MediaType::Csv } else { MediaType::Txt })
}

/// A text from its first visible byte on: byte order marks and white space are passed over, as a
/// browser does before it looks at what a text is (WHATWG MIME Sniffing, §7.1).
fn shown(mut text: &[u8]) -> &[u8] {
    loop {
        let rest = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text).trim_ascii_start();
        if rest.len() == text.len() {
            return rest;
        }
        text = rest;
    }
}

/// Whether a text begins with a tag, a comment or a declaration. Browsers know a short list of
/// tags; any tag is taken for markup here, since no letter or table begins with one.
fn is_markup(shown: &[u8]) -> bool {
    let [b'<', second, ..] = shown else { return false };
    second.is_ascii_alphabetic() || matches!(second, b'!' | b'?' | b'/')
}

/// Whether bytes that come in piece by piece are text: UTF-8 without control characters.
#[derive(Debug)]
pub struct TextCheck {
    is_text: bool,
    /// The beginning of a character whose end is in the next piece.
    begun: Vec<u8>,
}

impl TextCheck {
    pub fn new() -> Self {
        Self { is_text: true, begun: Vec::new() }
    }

    pub fn take(&mut self, piece: &[u8]) {
        if !self.is_text {
            return;
        }
        if self.begun.is_empty() {
            self.begun = self.read(piece);
        } else {
            let mut whole = std::mem::take(&mut self.begun);
            whole.extend_from_slice(piece);
            self.begun = self.read(&whole);
        }
    }

    /// Reads what is whole, and gives back the bytes of a character that is not.
    fn read(&mut self, bytes: &[u8]) -> Vec<u8> {
        let (text, rest) = match std::str::from_utf8(bytes) {
            Ok(text) => (text, &[][..]),
            Err(error) => {
                let cut = bytes.split_at_checked(error.valid_up_to());
                let (valid, rest) = cut.unwrap_or((&[], bytes));
                // Bytes that no further ones can make a character of have a length.
                self.is_text &= error.error_len().is_none();
                (std::str::from_utf8(valid).unwrap_or_default(), rest)
            }
        };
        let control = |c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r');
        self.is_text &= !text.chars().any(control);
        rest.to_vec()
    }

    pub fn is_text(&self) -> bool {
        self.is_text && self.begun.is_empty()
    }
}

impl Default for TextCheck {
    fn default() -> Self {
        Self::new()
    }
}
