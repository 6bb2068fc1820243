"""A server that says what no PostgreSQL would (THREATS.md, part F): the conversation ends or goes on in order, nothing
that it smuggles in reaches a restricted client, and nobody else notices."""

import contextlib
import struct
import time

import psycopg2
import pytest
from gateway import PASSWORD, Gateway
from interposer import MARK, Interposer, frame
from raw_client import RawClient, error_fields, query

POLICY = """
version: 1
databases: [payments]
classes: { word: { mask: redact } }
tables:
  public.notes: { subject: { note: id }, columns: { id: open, words: word } }
roles:
  dba: { unrestricted: true }
  clerk: { tables: [public.notes], budget: { note: 100000 per hour } }
  intern: { tables: [public.notes], budget: { note: 10 per hour } }
users:
  dba1: { role: dba }
  clerk1: { role: clerk }
  intern1: { role: intern }
"""
USERS = ["dba1", "clerk1", "intern1"]
BACKENDS = {"dba": "tabir_dba", "clerk": "tabir_clerk", "intern": "tabir_clerk"}
SMUGGLED = b"+6281234567890"
QUESTION = f"SELECT words, '{MARK.decode()}' AS mark FROM notes WHERE id <= 3 ORDER BY id"


@contextlib.contextmanager
def behind(interposer, postgres, **more):
    with Gateway(postgres, POLICY, USERS, BACKENDS,
                 extra_config={"servers": {"main": {"address": f"127.0.0.1:{interposer.port}", "tls": "disable"}},
                               **more}) as running:
        yield running


@pytest.fixture(scope="module")
def interposer(postgres):
    with Interposer(postgres) as between:
        yield between


@pytest.fixture(scope="module")
def gateway(interposer, postgres):
    with behind(interposer, postgres, timeouts={"backend_connect": "4s"}) as running:
        yield running


def row(*values: bytes) -> bytes:
    return frame(b"D", struct.pack("!H", len(values)) + b"".join(struct.pack("!i", len(v)) + v for v in values))


def instead_of(wanted: bytes, *others: bytes):
    """Puts `others` in the place of each message of one kind."""
    return lambda kind, body: b"".join(others) if kind == wanted else frame(kind, body)


def before(wanted: bytes, *others: bytes):
    return lambda kind, body: b"".join(others) * (kind == wanted) + frame(kind, body)


def description(count: int) -> bytes:
    return frame(b"T", struct.pack("!H", count) + (SMUGGLED + b"\0" + struct.pack("!IhIhih", 0, 0, 25, -1, -1, 0)) * count)


def error(fields: bytes) -> bytes:
    return frame(b"E", fields)


def hang_up_within(wanted: bytes):
    """The length of a message, and nothing more."""
    ended = []

    def change(kind, body):
        if ended:
            return None
        if kind != wanted:
            return frame(kind, body)
        ended.append(True)
        return frame(kind, body)[:3]
    return change


ENDS, GOES_ON = "ends", "goes on"
ANSWERS = {
    # name: (what the server says, what becomes of the session)
    "error_without_a_code": (instead_of(b"D", error(b"SERROR\0M" + SMUGGLED + b"\0\0")), ENDS),
    "error_without_an_end": (instead_of(b"D", error(b"SERROR\0C22012\0M" + SMUGGLED)), ENDS),
    "error_with_unknown_fields": (instead_of(b"T", error(b"SERROR\0C22012\0Mx\0z" + SMUGGLED + b"\0D" + SMUGGLED + b"\0\0")), ENDS),
    "row_with_a_column_more": (instead_of(b"D", row(b"a", b"b", b"1", SMUGGLED)), ENDS),
    "row_with_a_column_less": (instead_of(b"D", row(SMUGGLED, b"b")), ENDS),
    "row_of_65535_columns": (instead_of(b"D", frame(b"D", b"\xff\xff" + SMUGGLED)), ENDS),
    "row_with_a_length_of_minus_two": (instead_of(b"D", frame(b"D", struct.pack("!Hi", 3, -2) + SMUGGLED)), ENDS),
    "row_with_a_length_past_its_end": (instead_of(b"D", frame(b"D", struct.pack("!Hi", 3, 1 << 30) + SMUGGLED)), ENDS),
    "row_without_description": (instead_of(b"T", row(SMUGGLED, SMUGGLED, b"1")), ENDS),
    "row_after_the_end": (instead_of(b"Z", row(SMUGGLED, SMUGGLED, b"1")), ENDS),
    "description_twice": (before(b"D", description(3)), ENDS),
    "description_of_other_columns": (instead_of(b"T", description(3)), ENDS),
    "description_of_65535_columns": (instead_of(b"T", frame(b"T", b"\xff\xff")), ENDS),
    "end_twice": (before(b"C", frame(b"C", b"SELECT 3\0")), ENDS),
    "end_without_a_terminator": (instead_of(b"C", frame(b"C", SMUGGLED)), ENDS),
    "ready_twice": (before(b"Z", frame(b"Z", b"I")), ENDS),
    "ready_in_the_middle": (before(b"D", frame(b"Z", b"I")), ENDS),
    "ready_of_no_known_status": (instead_of(b"Z", frame(b"Z", b"?")), ENDS),
    "copy_out_of_nothing": (instead_of(b"T", frame(b"H", b"\0\0\0"), frame(b"d", SMUGGLED)), ENDS),
    "copy_in_of_nothing": (instead_of(b"T", frame(b"G", b"\0\0\0")), ENDS),
    "copy_both": (instead_of(b"T", frame(b"W", b"\0\0\0")), ENDS),
    "copy_data_between_rows": (before(b"D", frame(b"d", SMUGGLED)), ENDS),
    "answer_of_a_function": (instead_of(b"D", frame(b"V", struct.pack("!i", len(SMUGGLED)) + SMUGGLED)), ENDS),
    "asks_for_a_password": (before(b"D", frame(b"R", struct.pack("!I", 3))), ENDS),
    "another_key": (before(b"D", frame(b"K", b"\0\0\0\1\0\0\0\1")), ENDS),
    "unknown_type": (before(b"D", frame(b"\xff", SMUGGLED)), ENDS),
    "length_below_four": (before(b"D", b"D" + struct.pack("!I", 3)), ENDS),
    "length_of_two_gigabytes": (before(b"D", b"N" + struct.pack("!I", 0x7fffffff) + SMUGGLED), ENDS),
    "hangs_up_within_a_length": (hang_up_within(b"D"), ENDS),
    "storm_of_parameters": (before(b"C", frame(b"S", b"TimeZone\0UTC\0") * 100_000), GOES_ON),
    "notification_between_rows": (before(b"D", frame(b"A", b"\0\0\0\1news\0" + SMUGGLED + b"\0")), GOES_ON),
    "notice_with_values": (before(b"D", frame(b"N", b"SNOTICE\0C00000\0M" + SMUGGLED + b"\0\0")), GOES_ON),
}


def everything(client: RawClient) -> tuple[list[tuple[bytes, bytes]], bool]:
    """What comes until the session is ready again, or has ended."""
    messages = []
    with contextlib.suppress(EOFError, ConnectionResetError):
        while True:
            messages.append(client.receive())
            if messages[-1][0] == b"Z":
                return messages, False
    return messages, True


def serves(gateway, user: str) -> bool:
    with contextlib.closing(psycopg2.connect(gateway.dsn(user))) as another:
        with another.cursor() as cursor:
            cursor.execute("SELECT words FROM notes WHERE id = 7")
            return cursor.rowcount == 1


@pytest.mark.parametrize("name", ANSWERS)
def test_a_restricted_client_is_told_nothing_by_it(gateway, interposer, name):
    interposer.change, outcome = ANSWERS[name]
    with RawClient((gateway.host, gateway.port)) as client:
        client.log_in("clerk1", PASSWORD, "payments")
        client.send(query(QUESTION))
        messages, ended = everything(client)
        if not ended and outcome == ENDS:  # the surplus may come behind what was answered well
            client.send(query("SELECT 1"))
            more, ended = everything(client)
            messages += more
    assert SMUGGLED not in b"".join(body for _, body in messages)
    assert ended == (outcome == ENDS), messages
    if ended and messages and messages[-1][0] == b"E":
        assert error_fields(messages[-1][1])["S"] == "FATAL"
    assert serves(gateway, "clerk1")


def said_within(client: RawClient, seconds: float) -> bytes:
    client.socket.settimeout(seconds)
    said = b""
    with contextlib.suppress(TimeoutError, ConnectionResetError):
        while b"Z\0\0\0\5" not in said and (piece := client.socket.recv(1 << 20)):
            said += piece
    return said


@pytest.mark.parametrize("name", ANSWERS)
def test_after_an_unrestricted_client_heard_it_all_others_are_served_well(gateway, interposer, name):
    with RawClient((gateway.host, gateway.port)) as client:
        client.log_in("dba1", PASSWORD, "payments")
        interposer.change, _ = ANSWERS[name]
        client.send(query(QUESTION))
        said_within(client, 0.5)
    assert serves(gateway, "dba1")


def one_byte_at_a_time(kind: bytes, body: bytes) -> bytes:
    time.sleep(1)
    return frame(kind, body)


LOG_INS = {
    # name: (what the server says, the SQLSTATE that the client hears, None for a session that works)
    "no_key": (instead_of(b"K"), None),
    "two_keys": (before(b"K", frame(b"K", b"\0\0\0\1\0\0\0\1")), None),
    "key_of_256_bytes": (instead_of(b"K", frame(b"K", b"\0\0\0\1" + b"k" * 256)), None),
    "key_of_nothing": (instead_of(b"K", frame(b"K")), "08P01"),
    "older_protocols_again_and_again": (before(b"R", frame(b"v", struct.pack("!II", 196608, 0)) * 1000), None),
    "storm_of_parameters": (before(b"K", frame(b"S", b"a\0b\0") * 100_000), None),
    "no_end": (instead_of(b"Z"), "08001"),
    "too_slow": (one_byte_at_a_time, "08001"),
    "hangs_up": (lambda kind, body: None, "08001"),
    "hangs_up_within_a_length": (hang_up_within(b"S"), "08001"),
    "rows": (before(b"Z", row(SMUGGLED)), "08P01"),
    "asks_twice": (before(b"K", frame(b"R", struct.pack("!I", 3))), "08P01"),
    "iterations_without_end": (instead_of(b"R", frame(b"R", struct.pack("!I", 11) + b"r=x,s=AAAA,i=2147483647")), "08P01"),
}


class Told(RawClient):
    """Keeps the error that ended it."""

    code = None

    def receive(self):
        kind, body = super().receive()
        if kind == b"E":
            self.code = error_fields(body)["C"]
        return kind, body


@pytest.mark.parametrize("user", ["dba1", "clerk1"])
@pytest.mark.parametrize("name", LOG_INS)
def test_a_log_in_ends_in_time(gateway, interposer, name, user):
    interposer.change, sqlstate = LOG_INS[name]
    with Told((gateway.host, gateway.port)) as client:
        with contextlib.suppress(EOFError) if sqlstate else contextlib.nullcontext():
            client.log_in(user, PASSWORD, "payments", application_name=f"{name} {user} {MARK.decode()}")
        assert client.code == sqlstate
    assert serves(gateway, user)


def test_rows_after_a_cancel_that_the_server_ignores_go_nowhere(postgres):
    with Interposer(postgres, cancels=False) as deaf, \
         behind(deaf, postgres, timeouts={"backend_connect": "4s"}) as gateway:
        with RawClient((gateway.host, gateway.port)) as client:
            client.log_in("intern1", PASSWORD, "payments")
            client.send(query("SELECT id FROM notes ORDER BY id"))
            messages = client.receive_until(b"Z")
            assert sum(kind == b"D" for kind, _ in messages) == 10
            assert error_fields(messages[-2][1])["C"] == "54000"
            client.send(query("SELECT 1"))
            assert [kind for kind, _ in client.receive_until(b"Z")] == [b"T", b"D", b"C", b"Z"]
