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
    assert first_error(session) == "54000"
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


def leave(first: int, last: int) -> str:
    return f"UPDATE customers SET city = 'left' WHERE id BETWEEN {first} AND {last}"


@pytest.fixture
def nobody_left(postgres):
    yield
    postgres.psql("UPDATE customers SET city = 'Bogor' WHERE city = 'left'", "payments")


@pytest.mark.parametrize("text,tags", [
    (f"{leave(1, 2)}; {leave(2, 3)}; SELECT 7", ["UPDATE 2", "UPDATE 2", "SELECT 1"]),
    (f"BEGIN; {leave(1, 3)}; SAVEPOINT s; {leave(4, 9)}; ROLLBACK TO s; COMMIT", ["BEGIN", "UPDATE 3", "SAVEPOINT", "UPDATE 6", "ROLLBACK", "COMMIT"]),
    (f"SET application_name = 'x'; {leave(1, 1)}; COMMIT; BEGIN; {leave(2, 3)} RETURNING id; COMMIT; SHOW application_name",
     ["SET", "UPDATE 1", "COMMIT", "BEGIN", "UPDATE 2", "COMMIT", "SHOW"]),
])
def test_several_changes_in_one_message_are_made(session, postgres, nobody_left, text, tags):
    assert session.run(text).tags == tags
    assert postgres.psql("SELECT array_agg(id ORDER BY id) FROM customers WHERE city = 'left'", "payments").strip() == "{1,2,3}"


@pytest.mark.parametrize("text", [f"{leave(1, 5)}; {leave(6, 10)}; {leave(11, 11)}; SELECT 7", f"{leave(1, 5)}; BEGIN; {MANY}; COMMIT",
                                  f"BEGIN; {leave(1, 10)}; {SHOWN}; COMMIT", f"{leave(1, 1)}; {leave(2, 1)} AND 1 / (id - id) = 1; SELECT 1 / 0"])
def test_one_that_reaches_too_many_takes_those_before_it_back(session, text):
    answer = session.run(text)
    assert answer.error["C"] in ("54000", "22012") and "SELECT 1" not in answer.tags
    session.run("ROLLBACK")


def test_none_is_run_if_one_is_refused(session):
    assert session.run(f"{leave(1, 1)}; SELECT pg_sleep(1)").error["C"] == "42501"
    for text in (f"{leave(1, 1)}; DECLARE c CURSOR FOR SELECT 1", f"{leave(1, 1)}; PREPARE p AS SELECT 1", f"{leave(1, 1)}; COPY customers TO STDOUT"):
        refused = session.run(text).error
        assert refused["C"] == "42501" and "sent together with" in refused["M"]


def test_the_last_miss_is_used_up_by_the_change_before(postgres):
    policy = WRITES_POLICY.replace("{ customer: 10 per hour }", "{ customer: 10 per hour, misses: 1 per hour }")
    with Gateway(postgres, policy, WRITERS, WRITERS_BACKENDS) as running, WireSession(("127.0.0.1", running.port)) as session:
        session.log_in("capped", PASSWORD, "payments")
        nobody = "UPDATE customers SET city = 'gone' WHERE phone = '{}'"
        answer = session.run(f"{nobody.format(1)}; {nobody.format(2)}")
        assert answer.tags == ["UPDATE 0"] and answer.error["C"] == "54000"


@pytest.mark.parametrize("limits", [(1,), (5,), (6,), (2, 2, 2), (2, 0), (3, 2, 1), (0, 1), (4, 7)])
def test_rows_of_a_change_come_as_they_are_asked_for(session, postgres, limits):
    """As PostgreSQL gives them; drivers that fetch one value or have a fetch size ask so."""
    text = "UPDATE customers SET city = city WHERE id BETWEEN 1 AND 5 RETURNING id"
    change = parse("", text) + bind("some", "") + b"".join(execute("some", limit) for limit in limits) + SYNC
    with WireSession((postgres.host, postgres.port)) as direct:
        direct.log_in("postgres", "superuser-secret", "payments")
        answers = []
        for one in (direct, session):
            one.send(change)
            answers.append(sorted_within(one.receive_until(b"Z")))
    assert answers[0] == answers[1]


def sorted_within(messages):
    """Rows of one change come in no order."""
    return [kind for kind, _ in messages], sorted(body for kind, body in messages if kind == b"D"), [body for kind, body in messages if kind == b"C"]


def test_nobody_is_shown_of_a_change_that_reaches_too_many(session):
    session.send(parse("", SHOWN) + bind("some", "") + execute("some", 3) + execute("some", 3) + SYNC)
    assert first_error(session) == "54000"
