"""How many people there are is nobody's business to hide; how many are in a part of a table is about those in it."""

import psycopg
import pytest

from conftest import many_users_of

SCHEMA = """
CREATE SCHEMA parts;
CREATE TABLE parts.people (id int, region text, phone text, PRIMARY KEY (id, region)) PARTITION BY LIST (region);
CREATE TABLE parts.people_a PARTITION OF parts.people FOR VALUES IN ('a');
CREATE TABLE parts.people_b PARTITION OF parts.people FOR VALUES IN ('b');
INSERT INTO parts.people SELECT i, CASE WHEN i % 10 = 0 THEN 'b' ELSE 'a' END, '+99' || i FROM generate_series(1, 60) i;
GRANT USAGE ON SCHEMA parts TO tabir_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA parts TO tabir_reader
"""
POLICY = """
version: 1
databases: [payments]
classes: { phone: { mask: { keep_last: 2 } } }
tables:
  parts.people: { subject: { person: id }, columns: { "*": open, phone: phone } }
roles:
  clerk: { tables: [parts.people], budget: { person: 1000 per day } }
users:
"""


@pytest.fixture(scope="module")
def clerks(postgres):
    postgres.psql(SCHEMA, "payments")
    with many_users_of(postgres, POLICY, {"clerk": "clerk"}, [], {"clerk": "tabir_reader"}) as fresh:
        yield fresh
    postgres.psql("DROP SCHEMA parts CASCADE", "payments")


@pytest.mark.parametrize(("statement", "answer", "people"), [
    ("SELECT count(*) FROM parts.people", 60, 0),
    ("SELECT count(*) FROM parts.people WHERE region = 'b'", 6, 6),
    ("SELECT count(*) FROM parts.people_b", 6, 6),
    ("SELECT count(*) FROM (SELECT id FROM parts.people_a) x", 54, 54),
])
def test_a_part_counts_like_the_condition_that_makes_it(clerks, statement, answer, people):
    with psycopg.connect(clerks().dsn("clerk"), autocommit=True) as connection:
        assert connection.execute(statement).fetchone() == (answer,)
        assert connection.execute("SHOW tabir.budget").fetchone()[5] == people
