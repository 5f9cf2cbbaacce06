//! The columns themselves. Their names are a promise to whoever built a report on them: a new column
//! goes to the end, and none changes its name or its meaning.

use ascms_domain::measures::ColumnSource::{Contract, Ours};
use ascms_domain::measures::ColumnType::{Boolean, Date, DateTime, Decimal, Integer, Text};
use ascms_domain::measures::ColumnUnit::{BusinessDays, Percent, Referrals, Share, TenThousandths};
use ascms_domain::measures::{Breakdown, ColumnSource, ColumnType, ColumnUnit, Exclusion};

use super::column::{Cell, Column, Fact, instant};

/// Whether a speaker of te reo Māori has read the labels in that language. None has yet.
pub(super) const LABELS_REVIEWED: bool = false;

/// A column of words or days.
const fn plain(
    name: &'static str,
    (kind, source): (ColumnType, ColumnSource),
    (en, mi): (&'static str, &'static str),
    meaning: &'static str,
    cell: fn(&Fact<'_>) -> Cell,
) -> Column {
    Column { name, kind, unit: None, nullable: false, en, mi, meaning, source, cell }
}

/// A column of numbers.
const fn number(
    name: &'static str,
    (unit, source): (ColumnUnit, ColumnSource),
    (en, mi): (&'static str, &'static str),
    meaning: &'static str,
    cell: fn(&Fact<'_>) -> Cell,
) -> Column {
    let kind = Integer;
    Column { name, kind, unit: Some(unit), nullable: false, en, mi, meaning, source, cell }
}

/// A column in which a row may have nothing.
const fn or_nothing(column: Column) -> Column {
    Column { nullable: true, ..column }
}

const COUNT: (ColumnUnit, ColumnSource) = (Referrals, Ours);

pub const COLUMNS: &[Column] = &[
    plain(
        "period",
        (Text, Ours),
        ("Period", "Te wā"),
        "The period as it was asked for: a term, a quarter, a year, or two dates with `/` between them.",
        |fact| Cell::Text(fact.asked.period.clone()),
    ),
    plain(
        "periodFrom",
        (Date, Ours),
        ("From", "Mai i"),
        "The first day of the period, which is one of referral dates.",
        |fact| Cell::Text(fact.asked.scope.from.to_string()),
    ),
    plain("periodTo", (Date, Ours), ("To", "Ki"), "The last day of the period.", |fact| {
        Cell::Text(fact.asked.scope.to.to_string())
    }),
    plain(
        "reach",
        (Text, Ours),
        ("Whose referrals", "Nā wai ngā tono"),
        "`nation`: everybody's referrals are counted; `own`: those within the caller's reach only.",
        |fact| Cell::Text(fact.asked.reach.to_string()),
    ),
    plain(
        "level",
        (Text, Ours),
        ("Level", "Te taumata"),
        "What the number is counted for: `national`, `region`, `catchment`, `provider`, `school` or `student`.",
        |fact| Cell::Text(fact.asked.scope.level.to_string()),
    ),
    plain(
        "key",
        (Text, Ours),
        ("Key", "Te kī"),
        "Which group of the level: a region's name, a code, a school's number, a student's id; `unassigned` for what belongs to none.",
        |fact| Cell::Text(fact.group.key.clone()),
    ),
    or_nothing(plain(
        "name",
        (Text, Ours),
        ("Name", "Te ingoa"),
        "What the group is called today.",
        |fact| Cell::text(fact.group.name.as_deref()),
    )),
    or_nothing(plain(
        "by",
        (Text, Ours),
        ("Broken down by", "I wehea mā te"),
        "Into what the group is broken down; nothing when it is not.",
        |fact| Cell::text(fact.asked.by.map(Breakdown::as_str)),
    )),
    or_nothing(plain(
        "part",
        (Text, Ours),
        ("Part", "Te wāhanga"),
        "Which part of the group; `not_stated` when it is not known. The parts add up to the group.",
        |fact| Cell::text(fact.group.part.as_deref()),
    )),
    plain(
        "measure",
        (Text, Contract),
        ("Measure", "Te ine"),
        "`school_contact`, `whanau_contact`, `improved_attendance` or `enrolled`.",
        |fact| Cell::Text(fact.number.measure.to_string()),
    ),
    or_nothing(number(
        "withinDays",
        (BusinessDays, Contract),
        ("Within", "I roto i"),
        "The limit from the referral date; nothing for improved attendance, which has a term.",
        |fact| Cell::count(fact.number.within_days.map(u64::from)),
    )),
    number(
        "met",
        COUNT,
        ("Met", "I tutuki"),
        "Referrals that met the limit: the numerator.",
        |fact| Cell::Count(fact.tally.met),
    ),
    number(
        "missed",
        COUNT,
        ("Missed", "Kāore i tutuki"),
        "Referrals that did not, and whose limit has passed.",
        |fact| Cell::Count(fact.tally.missed),
    ),
    number("denominator", COUNT, ("Counted", "I tatauria"), "Met and missed.", |fact| {
        Cell::Count(fact.tally.denominator())
    }),
    number(
        "pending",
        COUNT,
        ("Pending", "E tatari ana"),
        "Not decided yet: the limit is still ahead. Not in the denominator.",
        |fact| Cell::Count(fact.tally.pending),
    ),
    number(
        "excludedTotal",
        COUNT,
        ("Excluded", "Kāore e tatauria"),
        "Referrals that do not count: the sum of the columns that say why.",
        |fact| Cell::Count(fact.tally.excluded.values().sum()),
    ),
    number(
        "excludedDeclined",
        COUNT,
        ("Excluded: declined", "Kāore e tatauria: i whakahēngia"),
        "The provider declined the referral.",
        |fact| Cell::Count(fact.excluded(Exclusion::Declined)),
    ),
    number(
        "excludedWithdrawn",
        COUNT,
        ("Excluded: withdrawn", "Kāore e tatauria: i tangohia"),
        "The sender took it back before it was accepted.",
        |fact| Cell::Count(fact.excluded(Exclusion::Withdrawn)),
    ),
    number(
        "excludedRedirected",
        COUNT,
        ("Excluded: redirected", "Kāore e tatauria: i tukuna kētia"),
        "It went to another provider, where its successor counts.",
        |fact| Cell::Count(fact.excluded(Exclusion::Redirected)),
    ),
    number(
        "excludedResolved",
        COUNT,
        ("Excluded: resolved", "Kāore e tatauria: kua whakatauhia"),
        "The student turned out to be enrolled.",
        |fact| Cell::Count(fact.excluded(Exclusion::Resolved)),
    ),
    number(
        "excludedJoinedToOpenCase",
        COUNT,
        ("Excluded: joined to an open case", "Kāore e tatauria: i hono ki tētahi kēhi tuwhera"),
        "The student was in an open case, which has a count of its own.",
        |fact| Cell::Count(fact.excluded(Exclusion::JoinedToOpenCase)),
    ),
    number(
        "excludedNoProvider",
        COUNT,
        ("Excluded: no provider", "Kāore e tatauria: kāore he kaiwhakarato"),
        "No provider is responsible yet; it waits in the Ministry's queue.",
        |fact| Cell::Count(fact.excluded(Exclusion::NoProvider)),
    ),
    number(
        "excludedDied",
        COUNT,
        ("Excluded: died", "Kāore e tatauria: kua mate"),
        "The student died before it was decided.",
        |fact| Cell::Count(fact.excluded(Exclusion::Died)),
    ),
    number(
        "excludedMovedOverseas",
        COUNT,
        ("Excluded: moved overseas", "Kāore e tatauria: kua hūnuku ki tāwāhi"),
        "The student moved overseas before it was decided.",
        |fact| Cell::Count(fact.excluded(Exclusion::MovedOverseas)),
    ),
    number(
        "excludedNoBaseline",
        COUNT,
        ("Excluded: no baseline", "Kāore e tatauria: kāore he pae tīmata"),
        "Improved attendance only: there is nothing to compare with.",
        |fact| Cell::Count(fact.excluded(Exclusion::NoBaseline)),
    ),
    number(
        "excludedTooLittleAttendance",
        COUNT,
        ("Excluded: too little attendance", "Kāore e tatauria: he iti rawa ngā raraunga tae"),
        "Improved attendance only: too little of the outcome term is on record.",
        |fact| Cell::Count(fact.excluded(Exclusion::TooLittleAttendance)),
    ),
    number(
        "excludedContactDetailsNotCurrent",
        COUNT,
        (
            "Excluded: contact details not current",
            "Kāore e tatauria: he tawhito ngā taipitopito whakapā",
        ),
        "Enrolled only: nobody confirmed in time how the whānau is reached.",
        |fact| Cell::Count(fact.excluded(Exclusion::ContactDetailsNotCurrent)),
    ),
    number(
        "targetPercent",
        (Percent, Contract),
        ("Target", "Te whāinga"),
        "The contract's target, by the rule in force on the last day of the period.",
        |fact| Cell::Count(fact.number.target_percent.into()),
    ),
    or_nothing(number(
        "rateTenThousandths",
        (TenThousandths, Ours),
        ("Rate, exact", "Te ōrau tika"),
        "Met by denominator in ten-thousandths, rounded half up: 8333 is 83.33 %. Nothing of nothing.",
        |fact| Cell::count(fact.tally.rate_ten_thousandths()),
    )),
    or_nothing(Column {
        kind: Decimal,
        ..number(
            "rate",
            (Share, Ours),
            ("Rate", "Te ōwehenga"),
            "The same as a decimal of four places. Do not average it over rows: sum `met` and `denominator`.",
            |fact| fact.tally.rate_ten_thousandths().map_or(Cell::Nothing, Cell::Share),
        )
    }),
    or_nothing(plain(
        "targetMet",
        (Boolean, Ours),
        ("Target kept", "I eke ki te whāinga"),
        "Whether met by denominator is the target or more, compared in integers. Nothing while anything is pending, and of nothing.",
        |fact| fact.tally.meets(fact.number.target_percent).map_or(Cell::Nothing, Cell::Truth),
    )),
    plain(
        "ruleVersion",
        (Text, Ours),
        ("Version of the rule", "Te putanga o te ture"),
        "The version of the rule that judged the number.",
        |fact| Cell::Text(fact.made_by.rule_version(fact.number.measure).to_owned()),
    ),
    plain(
        "calendarVersion",
        (Text, Ours),
        ("Version of the calendar", "Te putanga o te maramataka"),
        "The version of the calendar that counted business days.",
        |fact| Cell::Text(fact.made_by.calendar_version.clone()),
    ),
    plain(
        "asOf",
        (DateTime, Ours),
        ("As known at", "E ai ki te mōhio i"),
        "What was known at this instant was counted, judged by its day.",
        |fact| Cell::Text(instant(fact.made_by.as_of)),
    ),
    number(
        "deadlinePassedMet",
        COUNT,
        ("Met, deadline passed", "I tutuki, kua hipa te rā mutunga"),
        "Those of `met` whose limit has passed. While others are pending, this and the next column make the rate to go by.",
        |fact| Cell::Count(fact.tally.deadline_passed().met),
    ),
    number(
        "deadlinePassedDenominator",
        COUNT,
        ("Counted, deadline passed", "I tatauria, kua hipa te rā mutunga"),
        "Those of `denominator` whose limit has passed.",
        |fact| Cell::Count(fact.tally.deadline_passed().denominator),
    ),
    or_nothing(Column {
        kind: Decimal,
        ..number(
            "deadlinePassedRate",
            (Share, Ours),
            ("Rate, deadline passed", "Te ōwehenga, kua hipa te rā mutunga"),
            "`deadlinePassedMet` by `deadlinePassedDenominator`, four decimals. Nothing of nothing.",
            |fact| {
                let rate = fact.tally.deadline_passed().rate_ten_thousandths();
                rate.map_or(Cell::Nothing, Cell::Share)
            },
        )
    }),
];
