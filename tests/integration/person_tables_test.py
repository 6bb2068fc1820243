"""Analysts work something out of each person first, and make groups of people of it: orders a customer, first months, repeat buyers.
The answers are PostgreSQL's own, of groups of enough people; and nothing of it tells one person from the others."""

import psycopg
import pytest
from psycopg import errors

from conftest import assert_answered_as_by
from gateway import over_own_schema

SCHEMA = """
CREATE SCHEMA totals;
CREATE TABLE totals.people (id int PRIMARY KEY, segment text NOT NULL, joined date NOT NULL, phone text NOT NULL, mail uuid NOT NULL);
INSERT INTO totals.people SELECT n, 's' || n % 3, date '2025-01-01' + n % 200, '+62' || n, gen_random_uuid() FROM generate_series(1, 240) n;
CREATE TABLE totals.orders (id int PRIMARY KEY, person int NOT NULL REFERENCES totals.people, shop text NOT NULL, placed timestamptz NOT NULL,
  total numeric(10, 2) NOT NULL, discount numeric(10, 2), status text NOT NULL);
INSERT INTO totals.orders SELECT row_number() OVER (), p.id, 'shop ' || k % 2, timestamptz '2026-01-05 10:00Z' + (p.id % 90 + 10 * k) * interval '1 day', 10 * k + p.id % 7,
  CASE WHEN k = 2 THEN 1 END, CASE WHEN k = 3 THEN 'late' ELSE 'done' END FROM totals.people p, generate_series(1, p.id % 4) k;
-- One person has ten orders.
INSERT INTO totals.orders SELECT 5000 + k, 7, 'shop 9', timestamptz '2026-06-01Z', 999, NULL, 'done' FROM generate_series(1, 7) k;
CREATE TABLE totals.numbers (n bigint PRIMARY KEY, amount numeric(10, 2));
INSERT INTO totals.numbers SELECT n, n FROM generate_series(1, 9) n;
CREATE TABLE totals.lines (id int PRIMARY KEY, order_id int NOT NULL REFERENCES totals.orders, person int NOT NULL REFERENCES totals.people, pieces int NOT NULL);
INSERT INTO totals.lines SELECT o.id * 10 + k, o.id, o.person, k FROM totals.orders o, generate_series(1, 1 + o.id % 3) k;
GRANT USAGE ON SCHEMA totals TO tabir_reader, tabir_catalog;
GRANT SELECT ON ALL TABLES IN SCHEMA totals TO tabir_reader;
"""
POLICY = """
version: 1
databases: [payments]
classes: { phone: { mask: { keep_last: 1 } } }
tables:
  totals.people: { subject: { person: id }, columns: { "*": open, phone: phone } }
  totals.orders: { subject: { person: person }, columns: { "*": open } }
  totals.numbers: open
  totals.lines:  { subject: { person: person }, columns: { "*": open } }
roles:
  analyst: { tables: [totals.people, totals.orders, totals.lines, totals.numbers], only: aggregates, min_group: 5 }
users: { analyst: { role: analyst } }
"""


@pytest.fixture(scope="module")
def run(postgres):
    with over_own_schema(postgres, SCHEMA, POLICY, ["analyst"]) as running:
        with psycopg.connect(running.dsn("analyst"), autocommit=True) as connection:
            yield lambda statement, parameters=None: connection.execute(statement, parameters).fetchall()


ENOUGH = " HAVING count(*) >= 5"
ANSWERED = {
    "orders a person": "SELECT avg(n), count(*) FROM (SELECT person, count(*) AS n FROM totals.orders GROUP BY person) x",
    "how many have how many": f"SELECT n, count(*) FROM (SELECT person, count(*) AS n FROM totals.orders GROUP BY 1) x GROUP BY n{ENOUGH} ORDER BY n",
    "without the key": f"SELECT n, count(*) FROM (SELECT count(*) AS n FROM totals.orders GROUP BY person) x GROUP BY n{ENOUGH} ORDER BY n",
    "named columns": f"SELECT b, count(*) FROM (SELECT person, count(*) FROM totals.orders GROUP BY person) x(a, b) GROUP BY b{ENOUGH} ORDER BY b",
    "first months": "WITH f AS (SELECT person, min(placed) AS first FROM totals.orders GROUP BY person)"
                    f" SELECT date_trunc('month', first), count(*) FROM f GROUP BY 1{ENOUGH} ORDER BY 1",
    "first months of cut times": "WITH f AS (SELECT person, min(date_trunc('month', placed)) AS month FROM totals.orders GROUP BY person)"
                                 f" SELECT month, count(*) FROM f GROUP BY month{ENOUGH} ORDER BY 1",
    "last months of cut times": "SELECT month, count(*) FROM (SELECT o.person, max(date_trunc('month', o.placed)) AS month FROM totals.orders o GROUP BY o.person) f"
                                f" GROUP BY 1{ENOUGH} ORDER BY 1",
    "first months below": "SELECT month, count(*) FROM (SELECT person, date_trunc('month', min(placed)) AS month FROM totals.orders GROUP BY person) f"
                          f" GROUP BY 1{ENOUGH} ORDER BY 1",
    "last days": f"SELECT extract(month FROM d), count(*) FROM (SELECT person, max(placed)::date AS d FROM totals.orders GROUP BY person) f GROUP BY 1{ENOUGH} ORDER BY 1",
    "kinds of them": "SELECT CASE WHEN n = 1 THEN 'one' ELSE 'more' END, count(*) FROM (SELECT person, count(id) AS n FROM totals.orders GROUP BY person) x GROUP BY 1 ORDER BY 1",
    "repeat buyers": "SELECT count(*) FILTER (WHERE n > 1)::numeric / count(*) FROM (SELECT person, count(*) AS n FROM totals.orders GROUP BY person) x",
    "a condition around": "SELECT count(*), avg(spent) FROM (SELECT person, sum(total) AS spent FROM totals.orders GROUP BY person) x WHERE spent > 20",
    "beside the person's own": "SELECT p.segment, avg(x.n), avg(x.shops) FROM totals.people p JOIN (SELECT person, count(*) AS n, count(DISTINCT shop) AS shops"
                               " FROM totals.orders GROUP BY person) x ON x.person = p.id GROUP BY p.segment ORDER BY 1",
    "of all": "SELECT p.segment, avg(coalesce(x.n, 0)) FROM totals.people p LEFT JOIN (SELECT person, count(*) AS n FROM totals.orders GROUP BY person) x ON x.person = p.id"
              " GROUP BY p.segment ORDER BY 1",
    "those who have some": f"SELECT n, count(*) FROM (SELECT p.id, count(o.id) AS n FROM totals.people p LEFT JOIN totals.orders o ON o.person = p.id GROUP BY p.id) x WHERE n > 0 GROUP BY n{ENOUGH} ORDER BY n",
    "two of each": "SELECT a.segment, avg(x.n), avg(y.pieces) FROM totals.people a JOIN (SELECT person, count(*) AS n FROM totals.orders GROUP BY person) x ON x.person = a.id"
                   " JOIN (SELECT person, sum(pieces) AS pieces FROM totals.lines GROUP BY person) y ON y.person = x.person GROUP BY 1 ORDER BY 1",
    "months that they were active": "SELECT m, count(*) FROM (SELECT person, date_trunc('month', placed) AS m FROM totals.orders GROUP BY 1, 2) x"
                                    f" GROUP BY m{ENOUGH} ORDER BY m",
    "pieces an order": "SELECT avg(pieces) FROM (SELECT order_id, sum(pieces) AS pieces FROM totals.lines GROUP BY order_id) x",
    "by the order's own": f"SELECT n, count(*) FROM (SELECT l.order_id, count(*) AS n FROM totals.lines l JOIN totals.orders o ON o.id = l.order_id GROUP BY l.order_id) x GROUP BY n{ENOUGH} ORDER BY n",
    "a level above": f"SELECT max(n) FROM (SELECT n FROM (SELECT person, count(*) AS n FROM totals.orders GROUP BY person) x GROUP BY n{ENOUGH}) y",
    "one column on both sides": "SELECT count(*) FROM totals.orders WHERE placed <= placed OR placed IS NULL",
    "a sum that may be none": "SELECT avg(d) FROM (SELECT person, sum(discount) AS d FROM totals.orders GROUP BY person) x",
}


@pytest.mark.parametrize("statement", ANSWERED.values(), ids=ANSWERED)
def test_groups_are_made_of_what_is_worked_out_of_each_person(run, direct, statement):
    assert_answered_as_by(direct, run, statement)


REFUSED = {
    "a person's row": "SELECT person, count(*) FROM totals.orders GROUP BY person",
    "of one order": "SELECT order_id, sum(pieces) FROM totals.lines GROUP BY order_id",
    "each of them": "SELECT * FROM (SELECT person, count(*) AS n FROM totals.orders GROUP BY person) x",
    "each number": "SELECT n FROM (SELECT person, count(*) AS n FROM totals.orders GROUP BY person) x",
    "the largest": "SELECT max(n) FROM (SELECT person, count(*) AS n FROM totals.orders GROUP BY person) x",
    "all of them": "SELECT array_agg(n) FROM (SELECT person, count(*) AS n FROM totals.orders GROUP BY person) x",
    "one of them": "SELECT count(*) FROM (SELECT person, count(*) AS n FROM totals.orders GROUP BY person) x WHERE person = 7",
    "keys summed": "SELECT sum(person) FROM (SELECT person, count(*) AS n FROM totals.orders GROUP BY person) x",
    "keys summed below": "SELECT avg(s) FROM (SELECT shop, person, sum(id) AS s FROM totals.orders GROUP BY shop, person) x",
    "least keys": "SELECT avg(s) FROM (SELECT person, min(id) AS s FROM totals.orders GROUP BY person) x",
    "grouped by the key": "SELECT person, sum(n) FROM (SELECT person, count(*) AS n FROM totals.orders GROUP BY person) x GROUP BY person",
    "rows chosen": "SELECT n, count(*) FROM (SELECT person, count(*) AS n FROM totals.orders WHERE shop <> 'shop 9' GROUP BY person) x GROUP BY n",
    "rows counted apart": "SELECT n, count(*) FROM (SELECT person, count(*) FILTER (WHERE shop <> 'shop 9') AS n FROM totals.orders GROUP BY person) x GROUP BY n",
    "rows counted by a choice": "SELECT n, count(*) FROM (SELECT person, sum(CASE WHEN shop = 'shop 9' THEN 1 END) AS n FROM totals.orders GROUP BY person) x GROUP BY n",
    "rows weighed": "SELECT n, count(*) FROM (SELECT person, sum(total - 900) AS n FROM totals.orders GROUP BY person) x GROUP BY n",
    "whoever is chosen": "SELECT avg(n) FROM (SELECT person, count(*) AS n FROM totals.orders GROUP BY person HAVING count(*) > 9) x",
    "some of them": "SELECT avg(n) FROM (SELECT person, count(*) AS n FROM totals.orders GROUP BY person LIMIT 3) x",
    "the first of each": "SELECT avg(n) FROM (SELECT DISTINCT ON (person) person, count(*) AS n FROM totals.orders GROUP BY person) x",
    "others' rows": "SELECT avg(x.n) FROM (SELECT a.person, count(*) AS n FROM totals.orders a JOIN totals.orders b ON b.shop = a.shop GROUP BY a.person) x",
    "a query within": "SELECT avg(n) FROM (SELECT person, (SELECT count(*) FROM totals.lines) AS n FROM totals.orders GROUP BY person) x",
    "what is around": "SELECT n FROM (SELECT 5 AS k) k, LATERAL (SELECT person, count(*) AS n FROM totals.orders GROUP BY person, k.k) x",
    "masked values": "SELECT m, count(*) FROM (SELECT id, max(phone) AS m FROM totals.people GROUP BY id) x GROUP BY m",
    "texts of all": "SELECT count(*) FROM (SELECT person, string_agg(shop, ',') AS s FROM totals.orders GROUP BY person) x",
    "what fails for one": "SELECT count(*) FROM (SELECT person, count(*) AS n FROM totals.orders GROUP BY person) x WHERE 1 / (n - 10) > 0",
    "what fails below": "SELECT count(*) FROM (SELECT person, 1 / (count(*) - 10) AS n FROM totals.orders GROUP BY person) x",
    "a list of keys": "SELECT count(*) FROM totals.lines WHERE order_id IN (1, 2, 3, 4, 5, 6, 7, 8)",
    "a list of totals": "SELECT sum(x.s), count(*) FROM (SELECT person, count(*) AS n, sum(total) AS s FROM totals.orders GROUP BY person) x JOIN totals.numbers k ON k.n = x.n",
    "a second equality below": "SELECT avg(x.n) FROM (SELECT o.person, count(*) AS n FROM totals.orders o JOIN totals.orders q ON q.id = o.id AND q.shop = o.status GROUP BY o.person) x",
    "a part of a key": "SELECT sum(x.n) FROM (SELECT order_id, pieces, count(*) AS n FROM totals.lines GROUP BY 1, 2) x"
                       " JOIN (SELECT order_id, pieces, count(*) AS n FROM totals.lines GROUP BY 1, 2) y ON x.pieces = y.pieces",
    "columns of two tables": "SELECT count(*) FROM totals.orders o JOIN totals.people p ON p.id = o.person WHERE placed <= joined",
    "a key beside another": "SELECT count(*) FROM totals.orders WHERE person IS NULL OR shop = 'shop 1'",
    "the largest of an open table": "SELECT n.n, max(n.amount) FROM totals.orders o JOIN totals.numbers n ON n.n = o.id GROUP BY n.n",
    "an order below": "SELECT avg(x.n) FROM (SELECT person, count(*) AS n FROM totals.orders GROUP BY person ORDER BY 2) x",
    "more than the key": "SELECT n, count(*) FROM (SELECT person, count(*) AS n FROM totals.orders GROUP BY person) x WHERE n > person GROUP BY n",
    "a join that moves": "SELECT avg(x.n) FROM totals.people p JOIN (SELECT person, count(*) AS n FROM totals.orders GROUP BY person) x ON x.n = p.id",
}


@pytest.mark.parametrize("statement", REFUSED.values(), ids=REFUSED)
def test_what_would_tell_of_one_person_is_refused(run, statement):
    with pytest.raises(errors.InsufficientPrivilege):
        run(statement)


@pytest.mark.parametrize("statement", [
    "SELECT count(*) FROM (SELECT person AS a, count(*) AS b FROM totals.orders GROUP BY 1) x(b, a) WHERE a > 1",
    "SELECT avg(a) FROM (SELECT person AS a, count(*) AS b FROM totals.orders GROUP BY 1) x(b, a)",
    "SELECT count(*) FROM (SELECT person, count(*) AS n, count(DISTINCT shop) AS s FROM totals.orders GROUP BY 1) x WHERE x.n > x.s",
    "SELECT x.n, count(*) FROM (SELECT person, count(*) AS n FROM totals.orders GROUP BY 1) AS x WHERE x.n < 4 GROUP BY 1 ORDER BY 1",
])
def test_columns_are_told_by_their_places(run, direct, statement):
    assert_answered_as_by(direct, run, statement)


def test_nobody_stands_alone_in_a_group(run):
    """Person 7 alone has ten orders, all but three of one shop."""
    assert [n for n, _ in run("SELECT n, count(*) FROM (SELECT person, count(*) AS n FROM totals.orders GROUP BY person) x GROUP BY n ORDER BY n")] == [1, 2, 3]
    for condition in ("n > 9", "n <> 10", "n <= 9", "n = 10"):
        assert run(f"SELECT count(*) FROM (SELECT person, count(*) AS n FROM totals.orders GROUP BY person) x WHERE {condition}") == [], condition
    assert run("SELECT count(*) FILTER (WHERE spent > 5000) FROM (SELECT person, sum(total) AS spent FROM totals.orders GROUP BY person) x") == []
    assert run("SELECT shop, avg(n) FROM (SELECT person, shop, count(*) AS n FROM totals.orders GROUP BY 1, 2) x WHERE shop = 'shop 9' GROUP BY shop") == []
    assert {row[0] for row in run("SELECT shop, avg(n) FROM (SELECT person, shop, count(*) AS n FROM totals.orders GROUP BY 1, 2) x GROUP BY shop")} == {"shop 0", "shop 1"}
