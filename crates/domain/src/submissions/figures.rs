//! Figures that the service fills into a submission: counted anew for a draft, and kept as they were with each
//! version that is submitted.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::funds::FundStatement;
use crate::measures::{Measure, Number, Tally};
use crate::templates::FigureKind;

crate::closed_list! {
    /// Whether figures of a submission are counted.
    FigureStanding: "Standing of figures" / "Te tūnga o ngā tatauranga" {
        Counted = "counted": "Counted" / "Kua tatauria",
        NotYet = "not_yet": "Not yet" / "Kāore anō",
    }
    /// Why figures are not counted.
    NoFigure: "Why figures are not counted" / "Te take kāore i tatauria" {
        /// The service has no records of it yet.
        NotRecorded = "not_recorded": "Not recorded in the service yet" / "Kāore anō kia tuhia ki te ratonga",
        /// The dates of the term are not known.
        UnknownTerm = "unknown_term": "The term is not known" / "Kāore i te mōhiotia te wāhanga",
        /// The contract has no fund for the year.
        NoFund = "no_fund": "The contract has no fund for the year" / "Kāore he tahua o te kirimana mō te tau",
    }
    /// A count that is part of figures.
    FigureCountKind: "Count of a submission" / "Te tatau o te tukunga" {
        /// People of the organisation with an active account and a role.
        People = "people": "People with access" / "Ngā tāngata whai uru",
        /// Those of them who have not completed the training.
        Untrained = "untrained": "People without the training" / "Ngā tāngata kāore anō kia whakangungua",
    }
}

/// The figures of a submission.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CountedFigures {
    /// The figures count what was known at this instant.
    pub as_of: DateTime<Utc>,
    /// Version of the calendar that counted business days.
    #[schema(max_length = 100)]
    pub calendar_version: String,
    /// One item for each kind of figures that the template asks for.
    #[schema(max_items = 12)]
    pub items: Vec<CountedFigure>,
}

/// Figures of one kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CountedFigure {
    /// Kind of the figures.
    pub figure: FigureKind,
    /// Whether they are counted.
    pub standing: FigureStanding,
    /// Why they are not counted; null of counted figures.
    pub reason: Option<NoFigure>,
    /// Numbers of the contract, in its order.
    #[schema(max_items = 10)]
    pub numbers: Vec<FigureNumber>,
    /// Counts that are no share of anything.
    #[schema(max_items = 10)]
    pub counts: Vec<FigureCount>,
    /// What the fund of the contract's year stood at; null of figures of another kind.
    #[serde(default)]
    pub fund: Option<FundStatement>,
}

/// A number of the contract, with the referrals that it is counted of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FigureNumber {
    /// The measure.
    pub measure: Measure,
    /// Its limit in business days; null for improved attendance.
    #[schema(minimum = 1, maximum = 366)]
    pub within_days: Option<u16>,
    /// First day of the referrals that are counted.
    pub from: NaiveDate,
    /// Last day of the referrals that are counted.
    pub to: NaiveDate,
    /// How many referrals met it.
    #[schema(minimum = 0)]
    pub numerator: u64,
    /// How many referrals count: those that met it and those that missed it.
    #[schema(minimum = 0)]
    pub denominator: u64,
    /// How many referrals are not decided yet.
    #[schema(minimum = 0)]
    pub pending: u64,
    /// How many referrals do not count.
    #[schema(minimum = 0)]
    pub excluded: u64,
    /// The target in percent.
    #[schema(minimum = 0, maximum = 100)]
    pub target_percent: u32,
    /// Whether the target is met; null while anything is pending, and when the denominator is 0.
    pub met: Option<bool>,
    /// Version of the rule that judged.
    #[schema(max_length = 100)]
    pub rule_version: String,
}

/// A count that is no share of anything.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FigureCount {
    /// The things that are counted.
    pub count_of: FigureCountKind,
    /// How many there are.
    #[schema(minimum = 0)]
    pub count: u64,
}

impl CountedFigure {
    /// Figures that are not counted.
    pub fn not_yet(figure: FigureKind, reason: NoFigure) -> Self {
        let (standing, reason) = (FigureStanding::NotYet, Some(reason));
        Self { figure, standing, reason, numbers: Vec::new(), counts: Vec::new(), fund: None }
    }

    /// Figures that are counted.
    pub fn counted(
        figure: FigureKind,
        numbers: Vec<FigureNumber>,
        counts: Vec<FigureCount>,
    ) -> Self {
        Self {
            figure,
            standing: FigureStanding::Counted,
            reason: None,
            numbers,
            counts,
            fund: None,
        }
    }

    /// The figures of a fund; not yet counted where there is none.
    pub fn of_fund(fund: Option<FundStatement>) -> Self {
        match fund {
            Some(_) => Self { fund, ..Self::counted(FigureKind::Fund, Vec::new(), Vec::new()) },
            None => Self::not_yet(FigureKind::Fund, NoFigure::NoFund),
        }
    }
}

impl CountedFigures {
    /// Whether any number is not final: something is not decided yet, or is not counted yet.
    pub fn are_pending(&self) -> bool {
        self.items.iter().any(|item| {
            let open = item.numbers.iter().any(|number| number.pending > 0);
            open || item.standing == FigureStanding::NotYet
        })
    }
}

impl FigureNumber {
    /// A number of the referrals of some days.
    pub fn of(
        number: Number,
        tally: &Tally,
        (from, to): (NaiveDate, NaiveDate),
        rule_version: &str,
    ) -> Self {
        let Number { measure, within_days, target_percent } = number;
        Self {
            measure,
            within_days,
            from,
            to,
            numerator: tally.met,
            denominator: tally.denominator(),
            pending: tally.pending,
            excluded: tally.excluded.values().sum(),
            target_percent,
            met: tally.meets(target_percent),
            rule_version: rule_version.to_owned(),
        }
    }
}

impl FigureKind {
    /// The measures that make figures of this kind; none of figures that are counted otherwise, or not yet.
    pub fn measures(self) -> &'static [Measure] {
        match self {
            Self::ServiceLevels => &[Measure::SchoolContact, Measure::WhanauContact],
            Self::Outcomes => &[Measure::ImprovedAttendance, Measure::Enrolled],
            Self::Volumes
            | Self::Fund
            | Self::Initiatives
            | Self::Activities
            | Self::Capacity
            | Self::Complaints
            | Self::Incidents
            | Self::Surveys
            | Self::Sustained
            | Self::Access => &[],
        }
    }
}
