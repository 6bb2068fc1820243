"""Sums over arithmetic of whole numbers, which one row may push out of their type's range: analysts have PostgreSQL's own, without its error."""

import psycopg
import pytest

from gateway import over_own_schema

STOCK = """
CREATE SCHEMA stock; CREATE TABLE stock.orders (id int PRIMARY KEY, person int NOT NULL, kind text NOT NULL, pieces int NOT NULL, boxes smallint NOT NULL, grams bigint NOT NULL, back int, price numeric(10, 2) NOT NULL, big int NOT NULL);
INSERT INTO stock.orders SELECT n, n, 'k' || n % 2, n, n, n, CASE WHEN n % 4 > 1 THEN n END, n, CASE WHEN n = 7 THEN 2147483647 ELSE n END FROM generate_series(1, 60) n;
CREATE TABLE stock.people (id int PRIMARY KEY, city text NOT NULL, weight int NOT NULL); INSERT INTO stock.people SELECT n, 'c' || n % 2, n FROM generate_series(1, 60) n;
GRANT USAGE ON SCHEMA stock TO tabir_reader; GRANT SELECT ON ALL TABLES IN SCHEMA stock TO tabir_reader"""
POLICY = """
version: 1
databases: [payments]
tables:
  stock.orders: { subject: { person: person }, columns: { "*": open } }
  stock.people: { subject: { person: id }, columns: { "*": open } }
roles: { analyst: { tables: [stock.orders, stock.people], only: aggregates, min_group: 5 } }
users: { analyst: { role: analyst } }
"""


@pytest.fixture(scope="module")
def run(postgres):
    with over_own_schema(postgres, STOCK, POLICY, ["analyst"]) as gateway, psycopg.connect(gateway.dsn("analyst"), autocommit=True) as connection:
        yield lambda statement: (lambda cursor: ([(column.name, column.type_code) for column in cursor.description], cursor.fetchall()))(connection.execute(statement))


@pytest.fixture(scope="module")
def asked(direct):
    with psycopg.connect(direct, autocommit=True) as connection:
        yield lambda statement: (lambda cursor: ([(column.name, column.type_code) for column in cursor.description], cursor.fetchall()))(connection.execute(statement))


@pytest.mark.parametrize("statement", [
    "SELECT sum(pieces * 2) FROM stock.orders", "SELECT kind, sum(pieces * boxes), avg(pieces * 3) FROM stock.orders GROUP BY kind ORDER BY kind", "SELECT sum(grams * 2), sum(boxes + boxes), sum(2 * (pieces - 1)), sum(boxes * 2) FROM stock.orders", "SELECT sum(-pieces), sum(pieces - boxes), sum(pieces + pieces) FROM stock.orders",
    "SELECT kind, sum(coalesce(back, 0) * 2) FROM stock.orders GROUP BY kind ORDER BY kind", "SELECT kind, sum(pieces * 2) FILTER (WHERE boxes > 20) AS n, sum(pieces * 2) / count(*) AS share FROM stock.orders GROUP BY kind HAVING sum(pieces * 2) > 3 ORDER BY sum(pieces * 2) DESC",
    "SELECT p.city, sum(o.pieces * 2 + weight) FROM stock.orders o JOIN stock.people p ON p.id = o.person GROUP BY p.city ORDER BY 1", "SELECT kind, sum(pieces * 2), sum(sum(pieces * 2)) OVER () FROM stock.orders GROUP BY kind ORDER BY 1", "SELECT max(n) FROM (SELECT kind, sum(pieces * 2) AS n FROM stock.orders GROUP BY kind) x",
])
def test_values_types_and_names_are_those_of_postgresql(run, asked, statement):
    assert run(statement) == asked(statement)


def test_no_row_makes_it_fail(run, asked):
    with pytest.raises(psycopg.errors.NumericValueOutOfRange):
        asked("SELECT sum(big * 2) FROM stock.orders")
    assert run("SELECT sum(big * 2) FROM stock.orders")[1] == [(2 * (2147483647 + sum(range(1, 61)) - 7),)]


@pytest.mark.parametrize("total", ["sum(pieces * pieces)", "sum(pieces / 3)", "sum(pieces % 7)", "sum(person * 2)", "stddev(pieces * 2)", "sum(pieces * 99999999999)", "sum((pieces * 2) # 1)"])
def test_what_chooses_people_is_refused_as_ever(run, total):
    with pytest.raises(psycopg.Error):
        run(f"SELECT {total} FROM stock.orders")
