"""Errors help whoever made the mistake, and tell nobody's data."""

from contextlib import closing

import psycopg2
import pytest
from gateway import DEMO_BACKEND_PASSWORD, PASSWORD
from leak_test import statements
from raw_client import RawClient, error_fields


def said(connection, statement: str) -> tuple:
    connection.notices.clear()
    with connection.cursor() as cursor:
        try:
            cursor.execute(statement)
        except psycopg2.Error as error:
            diag = error.diag
            return (diag.sqlstate, diag.severity, diag.message_primary, diag.message_hint, diag.statement_position)
    return tuple(connection.notices)


def connected(dsn: str):
    connection = psycopg2.connect(dsn)
    connection.autocommit = True
    return closing(connection)


def test_a_mistake_is_explained_as_postgresql_explains_it(gateway, postgres):
    direct_dsn = (f"host={postgres.host} port={postgres.port} user=tabir_reader password={DEMO_BACKEND_PASSWORD} "
                  "dbname=payments")
    with connected(gateway.dsn("reader")) as through, connected(direct_dsn) as direct:
        for statement in statements("mistakes.sql"):
            assert said(through, statement) == said(direct, statement), statement


def test_a_timeout_says_so(gateway):
    with connected(gateway.dsn("reader")) as connection:
        said(connection, "SET statement_timeout = '20ms'")
        assert said(connection, "SELECT count(*) FROM generate_series(1, 100000000)")[:3] == (
            "57014", "ERROR", "canceling statement due to statement timeout")


@pytest.mark.parametrize("statement, message", [
    ("SELECT city::int FROM customers WHERE id = 1", "invalid input syntax for type integer"),
    ("SELECT city::date FROM customers WHERE id = 1", "invalid input syntax for type date"),
    ("SELECT city::regclass FROM customers WHERE id = 1", "a relation does not exist"),
    ("SELECT city::regtype FROM customers WHERE id = 1", "an object does not exist"),
    ("SELECT to_tsquery('simple', city || ' & ') FROM customers WHERE id = 1", "no operand in tsquery"),
    ("SELECT ('{' || city)::int[] FROM customers WHERE id = 1", "malformed array literal"),
    ("SELECT 1 / (id - id) FROM customers WHERE id = 1", "division by zero"),
])
def test_a_row_s_data_is_not_quoted(gateway, postgres, statement, message):
    city = postgres.psql("SELECT city FROM customers WHERE id = 1", "payments")
    with connected(gateway.dsn("reader")) as connection:
        answer = said(connection, statement)
    assert answer[2] == message
    assert city.lower() not in str(answer).lower()


@pytest.mark.parametrize("text, told", [
    ("CREATE TABLE made (a int); SELECT a FROM made", "role reader may not run CREATE TABLE"),
    ("GRANT SELECT ON customers TO reader; SELECT nothing FROM customers", "role reader may not run GRANT"),
    ("SELECT 1; SELECT nothing FROM customers", 'column "nothing" does not exist'),
])
def test_of_several_statements_the_first_that_cannot_be_says_why(gateway, text, told):
    with connected(gateway.dsn("reader")) as connection:
        assert said(connection, text)[2].startswith(told)


def test_a_restricted_client_hears_the_servers_warnings_at_log_in(gateway, postgres):
    postgres.psql("ALTER ROLE tabir_reader IN DATABASE payments SET work_mem = '8MB'; UPDATE pg_db_role_setting SET "
                  "setconfig = '{work_mem=rubbish}' FROM pg_roles r WHERE r.oid = setrole AND rolname = 'tabir_reader'")
    try:
        with RawClient((gateway.host, gateway.port)) as client:
            client.log_in("reader", PASSWORD, "payments", application_name="warned")
            fields = [error_fields(body) for body in client.notices]
            assert [(field["C"], field["M"]) for field in fields] == [
                ("22023", 'invalid value for parameter "work_mem": "rubbish"')]
    finally:
        postgres.psql("ALTER ROLE tabir_reader IN DATABASE payments RESET ALL")
