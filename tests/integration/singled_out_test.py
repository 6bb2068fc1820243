"""What an analyst asks does not single out one person: not by arithmetic that counts only some, not by who has no row left, not
by joins that repeat somebody's rows, and not by a parameter that fails where his row is read."""

import psycopg
import pytest
from psycopg import errors

from conftest import assert_answered_as_by
from gateway import over_own_schema

SCHEMA = """
CREATE SCHEMA club;
CREATE TABLE club.people (id int PRIMARY KEY, city text NOT NULL, plan text NOT NULL, age int NOT NULL, amount numeric(12, 2) NOT NULL, vip boolean NOT NULL, score float8 NOT NULL,
  joined timestamptz NOT NULL, fee numeric(12, 2) NOT NULL, pieces int NOT NULL,
  bonus numeric(12, 2), rebate numeric(12, 2), flag smallint NOT NULL DEFAULT 0, others numeric(4, 2) NOT NULL DEFAULT 1, many smallint NOT NULL DEFAULT 0,
  spent interval NOT NULL DEFAULT '0');
INSERT INTO club.people SELECT n, (ARRAY['A', 'B'])[1 + n % 2], CASE WHEN n = 7 THEN 'rare' ELSE 'usual' END, n, n * 1.5, n = 7, n, timestamptz '2024-01-01Z' + n * interval '1 day', n % 9, n % 4
  FROM generate_series(1, 100) n;
UPDATE club.people SET flag = (id = 7)::int, others = (id <> 7)::int, many = (id <= 20)::int, spent = id * interval '95 seconds';
CREATE TABLE club.visits (id int PRIMARY KEY, person int NOT NULL REFERENCES club.people, at timestamptz NOT NULL, note text);
INSERT INTO club.visits SELECT n, 1 + n % 100, timestamptz '2024-01-01Z' + n * interval '1 hour' FROM generate_series(0, 299) n;
-- One person has many rows.
CREATE TABLE club.calls (id int PRIMARY KEY, person int NOT NULL REFERENCES club.people);
INSERT INTO club.calls SELECT n, n FROM generate_series(1, 100) n; INSERT INTO club.calls SELECT 1000 + n, 7 FROM generate_series(1, 29) n;
CREATE TABLE club.numbers (n int PRIMARY KEY); INSERT INTO club.numbers SELECT generate_series(1, 100);
CREATE TABLE club.offers (id int PRIMARY KEY, person int NOT NULL); INSERT INTO club.offers SELECT n, n FROM generate_series(1, 100) n;
GRANT USAGE ON SCHEMA club TO tabir_reader, tabir_catalog; GRANT SELECT ON ALL TABLES IN SCHEMA club TO tabir_reader;
"""
POLICY = """
version: 1
databases: [payments]
tables:
  club.people: { subject: { person: id }, columns: { "*": open } }
  club.visits: { subject: { person: person }, columns: { "*": open } }
  club.calls:  { subject: { person: person }, columns: { "*": open } }
  club.numbers: open
  club.offers: open
roles:
  analyst: { tables: [club.people, club.visits, club.calls, club.numbers, club.offers], only: aggregates, min_group: 5 }
users: { analyst: { role: analyst } }
"""


@pytest.fixture(scope="module")
def gateway(postgres):
    with over_own_schema(postgres, SCHEMA, POLICY, ["analyst"]) as running:
        yield running


@pytest.fixture
def connection(gateway):
    with psycopg.connect(gateway.dsn("analyst"), autocommit=True) as connection:
        yield connection


@pytest.fixture
def run(connection):
    return lambda statement, parameters=None: connection.execute(statement, parameters).fetchall()


P = "FROM club.people"


# Each of these counts only who is old enough, or one of the column's values, or shows powers by which a small group is solved.
@pytest.mark.parametrize("value", [
    "sum(amount * (floor((age + 987.0) / 1000) - floor((age + 986.0) / 1000)))", "sum(floor((age + 987.0) / 1000))", "avg(round((age + 487.0) / 1000))", "sum(trunc(age / 13.5))", "sum(age / 13)",
    "sum(abs(age - 12.0))", "sum(round(amount, -2))", "sum(length(vip::text))", "sum((5.0 - length(plan)) * age)", "sum(amount * amount)", "sum((amount + age) * (amount - age))",
    "sum(fee * amount * pieces * age)", "stddev(amount * fee)", "corr(amount * fee, age)", "sum(amount * extract(hour FROM joined))", "sum(floor((extract(epoch FROM joined) - 1705053600.5) / 1000000000))",
    "sum((age + 99999999999.0 * 99999999999.0 + 4800) / 100000000.0)", "sum((fee * 0.0 + age + 99999999999.0) / 3)", "regr_slope(amount, age + 32568.5)", "sum(floor((age + extract(minute FROM now())) / 60))",
    "sum(floor(age - extract(day FROM now())))", "sum(floor(amount / 60))", "sum(floor(coalesce(bonus, 5.5)))", "sum((age + coalesce(bonus, 99999999999.0) * coalesce(rebate, 99999999999.0)) / 100000000.0)", "sum(abs(amount - fee))", "sum(extract(year FROM joined - interval '17 hours'))", "sum(extract(year FROM joined AT TIME ZONE 'Asia/Jakarta'))", "sum(CASE WHEN plan = 'usual' THEN floor((age + 987.0) / 1000) END)", "sum(ceil(amount / 1000))",
])
def test_arithmetic_chooses_nobody(run, value):
    with pytest.raises(errors.InsufficientPrivilege, match="single person"):
        run(f"SELECT {value} {P}")


# What is worked out of each person below may be any choice of people: only columns and their totals are summed.
@pytest.mark.parametrize("value, of", [
    ("sum(x.f)", "id, CASE WHEN age = 13 THEN 1 ELSE 0 END AS f"), ("sum(x.f)", "id, floor((age + 800.0) / 1000) AS f"), ("regr_slope(x.amount, x.f)", "id, amount, CASE WHEN age = 13 THEN 1 ELSE 0 END AS f"),
    ("sum(x.a * x.b * x.c)", "id, amount AS a, amount AS b, amount AS c"), ("sum(x.a * p.amount)", "id, amount AS a"), ("avg(length(x.f))", "id, (age = 13)::text AS f"),
])
def test_what_is_worked_out_below_chooses_nobody(run, value, of):
    keys = ", ".join(str(n + 1) for n in range(len(of.replace("CASE WHEN age = 13 THEN 1 ELSE 0 END", "").split(", "))))
    joined = " JOIN club.people p ON p.id = x.id" if "p." in value else ""
    with pytest.raises(errors.InsufficientPrivilege):
        run(f"SELECT {value} FROM (SELECT {of} FROM club.people GROUP BY {keys}) x{joined}")


@pytest.mark.parametrize("key", ["at > '2024-01-09 08:00Z'", "CASE WHEN at > '2024-01-09 08:00Z' THEN 1 END", "note IS NULL", "floor((id + 987.0) / 1000)", "date_trunc('year', at + interval '1 hour')"])
def test_no_key_below_parts_the_rows_of_a_person(run, key):
    with pytest.raises(errors.InsufficientPrivilege):
        run(f"SELECT count(*), count(DISTINCT person) FROM (SELECT person, {key} AS k, count(*) FROM club.visits GROUP BY 1, 2) x")


def test_a_count_below_leaves_nobody_out(run):
    with pytest.raises(errors.InsufficientPrivilege):
        run("SELECT sum(n) FROM (SELECT person, count(note) AS n FROM club.visits GROUP BY 1) x")


@pytest.mark.parametrize("zone, taken", [("Asia/Jakarta", True), ("UTC", True), ("Etc/GMT-7", True), ("+05:30", True), ("GMT-07:00", True), ("-8", True), ("XXX+34:30", False), ("XXX-00:59", False), ("<+03>-3:17:22", False), ("+03:17", False)])
def test_a_year_begins_where_a_time_zone_says(connection, zone, taken):
    try:
        connection.execute(f"SET timezone = '{zone}'")
    except errors.InsufficientPrivilege:
        assert not taken
    else:
        assert taken


# PostgreSQL's own walker of trees ends the process where it does not know a statement.
@pytest.mark.parametrize("statement, error", [("EXECUTE nope", "26000"), ("EXPLAIN EXECUTE nope", "26000"), ("DEALLOCATE nope", "26000"), ("CALL nope()", None), ("LOCK TABLE club.people", None)])
def test_the_gateway_lives_on(gateway, connection, statement, error):
    with pytest.raises(psycopg.Error) as raised:
        connection.execute(statement)
    assert error in (None, raised.value.sqlstate)
    connection.execute("PREPARE q AS SELECT count(*) FROM club.people")
    assert connection.execute("EXECUTE q").fetchone() == (100,)


@pytest.mark.parametrize("value", [
    "sum(fee * pieces * (1 - 0.11))", "sum(amount * fee * pieces)", "sum(round(amount * fee, 2))", "sum(abs(amount))", "avg(floor(amount))", "sum(pieces / 2.0)", "avg(extract(epoch FROM now() - joined)) > 0",
    "avg(extract(epoch FROM spent))", "sum(extract(epoch FROM spent) / 60)", "avg(extract(minute FROM spent))", "avg(extract(hour FROM joined))", "avg(length(plan))", "sum(amount - fee)", "sum(coalesce(bonus, 0) / 2)", "stddev(coalesce(bonus, 0))", "avg(trunc(extract(epoch FROM joined) / 86400))", "stddev(amount + fee)", "corr(amount, fee)",
])
def test_numbers_weigh_in_a_sum_by_themselves(direct, run, value):
    assert_answered_as_by(direct, run, f"SELECT {value} {P}")


@pytest.mark.parametrize("value", ["avg(extract(week FROM spent))", "sum(floor(extract(epoch FROM spent) + 987))", "sum(extract(minute FROM spent + interval '55 seconds'))"])
def test_no_field_of_a_duration_is_summed_that_fails_or_chooses(run, value):
    with pytest.raises(errors.InsufficientPrivilege):
        run(f"SELECT {value} {P}")


@pytest.mark.parametrize("value", [
    "sum(flag * amount)", "sum(amount * flag * 2)", "avg((1 - others) * amount)", "sum((amount * flag) / 2)", "sum(coalesce(flag, 0) * amount)", "sum(flag::numeric * amount)",
    "sum(100.0 - flag * amount)", "sum(abs(flag * amount))", "sum(CASE WHEN city = 'B' THEN flag * amount ELSE 0 END)", "sum(round(amount * flag, 1))", "sum(-(amount * flag))",
    "sum(amount * (flag + 1.0))", "sum(amount * (2.0 - flag))", "sum((fee - flag) * amount)", "sum(amount * -others)", "var_pop(amount + flag)", "stddev(flag - amount)",
    "covar_pop(amount, amount + flag)", "regr_sxy(amount + flag, fee)", "variance(CASE WHEN city = 'B' THEN amount + flag END)", "sum(ALL amount * flag)", "sum(- -amount * flag)",
    "sum(others * amount)", "regr_sxy(amount, flag)", "regr_slope(amount, flag)", "corr(flag, amount)", "covar_pop(amount, others)", "regr_avgx(amount, flag)",
])
def test_a_factor_that_is_zero_for_all_others_shows_nobody(run, value):
    assert run(f"SELECT {value} {P}") == []


@pytest.mark.parametrize("value", ["sum(amount * abs(flag + 1.0))", "sum(amount * (flag + 1.0)::numeric)", "sum(round(fee + flag, 1) * amount)"])
def test_no_sum_is_hidden_in_a_factor(run, value):
    with pytest.raises(errors.InsufficientPrivilege):
        run(f"SELECT {value} {P}")


@pytest.mark.parametrize("value", ["sum(many * amount)", "corr(many, amount)", "sum(flag)", "sum(flag + amount)", "sum(amount * (1.0 + many))", "sum(ALL many * amount)", "variance(amount + many)", "stddev(flag)"])
def test_a_factor_that_is_zero_for_enough_others_is_one(direct, run, value):
    assert_answered_as_by(direct, run, f"SELECT {value} {P}")


LATE = "v.at > '2024-01-09 08:00Z'"  # most of everybody's visits but the first ones, and all of one person's


@pytest.mark.parametrize("statement", [
    f"SELECT p.city, p.plan, count(*) {P} p WHERE NOT EXISTS (SELECT FROM club.visits v WHERE v.person = p.id AND {LATE}) GROUP BY 1, 2",
    f"SELECT count(*) {P} p WHERE NOT EXISTS (SELECT FROM club.visits v WHERE v.person = p.id AND {LATE})",
    f"SELECT count(*) {P} p WHERE p.id NOT IN (SELECT v.person FROM club.visits v WHERE {LATE})",
    f"SELECT count(*) {P} p WHERE EXISTS (SELECT FROM club.visits v WHERE v.person = p.id AND {LATE})",
    f"SELECT count(DISTINCT v.person) - count(DISTINCT v.person) FILTER (WHERE {LATE}) FROM club.visits v",
    f"SELECT count(DISTINCT v.person) FROM club.visits v WHERE {LATE}",
    f"SELECT count(DISTINCT CASE WHEN {LATE} THEN v.person END) FROM club.visits v",
    f"SELECT count(DISTINCT p.age) FILTER (WHERE {LATE}) {P} p JOIN club.visits v ON v.person = p.id",
    f"SELECT count(*) FROM (SELECT DISTINCT v.person FROM club.visits v WHERE {LATE}) x",
])
def test_who_has_no_row_left_is_not_told(run, statement):
    assert run(statement) == []


@pytest.mark.parametrize("condition", ["v.at > '2024-01-03Z'", "v.at > '2023-01-01Z'"])
def test_people_with_a_row_are_counted_where_nobody_or_enough_have_none(direct, run, condition):
    assert_answered_as_by(direct, run, f"SELECT count(DISTINCT v.person) FROM club.visits v WHERE {condition}")


def test_rows_are_summed_whoever_has_none_left(direct, run):
    assert_answered_as_by(direct, run, f"SELECT count(*), avg(extract(epoch FROM v.at)) FROM club.visits v WHERE {LATE}")


@pytest.mark.parametrize("joined", [
    "club.calls a ON a.person = p.id JOIN club.calls b ON b.person = p.id", "club.calls a ON a.person = p.id JOIN club.visits v ON v.person = p.id",
    "club.calls a ON a.person = p.id LEFT JOIN club.calls b ON b.person = a.person LEFT JOIN club.calls c ON c.person = b.person",
    "(SELECT person, at::date AS day, count(*) FROM club.visits GROUP BY 1, 2) a ON a.person = p.id JOIN club.calls b ON b.person = p.id",
])
@pytest.mark.parametrize("value", ["avg(p.age)", "count(*)", "sum(p.amount)"])
def test_joins_raise_nobody_to_a_power(run, joined, value):
    with pytest.raises(errors.InsufficientPrivilege):
        run(f"SELECT {value} {P} p JOIN {joined}")


def test_two_columns_that_equal_a_number_choose_no_rows(run):
    with pytest.raises(errors.InsufficientPrivilege):
        run(f"SELECT count(*) {P} p JOIN club.calls a ON a.person = p.id JOIN club.numbers n ON n.n = p.pieces AND n.n = a.id")


@pytest.mark.parametrize("statement", [
    "SELECT count(*) FROM club.calls a JOIN club.people p ON p.id = a.person LEFT JOIN club.offers o ON o.person = p.id",
    f"SELECT avg(p.age), count(*) {P} p JOIN club.calls a ON a.person = p.id", f"SELECT count(DISTINCT a.id), count(DISTINCT v.id) {P} p JOIN club.calls a ON a.person = p.id JOIN club.visits v ON v.person = p.id",
    "SELECT p.city, avg(x.n), avg(y.n) FROM club.people p JOIN (SELECT person, count(*) AS n FROM club.calls GROUP BY 1) x ON x.person = p.id"
    " JOIN (SELECT person, count(*) AS n FROM club.visits GROUP BY 1) y ON y.person = p.id GROUP BY 1 ORDER BY 1",
    "SELECT count(*) FROM club.visits v JOIN club.people p ON p.id = v.person JOIN (SELECT person, count(*) AS n FROM club.calls GROUP BY 1) x ON x.person = p.id",
])
def test_rows_of_one_table_are_repeated(direct, run, statement):
    assert_answered_as_by(direct, run, statement)


def outcome(connection, statement, parameters, types):
    done = connection.pgconn.exec_params(statement.encode(), [value.encode() for value in parameters], types)
    if not done.nfields:
        return done.error_field(67)  # PG_DIAG_SQLSTATE
    return [[done.get_value(row, column) for column in range(done.nfields)] for row in range(done.ntuples)]


# The second condition is true of one person; the third is worked out for nobody else.
@pytest.mark.parametrize("last, value, declared", [
    ("joined >= now() - $1::interval", "5000000 years -1800000000 days", 0), ("joined >= now() - $1::interval", "garbage", 25), ("joined >= now() - $1::int * interval '1 day'", "2147483647", 0),
    ("joined >= $1::date - 7", "5874897-12-31", 0), ("joined >= $1::timestamptz - interval '1 month'", "4713-01-01 BC", 0), ("joined >= now() - make_interval(days => $1::int)", "garbage", 25),
    ("score > $1", "1e400", 1700), ("joined >= $1::date - 7", "garbage", 1043), ("joined >= $1::timestamptz - interval '1 day'", "5874897-12-31", 1082),
])
@pytest.mark.parametrize("form", ["SELECT CASE WHEN plan <> 'rare' THEN 'x' WHEN age <> {} THEN 'x' WHEN {} THEN 'y' END, count(*) FROM club.people GROUP BY 1",
                                  "SELECT sum(CASE WHEN plan <> 'rare' OR age <> {} THEN 0 WHEN {} THEN 1 ELSE 0 END) FROM club.people"])
def test_a_parameter_fails_for_all_rows_or_none(connection, form, last, value, declared):
    his, nobodys = (outcome(connection, form.format(age, last), [value], [declared]) for age in (7, 8))
    assert his == nobodys


def test_the_plan_of_an_analyst_knows_the_parameters(connection):
    assert connection.execute("SHOW plan_cache_mode").fetchone() == ("force_custom_plan",)
    for statement in ("SET plan_cache_mode = force_generic_plan", "SELECT set_config('plan_cache_mode', 'auto', false)"):
        with pytest.raises(errors.InsufficientPrivilege):
            connection.execute(statement)
    connection.execute("RESET ALL")
    assert connection.execute("SHOW plan_cache_mode").fetchone() == ("force_custom_plan",)


@pytest.mark.parametrize("statement, value, declared", [
    (f"SELECT count(*) {P} WHERE joined >= timestamptz '2024-04-10Z' - $1::int * interval '1 minute'", "43200", 0), (f"SELECT count(*) {P} WHERE joined >= timestamptz '2024-04-10Z' - $1::int * interval '1 minute'", "43200", 20),
    (f"WITH p AS (SELECT * {P}) SELECT count(*) * $1::int FROM p", "100000", 0), (f"SELECT count(*) {P} WHERE joined >= timestamptz '2024-04-10Z' - $1::interval", "30 days", 0),
    (f"SELECT count(*) {P} WHERE joined >= $1::date - 7", "2024-02-01", 0), (f"SELECT count(*) {P} WHERE joined >= timestamptz '2024-04-10Z' - make_interval(hours => $1::int)", "900", 23),
])
def test_parameters_move_times(direct, connection, statement, value, declared):
    with psycopg.connect(direct, autocommit=True) as other:
        assert outcome(connection, statement, [value], [declared]) == outcome(other, statement, [value], [declared])


def test_no_value_moves_to_no_time(direct, run):
    statement = f"SELECT count(*) {P} WHERE joined < now() - %s::interval"
    assert_answered_as_by(direct, run, statement, [None])


@pytest.mark.parametrize("statement", [
    "SELECT city, sum(s) / 7 FROM (SELECT city, vip, sum(age) AS s FROM club.people GROUP BY 1, 2) x GROUP BY 1 ORDER BY 1",
    "SELECT city AS k, max(city) FROM club.people GROUP BY k ORDER BY 1",
])
def test_numbers_are_of_the_type_that_postgresql_gives_them(direct, run, statement):
    assert_answered_as_by(direct, run, statement)
