"""With what a role that sees only aggregates may compare columns: whatever is worked out, or fails, before any row is read."""

import psycopg
import pytest

from gateway import over_own_schema

PEOPLE = """
CREATE SCHEMA dated;
CREATE TABLE dated.people (id bigint PRIMARY KEY, city text NOT NULL, pieces int NOT NULL, born date NOT NULL, since timestamptz NOT NULL);
INSERT INTO dated.people SELECT n, CASE WHEN n % 2 = 0 THEN 'Medan' ELSE 'Bogor' END, n % 4 * 1000, date '1990-01-01' + (n % 2 * 400)::int,
  timestamptz '2024-03-01 01:00+07' + (n % 4) * interval '1 month' FROM generate_series(1, 80) AS n;
GRANT USAGE ON SCHEMA dated TO tabir_reader; GRANT SELECT ON dated.people TO tabir_reader"""
POLICY = """
version: 1
databases: [payments]
tables: { dated.people: { subject: { person: id }, columns: { "*": open } } }
roles: { counter: { tables: [dated.people], only: aggregates, min_group: 5 } }
users: { counter: { role: counter } }
"""
ABOUT_GROUPS = "groups of fewer than 5 people, or of which a condition leaves out fewer, are missing"


@pytest.fixture(scope="module")
def gateway(postgres):
    with over_own_schema(postgres, PEOPLE, POLICY, ["counter"]) as running:
        yield running


@pytest.fixture
def connection(gateway):
    with psycopg.connect(gateway.dsn("counter"), autocommit=True) as connection:
        yield connection


@pytest.mark.parametrize("condition", [
    "since >= timestamp '2024-04-01' AT TIME ZONE 'Asia/Jakarta'", "(since AT TIME ZONE 'Asia/Jakarta')::date >= '2024-04-01'",
    "date_trunc('month', since AT TIME ZONE 'asia/jakarta') = '2024-03-01'", "since AT TIME ZONE 'utc' < '2024-03-01'",
    "since > now() - 9000 * interval '1 day'", "since > now() - interval '1 month' * 900", "since > now() - make_interval(days => 9000)", "since > current_date - make_interval(weeks => 900)",
    "born >= make_date(1990, 1, 1 + 1)", "born < date '1990-01-01' + 30", "since >= date '2024-03-01' + interval '1 month'", "pieces >= 2 * 1000", "pieces < 10 * 100 + 1", "pieces BETWEEN 1000 - 1 AND 3 * 1000",
    "city LIKE 'M' || '%'", "city ILIKE '%' || 'DA' || '%'", "city LIKE '%\\' || '%'",
])
def test_constants_may_be_reckoned(connection, ask_directly, condition):
    statement = f"SELECT count(*) FROM dated.people WHERE {condition}"
    assert connection.execute(statement).fetchall() == ask_directly(statement)


@pytest.mark.parametrize("pattern, cities", [("m", 1), ("o", 1), ("x", 0), ("\\", 0), ("%", 2)])
def test_a_parameter_may_stand_within_a_pattern(connection, pattern, cities):
    rows = connection.execute("SELECT city, count(*) FROM dated.people WHERE city ILIKE '%%' || %s || '%%' GROUP BY city", [pattern])
    assert len(rows.fetchall()) == cities


# Each may fail, or not, by whom it reaches.
@pytest.mark.parametrize("condition", [
    "(since AT TIME ZONE 'Asia/Nowhere')::date > '2024-01-01'", "since AT TIME ZONE 'Europe/Kyiv' > '2024-01-01'", "since > now() - 9999 * interval '1 year'", "since > now() - interval '999 years' * 9000",
    "since > now() - make_interval(years => 9000)", "since > timestamptz '2024-01-01' * 2", "since > make_timestamptz(2024, 13, 1, 0, 0, 0)", "city LIKE '%' || '\\'", "city LIKE 'M%' || city",
    "since > now() + make_interval(days => -2147483647)", "born > current_date + (-2000000000)", "since > now() - (-2000000000) * interval '1 month'",
    "pieces > 1 / 0", "pieces > '1000'::text::int + 1", "pieces > sqrt(-1)",
])
def test_what_may_fail_for_a_person_is_refused(connection, condition):
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="could single out a person"):
        connection.execute(f"SELECT count(*) FROM dated.people WHERE {condition}")


@pytest.mark.parametrize("statement", [
    "SELECT max(since::date) FROM dated.people GROUP BY since::date", "SELECT date_trunc('month', since), max(date_trunc('month', since)) FROM dated.people GROUP BY 1",
    "SELECT city, min(city), max(city) FROM dated.people GROUP BY 1", "SELECT min(upper(city)), count(*) FROM dated.people GROUP BY upper(city)",
    "SELECT max(c) FROM (SELECT upper(city) c FROM dated.people) s GROUP BY c",
])
def test_the_least_and_the_largest_of_what_all_of_a_group_share(connection, ask_directly, statement):
    assert sorted(connection.execute(statement).fetchall()) == sorted(ask_directly(statement))


@pytest.mark.parametrize("statement", [
    "SELECT max(pieces) FROM dated.people GROUP BY city", "SELECT max(since) FROM dated.people GROUP BY since::date", "SELECT max(upper(city)), count(*) FROM dated.people GROUP BY GROUPING SETS ((upper(city)), ())",
    "SELECT 1, max(pieces) FROM dated.people GROUP BY 1",
])
def test_of_nothing_else(connection, statement):
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="of a single person"):
        connection.execute(statement)


@pytest.mark.parametrize("statement, said", [
    ("SELECT city, count(*) FROM dated.people WHERE pieces > 0 GROUP BY city", True),
    ("SELECT city, count(*) FILTER (WHERE pieces > 0), count(*) FROM dated.people GROUP BY city", True),
    ("SELECT sum(CASE WHEN pieces > 0 THEN 1 ELSE 0 END) FROM dated.people", True),
    ("SELECT n FROM (SELECT city, count(*) n FROM dated.people WHERE pieces > 0 GROUP BY city) s", True),
    ("SELECT city, count(*), sum(pieces) FROM dated.people GROUP BY city", False),
    ("SELECT n FROM (SELECT city, count(*) n FROM dated.people GROUP BY city) s WHERE n > 3", True),
    ("SELECT count(*) FROM dated.people a JOIN dated.people b ON a.id = b.id", False),
])
def test_whose_groups_a_condition_may_leave_out_is_told(connection, statement, said):
    notices = []
    connection.add_notice_handler(lambda notice: notices.append(notice.message_primary))
    connection.execute(statement)
    connection.execute(statement + " LIMIT %s", [9])
    assert notices == ([ABOUT_GROUPS] * 2 if said else [])


@pytest.mark.parametrize("condition, hint", [
    ("id > 5", "neither keys nor masked ones"), ("pieces > id", "neither keys nor masked ones"), ("length(city) < pieces", "join conditions with AND"),
    ("city = 'Medan' OR pieces > 1 OR born > '2000-01-01'", "two of them with OR"), ("pieces * 1.1 > 5", "may fail for one value"), ("city ~ 'x'", "may fail for one value"),
])
def test_a_refusal_says_what_would_do(connection, condition, hint):
    with pytest.raises(psycopg.errors.InsufficientPrivilege) as refused:
        connection.execute(f"SELECT count(*) FROM dated.people WHERE {condition}")
    assert hint in refused.value.diag.message_hint
