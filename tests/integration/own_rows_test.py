"""Who may write rows learns nothing for free of the rows of others by how his own fit beside them."""

import psycopg
import pytest

from gateway import Gateway

TABLE = """
CREATE SCHEMA own;
CREATE TABLE own.people (id int PRIMARY KEY, name text, phone text UNIQUE, score int, boss int REFERENCES own.people, span int4range, EXCLUDE USING gist (span WITH &&));
INSERT INTO own.people SELECT n, 'name ' || n, '+62811' || n, n, NULL, int4range(n * 10, n * 10 + 5) FROM generate_series(1, 20) n;
CREATE TABLE own.later (id int PRIMARY KEY DEFERRABLE INITIALLY DEFERRED, name text);
CREATE TABLE own.parent (id int PRIMARY KEY, name text); CREATE TABLE own.child () INHERITS (own.parent);
INSERT INTO own.later SELECT id, name FROM own.people; INSERT INTO own.parent SELECT id, name FROM own.people;
GRANT SELECT, INSERT ON own.later, own.parent, own.child TO tabir_reader;
GRANT USAGE ON SCHEMA own TO tabir_reader, tabir_catalog; GRANT SELECT, INSERT, UPDATE ON own.people TO tabir_reader;
"""
POLICY = """
version: 1
databases: [payments]
classes: { phone: { mask: { keep_last: 4 } } }
tables:
  own.people: { subject: { person: id }, columns: { "*": open, phone: phone } }
  own.later: { subject: { person: id }, columns: { "*": open } }
  own.parent: { subject: { person: id }, columns: { "*": open } }
roles:
  clerk:
    tables: [own.people, own.later, own.parent]
    clear: [phone]
    write: [{ own.people: ["*", id, phone] }, { own.later: ["*", id] }, { own.parent: ["*", id] }]
    budget: { person: 1000 per day, clear phone: 3 per day, misses: 1000 per day }
users: { clerk: { role: clerk } }
"""


@pytest.fixture
def clerk(postgres):
    postgres.psql(TABLE, "payments")
    with Gateway(postgres, POLICY, ["clerk"], {"clerk": "tabir_reader"}) as running, psycopg.connect(running.dsn("clerk"), autocommit=True) as connection:
        yield connection
    postgres.psql("DROP SCHEMA own CASCADE", "payments")


def spent(connection) -> dict:
    return {row[2]: row[5] for row in connection.execute("SHOW tabir.budget")}


@pytest.mark.parametrize("columns", ["name, score", "name", "phone"])
def test_whether_a_row_is_like_another_is_not_counted_for_free(clerk, columns):
    try:
        clerk.execute(f"SELECT count(*) FROM (SELECT DISTINCT {columns} FROM own.people) rows")
    except psycopg.errors.ProgramLimitExceeded:
        assert columns == "phone", "there are more people than phones may be seen"
    else:
        assert spent(clerk)["person"] == 20


@pytest.mark.parametrize("table, insert", [
    ("later", "INSERT INTO own.later VALUES (7, 'name 7')"), ("parent", "INSERT INTO own.child VALUES (7, 'name 7')")])
def test_a_key_that_another_row_may_have_tells_no_rows_apart(clerk, table, insert):
    """One that is checked at the end of the transaction, or that children have again."""
    with clerk.transaction(force_rollback=True):
        clerk.execute(insert)
        clerk.execute(f"SELECT count(*) FROM (SELECT DISTINCT id, name FROM own.{table}) rows")
    assert spent(clerk)["person"] == 20


def test_how_many_rows_there_are_is_free(clerk):
    assert clerk.execute("SELECT count(*) FROM own.people").fetchone() == (20,)
    assert clerk.execute("SELECT count(*) FROM (SELECT name, score FROM own.people) rows").fetchone() == (20,)
    assert clerk.execute("SELECT count(*) FROM (SELECT DISTINCT id, name FROM own.people) rows").fetchone() == (20,)
    assert set(spent(clerk).values()) == {0}


@pytest.mark.parametrize("change", ["phone = '+628117'", "span = int4range(71, 72)", "boss = 99"])
def test_a_value_that_somebody_else_has_costs_a_miss(clerk, change):
    clerk.execute("SELECT name FROM own.people WHERE id = 1")
    for number in range(1, 4):
        with pytest.raises(psycopg.errors.IntegrityError):
            clerk.execute(f"UPDATE own.people SET {change} WHERE id = 1")
        assert (spent(clerk)["person"], spent(clerk)["misses"]) == (1, number)


def test_a_change_that_fits_costs_no_miss(clerk):
    clerk.execute("UPDATE own.people SET score = 3 WHERE id = 1")
    assert spent(clerk)["misses"] == 0
