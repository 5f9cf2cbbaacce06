//! A document of a case: what it may be called, what it is by its content, who may add it, and when
//! it may be read.

use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use crate::access::Visibility;
use crate::cases::CaseRefusal;
use crate::ids::{CaseId, RegisterEntryId};
use crate::text::{Line, LongText};

pub mod archive;
pub mod belonging;
pub mod content;

crate::closed_list! {
    /// Type of a document, found in its content and never in its name.
    MediaType: "Type of document" / "Te momo tuhinga" {
        Pdf = "application/pdf": "PDF" / "PDF",
        Png = "image/png": "PNG image" / "Whakaahua PNG",
        Jpeg = "image/jpeg": "JPEG image" / "Whakaahua JPEG",
        Heic = "image/heic": "HEIC image" / "Whakaahua HEIC",
        Docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "Word document" / "Tuhinga Word",
        Xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "Excel workbook" / "Pukamahi Excel",
        Pptx = "application/vnd.openxmlformats-officedocument.presentationml.presentation": "PowerPoint presentation" / "Whakaaturanga PowerPoint",
        Odt = "application/vnd.oasis.opendocument.text": "OpenDocument text" / "Tuhinga OpenDocument",
        Ods = "application/vnd.oasis.opendocument.spreadsheet": "OpenDocument spreadsheet" / "Ripanga OpenDocument",
        Txt = "text/plain": "Plain text" / "Kupu māmā",
        Csv = "text/csv": "CSV table" / "Ripanga CSV",
    }
    /// Progress of the scan of a document. Only a clean document can be read.
    DocumentState: "State of a document" / "Te āhua o te tuhinga" {
        /// Not scanned yet.
        Quarantined = "quarantined": "Waiting for the scan" / "E tatari ana ki te matawai",
        Clean = "clean": "Clean" / "Kua mā",
        /// The scanner found something; the content is gone.
        Refused = "refused": "Refused by the scanner" / "Kua whakakāhoretia e te matawai",
    }
}

/// The record that a document belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DocumentHolder {
    Case(CaseId),
    /// An entry of a register.
    Entry(RegisterEntryId),
}

/// The most documents that an entry of a register has (ours).
pub const MOST_ATTACHED: usize = 20;

/// What a scanner made of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Clean,
    Refused,
}

/// The correction of a document that was shared by mistake, or under a wrong name.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CorrectDocument {
    /// Whether the school's people see the document; they see `shared` ones only.
    pub visibility: Visibility,
    /// Name of the file, without folders; the document keeps its name when left out. Personal data.
    pub name: Option<Line>,
    /// Why the document is corrected, for the provider's people alone. Personal data.
    pub reason: LongText,
}

/// Why a document is not taken, or not given out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DocumentRefusal {
    #[error("the name of a document has no folders in it")]
    NameHasPath,
    #[error("by its content this is none of the types that are taken")]
    TypeNotAllowed,
    #[error("the archive is damaged, or made to unpack to far more than it seems")]
    Suspicious,
    /// A closed case is all that keeps a document from being added.
    #[error("documents are added to open cases, and this one is closed")]
    Case(#[from] CaseRefusal),
    #[error("only the provider's people add private documents")]
    OnlyShared,
    #[error("the document has not been scanned yet")]
    Quarantined,
    #[error("the scanner refused the document")]
    Refused,
    #[error("a record has {MOST_ATTACHED} documents at the most")]
    TooMany,
    #[error("a document of the record is not found clean")]
    NotClean,
}

/// Whether a document may be seen by so many when somebody adds it who does casework on the case, or
/// who does not.
pub fn may_add(visibility: Visibility, casework: bool) -> Result<(), DocumentRefusal> {
    match visibility {
        Visibility::Private if !casework => Err(DocumentRefusal::OnlyShared),
        Visibility::Private | Visibility::Shared => Ok(()),
    }
}

/// Refuses a name that says where a file lies: folders, a drive, a step upwards.
pub fn check_name(name: &Line) -> Result<(), DocumentRefusal> {
    let name = name.as_str();
    let mut letters = name.chars();
    let drive = letters.next().is_some_and(|first| first.is_ascii_alphabetic())
        && letters.next() == Some(':');
    if name.contains(['/', '\\']) || matches!(name, "." | "..") || drive {
        return Err(DocumentRefusal::NameHasPath);
    }
    Ok(())
}

impl MediaType {
    /// The usual ending of a file's name, by which settings name the type.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Png => "png",
            Self::Jpeg => "jpeg",
            Self::Heic => "heic",
            Self::Docx => "docx",
            Self::Xlsx => "xlsx",
            Self::Pptx => "pptx",
            Self::Odt => "odt",
            Self::Ods => "ods",
            Self::Txt => "txt",
            Self::Csv => "csv",
        }
    }

    /// The type of this usual ending.
    pub fn of_ending(ending: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|media| media.ending() == ending)
    }

    /// The name with an ending that fits the content: what claims to be a program is none, and
    /// must not be started as one where it is saved.
    pub fn with_ending(self, name: &Line) -> String {
        let ending = ending_of(name.as_str());
        let fits = match self {
            Self::Jpeg => matches!(ending.as_str(), "jpeg" | "jpg"),
            Self::Heic => matches!(ending.as_str(), "heic" | "heif"),
            Self::Pdf
            | Self::Png
            | Self::Docx
            | Self::Xlsx
            | Self::Pptx
            | Self::Odt
            | Self::Ods
            | Self::Txt
            | Self::Csv => ending == self.ending(),
        };
        if fits { name.0.clone() } else { format!("{name}.{}", self.ending()) }
    }
}

/// What stands after the last dot of a name, in lower case.
fn ending_of(name: &str) -> String {
    name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).unwrap_or_default()
}

impl DocumentState {
    /// Whether the scanner is still to look at the content.
    pub fn is_quarantined(self) -> bool {
        match self {
            Self::Quarantined => true,
            Self::Clean | Self::Refused => false,
        }
    }

    /// Whether the content is gone for good.
    pub fn is_refused(self) -> bool {
        match self {
            Self::Quarantined | Self::Clean => false,
            Self::Refused => true,
        }
    }

    /// Whether the content may be read.
    pub fn readable(self) -> Result<(), DocumentRefusal> {
        match self {
            Self::Clean => Ok(()),
            Self::Quarantined => Err(DocumentRefusal::Quarantined),
            Self::Refused => Err(DocumentRefusal::Refused),
        }
    }

    /// The state after a scan; `None` where a verdict stands already, since the first one does.
    pub fn after(self, verdict: Verdict) -> Option<Self> {
        match (self, verdict) {
            (Self::Quarantined, Verdict::Clean) => Some(Self::Clean),
            (Self::Quarantined, Verdict::Refused) => Some(Self::Refused),
            (Self::Clean | Self::Refused, _) => None,
        }
    }

    /// The state of a document that comes in, scanned or not.
    pub fn on_arrival(verdict: Option<Verdict>) -> Self {
        verdict.and_then(|verdict| Self::Quarantined.after(verdict)).unwrap_or(Self::Quarantined)
    }
}

#[cfg(test)]
mod tests;
