"""A connection is handed on clean, or not at all."""

import contextlib
import time
from contextlib import closing

import psycopg2
import pytest
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
    ("SET search_path = evil", "SELECT current_setting('search_path') = 'evil'"),
    ("SET ROLE pg_monitor", "SELECT current_user = 'pg_monitor'"),
    ("SET SESSION AUTHORIZATION tabir_clerk", "SELECT session_user = 'tabir_clerk'"),
    ("CREATE TEMP TABLE dirty (x int)", "SELECT to_regclass('pg_temp.dirty') IS NOT NULL"),
    ("SELECT pg_advisory_lock(42)", "SELECT count(*) > 0 FROM pg_locks WHERE locktype = 'advisory'"),
    ("PREPARE dirty AS SELECT 1", "SELECT count(*) > 0 FROM pg_prepared_statements"),
    ("LISTEN dirty", "SELECT count(*) > 0 FROM pg_listening_channels()"),
    ("DECLARE dirty CURSOR WITH HOLD FOR SELECT 1", "SELECT count(*) > 0 FROM pg_cursors WHERE name = 'dirty'"),
])
def test_nothing_of_the_last_client_is_left(gateway, dirt, question):
    with session(gateway, application_name=dirt) as first:
        ask(first, dirt)
        process_id = first.info.backend_pid
    with session_on(gateway, process_id, application_name=dirt) as second:
        assert not ask(second, question)


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
