//! Invented students, and what their schools say of them.

use ascms_domain::calendar::Region;
use ascms_domain::referrals::{
    NonEnrolment, NonEnrolmentSender, ReferralKind, SchoolResponse, SupportRequest,
};
use ascms_domain::students::{SentStudent, SentWhanauContact};
use ascms_domain::terms::{TermAttendance, school_half_days};
use ascms_domain::text::{Code, Nsn};
use ascms_persistence::Calendars;
use chrono::{Datelike, Days, NaiveDate};

use super::dates::ymd;
use super::names;
use super::random::Random;

/// Well within chronic absence, which is 70 percent or less.
const MOST_PRESENT_PERCENT: u32 = 69;

/// The student of a story. Numbers begin with zeros, as those of nobody do.
pub(super) fn student(
    story: usize,
    levels: (u32, u32),
    on: NaiveDate,
    random: &mut Random,
) -> SentStudent {
    let given = names::GIVEN.get(story % names::GIVEN.len()).copied().unwrap_or_default();
    let family = names::FAMILY.get(story % names::FAMILY.len()).copied().unwrap_or_default();
    let level = random.between(levels.0, levels.1);
    let age = i32::try_from(level + 5).unwrap_or(10);
    let born = ymd(on.year() - age, random.between(1, 12), random.between(1, 28));
    let second = random.percent(30).then(|| random.one_of(&names::GIVEN));
    SentStudent {
        nsn: random.percent(90).then(|| Nsn(format!("0000{:06}", 1000 + story * 13))),
        legal_given_names: Some(match second {
            Some(second) => format!("{given} {second}").as_str().into(),
            None => given.into(),
        }),
        legal_family_name: family.into(),
        preferred_given_names: second.map(|_| given.into()),
        preferred_family_name: None,
        birth_date: born,
        gender: Some(Code(random.one_of(&["1", "2", "11", "21", "3"]).to_owned())),
        ethnicities: vec![Code(random.one_of(&["1", "2", "2", "3", "4", "5"]).to_owned())],
        iwi: Vec::new(),
        home_language: Some(Code(random.one_of(&["eng", "eng", "mri", "smo", "ton"]).to_owned())),
        interpreter_wanted: random.percent(5),
        te_reo_preferred: random.percent(15),
        year_level: i32::try_from(level).ok(),
        address_protected: random.percent(4),
        whanau_contacts: (0..random.between(1, 2)).map(|n| carer(family, n, on, random)).collect(),
    }
}

fn carer(family: &str, position: u32, on: NaiveDate, random: &mut Random) -> SentWhanauContact {
    let name = random.one_of(&names::CARERS);
    let phone = format!("021 000 {:04}", random.below(10_000));
    let relationship = if position == 0 {
        random.one_of(&["mother", "father", "parent", "caregiver", "grandmother"])
    } else {
        random.one_of(&["aunt", "uncle", "grandfather", "sibling", "guardian"])
    };
    SentWhanauContact {
        name: format!("{name} {family}").as_str().into(),
        relationship: Code(relationship.to_owned()),
        phone: Some(phone.as_str().into()),
        other_phone: None,
        email: (position == 0).then(|| "whanau@example.invalid".into()),
        address: (position == 0).then(|| {
            format!("{} Kōwhai Lane, Nowhere 0000", random.between(1, 99)).as_str().into()
        }),
        preferred_language: None,
        confirmed_on: on.checked_sub_days(Days::new(random.below(90).into())),
    }
}

/// What a school asks for on a day.
pub(super) fn request(
    kind: ReferralKind,
    on: NaiveDate,
    calendars: &Calendars,
    region: Option<Region>,
    random: &mut Random,
) -> SupportRequest {
    let chronic = kind == ReferralKind::ChronicAbsence;
    let reason = if chronic {
        random.one_of(&names::CHRONIC_REASONS)
    } else {
        random.one_of(&names::NON_ENROLMENT_REASONS)
    };
    let code = |text: &str| Code(text.to_owned());
    let barriers = ["transport", "anxiety", "caring_duties", "housing", "engagement", "food"];
    let steps = ["whanau_contacted", "letter_sent", "absent_10_days", "absent_15_days"];
    let agencies = ["whanau_ora", "school_health", "oranga_tamariki", "learning_support"];
    let tried = random.percent(85);
    SupportRequest {
        kind,
        reason: reason.into(),
        barriers: vec![code(random.one_of(&barriers))],
        school_response: SchoolResponse {
            star_steps: if tried { vec![code(random.one_of(&steps))] } else { Vec::new() },
            attendance_management_plan: tried && random.percent(60),
            individual_plan_tried: tried && random.percent(40),
        },
        agencies: if random.percent(30) {
            vec![code(random.one_of(&agencies))]
        } else {
            Vec::new()
        },
        safety_alerts: if random.percent(6) {
            vec![code(random.one_of(&["dog", "visit_in_pairs", "no_coverage"]))]
        } else {
            Vec::new()
        },
        whanau_told_on: random.percent(90).then_some(on),
        consent_notes: None,
        attendance: if chronic { attendance(on, calendars, region, random) } else { Vec::new() },
        continuing_support: false,
        continuing_support_grounds: None,
        visa_status: None,
        non_enrolment: (!chronic).then(|| non_enrolment(on, random)),
    }
}

/// The present term so far, and the one before: both chronic.
fn attendance(
    on: NaiveDate,
    calendars: &Calendars,
    region: Option<Region>,
    random: &mut Random,
) -> Vec<TermAttendance> {
    let (terms, calendar) = (&calendars.terms, &calendars.contract);
    let present = terms.on(on);
    let before = terms.latest_before(present.map_or(on, |term| term.starts_on));
    let whole = before.map(|term| (term.key, school_half_days(term, calendar, region)));
    let so_far = present.map(|term| {
        (term.key, calendar.business_days_within(term.starts_on, on, region).saturating_mul(2))
    });
    let recorded = whole.into_iter().chain(so_far).filter(|(_, possible)| *possible > 0);
    let counted = recorded.map(|(term, possible_half_days)| {
        let share = random.between(15, MOST_PRESENT_PERCENT);
        let present_half_days = possible_half_days * share / 100;
        TermAttendance { term, possible_half_days, present_half_days }
    });
    counted.collect()
}

fn non_enrolment(on: NaiveDate, random: &mut Random) -> NonEnrolment {
    let left = on.checked_sub_days(Days::new(random.between(10, 60).into()));
    let reasons = ["other_school", "absent_20_days", "not_known"];
    NonEnrolment {
        sender: if random.percent(20) {
            NonEnrolmentSender::EnrolmentRegister
        } else {
            NonEnrolmentSender::School
        },
        last_day_attended: left,
        left_on: left,
        leaving_reason: Some(Code(random.one_of(&reasons).to_owned())),
        intended_school: None,
        intended_region: None,
    }
}
