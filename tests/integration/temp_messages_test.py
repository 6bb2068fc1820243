"""One simple message that makes a temporary table and goes on with it: decided step by step, one transaction all the same."""

from contextlib import closing

import psycopg
import psycopg2
import pytest

from gateway import PASSWORD
from raw_client import error_fields, query
from temp_tables_test import maker, refusal, rows  # noqa: F401
from wire_session import WireSession

MAKE = "CREATE TEMP TABLE m AS SELECT id, phone FROM customers WHERE id <= 3"


def run(connection, text):
    with connection.cursor() as cursor:
        cursor.execute(text)
        return cursor.fetchall()


@pytest.fixture
def session(making):
    with closing(psycopg2.connect(making.dsn("maker"))) as connection:
        connection.autocommit = True
        yield connection


@pytest.mark.parametrize("text", [
    f"{MAKE}; SELECT * FROM m ORDER BY id", f"DROP TABLE IF EXISTS m; {MAKE}; SELECT * FROM m ORDER BY id;", f"BEGIN; {MAKE}; SELECT * FROM m ORDER BY m.id; COMMIT",
    f"{MAKE}; CREATE UNIQUE INDEX ON m (id); ANALYZE m; SELECT m.id, m.phone FROM m JOIN customers c ON c.id = m.id ORDER BY 1",
    "CREATE TEMP TABLE m (id bigint, phone text); INSERT INTO m SELECT id, phone FROM customers WHERE id <= 3; UPDATE m SET id = id; SELECT * FROM m ORDER BY id",
    f"SET application_name = 'x'; /* é; */ {MAKE} -- ; \n; DELETE FROM m WHERE id > 90; ; SELECT * FROM m ORDER BY id",
    "CREATE TEMP TABLE a AS SELECT 1 AS one; CREATE TEMP TABLE m AS SELECT id, phone FROM customers, a WHERE id <= 3 * one; DROP TABLE a; TABLE m ORDER BY id",
    "SELECT id, phone INTO TEMP m FROM customers WHERE id <= 3; SELECT * FROM m ORDER BY id", f"{MAKE}; SELECT 1; SELECT * FROM m ORDER BY id",
    f"{MAKE}; SET search_path = public; SELECT * FROM m ORDER BY id",
    "CREATE TEMP TABLE customers AS SELECT id, phone FROM customers WHERE id <= 3; SELECT * FROM customers ORDER BY id",
])
def test_what_follows_reads_the_table(session, text):
    seen = run(session, "SELECT id, phone FROM customers WHERE id <= 3 ORDER BY id")
    with session.cursor() as cursor:
        cursor.execute(text)
        if "COMMIT" not in text:
            assert cursor.fetchall() == seen
    with session.cursor() as cursor:
        cursor.execute("SELECT * FROM customers ORDER BY id LIMIT 3" if "TABLE customers" in text else "SELECT * FROM m ORDER BY id")
        assert cursor.fetchall() == seen


def test_psql_shows_each_answer(making):
    done = making.psql("maker", f"{MAKE}\\; SELECT count(*) FROM m\\; DROP TABLE m\\; SELECT 7 AS seven;\n", "-At")
    assert done.stdout.split() == ["SELECT", "3", "3", "DROP", "TABLE", "7"], (done.stdout, done.stderr)


def messages(session, text):
    session.send(query(text))
    answer = session.receive_until(b"Z")
    return [kind for kind, _ in answer], [error_fields(body) for kind, body in answer if kind == b"E"]


def test_an_error_takes_all_of_it_back(making):
    with WireSession(("127.0.0.1", making.port)) as session:
        session.log_in("maker", PASSWORD, "payments")
        for text, state in [(f"{MAKE}; SELECT 1 / (count(*) - 3) FROM m; SELECT 2", "22012"), (f"{MAKE}; SELECT nothing FROM m", "42703"), (f"{MAKE}; SELECT pg_sleep(1) FROM m", "42501"),
                            (f"{MAKE}; CREATE TABLE public.x (a int); SELECT 1", "42501"), (f"{MAKE}; SELECT * FROM nowhere", "42P01"), (f"{MAKE}; syntax error", "42601"), (f"{MAKE}; {MAKE}; SELECT 1", "42P07")]:
            kinds, errors = messages(session, text)
            assert [error["C"] for error in errors] == [state], (text, errors)
            assert kinds[-1] == b"Z" and messages(session, "SELECT * FROM m")[1][0]["C"] == "42P01"
        kinds, errors = messages(session, f"{MAKE}; SELECT é, nothing FROM m")
        assert errors[0]["P"] == str(len(f"{MAKE}; SELECT é") )
        assert messages(session, f"{MAKE}; SELECT id FROM m; SELECT 5")[0] == [b"C", b"T", b"D", b"D", b"D", b"C", b"T", b"D", b"C", b"Z"]


def test_nothing_is_committed_before_all_is_decided(session, making):
    subject = "SELECT subject FROM support.tickets WHERE id = 1"
    before = run(session, subject)
    for text in ("UPDATE support.tickets SET subject = 'x' WHERE id = 1; COMMIT; CREATE TEMP TABLE n (a int); SELECT image FROM kyc.documents",
                 "BEGIN; UPDATE support.tickets SET subject = 'x' WHERE id = 1; CREATE TEMP TABLE n (a int); COMMIT; SELECT image FROM kyc.documents",
                 "UPDATE support.tickets SET subject = 'x' WHERE id = 1; CREATE TEMP TABLE n (a int); SELECT image FROM kyc.documents"):
        with pytest.raises(psycopg2.Error) as raised:
            run(session, text)
        assert raised.value.pgcode in ("0A000", "42501")
        with session.cursor() as cursor:
            cursor.execute("ROLLBACK")
        assert run(session, subject) == before


@pytest.mark.parametrize("text", [f"{MAKE}; COPY m TO STDOUT", f"{MAKE}; PREPARE p AS SELECT 1; EXECUTE p", f"DECLARE c CURSOR WITH HOLD FOR SELECT 1; {MAKE}; SELECT 1", f"{MAKE}; COMMIT; SELECT * FROM m"])
def test_what_cannot_follow(maker, text):  # noqa: F811
    assert refusal(maker, text) == "0A000"
    assert refusal(maker, "SELECT * FROM m") == "42P01"


def test_a_parse_holds_one_statement(making):
    with psycopg.connect(making.dsn("maker"), autocommit=True) as connection:
        for text in (f"{MAKE}; SELECT 1", "CREATE TEMP TABLE m (a int); SELECT %s"):
            with pytest.raises(psycopg.errors.SyntaxError):
                connection.execute(text, (1,) if "%s" in text else None, prepare=True)


def test_texts_of_one_shape_are_cut_at_their_own_places(session):
    for number in (1, 12, 123, 4567, 5, 67, 890, 12345):
        assert run(session, f"DROP TABLE IF EXISTS s; CREATE TEMP TABLE s AS SELECT 1 AS a WHERE {number} = {number}; SELECT a + {number} FROM s WHERE a < {number} + 1") == [(1 + number,)]


def test_people_are_counted_in_every_step(fresh_making):
    with closing(psycopg2.connect(fresh_making.dsn("counted"))) as connection:
        connection.autocommit = True
        make = "CREATE TEMP TABLE ids AS SELECT generate_series(1, 30)::bigint AS id; "
        assert len(run(connection, make + "SELECT full_name FROM customers JOIN ids USING (id) WHERE id <= 8; ANALYZE ids; SELECT full_name FROM customers JOIN ids USING (id) WHERE id <= 9")) == 9
        for text in ("DROP TABLE ids; " + make + "SELECT full_name FROM customers JOIN ids USING (id)", "ANALYZE ids; SELECT full_name FROM customers JOIN ids USING (id) WHERE id < 20; SELECT 1",
                     "ANALYZE ids; UPDATE ids SET id = 0 FROM customers c WHERE c.id = ids.id RETURNING c.full_name; SELECT 1"):
            with pytest.raises(psycopg2.Error) as raised:
                run(connection, text)
            assert raised.value.pgcode == "54000"
        assert run(connection, "SELECT count(*) FROM ids WHERE id > 0") == [(30,)]


def test_values_in_clear_do_not_reach_open_tables(making, postgres):
    subject = postgres.psql("SELECT subject FROM support.tickets WHERE id = 1", "payments").strip()
    with psycopg.connect(making.dsn("namer"), autocommit=True) as connection:
        for text in ("CREATE TEMP TABLE names AS SELECT full_name FROM customers LIMIT 1; UPDATE support.tickets SET subject = full_name FROM names WHERE tickets.id = 1",
                     "CREATE TEMP TABLE own (note text); INSERT INTO own SELECT full_name FROM customers LIMIT 1; UPDATE support.tickets SET subject = note FROM own WHERE tickets.id = 1",
                     "CREATE TEMP TABLE own (note text); CREATE INDEX ON own (note); INSERT INTO own SELECT full_name FROM customers LIMIT 1; ANALYZE own; UPDATE support.tickets SET subject = note FROM own WHERE tickets.id = 1"):
            assert refusal(connection, text) in ("42501", "0A000")
    assert postgres.psql("SELECT subject FROM support.tickets WHERE id = 1", "payments").strip() == subject
