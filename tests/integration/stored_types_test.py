"""What is written over a mask is compared with it as the column would hold it: of whatever type it is sent, a mask keeps the real value."""

import datetime
import uuid

import psycopg
import pytest
from psycopg import errors

from gateway import Gateway

TABLES = """
CREATE DOMAIN number AS text CHECK (VALUE LIKE '+%');
CREATE TABLE cards (id int PRIMARY KEY, code char(8), ini char(8), born date, made timestamp(0), num numeric(10,2), nums numeric(10,2)[], short varchar(3), shorts varchar(4)[],
  phone number, phones number[], note text, kept text COLLATE "C");
GRANT SELECT, INSERT, UPDATE, DELETE ON cards TO tabir_reader; GRANT CONNECT ON DATABASE typed TO tabir_reader, tabir_catalog;
"""
REAL = ("secret  ", "Ani Budi", "1990-05-17", "2024-05-17 10:11:12", "1234.56", "{1234.56,5678.00}", "abc", "{abcd,wxyz}", "+62811000099", "{+62811000011,+62811000012}", "called", "kept")
COLUMNS = ["code", "ini", "born", "made", "num", "nums", "short", "shorts", "phone", "phones", "note", "kept"]
POLICY = """
version: 1
databases: [typed]
classes:
  phone: { mask: { keep_last: 2 } }
  text:  { mask: redact }
  name:  { mask: initials }
  birth: { mask: { truncate: year } }
  start: { mask: { keep_first: 1 } }
  round: { mask: { truncate: 100 } }
tables:
  public.cards:
    subject: { person: id }
    columns: { "*": open, code: text, ini: name, born: birth, made: birth, num: round, nums: round, short: start, shorts: start, phone: phone, phones: phone, note: text, kept: text }
roles:
  editor: { tables: [public.cards], write: [{ public.cards: ["*", code, ini, born, made, num, nums, short, shorts, phone, phones, note, kept] }] }
users: { editor: { role: editor } }
"""


@pytest.fixture(scope="module")
def typed(postgres):
    postgres.psql("CREATE DATABASE typed")
    postgres.psql(TABLES, "typed")
    with Gateway(postgres, POLICY, ["editor"], {"editor": "tabir_reader"}) as running:
        yield running


@pytest.fixture
def edit(typed, postgres):
    values = ", ".join(f"'{value}'" for value in REAL)
    postgres.psql(f"DELETE FROM cards; INSERT INTO cards (id, {', '.join(COLUMNS)}) VALUES (1, {values})", "typed")
    with psycopg.connect(typed.dsn("editor", "typed"), autocommit=True) as connection:
        yield connection.execute


def stored(postgres, column):
    return postgres.psql(f"SELECT {column} FROM cards", "typed")


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("placeholder", ["%s", "%b", "%t"])
def test_what_is_shown_is_saved_back(edit, postgres, column, placeholder):
    before = stored(postgres, column)
    (shown,), = edit(f"SELECT {column} FROM cards").fetchall()
    assert edit(f"UPDATE cards SET {column} = {placeholder} WHERE id = 1", [shown]).rowcount == 1
    assert stored(postgres, column) == before


@pytest.mark.parametrize("assignment", [
    "code = '***'", "code = '***     '::text", "code = '***'::varchar", "code = ini", "ini = 'A. B.    '::varchar", "born = '1990-01-01 10:00'::timestamp", "born = '1990-01-01 10:00'",
    "made = '2024-01-01 00:00:00.2'::timestamp", "num = 1200.001", "num = '1200.001'", "num = 1200", "num = 1200::float8", "nums = '{1200.001,5600}'", "nums = ARRAY[1200.0, 5600.001]",
    "nums = '{1200,5600}'::int[]", "short = 'a**'", "short = 'a**  '", "short = COALESCE('a**  ', '')", "short = (SELECT 'a**  ')", "shorts = '{a***,w***}'", "shorts = ARRAY['a***', 'w***  ']",
    "phone = '***99'", "phones = '{***11,***12}'",
])
def test_a_mask_of_another_type_keeps_the_value(edit, postgres, assignment):
    column = assignment.split()[0]
    before = stored(postgres, column)
    try:
        edit(f"UPDATE cards SET {assignment} WHERE id = 1")
    except errors.InsufficientPrivilege:
        assert assignment == "code = ini"
    assert stored(postgres, column) == before


@pytest.mark.parametrize("assignment", ["short = 'a**x'", "short = 'abcd'", "short = (SELECT 'a**x')", "short = 'a**x'::text", "code = '***     x'", "code = 'much too long'", "shorts = '{a***x,w***}'",
                                        "shorts = '{abcde}'", "short = 12345"])
def test_what_is_too_long_is_an_error_and_not_cut(edit, postgres, assignment):
    column = assignment.split()[0]
    before = stored(postgres, column)
    with pytest.raises(errors.StringDataRightTruncation):
        edit(f"UPDATE cards SET {assignment} WHERE id = 1")
    assert stored(postgres, column) == before


@pytest.mark.parametrize("assignment", ["short = 'q**'", "short = (SELECT 'q**  ')", "shorts = '{q***,wxyz}'"])
def test_the_mask_of_another_value_is_known_where_it_is_cut_short(edit, postgres, assignment):
    column = assignment.split()[0]
    before = stored(postgres, column)
    with pytest.raises(errors.InsufficientPrivilege, match=f'a mask would be stored in column "{column}"'):
        edit(f"UPDATE cards SET {assignment} WHERE id = 1")
    assert stored(postgres, column) == before
    edit("UPDATE cards SET short = 'q*' WHERE id = 1")
    assert stored(postgres, "short") == "q*"


@pytest.mark.parametrize("assignment, expected", [
    ("short = 'xy    '", "xy "), ("code = 'new'", "new     "), ("num = 1.005", "1.01"), ("born = '2001-02-03 04:05'::timestamp", "2001-02-03"), ("note = id", "1"),
    ("note = v.x FROM (VALUES (1, 628110)) v(i, x)", "628110"), ("note = true", "true"), ("note = '2024-01-02'::date", "2024-01-02"), ("kept = 'x' COLLATE \"C\"", "x"),
    ("note = 'x' COLLATE \"C\"", "x"), ("shorts = '{abc,wxyz}'", "{abc,wxyz}"), ("phone = '+1'", "+1"), ("phones = '{***11,+2}'", "{+62811000011,+2}"),
])
def test_values_of_other_types_are_stored_as_postgresql_stores_them(edit, postgres, assignment, expected):
    where = "WHERE id = v.i" if "v.x" in assignment else "WHERE id = 1"
    assert edit(f"UPDATE cards SET {assignment} {where}").rowcount == 1
    assert stored(postgres, assignment.split()[0]) == expected


@pytest.mark.parametrize("value", [12345, 1.5, datetime.date(2024, 1, 2), uuid.UUID(int=7), True])
def test_parameters_of_other_types(edit, postgres, value):
    edit("UPDATE cards SET note = %s WHERE id = 1", [value])
    assert stored(postgres, "note") == (str(value).lower() if value is True else str(value))


def test_a_domain_does_not_check_the_mask(edit, postgres):
    edit("UPDATE cards SET phone = %s, phones = %s WHERE id = 1", ["***99", ["***11", "+5"]])
    assert postgres.psql("SELECT phone, phones FROM cards", "typed") == "+62811000099|{+62811000011,+5}"
    for assignment in ("phone = %s", "phones = ARRAY[%s]"):
        with pytest.raises(errors.CheckViolation):
            edit(f"UPDATE cards SET {assignment} WHERE id = 1", ["555"])
