"""How many different people or cities there are, asked as the rows of a DISTINCT query."""

import psycopg
import pytest

from conftest import assert_numbers_of_postgresql


@pytest.mark.parametrize("statement", [
    "SELECT count(*) FROM (SELECT DISTINCT customer_id FROM billing.transactions) q",
    "SELECT COUNT(*) AS n FROM (SELECT DISTINCT t.customer_id FROM billing.transactions t WHERE kind = 'refund') AS q",
    "SELECT count(*) FROM (SELECT DISTINCT customer_id AS c FROM billing.transactions WHERE created_at >= '2023-01-01') \"q\"",
    "SELECT count(*) FROM (SELECT DISTINCT c.city FROM customers c JOIN billing.transactions t ON t.customer_id = c.id) q",
])
def test_the_numbers_are_those_of_postgresql(answers, statement):
    assert_numbers_of_postgresql(answers, statement, in_order=True)


@pytest.mark.parametrize("statement", [
    # What is left of the rows are others.
    "SELECT count(*) FROM (SELECT DISTINCT t.customer_id FROM customers c LEFT JOIN billing.transactions t ON t.customer_id = c.id) q",
    "SELECT count(*) FROM (SELECT DISTINCT customer_id FROM billing.transactions LIMIT 5) q",
    "SELECT count(*) FROM (SELECT DISTINCT ON (kind) customer_id FROM billing.transactions) q",
    "SELECT count(*) FROM (SELECT DISTINCT customer_id FROM billing.transactions) q WHERE customer_id < 5",
    "SELECT count(*) FROM (SELECT DISTINCT customer_id FROM billing.transactions WHERE customer_id < 5) q",
])
def test_whatever_says_something_else_is_no_such_count(answers, statement):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        answers("analyst", statement)
