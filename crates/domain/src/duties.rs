//! Duties: what is due by a day. A duty arises in the transaction of what makes it due, and ends in the
//! transaction of what ends it.

use chrono::NaiveDate;

crate::closed_list! {
    /// Kind of a duty: the thing that is due.
    DutyKind: "Kind of duty" / "Te momo herenga" {
        /// A date that a bulletin of the Ministry names.
        KeyDate = "key_date": "Key date" / "Rā matua",
        /// The service delivery plan of a contract year.
        ServiceDeliveryPlan = "service_delivery_plan": "Service delivery plan" / "Te mahere tuku ratonga",
        /// The report on a term.
        TermlyReport = "termly_report": "Report on the term" / "Te pūrongo mō te wāhanga",
        /// The report on the unmet basic needs fund of a term.
        FundReport = "fund_report": "Report on the fund" / "Te pūrongo mō te pūtea",
        /// The report on the initiatives of a contract year.
        InitiativesReport = "initiatives_report": "Report on initiatives" / "Te pūrongo mō ngā kōkiri",
        /// The report on a contract year.
        AnnualReport = "annual_report": "Report on the year" / "Te pūrongo ā-tau",
        /// The yearly confirmation of policies.
        PolicyConfirmation = "policy_confirmation": "Confirmation of policies" / "Te whakaūnga o ngā kaupapa here",
        /// The yearly assurance of security.
        SecurityAssurance = "security_assurance": "Security assurance" / "Te whakaū haumarutanga",
    }
}

crate::closed_list! {
    /// How a duty ended.
    DutyOutcome {
        Done = "done",
        /// The Ministry waived it.
        Waived = "waived",
        /// Its cause went away.
        Lapsed = "lapsed",
    }
}

/// A duty that arises.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDuty {
    pub kind: DutyKind,
    /// What it is due for, such as a contract year or a term. One entry has one duty of a kind and
    /// a period.
    pub period: String,
    /// The first day on which it can be done.
    pub opens_on: NaiveDate,
    /// The last day on which it is done in time.
    pub due_on: NaiveDate,
}
