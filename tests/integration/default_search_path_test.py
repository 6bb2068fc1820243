"""The search_path that a session begins with: what PostgreSQL gives to the back end's user, unless the client names one."""

import time

import psycopg
import pytest

from cursors_test import answers
from explain_test import told
from gateway import DEMO_BACKEND_PASSWORD, Gateway

POLICY = """
version: 1
databases: [paths]
classes: { note: { mask: "null" } }
tables:
  public.notes: { subject: none, columns: { note: note } }
  first.notes: open
  second.notes: open
roles:
  reader: { tables: [public.notes, first.notes, second.notes] }
  other:  { tables: [public.notes, first.notes, second.notes] }
users: { reader: { role: reader }, other: { role: other } }
"""
OBJECTS = f"""
CREATE ROLE path_reader LOGIN PASSWORD '{DEMO_BACKEND_PASSWORD}'; CREATE ROLE path_other LOGIN PASSWORD '{DEMO_BACKEND_PASSWORD}';
CREATE TABLE public.notes (note text); CREATE SCHEMA first; CREATE SCHEMA second; CREATE SCHEMA "Odd one";
CREATE TABLE first.notes (note text); CREATE TABLE second.notes (note text);
INSERT INTO public.notes VALUES ('of public'); INSERT INTO first.notes VALUES ('of first'); INSERT INTO second.notes VALUES ('of second');
GRANT USAGE ON SCHEMA first, second, "Odd one" TO PUBLIC; GRANT SELECT ON public.notes, first.notes, second.notes TO PUBLIC;
"""
RESET = """
ALTER ROLE path_other RESET search_path; ALTER ROLE path_reader RESET search_path; ALTER ROLE path_reader IN DATABASE paths RESET search_path;
ALTER DATABASE paths RESET search_path; ALTER ROLE ALL RESET search_path;
"""
ALL = "ALTER ROLE ALL SET search_path TO \"Odd one\", second"
DATABASE = "ALTER DATABASE paths SET search_path TO second, public"
ROLE = "ALTER ROLE path_reader SET search_path TO first, \"$user\", public"
ROLE_HERE = "ALTER ROLE path_reader IN DATABASE paths SET search_path TO \"Odd one\", missing, second"
NAMES = ["SHOW search_path", "SELECT current_schema(), current_schema, current_schemas(false), current_schemas(true)",
         "SELECT current_setting('search_path')", "SELECT 'first.notes'::regclass::text, to_regclass('notes')::oid::regclass::text",
         "SELECT nspname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE relname = 'notes' AND pg_table_is_visible(c.oid)"]
NOTES = "SELECT note FROM notes"


@pytest.fixture(scope="module")
def paths(postgres):
    postgres.psql("CREATE DATABASE paths")
    postgres.psql(OBJECTS, "paths")
    with Gateway(postgres, POLICY, ["reader", "other"], {"reader": "path_reader", "other": "path_other"}, {"catalog_refresh": "600s"}) as running:
        yield running
    postgres.psql(RESET)


@pytest.fixture
def set_paths(postgres, paths):
    """Gives search paths to roles and the database, and waits until the gateway has read them."""
    def done(statements):
        postgres.psql(RESET + ";".join(statements))
        paths.reload()
        give_up = time.monotonic() + 30
        for user in ("reader", "other"):
            expected = answers(itself(postgres, user), NAMES)
            while (given := answers(paths.dsn(user, "paths"), NAMES)) != expected:
                assert time.monotonic() < give_up, (given, expected)
                time.sleep(0.05)
    return done


def itself(postgres, user="reader"):
    """PostgreSQL, as the back end's user."""
    return f"host=127.0.0.1 port={postgres.port} user=path_{user} password={DEMO_BACKEND_PASSWORD} dbname=paths"


def connect(paths, user="reader", **more):
    return psycopg.connect(paths.dsn(user, "paths", **more), autocommit=True)


SETTINGS = {
    "none": [],
    "all": [ALL],
    "database": [ALL, DATABASE],
    "role": [ALL, DATABASE, ROLE],
    "role_in_database": [ALL, DATABASE, ROLE, ROLE_HERE],
    "role_in_database_alone": [ROLE_HERE],
    "nothing": ["ALTER ROLE path_reader SET search_path TO ''"],
    "folded": ["ALTER ROLE path_reader SET search_path TO First, PUBLIC"],
    "of_others": ["ALTER ROLE path_other SET search_path TO first"],
}
RESETS = ["RESET search_path", "SET search_path TO DEFAULT", "SET SESSION search_path = DEFAULT", "RESET ALL", "DISCARD ALL",
          "SELECT set_config('search_path', 'second', false)"]


@pytest.mark.parametrize("setting", SETTINGS.values(), ids=SETTINGS.keys())
def test_a_session_begins_with_the_path_of_its_database_user(paths, postgres, set_paths, setting):
    set_paths(setting)
    script = [*NAMES, "SET search_path TO second", *NAMES]
    for reset in RESETS:
        script += [reset, *NAMES, "SET search_path TO second"]
    script += ["BEGIN", "SET LOCAL search_path TO DEFAULT", *NAMES, "COMMIT", *NAMES, "RESET search_path", *NAMES]
    assert answers(paths.dsn("reader", "paths"), script) == answers(itself(postgres), script)


def test_names_mean_what_stands_first_in_it_and_rights_are_decided_for_that(paths, set_paths):
    set_paths([ROLE])
    with connect(paths) as connection:
        assert connection.execute(NOTES).fetchall() == [("of first",)]
    set_paths([ROLE_HERE])
    with connect(paths) as connection:
        assert connection.execute(NOTES).fetchall() == [("of second",)]
        connection.execute("SET search_path TO public")
        assert connection.execute(NOTES).fetchall() == [(None,)]
        connection.execute("DISCARD ALL")
        assert connection.execute(NOTES).fetchall() == [("of second",)]


def test_what_the_client_names_wins(paths, set_paths):
    set_paths([DATABASE, ROLE, ROLE_HERE])
    with connect(paths, options="-c search_path=public") as connection:
        for _ in range(2):
            assert connection.execute("SHOW search_path").fetchone() == ("public",)
            assert connection.execute(NOTES).fetchone() == (None,)
            connection.execute("SET search_path TO first")
            connection.execute("RESET search_path")


def test_each_database_user_has_its_own(paths, set_paths):
    set_paths([DATABASE, ROLE])
    with connect(paths) as reader, connect(paths, "other") as other:
        for _ in range(4):  # plans are kept from the second time on
            assert reader.execute(NOTES).fetchone() == ("of first",)
            assert other.execute(NOTES).fetchone() == ("of second",)


def test_an_explained_statement_begins_with_it_too(paths, set_paths):
    set_paths([ROLE])
    statement, = told(paths, "reader", NOTES)["statements"]
    assert '"first"."notes"' in statement["sql"]


def test_a_change_is_taken_in_by_new_sessions_alone(paths, set_paths):
    set_paths([ROLE])
    with connect(paths) as before:
        assert before.execute(NOTES, prepare=True).fetchone() == ("of first",)
        set_paths(["ALTER ROLE path_reader SET search_path TO second"])
        with connect(paths) as after:
            for _ in range(4):
                assert before.execute(NOTES, prepare=True).fetchone() == ("of first",)
                assert after.execute(NOTES, prepare=True).fetchone() == ("of second",)
        before.execute("RESET search_path")
        assert before.execute("SHOW search_path").fetchone() == ("first, \"$user\", public",)
        assert before.execute(NOTES).fetchone() == ("of first",)


def test_a_schema_that_holds_nothing_is_in_the_path(paths, postgres, set_paths):
    script = ["SET search_path TO \"Odd one\", missing, public", *NAMES]
    set_paths([])
    assert answers(paths.dsn("reader", "paths"), script) == answers(itself(postgres), script)
