"""Each value that an exact search looks for and nobody has is a miss, whoever else is found and however the answer ends."""

import itertools

import psycopg
import pytest
from psycopg import errors

from gateway import over_own_schema

PEOPLE = """
CREATE SCHEMA sought;
CREATE TABLE sought.people (id bigint PRIMARY KEY, phone text, email text UNIQUE, acct int UNIQUE, name text NOT NULL);
INSERT INTO sought.people SELECT n, CASE WHEN n <= 20 THEN '-' ELSE '+62' || n END, 'e' || n, 5000 + n, 'n' || n FROM generate_series(1, 60) n;
CREATE TABLE sought.payments (id int PRIMARY KEY, payer bigint NOT NULL, payee bigint NOT NULL, ref text UNIQUE);
INSERT INTO sought.payments SELECT n, n, n + 1, 'r' || n FROM generate_series(1, 40) n;
CREATE TABLE sought.book (num text, name text NOT NULL); INSERT INTO sought.book SELECT 'num' || n, 'n' || n FROM generate_series(1, 60) n;
GRANT USAGE ON SCHEMA sought TO tabir_reader; GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA sought TO tabir_reader"""
ROLE = """{
    tables: [sought.people, sought.payments, sought.book], search: { number: exact }, write: [{ sought.people: ["*", phone, email, acct] }],
    budget: { customer: 1000 per day, misses: %s per day } }"""
USERS = [f"desk{n}" for n in range(60)]
FEW = [f"small{n}" for n in range(8)]
POLICY = f"""
version: 1
databases: [payments]
classes: {{ number: {{ mask: redact }} }}
tables:
  sought.people: {{ subject: {{ customer: id }}, columns: {{ "*": open, phone: number, email: number, acct: number }} }}
  sought.payments: {{ subject: {{ customer: [payer, payee] }}, columns: {{ "*": open, ref: number }} }}
  sought.book: {{ subject: none, columns: {{ "*": open, num: number }} }}
roles:
  desk: {ROLE % 1000}
  small: {ROLE % 5}
users: {{ {", ".join([f"{user}: {{ role: desk }}" for user in USERS] + [f"{user}: {{ role: small }}" for user in FEW])} }}
"""


@pytest.fixture(scope="module")
def gateway(postgres):
    with over_own_schema(postgres, PEOPLE, POLICY, USERS + FEW, ["desk", "small"]) as running:
        yield running


@pytest.fixture(scope="module")
def unused():
    return {"desk": iter(USERS), "small": iter(FEW)}


@pytest.fixture
def desk(gateway, unused):
    with psycopg.connect(gateway.dsn(next(unused["desk"])), autocommit=True) as connection:
        yield connection


@pytest.fixture
def small(gateway, unused):
    with psycopg.connect(gateway.dsn(next(unused["small"])), autocommit=True) as connection:
        yield connection


def used(connection) -> dict:
    return {row[2]: row[5] for row in connection.execute("SHOW tabir.budget").fetchall()}


def listed(values) -> str:
    return ", ".join(f"'{value}'" for value in values)


GUESSES = [f"g{n}" for n in range(19)]


@pytest.mark.parametrize("statement, misses", [
    (f"SELECT id FROM sought.people WHERE phone IN ('-', {listed(GUESSES)})", 19),
    (f"SELECT count(*) FROM sought.people WHERE phone IN ('-', {listed(GUESSES)})", 19),
    (f"SELECT id FROM sought.people WHERE phone = ANY (ARRAY['-', {listed(GUESSES)}])", 19),
    ("SELECT id FROM sought.people WHERE phone = '-'", 0),
    ("SELECT id FROM sought.people WHERE email IN ('e1', 'e2', 'e3')", 0),
    ("SELECT id FROM sought.people WHERE email IN ('e1', 'e2', 'g3')", 1),
    ("SELECT id FROM sought.people WHERE email = 'g3'", 1),
    ("SELECT id FROM sought.people WHERE lower(email) IN ('e1', 'z1', 'z2')", 2),
    ("SELECT id FROM sought.payments WHERE ref IN ('r1', 'g1')", 1),
    (f"SELECT x.id FROM (SELECT k.num, p.id FROM sought.book k JOIN sought.people p ON p.name = k.name OR k.num = 'num1') x WHERE x.num IN ('num1', {listed(GUESSES)})", 20),
    (f"UPDATE sought.people SET name = name WHERE phone IN ('-', {listed(GUESSES)})", 19),
])
def test_whoever_else_is_found_each_value_of_nobody_is_a_miss(desk, statement, misses):
    desk.execute(statement)
    assert used(desk)["misses"] == misses


def test_who_leaves_pays_for_all_that_he_searched_for(gateway, unused):
    name = next(unused["desk"])
    for rounds in range(1, 3):
        leaving = psycopg.connect(gateway.dsn(name), autocommit=True).pgconn
        many = f"SELECT id::text FROM sought.people WHERE email IN ({listed(f'q{n}' for n in range(50))}) UNION ALL SELECT repeat('x', 2000) FROM generate_series(1, 20000000) g"
        leaving.send_query(many.encode())
        leaving.set_single_row_mode()
        assert leaving.get_result().status == psycopg.pq.ExecStatus.SINGLE_TUPLE
        leaving.finish()
        with psycopg.connect(gateway.dsn(name), autocommit=True) as connection:
            for _ in itertools.repeat(None, 2000):  # until the gateway has seen that nobody reads
                if used(connection)["misses"] >= 50 * rounds:
                    break
            assert used(connection)["misses"] >= 50 * rounds


def test_a_search_has_room_for_each_of_its_values(small):
    with pytest.raises(errors.ProgramLimitExceeded):
        small.execute(f"SELECT id FROM sought.people WHERE email IN ('e9', {listed(GUESSES)})")
    assert used(small) == {"customer": 0, "misses": 0}
    assert small.execute("SELECT id FROM sought.people WHERE email IN ('e9', 'g1', 'g2', 'g3')").fetchall() == [(9,)]
    with pytest.raises(errors.ProgramLimitExceeded):
        small.execute("SELECT id FROM sought.people WHERE email IN ('e9', 'g1', 'g2', 'g3')")
    assert used(small) == {"customer": 1, "misses": 3}


@pytest.mark.parametrize("statement", [
    "UPDATE sought.people SET email = 'h' || id WHERE id < 31", "UPDATE sought.people SET acct = acct + id::int", "UPDATE sought.people SET acct = 9000 + id WHERE id IN (1, 2)",
    "UPDATE sought.people p SET email = v.e || p.id FROM (VALUES (1, 'g1'), (2, 'g2')) v (id, e) WHERE v.id = p.id", "WITH u AS (UPDATE sought.people SET email = name || '@' WHERE id < 9 RETURNING id) SELECT count(*) FROM u",
])
def test_values_worked_out_for_many_rows_are_not_written_where_they_are_compared(desk, statement):
    with pytest.raises(errors.InsufficientPrivilege, match="worked out for each row"):
        desk.execute(statement)


@pytest.mark.parametrize("statement, misses", [
    ("UPDATE sought.people p SET email = v.e FROM (VALUES (1, 'g1'), (2, 'g2')) v (id, e) WHERE v.id = p.id", 2),
    ("UPDATE sought.people SET email = 'h1' WHERE id = 1", 1), ("UPDATE sought.people SET email = 'h' || id WHERE id = 1", 1), ("UPDATE sought.people SET email = CASE id WHEN 1 THEN 'h1' WHEN 2 THEN 'h2' END WHERE id IN (1, 2)", 2),
    ("INSERT INTO sought.people (id, name, phone) VALUES (1, 'z1', '0'), (2, 'z2', '0'), (3, 'z3', '0') ON CONFLICT (id) DO UPDATE SET email = excluded.name", 3),
    ("UPDATE sought.people SET name = 'new' || id WHERE id < 31", 0), ("UPDATE sought.people SET email = 'h1' WHERE id IN (1)", 1),
])
def test_each_value_that_is_written_and_compared_is_a_guess(desk, statement, misses):
    with desk.transaction(force_rollback=True):
        desk.execute(statement)
    assert used(desk)["misses"] == misses


# One row at least, and as many as grouping sets make of one.
@pytest.mark.parametrize("statement", [
    "INSERT INTO sought.people (id, name, acct) SELECT 900, 'n', a FROM (SELECT 8001) v (a)", "WITH v (a) AS (SELECT 8001) INSERT INTO sought.people (id, name, acct) SELECT 900, 'n', a FROM v",
    "MERGE INTO sought.people p USING (SELECT 1 AS i) v ON p.id = v.i WHEN MATCHED THEN UPDATE SET acct = 8001", "INSERT INTO sought.people (id, name, acct) SELECT 900, 'n', 8001",
])
def test_a_row_of_constants_is_one(desk, statement):
    with desk.transaction(force_rollback=True):
        desk.execute(statement)
    assert used(desk)["misses"] == 1


@pytest.mark.parametrize("source", ["(VALUES (1, 2, 4)) v (a, b, c)", "(SELECT 1, 2, 4) v (a, b, c)", "(SELECT id::int AS a, 2 AS b, 4 AS c FROM sought.payments WHERE id = 7) v"])
def test_grouping_sets_make_many_rows_of_one(desk, source):
    x = "coalesce(a, 0) + coalesce(b, 0) + coalesce(c, 0)"
    with pytest.raises(errors.InsufficientPrivilege):
        desk.execute(f"INSERT INTO sought.people (id, name, acct) SELECT 900 + {x}, 'n', 8000 + {x} FROM {source} GROUP BY CUBE (a, b, c)")


# PostgreSQL's own name of an array type has no brackets.
@pytest.mark.parametrize("array", ["ARRAY['{{{}}}'::_text]", "ARRAY[pg_catalog._text '{{{}}}']", "ARRAY[CAST('{{{}}}' AS _varchar)::_text]", "'{{{}}}'::_text"])
def test_every_guess_of_an_array_in_an_array_counts(desk, array):
    guesses = ",".join(f"+1000{guess}" for guess in range(9))
    desk.execute(f"SELECT id FROM sought.people WHERE phone = ANY ({array.format(guesses)})")
    assert used(desk)["misses"] == 9


@pytest.mark.parametrize("array", ["ARRAY[{}]", "ARRAY[{}, 'none']::text[]"])
def test_every_parameter_in_an_array_counts(desk, array):
    holders = array.format(", ".join(["%s::text"] * 8))
    desk.execute(f"SELECT id FROM sought.people WHERE phone = ANY ({holders})", [f"+1000{guess}" for guess in range(8)])
    assert used(desk)["misses"] == 8 + array.count("none")


# Without a cast its type is what another use of it says, and then it is an array of as many guesses as it holds.
@pytest.mark.parametrize("statement", [
    "WITH x AS (SELECT $1::text[] a) SELECT c.id FROM sought.people c, x WHERE c.phone = ANY (ARRAY[$1])",
    "SELECT c.id FROM unnest($1::text[]) x, sought.people c WHERE c.phone = ANY (ARRAY[$1])",
    "SELECT id FROM sought.people WHERE phone = ANY (ARRAY[$1, '{a,b}'])",
])
def test_a_parameter_that_may_be_an_array_is_no_value(desk, statement):
    answer = desk.pgconn.exec_params(statement.encode(), [b"{+10001,+10002,+10003}"])
    assert answer.status != psycopg.pq.ExecStatus.TUPLES_OK and b"cannot be counted" in answer.error_message


# Beside an array a literal becomes one.
@pytest.mark.parametrize("array", ["ARRAY[ARRAY['a','b','c'],'{d,e,f}','{g,h,i}']", "ARRAY['{a,b,c}'::text[],'{d,e,f}','{g,h,i}']"])
def test_every_guess_of_a_literal_beside_an_array_counts(desk, array):
    desk.execute(f"SELECT id FROM sought.people WHERE phone = ANY ({array})")
    assert used(desk)["misses"] == 9
