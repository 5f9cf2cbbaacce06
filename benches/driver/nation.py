"""The invented data that is measured over: who is who, and 400,000 referrals with their cases.

Every id can be computed from a number, in Python as in pgbench. Ids of history sort by time and look like those of
version 7 (RFC 9562), with a time that lies before any that the program itself makes now.
"""

import dataclasses
import datetime
import json

ISSUER = "https://bench.ascms.invalid"

SCHOOLS = 2560
CATCHMENTS = 84
FIRST_SCHOOL_NUMBER = 1001
REFERRALS_A_TERM = 20_000
TERMS_A_YEAR = 4
YEARS = 5
CASE_MANAGERS = 20
# Present and possible half-days before each referral.
BASELINE = 40, 90
# What a provider has open, and what a full timeline holds; the newest year's cases have one, the older ones its beginning.
OPEN_CASES = 2000
ENTRIES, OLD_ENTRIES = 10, 2

# The last part of an id says what it is the id of.
KINDS = ["", "school", "catchment", "organisation", "membership", "contract", "user", "client", "appointment", "term",
         "student", "enrolment", "referral", "case", "entry", "assignment", "task", "fund", "need", "fund_entry", "duty"]

# The ledger of one fund: its budget, and of every need what was promised, spent and released.
NEEDS, NEEDY_STUDENTS, NEEDY_SCHOOLS = 33_333, 20_000, 60
PROMISED_CENTS, SPENT_CENTS, BUDGET_CENTS = 5_000, 3_000, 200_000_000
CATEGORIES = ["transport", "clothing", "footwear", "food", "hygiene", "stationery", "device_connectivity", "school_costs",
              "health_glasses", "household", "other"]

# Each provider has a contract for its catchment, and the large one has a contract without one. What contracts asked for
# in years that are over is done; what they ask for now, the program makes by itself.
CONTRACTS, YEARS_DONE = CATCHMENTS + 1, 3
YEARLY = ["service_delivery_plan", "initiatives_report", "annual_report", "policy_confirmation", "security_assurance"]
AHEAD_OF_THE_YEAR = {"service_delivery_plan", "policy_confirmation", "security_assurance"}
TERMLY = ["termly_report", "fund_report"]
DUTIES_A_YEAR = len(YEARLY) + TERMS_A_YEAR * len(TERMLY)

REGIONS = ["Tai Tokerau", "Tāmaki Herenga Manawa", "Tāmaki Herenga Tāngata", "Tāmaki Herenga Waka", "Waikato",
           "Bay of Plenty, Waiariki", "Hawke's Bay, Tairāwhiti", "Taranaki, Whanganui, Manawatū", "Wellington",
           "Nelson, Marlborough, West Coast", "Canterbury, Chatham Islands", "Otago, Southland"]
HOLIDAYS = ["northland", "auckland", "auckland", "auckland", "waikato", "bay_of_plenty", "hawkes_bay", "taranaki",
            "wellington", "nelson", "canterbury", "otago"]

# The provider that has every case of the past; the others have what comes in while measuring.
LARGE_PROVIDER = CATCHMENTS
VENDOR = CATCHMENTS + 1
MINISTRY = CATCHMENTS + 2

WORKFLOW_LEAD = 1
ANALYST = 2
ADMIN = 3
FIRST_CASE_MANAGER = 100
SMS_CLIENT = 1

TERM_DATES = [((2, 2), (4, 10)), ((4, 27), (7, 3)), ((7, 20), (9, 25)), ((10, 12), (12, 18))]


def uuid(kind, number):
    """32 digits: '019', the number in nine decimal digits, version and variant, the kind."""
    return f"019{number:09d}70008000{KINDS.index(kind):012d}"


def uuid_in_pgbench(kind, variable):
    return f"('019' || lpad({variable}, 9, '0') || '70008000{KINDS.index(kind):012d}')::uuid"


@dataclasses.dataclass(frozen=True)
class Term:
    year: int
    number: int
    starts_on: datetime.date
    ends_on: datetime.date

    @property
    def key(self):
        return f"{self.year}-{self.number}"


def terms(today):
    """The nation's terms from seven years ago to the next year, in the order of time."""
    return [
        Term(year, number, datetime.date(year, *starts), datetime.date(year, *ends))
        for year in range(today.year - 7, today.year + 2)
        for number, (starts, ends) in enumerate(TERM_DATES, 1)
    ]


def history_terms(today, years):
    """The terms that referrals came in: the newest ones, the present one included when it began before today."""
    begun = [term for term in terms(today) if term.starts_on < today]
    return begun[-years * TERMS_A_YEAR:]


def school_number(school):
    return FIRST_SCHOOL_NUMBER + school


# Columns by kind: u is a uuid, everything else is as it is. A table's rows come in the same order.
TABLES = {
    "organisation": "id:u kind code name status",
    "school": "id:u number name folded_name kind authority education_region holiday_region roll status version updated_at",
    "catchment": "id:u code name education_region version",
    "catchment_school": "id:u catchment_id:u school_id:u starts_on",
    "catchment_contract": "id:u catchment_id:u provider_id:u starts_on",
    "user_account": "id:u issuer subject name status training_completed_on",
    "api_client": "id:u issuer subject name organisation_id:u status",
    "api_client_school": "client_id:u school_id:u",
    "appointment": "id:u user_id:u client_id:u role organisation_id:u provider_id:u starts_on",
    "term": "id:u year term starts_on ends_on",
    "student": "id:u nsn legal_given_names legal_family_name birth_date gender ethnicities iwi interpreter_wanted "
               "te_reo_preferred year_level address_protected safety_alerts version created_at updated_at",
    "student_nsn": "nsn student_id:u",
    "student_name": "student_id:u match_key given_folded family_folded birth_date",
    "enrolment": "id:u student_id:u school_id:u recorded_at",
    "referral": "id:u kind status referral_date submitted_at submitted_by:u source source_reference fingerprint "
                "student_id:u school_id:u catchment_id:u provider_id:u in_school content assessment matched_by case_id:u "
                "version updated_at",
    "attendance_case": "id:u number referral_id:u referral_date student_id:u school_id:u provider_id:u status "
                       "case_manager_id:u opened_at closed_at closure_reason version updated_at "
                       "last_entry_id:u last_entry_by:u",
    "referral_clock": "referral_id:u referral_date student_id:u school_id:u catchment_id:u provider_id:u "
                      "education_region holiday_region calendar_version school_reached_on student_reached_on "
                      "whanau_reached_on school_days student_days whanau_days known_from cause kind in_school year_level "
                      "ethnic_group baseline_present baseline_possible outcome_term outcome_ends_on outcome_half_days "
                      "outcome_present outcome_possible accepted_at accepted_days closed_at closure_reason first_after_ends_on "
                      "first_after_half_days first_after_present first_after_possible",
    "attendance_month": "student_id:u month school_id:u days",
    "case_entry": "id:u case_id:u provider_id:u kind visibility occurred_at recorded_at recorded_by:u details",
    "case_assignment": "id:u case_id:u case_manager_id:u assigned_by:u assigned_at",
    "case_look": "user_id:u case_id:u looked_at last_entry_id:u",
    "task": "id:u case_id:u title assignee_id:u due_on status added_by:u added_at version updated_at",
    "contract": "id:u number organisation_id:u kind starts_on status status_by:u status_since contacts approval_policy "
                "duty_profile added_by:u added_at version updated_at",
    "contract_catchment": "contract_id:u catchment_id:u",
    "contract_year": "contract_id:u year amount_cents withholding_percent withholding_per basic_needs_cents set_by:u updated_at",
    "duty": "id:u kind organisation_id:u contract_id:u period opens_on due_on calendar_version outcome outcome_on outcome_by:u",
    "fund": "id:u contract_id:u provider_id:u year status budget_cents overrides_cents committed_cents spent_cents "
            "others_supported opened_by:u opened_at version updated_at",
    "need": "id:u case_id:u contract_id:u provider_id:u school_id:u fund_id:u category amount_cents purpose "
            "others_supported documents status committed_cents spent_cents asked_by:u asked_at decide_by calendar_version "
            "decided_by:u decided_at settle_by settled_by:u settled_at version updated_at",
    "need_case": "need_id:u case_id:u student_id:u",
    "fund_entry": "id:u fund_id:u need_id:u kind amount_cents drawn_cents category school_id:u spent_on recorded_by:u recorded_at",
    "fund_figure": "fund_id:u category month school_id:u cents entries",
    "fund_student": "fund_id:u student_id:u needs",
}


TABLES["referral_clock_past"] = TABLES["referral_clock"] + " known_until"

# Those with a row for every referral, or more.
LARGE_TABLES = {"attendance_month", "referral_clock_past", "student", "student_nsn", "student_name", "enrolment", "referral", "attendance_case", "referral_clock", "case_entry"}


def columns(table):
    """The names of a table's columns, and the places of those that hold uuids."""
    named = [column.partition(":") for column in TABLES[table].split()]
    return [name for name, _, _ in named], [place for place, (_, _, kind) in enumerate(named) if kind == "u"]


def people_and_places(today):
    """Table and rows of everything but the history."""
    long_ago = "2019-01-01"
    instant = "2019-01-01T00:00:00+00:00"
    yield "organisation", [
        *((uuid("organisation", n), "catchment_provider", f"P{n:03}", f"Provider {n}", "active")
          for n in range(CATCHMENTS + 1)),
        (uuid("organisation", VENDOR), "sms_vendor", "V001", "Example School Systems", "active"),
        (uuid("organisation", MINISTRY), "ministry", "MOE", "Ministry of Education", "active"),
    ]
    yield "school", [
        (uuid("school", n), school_number(n), f"Example School {n}", f"example school {n}", "Composite", "State",
         REGIONS[n % len(REGIONS)], HOLIDAYS[n % len(REGIONS)], 400, "open", 1, instant)
        for n in range(SCHOOLS)
    ]
    yield "catchment", [
        (uuid("catchment", n), f"C{n:03}", f"Catchment {n}", REGIONS[n % len(REGIONS)], 1) for n in range(CATCHMENTS)
    ]
    yield "catchment_school", [
        (uuid("membership", n), uuid("catchment", n % CATCHMENTS), uuid("school", n), long_ago) for n in range(SCHOOLS)
    ]
    yield "catchment_contract", [
        (uuid("contract", n), uuid("catchment", n), uuid("organisation", n), long_ago) for n in range(CATCHMENTS)
    ]
    managers = range(FIRST_CASE_MANAGER, FIRST_CASE_MANAGER + CASE_MANAGERS)
    yield "user_account", [
        (uuid("user", WORKFLOW_LEAD), ISSUER, "workflow-lead", "Workflow Lead", "active", long_ago),
        (uuid("user", ANALYST), ISSUER, "analyst", "Analyst", "active", None),
        (uuid("user", ADMIN), ISSUER, "admin", "Ministry Admin", "active", long_ago),
        *((uuid("user", n), ISSUER, f"case-manager-{n}", f"Case Manager {n}", "active", long_ago) for n in managers),
    ]
    yield "api_client", [
        (uuid("client", SMS_CLIENT), ISSUER, "sms", "School system", uuid("organisation", VENDOR), "active"),
    ]
    yield "api_client_school", [(uuid("client", SMS_CLIENT), uuid("school", n)) for n in range(SCHOOLS)]
    large, vendor, ministry = (uuid("organisation", n) for n in (LARGE_PROVIDER, VENDOR, MINISTRY))
    yield "appointment", [
        (uuid("appointment", 1), uuid("user", WORKFLOW_LEAD), None, "workflow_lead", large, large, long_ago),
        (uuid("appointment", 2), uuid("user", ANALYST), None, "ministry_analyst", ministry, None, long_ago),
        (uuid("appointment", 3), None, uuid("client", SMS_CLIENT), "sms_client", vendor, None, long_ago),
        (uuid("appointment", 4), uuid("user", ADMIN), None, "ministry_admin", ministry, None, long_ago),
        *((uuid("appointment", n), uuid("user", n), None, "case_manager", large, large, long_ago) for n in managers),
    ]
    yield "term", [
        (uuid("term", n), term.year, term.number, term.starts_on.isoformat(), term.ends_on.isoformat())
        for n, term in enumerate(terms(today))
    ]
    yield from contracts(today)
    yield from fund(today)


def contracts(today):
    """Table and rows of the contracts: what each covers and pays, and the duties of the years that are over."""
    admin, at = uuid("user", ADMIN), f"{today.year}-01-01T00:00:00+00:00"
    yield "contract", [
        (uuid("contract", n), f"AS-{n:03}", uuid("organisation", n), "catchment", "2019-01-01", "active", admin, at, "[]",
         "second_person", "catchment", admin, at, 1, at)
        for n in range(CONTRACTS)
    ]
    yield "contract_catchment", [(uuid("contract", n), uuid("catchment", n)) for n in range(CATCHMENTS)]
    yield "contract_year", [
        (uuid("contract", n), year, 120_000_000, 10, "term", 2_500_000, admin, at)
        for n in range(CONTRACTS) for year in range(today.year - 4, today.year + 2)
    ]
    done = [duty for year in range(today.year - 1 - YEARS_DONE, today.year - 1) for duty in duties_of(year)]
    yield "duty", [
        (uuid("duty", n * len(done) + m), kind, uuid("organisation", n), uuid("contract", n), period, opens_on.isoformat(),
         due_on.isoformat(), "contract-2026", "done", (due_on + datetime.timedelta(days=int(m % 10 == 0))).isoformat(), admin)
        for n in range(CONTRACTS) for m, (kind, period, opens_on, due_on) in enumerate(done)
    ]


def duties_of(year):
    """What a contract asks for in a year: kind, period, the first day and the last."""
    for kind in YEARLY:
        if kind in AHEAD_OF_THE_YEAR:
            yield kind, str(year), datetime.date(year - 1, 10, 1), datetime.date(year - 1, 11, 15)
        else:
            yield kind, str(year), datetime.date(year + 1, 1, 1), datetime.date(year + 1, 1, 31)
    for number, (_, ends) in enumerate(TERM_DATES, 1):
        last = datetime.date(year, *ends)
        for kind in TERMLY:
            yield kind, f"{year}-{number}", last + datetime.timedelta(days=1), last + datetime.timedelta(days=28)


def spent(today, n):
    """Of a need: its case's number, its category, its school, and the day on which something was spent."""
    case = (YEARS - 1) * TERMS_A_YEAR * REFERRALS_A_TERM + n % NEEDY_STUDENTS
    # Every category in every month at every school.
    rest, category = divmod(n, len(CATEGORIES))
    rest, month = divmod(rest, today.month)
    return case, CATEGORIES[category], uuid("school", rest % NEEDY_SCHOOLS), datetime.date(today.year, 1 + month, 1)


def fund(today):
    """Table and rows of a fund of the large provider's: its needs, its ledger, and the sums of its report."""
    contract, own, large = uuid("contract", CATCHMENTS), uuid("fund", 0), uuid("organisation", LARGE_PROVIDER)
    lead, manager = uuid("user", WORKFLOW_LEAD), uuid("user", FIRST_CASE_MANAGER)
    at = f"{today.year}-01-01T00:00:00+00:00"
    yield "fund", [
        (own, contract, large, today.year, "open", BUDGET_CENTS, 0, 0, NEEDS * SPENT_CENTS, 0, lead, at, 1, at),
    ]
    needs = [(n, uuid("need", n), *spent(today, n)) for n in range(NEEDS)]
    yield "need", [
        (need, uuid("case", case), contract, large, school, own, category, PROMISED_CENTS, "For the bench.", 0, "[]",
         "settled", 0, SPENT_CENTS, manager, at, day.isoformat(), "contract-2026", lead, at, day.isoformat(), lead, at, 4, at)
        for n, need, case, category, school, day in needs
    ]
    yield "need_case", [(need, uuid("case", case), uuid("student", case)) for n, need, case, *_ in needs]
    entries = [(uuid("fund_entry", 0), own, None, "budget", BUDGET_CENTS, 0, None, None, None, lead, at)]
    figures, students = {}, {}
    for n, need, case, category, school, day in needs:
        for place, (kind, cents, drawn, on) in enumerate([
                ("commitment", PROMISED_CENTS, 0, None), ("spend", SPENT_CENTS, SPENT_CENTS, day.isoformat()),
                ("release", SPENT_CENTS - PROMISED_CENTS, 0, None)]):
            entries.append((uuid("fund_entry", 1 + 3 * n + place), own, need, kind, cents, drawn, category, school, on,
                            manager, at))
        cents, many = figures.get((category, day.month, school), (0, 0))
        figures[category, day.month, school] = cents + SPENT_CENTS, many + 1
        students[case] = students.get(case, 0) + 1
    yield "fund_entry", entries
    yield "fund_figure", [(own, *key, *sums) for key, sums in figures.items()]
    yield "fund_student", [(own, uuid("student", case), many) for case, many in students.items()]


CONTENT = json.dumps({
    "kind": "chronic_absence",
    "reason": "Away on most Mondays and Fridays since the start of the term; the school has called home each time.",
    "barriers": ["transport", "physical_health"],
    "schoolResponse": {"starSteps": [], "attendanceManagementPlan": True, "individualPlanTried": True},
    "agencies": [], "safetyAlerts": [], "whanauToldOn": "2026-03-02", "consentNotes": None,
    "attendance": [{"term": "2026-1", "possibleHalfDays": 90, "presentHalfDays": 55}],
    "continuingSupport": False, "visaStatus": None, "nonEnrolment": None,
})
ASSESSMENT = json.dumps({
    "advice": "consider", "circumstances": ["chronically_absent"],
    "baseline": {"term": "2026-1", "possibleHalfDays": 90, "presentHalfDays": 55}, "ruleVersion": "eligibility-2026-1",
})


NOTE = json.dumps({
    "type": "note",
    "words": "Spoke with the dean: the bus is late on most days, and a later start in the first hour is agreed for two weeks.",
})


def attendance_texts(term):
    """The months of a term, each with the texts of some students: a line a school day, as the program writes them."""
    months = {}
    day = term.starts_on
    while day <= term.ends_on:
        if day.weekday() < 5:
            months.setdefault(day.replace(day=1), []).append(day)
        day += datetime.timedelta(days=1)
    def text(first, days, absent_every):
        lines = (f"{day.day:02} {'uu' if day.day % absent_every == 0 else 'pp'} PPPPP {day}T04:15:00Z +2.123456" for day in days)
        return "\n".join([f"{first.year:04}-{first.month:02}", *lines])
    return [(first.isoformat(), [text(first, days, 2 + variant) for variant in range(4)]) for first, days in months.items()]


def clocks(common, reached, first, outcome, today):
    """(table, row) of a clock as it stands, and of what was known of it before: when it started, when contact was made,
    when the outcome term was over."""
    at, term, kept = common["at"], outcome, []
    none = [None] * 6
    after = [(at, "referral", none, (0, 0)), (first, "contact", reached, (0, 0))]
    if term.ends_on < today:
        over = (term.ends_on + datetime.timedelta(days=3)).isoformat() + "T00:00:00+00:00"
        after.append((over, "attendance", reached, attended_after(common["n"])))
    versions = [version for version in after if version[0] <= today.isoformat()] or after[:1]
    for place, (known_from, cause, days, attended) in enumerate(versions):
        row = (*common["places"], *days, known_from, cause, "chronic_absence", 0, 1 + common["n"] % 11, "maori", *BASELINE,
               term.key, term.ends_on.isoformat(), 92, *attended, *common["course"])
        if place + 1 < len(versions):
            kept.append(("referral_clock_past", (*row, versions[place + 1][0])))
        else:
            kept.append(("referral_clock", row))
    return kept


def referral_days(today, years, without):
    """The number and the day of every referral of the years that are asked for, the newest ones left out. A number
    names the same referral, however many years are asked for."""
    first = (YEARS - years) * TERMS_A_YEAR * REFERRALS_A_TERM
    for n, term in enumerate(history_terms(today, years)[:(years - without) * TERMS_A_YEAR]):
        last = min(term.ends_on, today - datetime.timedelta(days=1))
        days = (last - term.starts_on).days + 1
        for m in range(REFERRALS_A_TERM):
            day = term.starts_on + datetime.timedelta(days=m * days // REFERRALS_A_TERM)
            yield first + n * REFERRALS_A_TERM + m, day, term


def school_of(number):
    """The school of a referral."""
    return number * 2654435761 % SCHOOLS


def attended_after(number):
    """Present and possible half-days of a referral's outcome term."""
    return 40 + number % 50, 92


def days_to_contact(number, salt):
    """0 to 19 business days, most of them few; none for one in sixteen."""
    draw = (number * 2654435761 + salt * 40503) >> 7 & 0xFFFF
    return None if draw % 16 == 0 else (draw >> 4) % 20 * ((draw >> 9) % 20) // 19


def history(today, years, without=0):
    """(table, row) of every referral of so many years, its student and its case; without those of the newest years."""
    client, large = uuid("client", SMS_CLIENT), uuid("organisation", LARGE_PROVIDER)
    texts = {}
    total = YEARS * TERMS_A_YEAR * REFERRALS_A_TERM
    every = terms(today)
    later = {term: every[min(place + 2, len(every) - 1)] for place, term in enumerate(every)}
    following = {term: every[min(place + 1, len(every) - 1)].ends_on.isoformat() for place, term in enumerate(every)}
    attendance = {}
    for n, day, term in referral_days(today, years, without):
        date = texts.get(day) or texts.setdefault(day, day.isoformat())
        at = f"{date}T00:{n // 60 % 60:02}:{n % 60:02}.{n % 1_000_000:06}+00:00"
        student, referral, case = uuid("student", n), uuid("referral", n), uuid("case", n)
        school_no = school_of(n)
        school, catchment = uuid("school", school_no), uuid("catchment", school_no % CATCHMENTS)
        region = school_no % len(REGIONS)
        given, family, nsn, born = f"Hēmi {n}", f"Example {n % 977}", f"{n:09d}", f"{2010 + n % 6}-{1 + n % 12:02}-15"
        folded_given, folded_family = f"hemi {n}", f"example {n % 977}"
        yield "student", (student, nsn, given, family, born, "1", '["2"]', "[]", 0, 0, 1 + n % 11, 0, "[]", 1, at, at)
        yield "student_nsn", (nsn, student)
        yield "student_name", (student, f"{n} {n % 977} example hemi", folded_given, folded_family, born)
        yield "enrolment", (uuid("enrolment", n), student, school, at)
        yield "referral", (referral, "chronic_absence", "accepted", date, at, client, "bench", f"R-{n}", f"{n:064d}",
                           student, school, catchment, large, 0, CONTENT, ASSESSMENT, "created", case, 2, at)
        manager = uuid("user", FIRST_CASE_MANAGER + n % CASE_MANAGERS)
        is_open = n >= total - OPEN_CASES
        state = ("active", manager, at, None, None) if is_open else ("closed", manager, at, at, "attendance_sustained")
        newest = uuid("entry", n * ENTRIES + entries_of(n) - 1), manager
        yield "attendance_case", (case, f"AS-{day.year}-{n:06d}", referral, date, student, school, large, *state, 3, at,
                                  *newest)
        to_school, to_student, to_whanau = (days_to_contact(n, salt) for salt in (1, 2, 3))
        reached = [None if days is None else date for days in (to_school, to_student, to_whanau)]
        places = (referral, date, student, school, catchment, uuid("organisation", school_no % CATCHMENTS), REGIONS[region],
                  HOLIDAYS[region], "contract-2026")
        first = (day + datetime.timedelta(days=20)).isoformat() + "T00:00:00+00:00"
        after = (at, "attendance_sustained", following[term], 92, 40 + n % 50, 92)
        course = (at, n % 11, *((None, None, None, None, 0, 0) if is_open else after))
        yield from clocks({"places": places, "at": at, "n": n, "course": course}, [*reached, to_school, to_student, to_whanau], first,
                          later[term], today)
        for month, variants in attendance.get(term) or attendance.setdefault(term, attendance_texts(term)):
            yield "attendance_month", (student, month, school, variants[n % 4])
        yield from casework(today, n, case, manager, at, is_open)


def dashed(digits):
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def entries_of(n):
    """How many entries the timeline of a case has; the last is its case manager's."""
    newest_year = n >= (YEARS - 1) * TERMS_A_YEAR * REFERRALS_A_TERM
    return ENTRIES if newest_year else OLD_ENTRIES


def casework(today, n, case, manager, at, is_open):
    """What was done on a case. An open one has tasks too, and its lead has looked at it before its last entry."""
    large, lead = uuid("organisation", LARGE_PROVIDER), uuid("user", WORKFLOW_LEAD)
    details = json.dumps({"type": "assignment", "caseManagerId": dashed(manager), "previousId": None})
    entries = entries_of(n)
    yield "case_entry", (uuid("entry", n * ENTRIES), case, large, "assignment", "shared", at, at, lead, details)
    for m in range(1, entries):
        seen = "private" if m % 4 == 0 else "shared"
        yield "case_entry", (uuid("entry", n * ENTRIES + m), case, large, "note", seen, at, at, manager, NOTE)
    if is_open:
        yield "case_assignment", (uuid("assignment", n), case, manager, lead, at)
        yield "case_look", (lead, case, at, uuid("entry", n * ENTRIES + entries - 1 - n % 2))
        for m in range(2):
            due = (today + datetime.timedelta(days=n % 41 - 20 + m)).isoformat()
            yield "task", (uuid("task", n * 2 + m), case, "Ring the school", manager, due, "open", lead, at, 1, at)
