"""Unique columns and foreign keys beside a row filter: written where they tell nothing of rows that it hides."""

import psycopg
import pytest

from gateway import over_own_schema

OBJECTS = """
CREATE SCHEMA keyed;
CREATE TABLE keyed.up (id bigint PRIMARY KEY);
CREATE TABLE keyed.mid (id bigint PRIMARY KEY REFERENCES keyed.up ON UPDATE CASCADE);
CREATE TABLE keyed.low (id bigint PRIMARY KEY, mid bigint REFERENCES keyed.mid, g text NOT NULL);
CREATE TABLE keyed.beside (id bigint PRIMARY KEY, low bigint REFERENCES keyed.low);
CREATE TABLE keyed.settings (key text PRIMARY KEY, value text UNIQUE);
CREATE TABLE keyed.labels (key text PRIMARY KEY REFERENCES keyed.settings);
INSERT INTO keyed.up SELECT generate_series(1, 9); INSERT INTO keyed.mid SELECT generate_series(1, 9); INSERT INTO keyed.low VALUES (1, 7, 'out'), (2, 2, 'in');
GRANT USAGE ON SCHEMA keyed TO tabir_reader, tabir_catalog; GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA keyed TO tabir_reader"""
POLICY = """
version: 1
databases: [payments]
tables:
  keyed.low: { subject: { person: id }, columns: { "*": open } }
  keyed.up: open
  keyed.mid: open
  keyed.beside: open
  keyed.settings: open
  keyed.labels: open
roles:
  filtered:
    tables: [keyed.low, keyed.up, keyed.mid, keyed.beside, keyed.settings, keyed.labels]
    rows: { keyed.low: "g = 'in'" }
    write: [keyed.low, keyed.up, keyed.mid, keyed.beside, keyed.settings, keyed.labels]
users: { filtered: { role: filtered } }
"""


@pytest.fixture(scope="module")
def running(postgres):
    with over_own_schema(postgres, OBJECTS, POLICY, ["filtered"]) as running:
        yield running


@pytest.fixture
def connection(running):
    with psycopg.connect(running.dsn("filtered"), autocommit=True) as connection:
        yield connection


@pytest.mark.parametrize("statement", [
    "UPDATE keyed.up SET id = 1007 WHERE id = 7", "UPDATE keyed.mid SET id = 1007 WHERE id = 7", "INSERT INTO keyed.low VALUES (1, 2, 'in')",
    "INSERT INTO keyed.beside VALUES (1, 1)", "UPDATE keyed.beside SET low = 1", "INSERT INTO keyed.mid VALUES (7)",
])
def test_what_is_compared_with_hidden_rows_is_not_written(connection, statement):
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="an index or a foreign key would tell"):
        connection.execute(statement)


def test_what_is_compared_with_rows_that_are_all_shown_is_written(connection):
    connection.execute("INSERT INTO keyed.settings VALUES ('a', 'x') ON CONFLICT (key) DO UPDATE SET value = excluded.value")
    connection.execute("INSERT INTO keyed.labels VALUES ('a')")
    connection.execute("UPDATE keyed.settings SET value = 'y' WHERE key = 'a'")
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        connection.execute("INSERT INTO keyed.labels VALUES ('b')")
