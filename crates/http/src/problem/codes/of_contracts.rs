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
            OverBudget 409 "over_budget", "The fund's budget does not cover this", "Kāore e rahi te tahua mō tēnei",
                "What is committed and spent is never more than the budget of the fund with its overrides.",
                "Read the fund: `leftCents` says what is left. Ask for less, or ask the Ministry for an override.";
            OverCommitment 409 "over_commitment", "More is spent than was approved", "He nui ake te whakapaunga i tērā i whakaaetia",
                "What goes beyond the commitment is recorded by somebody who might have approved it, and did not ask for it.",
                "Have a workflow lead who did not ask for the need record the spending.";
            OwnRequest 409 "own_request", "Somebody else decides on your request", "Mā tētahi atu e whakatau tō tono",
                "By the contract's approval policy, who asked for a need does not decide on it.",
                "Ask another workflow lead of the provider.";
            ProviderDecides 409 "provider_decides", "The provider decides this", "Mā te kaiwhakarato tēnei e whakatau",
                "The Ministry decides on needs only where the contract's approval policy says so.",
                "Leave the decision to the provider's workflow lead.";
            FundClosed 409 "fund_closed", "The fund is closed", "Kua kati te tahua",
                "The Ministry closed the fund: its ledger takes no entry any longer.",
                "Ask the Ministry.";
            NoFund 409 "no_fund", "There is no fund for this year", "Kāore he tahua mō tēnei tau",
                "The contract has no fund for this calendar year, or the fund's budget is not confirmed yet.",
                "Ask the Ministry to open the fund, or to confirm its budget.";
            RefundExceedsSpend 409 "refund_exceeds_spend", "More came back than was spent", "He nui ake te whakahokinga i te whakapaunga",
                "A refund is at the most what was spent on the need, less what came back before.",
                "Read the need: `spentCents` says how much that is.";
            FundExists 409 "fund_exists", "The contract has a fund for this year", "He tahua kē tā te kirimana mō tēnei tau",
                "A contract has one fund a calendar year.",
                "Read the fund that is there.";
            NoContractYear 409 "no_contract_year", "The contract has no amounts for this year", "Kāore he moni a te kirimana mō tēnei tau",
                "The budget of a fund is the amount that the contract's year sets for basic needs.",
                "Set the contract's year first.";
            BudgetProposed 409 "budget_proposed", "A proposed budget waits already", "Kei te tatari kē tētahi tahua kua marohitia",
                "One budget, or one change of it, is proposed at a time.",
                "Have a second person decide on the one that waits.";
            NoBudgetProposed 409 "no_budget_proposed", "No proposed budget waits", "Kāore he tahua e tatari ana",
                "A budget is decided on after it was proposed, and once.",
                "Propose a change of the budget first.";
            OpenCommitments 409 "open_commitments", "Money of the fund is still promised", "Kei te herea tonu ētahi moni o te tahua",
                "A fund closes when every need that it promised to pay for is settled.",
                "List the fund's needs, and have the provider settle those that are approved or part spent.";
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
