//! The versions of the rules as the Ministry reads them, and adds one.

use ascms_domain::access::Grant;
use ascms_domain::ids::RecalculationId;
use ascms_domain::instants::following;
use ascms_domain::recalculations::RecalculationCause;
use ascms_domain::rules::{Rule, RuleParameters};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::{Condition, ExprTrait, QueryOrder, QuerySelect};

use crate::Store;
use crate::features::duties;
use crate::features::recalculations::{self, RecalculationOrder};
use crate::gate::write::Write;
use crate::rows::rule_version::{ActiveModel, Column, Entity, Model};
use crate::store::audit::{self, Subject};
use crate::store::call::CallError;
use crate::store::dialect;
use crate::store::error::StoreError;
use crate::store::events::{self, Event};
use crate::store::page::{Page, PageRequest};
use crate::store::whole_row;

/// One version of a rule, whichever rule it is.
#[derive(Clone, Debug)]
pub struct RuleVersion {
    pub version: String,
    pub valid_from: NaiveDate,
    pub added_at: DateTime<Utc>,
    pub parameters: RuleParameters,
}

/// A version to be added.
#[derive(Clone, Debug)]
pub struct NewVersion {
    pub version: String,
    pub valid_from: NaiveDate,
    pub parameters: RuleParameters,
}

/// A version that was added.
#[derive(Clone, Debug)]
pub struct AddedVersion {
    pub version: RuleVersion,
    pub recalculation_id: RecalculationId,
}

/// Why a version was not added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RuleRefusal {
    #[error("the rule has a version of this name")]
    NameTaken,
    #[error("another version of the rule is valid from the same day")]
    DayTaken,
}

/// A version's place in the list.
type RulePosition = (Rule, NaiveDate);

impl Store {
    /// The versions of the rules, of one or of all, by rule and first day.
    pub async fn rule_versions(
        &self,
        _grant: &Grant,
        rule: Option<Rule>,
        page: PageRequest<RulePosition>,
    ) -> Result<Page<RuleVersion, RulePosition>, StoreError> {
        // A later release may have versions of a rule that this one does not know.
        let known = Rule::ALL.iter().map(|rule| rule.as_str());
        let mut all = Entity::find().filter(Column::Rule.is_in(known));
        if let Some(rule) = rule {
            all = all.filter(Column::Rule.eq(rule.as_str()));
        }
        let total = page.total(&all, &self.read).await?;
        let mut query =
            all.order_by_asc(Column::Rule).order_by_asc(Column::ValidFrom).limit(page.fetch());
        if let Some((rule, day)) = page.after {
            let same_rule = Column::Rule.eq(rule.as_str()).and(Column::ValidFrom.gt(day));
            let later = Condition::any().add(Column::Rule.gt(rule.as_str())).add(same_rule);
            query = query.filter(later);
        }
        let rows: Vec<RuleVersion> =
            query.all(&self.read).await?.iter().map(read).collect::<Result<_, _>>()?;
        let found = page.cut(rows, |row| (row.parameters.rule(), row.valid_from));
        Ok(Page { total, ..found })
    }
}

/// The name of what whoever adds a version of a rule waits for.
#[must_use]
pub fn about(rule: Rule) -> String {
    format!("rule {rule}")
}

impl Write<'_> {
    /// Adds a version of a rule. From now on it judges what it is valid for; what was answered
    /// before stays to be had by `asOf`.
    pub async fn add_rule_version(
        &self,
        new: NewVersion,
    ) -> Result<AddedVersion, CallError<RuleRefusal>> {
        let &Write { txn, call, .. } = self;
        self.changes_reference();
        let NewVersion { version, valid_from, parameters } = new;
        let rule = parameters.rule();
        dialect::lock_names(txn, &[about(rule)]).await?;
        let of_rule = || Entity::find().filter(Column::Rule.eq(rule.as_str()));
        let same_name = of_rule().filter(Column::Version.eq(version.as_str()));
        if same_name.one(txn).await?.is_some() {
            return Err(CallError::Refused(RuleRefusal::NameTaken));
        }
        if of_rule().filter(Column::ValidFrom.eq(valid_from)).one(txn).await?.is_some() {
            return Err(CallError::Refused(RuleRefusal::DayTaken));
        }
        let id = Uuid::now_v7();
        // What was answered as of the versions before is answered so again.
        let last = of_rule().order_by_desc(Column::AddedAt).one(txn).await?;
        let added_at = last.map_or(call.now, |last| following(last.added_at, call.now));
        let (known_to_all, whole) = written(&parameters)?;
        let row = Model {
            rule: rule.to_string(),
            version: version.clone(),
            valid_from,
            parameters: known_to_all,
            whole: Some(whole),
            added_at,
            id: Some(id),
        };
        whole_row::insert(txn, ActiveModel::from(row)).await?;
        if rule == Rule::Duties {
            duties::settle_all(self).await?;
        }
        let subject = format!("{rule} {version}");
        let order = RecalculationOrder { cause: RecalculationCause::Rule, subject, dates: None };
        let by = Some(call.grant.caller());
        let recalculation_id = recalculations::order(txn, order, by, call.now).await?;
        let subject = Subject::one("rule", id).with([recalculation_id.0]);
        audit::record(txn, audit::allowed(call.grant, subject, call.now)).await?;
        events::record(txn, announced(id), call.now).await?;
        let version = RuleVersion { version, valid_from, added_at, parameters };
        Ok(AddedVersion { version, recalculation_id })
    }
}

fn announced(id: Uuid) -> Event {
    Event {
        kind: "rule.version_added",
        subject_id: id,
        version: 1,
        provider_id: None,
        school_id: None,
    }
}

fn read(row: &Model) -> Result<RuleVersion, StoreError> {
    let Model { rule, version, valid_from, added_at, .. } = row;
    let text = row.text();
    let unreadable = StoreError::RuleUnreadable;
    // A CHECK of the schema keeps it to the words.
    let rule = rule.parse::<Rule>().or(Err(StoreError::NoRule("of an unknown name")))?;
    let parameters = match rule {
        Rule::Eligibility => serde_json::from_str(text).map(RuleParameters::Eligibility),
        Rule::ServiceLevels => serde_json::from_str(text).map(RuleParameters::ServiceLevels),
        Rule::Outcomes => serde_json::from_str(text).map(RuleParameters::Outcomes),
        Rule::StatutoryHolidays => {
            serde_json::from_str(text).map(RuleParameters::StatutoryHolidays)
        }
        Rule::Duties => serde_json::from_str(text).map(RuleParameters::Duties),
        Rule::Withholding => serde_json::from_str(text).map(RuleParameters::Withholding),
    };
    Ok(RuleVersion {
        version: version.clone(),
        valid_from: *valid_from,
        added_at: *added_at,
        parameters: parameters.map_err(unreadable)?,
    })
}

/// Members that later releases brought, by where they stand. The release before refuses parameters
/// that it does not know, and would judge nothing any more.
const LATER: [&[&str]; 10] = [
    &["afterTransfer"],
    &["baselineSource"],
    &["claimSchoolDays"],
    &["contradictionPoints"],
    &["waitingReferrals"],
    &["continuingUntilAge"],
    &["continuingUntilAgeWithOrs"],
    &["lateDecision"],
    &["improvedAttendance", "noRecord"],
    &["enrolled", "contactConfirms"],
];

/// The parameters that every release knows, and all of them.
fn written(parameters: &RuleParameters) -> Result<(String, String), StoreError> {
    let mut all = match parameters {
        RuleParameters::Eligibility(rules) => serde_json::to_value(rules),
        RuleParameters::ServiceLevels(rules) => serde_json::to_value(rules),
        RuleParameters::Outcomes(rules) => serde_json::to_value(rules),
        RuleParameters::StatutoryHolidays(rules) => serde_json::to_value(rules),
        RuleParameters::Duties(rules) => serde_json::to_value(rules),
        RuleParameters::Withholding(rules) => serde_json::to_value(rules),
    }
    .map_err(StoreError::RuleUnreadable)?;
    let whole = all.to_string();
    for path in LATER {
        let Some((last, way)) = path.split_last() else { continue };
        let place = way.iter().try_fold(&mut all, |place, member| place.get_mut(*member));
        if let Some(members) = place.and_then(serde_json::Value::as_object_mut) {
            members.remove(*last);
        }
    }
    Ok((all.to_string(), whole))
}
