//! Answers to the questions of a template.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::faults::{ContentFault, ContentPlace, MissingPart};
use crate::ids::DocumentId;
use crate::templates::{Question, QuestionType, Template};
use crate::text::{Code, Line, Markdown};

/// The answer to one question. One member beside the question is given: the one of the question's type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SubmittedAnswer {
    /// Key of the question in the template.
    pub question: Code,
    /// The answer to a question of type `text`, without names of students.
    pub text: Option<Markdown>,
    /// The answer to a question of type `number`.
    #[schema(minimum = 0, maximum = 100_000_000)]
    pub number: Option<i32>,
    /// The answer to a question of type `money`, in cents including GST.
    #[schema(minimum = 0, maximum = 100_000_000)]
    pub cents: Option<i32>,
    /// The code that answers a question of type `choice`.
    pub choice: Option<Code>,
    /// The rows that answer a question of type `table`.
    #[serde(default)]
    #[schema(required = false, max_items = 100)]
    pub rows: Vec<AnswerRow>,
    /// The document of the submission that answers a question of type `document`.
    pub document_id: Option<DocumentId>,
}

/// A row of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AnswerRow {
    /// The cells that are filled in.
    #[schema(min_items = 1, max_items = 10)]
    pub cells: Vec<AnswerCell>,
}

/// A cell of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AnswerCell {
    /// Code of the column.
    pub column: Code,
    /// Text of the cell, without names of students.
    pub value: Line,
}

/// What does not fit the template.
pub(super) fn faults(
    answers: &[SubmittedAnswer],
    template: &Template,
) -> Vec<(ContentPlace, ContentFault)> {
    let questions: BTreeMap<&str, &Question> =
        template.questions().map(|(_, it)| (it.key.as_str(), it)).collect();
    let mut answered = BTreeSet::new();
    let mut faults = Vec::new();
    for (at, answer) in answers.iter().enumerate() {
        let key = answer.question.as_str();
        let place = ContentPlace::AnsweredQuestion(at);
        let Some(question) = questions.get(key) else {
            faults.push((place, ContentFault::UnknownQuestion));
            continue;
        };
        if !answered.insert(key) {
            faults.push((place, ContentFault::Repeated));
        }
        faults.extend(answer.fault(at, question));
    }
    faults
}

/// The required questions without an answer.
pub(super) fn missing(answers: &[SubmittedAnswer], template: &Template) -> Vec<MissingPart> {
    let answered: BTreeSet<&str> = answers.iter().map(|answer| answer.question.as_str()).collect();
    let unanswered = template.questions().filter(|(_, question)| {
        let by_people = question.question_type != QuestionType::Figures;
        question.required && by_people && !answered.contains(question.key.as_str())
    });
    unanswered
        .map(|(place, question)| MissingPart::Answer { place, key: question.key.to_string() })
        .collect()
}

impl SubmittedAnswer {
    /// The members that are given.
    fn given(&self, at: usize) -> Vec<ContentPlace> {
        let members = [
            (self.text.is_some(), ContentPlace::Text(at)),
            (self.number.is_some(), ContentPlace::Number(at)),
            (self.cents.is_some(), ContentPlace::Cents(at)),
            (self.choice.is_some(), ContentPlace::Choice(at)),
            (!self.rows.is_empty(), ContentPlace::Rows(at)),
            (self.document_id.is_some(), ContentPlace::AnswerDocument(at)),
        ];
        members.into_iter().filter_map(|(is_given, place)| is_given.then_some(place)).collect()
    }

    fn fault(&self, at: usize, question: &Question) -> Option<(ContentPlace, ContentFault)> {
        let wanted = match question.question_type {
            QuestionType::Text => ContentPlace::Text(at),
            QuestionType::Number => ContentPlace::Number(at),
            QuestionType::Money => ContentPlace::Cents(at),
            QuestionType::Choice => ContentPlace::Choice(at),
            QuestionType::Table => ContentPlace::Rows(at),
            QuestionType::Document => ContentPlace::AnswerDocument(at),
            QuestionType::Figures => {
                return Some((ContentPlace::AnsweredQuestion(at), ContentFault::OtherType));
            }
        };
        let given = self.given(at);
        if let Some(other) = given.iter().find(|place| **place != wanted) {
            return Some((*other, ContentFault::OtherType));
        }
        if given.is_empty() {
            return Some((wanted, ContentFault::Required));
        }
        self.beyond(question).map(|fault| (wanted, fault))
    }

    /// What is beyond the limits of its question.
    fn beyond(&self, question: &Question) -> Option<ContentFault> {
        let (smallest, largest) = question.range();
        if let Some(number) = self.number.or(self.cents) {
            if number < smallest {
                return Some(ContentFault::TooSmall);
            }
            return (number > largest).then_some(ContentFault::TooLarge);
        }
        if let Some(text) = &self.text {
            let is_long = text.as_str().chars().count() > question.longest();
            return is_long.then_some(ContentFault::TooLong);
        }
        if let Some(choice) = &self.choice {
            let known = question.choices.iter().any(|one| one.code == *choice);
            return (!known).then_some(ContentFault::UnknownChoice);
        }
        let fits = |row: &AnswerRow| {
            let columns: BTreeSet<&str> =
                row.cells.iter().map(|cell| cell.column.as_str()).collect();
            let known =
                |column: &&str| question.columns.iter().any(|it| it.code.as_str() == *column);
            columns.len() == row.cells.len() && columns.iter().all(known)
        };
        (!self.rows.iter().all(fits)).then_some(ContentFault::UnknownColumn)
    }
}
