"""The client's search_path, as PostgreSQL keeps it: for names, for what is written as text, and for what functions and triggers find."""

import psycopg
import pytest

from cursors_test import answers
from gateway import Gateway

# No column is treated: whatever differs from PostgreSQL's own answers hangs on the path.
POLICY = """
version: 1
databases: [payments]
tables:
  public.notes: open
  support.tickets: open
  public.texts: open
roles:
  reader: { tables: [public.notes, support.tickets, public.texts], write: [public.notes], functions: [public.notes_kept, odd.same] }
users:
  reader: { role: reader }
"""
OBJECTS = """
CREATE TABLE notes (id int PRIMARY KEY, note text); CREATE TABLE note_log (id int); CREATE TABLE texts (t text, v varchar);
INSERT INTO texts VALUES ('a', 'a');
CREATE FUNCTION notes_kept() RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN RETURN (SELECT count(*) FROM note_log); END $$;
CREATE FUNCTION log_note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO note_log VALUES (NEW.id); RETURN NEW; END $$;
CREATE TRIGGER log_notes AFTER INSERT ON notes FOR EACH ROW EXECUTE FUNCTION log_note();
CREATE SCHEMA odd; CREATE TABLE odd.things (id int);
CREATE FUNCTION odd.same(text, varchar) RETURNS boolean LANGUAGE sql AS 'SELECT false';
CREATE OPERATOR odd.= (LEFTARG = text, RIGHTARG = varchar, FUNCTION = odd.same);
GRANT USAGE ON SCHEMA odd TO tabir_reader; GRANT SELECT ON odd.things, texts, notes TO tabir_reader;
GRANT INSERT, UPDATE, DELETE ON notes, note_log TO tabir_reader; GRANT SELECT ON note_log TO tabir_reader;
"""
NAMES = ("SELECT 'support.tickets'::regclass::text, 'public.notes'::regclass::text, pg_get_constraintdef(c.oid), format_type(t.typelem, -1) "
         "FROM pg_constraint c, pg_type t WHERE c.conname = 'tickets_customer_id_fkey' AND t.typname = '_notes'")


@pytest.fixture(scope="module")
def reading(postgres):
    postgres.psql(OBJECTS, "payments")
    with Gateway(postgres, POLICY, ["reader"], {"reader": "tabir_reader"}) as running:
        yield running


SCRIPTS = {
    "default": [NAMES],
    "set": ["SET search_path TO support, kyc", NAMES, "SET search_path TO DEFAULT", NAMES],
    "none": ["SELECT set_config('search_path', '', false)", NAMES, "RESET search_path", NAMES],
    "local": ["BEGIN", "SET LOCAL search_path TO support", NAMES, "COMMIT", NAMES],
    "rolled_back": ["BEGIN", "SET search_path TO support", "SAVEPOINT s", "SELECT set_config('search_path', 'kyc', true)", "ROLLBACK TO s", NAMES,
                    "ROLLBACK", NAMES],
    "discarded": ["SET search_path TO support", "DISCARD ALL", NAMES],
    "in_one_message": ["SET search_path TO support; SELECT count(*) FROM tickets", f"SET search_path TO kyc; {NAMES}; RESET ALL; SELECT count(*) FROM notes", NAMES,
                       "BEGIN; SET LOCAL search_path TO support; SELECT count(*) FROM tickets; COMMIT", "SELECT count(*) FROM notes",
                       "SELECT set_config('search_path', 'support', false); SELECT count(*) FROM tickets; SELECT count(*) FROM nowhere", "SELECT count(*) FROM notes"],
    "from": ["SELECT * FROM current_schema()", "SET search_path TO support", "SELECT * FROM current_schema() WITH ORDINALITY"],
}


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS.keys())
def test_names_are_written_as_postgresql_writes_them(reading, direct, script):
    assert answers(reading.dsn("reader"), script) == answers(direct, script)


def test_a_parameter_is_read_as_a_name_of_the_path(reading):
    with psycopg.connect(reading.dsn("reader"), autocommit=True) as connection:
        assert connection.execute("SELECT %s::regclass = 'public.notes'::regclass, to_regtype(%s)::oid > 0", ["notes", "notes"]).fetchone() == (True, True)
        connection.execute("SET search_path TO support")
        with pytest.raises(psycopg.errors.UndefinedTable):
            connection.execute("SELECT %s::regclass", ["notes"])


def test_functions_and_triggers_find_their_tables(reading):
    with psycopg.connect(reading.dsn("reader"), autocommit=True) as connection:
        connection.execute("INSERT INTO notes VALUES (1, 'called back')")
        assert connection.execute("SELECT notes_kept()").fetchone() == (1,)


def test_operators_of_a_schema_in_the_path_stand_back(reading, direct):
    """PostgreSQL itself takes odd's operator, which fits the types better; the gateway decided about pg_catalog's."""
    script = ["SET search_path TO odd, public", "SELECT t = v FROM texts"]
    assert answers(direct, script)[-1] != answers(reading.dsn("reader"), script)[-1]
    with psycopg.connect(reading.dsn("reader"), autocommit=True) as connection:
        connection.execute("SET search_path TO odd, public")
        assert connection.execute("SELECT t = v FROM texts").fetchone() == (True,)


def test_a_function_of_the_path_is_not_reached_as_a_field(gateway):
    with psycopg.connect(gateway.dsn("reader"), autocommit=True) as connection:
        for statement in ("SELECT (subject).leak FROM support.tickets", "SELECT (t.subject).leak FROM support.tickets t",
                          "SELECT (x).leak FROM (SELECT 'a'::text) AS s(x)"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)


def test_what_stands_behind_in_a_pipeline_means_what_the_path_says_by_then(reading, direct):
    for dsn in (reading.dsn("reader"), direct):
        with psycopg.connect(dsn, autocommit=True) as connection:
            with connection.pipeline():
                connection.execute("SET search_path TO support")
                counted = connection.execute("SELECT count(*) FROM tickets")
                connection.execute("BEGIN")
                connection.execute("SET LOCAL search_path TO public")
                notes = connection.execute("SELECT count(*) >= 0 FROM notes")
                connection.execute("COMMIT")
                again = connection.execute("SELECT count(*) FROM tickets")
            assert counted.fetchone() == again.fetchone() and notes.fetchone() == (True,)


def test_a_path_ends_with_its_transaction_and_not_in_the_middle_of_a_message(reading):
    with psycopg.connect(reading.dsn("reader"), autocommit=True) as connection:
        connection.execute("BEGIN")
        connection.execute("SET LOCAL search_path TO support")
        with pytest.raises(psycopg.errors.FeatureNotSupported, match="changes with the transaction"):
            connection.execute("COMMIT; SELECT count(*) FROM tickets")


@pytest.mark.parametrize("name, value", [("application_name", "report"), ("statement_timeout", "9s"), ("TimeZone", "Asia/Jakarta"), ("enable_seqscan", "off")])
def test_a_driver_may_bind_the_value_of_a_harmless_setting(gateway, name, value):
    with psycopg.connect(gateway.dsn("agent"), autocommit=True) as connection:
        assert connection.execute(f"SELECT set_config('{name}', %s, false)", [value]).fetchone() == (value,)
        assert connection.execute(f"SHOW {name}").fetchone() == (value,)


@pytest.mark.parametrize("name", ["search_path", "role", "session_authorization", "client_encoding", "standard_conforming_strings", "work_mem", "client_min_messages",
                                  "extra_float_digits", "log_statement", "tabir.user", "app.secret", "session_replication_role"])
def test_of_no_other(gateway, name):
    with psycopg.connect(gateway.dsn("agent"), autocommit=True) as connection:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(f"SELECT set_config('{name}', %s, false)", ["utf8"])
