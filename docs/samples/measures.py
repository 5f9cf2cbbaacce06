#!/usr/bin/env python3
"""The measures of some periods as a pandas table, with the types that the API says its columns have.

usage: ACCESS_TOKEN=... measures.py BASE_URL [--level provider] [--period 2026-T1 ...] [--by kind]
       [--as-of DAY_OR_INSTANT] [--include-empty]

Prints the rates of every provider (or whatever the level is), one column for each number of the contract.
Needs pandas and nothing else. In a program: `from measures import Measures`.
"""

import argparse
import json
import os
import urllib.parse
import urllib.request

import pandas as pd

# What each type of a column is to pandas; the capital letters are the types that may hold nothing.
DTYPES = {"text": "string", "integer": "Int64", "decimal": "Float64", "boolean": "boolean"}


class Measures:
    def __init__(self, base, token):
        self.base, self.token = base.rstrip("/"), token

    def get(self, path, **query):
        query = {name: value for name, value in query.items() if value is not None}
        address = f"{self.base}{path}?{urllib.parse.urlencode(query)}".rstrip("?")
        headers = {"Authorization": f"Bearer {self.token}", "Accept": "application/json"}
        with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=60) as answer:
            return json.load(answer)

    def columns(self):
        """Every column: name, type, unit, meaning, labels in English and te reo Māori."""
        return pd.DataFrame(self.get("/v1/measures/columns")["items"]).set_index("name")

    def rows(self, periods, level="provider", by=None, as_of=None, include_empty=False):
        """All rows of some periods. One instant for all pages, so that they belong together."""
        columns = self.columns()
        if as_of is None:
            first = self.get("/v1/measures/rows", level="national", periods=periods[0])
            as_of = first["items"][0]["asOf"]
        query = {"level": level, "periods": ",".join(periods), "by": by, "asOf": as_of, "limit": 200}
        if include_empty:
            query["includeEmpty"] = "true"
        rows, cursor = [], None
        while True:
            page = self.get("/v1/measures/rows", cursor=cursor, **query)
            rows += page["items"]
            cursor = page["nextCursor"]
            if cursor is None:
                break
        table = pd.DataFrame(rows, columns=list(columns.index))
        for name, kind in columns["type"].items():
            if kind in ("date", "date_time"):
                table[name] = pd.to_datetime(table[name], utc=kind == "date_time", format="ISO8601")
            else:
                table[name] = table[name].astype(DTYPES[kind])
        return table


def rates(table):
    """Sums first and divides afterwards: an average of rates would be another number."""
    numbers = table.assign(
        group=table["name"].fillna(table["key"]),
        number=table["measure"] + table["withinDays"].map(lambda days: "" if pd.isna(days) else f" {days}"),
    )
    sums = numbers.groupby(["group", "number"], sort=False)[["met", "denominator"]].sum()
    rate = sums["met"].astype("Float64") / sums["denominator"].where(sums["denominator"] > 0)
    return rate.unstack("number")


def main():
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("base")
    words.add_argument("--level", default="provider")
    words.add_argument("--period", action="append", dest="periods")
    words.add_argument("--by")
    words.add_argument("--as-of")
    words.add_argument("--include-empty", action="store_true")
    asked = words.parse_args()
    measures = Measures(asked.base, os.environ["ACCESS_TOKEN"])
    table = measures.rows(asked.periods or ["2026-T1"], asked.level, asked.by, asked.as_of, asked.include_empty)
    print(rates(table).to_string(float_format="{:.4f}".format, na_rep="-"))
    known = ", ".join(sorted(table["asOf"].astype("string").unique())) or "nothing to show"
    rules, calendars = (", ".join(sorted(table[name].unique())) for name in ("ruleVersion", "calendarVersion"))
    print(f"\n{len(table)} rows; as known at {known}; rules {rules}; calendar {calendars}")


if __name__ == "__main__":
    main()
