"""The client of openapi-python-client. `scripts/contract` copies this file beside it."""

import datetime
import enum
import os
from typing import cast
from uuid import UUID

from client import AuthenticatedClient
from client.api.cases import get_case, log_contact
from client.models import CaseView, ContactChannel, ContactOutcome, ContactParty, LogContact, PauseView, Problem

NO_CASE = UUID("01990000-0000-7000-8000-ffffffffffff")


class OutdatedParty(enum.StrEnum):
    """A value that the list of this document does not have."""

    CAREGIVER = "caregiver"


def main() -> None:
    case = UUID(os.environ["CASE_ID"])
    with AuthenticatedClient(base_url=os.environ["API"], token=os.environ["ACCESS_TOKEN"]) as client:
        view = get_case.sync(case, client=client)
        assert isinstance(view, CaseView), view
        pause: PauseView | None = view.pause
        assert pause is None, pause

        absent = get_case.sync(NO_CASE, client=client)
        assert isinstance(absent, Problem), absent
        assert (absent.status, absent.code) == (404, "code_of_a_later_release"), absent

        contact = LogContact(
            channel=ContactChannel.PHONE,
            occurred_at=datetime.datetime(2026, 3, 4, 1, tzinfo=datetime.UTC),
            outcome=ContactOutcome.REACHED,
            party=cast(ContactParty, OutdatedParty.CAREGIVER),
        )
        refused = log_contact.sync(case, client=client, body=contact)
        assert isinstance(refused, Problem), refused
        assert [fault.pointer for fault in refused.errors] == ["/party"], refused


if __name__ == "__main__":
    main()
