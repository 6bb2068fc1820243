"""People behind the windows of a statement are counted, at a cost that does not grow with the square of the rows."""

import psycopg
import pytest
from psycopg import errors

from gateway import over_own_schema

SCHEMA = """
CREATE SCHEMA wide;
CREATE TABLE wide.people (id int PRIMARY KEY, name text NOT NULL, half int NOT NULL, tenth int NOT NULL);
INSERT INTO wide.people SELECT n, 'p' || n % 97, n % 2, n % 10 FROM generate_series(1, 12000) n;
GRANT USAGE ON SCHEMA wide TO tabir_reader, tabir_catalog; GRANT SELECT ON wide.people TO tabir_reader;
"""
POLICY = """
version: 1
databases: [payments]
tables:
  wide.people: { subject: { person: id }, columns: { "*": open } }
roles:
  lister:  { tables: [wide.people], budget: { person: 100000 per day } }
  capped:  { tables: [wide.people], budget: { person: 30 per day } }
users:
  lister1: { role: lister }
  lister2: { role: lister }
  lister3: { role: lister }
  capped1: { role: capped }
  capped2: { role: capped }
  tool: { role: capped, acts_for: required }
  ani: { role: capped }
  budi: { role: capped }
"""
USERS = ["lister1", "lister2", "lister3", "capped1", "capped2", "tool"]


@pytest.fixture(scope="module")
def gateway(postgres):
    with over_own_schema(postgres, SCHEMA, POLICY, USERS, ["lister", "capped"]) as running:
        yield running


@pytest.fixture
def connect(gateway):
    """Somebody's session, of whom nothing is counted yet, and how much of his budget is used."""
    connections = []

    def connect(user):
        connections.append(psycopg.connect(gateway.dsn(user), autocommit=True))
        return connections[-1], lambda: connections[-1].execute("SHOW tabir.budget").fetchone()[5]
    yield connect
    for connection in connections:
        connection.close()


def test_a_page_with_the_number_of_all_rows_costs_the_page(connect):
    connection, used = connect("capped1")
    for order in ("id", "name, id"):
        page = connection.execute(f"SELECT id, name, count(*) OVER () AS total FROM wide.people ORDER BY {order} LIMIT 10").fetchall()
        assert len(page) == 10 and {row[2] for row in page} == {12000}
    assert used() == 20


def test_the_number_of_those_who_fit_is_about_them(connect):
    connection, used = connect("capped2")
    for number in ("count(*) OVER () FROM wide.people WHERE tenth = 3", "count(*) FILTER (WHERE name = 'p1') OVER () FROM wide.people WHERE tenth < 9"):
        before = used()
        with pytest.raises(errors.ProgramLimitExceeded):
            connection.execute(f"SELECT id, {number} ORDER BY id LIMIT 1")
        assert used() > before


def test_a_sub_query_beside_many_rows_is_counted_once(connect):
    connection, used = connect("lister1")
    rows = connection.execute("SELECT id, (SELECT sum(id) FROM wide.people WHERE half = 1) FROM wide.people WHERE half = 1 AND tenth < 9").fetchall()
    assert len(rows) == 4800 and used() == 6000


def test_each_row_of_a_window_is_counted(connect):
    connection, used = connect("lister2")
    rows = connection.execute("SELECT id, sum(id) OVER (PARTITION BY name) FROM wide.people WHERE id < 2000 ORDER BY random() LIMIT 1").fetchall()
    assert len(rows) == 1 and 20 <= used() <= 21


# One condition that the client chooses would be answered by each refusal: it costs what a search costs that finds nobody.
@pytest.mark.parametrize("window", ["sum(id) OVER (ORDER BY name DESC)", "count(*) OVER (ORDER BY name DESC, id)", "count(name) OVER ()", "percent_rank() OVER (ORDER BY name)"])
def test_a_window_of_too_many_rows_is_refused(connect, window):
    connection, used = connect("lister3")
    before = used()
    with pytest.raises(errors.ProgramLimitExceeded, match="more than 10000 rows of people"):
        connection.execute(f"SELECT id, {window} FROM wide.people ORDER BY name, id LIMIT 1")
    assert used() == before + 1
    assert connection.execute("SELECT 1").fetchone() == (1,)


# The window is too large where the condition is true of the person who is asked about.
def test_a_window_that_asks_about_one_person_costs_a_miss(connect):
    connection, used = connect("capped1")
    before = used()
    with pytest.raises(errors.ProgramLimitExceeded, match="more than 10000 rows of people"):
        connection.execute("SELECT k.id, sum(1) OVER () FROM wide.people k, LATERAL generate_series(1, CASE WHEN k.name <> 'p0' THEN 10001 ELSE 1 END) g WHERE k.id = 77 LIMIT 1")
    assert used() == before + 1


def test_a_rank_by_an_expression_is_about_those_before(connect):
    connection, used = connect("capped2")
    before = used()
    connection.execute("SELECT id, rank() OVER (ORDER BY CASE WHEN id = 5678 AND name LIKE 'p5%' THEN 0 ELSE 1 END) FROM wide.people WHERE id IN (3, 5678) ORDER BY id").fetchall()
    assert used() == before + 2


# The people behind each row are those of the row before, and somebody else asks.
def test_the_next_reader_of_a_cursor_pays_again(gateway):
    with psycopg.connect(gateway.dsn("tool"), autocommit=True) as connection:
        connection.execute("SET tabir.user = 'ani'")
        connection.execute("BEGIN")
        connection.execute("DECLARE c CURSOR FOR SELECT g, (SELECT sum(id) FROM wide.people WHERE id < 6) FROM generate_series(1, 9) g")
        used = []
        for person in ("ani", "budi"):
            connection.execute(f"SET tabir.user = '{person}'")
            assert connection.execute("FETCH 2 FROM c").fetchall()[0][1] == 15
            used.append(connection.execute("SHOW tabir.budget").fetchone()[5])
    assert used == [5, 5]
