"""Temporary tables that keep counted people: making one shows nobody, and whoever reads it pays for whose rows it shows."""

import pathlib

import psycopg
import pytest
from kept_people import Keeper

from conftest import Gateway
from gateway import PASSWORD
from raw_client import SYNC
from wire_session import WireSession

POLICY = (pathlib.Path(__file__).parent / "kept_people_policy.yaml").read_text()
USERS = ["desk", "small"]


@pytest.fixture(scope="module")
def keeping(postgres):
    with Gateway(postgres, POLICY, USERS, dict.fromkeys(USERS, "tabir_reader")) as running:
        yield running


@pytest.fixture
def desk(keeping):
    with psycopg.connect(keeping.dsn("desk"), autocommit=True) as connection:
        yield Keeper(connection)


MAKING = ["CREATE TEMP TABLE t AS SELECT id, full_name, city FROM customers WHERE id <= 5",
          "CREATE TEMP TABLE t (id, full_name, city) AS SELECT id, full_name, city FROM customers WHERE id <= 5 WITH DATA",
          "SELECT id, full_name, city INTO TEMP t FROM customers WHERE id <= 5",
          "CREATE TEMP TABLE t AS SELECT id, full_name, city FROM customers WHERE id <= 3 UNION ALL SELECT id, full_name, city FROM customers WHERE id IN (4, 5)",
          "CREATE TEMP TABLE t AS SELECT id, full_name, city FROM customers WHERE id <= 5 UNION SELECT id, full_name, city FROM customers WHERE id <= 2",
          "CREATE TEMP TABLE t AS WITH c AS (SELECT * FROM customers WHERE id <= 5) SELECT DISTINCT id, full_name, city FROM c",
          "CREATE TEMP TABLE t AS SELECT c.id, c.full_name, c.city FROM customers c WHERE c.id <= 5 GROUP BY c.id, c.full_name, c.city"]


@pytest.mark.parametrize("making", MAKING)
def test_making_it_costs_nothing_and_reading_it_whom_it_shows(desk, making):
    with desk.costs(0):
        assert desk.run(making)[1] == "CREATE TABLE AS"  # how many fit is not told
    with desk.costs(2):
        assert [row[0] for row in desk.rows("SELECT * FROM t WHERE id > 3 ORDER BY id")] == [4, 5]
    with desk.costs(3):
        assert len(desk.rows("TABLE t")[0]) == 3 and len(desk.rows("SELECT t FROM t")) == 5
    with desk.costs(0):
        desk.rows("SELECT * FROM t")  # they have been counted
    assert desk.used_in_clear() == 5


READING = [("SELECT * FROM t", 5, 0), ("SELECT t FROM t", 5, 0), ("SELECT row_to_json(x) FROM t x WHERE id = 2", 1, 0), ("SELECT t.* FROM t ORDER BY id LIMIT 2", 2, 0),
           ("SELECT (t).full_name FROM t WHERE id = 1", 1, 0), ("SELECT string_agg(full_name, ',') FROM t WHERE id < 4", 3, 0), ("SELECT count(*) FROM t", 5, 0),
           ("SELECT count(*) FROM t WHERE id = 99", 0, 1), ("SELECT 1 FROM t WHERE id = 99", 0, 1), ("SELECT EXISTS (SELECT FROM t WHERE id = 99)", 0, 1),
           ("SELECT NOT EXISTS (SELECT FROM t WHERE id = 2)", 1, 0), ("SELECT 1 WHERE 2 IN (SELECT id FROM t)", 5, 0), ("SELECT id FROM t ORDER BY id OFFSET 3", 5, 0),
           ("SELECT max(id) FROM t", 5, 0), ("SELECT DISTINCT city FROM t", 5, 0), ("SELECT id, rank() OVER (ORDER BY full_name) FROM t", 5, 0),
           ("SELECT a.id, b.full_name FROM t a JOIN t b ON b.id = a.id + 1", 5, 0), ("SELECT x.id, t.full_name FROM generate_series(4, 6) x (id) LEFT JOIN t USING (id)", 2, 1),
           ("SELECT * FROM t NATURAL JOIN (SELECT 3::bigint AS id) one", 1, 0), ("SELECT c.city FROM customers c WHERE c.id = (SELECT max(id) FROM t)", 5, 0),
           ("WITH w AS (SELECT * FROM t) SELECT full_name FROM w WHERE id = 1", 1, 0), ("SELECT id FROM t UNION SELECT 0", 5, 0), ("SELECT ARRAY(SELECT id FROM t WHERE id < 3)", 2, 0),
           ("COPY t TO STDOUT", 5, 0), ("COPY (SELECT full_name FROM t WHERE id = 2) TO STDOUT", 1, 0), ("UPDATE t SET city = 'x' WHERE id < 3", 2, 0),
           ("UPDATE t SET city = 'x' WHERE id = 99", 0, 1), ("DELETE FROM t WHERE id = 1 RETURNING full_name", 1, 0), ("DELETE FROM t", 5, 0), ("DELETE FROM t WHERE id = 99", 0, 1),
           ("UPDATE support.tickets SET subject = subject FROM t WHERE t.id = 3 AND tickets.id = 1 RETURNING t.full_name", 1, 0),
           ("SELECT * FROM t LIMIT 0", 0, 0), ("EXPLAIN SELECT * FROM t", 0, 1),
           ("SELECT * FROM t FOR UPDATE", 5, 0), ("SELECT id / (id - id) FROM t", 0, 1), ("SELECT lag(full_name) OVER (ORDER BY id) FROM t WHERE id < 3", 2, 0),
           ("SELECT id FROM t EXCEPT SELECT 4", 4, 0), ("VALUES ((SELECT full_name FROM t WHERE id = 1))", 1, 0), ("SELECT count(*) FROM (SELECT id FROM t) s", 5, 0)]


@pytest.mark.parametrize("statement, people, misses", READING)
def test_it_is_read_as_the_table_of_the_people_is(desk, statement, people, misses):
    desk.run(MAKING[0])
    with desk.connection.transaction(force_rollback=True), desk.connection.cursor() as cursor:
        before = desk.used()
        try:
            if statement.startswith("COPY"):
                with cursor.copy(statement) as copy:
                    assert b"__tabir" not in b"".join(copy)
            else:
                with desk.connection.transaction():
                    cursor.execute(statement)
                    assert "__tabir_p" not in str(cursor.fetchall() if cursor.description else "")
                    assert not any(column.name.startswith("__tabir") for column in cursor.description or [])
        except psycopg.Error as error:
            assert error.sqlstate == "22012", error
        after = desk.used()
        assert (after[0] - before[0], after[1] - before[1]) == (people, misses)


@pytest.mark.parametrize("kept, made, reading, people", [
    ("SELECT city, string_agg(full_name, ',') AS names FROM customers WHERE id <= 6 GROUP BY city", (0, 0), "SELECT names FROM t", 6),
    ("SELECT count(*) AS n FROM customers WHERE id <= 6", (0, 0), "SELECT n FROM t", 6),
    ("SELECT a.full_name, b.full_name AS other FROM customers a, customers b WHERE a.id = 1 AND b.id = 2", (0, 0), "SELECT other FROM t", 2),
    ("SELECT (SELECT full_name FROM customers WHERE id = 7) AS name", (1, 0), "SELECT name FROM t", 1),  # two rows would have failed
    ("SELECT EXISTS (SELECT FROM customers WHERE id <= 2 AND city <> '') AS e", (0, 0), "SELECT e FROM t", 2),
    ("SELECT s.id, c.full_name FROM generate_series(1, 3) s (id) JOIN customers c USING (id)", (0, 1), "SELECT id FROM t WHERE id = 2", 1),
    ("SELECT lag(full_name) OVER (ORDER BY id) AS before FROM customers WHERE id <= 2", (0, 0), "SELECT before FROM t WHERE before IS NOT NULL", 2),
    ("WITH RECURSIVE w (id, name) AS (SELECT id, full_name FROM customers WHERE id = 1 UNION ALL "
     "SELECT c.id, c.full_name FROM w JOIN customers c ON c.id = w.id + 1 WHERE c.id < 4) SELECT * FROM w", (0, 1), "SELECT name FROM t WHERE id = 3", 3),
    ("VALUES ((SELECT full_name FROM customers WHERE id = 1)), ('nobody')", (1, 0), "SELECT * FROM t", 1),
])
def test_a_row_may_stand_for_several(desk, kept, made, reading, people):
    with desk.costs(*made):
        desk.run(f"CREATE TEMP TABLE t AS {kept}")
    with desk.costs(people - made[0]):
        desk.rows(reading)
    desk.become(desk.person + "x")
    desk.run("DISCARD TEMP", f"CREATE TEMP TABLE t AS {kept}", "CREATE TEMP TABLE again AS SELECT * FROM t", "CREATE TEMP TABLE packed AS SELECT json_agg(t) AS all_of_it FROM t WHERE true", "DROP TABLE t")
    made_of = desk.used()
    assert desk.rows("SELECT all_of_it FROM packed") and desk.used()[0] >= people
    used = desk.used()
    assert desk.rows("SELECT * FROM again") and desk.used()[0] == used[0] and made_of[0] == made[0]


def test_who_is_kept_twice_over_is_still_counted(desk):
    """Keys go from table to table, and into groups of groups."""
    desk.run("CREATE TEMP TABLE one AS SELECT id, city, full_name FROM customers WHERE id <= 8", "CREATE TEMP TABLE two AS SELECT city, string_agg(full_name, ',') AS n FROM one GROUP BY city",
             "CREATE TEMP TABLE three AS SELECT string_agg(n, ';') AS all_names FROM two", "SELECT all_names AS x INTO TEMP four FROM three", "DROP TABLE one, two, three")
    assert desk.used() == (0, 0)
    assert len(desk.rows("SELECT x FROM four")) == 1 and desk.used() == (8, 0)


def test_cursors_portals_and_prepared_statements(desk, keeping):
    desk.run(MAKING[0], "BEGIN", "DECLARE c SCROLL CURSOR FOR SELECT full_name FROM t ORDER BY id")
    with desk.costs(2):
        desk.run("FETCH 2 FROM c")
    with desk.costs(1):
        desk.run("MOVE 1 IN c")
    desk.run("COMMIT", "PREPARE p AS SELECT full_name FROM t WHERE id = $1")
    with desk.costs(1):
        desk.run("EXECUTE p (5)")
    assert desk.refused("EXPLAIN EXECUTE p (5)").sqlstate == "42501"
    with desk.costs(1):
        desk.run("EXECUTE p (4)")
    # The text of p means the new table by then, whose rows are about others, and two of them each.
    desk.run("DROP TABLE t", "CREATE TEMP TABLE t AS SELECT a.id, b.full_name FROM customers a JOIN customers b ON b.id = a.id + 50 WHERE a.id BETWEEN 20 AND 30")
    with desk.costs(2):
        assert len(desk.rows("EXECUTE p (20)")) == 1
    desk.run("BEGIN", "SAVEPOINT s", "DROP TABLE t", "CREATE TEMP TABLE t AS SELECT id, full_name FROM customers WHERE id = 40")
    with desk.costs(1):
        desk.run("EXECUTE p (40)")
    desk.run("ROLLBACK TO s")
    with desk.costs(2):
        desk.run("EXECUTE p (21)", "COMMIT")
    with WireSession((keeping.host, keeping.port)).log_in("desk", PASSWORD, "payments") as session:
        session.run("SET tabir.user = 'portal'")
        session.run("CREATE TEMP TABLE t AS SELECT id, full_name FROM customers WHERE id <= 5")
        assert len(session.run("SELECT * FROM t", extended=True).rows) == 5
        budget = session.run("SHOW tabir.budget")
        assert budget.rows[0][5] == b"5"


def test_the_budget_stops_what_is_read(keeping):
    with psycopg.connect(keeping.dsn("small"), autocommit=True) as connection:
        small = Keeper(connection)
        small.run("CREATE TEMP TABLE t AS SELECT id, city FROM customers")
        assert small.refused("SELECT * FROM t").sqlstate == "54000"
        assert small.refused("SELECT count(*) FROM t").sqlstate == "54000"
        assert small.used()[0] == 3
        small.become("another")
        assert small.refused("SELECT * FROM t").sqlstate == "42501"  # what another person's table holds is his


def test_whoever_is_no_longer_counted_the_same_way_reads_nothing(postgres):
    with Gateway(postgres, POLICY, USERS, dict.fromkeys(USERS, "tabir_reader")) as gateway, psycopg.connect(gateway.dsn("desk"), autocommit=True) as connection:
        desk = Keeper(connection)
        desk.run("CREATE TEMP TABLE t AS SELECT id, full_name FROM customers WHERE id <= 5")
        gateway.policy.write_text(POLICY.replace("subject: { customer: id }", "subject: none"))
        gateway.reload()
        while True:
            try:
                desk.rows("SELECT * FROM t")
            except psycopg.Error as error:
                assert error.sqlstate == "42501"
                break


def test_what_its_making_may_tell_is_charged(desk):
    for query, people, misses in [("SELECT 1 / (id - 4711) AS x FROM customers WHERE id < 5", 0, 1), ("SELECT phone::bigint AS x FROM customers WHERE id = 5 LIMIT 0", 0, 0),
                                  ("SELECT (SELECT id FROM customers WHERE city = 'Nowhere') AS x", 0, 1), ("SELECT date_trunc('bogus' || city, created_at) AS x FROM customers WHERE id < 0", 0, 1),
                                  ("SELECT id FROM customers WHERE id = 5 AND full_name LIKE E'Zz\\\\'", 1, 0), ("SELECT id FROM customers WHERE phone = '+62'", 0, 1),
                                  ("SELECT id FROM customers WHERE phone IN ('+62', '+63')", 0, 2), ("SELECT id, full_name FROM customers WHERE city = 'Bogor' AND id < 9 ORDER BY full_name LIMIT 3", 0, 0)]:
        desk.become(desk.person + "x")
        desk.run("DISCARD TEMP")
        with desk.costs(people, misses):
            desk.run(f"CREATE TEMP TABLE t AS {query}")
    with desk.costs(0, 1):
        assert desk.refused("CREATE TEMP TABLE f AS SELECT 1 / (id - 5) AS x FROM customers WHERE id = 5").sqlstate == "22012"


def test_a_list_of_everybody_tells_its_length(desk, truth):
    assert desk.run("CREATE TEMP TABLE t AS SELECT id, city FROM customers")[1] == "SELECT " + truth("SELECT count(*) FROM customers")
    assert desk.run("CREATE TEMP TABLE n AS SELECT count(*) AS n FROM customers")[1] == "SELECT 1" and desk.used() == (0, 0)


def test_what_is_written_later_was_paid_for(desk):
    desk.run(MAKING[0])
    with desk.costs(0):
        desk.run("INSERT INTO t VALUES (700, 'mine', 'x')", "INSERT INTO t (id) VALUES (701)")
    with desk.costs(2):
        desk.run("INSERT INTO t SELECT id, full_name, city FROM customers WHERE id IN (80, 81)")
    with desk.costs(1):
        desk.run("UPDATE t SET full_name = (SELECT full_name FROM customers WHERE id = 82) WHERE id = 700")
    with desk.connection.cursor() as cursor, cursor.copy("COPY t FROM STDIN") as copy:
        copy.write("702\tcopied\tx\n")
    with desk.costs(5):
        assert len(desk.rows("SELECT * FROM t")) == 10
    with desk.costs(0, 1):
        assert desk.rows("SELECT id FROM t WHERE id > 700 ORDER BY id") == [(701,), (702,)]  # nobody's, so nobody else fits
    for statement in ["INSERT INTO t VALUES (1, 'a', 'b', 'c')", "INSERT INTO t VALUES (1, 'a', 'b', NULL)", "INSERT INTO t SELECT 1, 'a', 'b', '5'", "COPY t (id, __tabir_p0_1_customer) FROM STDIN",
                      "MERGE INTO t USING (VALUES (1)) v (id) ON t.id = v.id + 1000 WHEN NOT MATCHED THEN INSERT VALUES (1, 'a', 'b', '5')"]:
        assert desk.refused(statement).sqlstate in ("42601", "42501", "42939"), statement
    columns = [column.name for column in desk.connection.execute("SELECT * FROM t LIMIT 0").description]
    desk.run("CREATE TEMP TABLE like_it (LIKE t)")
    assert [column.name for column in desk.connection.execute("SELECT * FROM like_it").description] == columns == ["id", "full_name", "city"]
