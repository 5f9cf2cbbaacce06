//! What the document says of each member: its meaning, when it is null, whether it is personal.

use std::collections::BTreeSet;

use ascms_domain::text::{NAME, ONE_LINE, PARAGRAPHS, VISIBLE};
use serde_json::Value;

use super::document;

/// Schemas that describe no person and belong to no person's record.
const OF_NO_PERSON: [&str; 35] = [
    "AddHoliday",
    "AddedHolidayView",
    "CalendarView",
    "CatchmentSchool",
    "CatchmentSummary",
    "CatchmentView",
    "CatchmentWithSchools",
    "CodeCountView",
    "CodeSet",
    "CodeSetSummary",
    "CodeView",
    "DutyProfile",
    "ExportMeasures",
    "Fault",
    "GroupView",
    "JobView",
    "JudgedByView",
    "Labels",
    "MeasureColumnView",
    "MeasureRowView",
    "MeasuresView",
    "NumberView",
    "Problem",
    "ProviderSummary",
    "ProviderView",
    "PublicationView",
    "PublishedRowView",
    "RecalculationView",
    "Remark",
    "RuleVersionView",
    "SchoolSummary",
    "SchoolView",
    "StatutoryHoliday",
    "VolumeView",
    "VolumesView",
];

/// Texts in the other schemas that identify nobody, and say nothing about a person that few may
/// know.
const NOT_PERSONAL: [&str; 93] = [
    "AcceptedDespite.reason",
    "AcceptedView.reason",
    "AddDisclosure.legalBasis",
    "AddReviewFinding.comment",
    "AgreeReviewAction.action",
    "AgreeReviewAction.owner",
    "AnswerCell.value",
    "AssessmentView.ruleVersion",
    "Audience.educationRegions",
    "Bulletin.body",
    "Bulletin.titleEn",
    "Bulletin.titleMi",
    "CaseView.calendarVersion",
    "CategorySpendingView.category",
    "ClosureReviewView.calendarVersion",
    "ClosureView.reasonCode",
    "Conflict.pointer",
    "ContractView.catchments",
    "ContractView.comment",
    "ContractView.dutyProfile",
    "ContractView.number",
    "CountedFigures.calendarVersion",
    "DecidedView.reasonCode",
    "DecisionView.reasonCode",
    "DisclosureDetails.legalBasis",
    "DraftBaseline.calendarVersion",
    "DraftedReferral.source",
    "DraftedReferral.sourceReference",
    "EndContract.comment",
    "FigureNumber.ruleVersion",
    "FundStatementLine.category",
    "FundView.contractNumber",
    "LedgerSumView.entries",
    "MemberView.providerCode",
    "MembersView.calendarVersion",
    "MembersView.ruleVersion",
    "Milestone.owner",
    "Milestone.target",
    "Milestone.title",
    "MilestoneNumber.unit",
    "MilestoneProgressView.comment",
    "NeedView.calendarVersion",
    "NoticedView.pointer",
    "NoticedView.sourceReference",
    "ObligationView.calendarVersion",
    "ObligationView.contractNumber",
    "ObligationView.period",
    "ObligationView.waiverReason",
    "OverrideFund.reason",
    "PerformanceReviewView.ruleVersion",
    "PolicyConfirmation.changes",
    "PolicyConfirmation.version",
    "ProposalView.reasonCode",
    "ProposeBudgetChange.reason",
    "ProposeWithholding.reason",
    "ProposedBudgetView.reason",
    "ProspectView.ruleVersion",
    "Question.promptEn",
    "Question.promptMi",
    "QuestionChoice.labelEn",
    "QuestionChoice.labelMi",
    "RecordProgress.comment",
    "ReferralDraftView.assumed",
    "ReferralDraftView.missing",
    "ReferralSummaryView.source",
    "ReferralSummaryView.sourceReference",
    "ReferralView.source",
    "ReferralView.sourceReference",
    "ReferralView.withdrawalReason",
    "ReturnSubmission.comment",
    "ReviewActionView.action",
    "ReviewActionView.owner",
    "ReviewActionView.reason",
    "ReviewFindingView.comment",
    "SettleReviewAction.reason",
    "StudentAttendance.calendarVersion",
    "StudentAttendance.summarisedSchools",
    "SubmissionDecisionView.comment",
    "SubmittedAnswer.text",
    "TaskView.calendarVersion",
    "Template.titleEn",
    "Template.titleMi",
    "TemplateSection.titleEn",
    "TemplateSection.titleMi",
    "TermOnRecordView.summarisedSchools",
    "UpdateBulletin.body",
    "UpdateBulletin.titleEn",
    "UpdateBulletin.titleMi",
    "UpdateTemplate.titleEn",
    "UpdateTemplate.titleMi",
    "WaiveObligation.reason",
    "WithdrawBulletin.comment",
    "WithholdingDecisionView.reason",
];

/// A member of a schema, at any depth.
struct Member<'a> {
    /// The schema of the document in which it stands, and its name.
    place: String,
    schema_name: &'a str,
    schema: &'a Value,
}

impl Member<'_> {
    fn description(&self) -> &str {
        self.schema["description"].as_str().unwrap_or_default()
    }

    fn is_personal(&self) -> bool {
        self.schema["x-personal-data"] == true
    }
}

fn members() -> Vec<Member<'static>> {
    let schemas = document()["components"]["schemas"].as_object().expect("schemas");
    let mut members = Vec::new();
    schemas.iter().for_each(|(name, schema)| gather(name, schema, &mut members));
    members
}

fn gather<'a>(schema_name: &'a str, schema: &'a Value, into: &mut Vec<Member<'a>>) {
    match schema {
        Value::Object(words) => {
            for (word, value) in words {
                let members = value.as_object().filter(|_| word == "properties");
                into.extend(members.into_iter().flatten().map(|(name, schema)| Member {
                    place: format!("{schema_name}.{name}"),
                    schema_name,
                    schema,
                }));
                gather(schema_name, value, into);
            }
        }
        Value::Array(schemas) => schemas.iter().for_each(|one| gather(schema_name, one, into)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn every_schema_and_every_member_says_what_it_means() {
    let schemas = document()["components"]["schemas"].as_object().expect("schemas");
    let mut silent = schemas.iter().filter(|(_, schema)| schema.get("description").is_none());
    assert_eq!(silent.next(), None);
    let members = members();
    let silent = members.iter().filter(|member| member.description().is_empty());
    let silent: Vec<&str> = silent.map(|member| &*member.place).collect();
    assert!(silent.is_empty(), "{silent:#?}");
}

#[test]
fn only_a_member_that_can_be_null_speaks_of_null() {
    let members = members();
    let wrong = members.iter().filter(|member| {
        let mut words = member.description().split(|c: char| !c.is_alphanumeric());
        words.any(|word| word.eq_ignore_ascii_case("null")) && !may_be_null(member.schema)
    });
    let wrong: Vec<&str> = wrong.map(|member| &*member.place).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_text_of_a_persons_record_is_personal_or_said_not_to_be() {
    let of_no_person = BTreeSet::from(OF_NO_PERSON);
    let not_personal = BTreeSet::from(NOT_PERSONAL);
    let members = members();
    let unmarked = members.iter().filter(|it| is_free_text(it.schema) && !it.is_personal());
    let (in_list, others): (Vec<_>, Vec<_>) =
        unmarked.partition(|it| of_no_person.contains(it.schema_name));
    let found: BTreeSet<&str> = others.iter().map(|it| &*it.place).collect();
    assert_eq!(
        found, not_personal,
        "its comment ends with \"Personal data.\", or it is listed here"
    );
    let found: BTreeSet<&str> = in_list.iter().map(|it| it.schema_name).collect();
    assert_eq!(found, of_no_person, "a schema that is gone, or has no text");
    let marked = members.iter().filter(|it| it.is_personal());
    let wrong: Vec<_> = marked.filter(|it| of_no_person.contains(it.schema_name)).collect();
    assert!(wrong.is_empty(), "{:?}", wrong.iter().map(|it| &it.place).collect::<Vec<_>>());
}

#[test]
fn a_personal_member_is_marked_and_says_so() {
    for member in members() {
        let description = member.description().replace('\n', " ").to_lowercase();
        let says_so = description.contains("personal data");
        assert_eq!(member.is_personal(), says_so, "{}", member.place);
    }
}

/// Whether a member takes what somebody wrote: a text with neither a list of words nor a form that
/// names and sentences do not have, a list of such texts, or a value of any kind.
fn is_free_text(schema: &Value) -> bool {
    if let Some(items) = schema.get("items") {
        return is_free_text(items);
    }
    let referring = ["$ref", "oneOf", "anyOf", "allOf", "enum", "const"];
    if referring.iter().any(|word| schema.get(word).is_some()) {
        return false;
    }
    let Some(kind) = schema.get("type") else { return true };
    let format = schema.get("format").and_then(Value::as_str);
    let pattern = schema.get("pattern").and_then(Value::as_str);
    names(kind, "string")
        && format.is_none_or(|format| [VISIBLE, NAME, "email"].contains(&format))
        && pattern.is_none_or(|pattern| [ONE_LINE, PARAGRAPHS].contains(&pattern))
}

fn may_be_null(schema: &Value) -> bool {
    let choices = schema["anyOf"].as_array().into_iter().flatten();
    let mut kinds = choices.chain([schema]).filter_map(|choice| choice.get("type"));
    let closed = ["type", "enum", "oneOf", "anyOf", "$ref"];
    let is_any_value = closed.iter().all(|word| schema.get(word).is_none());
    is_any_value || kinds.any(|kind| names(kind, "null"))
}

/// Whether the `type` of a schema is this one, or has it among several.
fn names(kind: &Value, wanted: &str) -> bool {
    kind == wanted || kind.as_array().is_some_and(|kinds| kinds.iter().any(|it| it == wanted))
}
