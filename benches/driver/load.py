"""Load: wrk calls the API, pgbench runs statements. One thread each, so that they take little of the cores from what is
measured."""

import dataclasses
import os
import pathlib
import re
import subprocess

from driver import service

LUA = service.ROOT / "benches" / "lua"
RESULT = re.compile(r"^RESULT (\d+) (\d+) (\d+) (\d+) (\d+) (\d+)$", re.MULTILINE)
TPS = re.compile(r"^tps = ([0-9.]+) \(without initial connection time\)$", re.MULTILINE)
FAILED = re.compile(r"^number of failed transactions: (\d+)", re.MULTILINE)


@dataclasses.dataclass(frozen=True)
class Calls:
    count: int
    a_second: float
    # In milliseconds.
    p50: float
    p95: float
    p99: float
    # The share of the processors' time that other machines on the same host took meanwhile.
    stolen: float


def processor_time():
    """What the processors had to give since the start, and what of it other machines took, in ticks."""
    stat = pathlib.Path("/proc/stat")
    if not stat.exists():
        return 0, 0
    # user nice system idle iowait irq softirq steal; what guests had is in user.
    ticks = [int(word) for word in stat.read_text().splitlines()[0].split()[1:9]]
    return sum(ticks), ticks[7]


def calls(url, script, clients, seconds, **variables):
    """What so many clients get done that each wait for an answer before they ask again."""
    environment = {**os.environ, "BENCH_LUA": str(LUA), **{name: str(value) for name, value in variables.items()}}
    command = ["wrk", "-t1", f"-c{clients}", f"-d{seconds}s", "--timeout", "10s", "-s", str(LUA / script), url]
    before = processor_time()
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=seconds + 30)
    whole, stolen = (now - then for now, then in zip(processor_time(), before))
    found = RESULT.search(done.stdout)
    if not found:
        raise SystemExit(f"wrk failed: {done.stdout}{done.stderr}")
    count, micros, errors, p50, p95, p99 = map(int, found.groups())
    if errors:
        raise SystemExit(f"{errors} of {count} calls of {script} failed, see the logs in {service.FOLDER}")
    return Calls(count, count * 1e6 / micros, p50 / 1000, p95 / 1000, p99 / 1000, stolen / max(whole, 1))


def same_call(url, bearer, path, clients, seconds, **variables):
    """The same address over and over."""
    paths = service.FOLDER / "paths"
    paths.write_text(f"{path}\n")
    return calls(url, "get.lua", clients, seconds, BENCH_TOKEN=bearer, BENCH_PATHS=paths, **variables)


def transactions(database_url, text, clients, seconds, **variables):
    """How often a second so many clients get through a script of pgbench."""
    file = pathlib.Path(service.FOLDER / "script.sql")
    file.write_text(text)
    given = [part for name, value in variables.items() for part in ("-D", f"{name}={value}")]
    command = ["pgbench", "-n", "-M", "prepared", "-c", str(clients), "-j", "1", "-T", str(seconds), *given,
               "-f", str(file), database_url]
    done = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 30)
    found, failed = TPS.search(done.stdout), FAILED.search(done.stdout)
    if done.returncode or not found or (failed and int(failed[1])):
        raise SystemExit(f"pgbench failed: {done.stdout}{done.stderr}")
    return float(found[1])
