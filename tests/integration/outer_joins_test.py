"""Analysts keep people without rows of another table, and ask conditions of those rows: LEFT JOIN ... ON ... AND."""

import psycopg
import pytest

from conftest import assert_numbers_of_postgresql

T = "billing.transactions"
ON = f"customers c LEFT JOIN {T} t ON t.customer_id = c.id AND t.amount > 100000"

ANSWERED = [
    f"SELECT c.city, count(t.id) FROM {ON} GROUP BY c.city",
    f"SELECT city, count(t.id), coalesce(sum(t.amount), 0) AS total, round(avg(t.amount * 1.1), 2) FROM {ON} GROUP BY city",
    f"SELECT c.city, count(DISTINCT c.id) AS people, count(DISTINCT t.customer_id) AS buyers FROM {ON} GROUP BY c.city ORDER BY 1",
    f"SELECT c.city, sum(t.amount) / nullif(count(t.id), 0) AS mean FROM {ON} AND t.kind = 'payment' GROUP BY c.city HAVING count(t.id) > 20 ORDER BY count(t.id) DESC",
    f"SELECT c.city, count(t.id) FILTER (WHERE t.kind = 'payment' OR t.kind = 'refund') FROM {ON} GROUP BY c.city",
    f"SELECT c.city, count(t.id), rank() OVER (ORDER BY count(t.id) DESC) FROM {ON} WHERE c.city <> 'Bandung' GROUP BY c.city",
    f"SELECT c.city, count(t.id) FROM customers c LEFT JOIN {T} t ON (t.amount BETWEEN 100000 AND 900000 AND c.id = t.customer_id) GROUP BY c.city",
    f"SELECT c.city, count(t.id) FROM customers c LEFT JOIN (SELECT * FROM {T} WHERE amount > 100000) t ON t.customer_id = c.id GROUP BY c.city",
    f"SELECT c.city, count(t.id), sum(t.amount) FROM customers c LEFT JOIN (SELECT x.id, x.customer_id, x.amount FROM {T} x WHERE x.kind IN ('payment', 'refund') OR amount > 500000) "
    "AS t ON c.id = t.customer_id GROUP BY c.city",
    f"SELECT c.city, count(t.id) FROM customers c LEFT JOIN (SELECT id, customer_id, amount FROM {T} WHERE kind = 'payment') t ON t.customer_id = c.id AND t.amount > 100000 GROUP BY c.city",
    f"SELECT c.city, count(t.id) FROM customers c LEFT JOIN {T} t ON t.customer_id = c.id AND (t.amount > 100000 AND t.kind = 'payment') GROUP BY c.city",
    f"SELECT c.city, count(*) FROM customers c JOIN {T} t ON (t.customer_id = c.id AND (t.amount > 100000 AND t.amount < 900000)) WHERE c.city <> 'x' GROUP BY c.city",
    f"WITH big AS (SELECT * FROM {T} WHERE amount > 100000) SELECT c.city, count(big.id) FROM customers c LEFT JOIN big ON big.customer_id = c.id GROUP BY c.city",
]


@pytest.mark.parametrize("statement", ANSWERED)
def test_the_numbers_are_those_of_postgresql(answers, statement):
    assert_numbers_of_postgresql(answers, statement, in_order="ORDER BY 1" in statement)


def test_rows_without_a_partner_count_as_they_did(postgres, answers):
    """Groups in which nobody has such a row: NULL for a sum, 0 for a count, and people who are there all the same."""
    statement = f"SELECT c.city, count(t.id), sum(t.amount), count(DISTINCT c.id) FROM customers c LEFT JOIN {T} t ON t.customer_id = c.id AND t.kind = 'nothing' GROUP BY c.city ORDER BY 1"
    assert answers("analyst", statement) == answers("dba", statement)
    assert all(row[1:3] == (0, None) and row[3] > 10 for row in answers("analyst", statement)[1])


@pytest.mark.parametrize("statement", [
    # They count rows that the condition makes more or fewer.
    f"SELECT c.city, count(*) FROM {ON} GROUP BY c.city",
    f"SELECT c.city, sum(length(c.city)) FROM {ON} GROUP BY c.city",
    f"SELECT c.city, avg(coalesce(t.amount, 0)) FROM {ON} GROUP BY c.city",
    f"SELECT c.city, sum(CASE WHEN t.amount > 500000 THEN 1 ELSE 0 END) FROM {ON} GROUP BY c.city",
    f"SELECT c.city, count(t.id) FROM {ON} WHERE t.amount IS NULL GROUP BY c.city",
    f"SELECT t.kind, count(t.id) FROM {ON} GROUP BY t.kind",
    f"SELECT kind, count(t.id) FROM {ON} GROUP BY 1",
    f"SELECT c.city, count(DISTINCT c.id) FILTER (WHERE t.amount IS NULL) FROM {ON} GROUP BY c.city",
    f"SELECT c.city, count(t.id) FROM customers c LEFT JOIN {T} t ON t.customer_id = c.id AND c.city = 'Bandung' GROUP BY c.city",
    f"SELECT c.city, count(t.id) FROM customers c LEFT JOIN {T} t ON t.customer_id = c.id OR t.amount > 100000 GROUP BY c.city",
    f"SELECT c.city, count(t.id) FROM customers c RIGHT JOIN {T} t ON t.customer_id = c.id AND t.amount > 100000 GROUP BY c.city",
    # They would choose people.
    f"SELECT c.city, count(t.id) FROM customers c LEFT JOIN {T} t ON t.customer_id = c.id AND t.id = 5 GROUP BY c.city",
    f"SELECT c.city, count(t.id) FROM customers c LEFT JOIN {T} t ON t.customer_id = c.id AND t.customer_id = 7 GROUP BY c.city",
    f"SELECT c.city, count(t.id) FROM customers c LEFT JOIN (SELECT * FROM {T} WHERE customer_id = 7) t ON t.customer_id = c.id GROUP BY c.city",
    f"SELECT c.city, count(t.id) FROM customers c LEFT JOIN (SELECT * FROM {T} ORDER BY amount LIMIT 5) t ON t.customer_id = c.id GROUP BY c.city",
    f"SELECT c.city, count(t.id) FROM customers c LEFT JOIN {T} t ON t.customer_id = c.id AND 1 / (t.amount - 100000) > 0 GROUP BY c.city",
])
def test_what_a_filter_does_not_say_is_refused_as_ever(answers, statement):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        answers("analyst", statement)
