"""EXPLAIN, LISTEN and NOTIFY, LOCK, CALL, and what no restricted role may run."""

import json
import pathlib
import select
from contextlib import closing

import psycopg
import psycopg2
import pytest

from conftest import BACKENDS, USERS
from cursors_test import answers, stopped
from gateway import Gateway

POLICY = (pathlib.Path(__file__).parent / "policy.yaml").read_text()
GRANTED = POLICY.replace("  analyst:\n    tables", "  granted:\n    tables: [public.customers, support.tickets]\n    search: { phone: exact }\n"
                         "    functions: [public.note_visit]\n    statements: [call, explain_analyze, listen, lock, notify]\n"
                         "  analyst:\n    tables", 1).replace("users:\n", "users:\n  granted: { role: granted }\n", 1)


@pytest.fixture(scope="module")
def granting(postgres):
    postgres.psql("CREATE TABLE visits (n int); CREATE PROCEDURE note_visit(n int, INOUT total bigint DEFAULT 0) LANGUAGE plpgsql SECURITY DEFINER "
                  "AS $$ BEGIN INSERT INTO public.visits VALUES (n); SELECT count(*) INTO total FROM public.visits; END $$;"
                  "CREATE PROCEDURE other_visit() LANGUAGE plpgsql AS $$ BEGIN NULL; END $$", "payments")
    with Gateway(postgres, GRANTED, [*USERS, "granted"], {**BACKENDS, "granted": "tabir_reader"}) as running:
        yield running


def plan(dsn: str, statement: str) -> str:
    with psycopg.connect(dsn, autocommit=True) as connection:
        return "\n".join(str(row[0]) for row in connection.execute(statement).fetchall())


@pytest.mark.parametrize("user", ["reader", "agent"])
def test_a_plan_tells_no_estimates(gateway, user):
    for options in ("", "(FORMAT json)", "(FORMAT yaml, COSTS)", "(COSTS ON, FORMAT xml)", "VERBOSE", "(COSTS true)", "(SUMMARY)"):
        text = plan(gateway.dsn(user), f"EXPLAIN {options} SELECT id, phone, city FROM customers c WHERE id = 42 OR city LIKE 'B%'")
        assert "customers" in text and "cost" not in text.lower() and "rows" not in text.lower() and "__tabir" not in text
    assert "cost=" in plan(gateway.dsn(user), "EXPLAIN SELECT * FROM support.tickets")
    assert "actual" in plan(gateway.dsn(user), "EXPLAIN ANALYZE SELECT * FROM support.tickets")


def test_a_plan_has_the_format_that_was_asked_for(gateway):
    with psycopg.connect(gateway.dsn("agent"), autocommit=True) as connection:
        tree = connection.execute("EXPLAIN (FORMAT json) SELECT id FROM customers WHERE id = 1").fetchone()[0]
        tree = tree if isinstance(tree, list) else json.loads(tree)
        assert "Plan" in tree[0] and "Total Cost" not in tree[0]["Plan"]


@pytest.mark.parametrize("statement", [
    "EXPLAIN ANALYZE SELECT * FROM customers", "EXPLAIN (ANALYZE) SELECT count(*) FROM customers WHERE city = 'x'", "EXPLAIN (BUFFERS) SELECT id FROM customers",
    "EXPLAIN (ANALYZE, COSTS OFF) DECLARE c CURSOR FOR SELECT id FROM customers", "EXPLAIN SELECT id FROM customers WHERE phone = '+1'",
    "EXPLAIN ANALYZE VERBOSE SELECT phone FROM customers", "EXPLAIN (ANALYZE 1) SELECT phone FROM customers", "EXPLAIN (WAL) SELECT phone FROM customers",
    "EXPLAIN SELECT image FROM kyc.documents", "EXPLAIN DELETE FROM customers", "EXPLAIN CREATE TABLE t AS SELECT phone FROM customers",
    "EXPLAIN SELECT phone_of(1)",
])
def test_a_plan_that_would_tell_more_is_refused(gateway, statement):
    assert stopped(gateway.dsn("agent"), [statement]) == ["42501"]


def test_the_plan_of_a_prepared_statement(gateway):
    dsn = gateway.dsn("agent")
    seen = answers(dsn, ["PREPARE p (bigint) AS SELECT phone FROM customers WHERE id = $1", "EXPLAIN EXECUTE p(1)", "EXPLAIN (ANALYZE) EXECUTE p(1)",
                         "PREPARE s AS SELECT id FROM customers WHERE phone = $1", "EXPLAIN EXECUTE s('+1')", "EXPLAIN EXECUTE nothing",
                         "PREPARE x AS SELECT 1; EXPLAIN EXECUTE x"])
    assert "cost" not in str(seen[1][2]) and [entry[1] for entry in seen if len(entry) == 2] == ["42501", "42501", "26000", "0A000"]


def test_a_role_may_be_granted_to_run_plans(granting):
    for options in ("ANALYZE", "ANALYZE VERBOSE", "(ANALYZE, TIMING off)"):
        text = plan(granting.dsn("granted"), f"EXPLAIN {options} SELECT id FROM customers WHERE id = 1")
        assert "actual" in text and "cost=" not in text
    assert stopped(granting.dsn("granted"), ["EXPLAIN ANALYZE SELECT id FROM customers WHERE phone = '+1'"]) == ["42501"]


def test_a_plan_that_is_run_counts_nobody_so_a_counted_role_has_none_of_people(postgres, granting):
    counted = GRANTED.replace("    functions: [public.note_visit]", "    budget: { customer: 10 per hour }\n    functions: [public.note_visit]")
    with Gateway(postgres, counted, [*USERS, "granted"], {**BACKENDS, "granted": "tabir_reader"}) as running:
        dsn = running.dsn("granted")
        for statement in ("EXPLAIN ANALYZE SELECT 1 FROM customers WHERE id = 42 AND city = 'Bogor'", "EXPLAIN (ANALYZE) TABLE customers",
                          "EXPLAIN ANALYZE SELECT 1 WHERE EXISTS (SELECT FROM customers WHERE id = 42)",
                          "EXPLAIN ANALYZE SELECT t.id FROM support.tickets t JOIN customers c ON c.id = t.customer_id"):
            assert stopped(dsn, [statement]) == ["42501"], statement
        assert stopped(dsn, ["PREPARE p AS SELECT id FROM customers", "EXPLAIN ANALYZE EXECUTE p"]) == ["42501"]
        assert "actual" in plan(dsn, "EXPLAIN ANALYZE SELECT * FROM support.tickets") and "Scan" in plan(dsn, "EXPLAIN SELECT city FROM customers")


def test_notifications_reach_who_may_listen(granting):
    with closing(psycopg2.connect(granting.dsn("granted"))) as listener, closing(psycopg2.connect(granting.dsn("granted"))) as other:
        listener.autocommit = other.autocommit = True
        with listener.cursor() as cursor, other.cursor() as sender:
            cursor.execute("LISTEN \"Some channel\"")
            sender.execute("NOTIFY \"Some channel\", 'it''s here'")
            sender.execute("NOTIFY other")
            sender.execute("SELECT pg_notify(%s, %s)", ("Some channel", "and here"))
            with pytest.raises(psycopg2.errors.InsufficientPrivilege, match="pg_notify"):
                sender.execute("SELECT pg_notify('Some channel', city) FROM customers WHERE id = 1")
            while len(listener.notifies) < 2:
                assert select.select([listener], [], [], 30)[0]
                listener.poll()
            assert [(notify.channel, notify.payload) for notify in listener.notifies] == [("Some channel", "it's here"), ("Some channel", "and here")]
            cursor.execute("UNLISTEN \"Some channel\"")
            cursor.execute("UNLISTEN *")


@pytest.mark.parametrize("statement", ["LISTEN c", "NOTIFY c", "NOTIFY c, 'x'", "CALL note_visit(1)", "DO $$ BEGIN END $$", "CREATE TABLE t (a int)",
                                       "LOCK TABLE customers", "LOCK customers IN EXCLUSIVE MODE", "LOCK TABLE kyc.documents IN ACCESS SHARE MODE",
                                       "LOCK TABLE pg_authid IN ACCESS SHARE MODE"])
def test_what_is_not_granted_is_refused_with_what_would_help(gateway, granting, statement):
    with closing(psycopg2.connect(granting.dsn("agent"))) as connection, connection.cursor() as cursor:
        with pytest.raises(psycopg2.Error) as raised:
            cursor.execute(statement)
        assert raised.value.pgcode == "42501" and "policy.yaml:" in str(raised.value) and raised.value.diag.message_hint


def test_unlisten_is_always_allowed(gateway):
    assert stopped(gateway.dsn("agent"), ["UNLISTEN *", "UNLISTEN c", "DISCARD PLANS", "DISCARD TEMP", "DISCARD SEQUENCES"]) == []


def test_locks(granting, direct):
    weak = ["BEGIN", "LOCK TABLE customers IN ACCESS SHARE MODE", "LOCK ONLY support.tickets, public.customers IN ROW SHARE MODE NOWAIT", "COMMIT",
            "LOCK TABLE customers IN ACCESS SHARE MODE", "BEGIN", "LOCK TABLE nowhere IN ACCESS SHARE MODE"]
    assert answers(granting.dsn("agent"), weak) == answers(direct, weak)
    strong = ["BEGIN", "LOCK TABLE support.tickets IN SHARE ROW EXCLUSIVE MODE", "SELECT count(*) FROM support.tickets", "ROLLBACK"]
    assert answers(granting.dsn("granted"), strong) == answers(direct, strong)


def test_procedures_that_the_role_names_can_be_called(granting):
    seen = answers(granting.dsn("granted"), ["CALL note_visit(7)", "CALL public.note_visit(n => 8)", "CALL note_visit((SELECT 1))",
                                             "CALL other_visit()", "CALL nothing()"])
    assert [entry[2] for entry in seen[:2]] == [[(1,)], [(2,)]] and seen[0][3] == "CALL"
    assert [entry[1] for entry in seen[2:]] == ["42501", "42501", "42883"]
