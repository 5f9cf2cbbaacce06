//! `/v1/rules`: the versions of the rules that decide, with their parameters.

use actix_web::{HttpResponse, get, post};
use ascms_domain::duties::{DutyContradiction, DutyRules};
use ascms_domain::ids::RecalculationId;
use ascms_domain::performance_reviews::WithholdingRules;
use ascms_domain::rules::{
    EligibilityRules, OutcomeRules, Rule, RuleContradiction, RuleParameters, ServiceLevelRules,
    StatutoryHolidayRules,
};
use ascms_domain::text::Code as Name;
use ascms_persistence::About;
use ascms_persistence::rules::{self, AddedVersion, NewVersion, RuleVersion};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use crate::answer;
use crate::auth::{ReadReference, WriteReference};
use crate::command::Command;
use crate::incoming::{Path, WriteOptions};
use crate::listing::Listing;
use crate::page::{List, PageOptions};
use crate::problem::{Code, Fault, Refusal};
use crate::registration::ServiceConfig;

pub(crate) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_rules).service(add_rule_version);
}

/// A version of a rule. It never changes; another one may be added that is valid from a later day.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct RuleVersionView {
    /// The rule that it is a version of.
    rule: Rule,
    /// Name of the version; no other version ever has it.
    #[schema(max_length = 64)]
    version: String,
    /// The first day that the version judges. The version before it judges the days until then.
    valid_from: NaiveDate,
    /// When the version became known.
    added_at: DateTime<Utc>,
    /// The parameters of `eligibility`; null for another rule.
    eligibility: Option<EligibilityRules>,
    /// The parameters of `service_levels`; null for another rule.
    service_levels: Option<ServiceLevelRules>,
    /// The parameters of `outcomes`; null for another rule.
    outcomes: Option<OutcomeRules>,
    /// The parameters of `statutory_holidays`; null for another rule.
    statutory_holidays: Option<StatutoryHolidayRules>,
    /// The parameters of `duties`; null for another rule.
    duties: Option<DutyRules>,
    /// The parameters of `withholding`; null for another rule.
    withholding: Option<WithholdingRules>,
}

impl From<RuleVersion> for RuleVersionView {
    fn from(row: RuleVersion) -> Self {
        let RuleVersion { version, valid_from, added_at, parameters } = row;
        let rule = parameters.rule();
        let mut view = Self {
            rule,
            version,
            valid_from,
            added_at,
            eligibility: None,
            service_levels: None,
            outcomes: None,
            statutory_holidays: None,
            duties: None,
            withholding: None,
        };
        match parameters {
            RuleParameters::Eligibility(rules) => view.eligibility = Some(rules),
            RuleParameters::ServiceLevels(rules) => view.service_levels = Some(rules),
            RuleParameters::Outcomes(rules) => view.outcomes = Some(rules),
            RuleParameters::StatutoryHolidays(rules) => view.statutory_holidays = Some(rules),
            RuleParameters::Duties(rules) => view.duties = Some(rules),
            RuleParameters::Withholding(rules) => view.withholding = Some(rules),
        }
        view
    }
}

/// A version that was added.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AddedRuleVersionView {
    /// The version that was added.
    added: RuleVersionView,
    /// The recalculation; once it has finished, every server judges by the version.
    recalculation_id: RecalculationId,
}

impl AddedRuleVersionView {
    fn of(added: &AddedVersion) -> Self {
        let AddedVersion { version, recalculation_id } = added.clone();
        Self { added: version.into(), recalculation_id }
    }
}

/// A new version of a rule: its name, its first day, and all parameters of that rule.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct AddRuleVersion {
    /// Name of the version, such as `outcomes-2027-1`; every number that it judges shows it.
    version: Name,
    /// The first day that the version judges. A day in the past restates the numbers of the periods
    /// that ended since.
    valid_from: NaiveDate,
    /// The parameters of `eligibility`; for that rule only.
    eligibility: Option<EligibilityRules>,
    /// The parameters of `service_levels`; for that rule only.
    service_levels: Option<ServiceLevelRules>,
    /// The parameters of `outcomes`; for that rule only.
    outcomes: Option<OutcomeRules>,
    /// The parameters of `statutory_holidays`; for that rule only.
    statutory_holidays: Option<StatutoryHolidayRules>,
    /// The parameters of `duties`; for that rule only.
    duties: Option<DutyRules>,
    /// The parameters of `withholding`; for that rule only.
    withholding: Option<WithholdingRules>,
}

impl AddRuleVersion {
    /// The parameters of the rule, and nothing of another one.
    fn parameters(&self, rule: Rule) -> Result<RuleParameters, Refusal> {
        let sent = [
            (Rule::Eligibility, "/eligibility", self.eligibility.map(RuleParameters::Eligibility)),
            (
                Rule::ServiceLevels,
                "/serviceLevels",
                self.service_levels.clone().map(RuleParameters::ServiceLevels),
            ),
            (Rule::Outcomes, "/outcomes", self.outcomes.map(RuleParameters::Outcomes)),
            (
                Rule::StatutoryHolidays,
                "/statutoryHolidays",
                self.statutory_holidays.clone().map(RuleParameters::StatutoryHolidays),
            ),
            (Rule::Duties, "/duties", self.duties.clone().map(RuleParameters::Duties)),
            (
                Rule::Withholding,
                "/withholding",
                self.withholding.clone().map(RuleParameters::Withholding),
            ),
        ];
        let (mut faults, mut wanted) = (Vec::new(), None);
        for (of, place, parameters) in sent {
            match (of == rule, parameters) {
                (true, Some(parameters)) => {
                    let found = parameters.contradictions();
                    faults.extend(found.into_iter().map(contradiction));
                    faults.extend(self.holidays_before());
                    wanted = Some(parameters);
                }
                (true, None) => faults.push(Fault::at(place, "required", "is missing")),
                (false, Some(_)) => {
                    let detail = format!("is not about {rule}");
                    faults.push(Fault::at(place, "other_rule", detail));
                }
                (false, None) => {}
            }
        }
        match wanted {
            Some(parameters) if faults.is_empty() => Ok(parameters),
            Some(_) | None => Err(Refusal::faulty(Code::InvalidBody, faults)),
        }
    }

    /// The holidays of days that the version before judges: they would say nothing.
    fn holidays_before(&self) -> Vec<Fault> {
        let holidays = self.statutory_holidays.iter().flat_map(|rules| rules.holidays.iter());
        let before = holidays.enumerate().filter(|(_, holiday)| holiday.date < self.valid_from);
        let fault = |(at, _)| {
            let place = format!("/statutoryHolidays/holidays/{at}/date");
            Fault::at(place, "too_small", "lies before the first day of the version")
        };
        before.map(fault).collect()
    }
}

fn contradiction(found: RuleContradiction) -> Fault {
    let (pointer, detail) = match found {
        RuleContradiction::MaximumAge => ("/eligibility/maximumAge", "is less than the minimum"),
        RuleContradiction::MaximumYearLevel => {
            ("/eligibility/maximumYearLevel", "is less than the minimum")
        }
        RuleContradiction::UrgentPercent => {
            ("/eligibility/urgentPercent", "is more than counts as chronic")
        }
        RuleContradiction::SchoolContact => {
            ("/serviceLevels/schoolContact/1/withinDays", "is not longer than the first level")
        }
        RuleContradiction::WhanauContact => {
            ("/serviceLevels/whanauContact/1/withinDays", "is not longer than the first level")
        }
        RuleContradiction::RepeatedHoliday => {
            ("/statutoryHolidays/holidays", "has two holidays of one day")
        }
        RuleContradiction::RepeatedRequirement => {
            ("/withholding/requirements", "has a requirement twice")
        }
        RuleContradiction::Duties(found) => ("/duties/profiles", duties_contradiction(found)),
    };
    Fault::at(pointer, "contradicts", detail)
}

fn duties_contradiction(found: DutyContradiction) -> &'static str {
    match found {
        DutyContradiction::Repeated => "has a profile, or a duty of a profile, twice",
        DutyContradiction::Day => "has a duty without one way to its day",
        DutyContradiction::ImpossibleDay => "has a day that is not in every year",
        DutyContradiction::OtherCause => "has a duty that does not come of a profile",
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListRules {
    /// Only the versions of this rule.
    rule: Option<Rule>,
}

/// List the versions of the rules
///
/// Of each rule the oldest first. The version in force on a day is the latest that is valid by
/// then; before the first one it is the first. `statutory_holidays` has none until an Act names one.
#[utoipa::path(
    tag = "Reference data",
    security(("bearer" = ["reference:read"])),
    params(ListRules, PageOptions),
    responses((status = 200, description = "A page of versions", body = List<RuleVersionView>)),
)]
#[get("/rules")]
async fn list_rules(list: Listing<ReadReference, ListRules>) -> Result<HttpResponse, Refusal> {
    let rule = list.filter().rule;
    let read = async |page| list.store().rule_versions(list.grant(), rule, page).await;
    list.page(read, RuleVersionView::from).await
}

/// Add a version of a rule
///
/// It judges at once whatever it is valid for: how a referral stands is not stored. What was
/// answered before stays to be had with `asOf`. A version is never changed or taken away.
#[utoipa::path(
    tag = "Reference data",
    security(("bearer" = ["reference:write"])),
    params(("rule" = Rule, Path), WriteOptions),
    request_body = AddRuleVersion,
    responses(
        (status = 201, description = "Added", body = AddedRuleVersionView),
        (status = 200, description = "Would be added (`validateOnly`)", body = AddedRuleVersionView),
    ),
)]
#[post("/rules/{rule}/versions")]
async fn add_rule_version(
    call: Command<WriteReference, AddRuleVersion>,
    rule: Path<Rule>,
) -> Result<HttpResponse, Refusal> {
    let parameters = call.body().parameters(*rule)?;
    call.run(About::Named(rules::about(*rule)), async |write, body| {
        let AddRuleVersion { version, valid_from, .. } = body;
        let new = NewVersion { version: version.into(), valid_from, parameters };
        let added = write.add_rule_version(new).await?;
        let place = format!("/v1/rules?rule={}", *rule);
        Ok(answer::created(place, 1, &AddedRuleVersionView::of(&added)))
    })
    .await
}
