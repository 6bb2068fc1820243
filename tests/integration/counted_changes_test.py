"""A change that reaches more people than the budget is taken back, whichever way the protocol lets a client end its
transaction before the rows are counted."""

import struct

import pytest

from conftest import WRITERS, WRITERS_BACKENDS, WRITES_POLICY
from gateway import PASSWORD, Gateway
from raw_client import SYNC, error_fields, message, query
from wire_session import WireSession

MANY = "UPDATE customers SET city = 'gone' WHERE id BETWEEN 70 AND 170"
SHOWN = MANY + " RETURNING id"


@pytest.fixture
def session(postgres):
    with Gateway(postgres, WRITES_POLICY, WRITERS, WRITERS_BACKENDS) as running, WireSession(("127.0.0.1", running.port)) as session:
        yield session.log_in("capped", PASSWORD, "payments")


@pytest.fixture(autouse=True)
def nobody_is_gone(postgres):
    yield
    assert postgres.psql("SELECT count(*) FROM customers WHERE city IN ('gone', 'left')", "payments").strip() == "0"


def parse(name: str, sql: str) -> bytes:
    return message(b"P", name.encode() + b"\0" + sql.encode() + b"\0\0\0")


def bind(portal: str, name: str) -> bytes:
    return message(b"B", portal.encode() + b"\0" + name.encode() + b"\0" + bytes(6))


def execute(portal: str, rows: int = 0) -> bytes:
    return message(b"E", portal.encode() + b"\0" + struct.pack("!i", rows))


def first_error(session) -> str:
    answer = session.receive_until(b"Z")
    return next((error_fields(body)["C"] for kind, body in answer if kind == b"E"), "")


@pytest.mark.parametrize("change", [MANY, SHOWN])
def test_a_sync_behind_the_change_does_not_commit_it(session, change):
    for _ in range(5):
        assert session.run(change, extended=True).error["C"] == "54000"
    assert session.run("SELECT 42", extended=True).rows == [(b"42",)]


def test_a_commit_behind_the_change_does_not_commit_it(session):
    for _ in range(3):
        session.send(parse("", "BEGIN") + bind("", "") + execute("") + parse("", MANY) + bind("", "") + execute("") +
                     parse("", "COMMIT") + bind("", "") + execute("") + SYNC)
        assert first_error(session) == "54000"
        session.run("ROLLBACK")


def test_a_limit_of_rows_hides_nobody(session):
    session.send(parse("", SHOWN) + bind("", "") + execute("", 1) + SYNC)
    assert first_error(session) == "42501"
    session.send(parse("", MANY) + bind("", "") + execute("", 1) + SYNC)
    assert first_error(session) == "54000"


@pytest.mark.parametrize("change", [MANY, SHOWN])
@pytest.mark.parametrize("by_name", ["EXECUTE s1", "EXPLAIN EXECUTE s1", "EXPLAIN ANALYZE EXECUTE s1", "SELECT 1; EXECUTE s1"])
def test_the_name_of_a_prepared_change_runs_it_counted_or_not_at_all(session, change, by_name):
    session.send(parse("s1", change) + SYNC)
    session.receive_until(b"Z")
    error = session.run(by_name).error
    assert error["C"] == "42501" and error["H"]
    if by_name == "EXECUTE s1":
        assert session.run(by_name, extended=True).error["C"] == "54000"


@pytest.mark.parametrize("read", ["FETCH 1 FROM c1", "FETCH ALL FROM c1; COMMIT", "MOVE ALL FROM c1; COMMIT"])
def test_the_portal_of_a_change_is_no_cursor(session, read):
    session.run("BEGIN")
    session.send(parse("", SHOWN) + bind("c1", "") + message(b"H"))
    session.receive_until(b"2")
    session.send(SYNC)
    session.receive_until(b"Z")
    session.send(query(read))
    assert first_error(session) == "42501"
    session.run("ROLLBACK")
    session.run("BEGIN")
    session.send(parse("", SHOWN) + bind("c1", "") + parse("f", "FETCH 1 FROM c1") + bind("", "f") + execute("") + SYNC)
    assert first_error(session) == "42501"
    session.run("COMMIT")


def test_a_change_within_the_budget_is_made(session, postgres):
    few = "UPDATE customers SET city = 'left' WHERE id <= 8"
    assert session.run(few + " RETURNING id", extended=True).tags == ["UPDATE 8"]
    session.send(parse("s1", few) + SYNC)
    session.receive_until(b"Z")
    assert session.run("EXECUTE s1", extended=True).tags == ["UPDATE 8"]
    assert postgres.psql("SELECT count(*) FROM customers WHERE city = 'left'", "payments").strip() == "8"
    postgres.psql("UPDATE customers SET city = 'Bogor' WHERE city = 'left'", "payments")
