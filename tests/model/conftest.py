import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "harness"))

from asking import Asker  # noqa: E402
from gateway import DEMO_BACKEND_PASSWORD, PASSWORD, Gateway  # noqa: E402
from people import rows  # noqa: E402
from private_postgres import PrivatePostgres  # noqa: E402
from wire_session import WireSession  # noqa: E402

HERE = pathlib.Path(__file__).parent
USERS = ["desk", "scoped", "counting"]
BACKEND = "tabir_model"


@pytest.fixture(scope="session")
def postgres():
    with PrivatePostgres() as server:
        for role in (BACKEND, "tabir_catalog"):
            server.psql(f"CREATE ROLE {role} LOGIN PASSWORD '{DEMO_BACKEND_PASSWORD}'")
        server.psql("CREATE DATABASE model")
        server.load(HERE / "schema.sql", "model")
        server.psql(rows() + f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {BACKEND}; ANALYZE", "model")
        yield server


@pytest.fixture(scope="session")
def gateway(postgres):
    with Gateway(postgres, HERE / "policy.yaml", USERS, dict.fromkeys(USERS, BACKEND)) as running:
        yield running


@pytest.fixture
def askers(gateway):
    """By user."""
    sessions = {user: WireSession((gateway.host, gateway.port)).log_in(user, PASSWORD, "model") for user in USERS}
    yield {user: Asker(session, f"{user}_") for user, session in sessions.items()}
    for session in sessions.values():
        session.__exit__()
