"""DECLARE, FETCH, MOVE and CLOSE: as PostgreSQL itself answers them, masked, and every row counted that is passed."""

from contextlib import closing

import psycopg
import psycopg2
import pytest
from psycopg import pq

CUSTOMERS = "SELECT id, city FROM customers ORDER BY id"
JOIN = "SELECT c.id, t.id FROM customers c JOIN support.tickets t ON t.customer_id = c.id ORDER BY c.id, t.id"


def answers(dsn: str, script: list[str]) -> list:
    """What a client gets for each simple Query: columns, rows, tag; or the SQLSTATE."""
    seen = []
    with closing(psycopg2.connect(dsn)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            for statement in script:
                try:
                    cursor.execute(statement)
                    columns = cursor.description and [(c.name, c.type_code) for c in cursor.description]
                    seen.append((statement, columns, cursor.fetchall() if columns else None, cursor.statusmessage))
                except psycopg2.Error as error:
                    seen.append((statement, error.pgcode))
    return seen


SCRIPTS = {
    "forward": ["BEGIN", f"DECLARE c CURSOR FOR {CUSTOMERS}", "FETCH c", "FETCH NEXT FROM c", "FETCH 3 FROM c", "FETCH FORWARD 2 IN c",
                "MOVE 5 IN c", "FETCH FROM c", "FETCH 0 FROM c", "MOVE FORWARD ALL IN c", "FETCH c", "CLOSE c", "COMMIT"],
    "scrolling": ["BEGIN", f"DECLARE c SCROLL CURSOR FOR {CUSTOMERS}", "FETCH 4 c", "FETCH PRIOR c", "FETCH BACKWARD 2 c", "FETCH LAST c",
                  "FETCH FIRST c", "FETCH ABSOLUTE 7 c", "FETCH ABSOLUTE -2 c", "FETCH RELATIVE -3 c", "FETCH RELATIVE 0 c",
                  "MOVE ABSOLUTE 3 c", "FETCH BACKWARD ALL c", "MOVE LAST c", "FETCH PRIOR c", "COMMIT"],
    "no_scroll": ["BEGIN", f"DECLARE c NO SCROLL CURSOR FOR {CUSTOMERS}", "FETCH 2 c", "FETCH PRIOR c", "FETCH c", "ROLLBACK"],
    "words": ["BEGIN", f"DECLARE c INSENSITIVE CURSOR WITHOUT HOLD FOR {CUSTOMERS}", "FETCH c",
              f"DECLARE \"C\" ASENSITIVE SCROLL CURSOR FOR {JOIN}", "FETCH 3 FROM \"C\"", "FETCH 2 FROM c", "CLOSE ALL",
              "FETCH \"C\"", "ROLLBACK"],
    "outside_of_a_transaction": [f"DECLARE c CURSOR FOR {CUSTOMERS}", "FETCH c", "CLOSE c", "MOVE c"],
    "twice": ["BEGIN", f"DECLARE c CURSOR FOR {CUSTOMERS}", f"DECLARE c CURSOR FOR {JOIN}", "FETCH c", "ROLLBACK", "BEGIN",
              f"DECLARE c CURSOR FOR {JOIN}", "FETCH 2 c", "CLOSE c", f"DECLARE c CURSOR FOR {CUSTOMERS}", "FETCH 2 c", "COMMIT"],
    "held": [f"DECLARE h CURSOR WITH HOLD FOR {CUSTOMERS}", "FETCH 2 h", "BEGIN", "FETCH h", "COMMIT", "FETCH BACKWARD 2 h", "MOVE 3 h",
             "FETCH h", "CLOSE h", "FETCH h"],
    "held_in_vain": ["BEGIN", f"DECLARE h CURSOR WITH HOLD FOR {CUSTOMERS}", "FETCH h", "ROLLBACK", "FETCH h",
                     f"DECLARE h CURSOR WITH HOLD FOR {JOIN}", "FETCH h", "CLOSE ALL", "FETCH h"],
    "savepoints": ["BEGIN", f"DECLARE a CURSOR FOR {CUSTOMERS}", "SAVEPOINT s", f"DECLARE b CURSOR FOR {JOIN}", "FETCH b", "FETCH a",
                   "ROLLBACK TO s", "FETCH a", "SAVEPOINT t", "FETCH b", "ROLLBACK TO t", f"DECLARE b CURSOR FOR {CUSTOMERS}", "FETCH b",
                   "RELEASE t", "FETCH b", "CLOSE a", "ROLLBACK TO s", "FETCH a", "ROLLBACK"],
    "one_message": [f"BEGIN; DECLARE c CURSOR FOR {CUSTOMERS}; FETCH 2 FROM c; CLOSE c; DECLARE c CURSOR FOR {JOIN}; FETCH 3 FROM c",
                    "FETCH c", f"COMMIT; BEGIN; DECLARE c CURSOR FOR {CUSTOMERS}; FETCH 2 FROM c", "MOVE c; FETCH c", "COMMIT"],
    "failed_transaction": ["BEGIN", f"DECLARE c CURSOR FOR {CUSTOMERS}", "SELECT 1/0", "FETCH c", "CLOSE c", "COMMIT", "FETCH c"],
    "discarded": [f"DECLARE h CURSOR WITH HOLD FOR {CUSTOMERS}", "DISCARD ALL", "FETCH h"],
    "not_a_query": ["BEGIN", "DECLARE c SCROLL CURSOR FOR SELECT 1 UNION SELECT 2 ORDER BY 1", "FETCH ALL c", "FETCH PRIOR c",
                    "DECLARE v CURSOR FOR VALUES (1), (2)", "FETCH ALL v", "MOVE BACKWARD ALL IN c", "COMMIT"],
}


@pytest.mark.parametrize("user", ["reader", "agent"])
@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS.keys())
def test_cursors_answer_as_postgresql_does(gateway, direct, user, script):
    assert answers(gateway.dsn(user), script) == answers(direct, script)


def test_a_cursor_goes_back_where_the_plan_of_the_client_could(gateway, direct):
    script = ["BEGIN", "DECLARE c CURSOR FOR SELECT id, city FROM customers", "MOVE 3 c", "MOVE BACKWARD 2 c", "COMMIT"]
    assert answers(gateway.dsn("agent"), script) == answers(direct, script)


def test_rows_of_a_cursor_are_masked(gateway):
    for hold in ("", "WITH HOLD"):
        seen = answers(gateway.dsn("reader"), ["BEGIN", f"DECLARE c CURSOR {hold} FOR SELECT phone, c FROM customers c ORDER BY id",
                                               "FETCH 2 c", "COMMIT"])
        assert all(row[0].startswith("***") and "@" not in row[1].replace("***@", "") for row in seen[2][2])


def test_named_cursors_of_psycopg2(gateway, direct):
    for dsn in (direct, gateway.dsn("agent")):
        with closing(psycopg2.connect(dsn)) as connection:
            cursor = connection.cursor("named", scrollable=True)
            cursor.itersize = 7
            cursor.execute("SELECT id, city FROM customers ORDER BY id")
            assert [row[0] for row, _ in zip(cursor, range(20))] == list(range(1, 21))
            cursor.scroll(0, mode="absolute")
            assert cursor.fetchone()[0] == 1
            assert [column.name for column in cursor.description] == ["id", "city"]
            cursor.close()


@pytest.mark.parametrize("binary", [False, True])
def test_server_side_cursors_of_psycopg3(gateway, binary):
    with psycopg.connect(gateway.dsn("agent")) as connection:
        with connection.cursor(name="server side", binary=binary) as cursor:
            cursor.execute("SELECT id, city FROM customers WHERE id > %s ORDER BY id", [5])
            cursor.itersize = 4
            assert [row[0] for row in cursor.fetchmany(10)] == list(range(6, 16))
            assert [column.name for column in cursor.description] == ["id", "city"]
            cursor.scroll(-3)
            assert cursor.fetchone()[0] == 13


@pytest.mark.parametrize("format", [pq.Format.TEXT, pq.Format.BINARY])
def test_fetch_in_the_extended_protocol(gateway, format):
    with psycopg.connect(gateway.dsn("agent"), autocommit=True) as connection:
        raw = connection.pgconn
        connection.execute("BEGIN")
        for kind in ("", "BINARY"):
            assert raw.exec_params(f"DECLARE c {kind} CURSOR FOR SELECT id, city FROM customers ORDER BY id".encode(), []).status == pq.ExecStatus.COMMAND_OK
            raw.prepare(b"f", b"FETCH 2 FROM c")
            described = raw.describe_prepared(b"f")
            assert [described.fname(i) for i in range(described.nfields)] == [b"id", b"city"]
            for first in (1, 3):
                rows = raw.exec_prepared(b"f", [], result_format=format)
                ids = [rows.get_value(row, 0) for row in range(rows.ntuples)]
                assert (rows.nfields, [int.from_bytes(i, "big") if format else int(i) for i in ids]) == (2, [first, first + 1])
            assert raw.exec_params(b"MOVE 2 IN c", []).command_status == b"MOVE 2"
            described = raw.exec_params(b"MOVE ALL IN c", [], result_format=format)
            assert described.nfields == 0
            connection.execute("CLOSE c")
            connection.execute("DEALLOCATE f")


def test_a_portal_and_a_cursor_are_one(gateway):
    """A portal of the protocol is read on by SQL, and a cursor of SQL by the protocol."""
    from raw_client import RawClient, SYNC, message, query
    with RawClient((gateway.host, gateway.port)) as client:
        client.log_in("agent", "demo", "payments")
        client.send(query("BEGIN"))
        client.receive_until(b"Z")
        client.send(message(b"P", b"s\0SELECT id, city FROM customers ORDER BY id\0\0\0") + message(b"B", b"p\0s\0" + b"\0" * 6)
                    + message(b"E", b"p\0\0\0\0\2") + SYNC)
        first = client.receive_until(b"Z")
        assert [kind for kind, _ in first] == [b"1", b"2", b"D", b"D", b"s", b"Z"]
        client.send(query("FETCH 2 FROM p"))
        rows = [body for kind, body in client.receive_until(b"Z") if kind == b"D"]
        assert len(rows) == 2 and all(row[:2] == b"\0\2" for row in rows)
        client.send(query("DECLARE c CURSOR FOR SELECT id, city, phone FROM customers ORDER BY id"))
        client.receive_until(b"Z")
        client.send(message(b"D", b"Pc\0") + message(b"E", b"c\0\0\0\0\1") + message(b"C", b"Pc\0") + message(b"D", b"Pc\0") + SYNC)
        got = client.receive_until(b"Z")
        assert [kind for kind, _ in got] == [b"T", b"D", b"s", b"3", b"E", b"Z"]
        assert got[1][1][:2] == b"\0\3" and b"__tabir" not in got[0][1] and b"C34000" in got[4][1]


def test_pipelined_declare_and_fetch(gateway):
    with psycopg.connect(gateway.dsn("agent"), autocommit=True) as connection:
        with connection.pipeline(), connection.cursor() as cursor:
            connection.execute("BEGIN")
            connection.execute("DECLARE c CURSOR FOR SELECT id, city FROM customers ORDER BY id")
            cursor.execute("FETCH 3 FROM c")
            assert [row[0] for row in cursor.fetchall()] == [1, 2, 3]
            connection.execute("CLOSE c")
            connection.execute("COMMIT")


def stopped(dsn: str, script: list[str]):
    seen = answers(dsn, script)
    return [entry[1] for entry in seen if len(entry) == 2]


@pytest.mark.parametrize("read", ["FETCH ALL c", "FETCH 11 c", "MOVE ALL c", "MOVE 11 c", "MOVE ABSOLUTE 5 c; MOVE LAST c; FETCH BACKWARD ALL c"])
@pytest.mark.parametrize("kind", ["", "BINARY", "SCROLL"])
def test_the_budget_counts_what_is_fetched_and_what_is_passed_over(fresh_users, kind, read):
    script = ["BEGIN", f"DECLARE c {kind} CURSOR FOR SELECT full_name FROM customers ORDER BY id", "FETCH 2 c", "MOVE 3 c", read, "ROLLBACK"]
    if kind == "" and "BACKWARD" in read:
        script[1] = script[1].replace("CURSOR", "SCROLL CURSOR")
    assert stopped(fresh_users.dsn("capped"), script) == ["54000"]
    assert stopped(fresh_users.dsn("capped"), ["SELECT id FROM customers WHERE id = 300"]) == ["54000"]


def test_declaring_costs_nobody_and_a_search_in_a_cursor_costs_a_miss(fresh_users):
    dsn = fresh_users.dsn("capped")
    for _ in range(20):
        assert stopped(dsn, ["BEGIN", "DECLARE c CURSOR FOR SELECT id FROM customers", "COMMIT"]) == []
    guesses = [stopped(dsn, ["BEGIN", f"DECLARE c CURSOR FOR SELECT id FROM customers WHERE phone = '+1000{n}'", read + " c", "ROLLBACK"])
               for n in range(6) for read in ("FETCH", "MOVE ALL IN")]
    assert guesses[-1] == ["54000"] and [] in guesses


def test_a_held_cursor_of_an_old_policy_is_read_on_only_where_nothing_changed(fresh_gateway):
    text = fresh_gateway.policy.read_text()
    with closing(psycopg2.connect(fresh_gateway.dsn("reader"))) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute("DECLARE h CURSOR WITH HOLD FOR SELECT id, city FROM customers ORDER BY id")
        cursor.execute("DECLARE p CURSOR WITH HOLD FOR SELECT id, phone FROM customers ORDER BY id")
        cursor.execute("FETCH p")
        assert cursor.fetchone()[1].startswith("***")
        fresh_gateway.policy.write_text(text.replace("keep_last: 4", "keep_last: 2"))
        fresh_gateway.reload()
        masked = "***"
        while len(masked) != 5:  # until the new policy holds
            cursor.execute("SELECT phone FROM customers WHERE id = 1")
            masked = cursor.fetchone()[0]
        cursor.execute("FETCH h")
        assert cursor.fetchone()[0] == 1
        with pytest.raises(psycopg2.Error) as raised:
            cursor.execute("FETCH p")
        assert raised.value.pgcode == "42501" and "what the role may see changed" in str(raised.value)
        cursor.execute("CLOSE p")


@pytest.mark.parametrize("read", ["FETCH 2 FROM cu", "MOVE 1 FROM cu"])
def test_a_prepared_fetch_follows_the_cursor_of_its_name(fresh_users, read):
    queries = ["SELECT id FROM customers WHERE id < 4 ORDER BY id", "SELECT id, subject FROM support.tickets ORDER BY id",
               "SELECT id, city, 1 AS one FROM customers WHERE id < 4 ORDER BY id", "SELECT 7 AS seven"]
    with psycopg.connect(fresh_users.dsn("capped"), autocommit=True) as connection:
        connection.prepare_threshold = 2
        for round in range(20):
            query = queries[round // 5 if round < 10 else round % 4]
            with connection.transaction():
                expected = connection.execute(query, prepare=False).fetchall()[:2]
                connection.execute(f"DECLARE cu CURSOR FOR {query}", prepare=False)
                cursor = connection.execute(read)
                if read.startswith("FETCH"):
                    assert cursor.fetchall() == expected, query
                else:
                    assert cursor.statusmessage == "MOVE 1"
