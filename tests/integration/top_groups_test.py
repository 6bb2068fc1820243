"""Charts ask for their largest series: groups chosen by another query of groups."""

import psycopg
import pytest

from conftest import assert_numbers_of_postgresql

TOP = "SELECT kind AS kind__, sum(amount) AS mme_inner__ FROM billing.transactions GROUP BY kind ORDER BY mme_inner__ DESC LIMIT 2"


@pytest.mark.parametrize("statement", [
    f"SELECT date_trunc('year', created_at) AS __timestamp, kind AS kind, sum(amount) AS \"SUM(amount)\" FROM billing.transactions JOIN ({TOP}) AS series_limit ON kind = kind__ "
    "WHERE created_at >= '2021-01-01' GROUP BY date_trunc('year', created_at), kind",
    f"SELECT t.kind, count(*) FROM billing.transactions t INNER JOIN ({TOP}) s ON (s.kind__ = t.kind) GROUP BY 1 HAVING count(*) > 10",
    "SELECT c.city, count(*) FROM customers c JOIN (SELECT city, count(*) AS n FROM customers GROUP BY 1 ORDER BY n DESC, city LIMIT 4) s ON s.city = c.city GROUP BY c.city",
    f"SELECT kind, sum(amount) FROM billing.transactions GROUP BY kind HAVING kind IN (SELECT kind__ FROM ({TOP}) s)",
    "SELECT city, count(*) FROM customers GROUP BY city HAVING city IN (VALUES ('Bandung'), ('Depok'))",
    "SELECT city, count(*) FROM customers GROUP BY city HAVING city NOT IN (SELECT city FROM customers GROUP BY city HAVING count(*) > 1000)",
])
def test_the_numbers_are_those_of_postgresql(answers, statement):
    assert_numbers_of_postgresql(answers, statement, in_order=False)


@pytest.mark.parametrize("statement", [
    # The other query's numbers, rows that it repeats, and rows that it chooses.
    f"SELECT kind, sum(amount), max(mme_inner__) FROM billing.transactions JOIN ({TOP}) s ON kind = kind__ GROUP BY kind",
    f"SELECT kind, sum(amount) FROM billing.transactions JOIN ({TOP}) s ON amount = mme_inner__ GROUP BY kind",
    f"SELECT date_trunc('year', created_at), sum(amount) FROM billing.transactions JOIN ({TOP}) s ON kind = kind__ GROUP BY 1",
    "SELECT kind, sum(amount) FROM billing.transactions JOIN (SELECT kind AS k, currency AS c, count(*) FROM billing.transactions GROUP BY kind, currency) s ON kind = k GROUP BY kind",
    "SELECT kind, count(*) FROM billing.transactions JOIN (SELECT 'refund'::text AS k, generate_series(1, 3) AS g GROUP BY 1) s ON kind = k GROUP BY kind",
    "SELECT city, count(*) FROM customers GROUP BY city HAVING city IN (SELECT city FROM customers WHERE id = 5)",
    "SELECT city, count(*) FROM customers GROUP BY city HAVING city IN (SELECT c.city FROM customers c WHERE c.city = customers.city GROUP BY c.city)",
    "SELECT city, count(*) FROM customers WHERE city IN (SELECT city FROM customers GROUP BY city) GROUP BY city",
])
def test_nothing_else_chooses_groups(answers, statement):
    with pytest.raises(psycopg.Error):
        answers("analyst", statement)
