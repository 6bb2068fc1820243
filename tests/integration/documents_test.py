"""A class can be given to a path of a json or jsonb column: it is masked on every way of reading the document."""

import json
import time

import psycopg
import pytest

from gateway import Gateway

POLICY = r"""
version: 1
databases: [documents]
classes:
  phone: { mask: { keep_last: 2 } }
  email: { mask: email }
  secret: { mask: strip }
tables:
  public.people:
    subject: none
    columns:
      id: open
      profile->contact->wa: phone
      profile->contact->emails: email
      profile->pin: secret
      raw: open
      raw->contact->wa: phone
      raw->contact->emails: email
      raw->pin: secret
      whole: secret
      whole->contact->wa: phone
      other: open
  public.odd:
    subject: none
    columns:
      id: open
      d->a->b->c->d->e->f->g->h->i->j: phone
      d->a->b->c->d->e->f->g->h->i->k: email
      d->a->k: secret
      d->'->\: phone
      t->wa: phone
      list->wa: phone
      j->wa: phone
  public.archive:
    subject: none
    columns: { id: open, profile->contact->wa: phone }
roles:
  reader: { tables: [public.people, public.odd] }
  caller: { tables: [public.people, public.archive], clear: [phone], write: [public.people, public.archive] }
  keeper: { tables: [public.people], clear: [secret] }
  writer: { tables: [public.people], clear: [phone], write: [public.people: ["*", profile, raw]] }
  owner:  { tables: [public.people], clear: [phone, email, secret], write: [public.people] }
users: { reader: { role: reader }, caller: { role: caller }, keeper: { role: keeper }, writer: { role: writer }, owner: { role: owner } }
"""
DOCUMENT = {"name": "Sri", "pin": 4711, "tags": ["new", {"wa": "open"}],
            "contact": {"wa": "+62811000001", "emails": ["sri@mail.example", None, {"work": "sri@work.example"}], "city": "Bogor"}}
LIST = [{"contact": [{"wa": "+62811000002"}, {"wa": ["+62811000003", 62811000004, ["+62811000005"]]}, [{"wa": "+62811000006"}]]}]
SECRETS = ["62811", "4711", "sri@", "work.example"]


@pytest.fixture(scope="module")
def documents(postgres):
    postgres.psql("CREATE DATABASE documents")
    postgres.psql(
        "CREATE TABLE people(id int PRIMARY KEY, profile jsonb, raw json, whole jsonb, other jsonb);"
        f"INSERT INTO people SELECT n, d, d, d, '{{}}' FROM (VALUES (1, '{json.dumps(DOCUMENT)}'::jsonb), "
        f"(2, '{json.dumps(LIST)}'), (3, NULL), (4, '[]'), (5, '\"text\"'), (6, '{{\"contact\": null}}'), (7, 'null')) v(n, d);"
        "CREATE DOMAIN card AS jsonb; CREATE TABLE odd(id int PRIMARY KEY, d jsonb, t json, list jsonb[], j card);"
        "CREATE TABLE archive(id int, profile jsonb);"
        # What a careless search_path would find instead of PostgreSQL's own.
        "CREATE FUNCTION public.jsonb_typeof(jsonb) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT 'null' $$;"
        "GRANT SELECT, INSERT, UPDATE ON people, odd, archive TO tabir_reader; GRANT CONNECT ON DATABASE documents TO tabir_reader, tabir_catalog",
        "documents")
    users = ["reader", "caller", "keeper", "writer", "owner"]
    with Gateway(postgres, POLICY, users, dict.fromkeys(users, "tabir_reader")) as running:
        yield running


def ask(documents, statement, user="reader"):
    with psycopg.connect(documents.dsn(user, "documents"), autocommit=True) as connection:
        answer = connection.execute(statement)
        return answer.fetchall() if answer.description else answer.rowcount


def test_the_rest_of_the_document_stays(documents):
    (profile, raw), = ask(documents, "SELECT profile, raw FROM people WHERE id = 1")
    assert profile == DOCUMENT | {"pin": None, "contact": {"wa": "***01", "emails": ["s***@mail.example", None, None], "city": "Bogor"}}
    assert raw == profile
    assert ask(documents, "SELECT profile FROM people WHERE id BETWEEN 2 AND 7 ORDER BY id") == [
        ([{"contact": [{"wa": "***02"}, {"wa": ["***03", "***04", None]}, None]}],), (None,), ([],), ("text",),
        ({"contact": None},), (None,)]
    assert ask(documents, "SELECT id FROM people WHERE profile IS NULL") == [(3,)]


@pytest.mark.parametrize("expression", [
    "profile::text", "raw::text", "profile->'contact'", "profile->'contact'->'wa'", "profile->'contact'->>'wa'", "raw->'contact'->>'wa'",
    "profile#>'{contact,wa}'", "profile#>>'{contact,wa}'", "profile['contact']['wa']", "profile->0->'contact'->0->>'wa'",
    "jsonb_path_query(profile, '$.**')", "jsonb_path_query_array(profile, '$.contact.wa')", "jsonb_each(profile)::text",
    "jsonb_each_text(profile->'contact')::text", "jsonb_pretty(profile)", "jsonb_array_elements(profile->'contact'->'emails')",
    "jsonb_extract_path_text(profile, 'contact', 'wa')", "to_jsonb(people)", "people::text", "row_to_json(people)",
    "jsonb_strip_nulls(profile)", "profile || '{}'", "profile - 'name'", "jsonb_agg(profile) OVER ()", "max(profile::text) OVER ()",
    "jsonb_set(profile, '{name}', '1')", "(SELECT string_agg(p.profile::text, ',') FROM people p)", "json_each(raw)::text",
])
def test_no_way_of_reading_shows_it(documents, expression):
    # Documents of other shapes than an expression is made for: it is asked of one after another.
    shown = []
    for number in (1, 2):
        try:
            shown += ask(documents, f"SELECT {expression} FROM people WHERE id = {number}")
        except psycopg.errors.DatabaseError as error:
            shown.append(str(error))
    assert shown and not [secret for secret in SECRETS if secret in str(shown)], shown


@pytest.mark.parametrize("condition", [
    """profile @> '{"contact": {"wa": "+62811000001"}}'""", "profile->'contact'->>'wa' = '+62811000001'",
    "profile#>>'{contact,wa}' LIKE '+62811%'", """profile @? '$.contact.wa ? (@ starts with "+62")'""",
    "profile->>'pin' = '4711'", "profile::text LIKE '%62811%'", "raw->'contact'->>'wa' = '+62811000001'",
    f"profile = '{json.dumps(DOCUMENT)}'", "profile->'contact'->'emails' ? 'sri@mail.example'",
])
def test_no_condition_finds_it(documents, postgres, condition):
    assert postgres.psql(f"SELECT count(*) FROM people WHERE {condition}", "documents").strip() != "0"
    assert ask(documents, f"SELECT id FROM people WHERE {condition}") == []


def test_a_role_that_sees_the_class_sees_its_paths_only(documents):
    (profile,), = ask(documents, "SELECT profile FROM people WHERE id = 1", "caller")
    assert profile["contact"]["wa"] == "+62811000001" and profile["pin"] is None


def test_a_whole_document_of_a_class_is_protected_and_its_paths_besides(documents):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(documents, "SELECT whole FROM people")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(documents, "SELECT whole FROM people", "caller")
    (whole,), = ask(documents, "SELECT whole FROM people WHERE id = 1", "keeper")
    assert whole == DOCUMENT | {"contact": DOCUMENT["contact"] | {"wa": "***01"}}


@pytest.mark.parametrize("column,document,expected", [
    ("t", r"""{"wa": "+62811000001", "wa": "+62811000002"}""", {"wa": "***02"}),
    ("t", r"""{"w\u0061": "+62811000001", "n": 1.50}""", {"wa": "***01", "n": 1.5}),
    ("t", r"""{"wa": "+62811000001", "note": "a\u0000b"}""", {}),
    ("t", r"""{"wa": "+628\u003111000001"}""", {"wa": "***01"}),
    ("t", r"""[{"wa": {"x": "+62811000001"}}, "+62811000002", [{"wa": 62811000001}]]""", [{"wa": None}, "+62811000002", None]),
    ("t", r"""{"wa": true}""", {"wa": "***"}),
    ("t", r"""{"wa": [[1], 62811000001, null, {}]}""", {"wa": [None, "***01", None, None]}),
    ("t", r"""{"WA": "+62811", "": 1}""", {"WA": "+62811", "": 1}),
    ("t", "null", None), ("t", "17", 17), ("t", '"+62811"', "+62811"), ("t", "[]", []), ("t", "{}", {}),
    ("d", r"""{"a": {"b": {"c": {"d": {"e": {"f": {"g": {"h": {"i": {"j": "+62811000001", "k": "sri@mail.example"}}}}}}}}, "k": 4711}}""",
     {"a": {"b": {"c": {"d": {"e": {"f": {"g": {"h": {"i": {"j": "***01", "k": "s***@mail.example"}}}}}}}}, "k": None}}),
    ("d", r"""{"'": {"\\": "+62811000001"}, "\"": 1}""", {"'": {"\\": "***01"}, '"': 1}),
    ("d", r"""{"'": [{"\\": ["+62811000001"]}, 1]}""", {"'": [{"\\": ["***01"]}, 1]}),
    ("j", r"""{"wa": "+62811000001"}""", {"wa": "***01"}),
])
def test_documents_of_any_shape(documents, postgres, column, document, expected):
    text = document.replace("'", "''")
    postgres.psql(f"DELETE FROM odd; INSERT INTO odd(id, {column}) VALUES (1, '{text}')", "documents")
    (shown, kind), = ask(documents, f"SELECT {column}::text, pg_typeof({column})::text FROM odd")
    assert kind == ("json" if column == "t" else "jsonb")
    assert json.loads(shown) == expected
    assert "62811000001" not in str(ask(documents, "SELECT odd, to_json(odd), odd::text FROM odd"))
    with psycopg.connect(documents.dsn("reader", "documents")) as connection:
        for copied in ("COPY odd TO STDOUT", "COPY odd TO STDOUT (FORMAT binary)", f"COPY (SELECT {column} FROM odd) TO STDOUT"):
            with connection.cursor().copy(copied) as copy:
                assert b"62811000001" not in b"".join(bytes(part) for part in copy)


def test_arrays_of_documents_are_masked_one_by_one(documents, postgres):
    postgres.psql("""DELETE FROM odd; INSERT INTO odd(id, list) VALUES (1, ARRAY['{"wa": "+62811000001"}', NULL, '[{"wa": 1}]']::jsonb[])""", "documents")
    assert ask(documents, "SELECT list FROM odd") == [([{"wa": "***01"}, None, [{"wa": "***"}]],)]


def test_large_and_deep_documents(documents, postgres):
    postgres.psql("""DELETE FROM odd; INSERT INTO odd(id, t) SELECT 1, json_agg(json_build_object('wa', '+62811' || n, 'n', n)) FROM generate_series(1, 50000) n;
        INSERT INTO odd(id, t) SELECT 2, (repeat('{"wa":', 2000) || '"+62811000001"' || repeat('}', 2000))::json""", "documents")
    assert ask(documents, "SELECT count(*) FROM odd, json_array_elements(t) e WHERE id = 1 AND e->>'wa' LIKE '***%'") == [(50000,)]
    assert ask(documents, "SELECT t::text FROM odd WHERE id = 2") == [('{"wa": null}',)]


def test_the_masks_meaning_hangs_on_no_search_path(documents):
    with psycopg.connect(documents.dsn("reader", "documents"), autocommit=True) as connection:
        connection.execute("SET search_path = public, pg_catalog")
        assert connection.execute("SELECT profile->'contact'->>'wa' FROM people WHERE id = 1").fetchall() == [("***01",)]


def test_prepared_statements_and_renamed_columns(documents, postgres):
    with psycopg.connect(documents.dsn("reader", "documents"), autocommit=True) as connection:
        for turn in range(8):
            if turn == 6:
                postgres.psql("ALTER TABLE people RENAME other TO spare; ALTER TABLE people RENAME profile TO other", "documents")
            try:
                shown = str(connection.execute("SELECT other FROM people WHERE id = 1", prepare=True).fetchall())
            except psycopg.DatabaseError as error:
                shown = str(error)
            assert not [secret for secret in SECRETS if secret in shown], shown
    postgres.psql("ALTER TABLE people RENAME other TO profile; ALTER TABLE people RENAME spare TO other", "documents")
    documents.reload()
    deadline = time.monotonic() + 60
    while True:  # until the gateway has read the catalog again
        try:
            ask(documents, "SELECT profile FROM people")
            return
        except psycopg.DatabaseError:
            assert time.monotonic() < deadline


def test_a_role_that_sees_masks_may_not_write_the_document(documents, postgres):
    truth = postgres.psql("SELECT * FROM people WHERE id = 1", "documents")
    for statement in ("UPDATE people SET profile = '{}' WHERE id = 1", "UPDATE people SET profile = profile WHERE id = 1",
                      "UPDATE people SET profile['contact'] = '{}' WHERE id = 1", "INSERT INTO people(id, profile) VALUES (9, '{}')",
                      "UPDATE people SET other = profile->'contact' WHERE id = 1"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            ask(documents, statement, "caller")
    assert postgres.psql("SELECT * FROM people WHERE id = 1", "documents") == truth


def test_a_saved_mask_keeps_the_document(documents, postgres):
    truth = postgres.psql("SELECT profile FROM people WHERE id = 1", "documents")
    (shown,), = ask(documents, "SELECT profile::text FROM people WHERE id = 1", "writer")
    assert ask(documents, f"UPDATE people SET profile = '{shown}' WHERE id = 1", "writer") == 1
    assert postgres.psql("SELECT profile FROM people WHERE id = 1", "documents") == truth
    for statement in ("UPDATE people SET other = profile WHERE id = 1", "UPDATE people SET profile['a'] = '1' WHERE id = 1"):
        with pytest.raises(psycopg.errors.DatabaseError):
            ask(documents, statement, "writer")
    assert postgres.psql("SELECT profile FROM people WHERE id = 1", "documents") == truth


def test_a_document_seen_in_clear_flows_only_where_its_paths_are_protected(documents, postgres):
    postgres.psql("UPDATE people SET raw = profile::json", "documents")
    assert ask(documents, "UPDATE people SET profile = jsonb_set(profile, '{city}', '\"Bogor\"') WHERE id = 1", "owner") == 1
    for statement in ("UPDATE people SET other = profile WHERE id = 1", "UPDATE people SET other = jsonb_build_object('n', profile->'pin') WHERE id = 1",
                      "UPDATE people SET other = raw::jsonb WHERE id = 1"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            ask(documents, statement, "owner")
    assert ask(documents, "INSERT INTO archive SELECT id, profile FROM people WHERE id < 3", "caller") == 2
    assert "***" not in postgres.psql("SELECT profile->'contact'->'wa' FROM archive WHERE id = 1", "documents")
    assert not [secret for secret in SECRETS[1:] if secret in postgres.psql("SELECT profile FROM archive", "documents")]

