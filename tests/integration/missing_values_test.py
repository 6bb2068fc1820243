"""An analyst asks how many have no value of a masked column: of groups of enough people, as of any other condition."""

import pytest
from psycopg import errors

from conftest import assert_numbers_of_postgresql

SMALL = "Mataram"  # nine of its people have no address, and ten are enough


@pytest.mark.parametrize("statement", [
    "SELECT count(*) FROM customers WHERE address IS NULL",
    "SELECT count(*) FROM customers WHERE email IS NOT NULL AND address IS NOT NULL",
    "SELECT count(*) FILTER (WHERE address IS NULL) AS without, count(address) AS with FROM customers",
    "SELECT sum(CASE WHEN address IS NULL THEN 1 ELSE 0 END) AS without, avg(CASE WHEN email IS NULL THEN 0 ELSE 100 END) FROM customers",
    "SELECT count(*), sum(t.amount) FROM customers c JOIN billing.transactions t ON t.customer_id = c.id WHERE c.address IS NULL",
    f"SELECT city, count(*) FROM customers WHERE address IS NULL AND city <> '{SMALL}' GROUP BY city",
])
def test_they_are_counted_as_postgresql_counts_them(answers, statement):
    assert_numbers_of_postgresql(answers, statement, in_order=False)


@pytest.mark.parametrize("condition", ["address IS NULL", "address IS NOT NULL"])
def test_too_few_are_not_told_of(answers, condition):
    statement = f"SELECT city, count(*) FROM customers WHERE {condition} GROUP BY city"
    told = dict(answers("analyst", statement)[1])
    expected = dict(answers("dba", statement)[1])
    assert expected.pop(SMALL) > 0
    assert told == expected


@pytest.mark.parametrize("chosen", [
    f"sum(CASE WHEN address IS NULL AND city = '{SMALL}' THEN 1 ELSE 0 END)",
    f"count(*) FILTER (WHERE address IS NULL AND city = '{SMALL}')",
])
def test_nor_by_a_choice_inside_of_an_aggregate(answers, chosen):
    assert answers("analyst", f"SELECT {chosen} FROM customers")[1] == []
    assert answers("dba", f"SELECT {chosen} FROM customers")[1] == [(9,)]


def test_a_value_is_compared_with_nothing(answers):
    for condition in ["address = 'x'", "address IS NULL OR address = 'x'", "email IS DISTINCT FROM 'x'", "(address IS NULL) = (email = 'x')"]:
        with pytest.raises(errors.InsufficientPrivilege):
            answers("analyst", f"SELECT count(*) FROM customers WHERE {condition}")
