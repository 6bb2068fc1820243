"""Gateways that share budgets through one Redis."""

import pathlib
import signal
import time

import psycopg

from gateway import Gateway
from private_redis import PrivateRedis

POLICY = pathlib.Path(__file__).resolve().parents[1] / "integration" / "shared_budgets_policy.yaml"
USERS = ["agent1", "agent2", "agent3", "lina", "maya", "agent9", "crm", "free", "desk", "dba"]
BACKENDS = {**dict.fromkeys(["support", "tool", "masking"], "tabir_reader"), "dba": "tabir_dba"}


def secret_file(folder: pathlib.Path) -> pathlib.Path:
    """The secret that replicas share."""
    file = folder / "budgets.secret"
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text("s" * 48)
    return file


def shared_section(server: PrivateRedis, folder: pathlib.Path, **shared) -> dict:
    """The part of a gateway's configuration that says where budgets are shared; `shared` are further keys of it."""
    return {"shared_budgets": {"redis": f"{server.host}:{server.port}", "secret_file": str(secret_file(folder)), "lease": "2s",
                               **shared}}


def replica(postgres, server: PrivateRedis, folder: pathlib.Path, journals: pathlib.Path | None = None, **shared) -> Gateway:
    """One more gateway of the fleet; `journals`: the folder of its journal."""
    journal = {"budget_journal": str(journals)} if journals else {}
    return Gateway(postgres, POLICY, USERS, BACKENDS, {**shared_section(server, folder, **shared), **journal})


def customers(first: int, last: int) -> str:
    return f"SELECT id FROM customers WHERE id BETWEEN {first} AND {last} ORDER BY id"


def read(gateway: Gateway, user: str, statement: str, database: str = "payments"):
    """The first column of the rows that came, and the SQLSTATE that ended them or None."""
    received = []
    with psycopg.connect(gateway.dsn(user, database), autocommit=True) as connection:
        try:
            for row in connection.cursor().stream(statement):
                received.append(row[0])
        except psycopg.Error as error:
            return received, error.sqlstate
    return received, None


def used(gateway: Gateway, user: str) -> list[int]:
    """What SHOW tabir.budget says is used up of each limit."""
    with psycopg.connect(gateway.dsn(user), autocommit=True) as connection:
        return [row[5] for row in connection.execute("SHOW tabir.budget")]


def misses(gateway: Gateway, user: str) -> int:
    """Of them, those of questions that found nobody."""
    with psycopg.connect(gateway.dsn(user), autocommit=True) as connection:
        (row,) = [row for row in connection.execute("SHOW tabir.budget") if "misses" in row]
        return row[5]


def kill(gateway: Gateway) -> None:
    gateway.process.send_signal(signal.SIGKILL)
    gateway.process.wait()
    gateway.process.returncode = 0


def wait_until(condition, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it does not come to pass"
        time.sleep(0.05)
