"""Analysts may say constants by queries: dates of a report in WITH, values in sub-selects, as BI tools write them."""

import psycopg
import pytest

from conftest import assert_numbers_of_postgresql

SINCE = "WITH p AS (SELECT date '2021-06-01' AS since, 'J%'::text AS towns, 4 AS n)"

STATEMENTS = [
    # Looker's filters
    "SELECT c.city, count(*) FROM customers AS c WHERE ((c.created_at) >= ((SELECT TIMESTAMP '2021-01-01')) AND (c.created_at) < ((SELECT TIMESTAMP '2023-01-01'))) GROUP BY 1",
    "SELECT c.city, count(*) FROM customers AS c WHERE c.created_at < ((SELECT (DATE_TRUNC('month', DATE_TRUNC('day', CURRENT_TIMESTAMP AT TIME ZONE 'UTC')) "
    "+ (-30 || ' month')::INTERVAL))) GROUP BY 1",
    "SELECT city, count(*) FROM customers WHERE city IN (VALUES ('Bandung'), ('Jakarta')) GROUP BY city",
    "SELECT city, count(*) FROM customers WHERE city NOT IN (VALUES ('Bandung'), ('Jakarta')) GROUP BY city",
    "SELECT city, count(*) FROM customers WHERE city IN (SELECT 'Bandung') OR city = (SELECT 'Jakarta'::text) GROUP BY city",
    "SELECT city, count(*) FILTER (WHERE created_at >= (SELECT date '2022-01-01')) FROM customers GROUP BY city",
    # Parameters of a report
    f"{SINCE} SELECT c.city, count(*) FROM customers c, p WHERE c.created_at >= p.since GROUP BY c.city",
    f"{SINCE} SELECT c.city, count(*) FROM p CROSS JOIN customers c WHERE c.created_at >= since AND city NOT LIKE towns GROUP BY c.city",
    f"{SINCE} SELECT c.city, count(*) FROM customers c CROSS JOIN p JOIN billing.transactions t ON t.customer_id = c.id WHERE length(c.city) > p.n GROUP BY c.city",
    f"{SINCE} SELECT c.city, count(*) FROM customers c JOIN p ON true WHERE c.created_at >= p.since + 30 GROUP BY c.city",
    f"{SINCE} SELECT p.since, p.n, c.city, count(*) + p.n AS m FROM customers c, p GROUP BY p.since, p.n, c.city ORDER BY p.since, p.n, c.city",
    f"{SINCE} SELECT c.city, p.n, p.since FROM customers c, p GROUP BY c.city, p.since, p.n",
    f"{SINCE} SELECT city, count(*) FROM customers WHERE created_at >= (SELECT since FROM p) GROUP BY city",
    f"{SINCE}, q AS (SELECT since + 700 AS until FROM p) SELECT city, count(*) FROM customers, p, q WHERE created_at >= since AND created_at < until GROUP BY city",
    f"{SINCE}, a AS (SELECT city, count(*) AS n FROM customers, p WHERE created_at >= p.since GROUP BY city), b AS (SELECT city, count(DISTINCT id) AS s "
    "FROM p, customers WHERE created_at < p.since GROUP BY city) SELECT a.city, a.n, s, p.since FROM a JOIN b USING (city), p",
    "WITH p(since) AS (SELECT date '2021-06-01') SELECT c.city, count(*) FROM p, customers c WHERE c.created_at >= p.since GROUP BY c.city",
    "WITH p(since) AS (SELECT date '2021-06-01') SELECT p.since::text, c.city FROM p, customers c GROUP BY c.city, p.since",
    "SELECT c.city, count(*) FROM customers c, (SELECT now() - interval '900 days' AS since) AS p (a) WHERE c.created_at < p.a GROUP BY c.city",
    "SELECT city, (SELECT date '2021-01-01' AS since), (SELECT 'x' AS lbl), (SELECT 'B%'), count(*) AS n FROM customers GROUP BY city",
    "SELECT city, count(*) FROM customers WHERE created_at >= (SELECT date '2021-01-01') GROUP BY city ORDER BY (SELECT 2), (SELECT 1.5), (SELECT true), city DESC",
    "SELECT city, count(*) FROM customers WHERE city IN (VALUES ('Bandung'::text), ('Medan'::text)) GROUP BY city",
    "SELECT city, count(*) FROM customers WHERE length(city) IN (VALUES (7), (8)) GROUP BY city",
    "SELECT city, count(*) FROM customers WHERE length(city) > (SELECT -5) GROUP BY city",
    # An output comes before a column in ORDER BY
    "SELECT c.city, count(*) AS since FROM customers c, (SELECT date '2021-01-01' AS since) p WHERE c.created_at > p.since GROUP BY c.city ORDER BY since, city",
    "WITH since AS (SELECT date '2021-01-01' AS since) SELECT c.city, count(*) FROM customers c, since WHERE c.created_at > since GROUP BY c.city",
]


@pytest.mark.parametrize("statement", STATEMENTS)
def test_constants_mean_what_they_mean_to_postgresql(answers, statement):
    assert_numbers_of_postgresql(answers, statement, in_order="ORDER BY" in statement, at_least=2)


def test_they_may_be_parameters(answers):
    statement = "WITH p AS (SELECT %s::date AS since, %s::text AS town) SELECT c.city, count(*) FROM customers c, p WHERE c.created_at >= p.since AND c.city = p.town GROUP BY c.city"
    assert answers("analyst", statement, ["2021-06-01", "Bandung"]) == answers("dba", statement, ["2021-06-01", "Bandung"])
    statement = "SELECT city, count(*) FROM customers WHERE created_at >= (SELECT %s::date) GROUP BY city ORDER BY city"
    assert answers("analyst", statement, ["2021-06-01"]) == answers("dba", statement, ["2021-06-01"])


@pytest.mark.parametrize("statement", [
    # Another value each time, several rows, rows of a table
    "SELECT c.city, count(*) FROM customers c, (SELECT random() AS r) p WHERE p.r > 0 GROUP BY c.city",
    "WITH p AS (SELECT random() AS r) SELECT c.city, count(*) FROM customers c, p a, p b WHERE a.r = b.r GROUP BY c.city",
    "SELECT c.city, count(*) FROM customers c, (SELECT 1 AS x UNION ALL SELECT 2) p GROUP BY c.city",
    "SELECT c.city, count(*) FROM customers c, (VALUES (1), (2)) p (x) GROUP BY c.city",
    "SELECT c.city, count(*) FROM customers c, (SELECT id FROM customers WHERE id = 7) p WHERE c.id = p.id GROUP BY c.city",
    "SELECT city, count(*) FROM customers WHERE id = (SELECT 7) GROUP BY city",
    "WITH p AS (SELECT 7 AS who) SELECT c.city, count(*) FROM customers c, p WHERE c.id <> p.who GROUP BY c.city",
    "WITH p AS (SELECT 7 AS who) SELECT c.city, count(*) FROM customers c, p GROUP BY c.city, c.id = p.who",
    "WITH p AS (SELECT 0 AS zero) SELECT c.city, count(*) FROM customers c, p WHERE c.id / p.zero = 1 GROUP BY c.city",
    # The type of a list is found over all its rows, that of a parameter in the client's message
    "SELECT city, count(*) FROM customers WHERE city IN (VALUES ('Bandung '::char(9)), ('Medan ')) GROUP BY city",
    "SELECT city, count(*) FROM customers WHERE length(city) IN (VALUES (7), (NULL)) GROUP BY city",
    "SELECT city, count(*) FROM customers WHERE length(city) IN (VALUES (7), (7.5)) GROUP BY city",
    # A number among keys would be a place
    "SELECT city, count(*) FROM customers GROUP BY GROUPING SETS ((city), ((SELECT 1)))",
    "SELECT c.city, (SELECT 5) AS x, count(*) FROM customers c GROUP BY CUBE(c.city, (SELECT 1)) ORDER BY 1, 3",
    # NATURAL and USING join by its columns, too
    "SELECT c.city, count(*) FROM customers c CROSS JOIN (SELECT 'payment'::text AS kind) p NATURAL JOIN billing.transactions t GROUP BY c.city",
    "WITH p AS (SELECT 5 AS amount) SELECT c.city, count(*) FROM customers c JOIN p ON true JOIN billing.transactions t USING (amount) GROUP BY c.city",
    # Rows that an outer join makes up have no constants
    "SELECT c.city, count(p.since) FROM customers c LEFT JOIN (SELECT date '2021-01-01' AS since) p ON c.created_at > p.since GROUP BY c.city",
    "SELECT c.city, count(p.x) FROM customers c LEFT JOIN (billing.transactions t CROSS JOIN (SELECT 1 AS x) p) ON t.customer_id = c.id GROUP BY c.city",
])
def test_what_is_no_constant_is_judged_as_ever(answers, statement):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        answers("analyst", statement)


def test_a_parameter_alone_has_the_type_that_its_client_declares(answers):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        answers("analyst", "SELECT city, count(*) FROM customers WHERE (SELECT %s) < (SELECT %s) GROUP BY city", [9, 10])


@pytest.mark.parametrize("statement", [
    "SELECT c.city, count(*) FROM customers c, (SELECT 1 AS city) p GROUP BY p.city, city",
    "SELECT c.city, count(*) FROM customers c, (SELECT '2021-01-01' AS since) p WHERE c.created_at >= p.since GROUP BY c.city",
    "SELECT c.city, count(*) FROM customers c WHERE created_at >= (SELECT '2021-01-01') GROUP BY c.city",
    "SELECT c.city, count(*) FROM customers c, (SELECT 1 AS x) p WHERE c.created_at >= p.y GROUP BY c.city",
])
def test_what_postgresql_cannot_mean_is_an_error(answers, statement):
    for user in ("dba", "analyst"):
        with pytest.raises(psycopg.Error):
            answers(user, statement)
