"""PREPARE, EXECUTE and DEALLOCATE: names shared with the protocol's, masked, counted, planned again when names change."""

from contextlib import closing

import psycopg
import psycopg2
import pytest
from psycopg import pq

from cursors_test import answers, stopped
from raw_client import RawClient, SYNC, message, query

SCRIPTS = {
    "plain": ["PREPARE p AS SELECT id, city FROM customers WHERE id = $1", "EXECUTE p(3)", "EXECUTE p(1 + 3)", "EXECUTE p('7')",
              "EXECUTE p(abs(-2)::int)", "DEALLOCATE p", "EXECUTE p(3)", "DEALLOCATE p"],
    "typed": ["PREPARE p (bigint, text) AS SELECT id, city, $2 AS said FROM customers WHERE id < $1 ORDER BY id",
              "EXECUTE p(3, 'x')", "EXECUTE p(4, upper('y'))", "EXECUTE p(4)", "EXECUTE p(true, 'x')", "EXECUTE p('a', 'x')",
              "EXECUTE p(id, 'x')", "DEALLOCATE PREPARE p"],
    "no_parameters": ["PREPARE \"P q\" AS SELECT count(*) FROM customers", "EXECUTE \"P q\"", "EXECUTE \"P q\"(1)", "DEALLOCATE ALL",
                      "EXECUTE \"P q\"", "DEALLOCATE ALL"],
    "twice": ["PREPARE p AS SELECT 1 AS one", "PREPARE p AS SELECT id, city FROM customers ORDER BY id LIMIT 2", "EXECUTE p",
              "DEALLOCATE p", "PREPARE p AS SELECT id, city FROM customers ORDER BY id LIMIT 2", "EXECUTE p"],
    "taken": ["PREPARE p AS SELECT id FROM customers ORDER BY id LIMIT 1", "PREPARE p AS SELECT id FROM customers ORDER BY id LIMIT 1", "EXECUTE p",
              "BEGIN", "DECLARE c CURSOR FOR SELECT id FROM customers", "DECLARE c CURSOR FOR SELECT id FROM customers", "ROLLBACK"],
    "survives_a_rollback": ["BEGIN", "PREPARE p AS SELECT id FROM customers ORDER BY id LIMIT 1", "ROLLBACK", "EXECUTE p", "BEGIN",
                            "DEALLOCATE p", "ROLLBACK", "EXECUTE p"],
    "one_message": ["PREPARE p AS SELECT id, city FROM customers ORDER BY id LIMIT 2; EXECUTE p; EXECUTE p; DEALLOCATE p",
                    "EXECUTE p", "PREPARE p AS SELECT 1; DEALLOCATE p; PREPARE p AS SELECT id, city FROM customers ORDER BY id LIMIT 1; EXECUTE p"],
    "discard": ["PREPARE p AS SELECT id FROM customers ORDER BY id LIMIT 1", "DISCARD PLANS", "EXECUTE p", "DISCARD ALL", "EXECUTE p"],
    "failed": ["BEGIN", "PREPARE p AS SELECT id FROM customers ORDER BY id LIMIT 1", "SELECT 1/0", "EXECUTE p", "COMMIT", "EXECUTE p"],
    "path": ["PREPARE p AS SELECT count(*) FROM tickets", "SET search_path = support, public",
             "PREPARE p AS SELECT count(*) FROM tickets", "EXECUTE p", "SET search_path = public", "SET search_path = support", "EXECUTE p"],
}


@pytest.mark.parametrize("user", ["reader", "agent"])
@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS.keys())
def test_prepared_statements_answer_as_postgresql_does(gateway, direct, user, script):
    assert answers(gateway.dsn(user), script) == answers(direct, script)


def test_rows_are_masked_and_searches_work(gateway, postgres):
    phone = postgres.psql("SELECT phone FROM customers WHERE id = 42", "payments").strip()
    seen = answers(gateway.dsn("agent"), ["PREPARE p AS SELECT id, phone FROM customers WHERE phone = $1",
                                          f"EXECUTE p('{phone}')", "EXECUTE p('+1')"])
    assert seen[1][2] == [(42, "***" + phone[-4:])]
    assert seen[2][2] == []


def test_a_parameter_that_is_searched_and_used_elsewhere_keeps_its_type(gateway, direct):
    script = ["PREPARE p AS SELECT id FROM customers WHERE city = $1 AND phone = $1", "EXECUTE p('x')",
              "PREPARE q (text) AS SELECT id FROM customers WHERE city = $1 OR phone = $1 AND $1 = 'y'", "EXECUTE q('y')"]
    assert answers(gateway.dsn("agent"), script) == answers(direct, script)


@pytest.mark.parametrize("argument", ["(SELECT phone FROM customers LIMIT 1)", "(SELECT 1)", "leak('x')", "pg_sleep(1)::text"])
def test_arguments_read_no_table_and_call_nothing_unsafe(gateway, argument):
    seen = answers(gateway.dsn("agent"), ["PREPARE p(text) AS SELECT $1", f"EXECUTE p({argument})"])
    assert seen[1][1] == "42501"


def test_sql_and_protocol_share_the_names(gateway):
    with psycopg.connect(gateway.dsn("agent"), autocommit=True) as connection:
        raw = connection.pgconn
        raw.prepare(b"parsed", b"SELECT id, city FROM customers WHERE id = $1")
        assert connection.execute("EXECUTE parsed(4)").fetchone()[0] == 4
        connection.execute("PREPARE made (bigint) AS SELECT id, city FROM customers WHERE id = $1")
        described = raw.describe_prepared(b"made")
        assert [described.fname(i) for i in range(described.nfields)] == [b"id", b"city"]
        for format in (pq.Format.TEXT, pq.Format.BINARY):
            rows = raw.exec_prepared(b"made", [b"5"], result_format=format)
            assert (rows.nfields, rows.ntuples) == (2, 1)
        rows = raw.exec_params(b"EXECUTE made(6)", [], result_format=pq.Format.BINARY)
        assert rows.nfields == 2 and int.from_bytes(rows.get_value(0, 0), "big") == 6
        connection.execute("DEALLOCATE parsed")
        assert raw.exec_prepared(b"parsed", [b"1"]).error_field(pq.DiagnosticField.SQLSTATE) == b"26000"
        with RawClient((gateway.host, gateway.port)) as client:
            client.log_in("agent", "demo", "payments")
            client.send(query("PREPARE made AS SELECT id FROM customers"))
            client.receive_until(b"Z")
            client.send(message(b"C", b"Smade\0") + SYNC)
            assert [kind for kind, _ in client.receive_until(b"Z")] == [b"3", b"Z"]
            client.send(query("EXECUTE made"))
            assert b"C26000" in client.receive_until(b"Z")[0][1]


def test_names_that_differ_behind_the_63rd_byte_are_one(fresh_gateway):
    """PostgreSQL compares no more: a statement must not be read with the columns of its longer namesake."""
    one, other = b"n" * 63 + b"1", b"n" * 63 + b"2"
    with RawClient((fresh_gateway.host, fresh_gateway.port)) as client:
        client.log_in("capped", "demo", "payments")
        client.send(message(b"P", one + b"\0SELECT 1\0\0\0") + message(b"C", b"S" + other + b"\0")
                    + message(b"P", other + b"\0SELECT full_name FROM customers\0\0\0") + SYNC)
        client.receive_until(b"Z")
        client.send(message(b"B", b"\0" + one + b"\0" + b"\0" * 6) + message(b"E", b"\0\0\0\0\0") + SYNC)
        got = client.receive_until(b"Z")
        rows = [body for kind, body in got if kind == b"D"]
        assert len(rows) <= 10 and all(row[:2] == b"\0\1" for row in rows) and b"E" in [kind for kind, _ in got]


def test_executions_are_counted(fresh_users):
    dsn = fresh_users.dsn("capped")
    prepare = "PREPARE p AS SELECT id, full_name FROM customers WHERE id BETWEEN $1 AND $2 ORDER BY id"
    assert stopped(dsn, [prepare, "EXECUTE p(1, 6)", "EXECUTE p(3, 10)", "EXECUTE p(11, 11)"]) == ["54000"]
    assert stopped(dsn, ["PREPARE s AS SELECT id FROM customers WHERE phone = $1", "EXECUTE s('+1000')"]) == ["54000"]


def test_a_miss_of_each_execution_costs(fresh_users):
    script = ["PREPARE s AS SELECT id FROM customers WHERE phone = $1"] + [f"EXECUTE s('+1000{n}')" for n in range(12)]
    assert stopped(fresh_users.dsn("capped"), script) == ["54000", "54000"]


def reload_with(gateway, cursor, change) -> None:
    cursor.execute("SELECT phone FROM customers WHERE id = 1")
    before = cursor.fetchone()[0]
    gateway.policy.write_text(change(gateway.policy.read_text()))
    gateway.reload()
    after = before
    while after == before:
        cursor.execute("SELECT phone FROM customers WHERE id = 1")
        after = cursor.fetchone()[0]


def test_a_new_policy_holds_for_what_was_prepared_before(fresh_gateway):
    with closing(psycopg2.connect(fresh_gateway.dsn("reader"))) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute("PREPARE p (bigint) AS SELECT phone FROM customers WHERE id = $1")
        cursor.execute("EXECUTE p(1)")
        assert len(cursor.fetchone()[0]) == 7
        reload_with(fresh_gateway, cursor, lambda text: text.replace("keep_last: 4", "keep_last: 2"))
        for _ in range(2):
            cursor.execute("EXECUTE p(1)")
            assert len(cursor.fetchone()[0]) == 5
        cursor.execute("BEGIN")
        reload_with(fresh_gateway, cursor, lambda text: text.replace("keep_last: 2", "keep_last: 3"))
        cursor.execute("EXECUTE p(1)")
        assert len(cursor.fetchone()[0]) == 6
        cursor.execute("COMMIT")


def test_a_new_policy_holds_in_the_extended_protocol(fresh_gateway):
    with closing(psycopg2.connect(fresh_gateway.dsn("reader"))) as admin, admin.cursor() as cursor, \
            psycopg.connect(fresh_gateway.dsn("reader"), autocommit=True) as connection:
        raw = connection.pgconn
        connection.execute("PREPARE p (bigint) AS SELECT phone FROM customers WHERE id = $1")
        raw.prepare(b"e", b"EXECUTE p(1)")
        assert len(raw.exec_prepared(b"e", []).get_value(0, 0)) == 7
        reload_with(fresh_gateway, cursor, lambda text: text.replace("keep_last: 4", "keep_last: 2"))
        assert len(raw.exec_prepared(b"e", []).get_value(0, 0)) == 5
        assert len(raw.exec_prepared(b"p", [b"1"]).get_value(0, 0)) == 5


def test_a_failed_transaction_is_no_way_around_a_new_policy(fresh_gateway):
    with closing(psycopg2.connect(fresh_gateway.dsn("reader"))) as connection, connection.cursor() as cursor, \
            closing(psycopg2.connect(fresh_gateway.dsn("reader"))) as other, other.cursor() as watching:
        connection.autocommit = other.autocommit = True
        cursor.execute("PREPARE p (bigint) AS SELECT phone FROM customers WHERE id = $1")
        cursor.execute("DECLARE h CURSOR WITH HOLD FOR SELECT phone FROM customers ORDER BY id")
        cursor.execute("BEGIN")
        with pytest.raises(psycopg2.Error):
            cursor.execute("SELECT 1/0")
        reload_with(fresh_gateway, watching, lambda text: text.replace("keep_last: 4", "keep_last: 2"))
        for read in ("EXECUTE p(1)", "FETCH h"):
            with pytest.raises(psycopg2.Error) as raised:
                cursor.execute("ROLLBACK; " + read)
            assert raised.value.pgcode == "42501"
        cursor.execute("ROLLBACK")


def test_drivers_know_a_plan_that_changed_by_its_routine(gateway, postgres):
    with psycopg.connect(gateway.dsn("agent"), autocommit=True) as connection:
        connection.execute("SELECT * FROM support.tickets LIMIT 1", prepare=True)
        postgres.psql("ALTER TABLE support.tickets ADD COLUMN added int", "payments")
        try:
            with pytest.raises(psycopg.errors.FeatureNotSupported, match="cached plan must not change result type") as changed:
                connection.execute("SELECT * FROM support.tickets LIMIT 1", prepare=True)
            assert changed.value.diag.source_function == "RevalidateCachedQuery"
            assert changed.value.diag.source_file is None
        finally:
            postgres.psql("ALTER TABLE support.tickets DROP COLUMN added", "payments")


def test_a_name_that_is_taken_tells_of_no_row(gateway):
    with psycopg.connect(gateway.dsn("agent"), autocommit=True) as connection:
        connection.execute("PREPARE p AS SELECT id FROM customers", binary=True)
        with pytest.raises(psycopg.errors.DuplicatePreparedStatement):
            connection.execute("PREPARE p AS SELECT id FROM customers", binary=True)
