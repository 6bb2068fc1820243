"""An unrestricted role's conversation is byte for byte the database's, and ends as it would end there."""

import contextlib
import socket
import struct
import threading
import time

import psycopg2
import pytest
from raw_client import SYNC, TERMINATE, error_fields, message, query

MEGABYTE = 1024 * 1024


def wait_until(condition, seconds: float = 20) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def running(postgres, fragment: str) -> int:
    return int(postgres.psql("SELECT count(*) FROM pg_stat_activity WHERE state <> 'idle' AND pid <> pg_backend_pid() "
                             f"AND query LIKE '%{fragment}%'"))


def test_sixty_megabytes_go_each_way_at_once(raw):
    client = raw()
    client.send(query("CREATE TEMP TABLE t (x text)"))
    client.receive_until(b"Z")
    text = "x" * (6 * MEGABYTE)
    sent = b"".join(query(f"SELECT '{text}'") for _ in range(10))
    writer = threading.Thread(target=client.send, args=(sent,))
    writer.start()
    rows = 0
    for _ in range(10):
        rows += sum(len(body) for kind, body in client.receive_until(b"Z") if kind == b"D")
    writer.join()
    assert rows == 10 * (len(text) + 6)


def test_a_thousand_statements_in_one_write_are_answered_in_order(raw):
    client = raw()
    client.send(b"".join(query(f"SELECT {number}") for number in range(1000)))
    values = []
    for _ in range(1000):
        values += [int(body[6:]) for kind, body in client.receive_until(b"Z") if kind == b"D"]
    assert values == list(range(1000))


def test_the_server_decides_what_it_skips(raw):
    """After an error in an extended query, a simple Query before Sync gets no answer (pgdog#1356)."""
    client = raw()
    parse = message(b"P", b"\0SELECT 1 / n FROM generate_series(0, 0) n\0\0\0")
    bind = message(b"B", b"\0\0" + b"\0\0" * 3)
    execute = message(b"E", b"\0" + b"\0\0\0\0")
    client.send(parse + bind + execute + query("SELECT 'skipped'") + SYNC)
    kinds = [kind for kind, _ in client.receive_until(b"Z")]
    assert kinds == [b"1", b"2", b"E", b"Z"]
    client.send(query("SELECT 'on'"))
    assert b"on" in b"".join(body for _, body in client.receive_until(b"Z"))


def test_a_half_closed_client_still_gets_its_answers(raw):
    client = raw()
    client.send(query("SELECT pg_sleep(0.3)") + query("SELECT 'first'") + query("SELECT 'second'"))
    client.socket.shutdown(socket.SHUT_WR)
    got = b""
    with contextlib.suppress(ConnectionResetError):
        while piece := client.socket.recv(65536):
            got += piece
    assert b"first" in got and b"second" in got


def test_what_was_sent_before_terminate_is_done(raw, postgres):
    client = raw()
    client.send(query("CREATE TABLE done (x int)") + query("INSERT INTO done SELECT pg_sleep(0.3) IS NULL::int::bool, 1")
                + query("INSERT INTO done VALUES (1)") + TERMINATE)
    client.socket.close()
    assert wait_until(lambda: postgres.psql("SELECT count(*) FROM done", "payments") == "1")
    postgres.psql("DROP TABLE done", "payments")


def test_a_vanished_client_stops_its_statement_and_rolls_back(raw, postgres):
    client = raw()
    client.send(query("CREATE TABLE gone_for_good (x int)"))
    client.receive_until(b"Z")
    client.send(query("BEGIN; INSERT INTO gone_for_good VALUES (1)"))
    client.receive_until(b"Z")
    client.send(query("SELECT 'vanished', repeat('x', 1000), generate_series(1, 100000000)"))
    client.receive()
    client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.socket.close()  # RST
    assert wait_until(lambda: running(postgres, "vanished") == 0)
    assert postgres.psql("SELECT count(*) FROM gone_for_good", "payments") == "0"
    postgres.psql("DROP TABLE gone_for_good", "payments")


def test_a_client_that_closes_within_a_transaction_leaves_no_lock(raw, postgres):
    client = raw()
    client.send(query("BEGIN; LOCK TABLE notes"))
    client.receive_until(b"Z")
    client.socket.close()
    assert wait_until(lambda: postgres.psql("SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND "
                                            "relation = 'notes'::regclass", "payments") == "0")


def test_the_servers_last_words_come_through(raw, postgres):
    client = raw()
    postgres.psql(f"SELECT pg_terminate_backend({client.process_id})")
    kind, body = client.receive()
    assert kind == b"E" and error_fields(body)["C"] == "57P01"
    assert client.closed()


def test_garbage_is_answered_by_the_server(raw):
    client = raw()
    client.send(b"\1\0\0\0\5x")
    kind, body = client.receive()
    assert kind == b"E" and error_fields(body)["C"] == "08P01"
    assert client.closed()


def test_a_notification_wakes_an_idle_listener_and_names_the_real_process(raw):
    listener, speaker = raw(), raw()
    listener.send(query("LISTEN news"))
    listener.receive_until(b"Z")
    speaker.send(query("NOTIFY news, 'hello'"))
    speaker.receive_until(b"Z")
    kind, body = listener.receive()
    assert kind == b"A" and body == struct.pack("!i", speaker.process_id) + b"news\0hello\0"


def test_replication_commands_work(raw):
    client = raw(replication="database")
    client.send(query("IDENTIFY_SYSTEM"))
    kinds = [kind for kind, _ in client.receive_until(b"Z")]
    assert kinds == [b"T", b"D", b"C", b"Z"]


def test_a_cancel_stops_the_statement_and_the_session_goes_on(gateway):
    connection = psycopg2.connect(gateway.dsn("dba1"))
    connection.autocommit = True
    cursor = connection.cursor()
    timer = threading.Timer(0.5, connection.cancel)
    timer.start()
    with pytest.raises(psycopg2.errors.QueryCanceled):
        cursor.execute("SELECT pg_sleep(30)")
    cursor.execute("SELECT 1")
    assert cursor.fetchone() == (1,)
    connection.close()


def test_a_cancel_with_a_wrong_key_is_answered_with_nothing(raw):
    busy, stranger = raw(), raw(log_in=False)
    busy.send(query("SELECT pg_sleep(1), 'undisturbed'"))
    stranger.send(struct.pack("!iii", 16, 80877102, busy.process_id) + b"\0\0\0\0")
    assert stranger.socket.recv(100) == b""
    assert b"undisturbed" in b"".join(body for _, body in busy.receive_until(b"Z"))


def test_a_slow_reader_costs_little_memory(raw, gateway, postgres):
    def resident() -> int:
        with open(f"/proc/{gateway.process.pid}/statm") as statm:
            return int(statm.read().split()[1]) * 4096

    client = raw()
    client.send(query("SELECT repeat('x', 1000) FROM generate_series(1, 100000)"))
    client.receive()
    time.sleep(0.5)
    before = resident()
    time.sleep(1)
    assert resident() - before < 2 * MEGABYTE
    assert sum(1 for kind, _ in client.receive_until(b"Z") if kind == b"D") == 100000
