"""What is asked of a portal while hidden columns stand behind the client's own: neither their number, nor their formats,
nor their names ever show, and each slice of rows counts."""

import struct

import psycopg
import pytest
from gateway import PASSWORD
from raw_client import SYNC, RawClient, error_fields, message
from wire_session import described, values


def capped_session(gateway) -> RawClient:
    return RawClient((gateway.host, gateway.port)).log_in("capped", PASSWORD, "payments")


def parse(sql: str) -> bytes:
    return message(b"P", b"\0" + sql.encode() + b"\0\0\0")


def bind(*formats: int) -> bytes:
    return message(b"B", b"\0\0" + struct.pack(f"!hhh{len(formats)}h", 0, 0, len(formats), *formats))


def execute(rows: int = 0) -> bytes:
    return message(b"E", b"\0" + struct.pack("!i", rows))


def test_a_portal_that_is_read_in_slices_counts(fresh_gateway):
    with capped_session(fresh_gateway) as client:
        client.send(parse("SELECT id FROM customers ORDER BY id") + bind() + execute(4) * 3 + SYNC)
        said = client.receive_until(b"Z")
        assert "".join(kind.decode() for kind, _ in said) == "12" + "DDDDs" * 2 + "DD" + "EZ"
        assert error_fields(said[-2][1])["C"] == "54000"
        client.send(parse("SELECT id FROM customers WHERE id = 11") + bind() + execute(1) + SYNC)
        assert [kind for kind, _ in client.receive_until(b"Z")] == [b"1", b"2", b"E", b"Z"]


@pytest.mark.parametrize("formats", [(), (0,), (1,), (0, 1, 0), (1, 0, 1)])
def test_formats_are_of_the_columns_that_show(fresh_gateway, formats):
    with capped_session(fresh_gateway) as client:
        client.send(parse("SELECT full_name, id, city FROM customers WHERE id = 3") + message(b"D", b"S\0") + bind(*formats) +
                    message(b"D", b"P\0") + execute() + SYNC)
        said = client.receive_until(b"Z")
    assert "".join(kind.decode() for kind, _ in said) == "1tT2TDCZ"
    asked = formats * 3 if len(formats) == 1 else formats or (0, 0, 0)
    for (_, body), expected in zip([part for part in said if part[0] == b"T"], [(0, 0, 0), asked]):
        assert [name for name, *_ in described(body)] == ["full_name", "id", "city"]
        assert formats_of(body) == expected
    row = values(next(body for kind, body in said if kind == b"D"))
    assert len(row) == 3 and row[1] == (struct.pack("!q", 3) if asked[1] else b"3")


def formats_of(body: bytes) -> tuple[int, ...]:
    """Of a RowDescription."""
    names = [name.encode() for name, *_ in described(body)]
    ends, at = [], 2
    for name in names:
        at += len(name) + 19
        ends.append(at)
    return tuple(struct.unpack("!h", body[end - 2:end])[0] for end in ends)


def test_a_format_for_a_hidden_column_is_one_too_many(fresh_gateway):
    with capped_session(fresh_gateway) as client:
        client.send(parse("SELECT full_name, id, city FROM customers WHERE id = 3") + bind(0, 0, 0, 0) + execute() + SYNC)
        said = client.receive_until(b"Z")
    assert [kind for kind, _ in said] == [b"1", b"E", b"Z"]
    assert error_fields(said[1][1])["M"] == "bind message has 4 result formats but query has 3 columns"


def test_hidden_columns_never_show(fresh_gateway):
    with psycopg.connect(fresh_gateway.dsn("capped"), autocommit=True) as connection:
        for binary in (False, True):
            cursor = connection.execute("SELECT full_name, city FROM customers WHERE id < 3", prepare=True, binary=binary)
            assert [column.name for column in cursor.description] == ["full_name", "city"]
            assert all(len(row) == 2 for row in cursor.fetchall())
        cursor = connection.execute("SELECT city FROM customers WHERE id = 1")
        assert len(cursor.description) == 1
