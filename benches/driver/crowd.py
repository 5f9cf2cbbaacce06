"""Ten callers as there are in an office, and what they notice of somebody who asks for too much."""

import http.client
import json
import os
import pathlib
import statistics
import subprocess
import threading
import time

from driver import load, service

CALLERS = 10
# Between two calls of one of them.
PAUSE = 0.05
WARM_UP = 0.5
GREEDY_CALLS = 40
BODY_BYTES = 5 * 1024 * 1024


def quiet_and_beside(server, bearers, seconds, disturb):
    """(latencies, failures) of the callers by themselves, and while `disturb` runs, which is told when to end."""
    quiet = normal(server, bearers, seconds)
    over = threading.Event()
    disturbing = threading.Thread(target=disturb, args=(over,))
    disturbing.start()
    time.sleep(WARM_UP)
    beside = normal(server, bearers, seconds)
    over.set()
    disturbing.join()
    return quiet, beside


def normal(server, bearers, seconds):
    latencies, failures = [], []
    threads = [threading.Thread(target=caller, args=(server, bearer, seconds, latencies, failures)) for bearer in bearers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return latencies, failures


def caller(server, bearer, seconds, latencies, failures):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        began = time.monotonic()
        connection.request("GET", "/v1/cases?limit=20", headers={"Authorization": f"Bearer {bearer}"})
        answer = connection.getresponse()
        text = answer.read()
        latencies.append((time.monotonic() - began) * 1000)
        if answer.status != 200:
            failures.append(f"{answer.status} {text[:200]!r}")
        time.sleep(PAUSE)
    connection.close()


def p99(latencies):
    return statistics.quantiles(latencies, n=100, method="inclusive")[98]


def greedy(server, bearer):
    """Forty searches at once, for as long as it is let."""
    def disturb(over):
        body = service.FOLDER / "search.json"
        body.write_text(json.dumps({"familyName": "Example"}))
        environment = {**os.environ, "BENCH_LUA": str(load.LUA), "BENCH_TOKEN": bearer, "BENCH_BODY": str(body)}
        command = ["wrk", "-t1", f"-c{GREEDY_CALLS}", "-d600s", "--timeout", "10s", "-s", str(load.LUA / "search.lua"),
                   server.url]
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        over.wait()
        process.terminate()
        process.wait()
    return disturb


def hostile_bodies():
    """Bodies of 5 MiB that are refused, each to cost as much as it can."""
    def filled(before, unit, after):
        count = (BODY_BYTES - len(before) - len(after) - len(unit)) // (len(unit) + 1)
        return before + b",".join([unit] * count) + after
    day = b'{"date":0,"halfDays":{"present":"x"}}'
    return {
        "control characters": filled(b'{"students":[', rb'"\u0001"', b"]}"),
        "wrong items": filled(b'{"students":[', b"0", b"]}"),
        "empty items": filled(b'{"students":[', b"{}", b"]}"),
        "wrong days": filled(b'{"students":[' + b",".join([b'{"days":[' + b",".join([day] * 100) + b"]}"] * 1000) + b",",
                             b"{}", b"]}"),
        "unknown members": b"{" + b",".join(b'"a%d":0' % n for n in range(450_000)) + b"}",
        "levels": b"[" * BODY_BYTES,
        "digits": b"9" * BODY_BYTES,
    }


def send(server, bearer, body):
    """Milliseconds until the body is refused."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
    headers = {"Authorization": f"Bearer {bearer}", "Content-Type": "application/json", "Idempotency-Key": "bench-hostile"}
    began = time.monotonic()
    connection.request("POST", "/v1/attendance", body[:BODY_BYTES], headers)
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    if answer.status not in (400, 422):
        raise SystemExit(f"a hostile body was answered {answer.status}: {text[:500]!r}")
    return (time.monotonic() - began) * 1000


def hostile(server, bearer, bodies, took):
    """One such body after the other, for as long as it is let."""
    def disturb(over):
        while not over.is_set():
            for body in bodies:
                took.append(send(server, bearer, body))
                if over.is_set():
                    return
    return disturb


class Memory:
    """What a process has above what it had when it was idle, in MiB."""

    def __init__(self, process):
        self.status = pathlib.Path(f"/proc/{process.pid}/status")
        # From here on the peak is counted anew (proc(5), clear_refs).
        pathlib.Path(f"/proc/{process.pid}/clear_refs").write_text("5")
        self.idle = self.read("VmRSS")

    def read(self, name):
        return int(self.status.read_text().partition(f"{name}:")[2].split()[0]) / 1024

    def above(self):
        return self.read("VmHWM") - self.idle
