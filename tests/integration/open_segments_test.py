"""A simple Query behind messages of the extended protocol that no Sync has ended: answered as PostgreSQL answers it, message for
message, also where it is run in several steps."""

import pytest

from counted_changes_test import bind, execute, parse
from gateway import PASSWORD
from paid_writes_test import paying  # noqa: F401
from raw_client import SYNC, error_fields, message, query
from wire_session import WireSession

FLUSH = message(b"H")
MERGE = ("MERGE INTO paid.owned o USING (VALUES (3)) v (i) ON o.id = v.i WHEN MATCHED THEN UPDATE SET note = 'seen' WHEN NOT MATCHED THEN "
         "INSERT VALUES (3, 3, 'note 3')")
IN_STEPS = {
    "merge": MERGE,
    "temporary table": "CREATE TEMP TABLE t1 AS SELECT id FROM paid.owned WHERE id = 3",
    "update": "UPDATE paid.owned SET note = 'seen' WHERE id = 3",
    "returning": "UPDATE paid.owned SET note = 'seen' WHERE id = 3 RETURNING id",
    "insert": "INSERT INTO paid.notes (person, note) SELECT id, 'x' FROM paid.people WHERE id <= 3",
    "several": "SELECT 1; UPDATE paid.owned SET note = 'seen' WHERE id = 3",
    "fails": "UPDATE paid.owned SET note = (1 / (id - 3))::text WHERE id = 3",
    "no steps": "SELECT 5",
}
LAST, LAST_ROW = "SELECT 4711", b"\0\1\0\0\0\x044711"


def run(sql: str) -> bytes:
    return parse("", sql) + bind("", "") + execute("")


OPEN = {
    "select": run("SELECT 1"),
    "select and flush": run("SELECT 1") + FLUSH,
    "savepoint": run("SAVEPOINT s"),
    "parse": parse("p1", "SELECT 1"),
    "people": run("SELECT id FROM paid.owned WHERE id = 4"),
    "change": run("UPDATE paid.owned SET note = 'seen' WHERE id = 4"),
    "error": run("SELECT 1/0"),
    "error and flush": run("SELECT 1/0") + FLUSH,
    "error in parse": run("SELECT nothing"),
}


@pytest.fixture
def sessions(paying, postgres):  # noqa: F811
    with WireSession(("127.0.0.1", paying.port)) as through, WireSession((postgres.host, postgres.port)) as direct:
        yield through.log_in("counted", PASSWORD, "payments"), direct.log_in("postgres", "superuser-secret", "payments")
    postgres.psql("UPDATE paid.owned SET note = 'note ' || id; TRUNCATE paid.notes", "payments")


def conversation(session, sent: bytes):
    """What a client tells answers apart by, up to the one that comes last."""
    session.send(sent + query("ROLLBACK") + query("SELECT note FROM paid.owned WHERE id IN (3, 4) ORDER BY id") + query(LAST))
    heard = []
    while True:
        kind, body = session.receive()
        if kind == b"E":
            fields = error_fields(body)
            heard.append((kind, fields["S"], fields["C"][:2]))  # a class: what failed on a value is not told
        elif kind not in (b"N", b"S", b"T"):
            heard.append((kind, body))
        if kind == b"Z" and len(heard) > 2 and heard[-3][1] == LAST_ROW:
            return heard


def as_postgresql(sessions, postgres, sent: bytes):
    through, direct = sessions
    expected = conversation(direct, sent)
    postgres.psql("UPDATE paid.owned SET note = 'note ' || id", "payments")
    assert conversation(through, sent) == expected


@pytest.mark.parametrize("statement", IN_STEPS.values(), ids=IN_STEPS.keys())
@pytest.mark.parametrize("before", OPEN.values(), ids=OPEN.keys())
@pytest.mark.parametrize("begin", [b"", query("BEGIN")], ids=["alone", "in a block"])
def test_a_query_is_answered_as_by_postgresql(sessions, postgres, begin, before, statement):
    as_postgresql(sessions, postgres, begin + before + query(statement) + SYNC)


@pytest.mark.parametrize("statement", ["SELECT nothing", "UPDATE paid.owned SET nothing = 1", "UPDATE paid.owned SET note = 'x' WHERE 1 / (id - 3) = 1"])
def test_a_query_that_fails_takes_back_what_stands_before_it(sessions, postgres, statement):
    as_postgresql(sessions, postgres, OPEN["change"] + FLUSH + query(statement))


def test_a_query_that_is_refused_takes_back_what_stands_before_it(sessions):
    through, _ = sessions
    through.send(OPEN["change"] + FLUSH)
    through.receive_until(b"C")
    assert through.run("SELECT pg_sleep(1)").error["C"] == "42501"
    assert through.run("SELECT note FROM paid.owned WHERE id = 4").rows == [(b"note 4",)]


def test_a_query_that_is_skipped_leaves_the_unnamed_statement(sessions, postgres):
    as_postgresql(sessions, postgres, parse("", "SELECT 1 / $1::int") + message(b"B", b"\0\0" + b"\0\0\0\1\0\0\0\x010\0\0") + execute("") + query("SELECT 5") +
                  SYNC + message(b"B", b"\0\0" + b"\0\0\0\1\0\0\0\x011\0\0") + execute("") + SYNC)


STALE = (query("SET search_path = paid") + query("CREATE TEMP TABLE plans (city text, plan text)") + query("DROP TABLE plans") +
         parse("s1", "SELECT count(*) FROM plans") + SYNC + query("CREATE TEMP TABLE plans (city text, plan text)") +
         query("INSERT INTO plans VALUES ('Baku', 'gold'), ('Sumqayit', 'gold')"))


@pytest.mark.parametrize("statement", ["EXECUTE s1", "EXECUTE s1; SELECT 5", "EXECUTE s1; SELECT 1/0"])
@pytest.mark.parametrize("before", OPEN.values(), ids=OPEN.keys())
def test_what_it_names_is_prepared_anew_in_the_same_transaction(sessions, postgres, before, statement):
    as_postgresql(sessions, postgres, STALE + before + query(statement) + SYNC)


def test_people_before_it_are_paid_for_before_it_is_run(paying, postgres):  # noqa: F811
    with WireSession(("127.0.0.1", paying.port)) as session:
        session.log_in("few1", PASSWORD, "payments")
        session.send(run("SELECT id FROM paid.owned WHERE id <= 4") + query("UPDATE paid.owned SET note = 'gone' WHERE id BETWEEN 5 AND 9"))
        answer = session.receive_until(b"Z")
        assert [error_fields(body)["C"] for kind, body in answer if kind == b"E"] == ["54000"] and session.run("SELECT 7").rows == [(b"7",)]
    assert postgres.psql("SELECT count(*) FROM paid.owned WHERE note = 'gone'", "payments").strip() == "0"
