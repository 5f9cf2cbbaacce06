"""The work of three users, done with generated clients alone: a page on another origin, a nightly push, and a report that
refreshes itself. Each tells how many calls it makes, in how many seconds, and how many lines a developer writes for it.

Used by scripts/contract, which hands in its sandbox and how a tool is run.
"""

import io
import pathlib
import shutil
import tokenize

import generated_clients

SOURCES = pathlib.Path(__file__).resolve().parent / "users"


def page(tool, log, sandbox, screenshot):
    """A case manager's page on the client of @hey-api/openapi-ts, in Chromium."""
    generated_clients.make("hey-api", tool, log)
    folder = generated_clients.CLIENTS / "user-page"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(generated_clients.CLIENTS / "hey-api" / "client", folder / "client")
    for source, target in {"page.ts": "page.ts", "page.html": "index.html", "tsconfig.json": "tsconfig.json"}.items():
        shutil.copy(SOURCES / source, folder / target)
    tool(log, "tsc", "--project", str(folder))
    command = ["node", str(SOURCES / "page.mjs"), sandbox.base, str(sandbox.page_port), str(folder), str(screenshot)]
    tool(log, *command, ACCESS_TOKEN=sandbox.token("case-manager"))
    written = [line.strip() for line in (SOURCES / "page.ts").read_text().splitlines()]
    return told(log, sum(bool(line) and not line.startswith(("//", "/**", "*")) for line in written))


def nightly_push(tool, log, sandbox):
    """A school system's program on the client of openapi-python-client."""
    tokens = {"ACCESS_TOKEN": sandbox.token("sms-client"), "READER_TOKEN": sandbox.token("attendance-lead")}
    return program("nightly_push.py", tool, log, sandbox, tokens)


def refreshing_report(tool, log, sandbox):
    """An analyst's program on the client of openapi-python-client."""
    return program("refreshing_report.py", tool, log, sandbox, {"ACCESS_TOKEN": sandbox.token("ministry-analyst")})


def program(name, tool, log, sandbox, tokens):
    generated_clients.make("openapi-python-client", tool, log)
    folder = generated_clients.CLIENTS / "openapi-python-client"
    shutil.copy(SOURCES / name, folder / name)
    settings = ["--config-file", str(generated_clients.SOURCES / "mypy.ini"), "--cache-dir", str(folder / "mypy-cache")]
    tool(log, "mypy", *settings, name, cwd=folder)
    tool(log, "python3", str(folder / name), API=sandbox.base, **tokens)
    return told(log, lines_of_python((SOURCES / name).read_text()))


def lines_of_python(source):
    """Lines that have code: no comments, no texts that only describe, and no checks of the gate."""
    code = set()
    before = tokenize.NEWLINE
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        describes = token.type == tokenize.STRING and before in (tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT)
        if token.type in (tokenize.COMMENT, tokenize.NL):
            continue
        if token.type not in (tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER) and not describes:
            code.update(range(token.start[0], token.end[0] + 1))
        before = token.type
    checks = [at for at, line in enumerate(source.splitlines(), 1) if line.strip().startswith("assert ")]
    return len(code - set(checks))


def told(log, lines):
    return f"{log.read_text().splitlines()[-1]}, {lines} lines of glue"
