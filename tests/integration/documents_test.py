"""A class can be given to a path of a json or jsonb column: it is masked on every way of reading the document."""

import json

import psycopg
import pytest

from gateway import Gateway

POLICY = """
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
      whole: secret
      other: open
roles:
  reader: { tables: [public.people] }
  caller: { tables: [public.people], clear: [phone] }
  writer: { tables: [public.people], clear: [phone], write: [public.people: ["*", profile]] }
users: { reader: { role: reader }, caller: { role: caller }, writer: { role: writer } }
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
        "GRANT SELECT, UPDATE ON people TO tabir_reader; GRANT CONNECT ON DATABASE documents TO tabir_reader, tabir_catalog",
        "documents")
    users = ["reader", "caller", "writer"]
    with Gateway(postgres, POLICY, users, dict.fromkeys(users, "tabir_reader")) as running:
        yield running


def ask(documents, statement, user="reader"):
    with psycopg.connect(documents.dsn(user, "documents"), autocommit=True) as connection:
        answer = connection.execute(statement)
        return answer.fetchall() if answer.description else answer.rowcount


def test_the_rest_of_the_document_stays(documents):
    (profile, raw), = ask(documents, "SELECT profile, raw FROM people WHERE id = 1")
    assert profile == DOCUMENT | {"pin": None, "contact": {"wa": "***01", "emails": ["s***@mail.example", None, None], "city": "Bogor"}}
    assert raw == DOCUMENT | {"contact": DOCUMENT["contact"] | {"wa": "***01"}}
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


def test_a_whole_document_of_a_class_is_protected(documents):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(documents, "SELECT whole FROM people")


def test_a_saved_mask_keeps_the_document(documents, postgres):
    truth = postgres.psql("SELECT profile FROM people WHERE id = 1", "documents")
    (shown,), = ask(documents, "SELECT profile::text FROM people WHERE id = 1", "writer")
    assert ask(documents, f"UPDATE people SET profile = '{shown}' WHERE id = 1", "writer") == 1
    assert postgres.psql("SELECT profile FROM people WHERE id = 1", "documents") == truth
    with pytest.raises(psycopg.errors.DatabaseError):
        ask(documents, "UPDATE people SET other = profile WHERE id = 1", "writer")
