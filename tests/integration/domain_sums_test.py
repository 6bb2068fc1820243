"""Sums over columns whose type is a domain: how many digits they have is said by the type that it is made of."""

import psycopg
import pytest

from gateway import over_own_schema

SALES = """
CREATE SCHEMA sales; CREATE DOMAIN sales.money AS numeric(12, 2) CHECK (VALUE >= 0); CREATE DOMAIN sales.price AS sales.money CHECK (VALUE < 100000); CREATE DOMAIN sales.loose AS numeric; CREATE DOMAIN sales.pieces AS int;
CREATE TABLE sales.orders (id int PRIMARY KEY, person int NOT NULL, kind text NOT NULL, amount sales.money NOT NULL, paid sales.price NOT NULL, fee sales.loose NOT NULL, other sales.loose NOT NULL, pieces sales.pieces NOT NULL, tip sales.money);
INSERT INTO sales.orders SELECT n, n, 'k' || n % 2, n * 1.25, n, n, n, n, CASE WHEN n % 2 = 0 THEN n END FROM generate_series(1, 60) n;
GRANT USAGE ON SCHEMA sales TO tabir_reader; GRANT SELECT ON ALL TABLES IN SCHEMA sales TO tabir_reader"""
POLICY = """
version: 1
databases: [payments]
tables: { sales.orders: { subject: { person: person }, columns: { "*": open } } }
roles: { analyst: { tables: [sales.orders], only: aggregates, min_group: 5 } }
users: { analyst: { role: analyst } }
"""


@pytest.fixture(scope="module")
def run(postgres):
    with over_own_schema(postgres, SALES, POLICY, ["analyst"]) as gateway, psycopg.connect(gateway.dsn("analyst"), autocommit=True) as connection:
        yield lambda statement: connection.execute(statement).fetchall()


@pytest.mark.parametrize("total", ["sum(amount - paid)", "sum(amount * paid)", "sum(amount * pieces)", "avg(paid * (1 - amount))", "sum(amount * pieces * paid)", "sum(amount::numeric(18, 2))", "sum(paid::numeric(14, 2)), sum(fee * 2.5)", "sum(coalesce(tip, 0) + amount)", "sum(CASE WHEN kind = 'k1' THEN amount - paid ELSE 0 END)"])
def test_they_are_those_of_postgresql(run, ask_directly, total):
    statement = f"SELECT kind, {total} FROM sales.orders GROUP BY kind ORDER BY kind"
    assert run(statement) == ask_directly(statement)


@pytest.mark.parametrize("total", ["sum(fee * other)", "sum(fee - amount)", "sum(fee::numeric(12, 2))", "sum(amount::numeric(12, 2))", "sum(amount::numeric(8, 2))", "sum((amount - 1)::sales.money)"])
def test_what_may_fail_for_one_person_is_refused(run, total):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        run(f"SELECT {total} FROM sales.orders")
