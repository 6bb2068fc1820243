"""A rank tells of whoever stands before, unless all of them come out: from a view as from a sub-select."""

import struct

import psycopg
import pytest

from conftest import many_users_of
from gateway import PASSWORD
from raw_client import SYNC, message
from wire_session import WireSession

SCHEMA = """
CREATE SCHEMA ranked;
CREATE TABLE ranked.people (id int PRIMARY KEY, fee int, phone text);
INSERT INTO ranked.people SELECT i, i * 7 % 101, '+99' || i FROM generate_series(1, 50) i;
CREATE VIEW ranked.fees AS SELECT id, fee, rank() OVER (ORDER BY fee) AS r FROM ranked.people;
CREATE VIEW ranked.again AS SELECT * FROM ranked.fees;
CREATE VIEW ranked.pairs AS SELECT id, EXISTS (SELECT 1 FROM ranked.people o WHERE o.fee > p.fee + 90) AS beaten FROM ranked.people p;
GRANT USAGE ON SCHEMA ranked TO tabir_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA ranked TO tabir_reader
"""
POLICY = """
version: 1
databases: [payments]
classes: { phone: { mask: { keep_last: 2 } } }
tables:
  ranked.people: { subject: { person: id }, columns: { "*": open, phone: phone } }
  ranked.fees: open
  ranked.again: open
  ranked.pairs: open
roles:
  clerk: { tables: [ranked.people, ranked.fees, ranked.again, ranked.pairs], budget: { person: 1000 per day } }
users:
"""
RANKED = "(SELECT id, fee, rank() OVER (ORDER BY fee) AS r FROM ranked.people) x"


@pytest.fixture(scope="module")
def clerks(postgres):
    postgres.psql(SCHEMA, "payments")
    with many_users_of(postgres, POLICY, {"clerk": "clerk"}, [], {"clerk": "tabir_reader"}) as fresh:
        yield fresh
    postgres.psql("DROP SCHEMA ranked CASCADE", "payments")


@pytest.fixture
def asked(clerks):
    """The rows that a statement gives a clerk of whom nothing is counted, and how many people it costs him."""
    def ask(statement):
        with psycopg.connect(clerks().dsn("clerk"), autocommit=True) as connection:
            rows = connection.execute(statement).fetchall()
            return rows, connection.execute("SHOW tabir.budget").fetchone()[5]
    return ask


@pytest.mark.parametrize("relation", [RANKED, "ranked.fees x", "ranked.again x", "(SELECT * FROM ranked.again) x"])
@pytest.mark.parametrize(("rest", "people"), [("WHERE id = 17", 10), ("WHERE r = 30", 30), ("JOIN (VALUES (17)) v (i) ON v.i = x.id", 10)])
def test_whoever_stands_before_is_counted_where_rows_are_left_out(asked, relation, rest, people):
    rows, counted = asked(f"SELECT r FROM {relation} {rest}")
    assert len(rows) == 1 and counted == people


@pytest.mark.parametrize("relation", [RANKED, "ranked.fees x", "ranked.again x"])
@pytest.mark.parametrize(("statement", "people"), [("SELECT r FROM {}", 50), ("SELECT r / 10, count(*) FROM {} GROUP BY 1", 50), ("SELECT r / 10, count(*) FROM {} GROUP BY 1 HAVING r / 10 = 1", 19)])
def test_groups_of_ranks_cost_whom_they_tell_of(asked, relation, statement, people):
    assert asked(statement.format(relation))[1] == people


@pytest.mark.parametrize("statement", [
    "SELECT id, rn FROM (SELECT id, generate_series(1, (id = 1)::int), row_number() OVER (ORDER BY fee DESC) AS rn FROM ranked.people WHERE id < 4) s",
    "SELECT id, generate_series(1, (id = 1)::int), row_number() OVER (ORDER BY fee DESC) FROM ranked.people WHERE id < 4",
    "WITH s AS (SELECT unnest(CASE WHEN id = 1 THEN ARRAY[1] END), rank() OVER (ORDER BY fee DESC) AS r FROM ranked.people WHERE id < 4) SELECT max(r) FROM s",
])
def test_a_function_that_gives_no_row_leaves_one_out(asked, statement):
    rows, counted = asked(statement)
    assert len(rows) == 1 and counted == 3


@pytest.mark.parametrize("statement", [
    "SELECT id, row_number() OVER (ORDER BY fee DESC) FROM ranked.people WHERE id < 4 ORDER BY id",
    "SELECT id, max(rn) FROM (SELECT id, row_number() OVER (ORDER BY fee DESC) AS rn FROM ranked.people WHERE id < 4) s GROUP BY id ORDER BY id",
    "SELECT id, r FROM ranked.fees ORDER BY id",
])
def test_whoever_reads_the_first_row_alone_pays_for_all(clerks, statement):
    user = clerks()
    with WireSession(("127.0.0.1", user.gateway.port)) as session:
        session.log_in(user.name("clerk"), PASSWORD, "payments")
        session.send(message(b"P", b"\0" + statement.encode() + b"\0\0\0") + message(b"B", b"\0\0" + bytes(6)) + message(b"E", b"\0" + struct.pack("!i", 1)) + SYNC)
        assert sum(kind == b"D" for kind, _ in session.receive_until(b"Z")) == 1
        assert session.run("SHOW tabir.budget").rows[0][5] == (b"50" if "fees" in statement else b"3")


@pytest.mark.parametrize("fetch", ["FETCH 1 FROM ranks", "FETCH NEXT FROM ranks", "MOVE 1 FROM ranks", "FETCH 2 FROM ranks", "FETCH LAST FROM ranks", "FETCH ABSOLUTE 2 FROM ranks"])
def test_nobody_fetches_some_rows_of_a_portal(clerks, fetch):
    user = clerks()
    with WireSession(("127.0.0.1", user.gateway.port)) as session:
        session.log_in(user.name("clerk"), PASSWORD, "payments")
        session.run("BEGIN")
        session.send(message(b"P", b"\0SELECT id, row_number() OVER (ORDER BY fee DESC) FROM ranked.people WHERE id < 4\0\0\0") + message(b"B", b"ranks\0\0" + bytes(6)) + SYNC)
        session.receive_until(b"Z")
        assert session.run(fetch).error["C"] in ("54000", "55000", "42501")
        session.run("ROLLBACK")
        assert session.run("SHOW tabir.budget").rows[0][5] in (b"0", b"1")  # a failed question, at most


def test_a_view_is_no_answer_of_which_all_is_seen(asked):
    """Which of its rows are left out may tell that nobody fits: of whom, by no equality, cannot be counted."""
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        asked("SELECT id FROM ranked.pairs WHERE NOT beaten")


def test_quartiles_of_everybody_are_counted_in_time(many_users):
    with psycopg.connect(many_users().dsn("agent"), autocommit=True) as connection:
        connection.execute("SET statement_timeout = '20s'")
        rows = connection.execute("SELECT q, count(*) FROM (SELECT ntile(4) OVER (ORDER BY created_at) AS q FROM customers) x GROUP BY q").fetchall()
        assert sorted(rows) == [(q, 6000) for q in (1, 2, 3, 4)]
        assert connection.execute("SHOW tabir.budget").fetchone()[5] == 24000
