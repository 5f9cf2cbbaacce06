"""A transaction written by hand that keeps the promises of createReferral with as few statements as they need: what a
database can do, whatever the program does. A comparison with the program's own statements forgives each needless one.

The promises: the key of the call with its answer; that the school may send, and whom it leads to; that nobody on record is
the child; the child with number, names and a contact; the referral; what it says of the enrolment, and the enrolment; its
clock; the audit entry; the event.
"""

import contextlib
import datetime
import itertools
import json
import sqlite3
import time

from driver import nation
from driver.script import quoted

# What a value is that differs from one transaction to the next; everything else is written out.
NUMBER, BORN, SCHOOL, SCHOOL_NUMBER, CATCHMENT, PROVIDER = (object() for _ in range(6))
STUDENT, CONTACT, REFERRAL, REPORT, ENROLMENT = ("new", 1), ("new", 2), ("new", 3), ("new", 4), ("new", 5)
CALLER, NOW, TODAY = ("id", "client", nation.SMS_CLIENT), object(), object()

READS = [
    ("SELECT school.id, catchment_school.catchment_id, catchment_contract.provider_id FROM school "
     "LEFT JOIN catchment_school ON catchment_school.school_id = school.id AND catchment_school.ends_on IS NULL "
     "LEFT JOIN catchment_contract ON catchment_contract.catchment_id = catchment_school.catchment_id "
     "AND catchment_contract.ends_on IS NULL WHERE school.number = {}", [SCHOOL_NUMBER]),
    ("SELECT student_id, given_folded, family_folded FROM student_name WHERE birth_date = {} "
     "UNION ALL SELECT student_id, NULL, NULL FROM student_nsn WHERE ltrim(replace(nsn, ' ', ''), '0') = {}", [BORN, NUMBER]),
]


def inserts(body):
    """Table by table: the columns that are not null, with their values. `body` is what the caller sends."""
    sent = json.loads(body)
    student, request = sent["student"], sent["supportRequest"]
    names = {"legal_given_names": student["legalGivenNames"], "legal_family_name": student["legalFamilyName"]}
    both = {"student_id": STUDENT, "school_id": SCHOOL}
    led = {"catchment_id": CATCHMENT, "provider_id": PROVIDER, "in_school": False, "kind": request["kind"]}
    baseline = {"rule": "2026-1", "advice": "refer", "reasons": []}
    return {
        "idempotency_key": {"caller_id": CALLER, "key": NUMBER, "fingerprint": "0" * 64, "created_at": NOW, "status": 201,
                            "location": "/v1/referrals/" + "0" * 36, "etag": "0" * 32, "body": body, "reach": "[]"},
        "student": {"id": STUDENT, "nsn": NUMBER, **names, "birth_date": BORN, "ethnicities": [], "iwi": [],
                    "interpreter_wanted": False, "te_reo_preferred": False, "year_level": 9, "address_protected": False,
                    "safety_alerts": [], "version": 1, "created_at": NOW, "updated_at": NOW},
        "student_nsn": {"nsn": NUMBER, "student_id": STUDENT},
        "student_name": {"student_id": STUDENT, "match_key": NUMBER, "given_folded": NUMBER, "family_folded": "bench",
                         "birth_date": BORN},
        "whanau_contact": {"id": CONTACT, "student_id": STUDENT, "name": "Aroha", "relationship": "mother",
                           "phone": "021 000 000", "version": 1, "created_at": NOW, "updated_at": NOW},
        "referral": {"id": REFERRAL, "status": "submitted", "referral_date": TODAY, "submitted_at": NOW,
                     "submitted_by": CALLER, "source": "minimal", "source_reference": NUMBER, "fingerprint": "0" * 64,
                     **both, **led, "content": request, "assessment": baseline, "matched_by": "created", "version": 1,
                     "updated_at": NOW},
        "enrolment_report": {"id": REPORT, **both, "said": "enrolled", "sent_at": NOW, "received_at": NOW, "ahead": False},
        "enrolment": {"id": ENROLMENT, **both, "recorded_at": NOW},
        "referral_clock": {"referral_id": REFERRAL, "referral_date": TODAY, **both, **led, "calendar_version": "contract-2026",
                           "known_from": NOW, "cause": "referral", "outcome_present": 0, "outcome_possible": 0},
        "audit_entry": {"at": NOW, "caller_kind": "client", "caller_id": CALLER, "action": "referrals:submit",
                        "decision": "allowed", "subject_kind": "referral", "subject_id": REFERRAL},
        "event": {"at": NOW, "kind": "referral.submitted", "subject_kind": "referral", "subject_id": REFERRAL,
                  "subject_version": 1, "provider_id": PROVIDER, "school_id": SCHOOL},
    }


def for_pgbench(head, known, fresh, body):
    """The script; `known` has pgbench's expressions by name, `fresh` that of a new id by its place."""
    varying = {NUMBER: known["number"], BORN: known["birth date"], SCHOOL: known["school"], CATCHMENT: known["catchment"],
               SCHOOL_NUMBER: known["school number"], PROVIDER: known["provider"], NOW: "now()", TODAY: "current_date"}

    def written(value):
        if isinstance(value, tuple):
            return fresh(value[1]) if value[0] == "new" else f"'{nation.dashed(nation.uuid(*value[1:]))}'::uuid"
        if isinstance(value, bool | int):
            return str(value).lower()
        if isinstance(value, list | dict):
            return quoted(json.dumps(value))
        return varying[value] if value in varying else quoted(value)

    lines = [text.format(*map(written, values)) for text, values in READS]
    for table, row in inserts(body).items():
        lines.append(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join(map(written, row.values()))})")
    return "\n".join([*head, "BEGIN;", *(f"{line};" for line in lines), "COMMIT;"]) + "\n"


def on_sqlite(path, seconds, first, born, body):
    """How often a second one connection gets through the transaction: SQLite has one writer at a time."""
    rows = inserts(body)
    now, today = datetime.datetime.now(datetime.UTC).isoformat(), datetime.date.today().isoformat()

    def written(value, number, school):
        catchment = school % nation.CATCHMENTS
        varying = {NUMBER: f"{number:09d}", BORN: born(number), SCHOOL_NUMBER: nation.school_number(school), NOW: now,
                   TODAY: today, SCHOOL: ident("school", school), CATCHMENT: ident("catchment", catchment),
                   PROVIDER: ident("organisation", catchment)}
        if isinstance(value, tuple):
            return ident(*value[1:]) if value[0] == "id" else fresh(number, value[1])
        if isinstance(value, list | dict):
            return json.dumps(value)
        return value if isinstance(value, bool | int) else varying.get(value, value)

    statements = [(text.format(*("?" * len(values))), values) for text, values in READS]
    statements += [(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", list(row.values()))
                   for table, row in rows.items()]
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as db:
        for pragma in ("synchronous = FULL", "foreign_keys = ON", "cache_size = -8000"):
            db.execute(f"PRAGMA {pragma}")
        began = time.monotonic()
        for done in itertools.count():
            if (took := time.monotonic() - began) >= seconds:
                return done / took
            number = first + done
            db.execute("BEGIN IMMEDIATE")
            for text, values in statements:
                db.execute(text, [written(value, number, number % nation.SCHOOLS) for value in values]).fetchall()
            db.execute("COMMIT")


def ident(kind, number):
    return bytes.fromhex(nation.uuid(kind, number))


def fresh(number, place):
    return bytes.fromhex(f"019{number:09d}70008{place:03d}{0:012d}")
