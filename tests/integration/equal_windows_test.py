"""Whom a window shows is read off the same window once more: it says the same there, whatever was changed in its words."""

import re

import psycopg
import pytest
from psycopg import errors

from conftest import many_users_of

SCHEMA = """
CREATE SCHEMA drawn;
CREATE TABLE drawn.people (id int PRIMARY KEY, name text NOT NULL, phone text NOT NULL);
INSERT INTO drawn.people SELECT n, 'p' || n, '+6281100' || lpad(n::text, 4, '0') FROM generate_series(1, 60) n;
GRANT USAGE ON SCHEMA drawn TO tabir_reader, tabir_catalog; GRANT SELECT ON drawn.people TO tabir_reader;
"""
POLICY = """
version: 1
databases: [payments]
classes: { phone: { mask: { keep_last: 2 } } }
tables:
  drawn.people: { subject: { person: id }, columns: { "*": open, phone: phone } }
roles:
  low: { tables: [drawn.people], search: { phone: exact }, statements: [temp_tables], budget: { person: 5 per day, misses: 100000 per day } }
users:
"""
P = "FROM drawn.people"
FRAME = "ROWS BETWEEN CURRENT ROW AND (CASE WHEN random() < 0.5 THEN 0 ELSE 9000 END) FOLLOWING"


@pytest.fixture(scope="module")
def many_users(postgres):
    postgres.psql(SCHEMA, "payments")
    with many_users_of(postgres, POLICY, {"low": "low"}, backends={"low": "tabir_reader"}) as fresh:
        yield fresh
    postgres.psql("DROP SCHEMA drawn CASCADE", "payments")


@pytest.fixture
def low(fresh_users):
    """Somebody of whom nothing is counted yet."""
    with psycopg.connect(fresh_users.dsn("low"), autocommit=True) as connection:
        yield connection


def people_in(rows) -> set[int]:
    """The numbers of those whose names stand in an answer."""
    return {int(number) for number in re.findall(r"p(\d+)", str(rows))}


@pytest.mark.parametrize("statement", [
    f"SELECT string_agg(name, ' ') OVER (ORDER BY id {FRAME}) {P} LIMIT 1",
    f"SELECT string_agg(name, ' ') OVER (PARTITION BY random() < 0.5 ORDER BY id) {P} ORDER BY id DESC LIMIT 1",
    f"SELECT lead(name) OVER (ORDER BY random()) {P} WHERE id < 9 LIMIT 1",
    f"SELECT lag(name, 3) OVER (ORDER BY random()) {P} WHERE id < 9 ORDER BY 1 LIMIT 1",
    f"SELECT first_value(name) OVER (ORDER BY random()) {P} WHERE id < 9 LIMIT 1",
    f"SELECT last_value(name) OVER (ORDER BY id {FRAME}) {P} LIMIT 1",
    f"SELECT nth_value(name, 2) OVER (ORDER BY random() ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) {P} WHERE id < 9 LIMIT 1",
    f"SELECT max(name) OVER (PARTITION BY (random() * 3)::int) {P} LIMIT 1",
    f"SELECT array_agg(name) OVER w {P} WINDOW w AS (ORDER BY id {FRAME}) LIMIT 1",
    f"SELECT x FROM (SELECT id, json_agg(name) OVER (ORDER BY id {FRAME}) AS x {P}) q LIMIT 1",
    f"WITH q AS (SELECT id, array_agg(name) OVER (ORDER BY id {FRAME}) AS x {P}) SELECT x FROM q LIMIT 1",
])
def test_what_is_drawn_for_a_window_is_drawn_once(low, statement):
    low.execute(f"SELECT id {P} WHERE id <= 5")
    shown = set()
    for _ in range(24):
        try:
            shown |= people_in(low.execute(statement).fetchall())
        except errors.ProgramLimitExceeded:
            pass
    assert shown <= {1, 2, 3, 4, 5}


@pytest.mark.parametrize("order", ["phone = '{}' DESC", "phone IN ('{}', 'x') DESC, id", "CASE WHEN phone = '{}' THEN 0 ELSE 1 END, id"])
@pytest.mark.parametrize("function", ["string_agg(name, ' ') OVER (ORDER BY {} ROWS BETWEEN CURRENT ROW AND CURRENT ROW)", "first_value(name) OVER (ORDER BY {})"])
def test_what_is_searched_for_in_a_window_is_searched_for_in_both(low, order, function):
    """Each number puts somebody else in front."""
    low.execute(f"SELECT id {P} WHERE id <= 5")
    shown = set()
    for number in range(20, 32):
        window = function.format(order.format(f"+6281100{number:04}"))
        try:
            shown |= people_in(low.execute(f"SELECT x FROM (SELECT id, {window} AS x {P}) q ORDER BY id LIMIT 1").fetchall())
        except psycopg.Error:
            pass
    assert shown <= {1, 2, 3, 4, 5}


def test_a_draw_among_few_is_answered(low):
    drawn = low.execute(f"SELECT id, row_number() OVER (ORDER BY random()) {P} WHERE id <= 5").fetchall()
    assert sorted(drawn_place for _, drawn_place in drawn) == [1, 2, 3, 4, 5]
    names = low.execute(f"SELECT name, lead(name) OVER (ORDER BY random()) {P} WHERE id <= 5").fetchall()
    assert len(names) == 5 and people_in(names) == {1, 2, 3, 4, 5}
    with pytest.raises(errors.ProgramLimitExceeded):
        low.execute(f"SELECT id {P} WHERE id = 6")
