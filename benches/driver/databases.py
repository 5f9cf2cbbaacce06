"""The databases that are measured: made, migrated by the program itself, filled, asked, removed."""

import contextlib
import os
import pathlib
import re
import shutil
import sqlite3
import subprocess
import urllib.parse

from driver import nation, service

BATCH = 5000


class Postgres:
    kind = "PostgreSQL"

    def __init__(self, server_url, name):
        self.server_url = server_url
        self.name = name
        parts = urllib.parse.urlsplit(server_url)
        self.url = parts._replace(path=f"/{name}").geturl()
        self.address = (parts.hostname, parts.port or 5432)

    def through(self, port):
        """The same database behind another port of this machine."""
        parts = urllib.parse.urlsplit(self.url)
        login = parts.netloc.rpartition("@")[0]
        return parts._replace(netloc=f"{login}@127.0.0.1:{port}").geturl()

    def make(self, today, years):
        self.remove()
        ask(self.server_url, f"CREATE DATABASE {self.name} ENCODING 'UTF8' TEMPLATE template0 LOCALE 'C.UTF-8'")
        service.run("migrate", DATABASE_URL=self.url, ASCMS_LOG="warn")
        for table, rows in nation.people_and_places(today):
            with self._copy(table) as copy:
                copy.writelines(map(line, rows))
        self._fill(nation.history(today, years))

    def make_from(self, other, today, years):
        """The other one, which has the newest year, and the years before."""
        self.remove()
        ask(self.server_url, f"CREATE DATABASE {self.name} TEMPLATE {other.name}")
        self._fill(nation.history(today, years, without=1))

    def _fill(self, history):
        self._copy_all(history)
        # What would otherwise happen in the background of some measurement and not of others.
        ask(self.url, "VACUUM ANALYZE", "CHECKPOINT")

    def _copy_all(self, history):
        """All tables at once: each has a client of its own, fed from the one pass over the history."""
        with contextlib.ExitStack() as stack:
            copies = {}
            waiting = {}
            for table, row in history:
                if table not in copies:
                    copies[table] = stack.enter_context(self._copy(table))
                    waiting[table] = []
                lines = waiting[table]
                lines.append(line(row))
                if len(lines) == BATCH:
                    copies[table].write("".join(lines))
                    lines.clear()
            for table, lines in waiting.items():
                copies[table].write("".join(lines))

    @contextlib.contextmanager
    def _copy(self, table):
        names, _ = nation.columns(table)
        # The rows come in an order in which foreign keys cannot hold; they do at the end.
        command = f"COPY {table} ({', '.join(names)}) FROM STDIN"
        psql = subprocess.Popen(
            ["psql", "-qX", "-v", "ON_ERROR_STOP=1", "-c", "SET session_replication_role = replica", "-c", command, self.url],
            stdin=subprocess.PIPE, text=True, encoding="utf-8")
        yield psql.stdin
        psql.stdin.close()
        if psql.wait():
            raise SystemExit(f"{table} could not be filled")

    def remove(self):
        ask(self.server_url, f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")

    def count(self, table):
        return int(ask(self.url, f"SELECT count(*) FROM {table}"))

    def tables_read_whole(self, statements):
        """The tables of the history that a plan of one of the statements would read from end to end."""
        explained = [f"EXPLAIN (FORMAT JSON) {statement}" for statement in statements]
        plans = ask(self.url, *explained)
        read = re.findall(r'"Node Type": "Seq Scan",[^}]*?"Relation Name": "(\w+)"', plans)
        # A part of a table is called after it.
        whole = {re.sub(r"_(y\d{4}(_\d)?|until_\d{4})$", "", table) for table in read}
        return sorted(whole & nation.LARGE_TABLES)

    def describe(self):
        version = ask(self.server_url, "SHOW server_version").split()[0]
        settings = ", ".join(
            f"{name} {ask(self.server_url, f'SHOW {name}')}"
            for name in ("fsync", "synchronous_commit", "full_page_writes", "shared_buffers", "max_wal_size"))
        return f"PostgreSQL {version}: {settings}"


class Sqlite:
    kind = "SQLite"

    def __init__(self, folder, name):
        self.path = pathlib.Path(folder) / f"{name}.db"
        self.name = name
        self.url = f"sqlite://{self.path}"

    def make(self, today, years):
        self.remove()
        service.run("migrate", DATABASE_URL=self.url, ASCMS_LOG="warn")
        self._fill(nation.people_and_places(today), nation.history(today, years))

    def make_from(self, other, today, years):
        """The other one, which has the newest year, and the years before."""
        self.remove()
        shutil.copyfile(other.path, self.path)
        self._fill([], nation.history(today, years, without=1))

    def _fill(self, people_and_places, history):
        with contextlib.closing(sqlite3.connect(self.path, isolation_level=None)) as db:
            # Only while filling: nothing is lost that could not be made again.
            for pragma in ("synchronous = OFF", "foreign_keys = OFF", "cache_size = -200000"):
                db.execute(f"PRAGMA {pragma}")
            db.execute("BEGIN")
            # Unique ones stay: the triggers of the append-only tables look rows up by them.
            indexes = db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql NOT LIKE 'CREATE UNIQUE%'").fetchall()
            for name, _ in indexes:
                db.execute(f"DROP INDEX {name}")
            for table, rows in people_and_places:
                insert(db, table, rows)
            waiting = {}
            for table, row in history:
                rows = waiting.setdefault(table, [])
                rows.append(row)
                if len(rows) == BATCH:
                    insert(db, table, rows)
                    rows.clear()
            for table, rows in waiting.items():
                insert(db, table, rows)
            # Sorting the whole is faster than finding every row's place.
            for _, create in indexes:
                db.execute(create)
            db.execute("COMMIT")
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def remove(self):
        for end in ("", "-wal", "-shm"):
            pathlib.Path(f"{self.path}{end}").unlink(missing_ok=True)

    def count(self, table):
        with contextlib.closing(sqlite3.connect(f"file:{self.path}?mode=ro", uri=True)) as db:
            return db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


def line(row):
    return "\t".join(["\\N" if value is None else str(value).replace("\n", "\\n") for value in row]) + "\n"


def insert(db, table, rows):
    names, uuids = nation.columns(table)
    statement = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"

    def stored(row):
        row = list(row)
        for place in uuids:
            if row[place] is not None:
                row[place] = bytes.fromhex(row[place])
        return row

    db.executemany(statement, map(stored, rows))


def ask(url, *statements):
    """What the statements answer, as text."""
    commands = [part for statement in statements for part in ("-c", statement)]
    done = subprocess.run(["psql", "-qXAt", "-v", "ON_ERROR_STOP=1", *commands, url],
                          env={**os.environ, "PGOPTIONS": "-c client_min_messages=warning"},
                          stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout.strip()
