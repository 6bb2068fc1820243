"""A catalog that changes under prepared statements: never the old mask, never a moment in clear."""

import itertools
import json
import os
import re
import subprocess
import threading
import time
from contextlib import closing

import psycopg
import pytest

from gateway import Gateway, tabir_binary
from private_postgres import SUPERUSER

LONG = bool(os.environ.get("TABIR_LONG"))
PHONE, NOTE, MAIL = re.compile(r"^\+62\d{9}$"), re.compile(r"^note \d+$"), re.compile(r"^u\d+@")
POLICY = """
version: 1
databases: [changing]
classes:
  phone: { mask: { keep_last: 2 } }
  email: { mask: email }
tables:
  public.people: { subject: none, columns: { id: open, note: open, phone: phone, email: email } }
  public.plain: open
  public.listed: open
  other.plain: open
  public.notes: open
  public.hidden_notes: { subject: none, columns: { id: open, note: phone } }
roles:
  reader: { tables: [public.people, public.plain, public.listed, other.plain] }
  owner:  { tables: [public.people], rows: { public.people: "id IN (SELECT person FROM public.plain WHERE owner = :user)" } }
  writer: { tables: [public.people, public.plain, public.notes], write: [public.people, public.plain, public.notes] }
users: { reader: { role: reader }, owner: { role: owner }, writer: { role: writer } }
"""
TABLES = """
DROP TABLE IF EXISTS people, plain, x, notes, old_notes, hidden_notes CASCADE; DROP VIEW IF EXISTS listed;
CREATE TABLE people(id int PRIMARY KEY, note text, phone text, email text);
INSERT INTO people SELECT g, 'note ' || g, '+62' || (100000000 + g), 'u' || g || '@mail.example' FROM generate_series(1, 50) g;
CREATE TABLE plain(id int, note text, phone text, email text, person int, owner text);
INSERT INTO plain SELECT g, 'note ' || g, 'none', 'none', g, CASE WHEN g < 10 THEN 'owner' ELSE 'other' END FROM generate_series(1, 50) g;
CREATE VIEW listed AS SELECT id, note FROM plain;
DROP SCHEMA IF EXISTS other CASCADE; CREATE SCHEMA other; GRANT USAGE ON SCHEMA other TO tabir_reader;
CREATE TABLE other.plain(id int, note text); INSERT INTO other.plain VALUES (1, 'elsewhere'); GRANT SELECT ON other.plain TO tabir_reader;
CREATE TABLE notes(id int, note text); CREATE TABLE hidden_notes(id int, note text);
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO tabir_reader;
"""
SWAP = "ALTER TABLE people RENAME note TO x; ALTER TABLE people RENAME phone TO note; ALTER TABLE people RENAME x TO phone"


@pytest.fixture(scope="module")
def changing(postgres):
    """A database of its own, and a gateway that reads its catalog only when it has reason to."""
    postgres.psql("CREATE DATABASE changing")
    postgres.psql(TABLES + "GRANT CONNECT ON DATABASE changing TO tabir_reader, tabir_catalog", "changing")
    with Gateway(postgres, POLICY, ["reader", "owner", "writer"],
                 dict.fromkeys(["reader", "owner", "writer"], "tabir_reader"),
                 {"catalog_refresh": "600s"}) as running:
        yield running


@pytest.fixture
def ddl(postgres, changing):
    """Runs DDL past the gateway; the tables are as before after the test, and the policy knows them again."""
    yield lambda statement: postgres.psql(statement, "changing")
    postgres.psql("DROP SCHEMA IF EXISTS s CASCADE;" + TABLES, "changing")
    changing.reload()
    give_up = time.monotonic() + 30
    while not knows_the_tables(changing):
        assert time.monotonic() < give_up


def knows_the_tables(gateway) -> bool:
    """A database that its policy did not fit is closed to new sessions until the reload is through."""
    try:
        with connect(gateway) as connection:
            return not isinstance(ask(connection, "SELECT note FROM people"), str)
    except psycopg.OperationalError:
        return False


def connect(gateway, user="reader"):
    """Closed at the end whatever it is in the middle of: a database that is closed takes no COMMIT."""
    return closing(psycopg.connect(gateway.dsn(user, "changing"), autocommit=True, prepare_threshold=0))


def ask(connection, statement):
    """Rows, or the SQLSTATE."""
    try:
        answer = connection.execute(statement)
        return answer.fetchall() if answer.description else []
    except psycopg.Error as error:
        return error.sqlstate


def raw(rows) -> list:
    """Values that the policy masks, in an answer."""
    return [] if isinstance(rows, str) else [
        value for row in rows for value in row if isinstance(value, str) and (PHONE.match(value) or MAIL.match(value))]


def test_the_look_for_raw_values_finds_them(postgres, changing):
    rows = [line.split("|") for line in postgres.psql("SELECT phone, email FROM people", "changing").splitlines()]
    assert len(raw(rows)) == 100


@pytest.mark.parametrize("change", [
    SWAP,
    "ALTER TABLE people RENAME email TO x; ALTER TABLE people RENAME note TO email; ALTER TABLE people RENAME x TO note",
    "ALTER TABLE people DROP note; ALTER TABLE people RENAME phone TO note; ALTER TABLE people ADD phone text",
    "ALTER TABLE people DROP note; ALTER TABLE people RENAME email TO note; ALTER TABLE people ADD email text",
    "ALTER TABLE people RENAME id TO x; ALTER TABLE people RENAME phone TO id; ALTER TABLE people RENAME x TO phone",
    "ALTER TABLE people RENAME TO x; CREATE TABLE people AS SELECT id, phone, note, email FROM x;"
    "GRANT SELECT ON people TO tabir_reader",
    "CREATE SCHEMA s; ALTER TABLE people SET SCHEMA s",
    "DROP TABLE people",
    "ALTER TABLE people ALTER note TYPE varchar(20), ALTER phone TYPE varchar(30)",
    "ALTER TABLE people ADD more text DEFAULT 'more'",
])
@pytest.mark.parametrize("isolation", ["READ COMMITTED", "REPEATABLE READ"])
def test_prepared_statements_never_show_what_a_name_did_not_mean(changing, ddl, change, isolation):
    statements = ["SELECT id, note FROM people WHERE id < 20", "SELECT * FROM people",
                  "SELECT note FROM people WHERE id = 3", "SELECT max(note) FROM people",
                  "SELECT p.id, q.note FROM plain p LEFT JOIN people q ON q.id = p.id"]
    with connect(changing) as connection:
        connection.execute(f"SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL {isolation}")
        for statement in statements:
            assert connection.execute(statement).fetchall()
        connection.execute("BEGIN")
        connection.execute("SELECT 1 AS n FROM plain").fetchall()  # takes the snapshot
        ddl(change)
        for statement in statements:
            ask(connection, "SAVEPOINT s")
            rows = ask(connection, statement)
            assert not raw(rows), (statement, rows[:3])
            if ask(connection, "ROLLBACK TO s") == "55000":
                return  # the database is closed: its policy does not fit it any more
        connection.execute("COMMIT")
        for _ in range(3):
            for statement in statements:
                rows = ask(connection, statement)
                assert not raw(rows), (statement, rows[:3])


def test_a_swapped_column_keeps_the_mask_of_its_earlier_name(changing, ddl):
    with connect(changing) as connection:
        assert connection.execute("SELECT note, phone FROM people WHERE id = 1").fetchone() == ("note 1", "***01")
        ddl(SWAP)
        for _ in range(2):
            ask(connection, "SELECT note, phone FROM people WHERE id = 1 AND note IS NOT NULL")
        assert connection.execute("SELECT note, phone FROM people WHERE id = 1").fetchone() == ("***01", "*** 1")
    assert "public.people.note is shown as of class phone" in changing.log_text()


def test_a_row_filter_goes_by_the_tables_that_it_was_written_for(changing, ddl):
    with connect(changing, "owner") as connection:
        assert connection.execute("SELECT count(*) FROM people").fetchone() == (9,)
        ddl("ALTER TABLE plain RENAME owner TO x; ALTER TABLE plain RENAME note TO owner; ALTER TABLE plain RENAME x TO note;"
            "UPDATE plain SET owner = 'owner'")
        assert ask(connection, "SELECT count(*) FROM people") in ([(9,)], "40001", "42703")


def test_what_is_new_is_found_at_once(changing, ddl):
    with connect(changing) as connection:
        assert ask(connection, "SELECT person FROM plain LIMIT 1") == [(1,)]
        ddl("ALTER TABLE plain ADD fresh int DEFAULT 7")
        assert connection.execute("SELECT fresh FROM plain LIMIT 1").fetchone() == (7,)
        ddl("ALTER TABLE plain DROP fresh; ALTER TABLE plain ALTER person TYPE bigint")
        assert ask(connection, "SELECT fresh FROM plain LIMIT 1") == "42703"
        for _ in range(2):
            rows = ask(connection, "SELECT person FROM plain LIMIT 1")
        assert rows == [(1,)]


@pytest.mark.parametrize("prepare, statement", [
    ("", "SELECT note FROM plain WHERE id = 1"), ("PREPARE p AS SELECT note FROM plain WHERE id = 1", "EXECUTE p")])
def test_a_prepared_statement_outlives_a_renewal_that_fails(changing, ddl, prepare, statement):
    with connect(changing) as connection:
        if prepare:
            connection.execute(prepare)
        assert ask(connection, statement) == [("note 1",)]
        ddl("ALTER TABLE other.plain RENAME note TO moved")
        connection.execute("SET search_path = other, public")
        assert ask(connection, statement) == "40001"  # prepared anew by names of which one is gone
        assert ask(connection, statement) == "42703"
        connection.execute("SET search_path = public")
        assert ask(connection, statement) == [("note 1",)]
        ddl("ALTER TABLE other.plain RENAME moved TO note")
        connection.execute("SET search_path = other, public")
        give_up = time.monotonic() + 30
        while (rows := ask(connection, statement)) == "42703":  # the catalog is not read again within a second
            assert time.monotonic() < give_up
        assert rows == [("elsewhere",)]


def test_reads_race_with_alters(changing, ddl, postgres):
    """Columns trade their names again and again while prepared statements read them."""
    alters, readers = (1000, 6) if LONG else (60, 3)
    done = threading.Event()
    answers, leaks, failures = [0], [], {}

    def read():
        statements = ["SELECT id, note FROM people WHERE id < 20", "SELECT note FROM people WHERE id = 3", "SELECT * FROM people"]
        with connect(changing) as connection:
            while not done.is_set():
                for statement in statements:
                    rows = ask(connection, statement)
                    answers[0] += 1
                    if isinstance(rows, str):
                        failures[rows] = failures.get(rows, 0) + 1
                    elif found := raw(rows):
                        leaks.append((statement, found[:2]))

    threads = [threading.Thread(target=read) for _ in range(readers)]
    for thread in threads:
        thread.start()
    with psycopg.connect(host=str(postgres.directory), port=postgres.port, user=SUPERUSER, dbname="changing",
                         autocommit=True) as admin:
        give_up = time.monotonic() + 60
        for number in itertools.count():
            if number >= alters and (answers[0] > 10 * readers or time.monotonic() > give_up):
                break
            with admin.transaction():
                admin.execute(SWAP)
            if number % 5 == 4:
                with admin.transaction():
                    admin.execute("ALTER TABLE people DROP note; ALTER TABLE people RENAME phone TO note; ALTER TABLE people ADD phone text")
    done.set()
    for thread in threads:
        thread.join()
    assert not leaks, leaks[:3]
    assert answers[0] > 10 * readers
    assert set(failures) <= {"40001", "42703", "42702", "42P10", "0A000", "55000", "42P01"}, failures


def columns_of_people(postgres) -> list:
    return postgres.psql("SELECT id, note, phone, email FROM people ORDER BY id LIMIT 30", "changing").splitlines()


@pytest.mark.parametrize("isolation", ["READ COMMITTED", "REPEATABLE READ"])
@pytest.mark.parametrize("statement", [
    "UPDATE people SET note = 'written' WHERE id = 3 RETURNING id, note",
    "UPDATE people SET note = 'written' WHERE id = 3",
    "UPDATE people SET note = people.note || '!' FROM plain WHERE plain.id = people.id AND people.id = 3 RETURNING people.note",
    "UPDATE people SET id = id WHERE note = '+62100000003' RETURNING note",
    "DELETE FROM people WHERE id = 3 RETURNING note",
    "DELETE FROM people WHERE note LIKE '+62%'",
    "INSERT INTO people (id, note) VALUES (1000, 'written') RETURNING note",
    "INSERT INTO people (id, note) SELECT 1001, 'written'",
    "INSERT INTO people (id, note) VALUES (3, 'written') ON CONFLICT (id) DO UPDATE SET note = excluded.note RETURNING note",
    "INSERT INTO people (id) VALUES (3) ON CONFLICT (id) DO UPDATE SET id = people.id RETURNING people.note",
    "WITH d AS (DELETE FROM people WHERE id = 3 RETURNING note) SELECT note FROM d",
    "MERGE INTO people p USING plain q ON p.id = q.id AND q.id = 3 WHEN MATCHED THEN UPDATE SET note = 'written'",
])
def test_prepared_changes_touch_no_other_column(changing, ddl, postgres, statement, isolation):
    with connect(changing, "writer") as connection:
        connection.execute(f"SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL {isolation}")
        connection.execute("BEGIN")
        assert not isinstance(ask(connection, statement), str)
        connection.execute("ROLLBACK")
        connection.execute("BEGIN")
        connection.execute("SELECT 1 AS n FROM plain").fetchall()  # takes the snapshot
        ddl(SWAP)
        before = columns_of_people(postgres)
        rows = ask(connection, statement)
        assert isinstance(rows, str), rows
        assert ask(connection, "ROLLBACK") == []
        assert columns_of_people(postgres) == before


@pytest.mark.parametrize("statement", ["UPDATE people SET note = 'written' WHERE CURRENT OF c", "DELETE FROM people WHERE CURRENT OF c RETURNING note"])
def test_a_prepared_change_at_a_cursor_touches_no_other_column(changing, ddl, postgres, statement):
    with connect(changing, "writer") as connection:
        def at_the_row():
            for step in ("BEGIN", "DECLARE c CURSOR FOR SELECT id FROM people WHERE id = 3", "FETCH c"):
                assert not isinstance(ask(connection, step), str), step
            return ask(connection, statement)
        assert not isinstance(at_the_row(), str)
        connection.execute("ROLLBACK")
        ddl(SWAP)
        before = columns_of_people(postgres)
        assert at_the_row() == "40001"
        connection.execute("ROLLBACK")
        assert columns_of_people(postgres) == before


def test_a_prepared_change_goes_to_no_other_table(changing, ddl, postgres):
    with connect(changing, "writer") as connection:
        statement = "INSERT INTO notes (id, note) VALUES (7, 'written')"
        assert ask(connection, statement) == []
        ddl("ALTER TABLE notes RENAME TO old_notes; ALTER TABLE hidden_notes RENAME TO notes")
        assert ask(connection, statement) in ("40001", "42P01", "42703")
        assert postgres.psql("SELECT count(*) FROM notes", "changing").strip() == "0"


stale_pin = "__tabir_stale"
PLANS = {
    "SELECT note FROM people WHERE id = 3": "Index Scan using people_pkey",
    "SELECT p.note, q.note FROM people p JOIN plain q ON q.person = p.id WHERE q.id = 3": "Index Scan using people_pkey",
    "SELECT p.note, q.note FROM plain q LEFT JOIN people p ON p.id = q.person WHERE q.id = 3": "people_pkey",
    "SELECT id, note, phone FROM people ORDER BY id LIMIT 3": "Index Scan using people_pkey",
    "SELECT id FROM people WHERE id IN (SELECT person FROM plain WHERE id = 3)": "people_pkey",
    "UPDATE people SET note = 'x' WHERE id = 3": "Index Scan using people_pkey",
    "DELETE FROM people WHERE id = 3": "Index Scan using people_pkey",
}


@pytest.mark.parametrize("statement", PLANS)
def test_what_runs_keeps_its_indexes(changing, postgres, statement):
    """The plan that the server makes of the gateway's own text."""
    told = subprocess.run([tabir_binary(), "explain", "--config", changing.config, "--as", "writer", "--database", "changing",
                           "--json", statement], text=True, capture_output=True, timeout=60)
    printed = json.loads(told.stdout)["statements"][0]["sql"]
    assert stale_pin in printed
    plan = postgres.psql(f"SET enable_seqscan = off; SET enable_bitmapscan = off; EXPLAIN (COSTS OFF) {printed}", "changing")
    assert PLANS[statement] in plan and ("Sort" not in plan or "LIMIT" not in statement), plan


def test_a_plan_shows_no_pins(changing, postgres):
    statement = "EXPLAIN (COSTS OFF) SELECT people.note FROM people JOIN plain ON plain.person = people.id WHERE people.id = 3 ORDER BY people.id LIMIT 2"
    with connect(changing) as connection:
        assert [row[0] for row in ask(connection, statement)] == postgres.psql(statement, "changing").splitlines()


def test_an_unknown_name_waits_for_nobody_who_holds_a_lock(changing, postgres):
    """Whoever alters a view holds up the reading of the catalog, and would hold up each typing error of everybody."""
    with psycopg.connect(host=str(postgres.directory), port=postgres.port, user=SUPERUSER, dbname="changing") as owner:
        owner.execute("CREATE OR REPLACE VIEW listed AS SELECT id, note FROM plain WHERE id > 0")
        with psycopg.connect(changing.dsn("reader", "changing"), autocommit=True) as reader:
            with pytest.raises(psycopg.errors.UndefinedColumn):
                reader.execute("SELECT no_such_column FROM people")
        while "lock timeout" not in changing.log_text():
            time.sleep(0.1)  # the reading itself gives up; the test's own time limit is the bound
        owner.rollback()
