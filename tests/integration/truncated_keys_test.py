"""Analysts group by what is cut down to a year or to a hundred: as who sees the masks would, in groups of enough people."""

import psycopg
import pytest
from psycopg import errors

from gateway import over_own_schema

SCHEMA = """
CREATE SCHEMA cut;
CREATE TABLE cut.people (id int PRIMARY KEY, born date, salary numeric, city text, name text);
INSERT INTO cut.people SELECT i, date '1950-01-01' + i * 37, 100 * (i % 60), CASE WHEN i % 2 = 0 THEN 'Baku' ELSE 'Shaki' END, 'A ' || i % 3
  FROM generate_series(1, 400) i;
GRANT USAGE ON SCHEMA cut TO tabir_reader, tabir_catalog;
GRANT SELECT ON cut.people TO tabir_reader;
"""
POLICY = """
version: 1
databases: [payments]
classes: { birthday: { mask: { truncate: year } }, salary: { mask: { truncate: "1000" } }, name: { mask: initials } }
tables:
  cut.people: { subject: { customer: id }, columns: { id: open, born: birthday, salary: salary, city: open, name: name } }
roles:
  analyst: { tables: [cut.people], only: aggregates, min_group: 5 }
  masked:  { tables: [cut.people] }
users: { analyst: { role: analyst }, masked: { role: masked } }
"""


@pytest.fixture(scope="module")
def connections(postgres):
    with over_own_schema(postgres, SCHEMA, POLICY, ["analyst", "masked"]) as running:
        with psycopg.connect(running.dsn("analyst"), autocommit=True) as analyst, psycopg.connect(running.dsn("masked"), autocommit=True) as masked:
            yield analyst, masked


@pytest.mark.parametrize("statement", [
    "SELECT born, count(*) FROM cut.people GROUP BY born HAVING count(*) >= 5 ORDER BY born",
    "SELECT date_trunc('year', born) AS y, count(*) FROM cut.people GROUP BY 1 HAVING count(*) >= 5 ORDER BY 1",
    "SELECT extract(year FROM born)::int AS y, count(*) AS n FROM cut.people GROUP BY 1 HAVING count(*) >= 5 ORDER BY n DESC, y",
    "SELECT extract(year FROM born)::int / 10 * 10 AS decade, city, count(*) FROM cut.people GROUP BY 1, 2 HAVING count(*) >= 5 ORDER BY 1, 2",
    "SELECT salary, count(*) FROM cut.people GROUP BY salary ORDER BY salary",
    "SELECT count(*) FROM (SELECT DISTINCT salary FROM cut.people) q",
    "SELECT city, salary, count(*) FROM cut.people GROUP BY ROLLUP (city, salary) HAVING count(*) >= 5 ORDER BY 1, 2",
])
def test_groups_are_those_of_the_masks(connections, statement):
    analyst, masked = connections
    rows = analyst.execute(statement).fetchall()
    assert rows == masked.execute(statement).fetchall() and rows


def test_groups_of_few_are_not_shown(connections):
    analyst, masked = connections
    statement = "SELECT born, salary, count(*) FROM cut.people GROUP BY 1, 2"
    everything = masked.execute(statement).fetchall()
    assert sorted(analyst.execute(statement).fetchall()) == sorted(row for row in everything if row[2] >= 5)
    assert any(row[2] < 5 for row in everything)


@pytest.mark.parametrize("statement", [
    "SELECT name, count(*) FROM cut.people GROUP BY name",
    "SELECT city, count(*) FROM cut.people WHERE born < '1970-01-01' GROUP BY city",
    "SELECT count(*) FILTER (WHERE salary > 2000) FROM cut.people",
])
def test_other_masks_and_conditions_are_refused(connections, statement):
    with pytest.raises(errors.InsufficientPrivilege):
        connections[0].execute(statement)
