"""Clauses may stand behind the brackets of the query that they belong to, and recursive queries in arms of arms."""

import psycopg
import pytest

from conftest import assert_answered_as_by

KNOWN = "SELECT id FROM customers WHERE id < 6"


@pytest.fixture(scope="module")
def run(gateway):
    with psycopg.connect(gateway.dsn("agent"), autocommit=True) as connection:
        yield lambda statement, parameters=None: connection.execute(statement, parameters).fetchall()


@pytest.mark.parametrize("statement", [
    f"({KNOWN} ORDER BY id) OFFSET 1", f"({KNOWN}) ORDER BY 1 DESC OFFSET 1 FETCH FIRST 2 ROWS ONLY", f"(({KNOWN}) ORDER BY 1) LIMIT 3", f"SELECT * FROM (({KNOWN} ORDER BY 1) OFFSET 2) q",
    f"WITH q AS (({KNOWN} ORDER BY 1) OFFSET 2) SELECT * FROM q", f"(SELECT 7::bigint) UNION (({KNOWN} ORDER BY 1) LIMIT 1) ORDER BY 1", f"({KNOWN}) EXCEPT (({KNOWN} ORDER BY 1) LIMIT 2) ORDER BY 1",
    f"(({KNOWN}) UNION (SELECT 7)) ORDER BY 1 OFFSET 1", f"(({KNOWN}) INTERSECT ({KNOWN} ORDER BY 1 LIMIT 3)) ORDER BY 1 LIMIT 2", f"WITH q AS ({KNOWN}) (SELECT id FROM q ORDER BY 1) OFFSET 1",
    f"SELECT id FROM customers WHERE id IN (({KNOWN} ORDER BY 1) LIMIT 2) ORDER BY id", f"SELECT id FROM customers WHERE id = ANY (ARRAY(({KNOWN} ORDER BY 1) LIMIT 2)) ORDER BY id",
])
def test_clauses_behind_brackets_are_the_query_s(direct, run, statement):
    assert_answered_as_by(direct, run, statement)


def test_the_people_whom_they_skip_are_counted(fresh_users):
    with psycopg.connect(fresh_users.dsn("capped"), autocommit=True) as connection:
        assert connection.execute("(SELECT id FROM customers WHERE id < 11 ORDER BY id) OFFSET 9").fetchall() == [(10,)]
        assert connection.execute("SHOW tabir.budget").fetchone()[6] == 0


@pytest.mark.parametrize("user", ["agent", "reader", "analyst"])
@pytest.mark.parametrize("arm", ["SELECT id, n + 1 FROM r WHERE n = 3", "SELECT r.id, n + 1 FROM r JOIN generate_series(1, 3) t ON t = r.id", "SELECT id, n + 1 FROM r WHERE n < 3"])
def test_a_recursive_query_may_be_read_in_an_arm_of_an_arm(gateway, user, arm):
    with psycopg.connect(gateway.dsn(user), autocommit=True) as connection:
        statement = f"WITH RECURSIVE r AS (SELECT 1 AS id, 1 AS n UNION ALL ({arm} UNION ALL SELECT 1, 9)) SELECT 1"
        assert connection.execute(statement).fetchall() == [(1,)]


def test_brackets_that_are_something_else_are_not_looked_at_for_long(run):
    parts = ", ".join(["substring((SELECT 'abc') for 2)"] * 800)
    assert run(f"SELECT {parts}") == [("ab",) * 800]
