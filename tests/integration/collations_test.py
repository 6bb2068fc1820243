"""Columns whose collation takes different texts for equal: LIKE fails on them, and so on whoever it reaches."""

import psycopg
import pytest
from psycopg import errors

from gateway import Gateway

OBJECTS = """
CREATE SCHEMA folded;
CREATE COLLATION folded.ci (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE TABLE folded.notes (id int PRIMARY KEY, who text, note text COLLATE folded.ci);
INSERT INTO folded.notes SELECT n, 'agent' || n % 2, 'Value ' || n FROM generate_series(1, 40) n;
GRANT USAGE ON SCHEMA folded TO tabir_reader; GRANT SELECT ON folded.notes TO tabir_reader"""
POLICY = """
version: 1
databases: [payments]
tables:
  folded.notes: { subject: { note: id }, columns: { "*": open } }
roles:
  filtered: { tables: [folded.notes], rows: { folded.notes: "who = :user" } }
  counter:  { tables: [folded.notes], only: aggregates, min_group: 5 }
users: { agent0: { role: filtered }, counter: { role: counter } }
"""


@pytest.fixture(scope="module")
def ask(postgres):
    postgres.psql(OBJECTS, "payments")
    with Gateway(postgres, POLICY, ["agent0", "counter"], dict.fromkeys(["filtered", "counter"], "tabir_reader")) as running:
        def ask(user, statement):
            with psycopg.connect(running.dsn(user), autocommit=True) as connection:
                return connection.execute(statement).fetchall()
        yield ask
    postgres.psql("DROP SCHEMA folded CASCADE", "payments")


def told(ask, statement):
    try:
        return ask("agent0", statement)
    except psycopg.Error as error:
        return error.sqlstate, str(error)


@pytest.mark.parametrize("statement", ["SELECT id FROM folded.notes WHERE id = {} AND {}", "SELECT n.id FROM (SELECT * FROM folded.notes) n WHERE n.id = {} AND {}"])
@pytest.mark.parametrize("condition", ["note LIKE 'v%'", "note ILIKE 'v%'", "note NOT LIKE 'v%'", "lower(note) LIKE 'v%'", "note::text LIKE 'v%'", "strpos(note, 'x') > 0"])
def test_a_pattern_tells_of_no_row_that_a_filter_hides(ask, statement, condition):
    somebody, nobody = (told(ask, statement.format(key, condition)) for key in (7, 99))
    assert somebody == nobody


def test_on_a_row_that_is_shown_it_fails_as_in_the_database(ask):
    with pytest.raises(errors.FeatureNotSupported):
        ask("agent0", "SELECT id FROM folded.notes WHERE id = 8 AND note LIKE 'v%'")
    assert ask("agent0", "SELECT id FROM folded.notes WHERE note = 'VALUE 8'") == [(8,)]


@pytest.mark.parametrize("statement", ["SELECT count(*) FILTER (WHERE note LIKE 'v%') FROM folded.notes WHERE who = 'agent1'",
                                       "SELECT count(*) FROM folded.notes WHERE who = 'agent7' AND lower(note) LIKE 'v%'"])
def test_it_chooses_nobody_for_those_who_see_only_aggregates(ask, statement):
    with pytest.raises(errors.InsufficientPrivilege):
        ask("counter", statement)
