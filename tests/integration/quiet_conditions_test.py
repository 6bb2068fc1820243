"""A row filter that costs more than the client's condition is asked after it: what fails on a hidden row would tell of it."""

import struct

import psycopg
import pytest

from gateway import PASSWORD, over_own_schema
from raw_client import SYNC, error_fields, message
from counted_changes_test import execute
from wire_session import WireSession

OBJECTS = """
CREATE SCHEMA hidden;
CREATE TABLE hidden.readable (g text PRIMARY KEY);
INSERT INTO hidden.readable VALUES ('in');
CREATE TABLE hidden.rows (id bigint PRIMARY KEY, g text NOT NULL, plain text COLLATE "C", local text COLLATE "en-x-icu", other text COLLATE "de-x-icu",
  named name, day date);
INSERT INTO hidden.rows SELECT n, 'in', 'p' || n, 'l' || n, 'o' || n, 'n' || n, date '2024-01-01' + n FROM generate_series(1, 30) n;
INSERT INTO hidden.rows VALUES (9000000000, 'out', 'p', 'l', 'o', 'n', '5874897-01-01');
GRANT USAGE ON SCHEMA hidden TO tabir_reader; GRANT SELECT ON ALL TABLES IN SCHEMA hidden TO tabir_reader"""
POLICY = """
version: 1
databases: [payments]
tables:
  hidden.rows: { subject: { row: id }, columns: { "*": open } }
  hidden.readable: open
roles:
  filtered: { tables: [hidden.rows, hidden.readable], rows: { hidden.rows: "g IN (SELECT r.g FROM hidden.readable r)" } }
users: { filtered: { role: filtered } }
"""


def bind(portal: str, name: str, values: list[str]) -> bytes:
    texts = b"".join(struct.pack("!i", len(value)) + value.encode() for value in values)
    return message(b"B", portal.encode() + b"\0" + name.encode() + b"\0" + struct.pack("!hh", 0, len(values)) + texts + struct.pack("!h", 0))


@pytest.fixture(scope="module")
def running(postgres):
    with over_own_schema(postgres, OBJECTS, POLICY, ["filtered"]) as running:
        yield running


@pytest.fixture
def told(running):
    with psycopg.connect(running.dsn("filtered"), autocommit=True) as connection:
        def told(statement):
            try:
                return connection.execute(statement).fetchall()
            except psycopg.Error as error:
                return error.sqlstate
        yield told


@pytest.mark.parametrize("condition", [
    "id = '5'::oid", "id < 'pg_class'::regclass::oid", "id IN ('5'::oid)", "id = ANY ('{5}'::oid[])", "id BETWEEN '1'::oid AND '5'::oid",
    "id IS DISTINCT FROM '5'::oid", "id = ANY (ARRAY['5'::oid])", "coalesce(id, '5'::oid) = 5", "plain = 'pg_class'::regclass", "id = (VALUES ('5'::oid))",
    "id IN (SELECT v.x FROM (VALUES ('5'::oid)) v (x))",
    "plain = local", "local = other", "plain IN (local, 'x')", "coalesce(plain, local) = 'x'", "btrim(plain, local) = 'x'", "strpos(local, other) = 1",
    "local = named", "local = CURRENT_USER", "local IN (CURRENT_USER, 'x')", "local <> CURRENT_CATALOG", "lower(local) = SESSION_USER",
    "local = 'x'::name", "plain::text = local::text",
    # Casts that look at settings are worked out with the row.
    "(day = 'abc'::text::date) IS NULL", "coalesce(day = 'abc'::text::date, true)", "(day IS NOT DISTINCT FROM 'abc'::varchar::date) IS NULL",
    "(day = 'abc'::text::timestamptz) IS NULL", "(day < '5874897-01-01'::date::timestamp) IS NULL", "(id = ANY ('{a}'::text::bigint[])) IS NULL",
])
def test_no_condition_fails_on_a_hidden_row(told, condition):
    there, nobody = (told(f"SELECT count(*) FROM hidden.rows WHERE plain = '{value}' AND {condition}") for value in ("p", "q"))
    assert there == nobody


# USING and NATURAL compare as ON does.
@pytest.mark.parametrize("joined", [
    "(SELECT 1 / (CASE WHEN plain = '{0}' THEN 0 ELSE 1 END) AS x FROM hidden.rows) s NATURAL JOIN (SELECT 2 AS x) v",
    "(SELECT 1 / (CASE WHEN plain = '{0}' THEN 0 ELSE 1 END) AS x FROM hidden.rows) s JOIN (SELECT 2 AS x) v USING (x)",
    "(SELECT 2 AS x) v NATURAL LEFT JOIN (SELECT 1 / (CASE WHEN plain = '{0}' THEN 0 ELSE 1 END) AS x FROM hidden.rows) s",
    "hidden.rows r JOIN (SELECT 5::oid AS id) v USING (id) WHERE r.plain = '{0}'",
    "(SELECT plain AS x, id FROM hidden.rows WHERE plain = '{0}') r JOIN (SELECT local AS x FROM hidden.rows) v USING (x)",
])
def test_no_join_by_name_fails_on_a_hidden_row(told, joined):
    there, nobody = (told(f"SELECT count(*) FROM {joined.format(value)}") for value in ("p", "q"))
    assert there == nobody


@pytest.mark.parametrize("condition, count", [
    ("id = 5", 1), ("id = '5'::bigint", 1), ("id = ANY ('{5,6}'::bigint[])", 2), ("local = 'l5'", 1), ("local = 'l5'::varchar(5)", 1),
    ("plain = named", 0), ("plain = CURRENT_USER", 0), ("day = '2024-01-02'::date", 1), ("local = other", 0),
])
def test_conditions_on_rows_that_are_shown_hold(told, condition, count):
    if condition == "local = other":
        assert told(f"SELECT count(*) FROM hidden.rows WHERE {condition}") == "42P22", "as in the database"
    else:
        assert told(f"SELECT count(*) FROM hidden.rows WHERE {condition}") == [(count,)]


@pytest.mark.parametrize("declared, refused", [(26, True), (2205, True), (19, True), (1028, True), (20, False), (0, False)])
def test_a_parameter_may_not_turn_a_column_into_another_type(running, declared, refused):
    with WireSession(("127.0.0.1", running.port)) as session:
        session.log_in("filtered", PASSWORD, "payments")
        text = b"SELECT count(*) FROM hidden.rows WHERE plain = 'p' AND id = $1"
        session.send(message(b"P", b"\0" + text + b"\0" + struct.pack("!hI", 1, declared)) + SYNC)
        answers = session.receive_until(b"Z")
        assert (answers[0][0] == b"E" and error_fields(answers[0][1])["C"] == "42501") == refused


# PostgreSQL plans for whatever values come from the sixth execution on: the cast is one of the row's conditions by then.
@pytest.mark.parametrize("declared, cast, value", [(20, "int2", "70000"), (23, "int2", "70000"), (25, "bigint", "x"), (25, "date", "x"), (1009, "bigint[]", "{a}"),
                                                   (1082, "timestamp", "5874897-01-01"), (1700, "int4", "1e30"), (0, "numeric(3, 1)", "999")])
def test_no_cast_of_a_parameter_fails_on_a_hidden_row(running, declared, cast, value):
    compared = f"id = ANY ($1::{cast})" if cast.endswith("]") else f"day = $1::{cast}" if cast in ("date", "timestamp") else f"id = $1::{cast}"
    with WireSession(("127.0.0.1", running.port)) as session:
        session.log_in("filtered", PASSWORD, "payments")
        session.run("SET plan_cache_mode = force_generic_plan")
        told = []
        for plain in ("p", "q"):
            text = f"SELECT id FROM hidden.rows WHERE plain = '{plain}' AND ({compared}) IS NULL"
            session.send(message(b"P", b"\0" + text.encode() + b"\0" + struct.pack("!hI", 1, declared)) + bind("", "", [value]) + execute("") + SYNC)
            told.append([error_fields(body)["C"] for kind, body in session.receive_until(b"Z") if kind == b"E"])
        assert told[0] == told[1]


@pytest.mark.parametrize("declared, cast", [(0, "bigint"), (21, "bigint"), (23, "numeric"), (20, "text")])
def test_a_cast_of_a_parameter_that_cannot_fail_takes_no_index_away(running, postgres, declared, cast):
    column = "plain" if cast == "text" else "id"
    with WireSession(("127.0.0.1", running.port)) as session:
        session.log_in("filtered", PASSWORD, "payments")
        text = f"EXPLAIN SELECT id FROM hidden.rows WHERE {column} = $1::{cast}"
        session.send(message(b"P", b"\0" + text.encode() + b"\0" + struct.pack("!hI", 1, declared)) + bind("", "", ["5"]) + execute("") + SYNC)
        plan = b"".join(body for kind, body in session.receive_until(b"Z") if kind == b"D")
        assert plan and b"Subquery Scan" not in plan


# The first use gives a parameter its type: the other one is a cast that may fail.
@pytest.mark.parametrize("text, value", [
    ("SELECT $1::text FROM hidden.rows WHERE plain = '{}' AND day > $1::date", "2024-99-99"), ("SELECT id FROM hidden.rows WHERE plain = '{}' AND local <> $1 AND id > $1::bigint", "x"),
    ("SELECT id FROM hidden.rows WHERE plain = '{}' AND $1::text > '' AND id = ANY ($1::bigint[])", "{a}"),
])
def test_no_parameter_of_two_types_fails_on_a_hidden_row(running, text, value):
    with WireSession(("127.0.0.1", running.port)) as session:
        session.log_in("filtered", PASSWORD, "payments")
        session.run("SET plan_cache_mode = force_generic_plan")
        told = []
        for plain in ("p", "q"):
            session.send(message(b"P", b"\0" + text.format(plain).encode() + b"\0" + struct.pack("!h", 0)) + bind("", "", [value]) + execute("") + SYNC)
            told.append([error_fields(body)["C"] for kind, body in session.receive_until(b"Z") if kind == b"E"])
        assert told[0] == told[1]
