"""Real clients before the sample payments database.

Run as they are, the tests speak to a gateway with policies/examples/payments.yaml. With TABIR_CLIENTS=direct they speak
to PostgreSQL itself, and those that need a policy are skipped: what is left must come out the same."""

import itertools
import os
import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "harness"))

from gateway import PASSWORD, Gateway, demo_postgres  # noqa: E402
from private_postgres import PrivatePostgres  # noqa: E402

DIRECT = os.environ.get("TABIR_CLIENTS") == "direct"
needs_policy = pytest.mark.skipif(DIRECT, reason="speaks of the policy")

# Budgets are kept for a user: each test that shows people takes an agent of its own.
AGENTS = [f"agent{number}" for number in range(100, 130)]
BIN = pathlib.Path(os.environ.get("TABIR_BIN", ROOT / "build" / "dev" / "bin"))


class Direct:
    """PostgreSQL itself, with the policy's users as roles of its own."""

    def __init__(self, postgres: PrivatePostgres):
        self.host, self.port = postgres.host, postgres.port
        postgres.psql(f"CREATE ROLE dba1 LOGIN PASSWORD '{PASSWORD}' IN ROLE tabir_dba")

    def dsn(self, user: str, database: str = "payments", **more: str) -> str:
        parts = {"host": self.host, "port": self.port, "user": user, "password": PASSWORD, "dbname": database, **more}
        return " ".join(f"{key}={value}" for key, value in parts.items())


@pytest.fixture(scope="session")
def postgres():
    with demo_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def server(postgres):
    if DIRECT:
        yield Direct(postgres)
        return
    policy = (ROOT / "policies" / "examples" / "payments.yaml").read_text()
    policy += "".join(f"  {agent}: {{ role: support }}\n" for agent in AGENTS)  # `users` is the last section
    with Gateway(postgres, policy, ["reviewer3", "analyst1", "dba1", *AGENTS]) as gateway:
        yield gateway


_unused = itertools.count()


@pytest.fixture
def agent():
    """The name of a support agent who has seen nobody yet."""
    return AGENTS[next(_unused)]


@pytest.fixture(scope="session")
def environment(server):
    """Builds the environment in which libpq finds the server: environment("dba1")."""

    def build(user: str, database: str = "payments") -> dict[str, str]:
        return {**os.environ, "PGHOST": server.host, "PGPORT": str(server.port), "PGUSER": user,
                "PGPASSWORD": PASSWORD, "PGDATABASE": database, "PGCONNECT_TIMEOUT": "20"}

    return build


@pytest.fixture(scope="session")
def run(environment):
    """Runs a program as a user; its result, never an exception."""

    def call(user: str, *command: str, text: str = "", cwd=None) -> subprocess.CompletedProcess:
        return subprocess.run(command, input=text, text=True, capture_output=True, timeout=120, cwd=cwd,
                              env=environment(user))

    return call


@pytest.fixture(scope="session")
def customer(postgres):
    """The true values of one customer, read past the gateway."""
    values = postgres.psql("SELECT id, full_name, phone, email, city, birthday FROM customers WHERE id = 4711",
                           "payments").split("|")
    return dict(zip(("id", "full_name", "phone", "email", "city", "birthday"), values))
