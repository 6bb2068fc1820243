"""Analysts group and choose by the paths of a document that its masks leave as they are."""

import psycopg
import pytest

from gateway import over_own_schema

PEOPLE = """
CREATE SCHEMA pathed;
CREATE TABLE pathed.people (id bigint PRIMARY KEY, profile jsonb, raw json, tags text[], open jsonb, span int4range);
INSERT INTO pathed.people SELECT n, d, d, CASE WHEN n % 2 = 0 THEN ARRAY['a', 'b'] ELSE ARRAY['c'] END, jsonb_build_object('a', n % 2, 'b', n % 2), int4range(n % 20, n + 1) FROM generate_series(1, 40) AS n, jsonb_build_object(
  'lang', CASE WHEN n = 3 THEN 'eo' WHEN n % 2 = 0 THEN 'en' ELSE 'id' END, 'theme', jsonb_build_object('name', 'dark', 'size', n % 3),
  'contact', jsonb_build_object('wa', '+6281100' || n % 2, 'city', CASE WHEN n % 2 = 0 THEN 'Bogor' ELSE 'Depok' END), 'pin', n % 2, 'list', jsonb_build_array(jsonb_build_object('a', n % 2, 'wa', '1'))) AS d;
GRANT USAGE ON SCHEMA pathed TO tabir_reader; GRANT SELECT ON pathed.people TO tabir_reader"""
POLICY = """
version: 1
databases: [payments]
classes: { phone: { mask: { keep_last: 2 } }, secret: { mask: strip } }
tables:
  pathed.people:
    subject: { person: id }
    columns: { id: open, profile->contact->wa: phone, profile->pin: secret, profile->list->wa: phone, raw->pin: secret, tags: open, open: open, span: open }
roles: { counter: { tables: [pathed.people], only: aggregates, min_group: 5 } }
users: { counter: { role: counter } }
"""
OPEN = ["profile ->> 'lang'", "p.profile->'contact'->>'city'", "profile #>> '{contact,city}'", "profile->'theme'->>'size'", "profile #>> '{theme,name}'", "profile->'list'->0->>'a'", "upper(profile->>'lang')",
        "coalesce(profile->>'lang', '?')", "(profile->>'lang') || '-' || (profile->'theme'->>'name')", "profile->>'nothing'"]
MASKED = ["profile->>'pin'", "profile->'contact'->>'wa'", "profile->>'contact'", "profile #>> '{contact,wa}'", "profile #>> '{pin}'", "profile->'list'->0->>'wa'", "profile->>'list'", "profile->'pin'->>'x'", "profile::text", "profile->0->>'pin'",
          "profile->'theme'->>lower('NAME')", "coalesce(profile->>'lang', profile->>'pin')", "profile #>> '{\"pin\"}'", "profile #>> '{list,0,wa}'", "profile #>> '{contact}'", "profile ->> 0", "profile->'contact'->'wa'->>'x'",
          "profile->>'lang' || profile::text", "raw->>'lang'"]


@pytest.fixture(scope="module")
def run(postgres):
    with over_own_schema(postgres, PEOPLE, POLICY, ["counter"]) as gateway, psycopg.connect(gateway.dsn("counter"), autocommit=True) as connection:
        yield lambda statement: connection.execute(statement).fetchall()


def answered(rows):
    return sorted(str(row) for row in rows if row[1] >= 5)


@pytest.mark.parametrize("key", OPEN)
def test_open_paths_are_keys(run, ask_directly, key):
    for statement in (f"SELECT {key}, count(*) FROM pathed.people p GROUP BY 1", f"SELECT {key} AS k, count(*) AS n FROM pathed.people p GROUP BY k ORDER BY n DESC, k"):
        assert answered(run(statement)) == answered(ask_directly(statement))


@pytest.mark.parametrize("path", [path for path in OPEN if "||" not in path])
@pytest.mark.parametrize("condition", ["{} = 'en'", "{} IN ('en', 'Bogor', 'id', '1')", "{} IS NOT NULL", "{} LIKE 'B%'"])
def test_open_paths_choose_people(run, ask_directly, path, condition):
    chosen = condition.format(path)
    (few,), = ask_directly(f"SELECT least(count(*) FILTER (WHERE {chosen}), count(*) FILTER (WHERE ({chosen}) IS NOT TRUE)) BETWEEN 1 AND 4 FROM pathed.people p")
    for statement in (f"SELECT count(*) FROM pathed.people p WHERE {chosen}", f"SELECT count(*) FILTER (WHERE {chosen}) FROM pathed.people p", f"SELECT sum(CASE WHEN {chosen} THEN 1 ELSE 0 END) FROM pathed.people p"):
        answer, = ask_directly(statement)
        assert run(statement) == ([] if few else [answer])


def test_whoever_is_alone_with_an_open_value_is_left_out(run):
    assert run("SELECT count(*) FROM pathed.people WHERE profile->>'lang' = 'eo'") == []
    assert run("SELECT count(*) FROM pathed.people WHERE profile->>'lang' <> 'eo'") == []
    assert "eo" not in str(run("SELECT profile->>'lang', count(*) FROM pathed.people GROUP BY 1"))
    assert run("SELECT count(*) FROM pathed.people WHERE profile->>'lang' = 'en'") == [(20,)]
    assert run("SELECT count(*) FROM pathed.people WHERE profile->'contact'->>'city' = 'Bogor'") == [(20,)]


@pytest.mark.parametrize("path", MASKED)
@pytest.mark.parametrize("statement", ["SELECT {}, count(*) FROM pathed.people GROUP BY 1", "SELECT count(*) FROM pathed.people WHERE {} = 'x'", "SELECT count(*) FILTER (WHERE {} = '1') FROM pathed.people"])
def test_masked_paths_and_what_holds_them_are_neither(run, path, statement):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        run(statement.format(path))


# Each path is a value of its own, and so is what a document or an array is asked for: a condition of several could choose one person.
@pytest.mark.parametrize("condition", [
    "(profile->>'lang' = 'en') <> (profile->'theme'->>'size' = '1' AND profile->'theme'->>'name' = 'dark')", "profile->>'lang' = profile->'contact'->>'city'", "(profile->>'lang' = 'en') = (profile->>'other' = 'x')",
    "CASE WHEN profile->>'lang' = 'en' THEN profile->'theme'->>'size' = '1' ELSE true END", "(tags @> '{a}') <> (tags @> '{b,c}')", "('a' = ANY (tags)) = ('b' = ANY (tags))", "(open @> '{\"a\": 1}') <> (open ->> 'b' = '2')", "(open->>'a' = '1') <> (open->>'b' = '1')",
    "(profile->'list'->0->>'a' = '1') <> (profile->'list'->0->>'a' = '1' AND profile->'list'->1->>'a' = '1')", "(open::text LIKE '%1%') <> (open::text LIKE '%1%' AND open::text LIKE '%2%')", "(tags::text LIKE '%a%') <> (tags::text LIKE '%b%')",
    "(open = '{\"a\": 1, \"b\": 1}') <> (open @> '{\"a\": 1}')", "(lower(span) > 8) <> (upper(span) > 30)", "(tags[1] = 'a') <> (tags[2] = 'b')", "(open = '{}') = (open = '{\"a\": 1}')",
])
@pytest.mark.parametrize("statement", ["SELECT count(*) FROM pathed.people WHERE {}", "SELECT count(*) FILTER (WHERE {}) FROM pathed.people", "SELECT sum(CASE WHEN {} THEN 1 ELSE 0 END) FROM pathed.people"])
def test_a_condition_asks_for_one_value(run, condition, statement):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        run(statement.format(condition))


@pytest.mark.parametrize("condition", ["profile->>'lang' = 'en' OR profile->>'lang' = 'id'", "tags @> '{a}'", "'a' = ANY (tags)", "tags @> '{a}' OR tags @> '{b}'", "open::text LIKE '%1%'", "lower(span) < 10", "profile->'list'->0->>'a' IN ('1', '2')", "array_length(tags, 1) = 1 OR array_length(tags, 1) = 2", "open @> '{\"a\": 1}'", "profile->>'lang' = 'en' AND profile->'theme'->>'name' = 'dark'"])
def test_which_may_be_asked_for_twice_and_joined(run, ask_directly, condition):
    statement = f"SELECT count(*) FROM pathed.people WHERE {condition}"
    assert run(statement) in (ask_directly(statement), [])
