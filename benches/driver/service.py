"""The program under measurement: started as an operator would start it, called with tokens of an issuer of its own."""

import base64
import contextlib
import http.client
import json
import os
import pathlib
import secrets
import signal
import socket
import subprocess
import time

from driver import nation

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).resolve()
FOLDER = TARGET / "bench"
BINARY = TARGET / "release" / "ascms"

AUDIENCE = "ascms-bench"
SCOPES = ("students:read students:search referrals:submit referrals:read cases:read measures:read reference:read work-list:read "
          "attendance:send attendance:read contacts:read casework:read documents:read transfers:read contracts:read duties:read "
          "funds:read performance-reviews:read performance-reviews:conduct jobs:read")
READY_WITHIN = 60
STOP_WITHIN = 40

KEY = FOLDER / "issuer.pem"
JWKS = FOLDER / "issuer.jwks.json"
# Keeps cursors good from one start to the next.
CURSOR_KEY = base64.b64encode(secrets.token_bytes(32)).decode()


def run(*arguments, **variables):
    subprocess.run([BINARY, *arguments], env={**clean_environment(), **variables}, check=True, stdout=subprocess.DEVNULL)


def clean_environment():
    """Without settings of the program that happen to be in the shell."""
    return {name: value for name, value in os.environ.items() if not name.startswith("ASCMS_") and name != "DATABASE_URL"}


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


# The issuer: a key pair made for this run, with openssl, so that Python needs no package for it.

def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def make_issuer():
    FOLDER.mkdir(parents=True, exist_ok=True)
    openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", str(KEY))
    point = openssl("pkey", "-in", str(KEY), "-pubout", "-outform", "DER")[-64:]
    key = {"kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": "bench",
           "x": base64url(point[:32]), "y": base64url(point[32:])}
    JWKS.write_text(json.dumps({"keys": [key]}))


def token(subject, machine=False):
    now = int(time.time())
    header = {"alg": "ES256", "typ": "at+jwt", "kid": "bench"}
    claims = {"iss": nation.ISSUER, "sub": subject, "aud": AUDIENCE, "iat": now - 1, "exp": now + 3600, "scope": SCOPES}
    claims |= {"client_id": subject} if machine else {"amr": ["pwd", "mfa"]}
    signed = ".".join(base64url(json.dumps(part).encode()) for part in (header, claims))
    return f"{signed}.{base64url(raw_signature(openssl('dgst', '-sha256', '-sign', str(KEY), given=signed.encode())))}"


def raw_signature(der):
    """r and s, 32 bytes each (RFC 7518, 3.4), out of the DER that openssl writes."""
    numbers = []
    at = 2
    while at < len(der):
        length = der[at + 1]
        numbers.append(int.from_bytes(der[at + 2:at + 2 + length], "big").to_bytes(32, "big"))
        at += 2 + length
    return b"".join(numbers)


def openssl(*arguments, given=None):
    return subprocess.run(["openssl", *arguments], input=given, capture_output=True, check=True).stdout


class Service:
    """A running server; every setting that is not named here has its production default."""

    def __init__(self, database_url, calls_at_once=1000):
        self.port, self.admin_port = free_port(), free_port()
        self.variables = {
            **clean_environment(),
            "DATABASE_URL": database_url,
            # The throw-away server has one role.
            "ASCMS_DATABASE_ONE_ROLE": "allow",
            "ASCMS_LISTEN": f"127.0.0.1:{self.port}",
            "ASCMS_ADMIN_LISTEN": f"127.0.0.1:{self.admin_port}",
            "ASCMS_PUBLIC_URL": f"http://127.0.0.1:{self.port}",
            "ASCMS_ISSUERS": json.dumps([{"issuer": nation.ISSUER, "audience": AUDIENCE, "jwks": str(JWKS)}]),
            "ASCMS_CURSOR_KEY": CURSOR_KEY,
            "ASCMS_DOCUMENT_DIR": str(FOLDER / "documents"),
            # One caller stands for all of them here.
            "ASCMS_REQUESTS_PER_MINUTE": "10000000",
            "ASCMS_GUESSES_PER_HOUR": "10000000",
            "ASCMS_CALLS_AT_ONCE": str(calls_at_once),
            "ASCMS_LAME_DUCK_SECONDS": "0",
        }

    def __enter__(self):
        self.log = open(FOLDER / f"server-{self.port}.log", "w")
        # All databases have one folder, one after the other.
        subprocess.run([BINARY, "documents", "adopt"], env=self.variables, stdout=self.log, stderr=self.log, check=True)
        began = time.monotonic()
        self.process = subprocess.Popen([BINARY, "serve"], env=self.variables, stdout=self.log, stderr=self.log)
        while not answers(self.admin_port, "/readyz"):
            if self.process.poll() is not None or time.monotonic() - began > READY_WITHIN:
                self.__exit__()
                raise SystemExit(f"the server did not start, see {self.log.name}")
            time.sleep(0.002)
        self.started_in = time.monotonic() - began
        return self

    def __exit__(self, *_):
        stop(self.process)
        self.log.close()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def peak_memory(self):
        """In MiB, of the process since its start."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.partition("VmHWM:")[2].split()[0]) / 1024

    @contextlib.contextmanager
    def client(self, bearer):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            yield Client(connection, {"Authorization": f"Bearer {bearer}"})
        finally:
            connection.close()


class Client:
    """One connection that stays open."""

    def __init__(self, connection, headers):
        self.connection, self.headers = connection, headers

    def get(self, path):
        return self._call("GET", path, None, {}, 200)

    def post(self, path, body, headers, expected=201):
        headers = {"Content-Type": "application/json", **headers}
        return self._call("POST", path, json.dumps(body).encode(), headers, expected)

    def _call(self, method, path, body, headers, expected):
        self.connection.request(method, path, body, {**self.headers, **headers})
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.status != expected:
            raise SystemExit(f"{method} {path}: {answer.status} {text.decode(errors='replace')[:2000]}")
        return json.loads(text)


def answers(port, path, headers=None):
    """Whether the address says 200."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path, headers=headers or {})
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def stop(process, signal_number=signal.SIGTERM):
    if process.poll() is None:
        process.send_signal(signal_number)
        try:
            process.wait(STOP_WITHIN)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
