"""Changes of rows within PREPARE, EXPLAIN and COPY, and at the row of a cursor: decided as by themselves, and refused where
nobody would be counted before the change has been made."""

import re
from contextlib import closing

import psycopg
import psycopg2
import pytest
from psycopg import errors

from writes_test import copied

BOTH = pytest.mark.parametrize("connect, by", [(psycopg.connect, psycopg.Error), (psycopg2.connect, psycopg2.Error)],
                               ids=["extended", "simple"])


@BOTH
def test_a_prepared_change_runs_as_often_as_it_is_asked_for(writing, truth, connect, by):
    with closing(connect(writing.dsn("editor"))) as connection:
        cursor = connection.cursor()
        cursor.execute("PREPARE p AS UPDATE customers SET city = 'Bogor' WHERE id = $1 RETURNING id, phone, city")
        for number in (31, 32):
            cursor.execute(f"EXECUTE p({number})")
            phone = truth(f"SELECT phone FROM customers WHERE id = {number}")
            assert cursor.fetchall() == [(number, "***" + phone[-4:], "Bogor")]
        connection.rollback()
    with closing(connect(writing.dsn("agent3"))) as connection:
        cursor = connection.cursor()
        cursor.execute("PREPARE i AS INSERT INTO support.tickets (id, customer_id, assignee, status, priority, subject, created_at) "
                       "VALUES ($1, 1, 'agent3', 'open', 1, $2, now())")
        cursor.execute("EXECUTE i(700001, 'new')")
        assert cursor.statusmessage == "INSERT 0 1" and cursor.description is None
        cursor.execute("PREPARE d AS DELETE FROM support.tickets WHERE id = 700001")
        cursor.execute("EXECUTE d")
        assert cursor.rowcount == 1
        connection.rollback()
    assert truth("SELECT count(*) FROM support.tickets WHERE id = 700001") == "0"


@BOTH
def test_a_prepared_change_leaves_rows_behind_the_filter_alone(writing, truth, connect, by):
    hidden = truth("SELECT min(id) FROM customers WHERE city = 'Medan'")
    with closing(connect(writing.dsn("editor"))) as connection:
        cursor = connection.cursor()
        cursor.execute("PREPARE p AS UPDATE customers SET city = 'x' WHERE id = $1")
        cursor.execute(f"EXECUTE p({hidden})")
        assert cursor.rowcount == 0
        connection.rollback()


@BOTH
@pytest.mark.parametrize("change", [
    "UPDATE customers SET city = phone WHERE id = 33 RETURNING *", "DELETE FROM customers WHERE id = 33 RETURNING id, phone, email",
    "WITH u AS (UPDATE customers SET city = city WHERE id = 33 RETURNING phone, email) SELECT * FROM u",
])
def test_what_a_carried_change_shows_is_masked(writing, truth, connect, by, change):
    secrets = truth("SELECT phone || '|' || email FROM customers WHERE id = 33").split("|")
    for statements in (["PREPARE p AS " + change, "EXECUTE p"], ["COPY (" + change + ") TO STDOUT"], ["EXPLAIN VERBOSE " + change]):
        with closing(connect(writing.dsn("editor"))) as connection:
            cursor = connection.cursor()
            shown = ""
            try:
                for statement in statements:
                    if statement.startswith("COPY"):
                        shown += copied(cursor, statement)
                        continue
                    cursor.execute(statement)
                    if cursor.description:
                        shown += repr(cursor.fetchall())
            except by as error:  # of a constraint: tickets may name the customer
                shown += str(error)
                assert error.diag.sqlstate == "23503"
            assert shown and not any(secret in shown for secret in secrets), statements
            connection.rollback()


@pytest.mark.parametrize("change", [
    "UPDATE customers SET city = 'gone' WHERE id < 50", "DELETE FROM support.tickets WHERE id < 50",
    "INSERT INTO support.tickets (subject) VALUES ('x')",
    "MERGE INTO support.tickets t USING (VALUES (1)) v (id) ON t.id = v.id WHEN MATCHED THEN DELETE",
])
def test_explain_tells_a_plan_and_changes_nothing(writing, truth, change):
    with psycopg.connect(writing.dsn("editor"), autocommit=True) as connection:
        plan = "\n".join(row[0] for row in connection.execute("EXPLAIN " + change))
    assert re.match("(Insert|Update|Delete|Merge) on (customers|tickets)", plan)
    assert "customers" not in change or "rows=" not in plan
    assert truth("SELECT count(*) FROM customers WHERE city = 'gone'") == "0"
    assert truth("SELECT count(*) FROM support.tickets WHERE id < 50") == "49"


@BOTH
@pytest.mark.parametrize("statement", [
    "PREPARE p AS UPDATE customers SET city = 'gone'",
    "PREPARE p AS UPDATE customers SET city = 'gone' RETURNING id",
    "PREPARE p AS WITH u AS (UPDATE customers SET city = 'gone' RETURNING id) SELECT * FROM u",
    "PREPARE p AS DELETE FROM support.tickets t USING customers c WHERE c.id = t.customer_id",
    "EXPLAIN ANALYZE UPDATE customers SET city = 'gone'",
    "EXPLAIN ANALYZE DELETE FROM support.tickets",
    "COPY (UPDATE customers SET city = 'gone' RETURNING id) TO STDOUT",
    "COPY (WITH u AS (UPDATE customers SET city = 'gone' RETURNING id) SELECT * FROM u) TO STDOUT",
])
def test_who_is_counted_changes_people_by_statements_of_their_own_only(writing, truth, connect, by, statement):
    tickets = truth("SELECT count(*) FROM support.tickets")
    with closing(connect(writing.dsn("capped"))) as connection:
        connection.autocommit = True
        cursor = connection.cursor()
        with pytest.raises(by) as raised:
            cursor.execute(statement)
            cursor.execute("EXECUTE p")
        assert raised.value.diag.sqlstate == "42501" and raised.value.diag.message_hint
    assert truth("SELECT count(*) FROM customers WHERE city = 'gone'") == "0"
    assert truth("SELECT count(*) FROM support.tickets") == tickets


@BOTH
def test_a_change_at_the_row_of_a_cursor(writing, truth, connect, by):
    with closing(connect(writing.dsn("editor"))) as connection:
        cursor = connection.cursor()
        cursor.execute("DECLARE c CURSOR FOR SELECT id, subject FROM support.tickets WHERE id IN (41, 42) ORDER BY id FOR UPDATE")
        cursor.execute("FETCH 1 FROM c")
        assert cursor.fetchone()[0] == 41
        cursor.execute("UPDATE support.tickets SET subject = 'here' WHERE CURRENT OF c RETURNING id, subject")
        assert cursor.fetchall() == [(41, "here")]
        cursor.execute("MOVE NEXT FROM c")
        cursor.execute("DELETE FROM support.tickets t WHERE CURRENT OF c")
        assert cursor.rowcount == 1
        cursor.execute("SELECT id FROM support.tickets WHERE id IN (41, 42)")
        assert cursor.fetchall() == [(41,)]
        connection.rollback()


@BOTH
def test_the_row_of_a_masked_cursor_is_counted(fresh_writing, truth, connect, by):
    with closing(connect(fresh_writing.dsn("capped"))) as connection:
        cursor = connection.cursor()
        cursor.execute("DECLARE c CURSOR FOR SELECT city FROM customers WHERE id > 60 FOR UPDATE")
        for _ in range(10):
            cursor.execute("FETCH 1 FROM c")
            cursor.execute("UPDATE customers SET city = 'moved' WHERE CURRENT OF c")
            assert cursor.rowcount == 1
        with pytest.raises(by) as raised:
            cursor.execute("MOVE 1 FROM c")
            cursor.execute("UPDATE customers SET city = 'moved' WHERE CURRENT OF c")
        assert raised.value.diag.sqlstate == "54000"
        connection.rollback()


@pytest.mark.parametrize("statement", ["UPDATE support.tickets SET subject = 'x' WHERE CURRENT OF c", "DELETE FROM support.tickets WHERE CURRENT OF c"])
def test_the_row_of_a_cursor_is_refused_where_a_row_filter_holds(writing, statement):
    with psycopg.connect(writing.dsn("agent3")) as connection:
        connection.execute("DECLARE c CURSOR FOR SELECT id FROM support.tickets FOR UPDATE")
        connection.execute("FETCH 1 FROM c")
        with pytest.raises(errors.InsufficientPrivilege, match="row filter"):
            connection.execute(statement)


@BOTH
@pytest.mark.parametrize("statement, sqlstate", [
    ("UPDATE customers SET city = phone WHERE CURRENT OF nowhere", "34000"),
    ("UPDATE customers SET email = 'x' WHERE CURRENT OF c", "42501"),
    ("DELETE FROM kyc.documents WHERE CURRENT OF c", "42501"),
    ("SELECT * FROM customers WHERE CURRENT OF c", "42601"),
    ("DELETE FROM support.tickets WHERE CURRENT OF c", "24000"),
])
def test_a_cursor_opens_nothing_else(writing, connect, by, statement, sqlstate):
    with closing(connect(writing.dsn("capped"))) as connection:
        cursor = connection.cursor()
        cursor.execute("DECLARE c CURSOR FOR SELECT id FROM customers WHERE id = 1")
        with pytest.raises(by) as raised:
            cursor.execute(statement)
        assert raised.value.diag.sqlstate == sqlstate, raised.value
