//! The codes about contracts, and what providers do for them: more rows of the registry.

macro_rules! with_codes_of_contracts {
    ($($others:tt)*) => {
        codes! {
            $($others)*
            PlanExistsForYear 409 "plan_exists_for_year", "The year has a plan", "He mahere kē tō te tau",
                "A contract has one service delivery plan for a year.",
                "Change the plan that is there; an accepted one is varied first.";
            ReportExists 409 "report_exists", "The submission exists", "Kei reira kē te tukunga",
                "A contract has one submission of a kind for a year or a term.",
                "Change the submission that is there.";
            TermNotOver 409 "term_not_over", "The period is not over", "Kāore anō te wā kia mutu",
                "A report is submitted once its term or its year is over, and the dates of the term are known.",
                "Submit it after the last day of the period.";
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
