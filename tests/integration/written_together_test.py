"""A value that the role chose is never compared with one that it does not see: a mask that is saved keeps the real value, so that whatever
looks at both of them would tell, by success or failure, what it is."""

import contextlib

import psycopg
import pytest
from psycopg import errors

from gateway import Gateway

TABLES = """
CREATE TABLE people (id int PRIMARY KEY, city text, phone text, email text, lo int, hi int, CHECK (city IS DISTINCT FROM phone), CHECK (lo < hi));
CREATE TABLE forms (id int PRIMARY KEY, state text, phone text, email text, CHECK (phone IS NOT NULL OR email IS NOT NULL OR state IS NULL));
CREATE VIEW desk AS SELECT id, city, phone FROM people;
CREATE DOMAIN apart AS text[] CHECK (VALUE[1] IS DISTINCT FROM VALUE[2]);
CREATE DOMAIN filled AS jsonb CHECK (VALUE IS NOT NULL);
CREATE DOMAIN number AS text CHECK (VALUE LIKE '+%');
CREATE TABLE books (id int PRIMARY KEY, phones text[] CHECK (phones[1] IS DISTINCT FROM phones[2]), pair apart, pairs apart[], free text[], single number[],
  doc jsonb CHECK (doc->>'lang' IS DISTINCT FROM doc->'contact'->>'wa'), profile jsonb, card jsonb, size int GENERATED ALWAYS AS (length(card->>'lang')) STORED,
  form filled CHECK (form IS NOT NULL));
CREATE INDEX ON books ((1 / (length(profile->>'lang') - length(profile->'contact'->>'wa')))); CREATE INDEX ON books USING gin (form); CREATE INDEX ON books USING gin (free);
CREATE TABLE numbers (id int PRIMARY KEY, code text, phone text, extra text);
CREATE INDEX ON numbers ((code || phone));
CREATE TABLE parts (id int, city text, phone text) PARTITION BY RANGE (city, phone);
CREATE TABLE part PARTITION OF parts FOR VALUES FROM ('a', '+5') TO ('a', '+9');
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO tabir_reader; GRANT CONNECT ON DATABASE together TO tabir_reader, tabir_catalog;
"""
ROWS = """
TRUNCATE people, forms, books, numbers, parts;
INSERT INTO people VALUES (1, 'Bogor', '+62811000099', 'sri@mail.example', 48613, 1000000);
INSERT INTO forms VALUES (1, 'new', '+62811000099', NULL);
INSERT INTO books VALUES (1, '{+62811000011,x}', '{+62811000011,x}', NULL, '{+62811000011,x}', '{+62811000011}',
  '{"lang":"de","contact":{"wa":"+62811000001"}}', '{"lang":"de","contact":{"wa":"+62811000001"}}', '{"lang":"de","contact":{"wa":"+62811000001"}}', DEFAULT,
  '{"lang":"de","contact":{"wa":"+62811000001"}}');
INSERT INTO numbers VALUES (1, 'a', '+62811000099', 'x');
INSERT INTO parts VALUES (1, 'a', '+8');
"""
POLICY = """
version: 1
databases: [together]
classes: { phone: { mask: { keep_last: 2 } }, email: { mask: email }, code: { mask: "null" } }
tables:
  public.people: { subject: { person: id }, columns: { "*": open, phone: phone, email: email, lo: code } }
  public.desk: open
  public.forms: { subject: { person: id }, columns: { "*": open, phone: phone, email: email } }
  public.books:
    subject: { person: id }
    columns: { "*": open, phones: phone, pair: phone, pairs: phone, free: phone, single: phone, doc->contact->wa: phone, profile->contact->wa: phone, card->contact->wa: phone,
               form->contact->wa: phone }
  public.numbers: { subject: { person: id }, columns: { "*": open, phone: phone } }
  public.parts: { subject: { person: id }, columns: { "*": open, phone: phone } }
roles:
  editor:
    tables: [public.people, public.desk, public.forms, public.books, public.numbers, public.parts]
    statements: [temp_tables]
    write: [{ public.people: ["*", phone, email, lo] }, { public.forms: ["*", phone, email] }, { public.books: ["*", phones, pair, pairs, free, single, doc, profile, card, form] }, { public.numbers: ["*", phone] }, { public.parts: ["*", phone] }]
  clear:
    tables: [public.people]
    clear: [phone, email, code]
    write: [{ public.people: ["*", phone, email, lo] }]
users: { editor: { role: editor }, clear: { role: clear } }
"""


@pytest.fixture(scope="module")
def together(postgres):
    postgres.psql("CREATE DATABASE together")
    postgres.psql(TABLES, "together")
    with Gateway(postgres, POLICY, ["editor", "clear"], dict.fromkeys(["editor", "clear"], "tabir_reader")) as running:
        yield running


@pytest.fixture
def connect(together, postgres):
    """Runs statements as a user, over rows as they were at first."""
    postgres.psql(ROWS, "together")
    with contextlib.ExitStack() as open_connections:
        yield lambda user: open_connections.enter_context(psycopg.connect(together.dsn(user, "together"), autocommit=True)).execute


@pytest.fixture
def run(connect):
    return connect("editor")


@pytest.mark.parametrize("statement", [
    "UPDATE people SET city = '{}', phone = phone WHERE id = 1",
    "UPDATE people SET city = '{}', phone = '***99' WHERE id = 1",
    "UPDATE people SET (city, phone) = ('{}', phone) WHERE id = 1",
    "UPDATE people SET city = v.c, phone = v.p FROM (VALUES ('{}', '***99')) v(c, p) WHERE id = 1",
    "INSERT INTO people (id, city, phone, hi) VALUES (1, 'x', 'y', 0) ON CONFLICT (id) DO UPDATE SET city = '{}', phone = people.phone",
    "INSERT INTO people (id, city, phone, hi) VALUES (1, '{}', '***99', 0) ON CONFLICT (id) DO UPDATE SET city = excluded.city, phone = excluded.phone",
    "UPDATE desk SET city = '{}', phone = phone WHERE id = 1",
    "UPDATE people SET hi = 48614, lo = NULL WHERE id = 1",
    "UPDATE numbers SET code = '{}', phone = phone WHERE id = 1",
    "UPDATE parts SET city = '{}', phone = phone WHERE id = 1",
])
@pytest.mark.parametrize("guess", ["+62811000098", "+62811000099"])
def test_a_guess_beside_a_kept_value_is_refused(run, postgres, statement, guess):
    with pytest.raises(errors.InsufficientPrivilege, match="because a constraint, index or generated column would compare it with"):
        run(statement.format(guess))
    assert postgres.psql("SELECT city, hi FROM people", "together") == "Bogor|1000000"


def test_the_hidden_value_alone_is_changed_and_kept(run, postgres):
    for sent, stored in (("'***99'", "+62811000099"), ("phone", "+62811000099"), ("'+6281'", "+6281")):
        run(f"UPDATE people SET phone = {sent} WHERE id = 1")
        assert postgres.psql("SELECT phone FROM people", "together") == stored
    run("UPDATE numbers SET phone = '***99', extra = 'y' WHERE id = 1")
    assert postgres.psql("SELECT phone, extra FROM numbers", "together") == "+62811000099|y"


def test_what_is_asked_for_null_only_is_written_where_a_mask_shows_it(run, postgres):
    assert run("UPDATE forms SET state = 'old', phone = phone, email = email WHERE id = 1").rowcount == 1
    assert run("UPDATE forms SET state = 'done' WHERE id = 1").rowcount == 1
    with pytest.raises(errors.CheckViolation):
        run("UPDATE forms SET phone = NULL WHERE id = 1")
    assert postgres.psql("SELECT state, phone, email FROM forms", "together") == "done|+62811000099|"


@pytest.mark.parametrize("assignment", [
    "phones = '{***11,+62811000011}'", "phones = array_append(phones, 'x')", "pair = '{***11,+62811000011}'", "pairs = NULL",
    """doc = doc || '{"lang": "+62811000001"}'""", """profile = profile || '{"lang": "+62811000001"}'""", """card = card || '{"lang": "id"}'""",
])
def test_no_part_is_chosen_beside_a_kept_one_that_is_looked_at_too(run, postgres, assignment):
    with pytest.raises(errors.InsufficientPrivilege, match="because a constraint, index or generated column would compare it with parts of it which the role does not see"):
        run(f"UPDATE books SET {assignment} WHERE id = 1")
    column = assignment.split()[0]
    with pytest.raises(errors.InsufficientPrivilege, match="parts of it"):
        run(f"INSERT INTO books (id, {column}) VALUES (1, NULL) ON CONFLICT (id) DO UPDATE SET {column} = excluded.{column}")
    assert postgres.psql("SELECT phones[2], doc->>'lang' FROM books", "together") == "x|de"


def test_parts_that_nothing_looks_at_are_kept_beside_others(run, postgres):
    run("""UPDATE books SET free = '{***11,+6285}', single = '{***11,+6285}', form = form || '{"lang": "id"}' WHERE id = 1""")
    assert postgres.psql("SELECT free, single, form->>'lang', form->'contact'->>'wa' FROM books", "together") == "{+62811000011,+6285}|{+62811000011,+6285}|id|+62811000001"
    assert run("INSERT INTO books (id, phones, pair, doc, form) VALUES (2, '{+6281,+6282}', '{a,b}', '{\"lang\": \"en\"}', '{}')").rowcount == 1


def test_a_new_row_and_who_sees_both_are_as_before(connect, postgres):
    assert connect("editor")("INSERT INTO people (id, city, phone, lo, hi) VALUES (2, 'Solo', '+6285', 1, 2)").rowcount == 1
    assert connect("clear")("UPDATE people SET city = 'Medan', phone = phone, lo = 5, hi = 6 WHERE id = 1").rowcount == 1
    assert postgres.psql("SELECT city, phone, lo, hi FROM people WHERE id = 1", "together") == "Medan|+62811000099|5|6"
