"""Clients of the document as vendors make them: five generators, each run as it comes, without settings of ours.

Each client is generated without a warning, compiled strictly together with a test from `scripts/clients`, and that test
calls the sandbox: a member that is null, a problem with a code that is unknown, and a body made for another document.
"""

import contextlib
import http.client
import http.server
import json
import pathlib
import re
import shutil
import threading
import uuid

ROOT = pathlib.Path(__file__).resolve().parent.parent
SOURCES = ROOT / "scripts" / "clients"
CLIENTS = ROOT / "target" / "contract" / "clients"
DOCUMENT = "openapi/openapi.json"
LATER_CODE = "code_of_a_later_release"
COLOURS = re.compile(r"\x1b\[[0-9;]*m")
WARNING = re.compile(r"\bwarn(ing)?\b", re.IGNORECASE)
# What a generator says of itself, whatever the document.
OF_ITSELF = ["OpenAPI 3.1 support is still in beta"]

_locks = {}
_made = set()


class Faulty(ValueError):
    """A client that did not come out right, in a few words."""


def _openapi_typescript(tool, log, client):
    tool(log, "openapi-typescript", DOCUMENT, "--output", str(client / "api.ts"))


def _hey_api(tool, log, client):
    tool(log, "openapi-ts", "--input", f"./{DOCUMENT}", "--output", str(client), "--no-log-file")


def _orval(tool, log, client):
    command = ["orval", "--input", DOCUMENT, "--output", str(client / "api.ts"), "--client", "fetch"]
    tool(log, *command, "--fail-on-warnings")


def _openapi_generator(tool, log, client):
    # It runs for seconds: the first of Java's two compilers pays, the second does not.
    command = ["openapi-generator-cli", "generate", "--input-spec", DOCUMENT, "--generator-name", "typescript-fetch"]
    tool(log, *command, "--output", str(client), JAVA_TOOL_OPTIONS="-XX:TieredStopAtLevel=1")


def _openapi_python_client(tool, log, client):
    command = ["openapi-python-client", "generate", "--path", DOCUMENT, "--output-path", str(client)]
    tool(log, *command, "--meta", "none", "--fail-on-warning")


GENERATORS = {
    "openapi-typescript": _openapi_typescript,
    "hey-api": _hey_api,
    "orval": _orval,
    "openapi-generator": _openapi_generator,
    "openapi-python-client": _openapi_python_client,
}


def make(name, tool, log):
    """Generates a client and compiles it with its test, once in a run: the gate on paper and the calls both need it."""
    with _locks.setdefault(name, threading.Lock()):
        if name in _made:
            return
        folder = CLIENTS / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        before = len(log.read_text(errors="replace"))
        GENERATORS[name](tool, log, folder / "client")
        told = COLOURS.sub("", log.read_text(errors="replace")[before:]).splitlines()
        warnings = [line for line in told if WARNING.search(line) and not any(own in line for own in OF_ITSELF)]
        # The command names an option after warnings, and INFO lines of openapi-generator name no fault.
        warnings = [line for line in warnings if not line.startswith("$ ") and " INFO " not in line]
        if warnings:
            raise Faulty(f"{name} warns: {warnings[0][:200]}")
        _compile(name, tool, log, folder)
        _made.add(name)


def _compile(name, tool, log, folder):
    if name == "openapi-python-client":
        shutil.copy(SOURCES / "openapi_python_client.py", folder / "use.py")
        settings = ["--config-file", str(SOURCES / "mypy.ini"), "--cache-dir", str(folder / "mypy-cache")]
        tool(log, "mypy", *settings, "client", "use.py", cwd=folder)
        return
    for source, target in {f"{name}.ts": "use.ts", "shared.ts": "shared.ts", "tsconfig.json": "tsconfig.json"}.items():
        shutil.copy(SOURCES / source, folder / target)
    tool(log, "tsc", "--project", str(folder))


def call(name, tool, log, sandbox, token, case):
    """Runs the test of a client against a server of a later release."""
    folder = CLIENTS / name
    with later_release(sandbox.port) as address:
        env = {"API": address, "ACCESS_TOKEN": token, "CASE_ID": case}
        if name == "openapi-python-client":
            tool(log, "python3", str(folder / "use.py"), **env)
        else:
            tool(log, "node", str(folder / "js" / "use.js"), **env)


def example_case():
    """The id of the case in the document's example, which the sandbox has."""
    operation = json.loads((ROOT / DOCUMENT).read_text())["paths"]["/v1/cases/{id}"]["get"]
    case = operation["responses"]["200"]["content"]["application/json"]["example"]["id"]
    return str(uuid.UUID(case))


@contextlib.contextmanager
def later_release(port):
    """The address of a server that hands on all calls to the one on this port, and answers as a later release may:
    with a code that the document does not have, and with a member more."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def hand_on(self):
            length = int(self.headers.get("Content-Length") or 0)
            headers = {name: value for name, value in self.headers.items() if name.lower() in PASSED_ON}
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
            connection.request(self.command, self.path, self.rfile.read(length) or None, headers)
            answer = connection.getresponse()
            media_type, body = answer.headers.get("Content-Type", ""), answer.read()
            connection.close()
            if media_type.partition(";")[0].endswith(("/json", "+json")):
                body = of_later_release(body)
            self.send_response(answer.status)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PATCH = hand_on

        def log_message(self, *_):
            """Nothing: the sandbox has a log."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()


PASSED_ON = {"accept", "authorization", "content-type", "idempotency-key", "if-match", "if-none-match"}


def of_later_release(body):
    answer = json.loads(body)
    answer["memberOfALaterRelease"] = {"known": False}
    if "code" in answer and "requestId" in answer:
        answer["code"] = LATER_CODE
    return json.dumps(answer).encode()
