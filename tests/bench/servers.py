"""What is compared: PostgreSQL itself, PgBouncer before it, and Tabir before it, each on 127.0.0.1 without TLS."""
import os
import pathlib
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "harness"))

from gateway import DEMO_BACKEND_PASSWORD, PASSWORD, Gateway  # noqa: E402
from private_postgres import PrivatePostgres, free_port  # noqa: E402

ACCOUNTS = 1_000_000
CONNECTIONS = 1_200
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")

POLICY = """
version: 1
databases: [bench]
classes:
  balance: { mask: { truncate: 1000 } }
  text: { mask: { keep_last: 4 } }
tables:
  public.pgbench_accounts:
    subject: { account: aid }
    columns: { aid: open, bid: open, abalance: balance, filler: text }
roles:
  free: { unrestricted: true }
  masked:
    tables: [public.pgbench_accounts]
    budget: { account: 100000000 per hour }
  uncounted:
    tables: [public.pgbench_accounts]
users:
  free: { role: free }
  masked: { role: masked }
  uncounted: { role: uncounted }
"""

DATABASE_ROLES = f"""
CREATE ROLE tabir_catalog LOGIN PASSWORD '{DEMO_BACKEND_PASSWORD}';
CREATE ROLE bench LOGIN PASSWORD '{DEMO_BACKEND_PASSWORD}';
GRANT pg_read_all_data TO bench;
"""


def _ticks(pid, *fields):
    """The sum of some fields of stat, counted from the one behind the command (proc(5))."""
    stat = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(int(stat[field]) for field in fields)


def cpu_seconds(pid):
    """User and system time so far of the threads that a process has, to the nanosecond where ticks are ten milliseconds."""
    threads = pathlib.Path(f"/proc/{pid}/task").iterdir()
    return sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads) / 1e9


def cpu_seconds_of_family(pid):
    """User and system time so far of a process and its children, those that have ended included."""
    children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    ticks = _ticks(pid, 11, 12, 13, 14) + sum(_ticks(child, 11, 12) for child in children)
    return ticks / TICKS_PER_SECOND


@dataclass
class Target:
    """One way to the database. `pid`: the proxy's process; None: there is none."""

    name: str
    port: int
    user: str
    password: str
    pid: int | None

    def environment(self):
        return {**os.environ, "PGHOST": "127.0.0.1", "PGPORT": str(self.port), "PGUSER": self.user,
                "PGPASSWORD": self.password, "PGDATABASE": "bench", "PGSSLMODE": "disable"}

    def dsn(self):
        return (f"host=127.0.0.1 port={self.port} user={self.user} password={self.password} dbname=bench "
                "sslmode=disable")

    def cpu_seconds(self):
        """User and system time of the proxy so far."""
        return cpu_seconds(self.pid)

    def _memory(self, key):
        for line in pathlib.Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith(key + ":"):
                return int(line.split()[1]) * 1024
        raise RuntimeError(f"no {key} of process {self.pid}")

    def resident_bytes(self):
        return self._memory("VmRSS")

    def peak_bytes(self):
        """The most memory since forget_peak()."""
        return self._memory("VmHWM")

    def forget_peak(self):
        pathlib.Path(f"/proc/{self.pid}/clear_refs").write_text("5")


class PgBouncer:
    """PgBouncer in session pooling; a context manager."""

    def __init__(self, postgres: PrivatePostgres):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="tabir-bouncer-"))
        self.port = free_port()
        # The verifier, not the password: PgBouncer would derive keys from a password at every log-in, which is slow.
        verifier = postgres.psql("SELECT rolpassword FROM pg_authid WHERE rolname = 'bench'")
        (self.directory / "users").write_text(f'"bench" "{verifier}"\n')
        (self.directory / "pgbouncer.ini").write_text(
            f"[databases]\nbench = host=127.0.0.1 port={postgres.port}\n"
            f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {self.port}\nunix_socket_dir =\n"
            f"auth_type = scram-sha-256\nauth_file = {self.directory}/users\npool_mode = session\n"
            f"max_client_conn = {2 * CONNECTIONS}\ndefault_pool_size = {CONNECTIONS}\n"
            "log_connections = 0\nlog_disconnections = 0\nignore_startup_parameters = extra_float_digits\n")

    def __enter__(self):
        command = ["/usr/sbin/pgbouncer", str(self.directory / "pgbouncer.ini")]
        if os.geteuid() == 0:  # it refuses to run as root
            for path in (self.directory, *self.directory.iterdir()):
                shutil.chown(path, "postgres", pwd.getpwnam("postgres").pw_gid)
            command[1:1] = ["-u", "postgres"]
        self.log = open(self.directory / "log", "w")
        self.process = subprocess.Popen(command, stdout=self.log, stderr=self.log)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(30)
        self.log.close()
        shutil.rmtree(self.directory, ignore_errors=True)


def postgres():
    return PrivatePostgres({"max_connections": str(CONNECTIONS + 100), "shared_buffers": "256MB", "autovacuum": "off"})


def fill(server: PrivatePostgres):
    """pgbench's tables at scale 10, a million accounts, and the roles that the proxies log in as."""
    server.psql("CREATE DATABASE bench")
    server.psql(DATABASE_ROLES)
    subprocess.run(["pgbench", "-i", "-s", str(ACCOUNTS // 100_000), "-q", "-h", server.directory, "-p", str(server.port),
                    "-U", "postgres", "bench"], check=True, capture_output=True)


def tabir(server: PrivatePostgres, binary: pathlib.Path, more_config: dict | None = None):
    return Gateway(server, POLICY, ["free", "masked", "uncounted"],
                   {"free": "bench", "masked": "bench", "uncounted": "bench"},
                   {"limits": {"pool_size": CONNECTIONS, "sessions": 2 * CONNECTIONS}, **(more_config or {})}, binary=binary)


def targets(server, bouncer, gateway):
    found = [
        Target("direct", server.port, "bench", DEMO_BACKEND_PASSWORD, None),
        Target("PgBouncer", bouncer.port, "bench", DEMO_BACKEND_PASSWORD, bouncer.process.pid),
        Target("Tabir", gateway.port, "free", PASSWORD, gateway.process.pid),
        Target("Tabir, masked", gateway.port, "masked", PASSWORD, gateway.process.pid),
    ]
    for target in found:
        wait_for(target)
    return found


def wait_for(target):
    for _ in range(100):
        done = subprocess.run(["psql", "-X", "-c", "SELECT 1"], env=target.environment(), capture_output=True, text=True)
        if done.returncode == 0:
            return
        time.sleep(0.1)
    raise RuntimeError(f"{target.name} does not answer: {done.stderr}")
