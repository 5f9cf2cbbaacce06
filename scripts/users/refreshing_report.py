"""A report that refreshes itself, with the client of openapi-python-client: several periods in a file, asked for by its tag,
as they were known at the end of a day. `scripts/contract` copies this file beside the client."""

import csv
import datetime
import io
import os
import time

import httpx
from client import AuthenticatedClient
from client.api.measures import download_measure_rows, list_measure_columns, list_measure_rows
from client.models import Level, MeasureColumnsView, MeasureRowsView, MeasureRowView
from client.types import UNSET

PERIODS = "2026-T1,2026-T2,2026-holidays"
calls: list[httpx.Request] = []


class Report:
    """The file of a day, which is fetched again only where it changed."""

    def __init__(self, client: AuthenticatedClient) -> None:
        self.client = client
        self.tags: dict[datetime.date, str] = {}
        self.files: dict[datetime.date, str] = {}

    def refresh(self, day: datetime.date) -> bool:
        """Whether the file of this day had to be sent."""
        answer = download_measure_rows.sync_detailed(
            client=self.client,
            level=Level.PROVIDER,
            periods=PERIODS,
            include_empty=True,
            as_of=day.isoformat(),
            if_none_match=self.tags.get(day, UNSET),
        )
        if answer.status_code == 304:
            return False
        if answer.status_code != 200:
            raise SystemExit(f"refused: {answer.parsed}")
        self.tags[day], self.files[day] = answer.headers["ETag"], str(answer.parsed)
        return True

    def rows(self, day: datetime.date) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self.files[day])))

    def as_json(self, day: datetime.date) -> list[MeasureRowView]:
        """The same rows from the pages of the list."""
        rows: list[MeasureRowView] = []
        cursor: str | None = None
        while True:
            page = list_measure_rows.sync(
                client=self.client,
                level=Level.PROVIDER,
                periods=PERIODS,
                include_empty=True,
                as_of=day.isoformat(),
                limit=5,
                cursor=UNSET if cursor is None else cursor,
            )
            if not isinstance(page, MeasureRowsView):
                raise SystemExit(f"refused: {page}")
            rows += page.items
            cursor = page.next_cursor
            if cursor is None:
                return rows


def main() -> None:
    began = time.monotonic()
    hooks = {"event_hooks": {"request": [calls.append]}}
    api, token = os.environ["API"], os.environ["ACCESS_TOKEN"]
    with AuthenticatedClient(base_url=api, token=token, httpx_args=hooks) as client:
        report = Report(client)
        columns = list_measure_columns.sync(client=client)
        assert isinstance(columns, MeasureColumnsView), columns
        monday, tuesday = datetime.date(2026, 6, 29), datetime.date(2026, 6, 30)
        # Refreshed three times a day: sent once.
        assert [report.refresh(monday) for _ in range(3)] == [True, False, False]
        assert [report.refresh(tuesday) for _ in range(3)] == [True, False, False]
        # A day that was known stays as it was.
        assert not report.refresh(monday)

        rows = report.rows(tuesday)
        assert [column.name for column in columns.items] == list(rows[0]), rows[0]
        periods = list(dict.fromkeys(row["period"] for row in rows))
        assert periods == PERIODS.split(","), periods
        groups = {period: {row["key"] for row in rows if row["period"] == period} for period in periods}
        # Providers of today are there in every period, whether anything counts for them or not.
        assert len(set.intersection(*groups.values())) > 1, groups
        assert sum(int(row["denominator"]) for row in rows if row["period"] == "2026-T1") > 0
        pages = report.as_json(tuesday)
        met = [(row.period, row.key, row.measure, row.within_days, row.met) for row in pages]
        days = [int(row["withinDays"]) if row["withinDays"] else None for row in rows]
        filed = [(row["period"], row["key"], row["measure"], at, int(row["met"])) for row, at in zip(rows, days)]
        assert met == filed
    print(f"{len(calls)} calls, {time.monotonic() - began:.1f} s")


if __name__ == "__main__":
    main()
