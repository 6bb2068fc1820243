"""Analysts join tables of people by what one row refers to in another: payments of orders, lines of payments. Each row finds one
of the other table, so that nobody counts as often as there are others like him; and each group holds enough people of both."""

import psycopg
import pytest
from psycopg import errors

from conftest import assert_answered_as_by
from gateway import over_own_schema

SCHEMA = """
CREATE SCHEMA joined;
CREATE TABLE joined.people (id int PRIMARY KEY, city text NOT NULL, referred_by int);
INSERT INTO joined.people SELECT n, (ARRAY['Baku', 'Shaki', 'Ganja'])[n % 3 + 1], nullif(n / 2, 0) FROM generate_series(1, 300) n;
CREATE TABLE joined.orders (id int PRIMARY KEY, person int NOT NULL, shop int NOT NULL, status text NOT NULL, total numeric(12, 2) NOT NULL,
  code text NOT NULL UNIQUE);
INSERT INTO joined.orders SELECT n, n % 300 + 1, n % 4, CASE WHEN n % 5 = 0 THEN 'open' ELSE 'done' END, n * 1.5, 'c' || n FROM generate_series(1, 1500) n;
INSERT INTO joined.orders SELECT 2000 + n, n, 7, 'rare', 1, 'r' || n FROM generate_series(1, 9) n;
CREATE TABLE joined.payments (id int PRIMARY KEY, person int NOT NULL, order_id int NOT NULL, code text NOT NULL, method text NOT NULL,
  amount numeric(12, 2) NOT NULL);
INSERT INTO joined.payments SELECT n, (n % 1500 + 1) % 300 + 1, n % 1500 + 1, 'c' || n % 1500 + 1, CASE WHEN n % 3 = 0 THEN 'cash' ELSE 'card' END, n
  FROM generate_series(1, 2000) n;
-- Of the nine rare orders three are paid, all by one person.
INSERT INTO joined.payments SELECT 3000 + n, 1, 2000 + n, 'r' || n, 'cash', 5 FROM generate_series(1, 3) n;
CREATE TABLE joined.lines (order_id int, number int, person int NOT NULL, product text NOT NULL, PRIMARY KEY (order_id, number));
INSERT INTO joined.lines SELECT n, k, n % 300 + 1, 'p' || (n + k) % 6 FROM generate_series(1, 1500) n, generate_series(1, 2) k;
CREATE TABLE joined.returns (id int PRIMARY KEY, order_id int NOT NULL, number int NOT NULL, person int NOT NULL, why text NOT NULL);
INSERT INTO joined.returns SELECT n, n, n % 2 + 1, n % 300 + 1, 'w' || n % 2 FROM generate_series(1, 600) n;
CREATE TABLE joined.parents (id int PRIMARY KEY, person int NOT NULL, weight int NOT NULL);
CREATE TABLE joined.heirs () INHERITS (joined.parents);
INSERT INTO joined.parents SELECT n, n, 1 FROM generate_series(1, 300) n;
INSERT INTO joined.heirs SELECT 7, 7, 1 FROM generate_series(1, 50);
CREATE TABLE joined.shops (id int PRIMARY KEY, region text NOT NULL);
INSERT INTO joined.shops SELECT n, 'region ' || n % 2 FROM generate_series(0, 7) n;
CREATE TABLE joined.cities (city text PRIMARY KEY, land text NOT NULL);
INSERT INTO joined.cities VALUES ('Baku', 'x'), ('Shaki', 'y'), ('Ganja', 'x');
GRANT USAGE ON SCHEMA joined TO tabir_reader, tabir_catalog;
GRANT SELECT ON ALL TABLES IN SCHEMA joined TO tabir_reader;
"""
TABLES = ["people", "orders", "payments", "lines", "returns", "parents"]
POLICY = f"""
version: 1
databases: [payments]
tables:
  joined.people: {{ subject: {{ person: id }}, columns: {{ "*": open }} }}
{"".join(f'''  joined.{table}: {{ subject: {{ person: person }}, columns: {{ "*": open }} }}
''' for table in TABLES[1:])}
  joined.shops: open
  joined.cities: open
roles:
  analyst: {{ tables: [{", ".join("joined." + table for table in TABLES)}, joined.shops, joined.cities], only: aggregates, min_group: 5 }}
users: {{ analyst: {{ role: analyst }} }}
"""


@pytest.fixture(scope="module")
def run(postgres):
    with over_own_schema(postgres, SCHEMA, POLICY, ["analyst"]) as running:
        with psycopg.connect(running.dsn("analyst"), autocommit=True) as connection:
            yield lambda statement, parameters=None: connection.execute(statement, parameters).fetchall()


@pytest.mark.parametrize("statement", [
    "SELECT p.method, count(*), sum(p.amount) FROM joined.payments p JOIN joined.orders o ON o.id = p.order_id GROUP BY 1 ORDER BY 1",
    "SELECT o.status, sum(p.amount) FROM joined.orders o JOIN joined.payments p ON p.order_id = o.id WHERE o.status <> 'rare' GROUP BY o.status ORDER BY 1",
    "SELECT count(*) FROM joined.orders o, joined.payments p WHERE p.order_id = o.id AND p.method = 'card'",
    "SELECT s.region, avg(p.amount) FROM joined.payments p JOIN joined.orders o ON p.order_id = o.id JOIN joined.shops s ON s.id = o.shop GROUP BY 1 ORDER BY 1",
    "SELECT c.city, count(DISTINCT o.id), sum(p.amount) FROM joined.payments p JOIN joined.orders o ON p.order_id = o.id JOIN joined.people c ON c.id = o.person"
    " GROUP BY c.city ORDER BY sum(p.amount) DESC",
    "SELECT count(*) FROM joined.payments p JOIN joined.orders o USING (code)",
    "SELECT l.product, count(*) FROM joined.returns r JOIN joined.lines l ON l.order_id = r.order_id AND l.number = r.number GROUP BY 1 ORDER BY 1",
    "SELECT t.land, count(*) FROM joined.lines l JOIN joined.orders o ON o.id = l.order_id JOIN joined.people c ON c.id = l.person"
    " JOIN joined.cities t ON t.city = c.city GROUP BY 1 ORDER BY 1",
    "SELECT f.city, count(*) FROM joined.people c JOIN joined.people f ON f.id = c.referred_by GROUP BY f.city ORDER BY 1",
    "WITH paid AS (SELECT o.shop, p.amount FROM joined.payments p JOIN joined.orders o ON o.id = p.order_id) SELECT shop, sum(amount) FROM paid WHERE shop < 4 GROUP BY 1 ORDER BY 1",
    "SELECT o.status, count(*) FROM joined.orders o JOIN joined.payments p ON p.order_id = o.id AND p.person = o.person WHERE o.status <> 'rare' GROUP BY 1 ORDER BY 1",
    "SELECT o.status, count(p.id), count(*) FROM joined.payments p LEFT JOIN joined.orders o ON o.id = p.order_id WHERE o.status <> 'rare' GROUP BY 1 ORDER BY 1",
])
def test_rows_that_are_referred_to_are_joined(run, direct, statement):
    assert_answered_as_by(direct, run, statement)


def test_each_table_must_hold_enough_people_of_a_group(run):
    """The rare orders are of nine people, and all their payments are of one of them."""
    assert run("SELECT count(*) FROM joined.orders WHERE status = 'rare'") == [(9,)]
    assert run("SELECT status, count(*) FROM joined.orders o JOIN joined.payments p ON p.order_id = o.id WHERE status = 'rare' GROUP BY 1") == []
    joined = run("SELECT o.shop, count(*) FROM joined.orders o JOIN joined.payments p ON p.order_id = o.id GROUP BY 1")
    assert run("SELECT p.order_id, count(*) FROM joined.payments p JOIN joined.orders o ON o.id = p.order_id GROUP BY 1") == []
    assert {shop for shop, _ in joined} == {0, 1, 2, 3}


@pytest.mark.parametrize("statement", [
    # Both are multiplied by how many others are like them.
    "SELECT sum(p.amount) FROM joined.payments p JOIN joined.lines l ON l.order_id = p.order_id",
    "SELECT sum(p.amount) FROM joined.payments p JOIN joined.lines l ON l.order_id = p.order_id JOIN joined.orders o ON o.id = l.order_id",
    "SELECT count(*) FROM joined.people a JOIN joined.people b ON b.city = a.city",
    "SELECT count(*) FROM joined.people a JOIN joined.cities t ON t.city = a.city JOIN joined.people b ON b.city = t.city",
    "SELECT count(*) FROM joined.orders o JOIN joined.shops s ON s.id = o.shop JOIN joined.orders q ON q.shop = s.id",
    "SELECT count(*) FROM joined.returns r JOIN joined.lines l ON l.order_id = r.order_id",
    "SELECT count(*) FROM joined.payments p FULL JOIN joined.orders o ON o.id = p.order_id",
    "SELECT count(*) FROM joined.people a, joined.orders o",
    # What is equal besides chooses rows that nothing counts.
    "SELECT sum(o.total) FROM joined.orders o JOIN joined.orders q ON q.id = o.id AND q.shop = o.person",
    "SELECT sum(o.total) FROM joined.orders o JOIN joined.orders q ON q.id = o.id WHERE q.code = o.status",
    "SELECT sum(o.total) FROM joined.orders o JOIN joined.shops s ON s.id = o.shop AND s.id = o.person",
    "SELECT sum(o.total) FROM joined.orders o, joined.shops s WHERE s.id = o.shop AND s.region = o.status",
    "SELECT sum(o.total) FROM joined.orders o JOIN joined.shops s ON s.id = o.shop AND o.shop = o.person",
    # An heir has the key of a parent's row again.
    "SELECT count(*) FROM joined.orders o JOIN joined.parents p ON p.id = o.shop",
    # A key names one of them on either side.
    "SELECT count(*) FROM joined.payments p JOIN joined.orders o ON o.id = p.order_id WHERE p.order_id < 100",
    "SELECT count(*) FROM joined.payments p JOIN joined.orders o ON o.id = p.order_id WHERE o.id <> 7",
    "SELECT sum(p.order_id) FROM joined.payments p JOIN joined.orders o ON o.id = p.order_id",
    "SELECT count(*) FROM joined.payments p JOIN joined.orders o USING (code) WHERE p.code <> 'c7'",
    # Not whoever it is joined to, but a bound that is moved.
    "SELECT count(*) FROM joined.payments p JOIN joined.orders o ON o.id = p.order_id AND o.total < p.amount",
])
def test_other_joins_of_people_are_refused(run, statement):
    with pytest.raises(errors.InsufficientPrivilege):
        run(statement)
