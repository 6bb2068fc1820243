"""A question about a value costs a miss, and is answered by yes or no: neither errors nor plans nor queries without rows tell more."""

import contextlib
import struct

import psycopg
import pytest

from counted_changes_test import execute
from gateway import PASSWORD, Gateway, over_own_schema
from quiet_conditions_test import bind
from raw_client import SYNC, error_fields, message
from wire_session import WireSession

OBJECTS = """
CREATE SCHEMA guessed;
CREATE TABLE guessed.people (id bigint PRIMARY KEY, name text NOT NULL, mark bytea, kept boolean NOT NULL);
INSERT INTO guessed.people SELECT n, CASE WHEN n % 2 = 0 THEN 'ab' || n ELSE 'xysecret' END, 'ab'::bytea, n % 2 = 0 FROM generate_series(1, 100) n;
ANALYZE guessed.people;
CREATE TYPE guessed.pair AS (a int, b text);
CREATE TABLE guessed.pairs (id bigint PRIMARY KEY, j jsonb NOT NULL DEFAULT '{"n": 1}', p guessed.pair, many guessed.pair[], kept boolean NOT NULL);
INSERT INTO guessed.pairs (id, p, many, kept) SELECT n, (n % 5, 'x')::guessed.pair, ARRAY[(n % 5, 'x')::guessed.pair], n % 2 = 0 FROM generate_series(1, 100) n;
ANALYZE guessed.pairs;
CREATE TABLE guessed.notes (id bigint PRIMARY KEY, note text CHECK (note <> 'no'));
CREATE DOMAIN guessed.early AS text CHECK (VALUE < 'b');
GRANT USAGE ON SCHEMA guessed TO tabir_reader, tabir_catalog; GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA guessed TO tabir_reader"""
POLICY = """
version: 1
databases: [payments]
tables:
  guessed.people: { subject: { person: id }, columns: { "*": open } }
  guessed.pairs: { subject: { person: id }, columns: { "*": open } }
  guessed.notes: open
roles:
  counted:  { tables: [guessed.people, guessed.pairs, guessed.notes], write: [guessed.notes], statements: [temp_tables], budget: { person: 5 per day, misses: 100000 per day } }
  few:      { tables: [guessed.people], statements: [temp_tables], budget: { person: 2 per day, misses: 1 per day } }
  filtered: { tables: [guessed.people, guessed.pairs], rows: { guessed.people: kept, guessed.pairs: kept } }
  grouped:  { tables: [guessed.people], only: aggregates, min_group: 5 }
users: { counted: { role: counted }, few: { role: few }, filtered: { role: filtered }, grouped: { role: grouped } }
"""
USERS = ["counted", "few", "filtered", "grouped"]


@pytest.fixture(scope="module")
def running(postgres):
    with over_own_schema(postgres, OBJECTS, POLICY, USERS) as running:
        yield running


def told(connection, statement: str):
    try:
        cursor = connection.execute(statement)
        return tuple(cursor.fetchall()) if cursor.description else cursor.statusmessage
    except psycopg.Error as error:
        diag = error.diag
        return (diag.sqlstate, diag.message_primary, diag.message_detail, diag.message_hint, diag.column_name, diag.constraint_name, diag.datatype_name)


FAILING = ["name::int = 1", "name::uuid IS NULL", "name::date IS NULL", "1 / (length(name) - length(name)) = 1", "(99999 * length(name))::int2 = 1",
           "exp(99999 * length(name)) = 1", "sqrt(-length(name)) = 1", "substr(name, 1, -length(name)) = 'x'", "chr(1114112 + length(name)) = 'x'",
           "'a' ~ (name || '[')", "name::json IS NULL", "name::regclass IS NULL", "name::regtype IS NULL", "make_date(0, length(name), 1) IS NULL",
           "repeat('x', ascii(name))::regtype IS NULL", "('x' || repeat(' ', ascii(name)) || ')')::regtype IS NULL", "repeat('[', length(name) * 9999)::json IS NULL",
           "has_database_privilege(name, 'connect')", "has_column_privilege('guessed.people'::regclass, name, 'select')", "name::oid = 1",
           "(SELECT length(name) FROM generate_series(1, 2)) = 1", "name::xml IS NULL", "repeat(name, 999999999) = 'x'", "name LIKE name || chr(92)"]


def test_every_failing_expression_says_the_same(running):
    with psycopg.connect(running.dsn("counted"), autocommit=True) as connection:
        said = {told(connection, f"SELECT 1 FROM guessed.people WHERE id = 7 AND {failing}") for failing in FAILING}
        said -= {told(connection, "SELECT 1 FROM guessed.people WHERE id = 7 AND id = 8")}
        (answer,) = {answer for answer in said if answer[:1] != ("42501",)}
        assert answer[:2] == ("22000", "an expression failed on the value of a row") and answer[3]
        connection.execute("CREATE TEMP TABLE t (a text NOT NULL, b text NOT NULL)")
        for row in ("NULL, name", "name, NULL"):
            assert told(connection, f"INSERT INTO t SELECT {row} FROM guessed.people WHERE id = 7")[0] == "22000"
        assert told(connection, "SELECT name::guessed.early FROM guessed.people WHERE id = 7")[0] == "22000"


@pytest.mark.parametrize("carried", ["PREPARE e AS {0}; EXECUTE e", "BEGIN; DECLARE c CURSOR FOR {0}; FETCH ALL FROM c", "BEGIN; DECLARE c CURSOR FOR {0}; MOVE ALL IN c",
                                     "DECLARE c CURSOR WITH HOLD FOR {0}"])
def test_a_statement_that_runs_another_says_no_more(running, carried):
    said = set()
    for failing in ("name::int = 1", "name::date IS NULL", "sqrt(-length(name)) = 1", "1 / (length(name) - length(name)) = 1"):
        with psycopg.connect(running.dsn("counted"), autocommit=True) as connection:
            for part in carried.format(f"SELECT 1 FROM guessed.people WHERE id = 7 AND {failing}").split("; "):
                answer = told(connection, part)
            said.add(answer)
    (answer,) = said
    assert answer[:2] == ("22000", "an expression failed on the value of a row")


def test_the_size_of_what_is_stored_is_not_told(running):
    with psycopg.connect(running.dsn("counted"), autocommit=True) as connection:
        connection.execute("CREATE TEMP TABLE w (v text)")
        connection.execute("CREATE INDEX wi ON w (v)")
        stored = "INSERT INTO w SELECT (SELECT string_agg(md5(g::text), '') FROM generate_series(1, 100 + ascii(name)) g) FROM guessed.people WHERE id = 7"
        assert told(connection, stored)[:2] == ("22000", "an expression failed on the value of a row")


def test_what_the_text_itself_says_wrong_is_told(running):
    with psycopg.connect(running.dsn("counted"), autocommit=True) as connection:
        assert told(connection, "SELECT id FROM guessed.people WHERE id = 'x'")[:2] == ("22P02", "invalid input syntax for type bigint: \"x\"")
        assert told(connection, "SELECT 1 / 0")[0] == "22012"
        assert told(connection, "INSERT INTO guessed.notes VALUES (1, 'no')")[5] == "notes_note_check"
        with pytest.raises(psycopg.errors.InvalidTextRepresentation):
            connection.execute("SELECT id FROM guessed.people WHERE id = %s", ["x"])


ASKED = "(SELECT CASE WHEN name LIKE 'x%' THEN -1 ELSE 1 END FROM guessed.people WHERE id = 7)"
FREE = {
    "window": f"SELECT count(*), sum(1) OVER w FROM guessed.people WHERE false WINDOW w AS (ROWS BETWEEN {ASKED} FOLLOWING AND UNBOUNDED FOLLOWING)",
    "key": f"SELECT DISTINCT ON ({ASKED}) count(*) FROM guessed.people WHERE false",
    "offset": f"SELECT 1 AS a LIMIT 0 OFFSET {ASKED}",
    "stored": f"CREATE TEMP TABLE q AS SELECT 1 AS a LIMIT 0 OFFSET {ASKED}",
    "stored_window": f"CREATE TEMP TABLE q AS SELECT count(*) OVER (ROWS {ASKED} PRECEDING) FROM guessed.people WHERE false",
}


@pytest.mark.parametrize("statement", FREE.values(), ids=FREE)
def test_a_query_without_rows_that_asks_costs_what_any_other_does(postgres, running, statement):
    with Gateway(postgres, POLICY, USERS, dict.fromkeys(USERS, "tabir_reader")) as fresh:
        with psycopg.connect(fresh.dsn("few"), autocommit=True) as connection:
            for key in (1, 2):
                connection.execute(f"SELECT id FROM guessed.people WHERE id = {key}")
            answers = [told(connection, statement) for _ in range(3)]
            if answers[-1][0] != "42501":
                assert answers[-1][0] == "54000"
                assert told(connection, "SELECT 1 FROM guessed.people WHERE id = 0")[0] == "54000"


# PostgreSQL tries them on the column's sampled values when it plans.
OPEN_PATTERNS = ["name LIKE 'xys%\\'", "name ILIKE 'XYS%\\'", "name NOT LIKE 'xys%\\'", "name ~~ 'xys%\\'", "name LIKE ANY (ARRAY['a%', 'xys%\\'])", "name LIKE ALL ('{xys%\\\\}'::text[])",
                 "name LIKE 'xys%!' ESCAPE '!'", "name LIKE 'xys%' || chr(92)", "name LIKE concat('xys%', '\\')", "textlike(name, 'xys%\\')", "name LIKE replace('xys%!', '!', '\\')",
                 "name LIKE coalesce('xys%\\', name)", "name LIKE CASE WHEN true THEN 'xys%\\' ELSE name END", "name LIKE 'xys%\\x'::varchar(5)", "mark LIKE '\\x61255c'", "mark LIKE 'a%\\134'",
                 "name LIKE ANY (SELECT 'xys%\\'::text)", "name NOT LIKE ALL (VALUES ('xys%\\'))", "name ILIKE ANY (SELECT p FROM (SELECT 'xys%\\'::text AS p) s)",
                 "EXISTS (SELECT FROM (SELECT 'xys%\\'::text AS p) s WHERE name LIKE s.p)", "EXISTS (SELECT FROM (VALUES ('xys%\\')) s (p) WHERE name LIKE p)",
                 "EXISTS (SELECT FROM lower('xys%\\') f (p) WHERE name LIKE f.p)", "name LIKE lower('xys%Q') ESCAPE 'q'", "name::bytea LIKE 'xys%\\\\'", "bytealike(name::bytea, 'xys%\\\\')",
                 # A bpchar loses its blanks when it becomes a text.
                 "name LIKE 'xys%\\ '::bpchar", "name LIKE 'xys%\\  '::bpchar || ''", "name LIKE coalesce('xys%\\ '::bpchar)", "name LIKE ANY (ARRAY['xys%\\ '::bpchar])", "name LIKE 'xys%! '::bpchar ESCAPE '!'",
                 "name LIKE ('xys%' || '\\ ')::bpchar"]


@pytest.mark.parametrize("user", ["counted", "filtered", "grouped"])
@pytest.mark.parametrize("pattern", OPEN_PATTERNS)
def test_no_pattern_that_may_end_open_is_planned(running, user, pattern):
    with psycopg.connect(running.dsn(user), autocommit=True) as connection:
        for form in ("EXPLAIN SELECT 1 FROM guessed.people WHERE {}", "SELECT id FROM guessed.people WHERE {} LIMIT 0", "SELECT count(*) FROM guessed.people WHERE {}"):
            assert told(connection, form.format(pattern))[0] == "42501"


@pytest.mark.parametrize("pattern", ["name LIKE 'xys%'", "name LIKE 'xy\\_%'", "name LIKE '%' || lower('S') || '%'", "name LIKE 'x!%!!' ESCAPE '!'", "name ILIKE ANY (ARRAY['a%', 'b%'])",
                                     "name LIKE ALL ('{a%,b%}')", "name LIKE upper('%Foo%')", "name LIKE name", "name LIKE (SELECT 'a%')", "name LIKE concat('%', 'a', '%')", "mark LIKE 'ab%'"])
def test_patterns_that_end_well_match(running, pattern):
    with psycopg.connect(running.dsn("filtered"), autocommit=True) as connection:
        assert len(told(connection, f"SELECT count(*) FROM guessed.people WHERE {pattern}")) == 1


@pytest.mark.parametrize("condition, value, sqlstate", [
    ("name LIKE $1", "xys%\\", "22025"), ("name LIKE $1", "xys%\\\\", ""), ("name LIKE $1 ESCAPE '!'", "xys%!", "22025"), ("name LIKE '%' || $1", "\\", "22025"),
    ("name LIKE '%' || $1 || '%'", "\\", ""), ("name ILIKE lower($1)", "a\\", "22025"), ("name LIKE ANY ($1)", '{"a\\\\"}', "22025"), ("name LIKE ANY ($1)", "{a%}", ""), ("mark LIKE $1", "a%", ""), ("mark LIKE $1", "a%\\\\", "22025"),
    ("name LIKE $1", "xys%_", ""), ("name LIKE $1::bpchar", "xys%\\ ", "22025"), ("name LIKE $1", "xys%\\\\ ", ""), ("name::bytea LIKE $1", "a\\\\", "22025"),
])
def test_a_parameter_is_looked_at_when_it_is_bound(running, condition, value, sqlstate):
    with WireSession(("127.0.0.1", running.port)) as session:
        session.log_in("filtered", PASSWORD, "payments")
        text = f"SELECT id FROM guessed.people WHERE {condition} LIMIT 0"
        session.send(message(b"P", b"\0" + text.encode() + b"\0" + struct.pack("!h", 0)) + bind("", "", [value]) + execute("") + SYNC)
        errors = [error_fields(body)["C"] for kind, body in session.receive_until(b"Z") if kind == b"E"]
        assert errors == ([sqlstate] if sqlstate else [])


# Another use of the parameter, or an array beside it, says that it is an array, or cuts it short.
@pytest.mark.parametrize("statement, values", [
    ("WITH x AS (SELECT $1::text[] a) SELECT p.id FROM guessed.people p, x WHERE p.name LIKE ANY (ARRAY[$1])", ['{"xys%\\\\"}']),
    ("SELECT p.id FROM guessed.people p, unnest($1::text[]) x WHERE p.name LIKE ANY (ARRAY[$1])", ['{"xys%\\\\"}']),
    ("SELECT id FROM guessed.people WHERE name LIKE ANY (ARRAY[$1, $2::text[]])", ['{"xys%\\\\"}', "{a}"]),
    ("WITH x AS (SELECT $1::name a) SELECT p.id FROM guessed.people p, x WHERE p.name LIKE $1", ["xys" + 59 * "%" + "\\\\x"]),
])
def test_a_parameter_that_is_also_something_else_ends_no_pattern(running, statement, values):
    with WireSession(("127.0.0.1", running.port)) as session:
        session.log_in("filtered", PASSWORD, "payments")
        session.send(message(b"P", b"\0" + f"{statement} LIMIT 0".encode() + b"\0" + struct.pack("!h", 0)) + bind("", "", values) + execute("") + SYNC)
        refused, = [error_fields(body)["M"] for kind, body in session.receive_until(b"Z") if kind == b"E"]
        assert refused.startswith("LIKE pattern must not end with escape character")


def test_the_pattern_of_execute_is_not_known(running):
    with psycopg.connect(running.dsn("filtered"), autocommit=True) as connection:
        connection.execute("PREPARE p (text) AS SELECT id FROM guessed.people WHERE name LIKE $1")
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="patterns of LIKE"):
            connection.execute("EXECUTE p ('xys%')")


TIMES = """'$ ? (@.n == 1) ? ("2017-03-10".datetime() < "2017-03-10 00:00:00 +3:00".datetime("YYYY-MM-DD HH24:MI:SS TZH:TZM"))'"""
PLANNED = [f"j @? {TIMES}", f"j @@ {TIMES}::jsonpath", f"j @? ({TIMES} || '')::jsonpath", "p < ROW(1, 5)", "ROW(1, 5) = p", "p IN (ROW(1, 5), ROW(2, 5))", "p = ANY (ARRAY[ROW(1, 5)])", "p IS DISTINCT FROM ROW(1, 5)", "p BETWEEN ROW(1, 5) AND ROW(2, 5)",
           "p *= ROW(1, 5)", "p::record < ROW(1, 5)", "many::record[] < ARRAY[ROW(1, 5)]", "ROW(1, 5) = ANY (many)", "NULLIF(p, ROW(1, 5)) IS NULL", "ROW(1, 5) IN (SELECT q.p FROM guessed.pairs q)",
           "id IN (SELECT s.id FROM (SELECT q.id, q.p AS r FROM guessed.pairs q UNION ALL SELECT q.id, q.p FROM guessed.pairs q) s WHERE s.r < ROW(1, 5))"]


@pytest.mark.parametrize("user", ["counted", "filtered"])
@pytest.mark.parametrize("condition", PLANNED)
def test_rows_of_other_types_are_not_compared_with_samples(running, user, condition):
    with psycopg.connect(running.dsn(user), autocommit=True) as connection:
        assert told(connection, f"EXPLAIN SELECT id FROM guessed.pairs WHERE {condition}")[0] in ("42501", "42883")


def test_a_path_that_compares_no_times_is_a_condition(running):
    with psycopg.connect(running.dsn("filtered"), autocommit=True) as connection:
        assert connection.execute("SELECT count(*) FROM guessed.pairs WHERE j @? '$.n ? (@ > 0)' AND j @@ '$.n == 1'").fetchone() == (50,)


CHAINED = ["SELECT id FROM P x WHERE EXISTS (SELECT 1 FROM P y WHERE y.id = x.id)", "SELECT id FROM P LIMIT (SELECT count(*) FROM P)", "SELECT (SELECT max(id) FROM P) AS id FROM P",
           "SELECT id FROM P GROUP BY id HAVING count(*) > (SELECT 0 FROM P LIMIT 1)", "SELECT x.id FROM P x JOIN P y ON y.id = x.id"]


@pytest.mark.parametrize("level", CHAINED)
def test_what_doubles_with_each_level_is_refused(running, level):
    with psycopg.connect(running.dsn("counted"), autocommit=True) as connection:
        for depth in (7, 20, 60):
            levels = [f"c{n} AS ({level.replace(' P', f' c{n - 1}')})" for n in range(1, depth)]
            with pytest.raises(psycopg.errors.StatementTooComplex, match="too many (ways|queries within each other)") if depth > 10 else contextlib.suppress(psycopg.errors.StatementTooComplex):
                connection.execute(f"WITH c0 AS (SELECT id FROM guessed.people WHERE id < 3), {', '.join(levels)} SELECT * FROM c{depth - 1} LIMIT 1")


@pytest.mark.parametrize("condition", ["(p).a = 2", "p = ROW(2, 'x')::guessed.pair", "p IS NOT NULL", "p::text = '(2,x)'", "(2, 'x')::guessed.pair = p"])
def test_composite_columns_can_be_searched(running, condition):
    with psycopg.connect(running.dsn("filtered"), autocommit=True) as connection:
        assert connection.execute(f"SELECT count(*) FROM guessed.pairs WHERE {condition}").fetchone()[0] in (10, 50)
