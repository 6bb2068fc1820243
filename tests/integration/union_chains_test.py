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


def test_many_differences_of_people_are_refused_before_they_are_planned(run):
    with pytest.raises(errors.StatementTooComplex, match="too many set operations"):
        run(" EXCEPT ".join(arm(n) for n in range(100)))
