//! Templates: the questions that the Ministry puts to providers. A published template never changes; another
//! version of it is a template of the same code.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use validator::Validate;

use crate::history::RecordKind;
use crate::registers::{Lifecycle, LifecycleStep, Register, RegisterKind, StepRefusal};
use crate::text::{Code, Line, LongText};

crate::closed_list! {
    /// Kind of a template, and of the submissions that answer it.
    SubmissionKind: "Kind of submission" / "Te momo tukunga" {
        /// The report on a term.
        Termly = "termly": "Termly report" / "Pūrongo wāhanga",
        /// The report on a term's unmet basic needs fund.
        Fund = "fund": "Fund report" / "Pūrongo pūtea",
        /// The report on a year's initiatives and projects.
        Initiatives = "initiatives": "Report on initiatives" / "Pūrongo kaupapa hou",
        Annual = "annual": "Annual report" / "Pūrongo ā-tau",
        /// The service delivery plan of a year.
        Plan = "plan": "Service delivery plan" / "Mahere whakarato ratonga",
        /// The yearly confirmation of the policies.
        Policies = "policies": "Confirmation of policies" / "Whakaūnga kaupapahere",
        /// The yearly assurance of information security.
        Security = "security": "Security assurance" / "Taurangi haumarutanga",
        Survey = "survey": "Survey" / "Uiuinga",
    }
    /// Figures that the service fills into a submission.
    FigureKind: "Figures of a submission" / "Ngā tatauranga o te tukunga" {
        ServiceLevels = "service_levels": "Service levels" / "Ngā taumata ratonga",
        Outcomes = "outcomes": "Outcomes" / "Ngā hua",
        Volumes = "volumes": "Volumes" / "Ngā rahinga",
        Fund = "fund": "Unmet basic needs fund" / "Pūtea matea taketake",
        Initiatives = "initiatives": "Initiatives" / "Ngā kaupapa hou",
        Activities = "activities": "Support activities" / "Ngā mahi tautoko",
        Capacity = "capacity": "Capacity" / "Te āheinga",
        Complaints = "complaints": "Complaints" / "Ngā amuamu",
        Incidents = "incidents": "Serious incidents" / "Ngā maiki taumaha",
        Surveys = "surveys": "Surveys" / "Ngā uiuinga",
        Sustained = "sustained": "Sustained attendance" / "Te tae ā-kura tauroa",
        /// People with access to the service, for the security assurance.
        Access = "access": "People with access" / "Ngā tāngata whai uru",
    }
    /// Status of a template.
    TemplateStatus: "Status of a template" / "Te tūnga o te tauira" {
        Draft = "draft": "Draft" / "Hukihuki",
        Published = "published": "Published" / "Kua whakaputaina",
        /// Nothing new is begun on it; what was begun goes on.
        Retired = "retired": "Retired" / "Kua whakamutua",
    }
    /// Type of the answer to a question.
    QuestionType: "Type of question" / "Te momo pātai" {
        Text = "text": "Text" / "Kupu",
        Number = "number": "Number" / "Tau",
        /// Cents of New Zealand dollars.
        Money = "money": "Money" / "Moni",
        Choice = "choice": "Choice" / "Kōwhiringa",
        Table = "table": "Table" / "Ripanga",
        /// Figures that the service counts by itself.
        Figures = "figures": "Figures" / "Ngā tatauranga",
        Document = "document": "Document" / "Tuhinga",
    }
}

crate::closed_list! {
    /// A step of a template's lifecycle.
    TemplateStep {
        Publish = "publish",
        Retire = "retire",
    }
}

/// A template as it is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Template {
    /// Code that all versions of the template share.
    pub code: Code,
    /// Number of this version; each is used once.
    #[schema(minimum = 1, maximum = 1000)]
    pub template_version: i32,
    /// The kind of submissions that answer it.
    pub kind: SubmissionKind,
    /// Title in English.
    pub title_en: Line,
    /// Title in te reo Māori; without one the English title stands alone.
    pub title_mi: Option<Line>,
    /// The sections in their order.
    #[schema(min_items = 1, max_items = 20)]
    pub sections: Vec<TemplateSection>,
}

/// Questions that belong together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TemplateSection {
    /// Title in English.
    pub title_en: Line,
    /// Title in te reo Māori; without one the English title stands alone.
    pub title_mi: Option<Line>,
    /// The questions in their order.
    #[schema(max_items = 30)]
    pub questions: Vec<Question>,
}

/// A question. The limits are those of its type; another type's limits are refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Question {
    /// Key by which answers name the question; unique in the template.
    pub key: Code,
    /// The question in English.
    pub prompt_en: LongText,
    /// The question in te reo Māori; without it the English stands alone.
    pub prompt_mi: Option<LongText>,
    /// Type of the answer.
    #[serde(rename = "type")]
    pub question_type: QuestionType,
    /// Whether nothing is submitted without an answer. The service answers questions of type `figures`.
    pub required: bool,
    /// The most characters of a text; 4,000 when left out.
    #[schema(minimum = 1, maximum = 20_000)]
    pub max_length: Option<u16>,
    /// The smallest number, or amount in cents; 0 when left out.
    #[schema(minimum = 0, maximum = 100_000_000)]
    pub minimum: Option<i32>,
    /// The largest number, or amount in cents; 100,000,000 when left out.
    #[schema(minimum = 0, maximum = 100_000_000)]
    pub maximum: Option<i32>,
    /// The values of a choice, which needs two at least.
    #[serde(default)]
    #[schema(required = false, max_items = 30)]
    pub choices: Vec<QuestionChoice>,
    /// The columns of a table, which needs one at least.
    #[serde(default)]
    #[schema(required = false, max_items = 10)]
    pub columns: Vec<QuestionChoice>,
    /// The figures that are filled in; `figures` needs it.
    pub figure: Option<FigureKind>,
}

/// A value of a choice, or a column of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct QuestionChoice {
    /// Code by which answers name it; unique in the question.
    pub code: Code,
    /// Label in English.
    pub label_en: Line,
    /// Label in te reo Māori; without one the English label stands alone.
    pub label_mi: Option<Line>,
}

/// A question of a template: its section and its place in it, counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct QuestionPlace {
    pub section: usize,
    pub question: usize,
}

/// What is wrong with a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QuestionFault {
    #[error("another question has this key")]
    RepeatedKey,
    #[error("has the same code twice")]
    RepeatedCode,
    #[error("needs two choices at least")]
    TooFewChoices,
    #[error("needs a column")]
    NoColumn,
    #[error("needs `figure`")]
    NoFigure,
    #[error("has a limit that is not of its type")]
    OtherTypesLimit,
    #[error("is smaller than `minimum`")]
    BelowMinimum,
}

/// Why a template is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TemplateRefusal {
    #[error("questions do not fit their types")]
    Questions(Vec<(QuestionPlace, QuestionFault)>),
    #[error("has no question")]
    NoQuestion,
}

impl SubmissionKind {
    /// Whether it is about a term; about a contract year otherwise.
    pub fn is_of_term(self) -> bool {
        match self {
            Self::Termly | Self::Fund => true,
            Self::Initiatives
            | Self::Annual
            | Self::Plan
            | Self::Policies
            | Self::Security
            | Self::Survey => false,
        }
    }

    /// Whether it is submitted only once its term or its year is over.
    pub fn looks_back(self) -> bool {
        match self {
            Self::Termly | Self::Fund | Self::Initiatives | Self::Annual => true,
            Self::Plan | Self::Policies | Self::Security | Self::Survey => false,
        }
    }

    /// Whether it is a service delivery plan, which has milestones.
    pub fn is_plan(self) -> bool {
        self == Self::Plan
    }

    /// Whether it confirms the policies.
    pub fn confirms_policies(self) -> bool {
        self == Self::Policies
    }
}

impl LifecycleStep for TemplateStep {
    fn event(self) -> &'static str {
        match self {
            Self::Publish => "template.published",
            Self::Retire => "template.retired",
        }
    }
}

impl Lifecycle for TemplateStatus {
    type Step = TemplateStep;

    const FIRST: Self = Self::Draft;

    fn is_frozen(self) -> bool {
        match self {
            Self::Draft => false,
            Self::Published | Self::Retired => true,
        }
    }

    fn take(self, step: TemplateStep) -> Result<Self, StepRefusal> {
        match (self, step) {
            (Self::Draft, TemplateStep::Publish) => Ok(Self::Published),
            (Self::Published, TemplateStep::Retire) => Ok(Self::Retired),
            (Self::Draft, TemplateStep::Retire)
            | (Self::Published | Self::Retired, TemplateStep::Publish)
            | (Self::Retired, TemplateStep::Retire) => Err(StepRefusal::NotInThisState),
        }
    }
}

impl TemplateStatus {
    /// Whether something can be begun on the template.
    pub fn is_in_use(self) -> bool {
        match self {
            Self::Published => true,
            Self::Draft | Self::Retired => false,
        }
    }

    /// Whether those outside the Ministry read the template: also a retired one, which drafts go by.
    pub fn is_public(self) -> bool {
        match self {
            Self::Published | Self::Retired => true,
            Self::Draft => false,
        }
    }
}

impl Template {
    /// The questions with their places.
    pub fn questions(&self) -> impl Iterator<Item = (QuestionPlace, &Question)> {
        self.sections.iter().enumerate().flat_map(|(section, of)| {
            let each = of.questions.iter().enumerate();
            each.map(move |(question, it)| (QuestionPlace { section, question }, it))
        })
    }

    /// Whether keys are unique, and every question fits its type.
    ///
    /// # Errors
    ///
    /// All questions that do not fit.
    pub fn check(&self) -> Result<(), TemplateRefusal> {
        let mut keys = BTreeSet::new();
        let mut faults = Vec::new();
        for (place, question) in self.questions() {
            let repeated = !keys.insert(question.key.as_str());
            let repeated = repeated.then_some(QuestionFault::RepeatedKey);
            faults.extend(repeated.or(question.fault()).map(|fault| (place, fault)));
        }
        if !faults.is_empty() {
            return Err(TemplateRefusal::Questions(faults));
        }
        if keys.is_empty() { Err(TemplateRefusal::NoQuestion) } else { Ok(()) }
    }
}

impl Question {
    /// The first thing that is wrong with it.
    fn fault(&self) -> Option<QuestionFault> {
        let codes = self.choices.iter().chain(&self.columns).map(|one| one.code.as_str());
        let unique: BTreeSet<&str> = codes.collect();
        if unique.len() < self.choices.len() + self.columns.len() {
            return Some(QuestionFault::RepeatedCode);
        }
        if self.limits_another_type() {
            return Some(QuestionFault::OtherTypesLimit);
        }
        match self.question_type {
            QuestionType::Choice if self.choices.len() < 2 => Some(QuestionFault::TooFewChoices),
            QuestionType::Table if self.columns.is_empty() => Some(QuestionFault::NoColumn),
            QuestionType::Figures if self.figure.is_none() => Some(QuestionFault::NoFigure),
            QuestionType::Number | QuestionType::Money
                if self.minimum.zip(self.maximum).is_some_and(|(from, to)| to < from) =>
            {
                Some(QuestionFault::BelowMinimum)
            }
            QuestionType::Text
            | QuestionType::Number
            | QuestionType::Money
            | QuestionType::Choice
            | QuestionType::Table
            | QuestionType::Figures
            | QuestionType::Document => None,
        }
    }

    fn limits_another_type(&self) -> bool {
        use QuestionType::{Choice, Figures, Money, Number, Table, Text};
        let of_number = self.minimum.is_some() || self.maximum.is_some();
        let limits: [(bool, &[QuestionType]); 5] = [
            (self.max_length.is_some(), &[Text]),
            (of_number, &[Number, Money]),
            (!self.choices.is_empty(), &[Choice]),
            (!self.columns.is_empty(), &[Table]),
            (self.figure.is_some(), &[Figures]),
        ];
        limits.iter().any(|(is_set, of)| *is_set && !of.contains(&self.question_type))
    }

    /// The most characters of an answer.
    pub fn longest(&self) -> usize {
        usize::from(self.max_length.unwrap_or(4000))
    }

    /// The smallest and the largest number of an answer.
    pub fn range(&self) -> (i32, i32) {
        (self.minimum.unwrap_or(0), self.maximum.unwrap_or(100_000_000))
    }
}

impl Register for Template {
    const KIND: RegisterKind = RegisterKind::Template;
    const RECORD: RecordKind = RecordKind::Template;
    const FORM: i32 = 1;
    const MEMBERS: &'static [&'static str] =
        &["code", "templateVersion", "kind", "titleEn", "titleMi", "sections"];

    type Status = TemplateStatus;
    type Content = Self;

    fn upgrade(content: Value, _from: i32) -> Value {
        content
    }
}

#[cfg(test)]
mod tests;
