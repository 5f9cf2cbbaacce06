#!/usr/bin/env bash
# A case lived through, from the school's referral to the closure, back, and over to a second provider, against a sandbox
# that runs (`make run`).
# Each line is one call, as the person who would make it; the answers are cut to what matters.
#   docs/a-case-lived-through.sh [STUDENT'S GIVEN NAME]
set -euo pipefail
cd "$(dirname "$0")/.."
API=${API:-http://127.0.0.1:8080/v1}
ASCMS=${ASCMS:-target/debug/ascms}
NAME=${1:-Lived $$}
TODAY=$(date -u +%Y-%m-%dT%H:%M:%SZ)
# The term that today lies in, once it has had 30 half-days, or the one before it.
case $(date -u +%-m) in
    1 | 2) TERM_KEY=$(($(date -u +%Y) - 1))-4 ;;
    3 | 4 | 5) TERM_KEY=$(date -u +%Y)-1 ;;
    6 | 7 | 8) TERM_KEY=$(date -u +%Y)-2 ;;
    9 | 10 | 11) TERM_KEY=$(date -u +%Y)-3 ;;
    *) TERM_KEY=$(date -u +%Y)-4 ;;
esac
LATER=$(date -u -d '+40 days' +%Y-%m-%d)

# as WHO METHOD PATH [BODY]: prints the answer, and stops on a refusal.
as() {
    local who=$1 method=$2 path=$3 body=${4:-} answer
    local -a sent=(-sS -X "$method" "$API$path" -H "Authorization: Bearer $("$ASCMS" token --persona "$who")")
    [ -z "$body" ] || sent+=(-H 'Content-Type: application/json' -d "$body")
    answer=$(curl "${sent[@]}")
    case $answer in *'"type":"http'*'/problems/'*) echo "$who $method $path: $answer" >&2; exit 1 ;; esac
    printf '%s' "$answer"
}
# member NAME: the first member of that name in the answer on standard input.
member() { grep -o "\"$1\":\"[^\"]*\"" | head -n 1 | cut -d'"' -f4; }
say() { printf '%-18s %s\n' "$1" "$2"; }

referral=$(as office-support POST /referrals "{
  \"schoolNumber\": \"9001\",
  \"student\": { \"legalGivenNames\": \"$NAME\", \"legalFamilyName\": \"Example\", \"birthDate\": \"2013-05-06\" },
  \"supportRequest\": {
    \"kind\": \"chronic_absence\", \"reason\": \"Away most Mondays.\", \"whanauToldOn\": \"${TODAY%T*}\",
    \"schoolResponse\": { \"attendanceManagementPlan\": true, \"individualPlanTried\": false },
    \"attendance\": [{ \"term\": \"$TERM_KEY\", \"possibleHalfDays\": 30, \"presentHalfDays\": 19 }] } }" | member id)
say office-support "refers: $referral"
case=$(as workflow-lead POST "/referrals/$referral/decision" '{ "outcome": "accepted" }' | member caseId)
say workflow-lead "accepts: case $case"
as workflow-lead POST "/cases/$case/assignment" '{ "caseManagerId": "01990000-0000-7000-8000-000000000006" }' >/dev/null
say workflow-lead 'assigns it'
as case-manager POST "/cases/$case/contacts" \
    "{ \"party\": \"school\", \"channel\": \"phone\", \"outcome\": \"reached\", \"occurredAt\": \"$TODAY\" }" >/dev/null
say case-manager 'reaches the school'
barrier=$(as case-manager POST "/cases/$case/barriers" '{ "code": "transport", "severity": "high" }' | member id)
as case-manager POST "/cases/$case/plan" '{
  "goals": [{ "what": "At school on Mondays", "measure": "Mondays present", "steps": [] }],
  "agreedWith": ["The student"], "agreedOn": "'"${TODAY%T*}"'" }' >/dev/null
task=$(as case-manager POST "/cases/$case/tasks" '{ "title": "Ask about a bus", "dueInBusinessDays": 5 }' | member id)
say case-manager 'finds a barrier, agrees a plan, sets a task'
as case-manager POST "/cases/$case/notes" "{ \"occurredAt\": \"$TODAY\", \"visibility\": \"private\", \"comment\": \"Prefers texts.\" }" >/dev/null
as attendance-lead POST "/cases/$case/comments" "{ \"occurredAt\": \"$TODAY\", \"comment\": \"Here all week.\" }" >/dev/null
say attendance-lead "comments, and sees $(as attendance-lead GET "/cases/$case/timeline?includeTotal=true" | grep -o '"total":[0-9]*')"
say case-manager "sees $(as case-manager GET "/cases/$case/timeline?includeTotal=true" | grep -o '"total":[0-9]*'): the private ones too"
as case-manager POST "/cases/$case/pause" "{ \"reasonCode\": \"whanau_request\", \"reviewBy\": \"$LATER\" }" >/dev/null
as case-manager POST "/cases/$case/resumption" '{}' >/dev/null
say case-manager 'pauses and resumes'
as case-manager POST "/cases/$case/tasks/$task/completion" '{ "outcome": "done" }' >/dev/null
as case-manager POST "/cases/$case/barriers/$barrier/status" '{ "status": "resolved" }' >/dev/null
as case-manager POST "/cases/$case/closure" '{
  "reasonCode": "attendance_sustained", "outcome": "At school every day for six weeks.",
  "checklist": { "barriers": [], "planReviewed": true,
    "outsideMaterial": { "checked": true, "copiedIn": true, "destroyed": true } } }' >/dev/null
say case-manager 'proposes to close it'
as workflow-lead POST "/cases/$case/closure-approval" '{}' >/dev/null
say workflow-lead "approves: $(as workflow-lead GET "/cases/$case" | member status), until $(as workflow-lead GET "/cases/$case" | member reopenUntil) it can be opened again"
as workflow-lead POST "/cases/$case/reopening" '{ "reason": "Away again." }' >/dev/null
say workflow-lead "reopens it: $(as workflow-lead GET "/cases/$case" | member status)"
# Example Attendance Trust's neighbour, which takes the case over.
second=01990000-0000-7000-8000-000300000001
transfer=$(as workflow-lead POST "/cases/$case/transfers" "{ \"toProviderId\": \"$second\", \"reason\": \"The family moved.\" }" | member id)
say workflow-lead "offers it to the second provider: transfer $transfer"
as workflow-lead-2 POST "/transfers/$transfer/decision" '{ "outcome": "accepted" }' >/dev/null
say workflow-lead-2 "accepts: the case is $(as workflow-lead-2 GET "/cases/$case" | member status), with its whole timeline: $(as workflow-lead-2 GET "/cases/$case/timeline?includeTotal=true" | grep -o '"total":[0-9]*')"
gone=$(curl -sS -o /dev/null -w '%{http_code}' "$API/cases/$case" -H "Authorization: Bearer $("$ASCMS" token --persona workflow-lead)")
say workflow-lead "asks for it again: $gone"
[ "$gone" = 404 ]
