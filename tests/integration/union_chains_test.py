"""Chains of UNION over people who are counted: the rows of PostgreSQL, everybody counted once, and planned as one query."""

import psycopg
import pytest
from psycopg import errors

from conftest import assert_answered_as_by


def arm(n: int) -> str:
    return f"SELECT id, city FROM customers WHERE id IN ({n}, {n + 1})"


CHAIN = " UNION ".join(arm(n) for n in range(1, 300))


@pytest.fixture
def run(gateway):
    with psycopg.connect(gateway.dsn("agent"), autocommit=True) as connection:
        # PostgreSQL planned queries within each other for minutes.
        connection.execute("SET statement_timeout = '30s'")
        yield lambda statement, parameters=None: connection.execute(statement, parameters).fetchall()


@pytest.mark.parametrize("statement", [
    f"SELECT * FROM ({CHAIN}) x ORDER BY id",
    f"{arm(1)} UNION ({arm(2)} UNION {arm(3)}) ORDER BY 1",
    f"({arm(1)} UNION ALL {arm(1)}) UNION ({arm(2)} UNION ALL {arm(2)}) ORDER BY 1",
    f"{arm(1)} UNION {arm(1)} UNION ALL {arm(1)} ORDER BY 1",
    f"({arm(1)} UNION {arm(2)} ORDER BY id DESC LIMIT 1) UNION {arm(9)} UNION {arm(9)} ORDER BY 1",
    f"({arm(1)} UNION {arm(2)} UNION {arm(4)}) EXCEPT SELECT id, city FROM customers WHERE id = 2 ORDER BY 1",
    f"WITH c AS ({arm(1)} UNION {arm(1)} UNION {arm(2)}) SELECT c.city, count(*) FROM c GROUP BY 1 ORDER BY 1",
    f"SELECT count(*) FROM ({arm(1)} UNION {arm(1)} UNION SELECT 0, 'nowhere') x",
])
def test_they_have_the_rows_of_postgresql(direct, run, statement):
    assert_answered_as_by(direct, run, statement)


def test_everybody_in_them_is_counted_once(fresh_users):
    with psycopg.connect(fresh_users.dsn("capped"), autocommit=True) as capped:
        assert len(capped.execute(" UNION ".join(arm(n) for n in range(1, 7))).fetchall()) == 7
        assert len(capped.execute(f"{arm(8)} UNION {arm(8)} UNION {arm(1)}").fetchall()) == 4
        assert len(capped.execute(f"{arm(9)} UNION {arm(10)} UNION {arm(1)} LIMIT 1").fetchall()) == 1
        with pytest.raises(errors.ProgramLimitExceeded, match="budget reached"):
            capped.execute(" UNION ".join(arm(n) for n in range(20, 30)))


def spent(connection) -> int:
    """How many customers count as seen."""
    return sum(row[5] for row in connection.execute("SHOW tabir.budget") if row[2] == "customer")


ONES = " UNION ".join(f"SELECT id FROM customers WHERE id = {n}" for n in (3572, 7143, 18001))


@pytest.mark.parametrize("statement, people", [
    (f"SELECT * FROM (({arm(1)} UNION {arm(3)}) UNION ({arm(5)} UNION {arm(7)})) x", 8),
    (f"SELECT * FROM ({arm(1)} UNION {arm(3)} UNION SELECT 0, 'x') x", 4),
    (f"WITH x AS ({arm(1)} UNION {arm(3)} UNION SELECT 0, 'x') SELECT * FROM x", 4),
    (f"SELECT x.* FROM ({arm(1)} UNION {arm(3)} UNION SELECT 0, 'x') x JOIN support.tickets t ON t.id = 1", 4),
    (f"SELECT count(*) FROM ({arm(1)} UNION {arm(3)} UNION SELECT 0, 'x') x", 4),
    (f"SELECT count(*), max(id) FROM ({arm(1)} UNION {arm(3)} UNION {arm(5)}) x", 6),
    (f"SELECT (SELECT count(*) FROM ({ONES}) x)", 3),
    (f"SELECT ARRAY({ONES})", 3),
])
def test_wherever_they_stand(fresh_users, statement, people):
    with psycopg.connect(fresh_users.dsn("capped"), autocommit=True) as capped:
        capped.execute(statement).fetchall()
        assert spent(capped) == people


@pytest.mark.parametrize("condition", [
    f"t.customer_id IN ({ONES})", f"EXISTS ({ONES})", f"t.customer_id = ANY ({ONES})", f"t.customer_id = ANY (ARRAY({ONES}))", f"t.customer_id IN ({ONES} UNION SELECT 5)",
])
def test_nor_do_they_end_the_gateway(direct, run, condition):
    statement = f"SELECT t.id FROM support.tickets t WHERE {condition} ORDER BY 1"
    try:
        assert_answered_as_by(direct, run, statement)
    except errors.InsufficientPrivilege:
        pass
    assert run("SELECT 1") == [(1,)]


def test_people_are_counted_through_many_arms(direct, run):
    many = " UNION ".join(arm(n) for n in range(1, 100))
    assert_answered_as_by(direct, run, f"SELECT count(*), max(id) FROM ({many}) x")


def test_arms_that_compare_otherwise_are_kept_apart(direct, run):
    statement = "SELECT full_name::char(4) FROM customers WHERE id < 9 UNION SELECT full_name::char(4) FROM customers WHERE id < 9 UNION SELECT 'zz'::text ORDER BY 1"
    assert_answered_as_by(direct, run, statement)


def test_what_stands_side_by_side_is_not_nested(direct, run):
    sides = ", ".join(f"(SELECT count(*) FROM ({arm(n)} UNION {arm(n + 1)}) x)" for n in range(1, 20))
    assert_answered_as_by(direct, run, f"SELECT {sides}")
    assert_answered_as_by(direct, run, " UNION ALL ".join(f"({arm(n)} UNION {arm(n)})" for n in range(1, 20)) + " ORDER BY 1")


def test_queries_of_with_stand_within_those_that_read_them(run):
    steps = ", ".join(f"w{n} AS (SELECT * FROM w{n - 1} INTERSECT SELECT * FROM w{n - 1})" for n in range(1, 13))
    with pytest.raises(errors.StatementTooComplex, match="too many queries within each other"):
        run(f"WITH w0 AS (SELECT id, city FROM customers WHERE id < 60), {steps} SELECT * FROM w12")


def test_many_differences_of_people_are_refused_before_they_are_planned(run):
    with pytest.raises(errors.StatementTooComplex, match="too many queries within each other"):
        run(" EXCEPT ".join(arm(n) for n in range(100)))


@pytest.mark.parametrize("level", ["SELECT DISTINCT id, city FROM ({}) q{}", "SELECT city, count(*) AS id FROM ({}) q{} GROUP BY GROUPING SETS ((1), ())", "SELECT id, city FROM (SELECT id, city, row_number() OVER () AS n FROM ({}) q) q{}"])
def test_rows_are_not_merged_on_many_levels(run, level):
    statement = arm(1)
    for n in range(6):
        statement = level.format(statement, n)
    assert run(statement)
    for n in range(20):
        statement = level.format(statement, n)
    with pytest.raises(errors.StatementTooComplex, match="too many queries within each other"):
        run(statement)
