"""Rows that nobody fits: each costs a miss, so it may not describe what many people are like."""

import psycopg
import pytest
from psycopg import errors

from gateway import over_own_schema

SCHEMA = """
CREATE SCHEMA absent;
CREATE TABLE absent.people (id int PRIMARY KEY, city text, amount int, seen timestamptz);
INSERT INTO absent.people SELECT i, CASE WHEN i % 3 = 0 THEN 'Hid' ELSE 'Open' END, i * 7 % 50, timestamptz '2026-01-01' + i * interval '1 day'
  FROM generate_series(1, 40) i;
CREATE TABLE absent.visits (id int PRIMARY KEY, person int, day date, product int);
INSERT INTO absent.visits SELECT i, i % 40 + 1, date '2026-01-01' + i % 20, i % 7 FROM generate_series(1, 60) i;
CREATE TABLE absent.products (id int PRIMARY KEY, name text, price int);
INSERT INTO absent.products SELECT i, 'product ' || i, i * 10 FROM generate_series(1, 9) i;
CREATE TABLE absent.ids (id int PRIMARY KEY);
INSERT INTO absent.ids SELECT generate_series(0, 511);
CREATE TABLE absent.guesses (h int, person int, amount int);
GRANT USAGE ON SCHEMA absent TO tabir_reader, tabir_catalog;
GRANT SELECT ON ALL TABLES IN SCHEMA absent TO tabir_reader;
GRANT INSERT, UPDATE, DELETE ON absent.guesses TO tabir_reader;
"""
POLICY = """
version: 1
databases: [payments]
tables:
  absent.people: { subject: { customer: id }, columns: { "*": open } }
  absent.visits: { subject: { customer: person }, columns: { "*": open } }
  absent.products: open
  absent.ids: open
  absent.guesses: open
roles:
  free:    { tables: [absent.people, absent.visits, absent.products, absent.ids, absent.guesses] }
  counted: { tables: [absent.people, absent.visits, absent.products, absent.ids, absent.guesses], write: [absent.guesses], budget: { customer: 100000 per day } }
users: { free: { role: free }, counted: { role: counted } }
"""


@pytest.fixture(scope="module")
def connections(postgres):
    with over_own_schema(postgres, SCHEMA, POLICY, ["free", "counted"]) as running:
        with psycopg.connect(running.dsn("free"), autocommit=True) as free, psycopg.connect(running.dsn("counted"), autocommit=True) as counted:
            yield free, counted


PACKED = "p.id + 0 BETWEEN 1 AND 9 AND ((g >> (p.id - 1)::int) & 1) <> (CASE WHEN p.city = 'Hid' THEN 1 ELSE 0 END)"


@pytest.mark.parametrize("statement", [
    f"SELECT g FROM generate_series(0, 511) g WHERE NOT EXISTS (SELECT FROM absent.people p WHERE {PACKED})",
    f"SELECT g FROM generate_series(0, 511) g WHERE (SELECT count(*) FROM absent.people p WHERE {PACKED}) = 0",
    f"SELECT g FROM generate_series(0, 511) g WHERE (SELECT max(p.id) FROM absent.people p WHERE {PACKED}) IS NULL",
    f"SELECT g FROM generate_series(0, 511) g WHERE ARRAY(SELECT p.id FROM absent.people p WHERE {PACKED}) = '{{}}'",
    f"SELECT g FROM generate_series(0, 511) g WHERE 1 NOT IN (SELECT 1 FROM absent.people p WHERE {PACKED})",
    f"SELECT g FROM generate_series(0, 511) g LEFT JOIN absent.people p ON {PACKED} WHERE p.id IS NULL",
    f"SELECT g FROM generate_series(0, 511) g LEFT JOIN absent.people p ON {PACKED} ORDER BY p.id IS NULL DESC LIMIT 1",
    f"SELECT g FROM generate_series(0, 511) g LEFT JOIN absent.people p ON {PACKED} GROUP BY g HAVING count(p.id) = 0",
    f"SELECT g FROM absent.people p RIGHT JOIN generate_series(0, 511) g ON {PACKED} WHERE p.id IS NULL",
    f"SELECT g FROM generate_series(0, 511) g LEFT JOIN LATERAL (SELECT 1 AS one FROM absent.people p WHERE {PACKED}) x ON true WHERE one IS NULL",
    f"SELECT g FROM generate_series(0, 511) g, LATERAL (SELECT count(*) AS n FROM absent.people p WHERE {PACKED}) x WHERE n = 0",
    f"SELECT g FROM generate_series(0, 511) g CROSS JOIN LATERAL (SELECT count(*) AS n FROM absent.people p WHERE {PACKED}) x ORDER BY n LIMIT 1",
    f"SELECT * FROM (SELECT g, NOT EXISTS (SELECT FROM absent.people p WHERE {PACKED}) AS fits FROM generate_series(0, 511) g) x WHERE fits",
    f"SELECT * FROM (SELECT g, p.id FROM generate_series(0, 511) g LEFT JOIN absent.people p ON {PACKED}) x WHERE id IS NULL",
    f"WITH x AS (SELECT g, p.id FROM generate_series(0, 511) g LEFT JOIN absent.people p ON {PACKED}) SELECT g FROM x WHERE id IS NULL",
    "SELECT g FROM generate_series(0, 49) g WHERE NOT EXISTS (SELECT FROM absent.people p WHERE p.id + 0 = 7 AND p.amount < g) "
    "AND NOT EXISTS (SELECT FROM absent.people p WHERE p.id + 0 = 7 AND p.amount > g)",
    "SELECT g FROM generate_series(0, 49) g WHERE NOT EXISTS (SELECT FROM absent.people p WHERE p.id + 0 = 7 AND NOT p.amount = g)",
    "SELECT g FROM generate_series(0, 49) g WHERE NOT EXISTS (SELECT FROM absent.people p WHERE p.id + 0 = 7 AND (p.amount = g) = false)",
    "SELECT g FROM generate_series(0, 49) g WHERE NOT EXISTS (SELECT FROM absent.people p WHERE p.id + 0 = 7 AND p.amount - g = g - p.amount)",
    "SELECT g FROM generate_series(0, 49) g WHERE NOT EXISTS (SELECT 1 FROM absent.people p WHERE p.id + 0 = 7 HAVING max(p.amount) <> g)",
    "SELECT c.id FROM absent.people c WHERE NOT EXISTS (SELECT FROM absent.people p WHERE p.id + 0 BETWEEN 1 AND 5 AND p.amount % 7 <> c.id % 7)",
    # By rows that are made within, and are equal to those around.
    f"SELECT h FROM generate_series(0, 511) h WHERE NOT EXISTS (SELECT FROM absent.people p, generate_series(0, 511) g WHERE g = h AND {PACKED})",
    f"SELECT h FROM generate_series(0, 511) h WHERE h NOT IN (SELECT g FROM absent.people p, generate_series(0, 511) g WHERE {PACKED})",
    f"SELECT h FROM generate_series(0, 511) h EXCEPT SELECT g FROM absent.people p, generate_series(0, 511) g WHERE {PACKED}",
    f"SELECT h FROM generate_series(0, 511) h LEFT JOIN (SELECT g FROM absent.people p, generate_series(0, 511) g WHERE {PACKED}) x ON x.g = h WHERE g IS NULL",
    f"SELECT h FROM generate_series(0, 511) h LEFT JOIN (absent.people p JOIN generate_series(0, 511) g ON {PACKED}) ON g = h WHERE g IS NULL",
    f"SELECT h FROM generate_series(0, 511) h FULL JOIN (SELECT DISTINCT g FROM absent.people p, generate_series(0, 511) g WHERE {PACKED}) x ON x.g = h WHERE g IS NULL",
    f"SELECT h FROM generate_series(0, 511) h WHERE (SELECT count(*) FROM absent.people p, generate_series(0, 511) g WHERE g = h AND {PACKED}) = 0",
    f"WITH x AS (SELECT g FROM absent.people p, generate_series(0, 511) g WHERE {PACKED}) SELECT h FROM generate_series(0, 511) h "
    "WHERE NOT EXISTS (SELECT FROM x WHERE g = h)",
    f"SELECT h FROM generate_series(0, 511) h WHERE NOT EXISTS (SELECT FROM absent.people p, absent.ids g (g) WHERE g = h AND {PACKED})",
    f"SELECT h FROM generate_series(0, 511) h WHERE NOT EXISTS (SELECT FROM absent.people p, absent.ids i (g) WHERE g / 2 = h AND g % 2 = p.amount % 2)",
    f"SELECT h FROM generate_series(0, 511) h WHERE NOT EXISTS (SELECT FROM absent.people p, absent.people q WHERE q.id = h AND p.amount & q.id <> 0)",
    "SELECT h FROM generate_series(0, 31) h WHERE NOT EXISTS (SELECT FROM (SELECT amount % 2 AS x FROM absent.people) d, "
    "(SELECT id / 2 AS a, id % 2 AS b FROM absent.people) e WHERE e.a = h AND e.b = d.x)",
    "SELECT h FROM generate_series(0, 9) h WHERE NOT EXISTS (SELECT FROM absent.people p WHERE p.amount IN (h, h + 7, h * 3))",
    f"SELECT h FROM generate_series(0, 511) h WHERE h NOT IN (SELECT g FROM (SELECT p.*, generate_series(0, 511) AS g FROM absent.people p) p WHERE {PACKED})",
    f"SELECT h FROM generate_series(0, 511) h WHERE h NOT IN (SELECT g FROM (SELECT p.*, i.id AS g FROM absent.people p, absent.ids i) p WHERE {PACKED})",
    f"SELECT h FROM generate_series(0, 511) h EXCEPT SELECT g FROM (SELECT p.*, i.id AS g FROM absent.people p JOIN absent.ids i ON true) p WHERE {PACKED}",
    "SELECT g FROM generate_series(0, 3) g WHERE NOT EXISTS (SELECT 1 FROM absent.people p WHERE p.id + 0 = 1 AND p.amount % 2 = g & 1 "
    "UNION ALL SELECT 1 FROM absent.people p WHERE p.id + 0 = 2 AND p.amount % 2 = g >> 1)",
    "SELECT g FROM generate_series(0, 511) g WHERE NOT EXISTS (SELECT FROM absent.products r, LATERAL (SELECT 1 FROM absent.people p "
    "WHERE p.id + 0 = r.id AND p.amount % 2 = (g >> (r.id - 1)) & 1) x)",
    "SELECT i.id FROM absent.ids i WHERE NOT EXISTS (SELECT FROM absent.guesses e JOIN absent.people p ON p.id = e.person AND p.amount = e.amount WHERE e.h = i.id)",
    "SELECT i.id FROM absent.ids i LEFT JOIN (absent.guesses e JOIN absent.people p ON p.id = e.person AND p.amount = e.amount) ON e.h = i.id WHERE p.id IS NULL",
    "SELECT i.id FROM absent.ids i EXCEPT SELECT e.h FROM absent.guesses e JOIN absent.people p ON p.id = e.person AND p.amount = e.amount",
    "SELECT h FROM absent.ids i (h) LEFT JOIN (absent.guesses e JOIN absent.people p ON p.id = e.person AND p.amount = e.amount) USING (h) WHERE p.id IS NULL",
    "SELECT h FROM absent.ids i (h) LEFT JOIN (absent.guesses e JOIN absent.people p (person, city, amount) USING (person, amount)) USING (h) "
    "WHERE e.person IS NULL",
    # The first row would be enough.
    f"SELECT g, p.id FROM generate_series(0, 511) g LEFT JOIN absent.people p ON {PACKED} ORDER BY p.id IS NULL DESC",
    f"SELECT g, (SELECT count(*) FROM absent.people p WHERE {PACKED}) AS n FROM generate_series(0, 511) g ORDER BY n",
    f"SELECT g, count(p.id) FROM generate_series(0, 511) g LEFT JOIN absent.people p ON {PACKED} GROUP BY g ORDER BY 2",
    f"SELECT p.id IS NULL, g FROM generate_series(0, 511) g LEFT JOIN absent.people p ON {PACKED} GROUP BY 1, 2",
    f"SELECT DISTINCT p.id IS NOT NULL, g FROM generate_series(0, 511) g LEFT JOIN absent.people p ON {PACKED}",
    f"SELECT g, row_number() OVER (ORDER BY p.id IS NULL DESC) FROM generate_series(0, 511) g LEFT JOIN absent.people p ON {PACKED}",
    f"SELECT * FROM (SELECT g, p.id FROM generate_series(0, 511) g LEFT JOIN absent.people p ON {PACKED}) x ORDER BY id IS NULL DESC",
    f"SELECT g AS x, (SELECT count(*) FROM absent.people p WHERE {PACKED}) FROM generate_series(0, 511) g ORDER BY count",
    f"SELECT g AS x, EXISTS (SELECT FROM absent.people p WHERE {PACKED}) FROM generate_series(0, 511) g ORDER BY \"exists\"",
    f"SELECT g.g AS x, count(p.id) FROM generate_series(0, 511) g LEFT JOIN absent.people p ON {PACKED} GROUP BY x ORDER BY \"count\"",
    f"SELECT g.g AS x, p.city FROM generate_series(0, 511) g LEFT JOIN (SELECT id, city FROM absent.people) p ON {PACKED} ORDER BY city DESC",
    f"SELECT * FROM generate_series(0, 511) g LEFT JOIN absent.people p ON {PACKED} ORDER BY 2 DESC",
    f"SELECT p.*, g FROM generate_series(0, 511) g LEFT JOIN absent.people p ON {PACKED} ORDER BY 1 DESC",
    # What else stands in FROM chooses them.
    f"SELECT g FROM generate_series(0, 511) g LEFT JOIN absent.people p ON {PACKED} JOIN (VALUES (1)) v (x) ON p.id IS NULL",
    f"SELECT g FROM generate_series(0, 511) g LEFT JOIN absent.people p ON {PACKED} JOIN absent.products r ON r.id = coalesce(p.id, 0) + 1 AND r.id = 1",
    f"SELECT g FROM absent.people p RIGHT JOIN generate_series(0, 511) g ON {PACKED} JOIN absent.ids i ON i.id = g AND p.city IS NULL",
    f"SELECT g FROM generate_series(0, 511) g LEFT JOIN absent.people p ON {PACKED}, LATERAL (SELECT 1 AS o WHERE p.id IS NULL) z",
    f"SELECT g FROM generate_series(0, 511) g LEFT JOIN absent.people p ON {PACKED} "
    "CROSS JOIN LATERAL generate_series(1, CASE WHEN p.id IS NULL THEN 1 ELSE 0 END) z",
    f"SELECT g FROM generate_series(0, 511) g LEFT JOIN absent.people p ON {PACKED} "
    "CROSS JOIN LATERAL (SELECT 1 FROM absent.products LIMIT CASE WHEN p.id IS NULL THEN 1 ELSE 0 END) z",
    f"SELECT g FROM generate_series(0, 511) g LEFT JOIN absent.people p ON {PACKED} LEFT JOIN absent.people q ON q.id + 0 = 1 AND p.id IS NULL WHERE q.id = 1",
    f"SELECT g FROM generate_series(0, 511) g CROSS JOIN LATERAL (SELECT count(*) AS n FROM absent.people p WHERE {PACKED}) x JOIN (VALUES (0)) v (x) ON n = v.x",
    f"SELECT g FROM generate_series(0, 511) g CROSS JOIN LATERAL (SELECT count(*) AS n FROM absent.people p WHERE {PACKED}) x NATURAL JOIN (VALUES (0)) v (n)",
    f"SELECT g FROM generate_series(0, 511) g JOIN LATERAL (SELECT count(*) AS n FROM absent.people p WHERE {PACKED}) x ON n = 0",
    f"SELECT g FROM generate_series(0, 511) g CROSS JOIN LATERAL (SELECT count(*) AS n FROM absent.people p WHERE {PACKED}) x JOIN (VALUES (0)) v (n) USING (n)",
    f"WITH x AS (SELECT g, p.id AS e FROM generate_series(0, 511) g LEFT JOIN absent.people p ON {PACKED}) SELECT v.g FROM x w LEFT JOIN x v ON v.e IS NULL",
    f"WITH x AS (SELECT g, p.id AS e FROM generate_series(0, 511) g LEFT JOIN absent.people p ON {PACKED}) SELECT (SELECT g FROM x WHERE e IS NULL) AS s, w.g FROM x w",
    f"WITH x AS (SELECT g, p.id AS e FROM generate_series(0, 511) g LEFT JOIN absent.people p ON {PACKED}), y AS (SELECT g FROM x WHERE e IS NULL) "
    "SELECT * FROM x LEFT JOIN y ON true",
    f"WITH x AS (SELECT g, p.id IS NULL AS e FROM generate_series(0, 511) g LEFT JOIN absent.people p ON {PACKED}) SELECT g FROM x ORDER BY e DESC",
    f"SELECT g.g AS x, bool_or(p.id IS NULL) FROM generate_series(0, 511) g LEFT JOIN absent.people p ON {PACKED} GROUP BY g ORDER BY bool_or DESC",
    f"SELECT g AS x, p.id + 0 FROM generate_series(0, 511) g LEFT JOIN absent.people p ON {PACKED} ORDER BY \"?column?\" DESC",
    # Another sample each time.
    "SELECT (SELECT string_agg(amount::text, ',') FROM absent.people TABLESAMPLE SYSTEM (50))",
    "SELECT ARRAY(SELECT amount FROM absent.people TABLESAMPLE BERNOULLI (50))",
])
def test_what_describes_many_people_is_refused(connections, statement):
    free, counted = connections
    free.execute(statement)
    with pytest.raises(errors.InsufficientPrivilege, match="nobody fits|cannot be counted"):
        counted.execute(statement)


@pytest.mark.parametrize("statement", [
    "SELECT name FROM absent.products p WHERE NOT EXISTS (SELECT FROM absent.visits v WHERE v.product = p.id) ORDER BY 1",
    "SELECT name FROM absent.products p WHERE NOT EXISTS (SELECT FROM absent.visits v WHERE v.product = p.id AND v.day > '2026-01-10') ORDER BY 1",
    "SELECT name FROM absent.products WHERE id NOT IN (SELECT product FROM absent.visits) ORDER BY 1",
    "SELECT name FROM absent.products p LEFT JOIN absent.visits v ON v.product = p.id WHERE v.id IS NULL ORDER BY 1",
    "SELECT name FROM absent.products p LEFT JOIN absent.visits v ON p.id % 5 = v.product + 0 AND v.day < '2026-01-05' WHERE v.id IS NULL ORDER BY 1",
    "SELECT d::date, count(v.id) FROM generate_series(date '2026-01-15', '2026-01-25', '1 day') d LEFT JOIN absent.visits v ON v.day = d::date "
    "GROUP BY 1 ORDER BY 1",
    "SELECT d::date, count(p.id) FROM generate_series(timestamptz '2026-01-15', '2026-02-25', '1 day') d "
    "LEFT JOIN absent.people p ON p.seen >= d AND p.seen < d + interval '1 day' GROUP BY 1 ORDER BY 1",
    "SELECT b.label, count(p.id) FROM (VALUES ('low', 0, 20), ('high', 60, 90)) b (label, a, z) LEFT JOIN absent.people p "
    "ON p.amount BETWEEN b.a AND b.z GROUP BY 1 ORDER BY 1",
    "SELECT label, (SELECT count(*) FROM absent.people p WHERE p.amount BETWEEN a AND z) FROM (VALUES ('low', 0, 20), ('high', 60, 90)) b (label, a, z)",
    "SELECT name, x.day FROM absent.products p LEFT JOIN LATERAL (SELECT day FROM absent.visits v WHERE v.product = p.id ORDER BY day DESC, id "
    "LIMIT 1) x ON true ORDER BY 1",
    "SELECT name FROM absent.products p WHERE EXISTS (SELECT FROM absent.visits v WHERE v.product = p.id AND v.id > p.price) ORDER BY 1",
    "SELECT name FROM absent.products p WHERE p.price > 20 AND p.id IN (SELECT v.product FROM absent.visits v WHERE v.id < p.price) ORDER BY 1",
    "SELECT v.id FROM absent.visits v WHERE NOT EXISTS (SELECT FROM absent.visits w WHERE w.person = v.person AND w.day > v.day) ORDER BY 1",
    "SELECT p.id FROM absent.people p LEFT JOIN absent.visits v ON v.person = p.id AND v.day > p.seen WHERE v.id IS NULL ORDER BY 1",
    "SELECT name FROM absent.products p WHERE NOT EXISTS (SELECT 1 FROM absent.visits v JOIN absent.people c ON c.id = v.person AND v.product = p.id "
    "WHERE c.city = 'Hid') ORDER BY 1",
    "SELECT p.id FROM absent.people p LEFT JOIN (absent.visits v JOIN absent.products r ON r.id = v.product) ON r.name = p.city WHERE v.id IS NULL ORDER BY 1",
    "SELECT d::date, count(p.id) FROM generate_series(timestamptz '2026-01-15', '2026-02-25', '1 day') d "
    "LEFT JOIN absent.people p ON p.seen >= d AND p.seen < d + interval '1 day' GROUP BY 1 ORDER BY 1 LIMIT 10",
    "SELECT name FROM absent.products p LEFT JOIN absent.visits v ON v.product IS NOT DISTINCT FROM p.id WHERE v.id IS NULL ORDER BY 1",
    "SELECT name FROM absent.products p WHERE NOT EXISTS (SELECT FROM absent.visits v WHERE v.product = p.id AND v.person IN (SELECT id FROM absent.products)) "
    "ORDER BY 1",
    "SELECT name FROM absent.products r WHERE NOT EXISTS (SELECT FROM (SELECT product, person FROM absent.visits WHERE day < '2026-01-09') v "
    "JOIN absent.people p ON p.id = v.person WHERE v.product = r.id AND p.amount > 10) ORDER BY 1",
    "SELECT v.id FROM absent.visits v LEFT JOIN absent.visits w ON w.product = v.product AND w.day > v.day WHERE w.id IS NULL ORDER BY 1",
    "SELECT p.id FROM absent.people p WHERE NOT EXISTS (SELECT FROM absent.people q WHERE q.city = p.city AND q.amount > p.amount) ORDER BY 1",
    "SELECT p.id FROM absent.people p WHERE NOT EXISTS (SELECT FROM absent.people q WHERE q.amount = p.amount AND q.id <> p.id) ORDER BY 1",
    "SELECT p.id FROM absent.people p WHERE NOT EXISTS (SELECT FROM absent.visits v WHERE v.person = p.id AND v.day > (SELECT max(day) - 5 FROM absent.visits)) ORDER BY 1",
    "SELECT r.id FROM absent.products r WHERE NOT EXISTS (SELECT FROM absent.people p WHERE p.amount > r.price) ORDER BY 1",
    "WITH x AS (SELECT d::date AS d, count(p.id) AS n FROM generate_series(timestamptz '2026-01-15', '2026-02-25', '1 day') d "
    "LEFT JOIN absent.people p ON p.seen >= d AND p.seen < d + interval '1 day' GROUP BY 1) SELECT d, n FROM x WHERE d > '2026-01-20' ORDER BY d LIMIT 20",
    "SELECT id FROM absent.products EXCEPT SELECT product FROM absent.visits ORDER BY 1",
    "SELECT n FROM generate_series(1, 45) n WHERE NOT EXISTS (SELECT FROM absent.people p WHERE p.id = n AND p.amount > n) ORDER BY 1",
])
def test_who_lacks_something_is_ordinary_work(connections, statement):
    free, counted = connections
    assert counted.execute(statement).fetchall() == free.execute(statement).fetchall()
