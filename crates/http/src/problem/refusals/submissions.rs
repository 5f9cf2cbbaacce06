//! Refusals about templates and submissions.

use ascms_domain::submissions::{ContentFault, ContentPlace, ContentRefusal, MissingPart};
use ascms_domain::templates::{QuestionFault, QuestionPlace, TemplateRefusal};
use ascms_persistence::submissions::SubmissionChangeRefusal;
use ascms_persistence::templates::TemplateChangeRefusal;

use super::ProblemKind::{self, Explained, Listed, Member, Plain};
use super::Reason;
use crate::problem::{Code, Fault};

impl Reason for TemplateChangeRefusal {
    fn problem(&self) -> ProblemKind {
        match self {
            Self::Template(rule) => rule.problem(),
            Self::Step(step) => step.problem(),
            Self::VersionTaken => Member("/templateVersion", "taken"),
        }
    }
}

impl Reason for TemplateRefusal {
    fn problem(&self) -> ProblemKind {
        match self {
            Self::NoQuestion => Member("/sections", "required"),
            Self::Questions(faults) => {
                let each = faults.iter().map(|(place, fault)| {
                    let (member, code) = in_question(*fault);
                    Fault::at(format!("{}{member}", of_question(*place)), code, fault.to_string())
                });
                Listed(Code::InvalidBody, each.collect())
            }
        }
    }
}

fn of_question(QuestionPlace { section, question }: QuestionPlace) -> String {
    format!("/sections/{section}/questions/{question}")
}

fn in_question(fault: QuestionFault) -> (&'static str, &'static str) {
    match fault {
        QuestionFault::RepeatedKey => ("/key", "repeated"),
        QuestionFault::RepeatedCode => ("", "repeated"),
        QuestionFault::TooFewChoices => ("/choices", "too_few_items"),
        QuestionFault::NoColumn => ("/columns", "required"),
        QuestionFault::NoFigure => ("/figure", "required"),
        QuestionFault::OtherTypesLimit => ("", "other_kind"),
        QuestionFault::BelowMinimum => ("/maximum", "too_small"),
    }
}

impl Reason for SubmissionChangeRefusal {
    fn problem(&self) -> ProblemKind {
        match self {
            Self::Content(rule) => rule.problem(),
            Self::Step(step) => step.problem(),
            Self::Document(document) => document.problem(),
            Self::ContractEnded => Plain(Code::ContractEnded),
            Self::OutsideContract => Plain(Code::OutsideContract),
            Self::UnknownTemplate => Plain(Code::UnknownTemplateVersion),
            Self::PlanExists => Plain(Code::PlanExistsForYear),
            Self::ReportExists => Plain(Code::ReportExists),
            Self::UnknownMilestone => Member("/milestone", "unknown"),
            Self::InTheFuture => Member("/assessedOn", "in_the_future"),
            Self::UnknownEvidence => Member("/documentIds", "unknown"),
        }
    }
}

impl Reason for ContentRefusal {
    fn problem(&self) -> ProblemKind {
        match self {
            Self::Faults(faults) => {
                let each = faults.iter().map(|(place, fault)| {
                    Fault::at(pointer(*place), word(*fault), fault.to_string())
                });
                Listed(Code::InvalidBody, each.collect())
            }
            Self::MilestonesOutsideYear(places) => {
                let each = places.iter().map(|at| {
                    let place = format!("/milestones/{at}/dueOn");
                    Fault::at(place, "outside_year", "is due outside the contract year")
                });
                Explained(Code::MilestoneOutsideYear, each.collect())
            }
            Self::Missing(parts) => {
                let each = parts.iter().map(missing).collect();
                Explained(Code::RequiredAnswersMissing, each)
            }
            Self::QuartersWithoutMilestone(quarters) => {
                let each = quarters.iter().map(|quarter| {
                    let words = format!("quarter {quarter} has no milestone");
                    Fault::at("/milestones", "required", words)
                });
                Explained(Code::QuarterWithoutMilestone, each.collect())
            }
            Self::NotOver => Plain(Code::TermNotOver),
            Self::OutsideYear => Plain(Code::OutsideYear),
            Self::NoTerm => Member("/term", "required"),
            Self::TermOfOther => Member("/term", "other_kind"),
        }
    }
}

/// A question is pointed at in the content of the template, since the submission has no place for the answer yet.
fn missing(part: &MissingPart) -> Fault {
    match part {
        MissingPart::Answer { place, key } => {
            let words = format!("the question `{key}` of the template is not answered");
            Fault::at(of_question(*place), "required", words)
        }
        MissingPart::Policy(kind) => {
            let words = format!("the policy `{kind}` is not confirmed");
            Fault::at("/policies", "required", words)
        }
        MissingPart::PolicyReview(kind) => {
            let words = format!("the review of the policy `{kind}` is older than the law allows");
            Fault::at("/policies", "too_early", words)
        }
    }
}

fn pointer(place: ContentPlace) -> String {
    match place {
        ContentPlace::AnsweredQuestion(at) => format!("/answers/{at}/question"),
        ContentPlace::Text(at) => format!("/answers/{at}/text"),
        ContentPlace::Number(at) => format!("/answers/{at}/number"),
        ContentPlace::Cents(at) => format!("/answers/{at}/cents"),
        ContentPlace::Choice(at) => format!("/answers/{at}/choice"),
        ContentPlace::Rows(at) => format!("/answers/{at}/rows"),
        ContentPlace::AnswerDocument(at) => format!("/answers/{at}/documentId"),
        ContentPlace::Milestones => "/milestones".to_owned(),
        ContentPlace::MilestoneKey(at) => format!("/milestones/{at}/key"),
        ContentPlace::Policies => "/policies".to_owned(),
        ContentPlace::PolicyKind(at) => format!("/policies/{at}/policy"),
        ContentPlace::PolicyReviewedOn(at) => format!("/policies/{at}/reviewedOn"),
        ContentPlace::PolicyChanges(at) => format!("/policies/{at}/changes"),
        ContentPlace::PolicyDocument(at) => format!("/policies/{at}/documentId"),
    }
}

fn word(fault: ContentFault) -> &'static str {
    match fault {
        ContentFault::UnknownQuestion
        | ContentFault::UnknownColumn
        | ContentFault::UnknownDocument => "unknown",
        ContentFault::UnknownChoice => "not_one_of",
        ContentFault::Repeated => "repeated",
        ContentFault::OtherType => "other_type",
        ContentFault::Required => "required",
        ContentFault::TooLong => "too_long",
        ContentFault::TooSmall => "too_small",
        ContentFault::TooLarge => "too_large",
        ContentFault::OfOtherKind => "other_kind",
        ContentFault::InTheFuture => "in_the_future",
    }
}
