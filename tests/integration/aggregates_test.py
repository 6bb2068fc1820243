"""A role that sees only aggregates learns of no fewer people than min_group. Every person's weight is a power of two of his
own, so that a sum, or the difference of two, tells whom it is made of."""

import struct

import psycopg
import pytest
from psycopg import errors

from gateway import PASSWORD, Gateway
from raw_client import SYNC, error_fields, message
from wire_session import WireSession

ENOUGH = 5
PEOPLE = f"""
CREATE SCHEMA weighed;
CREATE TYPE weighed.pair AS (a json, b int);
CREATE TABLE weighed.people (id bigint PRIMARY KEY, name text NOT NULL, city text NOT NULL, side text COLLATE "C" NOT NULL, age int NOT NULL,
  weight numeric NOT NULL, bonus numeric, birthday date, mark bytea, price numeric(12,2) NOT NULL DEFAULT 2.5, pieces int DEFAULT 3,
  lines json[] NOT NULL DEFAULT '{{}}', pair weighed.pair NOT NULL DEFAULT ROW ('{{}}', 1));
INSERT INTO weighed.people SELECT n, 'n' || n, CASE WHEN n <= 12 THEN 'A' WHEN n <= 14 THEN 'B' ELSE 'D' END,
  CASE WHEN n % 2 = 0 THEN 'even' ELSE 'odd' END, n, 2::numeric ^ (n + 40), CASE WHEN n % 3 = 0 THEN 2::numeric ^ (n + 40) END,
  CASE WHEN n <> 7 THEN date '1990-01-01' + n END
FROM generate_series(1, 34) AS n;
CREATE TABLE weighed.payments (id bigint PRIMARY KEY, person bigint NOT NULL, kind text NOT NULL, amount numeric);
INSERT INTO weighed.payments SELECT n, n, CASE WHEN n < 30 THEN 'usual' ELSE 'late' END,
  CASE WHEN n < 25 THEN 2::numeric ^ (n + 40) END FROM generate_series(1, 34) AS n;
CREATE TABLE weighed.lists (person bigint, label text);
INSERT INTO weighed.lists SELECT n, 'x' FROM generate_series(1, 34) AS n;
CREATE TABLE weighed.cases (id bigint PRIMARY KEY);
CREATE TABLE weighed.follows (case_id bigint REFERENCES weighed.cases ON DELETE CASCADE, person bigint NOT NULL);
CREATE TABLE weighed.notes (person bigint); CREATE VIEW weighed.seen_notes AS SELECT * FROM weighed.notes;
CREATE TABLE weighed.stays (case_id bigint REFERENCES weighed.cases, person bigint NOT NULL);
CREATE TABLE weighed.cities (city text PRIMARY KEY, land text NOT NULL, number oid, icu text COLLATE "en-x-icu", side text COLLATE "en-x-icu", lines json[]);
INSERT INTO weighed.cities VALUES ('A', 'p'), ('B', 'p'), ('D', 'q');
CREATE TABLE weighed.months (id bigint, paid_at timestamptz, person bigint NOT NULL, amount numeric NOT NULL, PRIMARY KEY (id, paid_at))
  PARTITION BY RANGE (paid_at);
CREATE TABLE weighed.months_all PARTITION OF weighed.months DEFAULT;
INSERT INTO weighed.months SELECT n, timestamptz '2026-01-15 12:00Z' + (n % 3) * interval '1 month', n, 2::numeric ^ (n + 40)
FROM generate_series(1, 34) AS n;
GRANT USAGE ON SCHEMA weighed TO tabir_reader;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA weighed TO tabir_reader;
"""
POLICY = f"""
version: 1
databases: [payments]
classes: {{ name: {{ mask: initials }}, birthday: {{ mask: {{ truncate: year }} }} }}
tables:
  weighed.people:
    subject: {{ customer: id }}
    columns: {{ id: open, name: name, city: open, side: open, age: open, weight: open, bonus: open, mark: open, price: open, pieces: open, lines: open, pair: open, birthday: birthday }}
  weighed.payments: {{ subject: {{ customer: person }}, columns: {{ "*": open }} }}
  weighed.months: {{ subject: {{ customer: person }}, columns: {{ "*": open }} }}
  weighed.lists: open
  weighed.cities: open
  weighed.cases: open
  weighed.follows: open
  weighed.stays: open
  weighed.notes: open
  weighed.seen_notes: open
roles:
  counter:
    tables: [weighed.people, weighed.payments, weighed.months, weighed.lists, weighed.cities, weighed.follows, weighed.stays, weighed.notes, weighed.seen_notes]
    only: aggregates
    min_group: {ENOUGH}
    write: [weighed.lists, weighed.cases, weighed.seen_notes]
    statements: [explain_analyze]
  budgeted:     # the same, and counted
    tables: [weighed.people, weighed.payments, weighed.months, weighed.lists, weighed.cities]
    only: aggregates
    min_group: {ENOUGH}
    budget: {{ customer: 3 per hour, misses: 1 per hour }}
users: {{ counter: {{ role: counter }}, budgeted: {{ role: budgeted }}, careless: {{ role: budgeted }} }}
"""


@pytest.fixture(scope="module")
def weighing(postgres):
    postgres.psql(PEOPLE, "payments")
    with Gateway(postgres, POLICY, ["counter", "budgeted", "careless"], {"counter": "tabir_reader", "budgeted": "tabir_reader"}) as running:
        yield running
    postgres.psql("DROP SCHEMA weighed CASCADE", "payments")


@pytest.fixture
def run(weighing):
    with psycopg.connect(weighing.dsn("counter"), autocommit=True) as connection:
        yield lambda statement: connection.execute(statement).fetchall()


def tells_of_few(value) -> bool:
    """Whether a number is the sum of fewer weights than there must be people in a group."""
    return value is not None and value == int(value) and value >= 2 ** 41 and bin(int(value)).count("1") < ENOUGH


# Whoever has no value is left out of an aggregate, as by a condition.
@pytest.mark.parametrize("statement", [
    "SELECT city, sum(bonus) FROM weighed.people GROUP BY city",
    "SELECT city, avg(bonus) * count(bonus) FROM weighed.people GROUP BY city",
    "SELECT sum(bonus) FROM weighed.people WHERE city = 'A'",
    "SELECT sum(bonus) FILTER (WHERE city = 'A') FROM weighed.people",
    "SELECT sum(CASE WHEN city = 'A' THEN bonus END) FROM weighed.people",
    "SELECT sum(CASE WHEN city = 'D' THEN 0 ELSE bonus END) FROM weighed.people",
    "SELECT sum(coalesce(bonus, 0)) FROM weighed.people WHERE city = 'A'",
    "SELECT sum(p.amount) FROM weighed.people c JOIN weighed.payments p ON p.person = c.id WHERE c.city = 'B' OR c.city = 'A'",
    "SELECT regr_avgx(0, bonus::float8) * regr_count(0, bonus::float8) FROM weighed.people WHERE city = 'A'",
    "SELECT regr_avgy(weight::float8, bonus::float8) * regr_count(weight::float8, bonus::float8) FROM weighed.people WHERE city = 'A'",
])
def test_people_without_a_value_are_left_out_of_no_sum(run, statement):
    assert not [row for row in run(statement) if any(map(tells_of_few, row[-1:]))]


def test_how_many_have_a_value_is_told_where_enough_have_it_and_enough_lack_it(run):
    assert run("SELECT count(bonus), sum(bonus) = sum(coalesce(bonus, 0)) FROM weighed.people") == [(11, True)]
    assert run("SELECT kind, count(amount) FROM weighed.payments GROUP BY kind") == [("late", 0), ("usual", 24)]
    assert run("SELECT count(birthday) FROM weighed.people") == [], "one alone has no birthday"
    assert run("SELECT count(name), count(c.id), sum(age) FROM weighed.people c") == [(34, 34, 595)]


def test_outer_joins_count_those_who_have_a_partner(run):
    statement = "SELECT count(p.id), sum(c.age) FROM weighed.people c LEFT JOIN weighed.payments p ON p.person = c.id"
    assert run(statement) == [(34, 595)]


@pytest.mark.parametrize("statement", [
    "SELECT sum(weight) FROM weighed.people TABLESAMPLE BERNOULLI (90) REPEATABLE (1)",
    "SELECT sum(c.weight) FROM weighed.people c JOIN weighed.lists l TABLESAMPLE SYSTEM (90) ON l.person = c.id",
    "SELECT sum(c.weight) FROM weighed.people c JOIN weighed.cities AS s TABLESAMPLE SYSTEM (90) ON s.city = c.city",
    "SELECT sum(DISTINCT weight) FROM weighed.people",
    "SELECT avg(DISTINCT age) FROM weighed.people",
    "SELECT max(city) FROM weighed.people GROUP BY ROLLUP (city)",
    "SELECT side, min(city) FROM weighed.people GROUP BY GROUPING SETS ((city), (side))",
    # Each counts as often as there are others in the city.
    "SELECT sum(c.weight) FROM weighed.people c JOIN weighed.people d ON d.city = c.city",
    "SELECT c.side, sum(c.weight) FROM weighed.people c JOIN weighed.people d USING (side) GROUP BY c.side",
    "SELECT sum(c.weight) FROM weighed.people c, weighed.payments p",
    # Its rows are the role's own choice.
    "SELECT sum(c.weight) FROM weighed.people c JOIN weighed.lists l ON l.person = c.id",
    "SELECT l.label, sum(c.weight) FROM weighed.people c JOIN weighed.lists l ON l.person = c.id GROUP BY l.label",
    "SELECT sum(c.weight) FROM weighed.people c JOIN weighed.follows f ON f.person = c.id",  # it deletes its cases
    "SELECT sum(c.weight) FROM weighed.people c JOIN weighed.notes n ON n.person = c.id",  # it writes them through a view
    "EXPLAIN ANALYZE SELECT count(*) FROM weighed.people GROUP BY age",
    # Columns without names of their own beside groups.
    "SELECT city, (SELECT count(*) FROM (SELECT * FROM weighed.cities) d WHERE d.land = 'p') FROM weighed.people GROUP BY city",
    "SELECT city, (SELECT count(*) FROM (VALUES (1)) d (x) WHERE x = 1) FROM weighed.people GROUP BY city",
    "SELECT city, (SELECT count(*) FROM generate_series(1, 3) g WHERE g > 1) FROM weighed.people GROUP BY city",
    "SELECT city, (SELECT count(*) FROM (SELECT 1 AS x UNION SELECT 2) d WHERE x = 1) FROM weighed.people GROUP BY city",
    # Whether they fail tells of whoever fits, one or many.
    "SELECT count(*) FROM weighed.people WHERE city LIKE 'D\\'",
    "SELECT count(*) FROM weighed.people WHERE city LIKE 'D!' ESCAPE '!'",
    "SELECT count(*) FROM weighed.months WHERE date_trunc('bogus', paid_at) IS NULL",
    "SELECT count(*) FROM weighed.people WHERE CASE WHEN age = 7 THEN now()::text::int = 1 END",
    "SELECT count(*) FROM weighed.people WHERE CASE age WHEN 7 THEN now()::text::int = 1 END",
    "SELECT count(*) FROM weighed.people WHERE coalesce(nullif(age, 7), now()::text::int) > 0",
    "SELECT count(*) FROM weighed.people WHERE age <> 7 OR age = now()::text::int",
    "SELECT count(*) FROM weighed.months WHERE paid_at <> '2026-01-08' OR paid_at > now() - interval '9999 years'",
    "SELECT count(*) FROM weighed.months WHERE paid_at <> '2026-01-08' OR paid_at > now() - interval '999 millennium'",
    "SELECT count(*) FROM weighed.people WHERE age <> 7 OR age = 1e30::money::numeric",
    "SELECT count(*) FROM weighed.people WHERE age <> 7 OR age = '-1'::information_schema.cardinal_number",
    "SELECT count(*) FILTER (WHERE age <> 7 OR age = now()::text::int) FROM weighed.people",
    # Other conditions stand before them, so that they are reached by those alone who fit.
    "SELECT count(*) FILTER (WHERE age = ('x' || now()::text)::int) FROM weighed.people WHERE age = 13",
    "SELECT count(*) FROM weighed.people WHERE city = 'B' AND city IN ('B') AND age = ('x' || now()::text)::int",
    "SELECT sum(CASE WHEN age = ('x' || now()::text)::int THEN 1 ELSE 0 END) FROM weighed.people WHERE city = 'B'",
    "SELECT count(*) FROM weighed.people WHERE city = 'B' AND now()::text::int = 1",
    "SELECT count(*) FILTER (WHERE timezone('nosuch', paid_at) > '2026-01-01') FROM weighed.months",
    "SELECT count(*) FILTER (WHERE date_trunc('dow', paid_at) > '2026-01-01') FROM weighed.months",
    "SELECT count(*) FILTER (WHERE extract(hour FROM paid_at::date) > 1) FROM weighed.months",
    "SELECT count(*) FILTER (WHERE paid_at > now() - interval '-9999999 years') FROM weighed.months",
    "SELECT count(*) FILTER (WHERE paid_at > timestamptz '294276-12-31' + interval '9999 months') FROM weighed.months",
    # Another choice each time that they are worked out, or one that is told elsewhere.
    "SELECT sum(weight) FILTER (WHERE random() < 0.08) FROM weighed.people",
    "SELECT count(*) FROM weighed.people WHERE age > random() * 10",
    "SELECT count(*) FILTER (WHERE set_config('application_name', 'hit', false) = '1') FROM weighed.people WHERE city = 'B'",
    "SELECT count(*) FILTER (WHERE txid_current() < 0) FROM weighed.people WHERE city = 'B'",
    "SELECT count(*) FROM weighed.people WHERE city LIKE 'D\\x'::varchar(2)",
    # The aggregate fails where somebody is chosen.
    "SELECT stddev(CASE WHEN age = 13 THEN 1e200 ELSE age::float8 END) FROM weighed.people",
    "SELECT sum(CASE WHEN city = 'B' THEN '9e131071' ELSE weight END) FROM weighed.people",
    # One branch becomes of the other's type.
    "SELECT count(CASE WHEN p.age = 7 THEN p.id ELSE c.number END) FROM weighed.people p JOIN weighed.cities c ON c.city = p.city",
    "SELECT count(CASE WHEN p.age = 7 THEN c.number ELSE p.id END) FROM weighed.people p JOIN weighed.cities c ON c.city = p.city",
    "SELECT count(CASE WHEN city = 'B' THEN weight ELSE age::float8 END) FROM weighed.people",
    "SELECT count(CASE WHEN city = 'B' THEN birthday ELSE mark END) FROM weighed.people",
    "SELECT sum(coalesce(bonus, 9e131071)) FROM weighed.people",
    "SELECT sum(pieces * pieces) FROM weighed.people", "SELECT sum(weight * weight) FROM weighed.people",
    "SELECT sum(price / pieces) FROM weighed.people",
    # A cast to an array reads the text.
    "SELECT count(*) FROM weighed.people WHERE city <> 'B' OR city::text[] IS NULL",
    "SELECT count(*) FROM weighed.people WHERE city <> 'B' OR lower(city::text[]::text) = 'x'",
    "SELECT city::text::text[], count(*) FROM weighed.people GROUP BY 1",
    # One step is near, many are not.
    f"SELECT count(*) FROM weighed.months WHERE paid_at <> '2026-03-15 12:00Z' OR paid_at > now() {'- interval $$9999 months$$ ' * 9}",
    f"SELECT count(*) FROM weighed.months WHERE paid_at <> '2026-03-15 12:00Z' OR paid_at > current_date {'- 99999 ' * 25}",
    "SELECT count(*) FROM weighed.months WHERE paid_at <> '2026-03-15 12:00Z' OR paid_at > timestamptz '2999-01-01 BC' - interval '9999 months'",
    f"SELECT date_trunc('day', paid_at {'- interval $$9999 months$$ ' * 7}), count(*) FROM weighed.months GROUP BY 1",
    "SELECT count(*) FROM weighed.months WHERE paid_at > to_date('2026-02-30', 'YYYY-MM-DD')",
    "SELECT count(*) FROM weighed.months WHERE paid_at > to_timestamp('x', 'YYYY')",
    # Bytes that a pattern stands for end in an escape character.
    "SELECT count(*) FROM weighed.people WHERE city::bytea LIKE '\\x415c'",
    "SELECT count(*) FROM weighed.people WHERE mark LIKE '\\x415c'",
    # Arrays and rows are compared by what is in them, which may have no way to be.
    "SELECT count(*) FROM weighed.people WHERE city = 'B' AND lines = '{}'",
    "SELECT count(*) FROM weighed.people WHERE city = 'B' AND pair = ROW ('{}', 1)::weighed.pair",
    "SELECT count(*) FROM weighed.people WHERE city = 'B' AND pair IS DISTINCT FROM NULL",
    "SELECT count(DISTINCT lines) FROM weighed.people WHERE city = 'B'",
    "SELECT count(DISTINCT pair) FILTER (WHERE city = 'B') FROM weighed.people",
    # What is joined behind other columns fails where somebody is reached.
    "SELECT count(*) FROM weighed.people p JOIN weighed.cities c ON c.city = p.city AND c.number = p.id",
    "SELECT count(*) FROM weighed.people p JOIN weighed.cities c ON c.city = p.city AND c.icu = p.side",
    "SELECT count(*) FROM weighed.people p, weighed.cities c WHERE c.city = p.city AND c.lines = p.lines",
    "SELECT count(*) FROM weighed.people p JOIN (weighed.cities c JOIN weighed.lists l ON l.label = c.land) USING (city, side)",
    "SELECT count(*) FROM weighed.people p JOIN weighed.cities c USING (city, side)",
    # Another collation than the column's.
    "SELECT count(*) FROM weighed.people WHERE city <> 'B' OR city = CURRENT_USER",
    # A column of the query around it, which fails where somebody is equal to what it was made of.
    "SELECT (SELECT count(*) FROM weighed.people p WHERE p.id = g.k AND p.city = g.city AND p.age = g.bad)"
    " FROM (SELECT s.x AS k, left('A', s.x) AS city, 1 / (s.x - 7) AS bad FROM generate_series(7, 7) s (x)) g",
    "SELECT (SELECT count(*) FROM weighed.people p WHERE p.age = g.k) FROM (SELECT 13 AS k) g",
    "SELECT (SELECT sum(p.weight) FILTER (WHERE g.bad = 5) FROM weighed.people p) FROM (SELECT 13 AS bad) g",
    "SELECT n FROM (SELECT 13 AS k) g, LATERAL (SELECT count(*) AS n FROM weighed.people p JOIN weighed.cities c ON c.city = p.city AND p.age = g.k) q",
    "SELECT n FROM (SELECT 13 AS k) g, LATERAL (SELECT count(*) AS n FROM weighed.people p GROUP BY g.k) q",
    "SELECT city, (SELECT count(*) FROM weighed.people q WHERE q.city = p.city) FROM weighed.people p GROUP BY city",
    "SELECT city, (SELECT name FROM weighed.people WHERE id = 3) FROM weighed.people GROUP BY city",
    "SELECT count(*), EXISTS (SELECT FROM weighed.people WHERE age = 13) FROM weighed.people",
    "SELECT sum((SELECT weight)) FROM weighed.people",
    # An aggregate belongs to the level whose columns it is over, wherever it is written.
    "SELECT city, (SELECT max(p.age)) FROM weighed.people p GROUP BY city",
    "SELECT city, (SELECT (SELECT array_agg(age))) FROM weighed.people p GROUP BY city",
    "SELECT (VALUES (max(name))) FROM weighed.people",
    "SELECT count(*) FROM weighed.people p HAVING (SELECT max(p.age)) > 33",
    "SELECT count(*) FROM weighed.people p ORDER BY (SELECT max(p.age) FROM weighed.cities c)",
    "SELECT city, (SELECT max(p.age) FROM weighed.cities c WHERE c.city = p.city) FROM weighed.people p GROUP BY city",
    "SELECT city, (SELECT land FROM weighed.cities c WHERE c.city = p.city) FROM weighed.people p GROUP BY city",
    "SELECT count(*) FILTER (WHERE city = (SELECT city FROM weighed.people LIMIT 1)) FROM weighed.people",
    # What a sub-select computes is looked at where it is used.
    "SELECT bad, count(*) FROM (SELECT 1 / (age - 13) AS bad FROM weighed.people) q GROUP BY bad",
    "SELECT count(*) FROM (SELECT age, 1 / (age - 13) AS bad FROM weighed.people) q WHERE bad > 0",
    "SELECT q.n FROM (SELECT id AS n FROM weighed.people) q",
    "SELECT count(*) FROM (SELECT max(age) AS m FROM weighed.people) q",
    "SELECT count(*) FROM (SELECT generate_series(1, age) AS m FROM weighed.people) q",
    # Never shown, so that what counts them would be false.
    "SELECT max(n) FROM (SELECT person, count(*) AS n FROM weighed.payments GROUP BY person) q",
    "SELECT p.id, sum(m.amount) FROM weighed.people p JOIN weighed.payments m ON m.person = p.id GROUP BY p.id",
    # Where a bin ends is moved until it fails.
    "SELECT width_bucket(age, 0, 34, 2147483647), count(*) FROM weighed.people GROUP BY 1",
    "SELECT extract(epoch FROM paid_at + interval '142 months')::int4 / 99999999, count(*) FROM weighed.months GROUP BY 1",
])
def test_what_could_choose_people_is_refused(run, statement):
    with pytest.raises(errors.InsufficientPrivilege):
        run(statement)


def test_many_conditions_are_refused_at_once(run):
    for conditions, allowed in ((12, True), (200, False), (3000, False)):
        statement = "SELECT count(*) FROM weighed.people WHERE " + " AND ".join(f"age <> {5000 + n}" for n in range(conditions))
        if allowed:
            assert run(statement) == [(34,)]
        else:
            with pytest.raises(errors.StatementTooComplex, match="too many conditions"):
                run(statement)
    with pytest.raises(errors.StatementTooComplex):
        run(f"SELECT {', '.join(f'count(*) FILTER (WHERE age > {n} AND city <> $${n}$$)' for n in range(300))} FROM weighed.people")


def test_a_time_beside_others_in_a_key_says_only_when(run):
    """Tables that are partitioned by time must have it in their primary key."""
    months = run("SELECT date_trunc('month', paid_at), count(*) FROM weighed.months GROUP BY 1 ORDER BY 1")
    assert [count for _, count in months] == [11, 12, 11]
    assert run("SELECT count(*) FROM weighed.months WHERE paid_at >= '2026-02-01' AND paid_at < '2026-03-01'") == [(12,)]
    assert run("SELECT sum(amount) FROM weighed.months WHERE paid_at > '2026-05-01'") == [(None,)], "nobody"
    for statement in ("SELECT count(*) FROM weighed.months WHERE id > 7", "SELECT id / 3, count(*) FROM weighed.months GROUP BY 1"):
        with pytest.raises(errors.InsufficientPrivilege):
            run(statement)


@pytest.mark.parametrize("table, condition", [
    ("people", "city LIKE 'D%'"), ("people", "city LIKE 'D!%' ESCAPE '!' OR city = 'D'"), ("people", "CASE WHEN city = 'D' THEN true ELSE false END"),
    ("people", "coalesce(city, 'none') = 'D'"), ("months", "paid_at > now() - interval '999 months' OR paid_at IS NULL"),
    ("months", "date_trunc('MONTH', paid_at) > date '1980-01-01'"), ("people", "1 = 1"), ("people", "age < 99 AND true"),
    ("months", "paid_at > date_trunc('month', now()) - interval '99 months'"), ("months", "paid_at::date > current_date - 9999"),
    ("months", "paid_at < date '2024-01-01' + interval '99 months'"), ("months", "extract(dow FROM paid_at::date) IN (0, 1, 2, 3, 4, 5, 6)"),
    ("months", "paid_at > now() - interval '50 years' AND paid_at >= current_date - interval '999 years'"),
    ("months", "paid_at >= to_timestamp('1980-02-29 23:59:59.000000', 'YYYY-MM-DD HH24:MI:SS.US')"), ("months", "paid_at > to_timestamp(315532800)"),
    ("months", "paid_at >= to_date('1980-02-29', 'YYYY-MM-DD') AND paid_at >= to_timestamp('1980-02-29 23:59:59', 'YYYY-MM-DD HH24:MI:SS')"),
    ("months", "date(paid_at) > '1980-01-01'"), ("months", "timezone('UTC', paid_at) > '1980-01-01'"), ("months", "to_char(paid_at, 'YYYY') > '1980'"),
])
def test_what_cannot_fail_is_compared(run, table, condition):
    assert run(f"SELECT count(*) >= 10 FROM weighed.{table} WHERE {condition}") == [(True,)]


@pytest.mark.parametrize("statement, rows", [
    ("WITH x AS (SELECT date_trunc('month', paid_at) AS m, amount FROM weighed.months) SELECT m::date::text, count(amount) FROM x GROUP BY m ORDER BY m",
     [("2026-01-01", 11), ("2026-02-01", 12), ("2026-03-01", 11)]),
    ("SELECT bucket, count(*) FROM (SELECT CASE WHEN age < 15 THEN 'low' ELSE 'high' END AS bucket FROM weighed.people p WHERE p.age > 0) t"
     " GROUP BY t.bucket ORDER BY bucket", [("high", 20), ("low", 14)]),
    ("SELECT t.place AS bucket, count(*) FROM (SELECT city AS place, age FROM weighed.people) AS t GROUP BY t.place ORDER BY 2 DESC, bucket", [("D", 20), ("A", 12)]),
    ("WITH a AS (SELECT p.*, CASE WHEN age < 15 THEN 1 ELSE 0 END AS young FROM weighed.people p) SELECT city, sum(young) FROM a GROUP BY city ORDER BY city",
     [("A", 12), ("D", 0)]),
    ("SELECT date(paid_at)::text, count(*) FROM weighed.months GROUP BY date(paid_at) ORDER BY 1", [("2026-01-15", 11), ("2026-02-15", 12), ("2026-03-15", 11)]),
    ("SELECT date_trunc('month', paid_at, 'Asia/Jakarta') < '2026-01-02', count(*) FROM weighed.months GROUP BY date_trunc('month', paid_at, 'Asia/Jakarta') ORDER BY 2",
     [(True, 11), (False, 11), (False, 12)]),
    ("SELECT city, round(count(*) * 100.0 / (SELECT count(*) FROM weighed.people)) FROM weighed.people GROUP BY city ORDER BY 1", [("A", 35), ("D", 59)]),
    ("SELECT city, sum(price * pieces), avg(-price)::int, sum(p.price + p.price) FROM weighed.people p GROUP BY city ORDER BY 1", [("A", 90, -3, 60), ("D", 150, -3, 100)]),
    ("SELECT city FROM weighed.people GROUP BY city HAVING count(*) > (SELECT count(*) / 2 FROM weighed.people) ORDER BY (SELECT 1)", [("D",)]),
    ("SELECT city, count(*) FROM weighed.people GROUP BY city ORDER BY count DESC, city", [("D", 20), ("A", 12)]),
    ("SELECT date_trunc('year', paid_at)::text, count(*) FROM weighed.months GROUP BY date_trunc", [("2026-01-01 00:00:00+00", 34)]),
    ("SELECT city, (SELECT max(land) FROM weighed.cities) FROM weighed.people p GROUP BY city ORDER BY 1", [("A", "q"), ("D", "q")]),
    ("SELECT kind, round(count(*) * 100.0 / (SELECT count(*) FROM weighed.payments)) FROM weighed.payments GROUP BY kind", [("late", 15), ("usual", 85)]),
])
def test_what_analysts_write_is_answered(run, statement, rows):
    assert sorted(run(statement)) == sorted(rows)


# A condition over keys alone would be asked of single rows, before anybody is counted.
@pytest.mark.parametrize("somebody", [13, 99])  # one person is 13 years old, nobody 99
@pytest.mark.parametrize("statement", [
    "SELECT age, count(*) FROM weighed.people GROUP BY age HAVING {}",
    "SELECT age, count(*) FROM weighed.people GROUP BY age HAVING count(*) > 0 AND {}",
    "SELECT age, count(*) FROM weighed.people GROUP BY age HAVING random() < 2 AND {}",
    "SELECT age, count(*) FROM weighed.people GROUP BY GROUPING SETS ((age), (age, side)) HAVING {}",
    "SELECT * FROM (SELECT age, count(*) FROM weighed.people GROUP BY age) g WHERE {}",
    "SELECT * FROM (SELECT age, count(*) FROM weighed.people GROUP BY age HAVING count(*) > 0 ORDER BY 1) g WHERE {}",
    "SELECT * FROM (SELECT age, count(*) OVER (PARTITION BY age) FROM weighed.people GROUP BY age) g WHERE {}",
    "SELECT * FROM (SELECT DISTINCT age FROM weighed.people) g WHERE {}",
    "SELECT * FROM (SELECT age FROM weighed.people GROUP BY age UNION ALL (SELECT age FROM weighed.people GROUP BY 1)) g WHERE {}",
    "WITH g AS (SELECT age, count(*) FROM weighed.people GROUP BY age) SELECT * FROM g WHERE {}",
    "SELECT g.* FROM (SELECT age, count(*) FROM weighed.people GROUP BY age) g JOIN (VALUES (1)) v (n) ON {}",
    "SELECT 1 WHERE EXISTS (SELECT age FROM weighed.people GROUP BY age HAVING {})",
])
def test_a_condition_is_asked_of_groups_of_enough_people_only(run, statement, somebody):
    assert run(statement.format(f"age <> {somebody} OR ('x' || age)::int = 1")) == []


def test_conditions_of_groups_hold_as_without_their_proofs(run):
    assert run("SELECT city, count(*) FROM weighed.people GROUP BY city HAVING city <> 'A' AND count(*) > 1 ORDER BY 1 LIMIT 3") == [("D", 20)]
    assert run("SELECT city FROM weighed.people GROUP BY city HAVING NULL OR count(*) > 12") == [("D",)]
    statement = "SELECT g.city FROM ((SELECT city FROM weighed.people GROUP BY city ORDER BY 1) UNION ALL (SELECT city FROM weighed.people GROUP BY 1 LIMIT 1)) g"
    assert sorted(run(statement)) in ([("A",), ("A",), ("D",)], [("A",), ("D",), ("D",)])
    assert run("WITH g AS (SELECT city, count(*) n FROM weighed.people GROUP BY city) SELECT g.city, h.n FROM g JOIN g h USING (city) ORDER BY 1") == [("A", 12), ("D", 20)]


def test_how_a_pattern_ends_that_a_parameter_gives_is_looked_at(weighing):
    with psycopg.connect(weighing.dsn("counter"), autocommit=True) as connection:
        assert connection.execute("SELECT count(*) FROM weighed.people WHERE city LIKE %s", ["D%"]).fetchall() == [(20,)]
        with pytest.raises(errors.InvalidEscapeSequence):
            connection.execute("SELECT count(*) FROM weighed.people WHERE city LIKE %s", ["D\\"])


def test_tables_that_the_role_only_reads_are_joined(run):
    assert run("SELECT count(*) FROM weighed.people c JOIN weighed.stays s ON s.person = c.id") == [(0,)]
    assert run("SELECT count(*) FROM weighed.people JOIN weighed.cities s USING (city) JOIN weighed.cities t USING (city)") == [(34,)]
    assert run("SELECT s.land, count(*) FROM weighed.people c JOIN weighed.cities s USING (city) GROUP BY s.land ORDER BY 1") == [("p", 14), ("q", 20)]
    statement = "SELECT s.land, count(*) FROM weighed.people c JOIN weighed.cities s ON s.city = c.city GROUP BY s.land ORDER BY 1"
    assert run(statement) == [("p", 14), ("q", 20)]
    statement = "SELECT sum(p.amount) FROM weighed.people c JOIN weighed.payments p ON p.person = c.id JOIN weighed.people d ON d.id = p.person"
    assert run(statement) == [(2 ** 65 - 2 ** 41,)]
    assert run("SELECT label, count(*) FROM weighed.lists GROUP BY label") == [("x", 34)]
    assert run("SELECT count(DISTINCT side), max(city) FROM weighed.people GROUP BY city") == [(2, "A"), (2, "D")]


@pytest.mark.parametrize("declared", [19, 26, 24, 2205, 1028, 1003])
def test_a_parameter_may_not_turn_a_column_into_another_type(weighing, declared):
    """oid and its kind, name, and arrays of them: the column becomes one, and fails where it cannot."""
    with WireSession(("127.0.0.1", weighing.port)) as session:
        session.log_in("counter", PASSWORD, "payments")
        session.send(message(b"P", b"\0SELECT count(*) FROM weighed.people WHERE age <> 7 OR age = $1\0" + struct.pack("!hI", 1, declared)) + SYNC)
        assert error_fields(session.receive_until(b"Z")[0][1])["C"] == "42501"
    with psycopg.connect(weighing.dsn("counter"), autocommit=True) as connection:
        for kind in ("oid", "regclass", "name", "oid[]"):
            with pytest.raises(errors.InsufficientPrivilege):
                connection.execute(f"PREPARE p ({kind}) AS SELECT count(*) FROM weighed.people WHERE age <> 7 OR age = $1")


def test_what_fails_costs_a_miss(weighing):
    with psycopg.connect(weighing.dsn("careless"), autocommit=True) as connection:
        with pytest.raises(errors.DataException, match="failed on the value"):
            connection.execute("SELECT count(*) / (count(*) - 34) FROM weighed.people")
        assert [row[5] for row in connection.execute("SHOW tabir.budget") if row[2] == "misses"] == [1]
        with pytest.raises(errors.ProgramLimitExceeded):
            connection.execute("SELECT count(*) FROM weighed.people")


@pytest.mark.parametrize("statement", [
    "SELECT count(*), sum(weight) FROM weighed.people", "SELECT city, count(*), avg(age) FROM weighed.people GROUP BY city",
    "SELECT count(*) FROM weighed.people p JOIN weighed.payments m ON m.person = p.id WHERE kind = 'usual'",
])
def test_groups_of_enough_people_cost_nobody(weighing, statement):
    answers = []
    for user in ("counter", "budgeted"):
        with psycopg.connect(weighing.dsn(user), autocommit=True) as connection:
            answers.append(connection.execute(statement).fetchall())
            assert all(row[5] == 0 for row in connection.execute("SHOW tabir.budget"))
    assert answers[0] == answers[1] != []
