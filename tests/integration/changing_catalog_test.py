"""A catalog that changes under prepared statements: never the old mask, never a moment in clear."""

import os
import re
import threading

import psycopg
import pytest

from gateway import Gateway
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
roles:
  reader: { tables: [public.people, public.plain, public.listed] }
  owner:  { tables: [public.people], rows: { public.people: "id IN (SELECT person FROM public.plain WHERE owner = :user)" } }
users: { reader: { role: reader }, owner: { role: owner } }
"""
TABLES = """
DROP TABLE IF EXISTS people, plain CASCADE; DROP VIEW IF EXISTS listed;
CREATE TABLE people(id int PRIMARY KEY, note text, phone text, email text);
INSERT INTO people SELECT g, 'note ' || g, '+62' || (100000000 + g), 'u' || g || '@mail.example' FROM generate_series(1, 50) g;
CREATE TABLE plain(id int, note text, phone text, email text, person int, owner text);
INSERT INTO plain SELECT g, 'note ' || g, 'none', 'none', g, CASE WHEN g < 10 THEN 'owner' ELSE 'other' END FROM generate_series(1, 50) g;
CREATE VIEW listed AS SELECT id, note FROM plain;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO tabir_reader;
"""
SWAP = "ALTER TABLE people RENAME note TO x; ALTER TABLE people RENAME phone TO note; ALTER TABLE people RENAME x TO phone"


@pytest.fixture(scope="module")
def changing(postgres):
    """A database of its own, and a gateway that reads its catalog only when it has reason to."""
    postgres.psql("CREATE DATABASE changing")
    postgres.psql(TABLES + "GRANT CONNECT ON DATABASE changing TO tabir_reader, tabir_catalog", "changing")
    with Gateway(postgres, POLICY, ["reader", "owner"], {"reader": "tabir_reader", "owner": "tabir_reader"},
                 {"catalog_refresh": "600s"}) as running:
        yield running


@pytest.fixture
def ddl(postgres, changing):
    """Runs DDL past the gateway; the tables are as before after the test, and the policy knows them again."""
    yield lambda statement: postgres.psql(statement, "changing")
    postgres.psql("DROP SCHEMA IF EXISTS s CASCADE;" + TABLES, "changing")
    changing.reload()
    with connect(changing) as connection:  # each error makes the gateway read the catalog before it goes on
        assert any(not isinstance(ask(connection, "SELECT note FROM people"), str) for _ in range(5))


def connect(gateway, user="reader"):
    return psycopg.connect(gateway.dsn(user, "changing"), autocommit=True, prepare_threshold=0)


def ask(connection, statement):
    """Rows, or the SQLSTATE."""
    try:
        return connection.execute(statement).fetchall()
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
    "ALTER TABLE people RENAME TO x; CREATE TABLE people AS SELECT id, phone AS note, note AS phone, email FROM x;"
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
            connection.execute("SAVEPOINT s")
            rows = ask(connection, statement)
            assert not raw(rows), (statement, rows[:3])
            connection.execute("ROLLBACK TO s")
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
        assert ask(connection, "SELECT count(*) FROM people") in ([(9,)], "40001")


def test_what_is_new_is_found_at_once(changing, ddl):
    with connect(changing) as connection:
        assert ask(connection, "SELECT id FROM plain LIMIT 1") == [(1,)]
        ddl("ALTER TABLE plain ADD fresh int DEFAULT 7")
        assert connection.execute("SELECT fresh FROM plain LIMIT 1").fetchone() == (7,)
        ddl("ALTER TABLE plain DROP fresh; ALTER TABLE plain ALTER id TYPE bigint")
        assert ask(connection, "SELECT fresh FROM plain LIMIT 1") == "42703"
        for _ in range(2):
            rows = ask(connection, "SELECT id FROM plain LIMIT 1")
        assert rows == [(1,)]


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
        for number in range(alters):
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
