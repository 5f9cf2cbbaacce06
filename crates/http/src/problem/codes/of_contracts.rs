//! The codes about contracts, and what providers do for them: more rows of the registry.

macro_rules! with_codes_of_contracts {
    ($($others:tt)*) => {
        codes! {
            $($others)*
            ReviewExists 409 "review_exists", "The term has a review", "He arotake kē tō te wāhanga",
                "A contract has one performance review for a term.",
                "Read the review that is there.";
            FindingsOpen 409 "findings_open", "Findings have no agreed action", "Kāore he mahi i whakaaetia mō ētahi kitenga",
                "A review is concluded when an action was agreed for each concern and each breach.",
                "Agree on an action that names the finding, then conclude.";
            NotConcluded 409 "not_concluded", "The review is not concluded", "Kāore anō te arotake kia whakatauria",
                "The withholding payment is decided on once the review of its term is concluded.",
                "Conclude the review first.";
            AlreadyDecided 409 "already_decided", "There is a decision already", "Kua whakatauria kētia",
                "A decision on the withholding payment never changes. Another one supersedes the last one by its number, until that one is paid.",
                "Read the decisions, and name the last one in `supersedes` with a `reason`.";
            RequirementUnmetNeedsSecond 409 "requirement_unmet_needs_second", "A second person confirms the decision", "Mā te tangata tuarua e whakaū",
                "A gate is unmet, and the person who proposed the decision would confirm it.",
                "Let somebody else of the Ministry confirm it.";
            NothingUnmet 409 "nothing_unmet", "No requirement is unmet", "Kāore he herenga kāore i tutuki",
                "The payment is withheld because a requirement is unmet. One that can not be known yet is no reason.",
                "Release the payment, or wait until the requirement is known.";
            NothingWithheld 409 "nothing_withheld", "Nothing is paid with this review", "Kāore he utu mō tēnei arotake",
                "The contract withholds nothing in the year, its amount is not set, or it is paid once a year with the review of the last term.",
                "Set the year of the contract, or decide with the last review.";
            ReasonRequired 422 "reason_required", "A reason is needed", "Me whai take",
                "To withhold, to supersede a decision, to release while a gate is unmet, and to drop an action need a reason each.",
                "Send `reason`, or an item of `acceptedDespite` for each gate that is unmet.";
            PlanExistsForYear 409 "plan_exists_for_year", "The year has a plan", "He mahere kē tō te tau",
                "A contract has one service delivery plan for a year.",
                "Change the plan that is there; an accepted one is varied first.";
            ReportExists 409 "report_exists", "The submission exists", "Kei reira kē te tukunga",
                "A contract has one submission of a kind for a year or a term.",
                "Change the submission that is there.";
            TermNotOver 409 "term_not_over", "The period is not over", "Kāore anō te wā kia mutu",
                "A report is submitted, and a review opened, once the term or the year is over and the dates of the term are known.",
                "Do it after the last day of the period.";
            OutsideYear 422 "outside_year", "The day or the term is of another year", "Nō tau kē te rā, te wāhanga rānei",
                "What belongs to a contract year lies within it.",
                "Name a day, or a term, of that year.";
            UnknownTemplateVersion 422 "unknown_template_version", "No such template is published", "Kāore he tauira pērā kua whakaputaina",
                "The template does not exist, is a draft or was retired. Each version of a template has an id of its own.",
                "Take the id of a published template from `GET /v1/templates?status=published`.";
            RequiredAnswersMissing 422 "required_answers_missing", "Required answers are missing", "Kei te ngaro ētahi whakautu",
                "A submission answers every required question, and confirms every policy where it is about policies; `errors` names all that is missing.",
                "Answer the questions that `errors` names, then submit again.";
            QuarterWithoutMilestone 422 "quarter_without_milestone", "A quarter has no milestone", "Kāore he pou herenga o tētahi koata",
                "A service delivery plan has at least one milestone in each quarter of its year.",
                "Add a milestone to each quarter that `errors` names.";
            MilestoneOutsideYear 422 "milestone_outside_year", "A milestone is due outside the year", "Kei waho i te tau tētahi pou herenga",
                "The milestones of a plan are due within its contract year.",
                "Correct the days that `errors` points at.";
        }
    };
}
