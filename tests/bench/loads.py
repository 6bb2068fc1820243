"""The loads: each takes a target and gives {measure: number}."""
import pathlib
import re
import subprocess
import tempfile
import time
from contextlib import ExitStack, closing
from dataclasses import replace

import psycopg2
from psycopg.pq import PGconn

HOT_ACCOUNTS = 100_000  # point queries choose among these, so that PostgreSQL reads no disk
IDLE_SESSIONS = 1_000
STALLED_READERS = 60

POINT_QUERY = f"\\set aid random(1, {HOT_ACCOUNTS})\nSELECT abalance FROM pgbench_accounts WHERE aid = :aid;\n"
MILLION_ROWS = "SELECT * FROM pgbench_accounts;\n"
NO_QUERY = "SELECT 1;\n"


def pgbench(target, script, *options):
    """Runs a script; transactions done and pgbench's output. A failed transaction ends the comparison."""
    with tempfile.TemporaryDirectory(prefix="tabir-bench-") as folder:
        file = pathlib.Path(folder) / "script"
        file.write_text(script)
        done = subprocess.run(["pgbench", "-n", "-f", file, *map(str, options)], env=target.environment(),
                              capture_output=True, text=True)
    failed = re.search(r"number of failed transactions: (\d+)", done.stdout)
    if done.returncode != 0 or failed is None or failed[1] != "0":
        raise RuntimeError(f"{target.name}: pgbench failed: {done.stderr or done.stdout}")
    return int(re.search(r"actually processed: (\d+)", done.stdout)[1]), done.stdout


def statements(mode, clients):
    """Point queries: statements per second, and the proxy's CPU time per statement in microseconds."""

    def load(target, seconds):
        before = target.cpu_seconds() if target.pid else 0
        count, output = pgbench(target, POINT_QUERY, "-M", mode, "-c", clients, "-j", min(clients, 2), "-T", seconds)
        measured = {"rate": float(re.search(r"tps = ([\d.]+)", output)[1])}
        if target.pid:
            measured["cpu"] = (target.cpu_seconds() - before) / count * 1e6
        return measured

    return load


def connections(target, seconds):
    """Log-ins with SCRAM, a statement, log-out: how many per second with 4 clients, and CPU time for each in ms."""
    before = target.cpu_seconds() if target.pid else 0
    count, output = pgbench(target, NO_QUERY, "-C", "-c", 4, "-j", 2, "-T", seconds)
    measured = {"rate": float(re.search(r"tps = ([\d.]+)", output)[1])}
    if target.pid:
        measured["cpu"] = (target.cpu_seconds() - before) / count * 1e3
    return measured


def million_rows(target, _):
    """One result of a million rows: seconds, and the proxy's CPU seconds."""
    cpu = target.cpu_seconds() if target.pid else 0
    began = time.monotonic()
    pgbench(target, MILLION_ROWS, "-t", 1)
    measured = {"seconds": time.monotonic() - began}
    if target.pid:
        measured["cpu"] = target.cpu_seconds() - cpu
    return measured


def memory_of_million_rows(target):
    """How far the memory of a proxy that has just started rises while a million rows pass, in MiB."""
    target.forget_peak()
    before = target.resident_bytes()
    pgbench(target, MILLION_ROWS, "-t", 1)
    return {"growth": (target.peak_bytes() - before) / 2**20}


def memory_of_million_uncounted_rows(target):
    """The same for a masked role without a budget: what the stream of rows takes, without the accounts of people."""
    return memory_of_million_rows(replace(target, user="uncounted")) if target.user == "masked" else {}


def memory_of_idle_sessions(target):
    """KiB of memory of a proxy that has just started for each of a thousand sessions that have run one statement."""
    before = target.resident_bytes()
    with ExitStack() as held:
        for _ in range(IDLE_SESSIONS):
            session = held.enter_context(closing(psycopg2.connect(target.dsn())))
            session.autocommit = True
            with session.cursor() as cursor:
                cursor.execute("SELECT 1")
        return {"memory": (target.resident_bytes() - before) / IDLE_SESSIONS / 1024}


def memory_of_stalled_readers(target):
    """KiB of memory for each of sixty sessions that have asked for a million rows and read none of them."""
    target = replace(target, user="uncounted") if target.user == "masked" else target
    with ExitStack() as held:
        sessions = [PGconn.connect(target.dsn().encode()) for _ in range(STALLED_READERS)]
        for session in sessions:
            held.callback(session.finish)
            session.exec_(b"SELECT aid FROM pgbench_accounts WHERE aid = 1")
        before = target.resident_bytes()
        for session in sessions:
            session.send_query(MILLION_ROWS.encode())
        return {"memory": (settled(target.resident_bytes) - before) / STALLED_READERS / 1024}


def settled(measure):
    """The value once it has not risen for a second."""
    value, since = measure(), time.monotonic()
    while time.monotonic() - since < 1:
        time.sleep(0.05)
        if (now := measure()) > value:
            value, since = now, time.monotonic()
    return value
