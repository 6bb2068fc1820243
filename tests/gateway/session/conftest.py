import pathlib
import shutil
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "harness"))

from gateway import DEMO_BACKEND_PASSWORD, PASSWORD, Gateway  # noqa: E402
from private_postgres import PrivatePostgres  # noqa: E402
from raw_client import RawClient  # noqa: E402

# No policy on any table: these tests are about the way there.
POLICY = """
version: 1
databases: [payments]
tables: { public.notes: open }
roles:
  dba: { unrestricted: true }
  clerk: { tables: [public.notes] }
users:
  dba1: { role: dba }
  clerk1: { role: clerk }
"""
USERS = ["dba1", "clerk1", "stranger"]
BACKENDS = {"dba": "tabir_dba", "clerk": "tabir_clerk"}


@pytest.fixture(scope="session")
def postgres():
    with PrivatePostgres() as server:
        for name, rights in {"tabir_dba": "SUPERUSER", "tabir_clerk": "", "tabir_catalog": "SUPERUSER"}.items():
            server.psql(f"CREATE ROLE {name} LOGIN {rights} PASSWORD '{DEMO_BACKEND_PASSWORD}'")
        server.psql("CREATE DATABASE payments")
        server.psql("CREATE TABLE notes (id int PRIMARY KEY, words text); INSERT INTO notes SELECT i, 'note ' || i "
                    "FROM generate_series(1, 1000) i; GRANT SELECT ON notes TO tabir_clerk", "payments")
        yield server


@pytest.fixture
def start(postgres):
    """Prepares a gateway with more configuration than the usual; its folder goes with the test."""
    prepared = []

    def call(**more) -> Gateway:
        prepared.append(Gateway(postgres, POLICY, USERS, BACKENDS, extra_config=more))
        return prepared[-1]

    yield call
    for gateway in prepared:
        shutil.rmtree(gateway.directory, ignore_errors=True)


@pytest.fixture(scope="session")
def gateway(postgres):
    with Gateway(postgres, POLICY, USERS, BACKENDS) as running:
        yield running


@pytest.fixture
def raw(gateway):
    """A raw client that is logged in, by default as dba1."""
    clients = []

    def call(user: str = "dba1", log_in: bool = True, **parameters: str) -> RawClient:
        clients.append(RawClient((gateway.host, gateway.port)))
        return clients[-1].log_in(user, PASSWORD, "payments", **parameters) if log_in else clients[-1]

    yield call
    for client in clients:
        client.__exit__()
