"""Stands between the gateway and PostgreSQL, and puts other messages in the place of the server's."""

import contextlib
import socket
import struct
import threading

CANCEL_REQUEST = struct.pack("!i", 80877102)
MARK = b"marked for the interposer"


class Interposer:
    """A context manager. What the server says to a connection that named MARK (in its start-up packet or a statement)
    goes through `change`: a function of (kind, body) that gives the bytes to be sent instead, or None to hang up.
    Everybody else is served as usual."""

    def __init__(self, postgres, cancels: bool = True):
        self.target = (postgres.host, postgres.port)
        self.cancels = cancels
        self.change = lambda kind, body: frame(kind, body)

    def __enter__(self) -> "Interposer":
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_) -> None:
        self.listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        marked = threading.Event()
        with contextlib.suppress(OSError), client, socket.create_connection(self.target) as server:
            threading.Thread(target=self._to_server, args=(client, server, marked), daemon=True).start()
            self._to_client(server.makefile("rb"), client, marked)
            client.shutdown(socket.SHUT_RDWR)  # closing would wait for the thread that reads from it

    def _to_server(self, client: socket.socket, server: socket.socket, marked: threading.Event) -> None:
        with contextlib.suppress(OSError):
            while piece := client.recv(65536):
                if not self.cancels and piece[4:8] == CANCEL_REQUEST:
                    continue
                if MARK in piece:
                    marked.set()
                server.sendall(piece)
            server.shutdown(socket.SHUT_WR)

    def _to_client(self, server, client: socket.socket, marked: threading.Event) -> None:
        while len(header := server.read(5)) == 5:
            kind, body = header[:1], server.read(struct.unpack("!I", header[1:])[0] - 4)
            answer = self.change(kind, body) if marked.is_set() else frame(kind, body)
            if answer is None:
                return
            client.sendall(answer)


def frame(kind: bytes, body: bytes = b"") -> bytes:
    return kind + struct.pack("!I", len(body) + 4) + body
