"""A restricted client that sends nothing more still gets the answers to what it has sent."""

import contextlib
import socket

import pytest
from raw_client import message, query

PARSE = message(b"P", b"\0SELECT words FROM notes WHERE id = 7\0\0\0")
BIND = message(b"B", b"\0\0" + b"\0\0" * 3)
EXECUTE = message(b"E", b"\0" + b"\0\0\0\0")

SENT = {
    "a Query behind another": (query("SELECT pg_catalog.repeat('x', 9)") + query("SELECT words FROM notes WHERE id = 7"), 1),
    "twenty of them": (b"".join(query(f"SELECT 1 / {n}, words FROM notes WHERE id = 7") for n in range(20)), 19),
    "an Execute without a Sync": (query("SELECT 1") + PARSE + BIND + EXECUTE, 1),
    "in a transaction": (query("BEGIN") + query("SELECT words FROM notes WHERE id = 7"), 1),
    "before half a message": (query("SELECT words FROM notes WHERE id = 7") + query("SELECT 1")[:-3], 1),
}


def received_until_closed(client) -> bytes:
    got = b""
    with contextlib.suppress(ConnectionResetError):
        while piece := client.socket.recv(65536):
            got += piece
    return got


@pytest.mark.parametrize(("sent", "rows"), SENT.values(), ids=SENT.keys())
def test_it_gets_its_answers_and_the_connection_is_closed(raw, sent, rows):
    client = raw("clerk1")
    client.send(sent)
    client.socket.shutdown(socket.SHUT_WR)
    assert received_until_closed(client).count(b"note 7") == rows


def test_what_it_left_open_is_rolled_back(raw, postgres):
    client = raw("clerk1")
    client.send(query("BEGIN; LOCK TABLE notes IN ACCESS SHARE MODE; DECLARE c CURSOR FOR SELECT words FROM notes"))
    client.socket.shutdown(socket.SHUT_WR)
    assert b"DECLARE" in received_until_closed(client)
    postgres.psql("BEGIN; SET LOCAL lock_timeout = '20s'; LOCK TABLE notes IN ACCESS EXCLUSIVE MODE; COMMIT", "payments")


def test_half_a_statement_is_not_run(raw, postgres):
    client = raw("clerk1")
    whole = query("SELECT words FROM notes WHERE id = 7 OR true")
    client.send(whole[: whole.index(b" OR true")])
    client.socket.shutdown(socket.SHUT_WR)
    assert received_until_closed(client) == b""
