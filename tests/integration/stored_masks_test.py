"""A mask is never stored in place of the value that it stands for: who saves a row, a document or an array as he saw it, or with
other parts changed, keeps what he did not see. What could only be the mask of another value is refused, and nothing is written."""

import contextlib
import json

import psycopg
import pytest
from psycopg import errors
from psycopg.types.json import Jsonb

from gateway import Gateway

TABLES = """
CREATE TABLE people (id int PRIMARY KEY, phone varchar(20), email text, note text, city text, nick text, profile jsonb, raw json,
  phones text[], codes varchar(6)[], born date, hired text,
  births date[], names text[]);
CREATE TABLE langs (id int PRIMARY KEY, doc jsonb NOT NULL, phone text);
INSERT INTO langs VALUES (1, '{"lang": "fr"}', '***98');
CREATE SEQUENCE ticks;
GRANT SELECT, INSERT, UPDATE, DELETE ON people, langs TO tabir_reader; GRANT ALL ON SEQUENCE ticks TO tabir_reader;
GRANT CONNECT ON DATABASE stored TO tabir_reader, tabir_catalog;
"""
PROFILE = {"lang": "de", "pin": 4711, "contact": {"wa": "+62811000001", "emails": ["ani@x.example", "budi@y.example"], "city": "Bogor"},
           "friends": [{"wa": "+62811000002", "name": "Ani"}, {"wa": "+62811000003", "name": "Budi"}]}
MASKED = {"lang": "de", "pin": None, "contact": {"wa": "***01", "emails": ["a***@x.example", "b***@y.example"], "city": "Bogor"},
          "friends": [{"wa": "***02", "name": "Ani"}, {"wa": "***03", "name": "Budi"}]}
POLICY = """
version: 1
databases: [stored]
classes:
  phone: { mask: { keep_last: 2 } }
  start: { mask: { keep_first: 2 } }
  email: { mask: email }
  text:  { mask: redact }
  fixed: { mask: { constant: hidden } }
  code:  { mask: "null" }
  birth: { mask: { truncate: year } }
  name:  { mask: initials }
tables:
  public.people:
    subject: { person: id }
    columns:
      id: open
      phone: phone
      email: email
      note: text
      city: open
      nick: start
      profile->contact->wa: phone
      profile->contact->emails: email
      profile->friends->wa: phone
      profile->pin: code
      raw: open
      raw->contact->wa: phone
      phones: phone
      codes: text
      born: birth
      hired: fixed
      births: birth
      names: name
      profile->friends->pin: code
  public.langs: open
roles:
  editor: { tables: [public.people, public.langs], write: [public.people: ["*", phone, email, note, nick, profile, raw, phones, codes, born, hired, births, names]] }
  counted: { tables: [public.people, public.langs], write: [public.people: ["*", phone, profile, phones]], budget: { person: 20 per hour } }
  limited: { tables: [public.people], clear: [phone], write: [public.people: ["*", profile]], budget: { person: 20 per hour }, at_limit: mask }
users: { editor: { role: editor }, counted: { role: counted }, limited: { role: limited } }
"""


@pytest.fixture(scope="module")
def stored(postgres):
    postgres.psql("CREATE DATABASE stored")
    postgres.psql(TABLES, "stored")
    with Gateway(postgres, POLICY, ["editor", "counted", "limited"], dict.fromkeys(["editor", "counted", "limited"], "tabir_reader")) as running:
        yield running


@pytest.fixture
def connect(stored, postgres):
    """Runs statements as a user, over a row as it was at first."""
    postgres.psql(
        "DELETE FROM people; INSERT INTO people VALUES (1, '+62811000099', 'sri@mail.example', 'called twice', 'Bogor', 'sriwati', "
        f"'{json.dumps(PROFILE)}', '{json.dumps(PROFILE)}', ARRAY['+62811000011', '+62811000012', NULL], ARRAY['c1', 'c2'], '1990-05-17', 'by Ani', "
        "'{1990-05-17,1991-03-03}', ARRAY['Ani Budi', 'Cipto Dwi'])",
        "stored")
    with contextlib.ExitStack() as open_connections:
        yield lambda user: open_connections.enter_context(psycopg.connect(stored.dsn(user, "stored"), autocommit=True)).execute


@pytest.fixture(params=["editor", "counted"])
def run(request, connect):
    return connect(request.param)


@pytest.fixture
def edit(connect):
    """Of the role that writes all columns, and is not counted."""
    return connect("editor")


def value(postgres, column):
    return json.loads(postgres.psql(f"SELECT COALESCE(to_json({column}), 'null') FROM people WHERE id = 1", "stored"))


def changed(document, *path, to):
    copy = json.loads(json.dumps(document))
    at = copy
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = to
    return copy


@pytest.mark.parametrize("path,to", [
    (("lang",), "id"), (("contact", "city"), "Medan"), (("contact", "wa"), "+62812999999"), (("friends", 0, "name"), "Ana"),
    (("contact", "emails", 1), "new@z.example"), (("friends", 1, "wa"), None), (("contact",), None), (("pin",), 1234), (("new",), [1, {"a": 2}]),
])
def test_a_document_is_saved_with_one_part_changed(run, postgres, path, to):
    assert run("UPDATE people SET profile = %s WHERE id = 1", [Jsonb(changed(MASKED, *path, to=to))]).rowcount == 1
    assert value(postgres, "profile") == changed(PROFILE, *path, to=to)


@pytest.mark.parametrize("expression,expected", [
    ("jsonb_set(profile, '{lang}', '\"en\"')", PROFILE | {"lang": "en"}),
    ("profile || '{\"vip\": true}'", PROFILE | {"vip": True}),
    ("profile - 'lang'", {key: it for key, it in PROFILE.items() if key != "lang"}),
    ("profile #- '{contact,city}'", PROFILE | {"contact": {"wa": "+62811000001", "emails": ["ani@x.example", "budi@y.example"]}}),
    ("jsonb_set(profile, '{contact,wa}', '\"+6281\"')", changed(PROFILE, "contact", "wa", to="+6281")),
    ("jsonb_insert(profile, '{friends,2}', '{\"wa\": \"+628\", \"name\": \"Citra\"}')", PROFILE | {"friends": PROFILE["friends"] + [{"wa": "+628", "name": "Citra"}]}),
    ("jsonb_set(profile, '{note}', profile->'contact'->'wa')", PROFILE | {"note": "***01"}),
    ("CASE WHEN city = 'Bogor' THEN profile || '{\"a\": 1}' ELSE profile END", PROFILE | {"a": 1}),
    ("COALESCE(profile, '{}') || jsonb_build_object('b', city)", PROFILE | {"b": "Bogor"}),
    ("people.profile", PROFILE), ("'{}'", {}), ("NULL", None), ("'null'", None), ("'[1]'", [1]),
])
def test_a_document_is_worked_out_of_what_is_seen(run, postgres, expression, expected):
    assert run(f"UPDATE people SET profile = {expression} WHERE id = 1").rowcount == 1
    assert value(postgres, "profile") == expected


@pytest.mark.parametrize("document", [
    changed(MASKED, "contact", "wa", to="***02"),
    changed(MASKED, "contact", "emails", to=["b***@y.example", "a***@x.example"]),
    changed(MASKED, "contact", "emails", to=["b***@y.example"]),
    MASKED | {"friends": MASKED["friends"][1:]},
    MASKED | {"friends": [{"wa": "+628"}] + MASKED["friends"]},
])
def test_a_mask_in_another_place_is_refused(run, postgres, document):
    with pytest.raises(errors.InsufficientPrivilege, match='a mask would be stored in column "profile"'):
        run("UPDATE people SET profile = %s WHERE id = 1", [Jsonb(document)])
    assert value(postgres, "profile") == PROFILE


def test_an_array_is_saved_with_one_element_changed(run, postgres):
    for sent, expected in ((["***11", "***12", None], ["+62811000011", "+62811000012", None]),
                           (["***11", "+6285", None], ["+62811000011", "+6285", None]),
                           (["***11", "+6285", None, "+6286"], ["+62811000011", "+6285", None, "+6286"]),
                           (["+6287"], ["+6287"]), ([], []), (None, None)):
        run("UPDATE people SET phones = %s WHERE id = 1", [sent])
        assert value(postgres, "phones") == expected
    run("UPDATE people SET phones = ARRAY['+62811000013'] WHERE id = 1")
    run("UPDATE people SET phones = array_append(phones, %s) WHERE id = 1", ["+6287"])
    run("UPDATE people SET phones = phones || %s::text[] WHERE id = 1", [["+6288"]])
    assert value(postgres, "phones") == ["+62811000013", "+6287", "+6288"]
    for statement in ("array_remove(phones, '***13')", "phones[2:3]", "phones[1:2]", "array_prepend('+628', phones)"):
        with pytest.raises(errors.InsufficientPrivilege, match='a mask would be stored in column "phones"'):
            run(f"UPDATE people SET phones = {statement} WHERE id = 1")
    assert value(postgres, "phones") == ["+62811000013", "+6287", "+6288"]


def test_masks_that_are_all_alike_are_told_by_their_place(edit, postgres):
    edit("UPDATE people SET codes = %s WHERE id = 1", [["***", "c9", "c3"]])
    assert value(postgres, "codes") == ["c1", "c9", "c3"]
    for sent, error in ((["***"], errors.InsufficientPrivilege), (["***", "far too long", "***"], errors.StringDataRightTruncation)):
        with pytest.raises(error):
            edit("UPDATE people SET codes = %s WHERE id = 1", [sent])
    edit("UPDATE people SET profile = profile - 'pin' WHERE id = 1")
    postgres.psql("""UPDATE people SET profile = '{"friends": [{"wa": "+62811000007"}, {"wa": "+62899000007"}]}'""", "stored")
    with pytest.raises(errors.InsufficientPrivilege):
        edit("UPDATE people SET profile = profile #- '{friends,0}' WHERE id = 1")
    assert value(postgres, "codes") == ["c1", "c9", "c3"]


@pytest.mark.parametrize("user,column,stale,fine", [
    ("editor", "phone", "***98", "+62811777777"), ("counted", "phone", "***98", "+62811777777"), ("editor", "phone", "***", None), ("counted", "phone", "***", None),
    ("editor", "email", "x***@other.example", "new@mail.example"), ("editor", "email", "***", "a@b.example"), ("editor", "nick", "xy***", "tini"),
])
def test_a_mask_that_is_no_longer_the_rows_own_is_refused(connect, postgres, user, column, stale, fine):
    run = connect(user)
    before = value(postgres, column)
    for sent in (f"'{stale}'", f"CASE WHEN id = 1 THEN '{stale}' ELSE {column} END", f"'{stale}'::text"):
        with pytest.raises(errors.InsufficientPrivilege, match=f'a mask would be stored in column "{column}"'):
            run(f"UPDATE people SET {column} = {sent} WHERE id = 1")
    with pytest.raises(errors.InsufficientPrivilege, match=column):
        run(f"UPDATE people SET {column} = %s, city = 'Medan' WHERE id = 1", [stale])
    assert value(postgres, column) == before and value(postgres, "city") == "Bogor"
    run(f"UPDATE people SET {column} = %s WHERE id = 1", [fine])
    assert value(postgres, column) == fine
    if fine is None:
        with pytest.raises(errors.InsufficientPrivilege):
            run(f"UPDATE people SET {column} = %s WHERE id = 1", [stale])


def test_a_mask_that_was_read_at_the_limit_is_not_stored_later(connect, postgres):
    limited = connect("limited")
    assert limited("SELECT phone FROM people").fetchall() == [("+62811000099",)]
    for assignment, sent in (("phone = %s", "***99"), ("phones = %s", ["***11", "***12", None]), ("profile = %s", Jsonb(MASKED)), ("phone = (SELECT %s)", "***99"),
                             ("phone = COALESCE(%s, phone)", "***99"), ("(phone, city) = (%s, 'Bogor')", "***99")):
        assert limited(f"UPDATE people SET {assignment} WHERE id = 1", [sent]).rowcount == 1
    limited("INSERT INTO people (id, phone) VALUES (1, '***99') ON CONFLICT (id) DO UPDATE SET phone = excluded.phone")
    assert [value(postgres, column) for column in ("phone", "phones", "profile")] == ["+62811000099", ["+62811000011", "+62811000012", None], PROFILE]
    with pytest.raises(errors.InsufficientPrivilege, match='a mask would be stored in column "phone"'):
        limited("UPDATE people SET phone = '***98' WHERE id = 1")
    assert limited("UPDATE people SET phone = phone || '0', phones = array_append(phones, '+6285') WHERE id = 1 RETURNING phone").fetchall() == [("+628110000990",)]
    assert limited("UPDATE people SET profile = jsonb_set(profile, '{contact,wa}', '\"+6286\"') WHERE id = 1").rowcount == 1
    assert value(postgres, "phones")[3] == "+6285" and value(postgres, "profile") == changed(PROFILE, "contact", "wa", to="+6286")


def test_what_a_constant_or_a_star_stands_for_stays(edit, postgres):
    edit("UPDATE people SET note = '***', hired = 'hidden', born = '1990-01-01', email = 's***@mail.example' WHERE id = 1")
    assert [value(postgres, column) for column in ("note", "hired", "born", "email")] == ["called twice", "by Ani", "1990-05-17", "sri@mail.example"]
    edit("UPDATE people SET note = '*** urgent ***', born = '1991-02-02' WHERE id = 1")
    assert [value(postgres, column) for column in ("note", "born")] == ["*** urgent ***", "1991-02-02"]


def test_an_upsert_saves_a_document_too(edit, postgres):
    edit("INSERT INTO people (id, city, profile, phones) VALUES (1, 'Solo', %s, %s) ON CONFLICT (id) DO UPDATE SET city = excluded.city, "
        "profile = excluded.profile, phones = excluded.phones", [Jsonb(MASKED | {"lang": "en"}), ["***11", "***12", "+6289"]])
    assert value(postgres, "profile") == PROFILE | {"lang": "en"}
    assert value(postgres, "phones") == ["+62811000011", "+62811000012", "+6289"]


@pytest.mark.parametrize("statement", [
    "INSERT INTO people (id, city, born) SELECT 1, city, born FROM people WHERE id = 2 ON CONFLICT (id) DO UPDATE SET born = excluded.born",
    "INSERT INTO people (id, city, born) SELECT id - 1, city, born FROM people WHERE id = 2 ON CONFLICT (id) DO UPDATE SET born = excluded.born, city = 'x'",
    "INSERT INTO people (id, city, born) VALUES (1, 'x', (SELECT born FROM people WHERE id = 2)) ON CONFLICT (id) DO UPDATE SET born = excluded.born",
    "WITH s AS (SELECT born FROM people WHERE id = 2) INSERT INTO people (id, born) SELECT 1, born FROM s ON CONFLICT (id) DO UPDATE SET (born, city) = ROW(excluded.born, 'x')",
    "INSERT INTO people (id, nick) SELECT 1, upper(nick) FROM people WHERE id = 2 ON CONFLICT (id) DO UPDATE SET nick = excluded.nick",
    "INSERT INTO people (id, city) SELECT 1, nick FROM people WHERE id = 2 ON CONFLICT (id) DO UPDATE SET nick = excluded.city",
    "INSERT INTO people (id, codes) SELECT 1, coalesce(codes, '{}') FROM people WHERE id = 2 ON CONFLICT (id) DO UPDATE SET codes = (SELECT excluded.codes)",
])
def test_an_upsert_of_what_was_read_writes_no_mask_over_anothers_value(edit, postgres, statement):
    postgres.psql("INSERT INTO people (id, nick, city, born, profile, raw) VALUES (2, 'budiman', 'Depok', '1984-02-03', '{}', '{}')", "stored")
    before = postgres.psql("SELECT born, nick, codes FROM people WHERE id = 1", "stored")
    with pytest.raises(errors.InsufficientPrivilege, match="shows a mask|was not this row's"):
        edit(statement)
    assert postgres.psql("SELECT born, nick, codes FROM people WHERE id = 1", "stored") == before


def test_an_upsert_of_what_was_read_in_clear_is_stored(edit, postgres):
    edit("INSERT INTO people (id, city, nick) SELECT 1, doc->>'lang', 'new' FROM langs WHERE id = 1 ON CONFLICT (id) DO UPDATE SET city = excluded.city, nick = excluded.nick")
    assert postgres.psql("SELECT city, nick FROM people WHERE id = 1", "stored") == "fr|new"



@pytest.mark.parametrize("around", ["WITH i AS ({0} RETURNING id, nick) SELECT * FROM i", "WITH old AS (SELECT nick FROM people), i AS ({0} RETURNING id) SELECT i.id, o.nick FROM i, old o",
                                    "{0} RETURNING (SELECT min(nick) FROM people)", "{0} WHERE EXISTS (SELECT 1 FROM people q WHERE q.nick IS NOT NULL)"])
def test_what_is_read_beside_an_upsert_is_not_in_it(edit, postgres, around):
    edit(around.format("INSERT INTO people (id, nick) VALUES (1, 'new') ON CONFLICT (id) DO UPDATE SET nick = excluded.nick"))
    assert postgres.psql("SELECT nick FROM people WHERE id = 1", "stored") == "new"


def test_that_new_rows_hold_masks_is_told(connect, stored):
    heard = []
    with psycopg.connect(stored.dsn("editor", "stored"), autocommit=True) as connection:
        connection.add_notice_handler(lambda notice: heard.append(notice.message_primary))
        connection.execute("INSERT INTO people (id, phone, city) SELECT 3, phone, city FROM people WHERE id = 1 AND phone <> ''")
        assert heard.pop() == "column phone of public.people is masked: new rows hold its masks"
        heard.clear()
        connection.execute("INSERT INTO people (id, city, phone) SELECT 4, city, 'x' FROM people WHERE id = 1 RETURNING phone")
        connection.execute("UPDATE people SET phone = phone WHERE id = 1")
        assert heard == []


def test_a_json_text_keeps_its_spelling_where_nothing_changed(edit, postgres):
    postgres.psql("""UPDATE people SET raw = '{"contact" :  {"wa": "+62811000001"}, "a": 1.50}' WHERE id = 1""", "stored")
    (shown,), = edit("SELECT raw::text FROM people WHERE id = 1").fetchall()
    edit("UPDATE people SET raw = %s WHERE id = 1", [shown])
    assert postgres.psql("SELECT raw FROM people", "stored") == '{"contact" :  {"wa": "+62811000001"}, "a": 1.50}'
    edit("UPDATE people SET raw = %s::json WHERE id = 1", [shown.replace("1.50", "2")])
    assert value(postgres, "raw") == {"contact": {"wa": "+62811000001"}, "a": 2}


@pytest.mark.parametrize("column, value_", [
    ("births", "ARRAY['1991-01-01', '1990-01-01']::date[]"), ("births", "array_prepend('2000-02-02'::date, births)"), ("births", "births[2:2]"),
    ("names", "array_remove(names, 'A. B.')"), ("names", "array_prepend('N N', names)"), ("names", "ARRAY[names[2], names[1]]"), ("codes", "ARRAY['new', 'x', '***']"),
    ("phones", "ARRAY[['***11', 'b'], ['c', 'd']]"),
])
def test_masks_without_a_look_are_not_moved(edit, postgres, column, value_):
    before = value(postgres, column)
    with pytest.raises(errors.InsufficientPrivilege, match=column):
        edit(f"UPDATE people SET {column} = {value_} WHERE id = 1")
    assert value(postgres, column) == before


@pytest.mark.parametrize("friends", [
    [{"name": "New"}, {"name": "Ani", "pin": None}, {"name": "Budi", "pin": None}],
    [{"name": "Budi", "pin": None}, {"name": "Ani", "pin": None}],
    [{"name": "Budi", "pin": None}],
])
def test_an_element_that_moved_does_not_take_anothers_value(run, postgres, friends):
    postgres.psql("""UPDATE people SET profile = '{"friends": [{"name": "Ani", "pin": 1}, {"name": "Budi", "pin": 2}]}'""", "stored")
    with pytest.raises(errors.InsufficientPrivilege, match="profile"):
        run("UPDATE people SET profile = %s WHERE id = 1", [Jsonb({"friends": friends})])
    run("UPDATE people SET profile = %s WHERE id = 1", [Jsonb({"friends": [{"name": "Ana", "pin": None}, {"name": "Budi", "pin": None}, {"name": "Citra", "pin": 3}]})])
    assert value(postgres, "profile") == {"friends": [{"name": "Ana", "pin": 1}, {"name": "Budi", "pin": 2}, {"name": "Citra", "pin": 3}]}


@pytest.mark.parametrize("sent", [
    "(SELECT jsonb_agg(f || '{\"seen\": true}' ORDER BY f->>'name') FROM jsonb_array_elements(profile->'friends') f)",
    "'[{\"wa\": \"***02\", \"name\": \"Ani\", \"seen\": true}, {\"wa\": \"***02\", \"name\": \"Budi\", \"seen\": true}]'",
    "'[{\"wa\": \"***02\", \"name\": \"Ana\"}, {\"wa\": \"+6285\", \"name\": \"Budi\", \"seen\": true}]'",
])
def test_an_element_that_moved_and_was_edited_does_not_take_anothers_value(run, postgres, sent):
    friends = [{"wa": "+62811000002", "name": "Budi"}, {"wa": "+62899000002", "name": "Ani"}]
    postgres.psql(f"UPDATE people SET profile = '{json.dumps({'friends': friends})}'", "stored")
    with pytest.raises(errors.InsufficientPrivilege, match='a mask would be stored in column "profile"'):
        run(f"UPDATE people SET profile = jsonb_set(profile, '{{friends}}', {sent}) WHERE id = 1")
    assert value(postgres, "profile") == {"friends": friends}
    run("UPDATE people SET profile = jsonb_set(profile, '{friends,1,name}', '\"Ana\"') WHERE id = 1")
    assert value(postgres, "profile") == {"friends": [friends[0], friends[1] | {"name": "Ana"}]}


def test_an_array_within_an_array_stays_where_it_is_hidden(run, postgres):
    stored = '{"contact": [["+62811999", "x"], {"wa": "+628"}]}'
    postgres.psql(f"UPDATE people SET profile = '{stored}'", "stored")
    assert "62811" not in str(run("UPDATE people SET profile = jsonb_set(profile, '{contact}', 'null') WHERE id = 1 RETURNING profile").fetchall())
    assert "62811" not in str(run("SELECT profile FROM people").fetchall())
    postgres.psql(f"UPDATE people SET profile = '{stored}'", "stored")
    run("UPDATE people SET profile = profile || '{\"a\": 1}' WHERE id = 1")
    assert value(postgres, "profile") == json.loads(stored) | {"a": 1}
    with pytest.raises(errors.InsufficientPrivilege):
        run("UPDATE people SET profile = profile #- '{contact,1}' WHERE id = 1")


@pytest.mark.parametrize("sent", ["(SELECT '***98')", "(SELECT p FROM unnest(ARRAY[1], ARRAY['***98']) u(i, p) WHERE u.i = people.id)", "COALESCE((SELECT '***98'), '')",
                                  "CASE WHEN random() < 2 THEN '***98' END", "(SELECT l.phone FROM langs l WHERE l.id = people.id)"])
def test_what_a_query_gives_is_no_mask_either(run, postgres, sent):
    with pytest.raises(errors.InsufficientPrivilege, match='a mask would be stored in column "phone"'):
        run(f"UPDATE people SET phone = {sent} WHERE id = 1")
    run(f"UPDATE people SET phone = {sent.replace('***98', '***99')} WHERE id = 1") if "langs" not in sent else None
    assert value(postgres, "phone") == "+62811000099"
    run("UPDATE people SET phone = (SELECT '+62' || l.id FROM langs l WHERE l.id = people.id) WHERE id = 1")
    assert value(postgres, "phone") == "+621"


def test_parts_are_worked_out_by_queries(run, postgres):
    run("UPDATE people SET profile = profile || (SELECT doc FROM langs WHERE langs.id = people.id) WHERE id = 1")
    assert value(postgres, "profile") == PROFILE | {"lang": "fr"}
    run("UPDATE people SET phones = array_append(phones, (SELECT p.city FROM people p WHERE p.id = people.id)) WHERE id = 1")
    assert value(postgres, "phones") == ["+62811000011", "+62811000012", None, "Bogor"]
    run("UPDATE people p SET profile = jsonb_set(p.profile, '{friends}', (SELECT jsonb_agg(x.f || '{\"seen\": true}' ORDER BY x.n) FROM jsonb_array_elements(p.profile->'friends')"
        " WITH ORDINALITY x(f, n))) WHERE id = 1")
    assert value(postgres, "profile")["friends"] == [one | {"seen": True} for one in PROFILE["friends"]]


def test_arrays_of_other_forms_are_stored_as_they_are(run, postgres):
    for sent in ("{{a,b},{c,d}}", "[2:3]={a,b}", "{{{x}}}", "{new}"):
        run("UPDATE people SET phones = %s::text[] WHERE id = 1", [sent])
        assert postgres.psql("SELECT phones FROM people WHERE id = 1", "stored") == sent


def test_a_number_is_stored_as_a_text(run, postgres):
    run("UPDATE people SET phone = 12345 WHERE id = 1")
    assert value(postgres, "phone") == "12345"


@pytest.mark.parametrize("statement", [
    "UPDATE people SET city = profile->'contact'->>'wa' WHERE id = 1 RETURNING city",
    "UPDATE people SET profile = jsonb_set(profile, '{x}', to_jsonb(phone)) WHERE id = 1 RETURNING profile->>'x'",
    "UPDATE people SET profile = jsonb_build_object('lang', profile) WHERE id = 1 RETURNING profile::text",
    "UPDATE people SET profile = jsonb_build_object('friends', jsonb_build_array(profile->'contact')) WHERE id = 1 RETURNING profile::text",
    "UPDATE people SET phones = ARRAY(SELECT e FROM unnest(phones) e) WHERE id = 1 RETURNING array_to_string(phones, ',')",
])
def test_nothing_real_moves_where_it_is_shown(run, postgres, statement):
    try:
        answer = run(statement).fetchall()
    except errors.InsufficientPrivilege:
        return
    assert "62811" not in str(answer)
    for column in ("city", "profile - 'contact' - 'friends'"):
        assert "62811" not in postgres.psql(f"SELECT {column} FROM people WHERE id = 1", "stored")
