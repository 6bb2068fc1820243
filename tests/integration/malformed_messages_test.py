"""A message whose body cannot be read, in a frame that could be followed, is an error like any other: PostgreSQL's own, in its
place among the answers, and the session goes on."""

import struct

import pytest

from counted_changes_test import bind, execute, parse
from gateway import PASSWORD
from raw_client import SYNC, error_fields, message, query
from wire_session import WireSession

FLUSH = message(b"H")
LAST, LAST_ROW = query("SELECT 4711"), b"\0\1\0\0\0\x044711"
PEOPLE = "SELECT id, city FROM customers WHERE id = 1"


def codes(*of: int) -> bytes:
    return struct.pack(f"!h{len(of)}h", len(of), *of)


def bound(*values: bytes, formats=(), results=(), name: str = "", behind: bytes = b"") -> bytes:
    body = b"".join(struct.pack("!i", len(value)) + value for value in values)
    return message(b"B", b"\0" + name.encode() + b"\0" + codes(*formats) + struct.pack("!h", len(values)) + body + codes(*results) + behind)


ADDS = parse("", "SELECT $1::int + $2::int")
SENT = {
    "fewer formats than parameters": ADDS + bound(b"1", b"2", b"3", formats=(0, 0)) + execute("") + SYNC,
    "more formats than parameters": ADDS + bound(b"1", b"2", formats=(0, 0, 0)) + execute("") + SYNC,
    "a format of no parameter": parse("", "SELECT 1") + bound(formats=(7,)) + execute("") + SYNC,
    "format 2": ADDS + bound(b"1", b"2", formats=(2,)) + execute("") + SYNC,
    "format 7 of the second": ADDS + bound(b"1", b"2", formats=(0, 7)) + execute("") + SYNC,
    "format -1": ADDS + bound(b"1", b"2", formats=(-1,)) + execute("") + SYNC,
    "format 2 of no statement": bound(b"1", formats=(2,), name="nothing") + SYNC,
    "half a Bind of no statement": bound(name="nothing", behind=b"x") + SYNC,
    "more result formats than columns": parse("", "SELECT 1, 2") + bound(results=(0, 0, 0)) + execute("") + SYNC,
    "more result formats than columns of people": parse("", PEOPLE) + bound(results=(0, 0, 0)) + execute("") + SYNC,
    "fewer result formats than columns of people": parse("", "SELECT id, city, id FROM customers WHERE id = 1") + bound(results=(0, 0)) + execute("") + SYNC,
    "NUL in a Query": query("SELECT 1\0, 2"),
    "a Query without end": message(b"Q", b"SELECT 1"),
    "NUL in a Query behind messages": parse("", "SELECT 1") + bind("", "") + execute("") + query("SELECT\0 2") + SYNC,
    "NUL in a Query behind an error": parse("", "SELECT nothing") + query("SELECT\0 2") + SYNC,
    "NUL in a block": query("BEGIN") + query("SELECT\0 1") + query("SELECT 2") + query("ROLLBACK"),
    "NUL in a Parse": parse("", "SELECT\0 1") + bind("", "") + SYNC,
    "a Parse without types": message(b"P", b"\0SELECT 1\0") + bind("", "") + SYNC,
    "Describe of X": parse("", "SELECT 1") + message(b"D", b"Xname\0") + bind("", "") + SYNC,
    "Describe of nothing": message(b"D") + SYNC,
    "Describe without a name": message(b"D", b"S") + SYNC,
    "Close of X": parse("", "SELECT 1") + message(b"C", b"X\0") + bind("", "") + SYNC,
    "Close of a letter that is none": message(b"C", b"\xe9\0") + SYNC,
    "an Execute without a limit": parse("", "SELECT 1") + bind("", "") + message(b"E", b"\0") + SYNC,
    "bytes behind an Execute": parse("", "SELECT 1") + bind("", "") + message(b"E", b"\0\0\0\0\0x") + SYNC,
    "bytes behind a Bind": parse("", "SELECT 1") + bound(behind=b"x") + SYNC,
    "a value of length -2": parse("", "SELECT $1::int") + message(b"B", b"\0\0\0\0\0\x01\xff\xff\xff\xfe\0\0") + SYNC,
    "a value beyond the message": parse("", "SELECT $1::int") + message(b"B", b"\0\0\0\0\0\x01\0\0\0\x64x\0\0") + SYNC,
    "a Flush with a body": parse("", "SELECT 1") + message(b"H", b"x") + bind("", "") + SYNC,
    "a Sync with a body": parse("", "SELECT 1") + message(b"S", b"x") + query("SELECT 2"),
    "the unnamed statement stays": parse("", "SELECT 1") + SYNC + parse("", "SELECT\0 2") + SYNC + bind("", "") + execute("") + SYNC,
    "CopyDone with a body": message(b"c", b"x") + query("SELECT 2"),
    "CopyFail without end": message(b"f", b"x") + query("SELECT 2"),
    "a sound Bind behind one": ADDS + bound(b"1", b"2", formats=(2,)) + SYNC + bound(b"1", b"2") + execute("") + SYNC,
}

# The gateway says in its own words what fails on a value.
UNKNOWN_RESULTS = {
    "result format 7": parse("", "SELECT 1") + bound(results=(7,)) + execute("") + SYNC,
    "result format 2, described": parse("", "SELECT 1") + bound(results=(2,)) + message(b"D", b"P\0") + execute("") + SYNC,
    "result format 2 of a person's": parse("", PEOPLE) + bound(results=(0, 2)) + message(b"D", b"P\0") + execute("") + SYNC,
}


@pytest.fixture
def sessions(writing, postgres):
    with WireSession(("127.0.0.1", writing.port)) as through, WireSession((postgres.host, postgres.port)) as direct:
        yield through.log_in("capped", PASSWORD, "payments"), direct.log_in("postgres", "superuser-secret", "payments")


def conversation(session, sent: bytes):
    session.send(sent + LAST)
    heard = []
    while True:
        kind, body = session.receive()
        if kind == b"E":
            heard.append((kind, *[error_fields(body)[field] for field in "SVCM"]))
        elif kind == b"T":
            heard.append((kind, body[:2], body[-2:]))  # of how many columns, and the last one's format
        elif kind not in (b"N", b"S"):
            heard.append((kind, body))
        if kind == b"Z" and heard[-3:][0][1] == LAST_ROW:
            return heard


@pytest.mark.parametrize("sent", SENT.values(), ids=SENT.keys())
def test_it_is_answered_as_by_postgresql(sessions, sent):
    through, direct = sessions
    assert conversation(through, sent) == conversation(direct, sent)


@pytest.mark.parametrize("sent", UNKNOWN_RESULTS.values(), ids=UNKNOWN_RESULTS.keys())
def test_an_unknown_format_of_results_fails_where_it_is_used(sessions, sent):
    heard = [[(one[0], one[1], one[3][:2]) if one[0] == b"E" else one for one in conversation(session, sent)] for session in sessions]
    assert heard[0] == heard[1] and (b"E", "ERROR", "22") in heard[0]


@pytest.mark.parametrize("sent", [parse("", PEOPLE) + bound(results=(0, 9)) + execute(""), message(b"D", b"X\0"), message(b"P", b"x")])
def test_what_stands_before_it_is_taken_back(sessions, postgres, sent):
    through, _ = sessions
    change = "UPDATE customers SET city = 'gone' WHERE id = 1"
    through.send(parse("", change) + bind("", "") + execute("") + FLUSH)
    through.receive_until(b"C")
    through.send(sent + SYNC)
    through.receive_until(b"Z")
    assert postgres.psql("SELECT count(*) FROM customers WHERE city = 'gone'", "payments").strip() == "0"


def test_a_terminate_with_a_body_ends_the_session(sessions):
    through, _ = sessions
    through.send(message(b"X", b"x"))
    with pytest.raises(EOFError):
        through.receive()


@pytest.mark.parametrize("sent", [b"Q\0\0\0\3", b"?\0\0\0\4"])
def test_what_cannot_be_followed_ends_the_session(sessions, sent):
    through, _ = sessions
    through.send(sent)
    kind, body = through.receive()
    assert kind == b"E" and error_fields(body)["S"] == "FATAL" and through.closed()
