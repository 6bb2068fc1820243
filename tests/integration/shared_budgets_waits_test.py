"""What waits for the store of shared budgets can be cancelled, and what is told already is owed to it."""

import os
import socket
import struct
import threading

import psycopg
import pytest

from private_redis import PrivateRedis
from replicas import customers, misses, read, replica, wait_until

CANCELLED, REACHED, FAILED = "57014", "54000", "25P02"


@pytest.fixture
def redis():
    with PrivateRedis() as server:
        yield server


@pytest.fixture
def waiting(postgres, redis, tmp_path):
    """A gateway whose store learns for a minute first: whoever is new waits for so long."""
    with replica(postgres, redis, tmp_path, lease="60s") as gateway:
        wait_until(lambda: gateway.metric("tabir_shared_budgets_available") == 1)
        yield gateway


def copy_out(connection):
    with connection.cursor().copy("COPY (SELECT id, full_name FROM customers WHERE id < 9) TO STDOUT") as rows:
        return list(rows)


FORMS = {
    "simple": lambda connection: connection.execute(customers(1, 9)),
    "extended": lambda connection: connection.execute("SELECT id FROM customers WHERE id = %s", [1]),
    "nobody": lambda connection: connection.execute("SELECT id FROM customers WHERE id = 0"),
    "failing": lambda connection: connection.execute("SELECT 1 / (id - 1) FROM customers WHERE id = 1"),
    "copy": copy_out,
    "streamed": lambda connection: list(connection.cursor().stream(customers(1, 9))),
    "table": lambda connection: connection.execute("CREATE TEMP TABLE kept AS " + customers(1, 9)),
    "table by a parameter": lambda connection: connection.execute("CREATE TEMP TABLE kept AS SELECT id FROM customers WHERE id < %s", [9]),
    "change": lambda connection: connection.execute("DECLARE c CURSOR WITH HOLD FOR SELECT id FROM customers WHERE id < 9"),
}


def cancelled(connection, run):
    """Runs it, and asks to cancel it until it has ended; its SQLSTATE or None."""
    ends = []

    def work():
        try:
            run(connection)
            ends.append(None)
        except psycopg.Error as error:
            ends.append(error.sqlstate)

    thread = threading.Thread(target=work, daemon=True)  # a cancel that fails ends the test, not the wait for it
    thread.start()
    while thread.is_alive():
        connection.cancel()
        thread.join(0.1)
    return ends[0]


def tickets(connection) -> int:
    return connection.execute("SELECT count(*) FROM support.tickets").fetchone()[0]


@pytest.mark.parametrize("form", FORMS)
def test_a_row_that_waits_can_be_cancelled(waiting, form):
    with psycopg.connect(waiting.dsn("agent1"), autocommit=True) as connection:
        for _ in range(2):
            assert cancelled(connection, FORMS[form]) == CANCELLED
            assert tickets(connection) > 0, "and the session goes on"


def test_a_cancelled_statement_fails_its_transaction(waiting):
    with psycopg.connect(waiting.dsn("agent1")) as connection:
        assert tickets(connection) > 0
        assert cancelled(connection, FORMS["simple"]) == CANCELLED
        with pytest.raises(psycopg.Error) as failed:
            tickets(connection)
        assert failed.value.sqlstate == FAILED
        connection.rollback()
        assert tickets(connection) > 0


@pytest.mark.parametrize("form", ["simple", "extended"])
def test_a_statement_that_waits_can_be_cancelled(waiting, redis, form):
    with psycopg.connect(waiting.dsn("agent2"), autocommit=True) as connection:
        redis.pause()
        assert cancelled(connection, FORMS[form]) == CANCELLED
        redis.resume()
        assert tickets(connection) > 0


@pytest.mark.parametrize("named", ["SET tabir.user = 'agent2'", "SET tabir.user = 'agent2'; SELECT 1"])
def test_a_message_that_names_another_person_waits_for_his_budget(two, redis, named):
    first, second = two
    assert len(read(first, "agent2", customers(1, 30))[0]) == 30
    with psycopg.connect(second.dsn("desk"), autocommit=True) as connection:
        for _ in range(4):
            with pytest.raises(psycopg.errors.ProgramLimitExceeded):
                connection.execute(f"{named}; SELECT id FROM customers WHERE email = 'nobody'; {customers(31, 31)}")
        with pytest.raises(psycopg.errors.ProgramLimitExceeded, match="found nobody"):
            connection.execute(f"{named}; SELECT id FROM customers WHERE email = 'nobody'")
        assert connection.execute(f"SET tabir.user = 'agent3'; {customers(31, 31)}").nextset()
        redis.pause()
        assert cancelled(connection, lambda other: other.execute(f"SET tabir.user = 'lina'; {customers(32, 32)}")) == CANCELLED
        redis.resume()
        assert connection.execute(f"SET tabir.user = 'lina'; {customers(32, 32)}").nextset()


def test_a_message_waits_again_where_the_store_answers_late(two, redis):
    first, second = two
    connection = psycopg.connect(second.dsn("desk"), autocommit=True)  # in no `with`: whoever waits holds its lock
    redis.pause()
    ended = []

    def ask():
        try:
            ended.append(connection.execute(f"SET tabir.user = 'agent3'; {customers(1, 1)}").nextset())
        except psycopg.Error as error:
            ended.append(error)

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    wait_until(lambda: second.metric("tabir_shared_budgets_available") == 0)
    redis.resume()
    thread.join(60)
    assert ended, "it waits for nothing any more"
    connection.close()


def test_a_cancelled_statement_costs_a_miss(waiting):
    with psycopg.connect(waiting.dsn("agent1"), autocommit=True) as connection:
        assert tickets(connection) > 0  # it is known what is left: the next one waits when the database has answered
        assert cancelled(connection, FORMS["simple"]) == CANCELLED
    wait_until(lambda: misses(waiting, "agent1") >= 1)


@pytest.fixture
def two(postgres, redis, tmp_path):
    with replica(postgres, redis, tmp_path) as first, replica(postgres, redis, tmp_path) as second:
        yield first, second


def test_a_table_of_people_waits_for_all_of_them_in_every_replica(two):
    first, second = two
    with psycopg.connect(first.dsn("agent1"), autocommit=True) as connection:
        assert connection.execute("CREATE TEMP TABLE kept AS SELECT id FROM customers WHERE id <= %s", [20]).statusmessage == "SELECT 20"
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (20,)
    with psycopg.connect(second.dsn("agent1"), autocommit=True) as connection:
        with pytest.raises(psycopg.Error) as stopped:
            connection.execute("CREATE TEMP TABLE kept AS SELECT id FROM customers WHERE id BETWEEN 21 AND 60")
        assert stopped.value.sqlstate == REACHED
        with pytest.raises(psycopg.errors.UndefinedTable):
            connection.execute("TABLE kept")
        assert connection.execute("CREATE TEMP TABLE kept AS " + customers(1, 20)).statusmessage == "SELECT 20"


def assert_that_no_guess_is_left(gateway):
    assert read(gateway, "agent1", "SELECT id FROM customers WHERE email = 'nobody'") == ([], REACHED)


def test_a_stop_at_the_limit_costs_a_miss_in_every_replica(two):
    first, second = two
    assert len(read(first, "agent1", customers(1, 30))[0]) == 30
    for stops in range(1, 5):
        assert read(first, "agent1", "SELECT id FROM customers WHERE id > 100") == ([], REACHED)
        wait_until(lambda expected=stops: misses(second, "agent1") == expected)
    assert_that_no_guess_is_left(second)


def test_a_client_that_leaves_costs_a_miss_in_every_replica(two, postgres, direct):
    first, second = two
    assert read(first, "agent1", customers(1, 1)) == ([1], None)
    with psycopg.connect(direct) as owner:
        owner.execute("LOCK TABLE customers IN ACCESS EXCLUSIVE MODE")
        for leaves in range(1, 5):
            client = psycopg.connect(first.dsn("agent1"), autocommit=True)
            client.pgconn.send_query(b"SELECT id FROM customers WHERE city = 'Jakarta'")
            client.pgconn.flush()
            wait_until(lambda: waits_for_locks(postgres) == 1)
            reset(client)
            wait_until(lambda expected=leaves: misses(second, "agent1") == expected)
            wait_until(lambda: waits_for_locks(postgres) == 0)
    assert_that_no_guess_is_left(second)


def reset(client) -> None:
    """Ends it as a process that is killed with its machine's answer on the way: whoever only stops sending may still read."""
    with socket.socket(fileno=os.dup(client.pgconn.socket)) as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.pgconn.finish()


def waits_for_locks(postgres) -> int:
    return int(postgres.psql("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'", "payments"))
