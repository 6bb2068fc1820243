"""A client that speaks PostgreSQL's protocol byte by byte, for what no driver would send."""

import base64
import hashlib
import hmac
import os
import socket
import struct

SSL_REQUEST = struct.pack("!ii", 8, 80877103)


def message(kind: bytes, body: bytes = b"") -> bytes:
    return kind + struct.pack("!i", len(body) + 4) + body


def query(text: str) -> bytes:
    return message(b"Q", text.encode() + b"\0")


TERMINATE = message(b"X")
SYNC = message(b"S")


def start_up(**parameters: str) -> bytes:
    body = struct.pack("!i", 196608) + b"".join(f"{name}\0{value}\0".encode() for name, value in parameters.items()) + b"\0"
    return struct.pack("!i", len(body) + 4) + body


def error_fields(body: bytes) -> dict[str, str]:
    return {part[:1].decode(): part[1:].decode() for part in body.split(b"\0") if part}


class RawClient:
    """A context manager; log_in() before anything else than raw bytes."""

    def __init__(self, address, timeout: float = 30):
        family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET
        self.socket = socket.socket(family, socket.SOCK_STREAM)
        self.socket.settimeout(timeout)
        self.socket.connect(address)
        self.parameters: dict[str, str] = {}
        self.notices: list[bytes] = []  # bodies of those that came with the log-in
        self.process_id = 0
        self.secret = b""

    def __enter__(self) -> "RawClient":
        return self

    def __exit__(self, *_) -> None:
        self.socket.close()

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def receive_exactly(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            piece = self.socket.recv(size - len(data))
            if not piece:
                raise EOFError
            data += piece
        return data

    def receive(self) -> tuple[bytes, bytes]:
        header = self.receive_exactly(5)
        return header[:1], self.receive_exactly(struct.unpack("!i", header[1:])[0] - 4)

    def receive_until(self, kind: bytes) -> list[tuple[bytes, bytes]]:
        messages = [self.receive()]
        while messages[-1][0] != kind:
            messages.append(self.receive())
        return messages

    def closed(self) -> bool:
        """Reads to the end; True when the peer closed in order."""
        try:
            while self.socket.recv(65536):
                pass
        except ConnectionResetError:
            pass
        return True

    def log_in(self, user: str, password: str, database: str, **parameters: str) -> "RawClient":
        self.send(start_up(user=user, database=database, **parameters))
        kind, body = self.receive()
        assert kind == b"R" and b"SCRAM-SHA-256\0" in body, (kind, body)
        nonce = base64.b64encode(os.urandom(18)).decode()
        first = f"n=,r={nonce}"
        initial = ("n,," + first).encode()
        self.send(message(b"p", b"SCRAM-SHA-256\0" + struct.pack("!i", len(initial)) + initial))
        kind, body = self.receive()
        challenge = body[4:].decode()
        parts = dict(part.split("=", 1) for part in challenge.split(","))
        salted = hashlib.pbkdf2_hmac("sha256", password.encode(), base64.b64decode(parts["s"]), int(parts["i"]))
        client_key = hmac.digest(salted, b"Client Key", "sha256")
        last = f"c=biws,r={parts['r']}"
        signature = hmac.digest(hashlib.sha256(client_key).digest(), f"{first},{challenge},{last}".encode(), "sha256")
        proof = base64.b64encode(bytes(a ^ b for a, b in zip(client_key, signature))).decode()
        self.send(message(b"p", f"{last},p={proof}".encode()))
        for kind, body in self.receive_until(b"Z"):
            if kind == b"S":
                name, value = body[:-1].split(b"\0")
                self.parameters[name.decode()] = value.decode()
            elif kind == b"N":
                self.notices.append(body)
            elif kind == b"K":
                self.process_id, self.secret = struct.unpack("!i", body[:4])[0], body[4:]
        return self
