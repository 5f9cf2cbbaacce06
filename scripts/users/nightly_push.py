"""A school system's nightly push, with the client of openapi-python-client: a referral, an enrolment and attendance, which
come late, twice, wrong and out of order. `scripts/contract` copies this file beside the client."""

import datetime
import os
import time
import uuid

import httpx
from client import AuthenticatedClient
from client.api.attendance import get_student_attendance, send_attendance
from client.api.enrolments import send_enrolments
from client.api.referrals import create_referral
from client.models import (
    AttendanceReceived,
    CreateReferral,
    DaySent,
    EnrolmentsReceived,
    EnrolmentStatement,
    HalfDaysSent,
    Problem,
    ReferralKind,
    ReferralView,
    SchoolResponse,
    SendAttendanceBody,
    SendEnrolmentsBody,
    SentStudent,
    StatementSent,
    StudentAttendance,
    StudentDays,
    SupportRequest,
    TermAttendance,
)

SCHOOL = "9001"
NO_STUDENT = uuid.UUID("01990000-0000-7000-8000-ffffffffffff")
TODAY = "2026-03-20"
NIGHT = datetime.datetime(2026, 3, 13, 18, tzinfo=datetime.UTC)
calls: list[httpx.Request] = []


def client_of(token: str) -> AuthenticatedClient:
    """A client with a token; the header sets a sandbox's day, so that the push works on any day."""
    hooks = {"event_hooks": {"request": [calls.append]}}
    return AuthenticatedClient(
        base_url=os.environ["API"], token=token, headers={"Sandbox-Date": TODAY}, httpx_args=hooks
    )


def referral() -> CreateReferral:
    return CreateReferral(
        source="example-sms",
        source_reference=f"nightly-{uuid.uuid4()}",
        school_number=SCHOOL,
        student=SentStudent(
            legal_given_names="Moana", legal_family_name="Nightly", birth_date=datetime.date(2012, 9, 14), year_level=8
        ),
        support_request=SupportRequest(
            kind=ReferralKind.CHRONIC_ABSENCE,
            reason="Away most Mondays and Fridays since February.",
            school_response=SchoolResponse(attendance_management_plan=True, individual_plan_tried=False),
            whanau_told_on=datetime.date(2026, 3, 13),
            attendance=[TermAttendance(term="2026-1", possible_half_days=60, present_half_days=30)],
        ),
    )


def day(of_march: int, present: int, unjustified: int = 0) -> DaySent:
    half_days = HalfDaysSent(present=present, unjustified=unjustified)
    return DaySent(date=datetime.date(2026, 3, of_march), half_days=half_days)


def report(student: uuid.UUID, nights: int, *days: DaySent) -> SendAttendanceBody:
    """The days of a student, sent so many nights after the first."""
    sent_at = NIGHT + datetime.timedelta(days=nights)
    students = [StudentDays(student_id=student, days=list(days))]
    return SendAttendanceBody(school_number=SCHOOL, sent_at=sent_at, count=1, students=students)


def push(client: AuthenticatedClient, body: SendAttendanceBody, key: str | None = None) -> AttendanceReceived:
    """What came of a push. A key of before makes it the same push."""
    answer = send_attendance.sync(client=client, body=body, idempotency_key=key or str(uuid.uuid4()))
    if not isinstance(answer, AttendanceReceived):
        raise SystemExit(f"refused: {answer}")
    return answer


def told(answer: AttendanceReceived) -> tuple[int, int, int, int]:
    return answer.new_days, answer.replaced_days, answer.outdated_days, answer.unchanged_days


def refer(client: AuthenticatedClient) -> uuid.UUID:
    """A referral, sent until an answer arrives: with the key of before, and by another program with another key."""
    body, key = referral(), str(uuid.uuid4())
    made = create_referral.sync_detailed(client=client, body=body, idempotency_key=key)
    again = create_referral.sync_detailed(client=client, body=body, idempotency_key=key)
    assert (made.status_code, again.status_code) == (201, 201), (made, again)
    assert again.content == made.content
    other = create_referral.sync_detailed(client=client, body=body, idempotency_key=str(uuid.uuid4()))
    assert other.status_code == 200, other
    first, second = made.parsed, other.parsed
    assert isinstance(first, ReferralView) and isinstance(second, ReferralView)
    assert first.id == second.id
    assert first.student is not None
    return first.student.id


def enrol(client: AuthenticatedClient, student: uuid.UUID) -> None:
    statement = StatementSent(
        said=EnrolmentStatement.ENROLLED,
        student_id=student,
        school_number=SCHOOL,
        first_day=datetime.date(2026, 1, 28),
    )
    body = SendEnrolmentsBody(sent_at=NIGHT, count=1, statements=[statement])
    answer = send_enrolments.sync(client=client, body=body, idempotency_key=str(uuid.uuid4()))
    assert isinstance(answer, EnrolmentsReceived), answer
    assert answer.faults == [] and answer.more_faults == 0, answer


def nights(client: AuthenticatedClient, student: uuid.UUID) -> None:
    first = report(student, 0, day(12, 2), day(13, 1, 1))
    key = str(uuid.uuid4())
    sent = push(client, first, key)
    assert told(sent) == (2, 0, 0, 0), sent
    # Twice: by the same key the same answer, by another one nothing new.
    assert push(client, first, key) == sent
    twice = push(client, first)
    assert told(twice) == (0, 0, 0, 2), twice
    # Late: a day of before, sent first tonight.
    late = push(client, report(student, 1, day(11, 2)))
    assert told(late) == (1, 0, 0, 0), late
    # Out of order: what was said later stands, and what was said before it arrives afterwards.
    corrected = push(client, report(student, 3, day(13, 2)))
    assert told(corrected) == (0, 1, 0, 0), corrected
    overtaken = push(client, report(student, 2, day(13, 0, 2)))
    assert told(overtaken) == (0, 0, 1, 0), overtaken
    # Wrong: each fault is named by its place, and the rest is kept.
    body = report(student, 4, day(10, 2), day(9, 3))
    body.students.append(StudentDays(student_id=NO_STUDENT, days=[day(10, 2)]))
    wrong = push(client, body)
    faults = [(fault.pointer, fault.code) for fault in wrong.faults]
    expected = [
        ("/count", "count_differs"),
        ("/students/0/days/1", "over_two_half_days"),
        ("/students/1", "unknown_student"),
    ]
    assert faults == expected, faults
    assert told(wrong) == (1, 0, 0, 0), wrong
    # Wrong as a whole: of a school that is not the sender's.
    body.school_number = "9999"
    refused = send_attendance.sync(client=client, body=body, idempotency_key=str(uuid.uuid4()))
    assert isinstance(refused, Problem), refused
    assert refused.status in (403, 404, 422), refused


def stands(client: AuthenticatedClient, student: uuid.UUID) -> None:
    """What the school reads afterwards."""
    read = get_student_attendance.sync(student, client=client, term="2026-T1")
    assert isinstance(read, StudentAttendance), read
    shown = {one.date.day: (one.half_days.present, one.half_days.unjustified) for one in read.days}
    assert shown == {10: (2, 0), 11: (2, 0), 12: (2, 0), 13: (2, 0)}, shown


def main() -> None:
    began = time.monotonic()
    with client_of(os.environ["ACCESS_TOKEN"]) as client:
        student = refer(client)
        enrol(client, student)
        nights(client, student)
    with client_of(os.environ["READER_TOKEN"]) as reader:
        stands(reader, student)
    print(f"{len(calls)} calls, {time.monotonic() - began:.1f} s")


if __name__ == "__main__":
    main()
