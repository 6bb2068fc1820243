"""PostgreSQL 15 takes a column that a row filter holds to one value for a constant, also in the grouping sets that leave it out."""

import psycopg
import pytest

from gateway import over_own_schema

PEOPLE = """
CREATE SCHEMA sets; CREATE TABLE sets.people (id int PRIMARY KEY, region text NOT NULL, kind text NOT NULL);
INSERT INTO sets.people SELECT n, CASE WHEN n % 3 = 0 THEN 'JKT' ELSE 'BDG' END, 'k' || n % 2 FROM generate_series(1, 60) n;
GRANT USAGE ON SCHEMA sets TO tabir_reader; GRANT SELECT ON sets.people TO tabir_reader"""
POLICY = """
version: 1
databases: [payments]
tables: { sets.people: { subject: { person: id }, columns: { "*": open } } }
roles: { branch: { tables: [sets.people], rows: { sets.people: "region = 'JKT'" } } }
users: { branch: { role: branch } }
"""


@pytest.fixture(scope="module")
def run(postgres):
    with over_own_schema(postgres, PEOPLE, POLICY, ["branch"]) as gateway, psycopg.connect(gateway.dsn("branch"), autocommit=True) as connection:
        yield lambda statement: connection.execute(statement).fetchall()


@pytest.mark.parametrize("statement", [
    "SELECT region, kind, count(*) FROM {} GROUP BY ROLLUP (region, kind) ORDER BY 1 NULLS LAST, 2 NULLS LAST", "SELECT kind, region, count(*) FROM {} GROUP BY CUBE (kind, region) ORDER BY 2 NULLS LAST, 1 NULLS LAST",
    "SELECT DISTINCT region FROM {} GROUP BY ROLLUP (region) ORDER BY 1", "SELECT region, kind, sum(count(*)) OVER (PARTITION BY region) FROM {} GROUP BY CUBE (region, kind) ORDER BY 1, 2",
    "SELECT region FROM (SELECT region, count(*) AS n FROM {} GROUP BY GROUPING SETS ((region), ())) q WHERE region IS NULL", "WITH p AS (SELECT * FROM {}) SELECT region, count(*) FROM p GROUP BY ROLLUP (region) ORDER BY 1 NULLS FIRST",
])
def test_sets_have_the_rows_of_a_table_of_those_whom_the_filter_shows(run, ask_directly, statement):
    shown = "(SELECT * FROM sets.people WHERE region = 'JKT' OFFSET 0) AS people"
    assert run(statement.format("sets.people")) == ask_directly(statement.format(shown))
