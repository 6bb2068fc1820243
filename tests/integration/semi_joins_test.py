"""Analysts ask for people with rows of another table by EXISTS and IN, as they could by a join."""

import psycopg
import pytest

from conftest import BACKENDS, POLICY, USERS, assert_numbers_of_postgresql
from gateway import Gateway

ANSWERED = [
    "SELECT city, count(*) FROM customers WHERE id IN (SELECT customer_id FROM billing.transactions WHERE amount > 100000) GROUP BY city",
    "SELECT city, count(*) FROM customers c WHERE EXISTS (SELECT 1 FROM billing.transactions t WHERE t.customer_id = c.id) GROUP BY city",
    "SELECT count(*) FROM customers WHERE EXISTS (SELECT FROM billing.transactions WHERE customer_id = customers.id AND amount > 100000)",
    "SELECT count(*) FROM customers WHERE EXISTS (SELECT * FROM billing.transactions t WHERE t.customer_id = customers.id AND (kind = 'payment' AND amount > 100000))",
    "SELECT count(*) FROM customers c WHERE city = 'Bandung' AND EXISTS (SELECT 1 FROM billing.transactions t WHERE c.id = t.customer_id AND t.amount > 100000)",
    "SELECT city, count(DISTINCT id) AS n FROM customers c WHERE EXISTS (SELECT 1 FROM billing.transactions t WHERE t.customer_id = c.id) GROUP BY city "
    "HAVING count(*) > 20 ORDER BY n DESC, city LIMIT 5",
    "SELECT city, count(1) AS n, round(100.0 * count(*) / sum(count(*)) OVER (), 1) FROM customers c WHERE c.id IN (SELECT t.customer_id FROM billing.transactions t) "
    "GROUP BY city ORDER BY n DESC, city",
    "SELECT extract(year FROM created_at) AS y, count(id) FROM customers c WHERE EXISTS (SELECT 1 FROM billing.transactions t WHERE t.customer_id = c.id) GROUP BY y",
    "SELECT count(*) FILTER (WHERE city = 'Bandung'), count(*) FROM customers WHERE id IN (SELECT customer_id FROM billing.transactions WHERE amount > 100000)",
    "SELECT count(*) AS city, city AS town FROM customers WHERE id IN (SELECT customer_id FROM billing.transactions) GROUP BY customers.city ORDER BY city, town",
    # One row at most: everything may be summed.
    "SELECT kind, count(*), sum(amount) FROM billing.transactions WHERE customer_id IN (SELECT id FROM customers WHERE city = 'Bandung') GROUP BY kind",
    "SELECT kind, avg(amount) FROM billing.transactions t WHERE EXISTS (SELECT 1 FROM customers c WHERE c.id = t.customer_id AND c.city IN ('Bandung', 'Jakarta')) GROUP BY kind",
    # Who has none is everybody but those who have one.
    "SELECT count(*) FROM customers c WHERE NOT EXISTS (SELECT 1 FROM billing.transactions t WHERE t.customer_id = c.id)",
    "SELECT city, count(*) FROM customers c WHERE NOT EXISTS (SELECT 1 FROM billing.transactions t WHERE t.customer_id = c.id) GROUP BY city",
    "SELECT city, count(*) AS n FROM customers WHERE id NOT IN (SELECT customer_id FROM billing.transactions) GROUP BY city HAVING count(*) > 10 ORDER BY n DESC, city LIMIT 3",
    "SELECT city, count(id) FROM customers WHERE NOT EXISTS (SELECT FROM billing.transactions WHERE customer_id = customers.id) AND city <> 'Bandung' GROUP BY city",
    "SELECT count(*) FROM customers c WHERE created_at > '2021-06-01' AND NOT EXISTS (SELECT 1 FROM billing.transactions t WHERE t.customer_id = c.id AND t.kind = 'refund')",
    "SELECT count(DISTINCT c.id) FROM customers c WHERE NOT (EXISTS (SELECT 1 FROM billing.transactions t WHERE t.customer_id = c.id)) AND city = 'Bandung'",
    "SELECT count(*) FROM customers c WHERE NOT EXISTS (SELECT 1 FROM customers d WHERE d.id = c.id)",
    "SELECT count(*) FROM customers c WHERE city = 'Bandung' AND NOT c.id IN (SELECT customer_id FROM billing.transactions)",
    "SELECT city, count(*) FROM customers WHERE NOT (id IN (SELECT customer_id FROM billing.transactions)) AND created_at > '2020-01-01' GROUP BY city",
    "SELECT count(*) FROM customers c WHERE city = 'Bandung' AND c.id NOT IN (SELECT customer_id FROM billing.transactions) AND created_at > '2021-06-01'",
    "SELECT count(*) FROM customers c WHERE city = 'Bandung' AND NOT (EXISTS (SELECT FROM billing.transactions t WHERE t.customer_id = c.id)) AND created_at > '2021-06-01'",
    "SELECT city, count(*), count(*) * 2 AS b FROM customers c WHERE NOT EXISTS (SELECT 1 FROM billing.transactions t WHERE t.customer_id = c.id) "
    "GROUP BY city HAVING count(*) > 5 OR city = 'Depok' ORDER BY count(*) DESC, city LIMIT 4",
    "SELECT count(*) FROM customers c LEFT JOIN billing.transactions t ON t.customer_id = c.id WHERE t.id IS NULL",
    "SELECT c.city, count(c.id) AS n FROM public.customers AS c LEFT OUTER JOIN billing.transactions ON (billing.transactions.customer_id = c.id) WHERE (transactions.id IS NULL) "
    "GROUP BY c.city ORDER BY n DESC, c.city",
    "SELECT count(*) FROM customers c LEFT JOIN billing.transactions AS t ON c.id = customer_id AND t.kind = 'refund' WHERE c.created_at > '2021-06-01' AND t.customer_id IS NULL",
    "SELECT kind, count(DISTINCT t.customer_id) FROM billing.transactions t WHERE t.customer_id IN (SELECT customer_id FROM billing.transactions WHERE amount > 100000) GROUP BY kind",
    "WITH big AS (SELECT city, count(*) AS n FROM customers c WHERE c.id IN (SELECT customer_id FROM billing.transactions) GROUP BY city) SELECT city, n FROM big",
    "SELECT a.city, n FROM (SELECT city, count(*) AS n FROM customers c WHERE c.id IN (SELECT customer_id FROM billing.transactions) GROUP BY city) a",
    # Object mappers ask for the first of the rows.
    "SELECT count(*) FROM customers c WHERE EXISTS (SELECT 1 AS a FROM billing.transactions t WHERE (t.customer_id = c.id AND t.amount > 100000) LIMIT 1)",
    "SELECT city, count(*) AS \"__count\" FROM customers WHERE NOT EXISTS(SELECT 1 AS \"a\" FROM billing.transactions u0 WHERE u0.customer_id = customers.id LIMIT 1) GROUP BY 1",
    "SELECT kind, sum(amount) FROM billing.transactions t WHERE EXISTS (SELECT 1 FROM customers c WHERE c.id = t.customer_id AND c.city = 'Bandung' LIMIT 21) GROUP BY kind",
]


@pytest.mark.parametrize("statement", ANSWERED)
def test_the_numbers_are_those_of_postgresql(answers, statement):
    assert_numbers_of_postgresql(answers, statement, in_order="ORDER BY" in statement)


def test_parameters_stay_where_they_are(answers):
    statement = "SELECT city, count(*) FROM customers WHERE city <> %s AND id IN (SELECT customer_id FROM billing.transactions WHERE amount > %s) GROUP BY city ORDER BY city"
    assert answers("analyst", statement, ["Bandung", 100000]) == answers("dba", statement, ["Bandung", 100000])


@pytest.mark.parametrize("statement", [
    # A join would repeat rows, or lacks those without a partner.
    "SELECT city, avg(length(city)) FROM customers c WHERE EXISTS (SELECT 1 FROM billing.transactions t WHERE t.customer_id = c.id) GROUP BY city",
    "SELECT city, count(city) FROM customers c WHERE EXISTS (SELECT 1 FROM billing.transactions t WHERE t.customer_id = c.id) GROUP BY city",
    "SELECT city, count(*) FROM customers WHERE city = 'Bandung' OR id IN (SELECT customer_id FROM billing.transactions) GROUP BY city",
    "SELECT city, count(*) FROM customers WHERE (id IN (SELECT customer_id FROM billing.transactions)) IS NOT FALSE GROUP BY city",
    "SELECT count(*) FROM customers c WHERE EXISTS (SELECT count(*) FROM billing.transactions t WHERE t.customer_id = c.id)",
    "SELECT count(*) FROM customers c WHERE EXISTS (SELECT max(amount) FROM billing.transactions t WHERE t.customer_id = c.id AND t.amount > 900000)",
    "SELECT count(*) FROM customers c WHERE EXISTS (SELECT sum(amount) OVER () FROM billing.transactions t WHERE t.customer_id = c.id)",
    "SELECT count(*) FROM customers c WHERE EXISTS (SELECT generate_series(1, 0) FROM billing.transactions t WHERE t.customer_id = c.id)",
    # A name in GROUP BY would be another column.
    "SELECT 'x' AS kind, count(*) FROM customers c WHERE EXISTS (SELECT 1 FROM billing.transactions t WHERE t.customer_id = c.id) GROUP BY kind",
    "SELECT 'all' AS city, count(*), sum(amount) FROM billing.transactions WHERE customer_id IN (SELECT id FROM customers WHERE city <> 'x') GROUP BY city",
    "SELECT city, count(*) FILTER (WHERE city > 'K') FROM customers c WHERE NOT EXISTS (SELECT 1 FROM billing.transactions t WHERE t.customer_id = c.id) GROUP BY city",
    "SELECT sum(amount) FROM billing.transactions t WHERE NOT EXISTS (SELECT 1 FROM customers c WHERE c.id = t.customer_id)",
    "SELECT count(*) FROM billing.transactions t WHERE NOT EXISTS (SELECT 1 FROM billing.transactions u WHERE u.customer_id = t.customer_id AND u.amount > t.amount)",
    "SELECT count(*), count(t.id) FROM customers c LEFT JOIN billing.transactions t ON t.customer_id = c.id WHERE t.id IS NULL",
    # A total over nobody is a row; and who alone has a city would be told of.
    "SELECT city, count(*) FROM customers c WHERE NOT EXISTS (SELECT 1 FROM billing.transactions t WHERE t.customer_id = c.id) GROUP BY ROLLUP (city)",
    "SELECT count(DISTINCT city) FROM customers c WHERE EXISTS (SELECT 1 FROM billing.transactions t WHERE t.customer_id = c.id)",
    # It would choose people.
    "SELECT count(*) FROM customers c LEFT JOIN billing.transactions t ON t.customer_id = c.id AND c.id = 5 WHERE t.id IS NULL",
    "SELECT count(*) FROM customers c LEFT JOIN billing.transactions t ON t.customer_id = 5 WHERE t.id IS NULL",
    "SELECT count(*) FROM customers c WHERE NOT EXISTS (SELECT 1 FROM billing.transactions t WHERE t.customer_id = c.id AND t.id = 5)",
    "SELECT count(*) FROM customers c WHERE NOT EXISTS (SELECT 1 FROM billing.transactions t WHERE t.customer_id = c.id AND t.customer_id = 5)",
    "SELECT count(*) FROM customers c WHERE id <> 5 AND NOT EXISTS (SELECT 1 FROM billing.transactions t WHERE t.customer_id = c.id)",
    "SELECT count(*) FROM customers c WHERE id NOT IN (SELECT customer_id FROM billing.transactions WHERE customer_id <> 5)",
    "SELECT count(*) FROM customers c WHERE EXISTS (SELECT 1 FROM billing.transactions t WHERE t.amount > 5)",
    "SELECT count(*) FROM customers c WHERE EXISTS (SELECT 1 FROM billing.transactions t WHERE t.customer_id = c.id AND t.id = 5)",
    "SELECT count(*) FROM customers c WHERE EXISTS (SELECT 1 FROM billing.transactions t WHERE t.customer_id = c.id AND c.phone = '+62811')",
    "SELECT count(*) FROM customers c WHERE id IN (SELECT customer_id FROM billing.transactions WHERE customer_id = 7)",
    "SELECT count(*) FROM customers c WHERE id IN (SELECT customer_id FROM billing.transactions GROUP BY customer_id HAVING count(*) > 3)",
    "SELECT count(*) FROM customers c WHERE id IN (SELECT customer_id FROM billing.transactions ORDER BY amount LIMIT 50)",
    "SELECT count(*) FROM customers c WHERE EXISTS (SELECT 1 FROM billing.transactions t WHERE t.customer_id = c.id LIMIT 0)",
    "SELECT count(*) FROM customers c WHERE EXISTS (SELECT 1 FROM billing.transactions t WHERE t.customer_id = c.id LIMIT 1 OFFSET 3)",
    "SELECT count(*) FROM customers c WHERE EXISTS (SELECT 1 FROM billing.transactions t WHERE t.customer_id = c.id AND t.id = 5 LIMIT 1)",
    "SELECT id, count(*) FROM customers c WHERE id IN (SELECT customer_id FROM billing.transactions) GROUP BY id",
    "SELECT city, phone FROM customers c WHERE id IN (SELECT customer_id FROM billing.transactions)",
])
def test_what_no_join_says_is_refused_as_ever(answers, statement):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        answers("analyst", statement)


def test_children_of_a_table_have_its_keys_again(postgres, answers):
    """The key of a parent is no key of its children: a join by it may repeat rows."""
    statement = "SELECT kind, sum(amount) FROM billing.transactions WHERE customer_id IN (SELECT id FROM customers WHERE city = 'Bandung') GROUP BY kind"
    assert answers("analyst", statement)
    postgres.psql("CREATE TABLE old_customers () INHERITS (customers)", "payments")
    try:
        with Gateway(postgres, POLICY, USERS, BACKENDS) as later, psycopg.connect(later.dsn("analyst")) as connection:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)
    finally:
        postgres.psql("DROP TABLE old_customers", "payments")


COLLATED = """
CREATE SCHEMA towns; CREATE COLLATION towns.loose (provider = icu, locale = 'und-u-ks-level1', deterministic = false);
CREATE TABLE towns.towns (name text PRIMARY KEY, region text); INSERT INTO towns.towns VALUES ('Medan', 'north'), ('medan', 'north');
CREATE TABLE towns.people (id int PRIMARY KEY, city text COLLATE towns.loose); INSERT INTO towns.people SELECT n, 'Medan' FROM generate_series(1, 50) n;
GRANT USAGE ON SCHEMA towns TO tabir_reader, tabir_catalog; GRANT SELECT ON ALL TABLES IN SCHEMA towns TO tabir_reader;
"""
COLLATED_POLICY = """
version: 1
databases: [payments]
tables: { towns.people: { subject: { person: id }, columns: { "*": open } }, towns.towns: open }
roles: { analyst: { tables: [towns.people, towns.towns], only: aggregates, min_group: 5 } }
users: { analyst: { role: analyst } }
"""


@pytest.mark.parametrize("condition", ["EXISTS (SELECT 1 FROM towns.towns t WHERE t.name = p.city)", "city IN (SELECT name FROM towns.towns)"])
def test_what_is_unique_is_so_under_its_own_collation(postgres, condition):
    postgres.psql(COLLATED, "payments")
    try:
        with Gateway(postgres, COLLATED_POLICY, ["analyst"], {"analyst": "tabir_reader"}) as running, psycopg.connect(running.dsn("analyst")) as connection:
            try:
                assert connection.execute(f"SELECT count(*) FROM towns.people p WHERE {condition}").fetchone() == (50,)
            except psycopg.errors.InsufficientPrivilege:
                pass  # refused, or as PostgreSQL counts
    finally:
        postgres.psql("DROP SCHEMA towns CASCADE", "payments")
