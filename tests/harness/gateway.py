"""A Tabir gateway of the test's own, before a PrivatePostgres."""

import contextlib
import fcntl
import functools
import hashlib
import json
import os
import pathlib
import re
import select
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.request

from private_postgres import PrivatePostgres

ROOT = pathlib.Path(__file__).resolve().parents[2]
DEMO_BACKEND_PASSWORD = "backend-secret"
DEMO_ROLES = {"support": "tabir_support", "kyc_reviewer": "tabir_kyc", "analyst": "tabir_analyst", "dba": "tabir_dba"}
PASSWORD = "demo"


def tabir_binary() -> pathlib.Path:
    """The program under test; ctest says where it was built."""
    return pathlib.Path(os.environ.get("TABIR_BIN", ROOT / "build" / "dev" / "bin")) / "tabir"


def load_demo(postgres: PrivatePostgres, database: str = "payments") -> None:
    """Creates the sample payments database and the gateway's own log-in roles."""
    postgres.psql(f"CREATE DATABASE {database}")
    for script in sorted((ROOT / "sql" / "demo").glob("*.sql")):
        postgres.load(script, database, {"backend_password": DEMO_BACKEND_PASSWORD})


@contextlib.contextmanager
def demo_postgres(more: str = ""):
    """A PostgreSQL of the test's own with the sample payments database, in which the SQL of `more` was run.

    Loading takes longer than most tests: who comes first in a build keeps the cluster, the others copy it."""
    scripts = [script.read_text() for script in sorted((ROOT / "sql" / "demo").glob("*.sql"))]
    kept = tabir_binary().parent.parent / "clusters" / hashlib.sha256("\0".join([*scripts, more]).encode()).hexdigest()[:16]
    kept.parent.mkdir(exist_ok=True)
    with open(kept.with_suffix(".lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            with PrivatePostgres() as server:
                load_demo(server)
                server.psql(more, "payments")
                server.save_as(kept)
    with PrivatePostgres(like=kept) as server:
        yield server


@functools.cache
def verifier(binary: pathlib.Path) -> str:
    """What `tabir user add` writes behind a name. Deriving keys costs as much as a gateway's start, so it is done once in a test
    run, and all users have one salt."""
    with tempfile.TemporaryDirectory(prefix="tabir-user-") as folder:
        file = pathlib.Path(folder) / "users"
        subprocess.run([binary, "user", "add", "anybody", "--users-file", file], input=PASSWORD + "\n", text=True, check=True,
                       stdout=subprocess.DEVNULL)
        return file.read_text().removeprefix('"anybody"')


class Gateway:
    """Runs `tabir serve` on free ports; a context manager. Fails when the process does not end well."""

    def __init__(self, postgres: PrivatePostgres, policy: str | pathlib.Path, users: list[str],
                 backend_roles: dict[str, str] | None = None, extra_config: dict | None = None,
                 databases: dict | None = None, binary: pathlib.Path | None = None):
        """`policy` is a path, or a policy's text. `backend_roles` maps policy roles to PostgreSQL users."""
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="tabir-gw-"))
        self.postgres = postgres
        self.binary = binary or tabir_binary()
        self.host = "127.0.0.1"
        self.port = 0
        self.http_port = 0
        self.policy = self.directory / "policy.yaml"
        self.policy.write_text(policy.read_text() if isinstance(policy, pathlib.Path) else policy)
        (self.directory / "backend_password").write_text(DEMO_BACKEND_PASSWORD + "\n")
        (self.directory / "users").touch(mode=0o600)
        (self.directory / "users").write_text("".join(f'"{user}"{verifier(self.binary)}' for user in users))
        roles = DEMO_ROLES if backend_roles is None else backend_roles
        config = {
            "listen": ["127.0.0.1:0", str(self.directory / ".s.PGSQL.6432")],
            "http": "127.0.0.1:0",
            "users_file": "users",
            "policies": ["policy.yaml"],
            "servers": {"main": {"address": f"127.0.0.1:{postgres.port}", "tls": "disable"}},
            "databases": databases or {"*": "main"},
            "backend": {
                "default": {"user": "tabir_catalog", "password_file": "backend_password"},
                "roles": {role: {"user": user, "password_file": "backend_password"} for role, user in roles.items()},
            },
            **(extra_config or {}),
        }
        self.config = self.directory / "tabir.yaml"
        self.config.write_text(json.dumps(config, indent=1))  # JSON is YAML
        self.process: subprocess.Popen | None = None

    def __enter__(self) -> "Gateway":
        self.log = open(self.directory / "log", "w+")
        # setpriv: a test that is killed takes its gateway along.
        self.process = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", self.binary, "serve", "--config", self.config],
                                        stdout=subprocess.PIPE, stderr=self.log, bufsize=0,
                                        env={**os.environ, "ASAN_OPTIONS": "detect_leaks=1"})
        deadline = time.monotonic() + 60
        while not (self.port and self.http_port):
            ready, _, _ = select.select([self.process.stdout], [], [], max(0, deadline - time.monotonic()))
            line = self.process.stdout.readline().decode() if ready else ""  # unbuffered: select sees every line
            if not line:
                self.process.kill()
                raise RuntimeError("the gateway did not start:\n" + self.log_text())
            if found := re.match(r"tabir: listening on 127\.0\.0\.1:(\d+)", line):
                self.port = int(found[1])
            if found := re.match(r"tabir: http on 127\.0\.0\.1:(\d+)", line):
                self.http_port = int(found[1])
        return self

    def __exit__(self, kind, *_) -> None:
        code = self.stop()
        log = self.log_text()
        self.log.close()
        shutil.rmtree(self.directory, ignore_errors=True)
        if kind is None:
            assert code == 0, f"the gateway ended with {code}:\n{log[-4000:]}"
            assert "ERROR: AddressSanitizer" not in log and "runtime error:" not in log, log[-8000:]

    def stop(self, wait: float = 60) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(wait)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process.stdout.close()
        return self.process.returncode

    def log_text(self) -> str:
        return (self.directory / "log").read_text()

    def reload(self) -> None:
        self.process.send_signal(signal.SIGHUP)

    def http(self, path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.http_port}{path}", timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def metric(self, name: str, **labels: str) -> float:
        """The sum of a metric's samples that carry these labels."""
        total = 0.0
        for line in self.http("/metrics")[1].splitlines():
            if re.match(rf"{name}(\{{|\s)", line) and all(f'{key}="{value}"' in line for key, value in labels.items()):
                total += float(line.rsplit(" ", 1)[1])
        return total

    def dsn(self, user: str, database: str = "payments", **more: str) -> str:
        parts = {"host": self.host, "port": self.port, "user": user, "password": PASSWORD, "dbname": database, **more}
        return " ".join("{}='{}'".format(key, str(value).replace("\\", "\\\\").replace("'", "\\'"))
                        for key, value in parts.items())

    def psql(self, user: str, sql: str, *arguments: str, database: str = "payments") -> subprocess.CompletedProcess:
        return subprocess.run(["psql", "-X", *arguments, self.dsn(user, database)], input=sql, text=True,
                              capture_output=True, timeout=120)


@contextlib.contextmanager
def over_own_schema(postgres: PrivatePostgres, objects: str, policy: str, users: list[str], roles: list[str] | None = None):
    """A gateway over a schema that the test makes by `objects`, in the demo database, and that is gone afterwards.

    The users have `roles`, by default each one of his own name. PostgreSQL itself hides nothing from the user by which it
    connects."""
    postgres.psql(objects, "payments")
    try:
        with Gateway(postgres, policy, users, dict.fromkeys(roles or users, "tabir_reader")) as running:
            yield running
    finally:
        schema = re.search(r"CREATE SCHEMA (\w+)", objects)[1]
        postgres.psql(f"DROP SCHEMA {schema} CASCADE", "payments")
