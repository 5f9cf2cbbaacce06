"""Gates on what people and programs read first: every line of code of the guides, and every code sample, is run.

Used by scripts/contract, which hands in its sandbox and how a tool is run.
"""

import email.parser
import email.policy
import http.server
import json
import os
import pathlib
import re
import shutil
import subprocess
import threading

ADDRESS = "http://127.0.0.1:8080"
TSC = ["tsc", "--strict", "--skipLibCheck", "--target", "es2022", "--lib", "es2022,dom", "--module", "nodenext"]
STRICT = 'set -euo pipefail\ncurl() { command curl --fail-with-body "$@"; }\n'
DONE = "The job is finished."


class Unfit(Exception):
    """What is wrong, in a few words."""


def blocks(page):
    """The fenced blocks of a page in their order: language and text."""
    return re.findall(r"^```(\w*)\n(.*?)^```$", page.read_text(), re.MULTILINE | re.DOTALL)


def code_of(page, base, *languages):
    """The code of each language, with the sandbox's address; a block of another language is run by nothing."""
    found = blocks(page)
    strange = {language for language, _ in found} - set(languages)
    if strange or not found:
        raise Unfit(f"{page.name} has code of {', '.join(sorted(strange)) or 'no language'}, which is run by nothing")
    return {
        one: "\n".join(text for language, text in found if language == one).replace(ADDRESS, base) for one in languages
    }


def fresh(folder):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def run(log, folder, command, env):
    """Runs a command in a folder, with its output in the log."""
    with log.open("a") as out:
        print("$", *[part.splitlines()[0] for part in command], file=out, flush=True)
        streams = {"stdin": subprocess.DEVNULL, "stdout": out, "stderr": subprocess.STDOUT}
        done = subprocess.run(command, cwd=folder, env=env, **streams)
    if done.returncode:
        raise Unfit(f"status {done.returncode}")


def finished(log):
    if log.read_text().rstrip().splitlines()[-1:] != [DONE]:
        raise Unfit("the last line of the guide was not reached")


def frontend(log, page, folder, base, env):
    code = code_of(page, base, "sh", "ts")
    fresh(folder)
    (folder / "guide.mts").write_text(code["ts"])
    run(log, folder, ["bash", "-c", STRICT + code["sh"]], env)
    run(log, folder, [*TSC, "guide.mts"], env)
    run(log, folder, ["node", "guide.mjs"], env)
    finished(log)


def vendor(log, page, folder, base, env):
    (fresh(folder) / "guide.py").write_text(code_of(page, base, "python")["python"])
    run(log, folder, ["python3", "guide.py"], env)
    finished(log)


def analyst(log, page, folder, base, env):
    code = code_of(page, base, "sh", "python")
    (fresh(folder) / "guide.py").write_text(code["python"])
    run(log, folder, ["bash", "-c", STRICT + code["sh"]], env)
    run(log, folder, ["python3", "guide.py"], env)
    finished(log)


def operator(log, page, folder, ports, env):
    """The operator's commands, on ports of our own, in an empty environment but for the path."""
    code = code_of(page, ADDRESS, "sh")["sh"]
    for known, port in zip(("8080", "9090"), ports):
        code = code.replace(f"127.0.0.1:{known}", f"127.0.0.1:{port}")
    run(log, fresh(folder), ["bash", "-c", STRICT + code], {"PATH": env["PATH"], "HOME": str(folder)})
    finished(log)


class Recorder(http.server.ThreadingHTTPServer):
    """Answers every call with an empty object, and keeps what was called."""

    def __init__(self):
        self.calls = []
        super().__init__(("127.0.0.1", 0), Recording)

    def __enter__(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()


class Recording(http.server.BaseHTTPRequestHandler):
    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.headers.get("Transfer-Encoding") == "chunked":
            while size := int(self.rfile.readline(), 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
        self.server.calls.append(told(self.command, self.path, self.headers, body))
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    do_GET = do_POST = do_PATCH = answer

    def log_message(self, *_):
        pass


def told(method, path, headers, body):
    """A call as the document has it: what differs between libraries is left out."""
    media = headers.get("Content-Type", "") if body else ""
    if media.startswith("multipart/form-data"):
        text = f"Content-Type: {media}\r\n\r\n".encode() + body
        parts = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(text).iter_parts()
        name = lambda part: part.get_param("name", header="content-disposition")
        body = {name(part): part.get_payload(decode=True).decode() for part in parts}
    elif media.endswith("json"):
        body = json.loads(body)
    else:
        body = body.decode()
    known = ("Authorization", "Idempotency-Key", "If-Match")
    return {
        "method": method,
        "path": path,
        "media": media.partition(";")[0],
        "body": body,
        "headers": {name: headers[name] for name in known if name in headers},
    }


def operations(document):
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if isinstance(operation, dict) and "operationId" in operation:
                yield path, method.upper(), operation


def expected_body(operation, file):
    """What the document says that the call sends, as the recorder tells it."""
    content = operation.get("requestBody", {}).get("content", {})
    for media, of_media in content.items():
        if media == "application/octet-stream":
            return media, file
        if media == "multipart/form-data":
            return media, of_media["example"] | {"file": file}
        return media, of_media["example"]
    return "", ""


def code_samples(log, document, folder, env):
    """Each sample makes the call that the document shows, the same in three languages."""
    fresh(folder)
    file = "Hui on Thursday.\n"
    (folder / "hui-notes.txt").write_text(file)
    all_operations = list(operations(document))
    sources = {}
    for path, method, operation in all_operations:
        for sample in operation.get("x-codeSamples", []):
            sources.setdefault(sample["lang"], []).append(sample["source"])
    if {language: len(each) for language, each in sources.items()} != dict.fromkeys(
        ("Shell", "TypeScript", "Python"), len(all_operations)
    ):
        raise Unfit("an operation has no sample in each language")
    values = {"token": "a-token", "key": "a-key", "etag": '"1.abc"'}
    with Recorder() as recorder:
        api = f"http://127.0.0.1:{recorder.server_port}"
        shell = [f"export API={api} TOKEN=a-token KEY=a-key ETAG='\"1.abc\"'", *sources["Shell"]]
        quiet = 'set -euo pipefail\ncurl() { command curl -sS -o /dev/null "$@"; }\n'
        (folder / "samples.sh").write_text(quiet + "\n".join(shell) + "\n")
        python = ["import httpx", f"api, file = {api!r}, {file.encode()!r}"]
        python += [f"{name} = {value!r}" for name, value in values.items()]
        (folder / "samples.py").write_text("\n".join([*python, *sources["Python"]]) + "\n")
        typescript = [f"const api: string = {json.dumps(api)};", f"const file = new Blob([{json.dumps(file)}]);"]
        typescript += [f"const {name}: string = {json.dumps(value)};" for name, value in values.items()]
        typescript += [f"{{\n{source}\nawait answer.text();\n}}" for source in sources["TypeScript"]]
        (folder / "samples.mts").write_text("\n".join([*typescript, "export {};"]) + "\n")
        calls = {}
        run(log, folder, [*TSC, "samples.mts"], env)
        for language, command in {
            "curl": ["bash", "samples.sh"],
            "TypeScript": ["node", "samples.mjs"],
            "Python": ["python3", "samples.py"],
        }.items():
            recorder.calls = []
            run(log, folder, command, env)
            calls[language] = recorder.calls
    wrong = []
    for at, (path, method, operation) in enumerate(all_operations):
        media, body = expected_body(operation, file)
        for language, made in calls.items():
            call = made[at]
            pattern = re.sub(r"\{[^}]+\}", "[^/]+", re.escape(path).replace(r"\{", "{").replace(r"\}", "}"))
            fits = re.fullmatch(pattern, call["path"].partition("?")[0])
            if not fits or (call["method"], call["media"], call["body"]) != (method, media, body):
                wrong.append(f"{method} {path} in {language}: {call}")
            if call["path"] != calls["curl"][at]["path"] or call["headers"] != calls["curl"][at]["headers"]:
                wrong.append(f"{method} {path}: {language} calls otherwise than curl: {call}")
    log.write_text(log.read_text() + "\n".join(wrong))
    if wrong:
        raise Unfit(f"{len(wrong)} samples make another call than the document shows")
    return f"{3 * len(all_operations)} samples"


def office():
    """The program of LibreOffice, where it is installed."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def spreadsheet(log, base, token, folder, env):
    """The CSV as a spreadsheet reads it: terms stay terms, days are days, numbers are numbers."""
    fresh(folder)
    path = "/v1/measures/rows.csv?level=provider&periods=2026-T1,2026-T2,2026-holidays&includeEmpty=true"
    command = ["curl", "--fail-with-body", "-sS", base + path, "-H", f"Authorization: Bearer {token}", "-o", "rows.csv"]
    run(log, folder, command, env)
    profile = f"-env:UserInstallation=file://{folder.resolve()}/profile"
    convert = [office(), profile, "--headless", "--convert-to"]
    # Commas, quotes, UTF-8, from line 1, and special numbers found as a person's double click finds them.
    opened = "--infilter=CSV:44,34,76,1,,0,false,true"
    run(log, folder, [*convert, "fods", opened, "rows.csv"], env)
    text = (folder / "rows.fods").read_text()
    cells = re.findall(r'office:value-type="(\w+)"[^>]*>\s*<text:p>([^<]*)', text)
    kinds = {shown: kind for kind, shown in cells}
    for shown in ("2026-T1", "2026-T2"):
        if kinds.get(shown) != "string":
            raise Unfit(f"{shown} is read as {kinds.get(shown, 'nothing')}")
    of_kind = {kind for kind, _ in cells}
    if not {"date", "float", "string"} <= of_kind:
        raise Unfit(f"there are cells of {', '.join(sorted(of_kind))} only")
    return f"{len(cells)} cells"


def environment(tools, binary_folder):
    """The tools' own, with the program on the path."""
    return tools | {"PATH": f"{binary_folder}{os.pathsep}{tools['PATH']}"}


def page_of(root, name):
    return pathlib.Path(root) / "docs" / f"{name}.md"
