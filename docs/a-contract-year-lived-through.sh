#!/usr/bin/env bash
# A provider's contract year lived through, from the plan in November to the withheld share, against a sandbox that runs
# (`make run`).
# Each line is one step, as the person who would take it and on the day on which it would be taken (`Sandbox-Date`). The
# script stops at the first answer that is not as said. Each run lives a later year: the year after the next one at first.
# Needs bash 4.4 or later.
#   docs/a-contract-year-lived-through.sh
set -Eeuo pipefail
trap 'echo "${DAY:-}: stopped at line $LINENO" >&2' ERR
shopt -s inherit_errexit
cd "$(dirname "$0")/.."
API=${API:-http://127.0.0.1:8080/v1}
ASCMS=${ASCMS:-target/debug/ascms}
# The second provider of the sandbox, whose catchment is C02, and a school there.
ORGANISATION=01990000-0000-7000-8000-000300000001
SCHOOL=9004
ADMIN=ministry-admin SECOND=ministry-admin-2 LEAD=workflow-lead-2 MANAGER=case-manager-2 ANALYST=ministry-analyst
# In cents: a tenth of the amount is withheld, and paid in four parts of which the last has the remainder.
AMOUNT=120000070 PART=3000001 LAST_PART=3000004 BUDGET=100000
declare -A TOKEN
for who in $ADMIN $SECOND $LEAD $MANAGER $ANALYST; do TOKEN[$who]=$("$ASCMS" token --persona "$who"); done

# call WHO METHOD ADDRESS [BODY]: prints the answer, a refusal too.
call() {
    local who=$1 method=$2 address=$3 body=${4:-} type=json
    local -a sent=(-sS -X "$method" "$address" -H "Authorization: Bearer ${TOKEN[$who]}" -H "Sandbox-Date: $DAY")
    if [ "$method" = PATCH ]; then
        type=merge-patch+json
        sent+=(-H 'If-Match: *')
    fi
    [ -z "$body" ] || sent+=(-H "Content-Type: application/$type" -d "$body")
    curl "${sent[@]}"
}
# as WHO METHOD PATH [BODY]: prints the answer, and stops on a refusal.
as() {
    local answer
    answer=$(call "$1" "$2" "$API$3" "${4:-}")
    case $answer in *'"type":"http'*'/problems/'*) echo "$DAY $1 $2 $3: $answer" >&2; exit 1 ;; esac
    printf '%s' "$answer"
}
# refused CODE WHO METHOD PATH [BODY]: stops unless the call is refused with this code.
refused() {
    local code=$1 answer
    shift
    answer=$(call "$1" "$2" "$API$3" "${4:-}")
    holds "\"code\":\"$code\"" "$answer"
}
# holds TEXT ANSWER: stops unless the answer has this text.
holds() {
    case $2 in *"$1"*) ;; *) echo "$DAY: wanted $1 in: $2" >&2; exit 1 ;; esac
}
# same WHAT FOUND WANTED: stops unless both are the same.
same() {
    [ "$2" = "$3" ] || { echo "$DAY: $1: $2, not $3" >&2; exit 1; }
}
# member NAME: the first member of that name in the answer on standard input; number NAME: the same of a number.
member() { grep -o "\"$1\":\"[^\"]*\"" | sed -n 1p | cut -d'"' -f4; }
number() { grep -o "\"$1\":-\?[0-9]*" | sed -n 1p | cut -d: -f2; }
# count TEXT ANSWER: how often the text stands in the answer.
count() { { grep -o "$1" <<<"$2" || true; } | wc -l | tr -d ' '; }
say() { printf '%s  %-17s %s\n' "$DAY" "$1" "$2"; }

# due OPEN OVERDUE UPCOMING DONE WAIVED LAPSED: the provider's calendar has so many obligations of each kind.
due() {
    local answer found status
    answer=$(as $LEAD GET "/obligations?contractId=$contract&limit=200")
    found="$(count '"status":"open"' "$answer") $(count '"overdue":true' "$answer")"
    for status in upcoming done waived lapsed; do found+=" $(count "\"status\":\"$status\"" "$answer")"; done
    same 'obligations open, overdue, upcoming, done, waived, lapsed' "$found" "$*"
    say $LEAD "has $1 obligations to do ($2 overdue), $3 ahead, $4 done"
}
# submits TEMPLATE YEAR TERM CONTENT: the provider writes a submission and submits it; prints its id.
submits() {
    local template begun id term=
    [ -z "$3" ] || term=", \"term\": \"$3\""
    template=$(as $LEAD GET "/templates?code=$1&status=published&limit=1" | member id)
    begun=$(as $LEAD POST /submissions "{ \"contractId\": \"$contract\", \"templateId\": \"$template\", \"contractYear\": $2$term }")
    id=$(member id <<<"$begun")
    as $LEAD PATCH "/submissions/$id" "$4" >/dev/null
    as $LEAD POST "/submissions/$id/submission" >/dev/null
    printf '%s' "$id"
}
text() { printf '{ "question": "%s", "text": "%s" }' "$1" "$2"; }
choice() { printf '{ "question": "%s", "choice": "yes" }' "$1"; }
plan() {
    local milestones= quarter day
    for day in 1:03-31 2:06-30 3:09-30 4:12-31; do
        quarter=${day%:*}
        milestones+="${milestones:+, }{ \"key\": \"q$quarter-contact\", \"quarter\": $quarter, \"title\": \"Reach schools in time\",
            \"target\": \"Nine of ten.\", \"owner\": \"Workflow lead\", \"dueOn\": \"$1-${day#*:}\",
            \"measure\": { \"measure\": \"school_contact\", \"withinDays\": 5, \"atLeastPercent\": 80 } }"
    done
    printf '%s' "{ \"answers\": [$(text approach 'A call on the first day.'), $(text te_tiriti 'With mana whenua.'),
        { \"question\": \"staff\", \"number\": 12 }, $(text risks 'Two vacancies.')], \"milestones\": [$milestones] }"
}
policies() {
    local confirmed= policy
    for policy in health_safety_wellbeing child_protection privacy_data_security complaints information_requests \
        business_continuity case_closure; do
        confirmed+="${confirmed:+, }{ \"policy\": \"$policy\", \"fit\": true, \"reviewedOn\": \"$BEFORE-02-01\", \"version\": \"2\" }"
    done
    printf '%s' "{ \"answers\": [$(text owner 'Privacy lead'), $(choice shared)], \"policies\": [$confirmed] }"
}
security() {
    local answers= question
    for question in multi_factor passwords removal access_review devices updates malware backups email training incidents \
        suppliers; do
        answers+="$(choice $question), "
    done
    printf '%s' "{ \"answers\": [$answers{ \"question\": \"removals\", \"number\": 0 }] }"
}
termly() {
    printf '%s' "{ \"answers\": [$(text results 'As planned.'), $(text trends 'More whānau are reached.'), $(choice can_deliver)] }"
}
fund_report() {
    printf '%s' "{ \"answers\": [{ \"question\": \"spent\", \"cents\": $1 }, { \"question\": \"students\", \"number\": 1 },
        $(text insights 'Buses matter most.')] }"
}
# reports TERM SPENT: the provider submits both reports on a term.
reports() {
    submits termly-report "${1%-*}" "$1" "$(termly)" >/dev/null
    submits fund-report "${1%-*}" "$1" "$(fund_report "$2")" >/dev/null
    say $LEAD "reports on term $1"
}
# opens TERM: the Ministry opens the review of a term, which is $review from then on.
opens() {
    review=$(as $ADMIN POST /performance-reviews "{ \"contractId\": \"$contract\", \"term\": \"$1\" }" | member id)
    say $ADMIN "opens the review of term $1, with frozen figures"
}
# meets ATTENDED: the Ministry records yesterday's meeting and concludes the review.
meets() {
    local held
    held=$(date -u -d "$DAY -1 day" +%Y-%m-%d)
    as $ADMIN POST "/performance-reviews/$review/meeting" \
        "{ \"heldAt\": \"${held}T12:00:00+12:00\", \"providerAttended\": $1, \"minutes\": \"The figures were read.\" }" >/dev/null
    as $ADMIN POST "/performance-reviews/$review/conclusion" >/dev/null
}
# decides WHO NUMBER STEP: a step of a decision on the payment; prints the answer.
decides() { as "$1" POST "/performance-reviews/$review/withholding-decisions/$2/$3"; }
# releases CENTS: the provider comments, both meet, and the Ministry releases and pays what the review pays.
releases() {
    local answer
    as $LEAD POST "/performance-reviews/$review/comment" '{ "comment": "Two kaimahi were ill." }' >/dev/null
    meets true
    answer=$(as $ADMIN POST "/performance-reviews/$review/withholding-decisions" '{ "outcome": "released" }')
    holds "\"number\":1,\"outcome\":\"released\",\"amountCents\":$1," "$answer"
    decides $ADMIN 1 confirmation >/dev/null
    answer=$(decides $ADMIN 1 payment)
    holds '"status":"paid"' "$answer"
    say $ADMIN "concludes it, releases $1 cents and pays them"
}
# frozen REVIEW: what a review was opened with.
frozen() { as $LEAD GET "/performance-reviews/$1" | grep -o '"sha256":"[^"]*","figures":{.*},"requirements":'; }
# asks CENTS: the case manager asks the fund for something, which is $need from then on.
asks() {
    need=$(as $MANAGER POST "/cases/$case/needs" \
        "{ \"category\": \"transport\", \"amountCents\": $1, \"purpose\": \"So that the student can come.\" }" | member id)
}
approves() { as $LEAD POST "/needs/$need/decision" '{ "outcome": "approved" }' >/dev/null; }
spends() { as $MANAGER POST "/needs/$1/spending" "{ \"amountCents\": $2, \"spentOn\": \"$DAY\" }" >/dev/null; }
# left CENTS: so much is left of the fund, which is what the fold over its entries says.
left() {
    local stands folded
    stands=$(as $LEAD GET "/funds/$fund" | number leftCents)
    folded=$(as $LEAD GET "/funds/$fund/entries?limit=200" |
        grep -o '"kind":"[a-z_]*","amountCents":-\?[0-9]*,"drawnCents":[0-9]*' | tr -d '"' | tr ',:' '  ' |
        awk '{ left += $2 == "spend" ? $6 - $4 : $2 ~ /^(budget|budget_change|override)$/ ? $4 : -$4 } END { print left }')
    same 'left of the fund' "$stands $folded" "$1 $1"
    say $LEAD "has $1 cents left, as the entries of the fund add up"
}

# The year: the first from the one after the next on that no run has lived.
DAY=$(date -u +%Y-%m-%d)
listed=$(as $ADMIN GET "/contracts?organisationId=$ORGANISATION&limit=200")
YEAR=$(($(date -u +%Y) + 2)) HOLDER=AS-0002
while [ "$(count "\"number\":\"AS-Y-$YEAR\"" "$listed")" != 0 ]; do HOLDER=AS-Y-$YEAR YEAR=$((YEAR + 2)); done
BEFORE=$((YEAR - 1)) NEXT=$((YEAR + 1))
holder=$(grep -o "\"id\":\"[^\"]*\",\"number\":\"$HOLDER\"" <<<"$listed" | member id)

DAY=$BEFORE-09-20
terms=$(as $ADMIN GET '/terms?limit=200')
for term in "$BEFORE-4 10-11 12-17" "$YEAR-1 01-31 04-07" "$YEAR-2 04-26 07-02" "$YEAR-3 07-19 09-24" "$YEAR-4 10-11 12-17"; do
    read -r key first last <<<"$term"
    [ "$(count "\"term\":\"$key\"" "$terms")" != 0 ] ||
        as $ADMIN POST "/terms/$key" "{ \"startsOn\": \"${key%-*}-$first\", \"endsOn\": \"${key%-*}-$last\" }" >/dev/null
done
as $ADMIN PATCH "/contracts/$holder" "{ \"endsOn\": \"$BEFORE-10-10\" }" >/dev/null
contract=$(as $ADMIN POST /contracts "{
  \"number\": \"AS-Y-$YEAR\", \"organisationId\": \"$ORGANISATION\", \"kind\": \"catchment\", \"catchments\": [\"C02\"],
  \"startsOn\": \"$BEFORE-10-11\", \"approvalPolicy\": \"second_person\", \"dutyProfile\": \"catchment\" }" | member id)
as $ADMIN PATCH "/contracts/$contract/years/$YEAR" \
    "{ \"amountCents\": $AMOUNT, \"withholdingPercent\": 10, \"withholdingPer\": \"term\", \"basicNeedsCents\": $BUDGET }" >/dev/null
as $ADMIN POST "/contracts/$contract/activation" >/dev/null
say $ADMIN "agrees contract AS-Y-$YEAR: $contract"
due 0 0 20 0 0 0
for kind in service_delivery_plan policy_confirmation security_assurance initiatives_report annual_report; do
    duty=$(as $ADMIN GET "/obligations?contractId=$contract&kind=$kind&limit=1" | member id)
    as $ADMIN POST "/obligations/$duty/waiver" '{ "reason": "The contract begins with the last term." }' >/dev/null
done
say $ADMIN "waives what is asked of whole years, for the weeks of $BEFORE"

DAY=$BEFORE-11-08
due 3 0 12 0 5 0
plan=$(submits service-delivery-plan "$YEAR" '' "$(plan "$YEAR")")
submits policies-confirmation "$YEAR" '' "$(policies)" >/dev/null
say $LEAD "submits the plan of $YEAR, and confirms the policies"
DAY=$BEFORE-11-12
as $ADMIN POST "/submissions/$plan/return" '{ "comment": "Say more about the whānau." }' >/dev/null
say $ADMIN 'returns the plan'
DAY=$BEFORE-11-17
due 1 1 12 2 5 0
late=$(submits security-assurance "$YEAR" '' "$(security)")
same 'days late' "$(as $LEAD GET "/submissions/$late" | number daysLate)" 2
as $LEAD POST "/submissions/$plan/submission" >/dev/null
answer=$(as $ADMIN POST "/submissions/$plan/acceptance")
same 'accepted version' "$(number acceptedVersion <<<"$answer")" 2
say $ADMIN 'accepts the second version of the plan; the security assurance came 2 days late'
due 0 0 12 3 5 0

DAY=$YEAR-01-08
reports "$BEFORE-4" 0
due 0 0 10 5 5 0
fund=$(as $ADMIN POST /funds "{ \"contractId\": \"$contract\", \"year\": $YEAR }" | member id)
refused own_decision $ADMIN POST "/funds/$fund/budget-change/decision" '{ "outcome": "confirmed" }'
as $SECOND POST "/funds/$fund/budget-change/decision" '{ "outcome": "confirmed" }' >/dev/null
say $SECOND 'confirms the budget of the fund, which nobody confirms alone'
left $BUDGET

DAY=$YEAR-02-09
referral=$(as $LEAD POST /referrals "{
  \"schoolNumber\": \"$SCHOOL\",
  \"student\": { \"legalGivenNames\": \"Year $$\", \"legalFamilyName\": \"Example\", \"birthDate\": \"$((YEAR - 13))-05-06\" },
  \"supportRequest\": {
    \"kind\": \"chronic_absence\", \"reason\": \"Away most Mondays.\", \"whanauToldOn\": \"$YEAR-02-01\",
    \"schoolResponse\": { \"attendanceManagementPlan\": true, \"individualPlanTried\": false },
    \"attendance\": [{ \"term\": \"$BEFORE-4\", \"possibleHalfDays\": 80, \"presentHalfDays\": 48 }] } }" | member id)
case=$(as $LEAD POST "/referrals/$referral/decision" '{ "outcome": "accepted" }' | member caseId)
manager=$(as $MANAGER GET '/cases?limit=1' | grep -o '"caseManager":{"id":"[^"]*"' | member id)
as $LEAD POST "/cases/$case/assignment" "{ \"caseManagerId\": \"$manager\" }" >/dev/null
say $LEAD "accepts a referral and assigns the case: $case"
DAY=$YEAR-02-12
own=$(as $LEAD POST "/cases/$case/needs" '{ "category": "food", "amountCents": 1000, "purpose": "Breakfast." }' | member id)
refused own_request $LEAD POST "/needs/$own/decision" '{ "outcome": "approved" }'
as $LEAD POST "/needs/$own/cancellation" '{}' >/dev/null
say $LEAD 'asks for something, and may not decide on it'
asks 40000
approves
spends "$need" 35050
as $MANAGER POST "/needs/$need/settlement" >/dev/null
left 64950
DAY=$YEAR-03-31
asks 50000
bus=$need
approves
spends "$bus" 30000
left 14950
as $LEAD POST "/submissions/$plan/progress" "{
  \"milestone\": \"q1-contact\", \"assessedOn\": \"$DAY\", \"standing\": \"met\", \"comment\": \"Every school was reached.\" }" >/dev/null
say $LEAD 'records that the first milestone is met'

DAY=$YEAR-04-20
due 2 0 8 5 5 0
reports "$YEAR-1" 65050
DAY=$YEAR-04-28
opens "$YEAR-1"
first=$review
opened=$(frozen "$first")
due 1 0 8 7 5 0
releases $PART
DAY=$YEAR-05-20
as $MANAGER POST "/cases/$case/contacts" \
    "{ \"party\": \"school\", \"channel\": \"phone\", \"outcome\": \"reached\", \"occurredAt\": \"$YEAR-02-10T12:00:00+13:00\" }" >/dev/null
same 'the frozen figures' "$(frozen "$first")" "$opened"
say $MANAGER 'records late that the school was reached in time: the review still shows what it was opened with'
DAY=$YEAR-06-09
spends "$bus" 20000

DAY=$YEAR-07-20
submits termly-report "$YEAR" "$YEAR-2" "$(termly)" >/dev/null
DAY=$YEAR-08-10
due 1 1 6 9 5 0
submits fund-report "$YEAR" "$YEAR-2" "$(fund_report 85050)" >/dev/null
say $LEAD 'reports on the fund, too late'
DAY=$YEAR-08-11
opens "$YEAR-2"
releases $PART
due 0 0 6 11 5 0
DAY=$YEAR-08-18
as $MANAGER POST "/needs/$bus/refunds" "{ \"amountCents\": 5500, \"refundedOn\": \"$DAY\", \"reason\": \"Two cards were not used.\" }" >/dev/null
left 20450
asks 20451
refused over_budget $LEAD POST "/needs/$need/decision" '{ "outcome": "approved" }'
as $MANAGER POST "/needs/$need/cancellation" '{}' >/dev/null
say $LEAD 'may not promise a cent more than is left'
asks 20450
approves
rest=$need

DAY=$YEAR-10-05
# What is due for the next year comes with the first change of the contract in this one; a server that runs makes it by itself.
as $ADMIN PATCH "/contracts/$contract" '{ "contacts": [{ "name": "Sandbox Contract Manager" }] }' >/dev/null
due 5 0 6 11 5 0
DAY=$YEAR-10-12
reports "$YEAR-3" 79550
DAY=$YEAR-10-20
spends "$rest" 20450
left 0
DAY=$YEAR-10-27
opens "$YEAR-3"
DAY=$YEAR-11-08
submits service-delivery-plan "$NEXT" '' "$(plan "$NEXT")" >/dev/null
submits policies-confirmation "$NEXT" '' "$(policies)" >/dev/null
submits security-assurance "$NEXT" '' "$(security)" >/dev/null
say $LEAD "submits the plan of $NEXT and confirms policies and security for it, in time"
DAY=$YEAR-11-15
due 1 1 6 16 5 0
meets false
answer=$(as $ADMIN POST "/performance-reviews/$review/withholding-decisions" \
    '{ "outcome": "withheld", "reason": "Nobody of the provider came." }')
holds '"requirement":"took_part","gate":true,"result":"unmet"' "$answer"
holds "\"number\":1,\"outcome\":\"withheld\",\"amountCents\":$PART," "$answer"
refused requirement_unmet_needs_second $ADMIN POST "/performance-reviews/$review/withholding-decisions/1/confirmation"
decides $SECOND 1 confirmation >/dev/null
say $SECOND "confirms that $PART cents are withheld: nobody came to the meeting"
due 0 0 6 16 5 1
DAY=$YEAR-11-26
as $SECOND POST "/performance-reviews/$review/withholding-decisions" '{
  "outcome": "released", "supersedes": 1, "reason": "A flood closed the road.",
  "acceptedDespite": [{ "requirement": "took_part", "reason": "The road was closed." }] }' >/dev/null
refused requirement_unmet_needs_second $SECOND POST "/performance-reviews/$review/withholding-decisions/2/confirmation"
decides $ADMIN 2 confirmation >/dev/null
answer=$(decides $SECOND 2 payment)
holds "\"number\":2,\"outcome\":\"released\",\"amountCents\":$PART," "$answer"
holds '"status":"superseded"' "$answer"
say $ADMIN 'confirms another decision in its place: released, and paid'

DAY=$YEAR-12-20
as $ADMIN POST "/funds/$fund/closure" >/dev/null
refused fund_closed $MANAGER POST "/needs/$bus/refunds" "{ \"amountCents\": 1, \"refundedOn\": \"$DAY\", \"reason\": \"A card.\" }"
say $ADMIN 'closes the fund'
DAY=$NEXT-01-10
due 4 0 2 16 5 1
reports "$YEAR-4" $BUDGET
DAY=$NEXT-01-24
opens "$YEAR-4"
releases $LAST_PART
same 'the frozen figures' "$(frozen "$first")" "$opened"
DAY=$NEXT-01-28
submits annual-report "$YEAR" '' "{ \"answers\": [$(text summary 'A good year.'), $(text highlights 'Every school was reached.')] }" >/dev/null
submits initiatives-report "$YEAR" '' "{ \"answers\": [$(text purpose 'A walking bus.'), $(text outcomes 'Fewer late days.'),
    $(text learnings 'Begin in term 1.'), { \"question\": \"costs\", \"cents\": 120000 }] }" >/dev/null
say $LEAD 'reports on the year and its initiatives'
due 0 0 2 21 5 1

page="${API%/v1}/reports/contract-years?year=$YEAR&contract=$contract"
answer=$(call $ANALYST GET "$page")
same 'reviews on the page' "$(count ' data-review="' "$answer")" 4
same 'payments on the page' "$(count ' data-payment="' "$answer")" 4
same 'months on the page' "$(count ' data-month="' "$answer")" 12
say $ANALYST "looks at the year: $page"
