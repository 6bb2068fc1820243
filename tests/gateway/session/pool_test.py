"""A connection is handed on clean, or not at all."""

import contextlib
import time
from contextlib import closing

import psycopg2
import pytest
from gateway import DEMO_BACKEND_PASSWORD, PASSWORD
from raw_client import TERMINATE, RawClient
from relay_test import wait_until


def session(gateway, **more):
    connection = psycopg2.connect(gateway.dsn("dba1", **more))
    connection.autocommit = True
    return closing(connection)


def ask(connection, sql: str):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0] if cursor.description else None


def session_on(gateway, process_id: int, **more):
    """A new session on this back end, which takes a moment to be reset. `more` must be the test's own: connections are
    shared between equal requests only."""
    with contextlib.ExitStack() as others:  # kept open: they would be handed out first
        for _ in range(50):
            connection = session(gateway, **more)
            if connection.thing.info.backend_pid == process_id:
                return connection
            others.enter_context(connection)
            time.sleep(0.1)
    raise AssertionError("the back end was not used again")


@pytest.mark.parametrize("dirt, question", [
    ("SET work_mem = '77MB'", "SELECT current_setting('work_mem') = '77MB'"),
    ("SET my.secret = '4711'", "SELECT current_setting('my.secret', true) = '4711'"),
    ("SET search_path = evil", "SELECT current_setting('search_path') = 'evil'"),
    ("SET ROLE pg_monitor", "SELECT current_user = 'pg_monitor'"),
    ("SET SESSION AUTHORIZATION tabir_clerk", "SELECT session_user = 'tabir_clerk'"),
    ("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY", "SELECT current_setting('transaction_read_only')::bool"),
    ("SELECT pg_advisory_lock(42)", "SELECT count(*) > 0 FROM pg_locks WHERE locktype = 'advisory'"),
    ("PREPARE dirty AS SELECT 1", "SELECT count(*) > 0 FROM pg_prepared_statements"),
    ("LISTEN dirty", "SELECT count(*) > 0 FROM pg_listening_channels()"),
    ("DECLARE dirty CURSOR WITH HOLD FOR SELECT 1", "SELECT count(*) > 0 FROM pg_cursors WHERE name = 'dirty'"),
    ("SELECT setseed(0.5)", "SELECT random() = 0.9851677175347999"),
])
def test_nothing_of_the_last_client_is_left(gateway, dirt, question):
    with session(gateway, application_name=dirt) as first:
        ask(first, dirt)
        process_id = first.info.backend_pid
    with session_on(gateway, process_id, application_name=dirt) as second:
        assert not ask(second, question)


@pytest.mark.parametrize("dirt", [
    "CREATE TEMP TABLE dirty (x int)",
    "CREATE TEMP VIEW dirty AS SELECT 1",
    "DO $$ BEGIN CREATE TEMP TABLE dirty (x int); DROP TABLE dirty; END $$",
    "LOAD 'auto_explain'",
    "SELECT pg_create_physical_replication_slot('dirty', false, true)",
    "SELECT pg_replication_origin_create('dirty'), pg_replication_origin_session_setup('dirty')",
])
def test_what_only_the_end_of_a_session_takes_away_ends_it(gateway, postgres, dirt):
    with session(gateway, application_name=dirt) as first:
        ask(first, dirt)
        process_id = first.info.backend_pid
    assert wait_until(lambda: postgres.psql(f"SELECT count(*) FROM pg_stat_activity WHERE pid = {process_id}") == "0")


def test_the_sequences_of_the_last_client_are_unknown(gateway, postgres):
    postgres.psql("CREATE SEQUENCE IF NOT EXISTS numbers", "payments")
    with session(gateway, application_name="sequences") as first:
        ask(first, "SELECT nextval('numbers')")
        process_id = first.info.backend_pid
    with session_on(gateway, process_id, application_name="sequences") as second:
        for question in ("SELECT lastval()", "SELECT currval('numbers')"):
            with pytest.raises(psycopg2.errors.ObjectNotInPrerequisiteState):
                ask(second, question)


def test_a_database_with_named_connections_to_others_shares_none(gateway, postgres):
    postgres.psql("CREATE DATABASE linked")
    postgres.psql("CREATE EXTENSION dblink", "linked")
    with session(gateway, dbname="linked") as first:
        process_id = first.info.backend_pid
    assert wait_until(lambda: postgres.psql(f"SELECT count(*) FROM pg_stat_activity WHERE pid = {process_id}") == "0")


def test_the_next_client_is_told_the_parameters_as_they_are(gateway):
    with session(gateway, application_name="clock") as first:
        usual = first.get_parameter_status("TimeZone")
        ask(first, "SET TimeZone = 'Asia/Jakarta'")
        assert first.get_parameter_status("TimeZone") == "Asia/Jakarta"
        process_id = first.info.backend_pid
    with session_on(gateway, process_id, application_name="clock") as second:
        assert second.get_parameter_status("TimeZone") == usual


def test_another_start_value_is_another_connection(gateway):
    with session(gateway, application_name="plain") as first:
        process_id = first.info.backend_pid
    with session_on(gateway, process_id, application_name="plain"):
        pass
    with session(gateway, application_name="plain", options="-cwork_mem=8MB") as second:
        assert second.info.backend_pid != process_id
        assert ask(second, "SHOW work_mem") == "8MB"


def test_an_open_transaction_is_never_handed_on(gateway, postgres):
    first = psycopg2.connect(gateway.dsn("dba1"))
    first.cursor().execute("SELECT 1")
    process_id = first.info.backend_pid
    first.close()
    assert wait_until(lambda: postgres.psql(f"SELECT count(*) FROM pg_stat_activity WHERE pid = {process_id}") == "0")


@pytest.mark.parametrize("statement", [
    "DROP DATABASE guests",
    "/* tidy /* up */ */ -- now\n drop\ndatabase guests",
    "ALTER DATABASE guests RENAME TO visitors",
    "CREATE DATABASE visitors TEMPLATE guests",
])
def test_who_left_a_database_is_in_nobodys_way(gateway, postgres, statement):
    postgres.psql("CREATE DATABASE guests")
    with session(gateway, dbname="guests") as guest:
        ask(guest, "SELECT 1")
    with session(gateway) as one:
        ask(one, statement)
    postgres.psql("DROP DATABASE IF EXISTS guests")
    postgres.psql("DROP DATABASE IF EXISTS visitors")


def test_a_new_session_starts_with_the_values_of_now(gateway, postgres):
    usual = {"application_name": "start values"}
    with session(gateway, **usual) as one, session(gateway, **usual) as two:
        with session(gateway, **usual) as three:
            ask(three, "SELECT 1")  # left before the change, like `two` after it
        ask(one, "BEGIN")
        ask(one, "ALTER ROLE tabir_dba IN DATABASE payments SET work_mem = '9MB'")
        ask(one, "COMMIT")
        ask(two, "SELECT 1")
    try:
        with session(gateway, **usual) as one, session(gateway, **usual) as two, session(gateway, **usual) as three:
            assert [ask(each, "SHOW work_mem") for each in (one, two, three)] == ["9MB"] * 3
    finally:
        postgres.psql("ALTER ROLE tabir_dba IN DATABASE payments RESET work_mem")


def test_a_full_pool_makes_clients_wait_and_then_says_so(start):
    with start(limits={"pool_size": 2}, timeouts={"backend_connect": "2s"}) as gateway:
        with session(gateway) as one, session(gateway, options="-cwork_mem=8MB"):
            with pytest.raises(psycopg2.OperationalError, match="too many clients"):
                psycopg2.connect(gateway.dsn("dba1"))
            one.close()
            with session(gateway) as three:
                assert ask(three, "SELECT 1") == 1


def test_unused_connections_are_closed_in_time(start, postgres):
    with start(timeouts={"backend_idle": "1s"}) as gateway:
        with session(gateway) as one:
            process_id = one.info.backend_pid
        assert wait_until(lambda: postgres.psql(f"SELECT count(*) FROM pg_stat_activity WHERE pid = {process_id}") == "0")


def test_each_client_hears_what_the_server_says_at_log_in(gateway, postgres):
    """A warning comes before the parameters; on a connection that is used again it is said again."""
    postgres.psql("CREATE DATABASE warned; ALTER DATABASE warned SET work_mem = '8MB'; UPDATE pg_db_role_setting "
                  "SET setconfig = '{work_mem=rubbish}' FROM pg_database d WHERE d.oid = setdatabase AND datname = 'warned'")
    with RawClient((postgres.host, postgres.port)) as direct:
        expected = direct.log_in("tabir_dba", DEMO_BACKEND_PASSWORD, "warned").notices
    assert b"rubbish" in expected[0]
    processes = []
    for _ in range(50):
        with RawClient((gateway.host, gateway.port)) as client:
            client.log_in("dba1", PASSWORD, "warned")
            assert client.notices == expected
            client.send(TERMINATE)
            assert client.closed()
        if client.process_id in processes:
            return
        processes.append(client.process_id)
        time.sleep(0.1)
    raise AssertionError("no back end was used again")
