"""A part of a value that the role does not see is not written: what is kept beside it would tell, by success or failure, what it is."""

import psycopg
import pytest
from psycopg import errors

from gateway import over_own_schema

SCHEMA = """
CREATE SCHEMA halves;
CREATE TYPE halves.address AS (street text, zip text);
CREATE DOMAIN halves.tags AS text[] CHECK (VALUE[1] <> VALUE[2]);
CREATE TABLE halves.people (id int PRIMARY KEY, note text, tags text[], apart halves.tags, doc jsonb, home halves.address, open_tags text[],
  CHECK (doc ->> 'guess' <> doc ->> 'pin'), CHECK ((home).street IS DISTINCT FROM (home).zip), CHECK (tags[1] IS DISTINCT FROM tags[2]));
INSERT INTO halves.people VALUES (1, 'n', '{a,z}', '{a,z}', '{"pin": "4711", "flag": true}', ('a', 'z'), '{a}');
CREATE VIEW halves.desk AS SELECT id, note, tags, doc FROM halves.people;
GRANT USAGE ON SCHEMA halves TO tabir_reader, tabir_catalog; GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA halves TO tabir_reader;
"""
POLICY = """
version: 1
databases: [payments]
classes: { gone: { mask: strip } }
tables:
  halves.people: { subject: { person: id }, columns: { "*": open, tags: gone, apart: gone, doc: gone, home: gone } }
  halves.desk: open
roles:
  editor: { tables: [halves.people, halves.desk], write: [{ halves.people: ["*", tags, apart, doc, home] }] }
users: { editor: { role: editor } }
"""


@pytest.fixture(scope="module")
def run(postgres):
    with over_own_schema(postgres, SCHEMA, POLICY, ["editor"]) as gateway, psycopg.connect(gateway.dsn("editor")) as connection:
        def run(statement):
            try:
                return connection.execute(statement)
            finally:
                connection.rollback()
        yield run


@pytest.mark.parametrize("assignment", [
    "tags[1] = 'z'", "tags[1] = 'y'", "tags[1][1] = 'y'", "tags[:1] = '{y}'", "apart[1] = 'z'", "doc['guess'] = '\"4711\"'", "doc['flag']['x'] = '1'", "home.street = 'z'",
])
def test_a_part_of_what_is_not_shown_is_not_written(run, assignment):
    for statement in (f"UPDATE halves.people SET {assignment}",
                      f"INSERT INTO halves.people (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET {assignment}",
                      f"MERGE INTO halves.people p USING (VALUES (1)) v (n) ON p.id = v.n WHEN MATCHED THEN UPDATE SET {assignment}"):
        with pytest.raises(errors.InsufficientPrivilege, match="is not shown, and a part of it would be written beside the others"):
            run(statement)


def test_nor_through_a_view(run):
    with pytest.raises(errors.InsufficientPrivilege, match="is not shown, and a part of it"):
        run("UPDATE halves.desk SET tags[1] = 'y'")


def test_a_whole_value_and_parts_of_what_is_shown_are(run):
    assert run("UPDATE halves.people SET tags = '{b,c}', doc = '[1]', open_tags[2] = 'b'").rowcount == 1
    assert run("INSERT INTO halves.people (id, tags[1], home.street) VALUES (2, 'b', 'c')").rowcount == 1
