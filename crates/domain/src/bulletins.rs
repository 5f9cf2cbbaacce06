//! Bulletins: newsletters, key dates, guidance and the code of conduct, which the Ministry publishes.

use chrono::NaiveDate;
use pulldown_cmark::{Event, Parser, Tag};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use validator::Validate;

use crate::broadcasts::{Audience, Validity};
use crate::history::RecordKind;
use crate::ids::RegisterEntryId;
use crate::registers::{Lifecycle, LifecycleStep, Register, RegisterKind, StepRefusal};
use crate::second_person::ApprovalPolicy;
use crate::text::{Line, LongText, Markdown};

crate::closed_list! {
    /// Kind of a bulletin.
    BulletinKind: "Kind of bulletin" / "Te momo pānui" {
        Newsletter = "newsletter": "Newsletter" / "Pānui karere",
        /// A day by which something is to happen.
        KeyDate = "key_date": "Key date" / "Rā matua",
        Guidance = "guidance": "Guidance" / "Aratohu",
        CodeOfConduct = "code_of_conduct": "Code of conduct" / "Tikanga whanonga",
    }
    /// Status of a bulletin.
    BulletinStatus: "Status of a bulletin" / "Te tūnga o te pānui" {
        Draft = "draft": "Draft" / "Tauira",
        Published = "published": "Published" / "Kua whakaputaina",
        Withdrawn = "withdrawn": "Withdrawn" / "Kua unuhia",
    }
}

crate::closed_list! {
    /// A step of a bulletin's lifecycle.
    BulletinStep {
        Publish = "publish",
        Withdraw = "withdraw",
    }
}

/// A bulletin as it is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Bulletin {
    /// Whether it is a newsletter, a key date, guidance or the code of conduct.
    pub kind: BulletinKind,
    /// Title in English.
    pub title_en: Line,
    /// Title in te reo Māori; without one the English title stands alone.
    pub title_mi: Option<Line>,
    /// The text in Markdown (CommonMark), without HTML. Links lead to `https`, `http` or `mailto`.
    pub body: Markdown,
    /// The day that a key date names; a key date needs one, and nothing else has one.
    pub date: Option<NaiveDate>,
    /// The readers.
    pub audience: Audience,
    /// The first day on which the audience reads it.
    pub valid_from: NaiveDate,
    /// The last day on which it is in force; without one it stays in force.
    pub valid_to: Option<NaiveDate>,
    /// The published bulletin that this one replaces: it is withdrawn when this one is published.
    pub replaces: Option<RegisterEntryId>,
}

/// The withdrawal of a published bulletin.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WithdrawBulletin {
    /// Why it is withdrawn, for the Ministry.
    pub comment: LongText,
}

/// Why a bulletin is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BulletinRefusal {
    #[error("is needed for a key date")]
    NoDate,
    #[error("is for key dates alone")]
    DateOfOther,
    #[error("is before `validFrom`")]
    EndsBeforeItBegins,
    #[error("has HTML in it")]
    HasHtml,
    #[error("has a link that leads neither to https, http nor mailto")]
    LinkNotAllowed,
}

impl LifecycleStep for BulletinStep {
    fn event(self) -> &'static str {
        match self {
            Self::Publish => "bulletin.published",
            Self::Withdraw => "bulletin.withdrawn",
        }
    }
}

impl Lifecycle for BulletinStatus {
    type Step = BulletinStep;

    const FIRST: Self = Self::Draft;

    fn is_frozen(self) -> bool {
        match self {
            Self::Draft => false,
            Self::Published | Self::Withdrawn => true,
        }
    }

    fn take(self, step: BulletinStep) -> Result<Self, StepRefusal> {
        match (self, step) {
            (Self::Draft, BulletinStep::Publish) => Ok(Self::Published),
            (Self::Published, BulletinStep::Withdraw) => Ok(Self::Withdrawn),
            (Self::Draft, BulletinStep::Withdraw)
            | (Self::Published | Self::Withdrawn, BulletinStep::Publish)
            | (Self::Withdrawn, BulletinStep::Withdraw) => Err(StepRefusal::NotInThisState),
        }
    }
}

impl BulletinStatus {
    /// Whether the audience reads it.
    pub fn is_published(self) -> bool {
        match self {
            Self::Published => true,
            Self::Draft | Self::Withdrawn => false,
        }
    }
}

impl BulletinKind {
    /// What binds providers is published by a second person of the Ministry (ours).
    pub fn approval(self) -> Option<ApprovalPolicy> {
        match self {
            Self::Guidance | Self::CodeOfConduct => Some(ApprovalPolicy::MinistrySecond),
            Self::Newsletter | Self::KeyDate => None,
        }
    }
}

impl Bulletin {
    /// Whether the members fit each other, and the text is what it may be.
    ///
    /// # Errors
    ///
    /// The first member that does not fit.
    pub fn check(&self) -> Result<(), BulletinRefusal> {
        match (self.kind, self.date) {
            (BulletinKind::KeyDate, None) => return Err(BulletinRefusal::NoDate),
            (BulletinKind::KeyDate, Some(_)) | (_, None) => {}
            (_, Some(_)) => return Err(BulletinRefusal::DateOfOther),
        }
        if self.valid_to.is_some_and(|last| last < self.valid_from) {
            return Err(BulletinRefusal::EndsBeforeItBegins);
        }
        check_markdown(self.body.as_str())
    }

    pub fn validity(&self) -> Validity {
        Validity { from: self.valid_from, to: self.valid_to }
    }
}

impl Register for Bulletin {
    const KIND: RegisterKind = RegisterKind::Bulletin;
    const RECORD: RecordKind = RecordKind::Bulletin;
    const FORM: i32 = 1;
    const MEMBERS: &'static [&'static str] = &[
        "kind",
        "titleEn",
        "titleMi",
        "body",
        "date",
        "audience",
        "validFrom",
        "validTo",
        "replaces",
    ];

    type Status = BulletinStatus;
    type Content = Self;

    fn upgrade(content: Value, _from: i32) -> Value {
        content
    }
}

/// A reader's page shows the text: it may bring no HTML, and no link that runs something.
fn check_markdown(text: &str) -> Result<(), BulletinRefusal> {
    for event in Parser::new(text) {
        if matches!(event, Event::Html(_) | Event::InlineHtml(_)) {
            return Err(BulletinRefusal::HasHtml);
        }
        if let Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) = event
            && !leads_outside(&dest_url)
        {
            return Err(BulletinRefusal::LinkNotAllowed);
        }
    }
    Ok(())
}

fn leads_outside(url: &str) -> bool {
    let scheme = url.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
    scheme.is_some_and(|scheme| matches!(scheme.as_str(), "https" | "http" | "mailto"))
}

#[cfg(test)]
mod tests;
