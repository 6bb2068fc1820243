"""psycopg2, which speaks the simple protocol."""

import contextlib
import io
import threading

import psycopg2
import psycopg2.errors
import psycopg2.extras
import pytest
from conftest import needs_policy


@pytest.fixture
def connect(server):
    with contextlib.ExitStack() as open_connections:
        def call(user, **more):
            return open_connections.enter_context(contextlib.closing(psycopg2.connect(server.dsn(user, **more))))
        yield call


def test_types_come_back_as_they_went(connect):
    cursor = connect("dba1").cursor()
    values = (42, "Ayu \u00e9\u4e2d", None, True, 1.5, b"\x00\xff", [1, 2, 3])
    cursor.execute("SELECT %s, %s, %s, %s, %s, %s, %s", values)
    row = cursor.fetchone()
    assert (*row[:5], bytes(row[5]), row[6]) == values


def test_a_transaction_rolls_back(connect):
    connection = connect("dba1")
    with connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE public.rolls (x int)")
    with pytest.raises(psycopg2.errors.DivisionByZero):
        with connection, connection.cursor() as cursor:
            cursor.execute("INSERT INTO public.rolls VALUES (1)")
            cursor.execute("SELECT 1/0")
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM public.rolls")
        assert cursor.fetchone() == (0,)
        cursor.execute("DROP TABLE public.rolls")


def test_a_server_side_cursor_reads_in_parts(connect):
    connection = connect("dba1")
    with connection.cursor("named") as cursor:
        cursor.itersize = 500
        cursor.execute("SELECT id FROM customers ORDER BY id LIMIT 2100")
        assert [row[0] for row in cursor] == list(range(1, 2101))


def test_copy_goes_both_ways(connect):
    cursor = connect("dba1").cursor()
    cursor.execute("CREATE TEMP TABLE t (n int, words text)")
    cursor.copy_expert("COPY t FROM STDIN", io.StringIO("1\tone\n2\ttwo\n"))
    out = io.StringIO()
    cursor.copy_expert("COPY t TO STDOUT CSV", out)
    assert out.getvalue() == "1,one\n2,two\n"


def test_a_notification_arrives(connect):
    listener, sender = connect("dba1"), connect("dba1")
    listener.autocommit = sender.autocommit = True
    listener.cursor().execute("LISTEN news")
    sender.cursor().execute("NOTIFY news, 'hello'")
    listener.cursor().execute("SELECT 1")
    listener.poll()
    assert [(notice.channel, notice.payload) for notice in listener.notifies] == [("news", "hello")]


def test_a_cancel_reaches_the_statement(connect):
    connection = connect("dba1")
    timer = threading.Timer(0.5, connection.cancel)
    timer.start()
    with pytest.raises(psycopg2.errors.QueryCanceled):
        connection.cursor().execute("SELECT pg_sleep(60)")
    timer.join()


@needs_policy
def test_an_agent_reads_masked_values_by_name(connect, agent, customer):
    cursor = connect(agent).cursor(cursor_factory=psycopg2.extras.RealDictCursor)
    cursor.execute("SELECT * FROM customers WHERE id = %s", (customer["id"],))
    row = cursor.fetchone()
    assert list(row) == ["id", "full_name", "phone", "email", "address", "city", "birthday", "created_at"]
    assert row["full_name"] == customer["full_name"] and row["city"] == customer["city"]
    assert row["phone"] != customer["phone"] and row["phone"].endswith(customer["phone"][-4:])
    assert row["email"] != customer["email"]
    assert (row["birthday"].month, row["birthday"].day) == (1, 1)


@needs_policy
def test_an_agent_keeps_the_rows_until_the_budget_ends(connect, agent):
    connection = connect(agent)
    connection.autocommit = True
    cursor = connection.cursor()
    cursor.execute("SELECT id, full_name FROM customers WHERE id <= 25")
    assert len(cursor.fetchall()) == 25
    cursor.execute("SELECT id, full_name FROM customers WHERE id <= 25")  # the same people cost nothing more
    assert len(cursor.fetchall()) == 25
    with pytest.raises(psycopg2.errors.ProgramLimitExceeded, match="30"):
        cursor.execute("SELECT id, full_name FROM customers WHERE id <= 40")
    cursor.execute("SELECT 1")
    assert cursor.fetchone() == (1,)


@needs_policy
def test_a_refusal_aborts_the_transaction_like_any_error(connect, agent):
    connection = connect(agent)
    cursor = connection.cursor()
    cursor.execute("SELECT 1")
    with pytest.raises(psycopg2.errors.InsufficientPrivilege, match=r"policy\.yaml:\d+"):
        cursor.execute("SELECT * FROM kyc.documents")
    with pytest.raises(psycopg2.errors.InFailedSqlTransaction):
        cursor.execute("SELECT 1")
    connection.rollback()
    cursor.execute("SELECT 2")
    assert cursor.fetchone() == (2,)
