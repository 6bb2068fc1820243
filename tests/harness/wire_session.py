"""Statements over the bare protocol, and every message that answers them: what a driver would hide can be compared."""

import re
import struct
from dataclasses import dataclass, field

from raw_client import SYNC, RawClient, error_fields, message, query

TEXT, BINARY = 0, 1


@dataclass
class Answer:
    """What came back for one statement, message by message, without the ParameterStatus of nobody's asking."""

    messages: list[tuple[bytes, bytes]] = field(default_factory=list)

    @property
    def error(self) -> dict[str, str] | None:
        return next((error_fields(body) for kind, body in self.messages if kind == b"E"), None)

    @property
    def state(self) -> bytes:
        """I, T or E: of the last ReadyForQuery."""
        return next(body for kind, body in reversed(self.messages) if kind == b"Z")

    @property
    def tags(self) -> list[str]:
        return [body[:-1].decode() for kind, body in self.messages if kind == b"C"]

    @property
    def columns(self) -> list[tuple[str, int, int, int]]:
        """Name, type, length and modifier of each column, of the last RowDescription."""
        bodies = [body for kind, body in self.messages if kind == b"T"]
        return described(bodies[-1]) if bodies else []

    @property
    def rows(self) -> list[tuple[bytes | None, ...]]:
        return [values(body) for kind, body in self.messages if kind == b"D"]

    @property
    def copied(self) -> bytes:
        return b"".join(body for kind, body in self.messages if kind == b"d")


def described(body: bytes) -> list[tuple[str, int, int, int]]:
    columns, at = [], 2
    for _ in range(struct.unpack_from("!H", body)[0]):
        end = body.index(0, at)
        _, _, type_, size, modifier, _ = struct.unpack_from("!IhIhih", body, end + 1)
        columns.append((body[at:end].decode(), type_, size, modifier))
        at = end + 19
    return columns


def values(body: bytes) -> tuple[bytes | None, ...]:
    row, at = [], 2
    for _ in range(struct.unpack_from("!H", body)[0]):
        size = struct.unpack_from("!i", body, at)[0]
        at += 4
        row.append(None if size < 0 else body[at:at + size])
        at += max(size, 0)
    return tuple(row)


class WireSession(RawClient):
    """run() sends one statement and reads to ReadyForQuery; ask() and answer() are its halves."""

    def __init__(self, address, timeout: float = 30):
        super().__init__(address, timeout)
        self.ahead = b""

    def receive_exactly(self, size: int) -> bytes:
        while len(self.ahead) < size:
            piece = self.socket.recv(65536)
            if not piece:
                raise EOFError
            self.ahead += piece
        data, self.ahead = self.ahead[:size], self.ahead[size:]
        return data

    def run(self, sql: str, parameters: list[str | None] | None = None, extended: bool = False,
            results: int = TEXT, copy_in: bytes = b"") -> Answer:
        self.ask(sql, parameters, extended, results)
        return self.answer(message(b"d", copy_in) + message(b"c") + (SYNC if parameters is not None or extended else b""))

    def ask(self, sql: str, parameters: list[str | None] | None = None, extended: bool = False, results: int = TEXT) -> None:
        self.send(query(sql) if parameters is None and not extended else self._extended(sql, parameters or [], results))

    def answer(self, copied_in: bytes = b"") -> Answer:
        answer = Answer()
        while True:
            kind, body = self.receive()
            answer.messages.append((kind, body))
            if kind == b"G":
                self.send(copied_in)
            if kind == b"Z":
                return answer

    @staticmethod
    def _extended(sql: str, parameters: list[str | None], results: int) -> bytes:
        bind = b"\0\0" + struct.pack("!hh", 0, len(parameters))
        for value in parameters:
            data = None if value is None else value.encode()
            bind += struct.pack("!i", -1) if data is None else struct.pack("!i", len(data)) + data
        bind += struct.pack("!hh", 1, results)
        return (message(b"P", b"\0" + sql.encode() + b"\0" + struct.pack("!h", 0)) + message(b"B", bind) +
                message(b"D", b"P\0") + message(b"E", b"\0" + struct.pack("!i", 0)) + SYNC)


def in_transaction(answer: Answer) -> bool:
    return answer.state in (b"T", b"E")


def parameters_of(line: str) -> list[str | None]:
    """`$1 = '42', $2 = NULL`, as PostgreSQL's log writes it."""
    found = re.findall(r"\$\d+ = (NULL|'(?:[^']|'')*')", line)
    return [None if value == "NULL" else value[1:-1].replace("''", "'") for value in found]
