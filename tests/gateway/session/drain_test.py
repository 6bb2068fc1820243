"""Every state that a session may be in, against every signal that ends the process: what the client is told, that
nothing goes on at the server, and that the process ends with 0."""

import contextlib
import os
import shutil
import signal
import socket
import threading
import time

import pytest
from gateway import PASSWORD, Gateway
from raw_client import RawClient, error_fields, query
from relay_test import wait_until
from tls_test import make_certificate

POLICY = """
version: 1
databases: [payments]
classes: { word: { mask: redact } }
tables:
  public.notes: { subject: { note: id }, columns: { id: open, words: word } }
roles:
  dba: { unrestricted: true }
  clerk: { tables: [public.notes], budget: { note: 10 per hour } }
users:
  dba1: { role: dba }
  clerk1: { role: clerk }
"""

def until_it_runs(postgres, mark: str) -> None:
    assert wait_until(lambda: at_work(postgres, mark))


def at_work(postgres, mark: str) -> bool:
    return postgres.psql("SELECT count(*) FROM pg_stat_activity WHERE state <> 'idle' AND pid <> pg_backend_pid() "
                         f"AND application_name = '{mark}'") != "0"


def nothing(client, postgres, mark):
    pass


def in_transaction(client, postgres, mark):
    client.send(query("BEGIN"))
    client.receive_until(b"Z")


def in_statement(client, postgres, mark):
    client.send(query("SELECT pg_sleep(60)"))
    until_it_runs(postgres, mark)


def in_short_statement(client, postgres, mark):
    client.send(query("SELECT pg_sleep(1.5)"))
    until_it_runs(postgres, mark)


def in_copy(client, postgres, mark):
    client.send(query("COPY notes FROM STDIN"))
    client.receive_until(b"G")


def in_long_result(client, postgres, mark):
    client.send(query("SELECT repeat('x', 1000) FROM generate_series(1, 1000000)"))
    until_it_runs(postgres, mark)
    client.receive()


def over_budget(client, postgres, mark):
    client.send(query("SELECT id FROM notes n JOIN (SELECT 1 FROM pg_sleep(0)) p ON true ORDER BY id"))
    client.receive_until(b"E")


def half_a_message(client, postgres, mark):
    client.send(query("SELECT 1")[:7])
    time.sleep(0.1)


STATES = {
    # name: (user, how to get there, what the client hears when the deadline is short)
    "idle": ("dba1", nothing, "57P01"),
    "in_transaction": ("dba1", in_transaction, "57P01"),
    "in_statement": ("dba1", in_statement, "57P01"),
    "in_short_statement": ("dba1", in_short_statement, None),
    "in_copy": ("dba1", in_copy, "57P01"),
    "in_long_result": ("dba1", in_long_result, None),  # in the middle of a row there is nothing to be said
    "half_a_message": ("dba1", half_a_message, "57P01"),
    "restricted_idle": ("clerk1", nothing, "57P01"),
    "restricted_in_transaction": ("clerk1", in_transaction, "57P01"),
    "restricted_half_a_message": ("clerk1", half_a_message, "57P01"),
    "over_budget": ("clerk1", over_budget, "57P01"),
}


def storm(process, stop: threading.Event) -> None:
    while not stop.is_set() and process.poll() is None:
        process.send_signal(signal.SIGHUP)


@contextlib.contextmanager
def hang_up_storm(process):
    stop = threading.Event()
    thread = threading.Thread(target=storm, args=(process, stop))
    thread.start()
    yield
    stop.set()
    thread.join()


def terminate(process):
    process.send_signal(signal.SIGTERM)


def interrupt(process):
    process.send_signal(signal.SIGINT)


def terminate_twice(process):
    process.send_signal(signal.SIGTERM)
    time.sleep(0.2)  # signals that are not taken yet count once
    process.send_signal(signal.SIGTERM)


def terminate_in_a_storm(process):
    with hang_up_storm(process):
        process.send_signal(signal.SIGTERM)
        wait_until(lambda: process.poll() is not None, 15)


SIGNALS = {
    # how, the drain's deadline
    "SIGTERM": (terminate, "1s"),
    "SIGINT": (interrupt, "1s"),
    "SIGTERM_twice": (terminate_twice, "60s"),
    "SIGTERM_in_a_storm_of_SIGHUP": (terminate_in_a_storm, "1s"),
}


def last_words(client) -> str | None:
    said = None
    with contextlib.suppress(EOFError, ConnectionResetError):
        while True:
            kind, body = client.receive()
            if kind == b"E":
                said = error_fields(body)["C"]
    return said


@pytest.mark.parametrize("how", SIGNALS)
@pytest.mark.parametrize("state", STATES)
def test_the_process_ends_whatever_a_session_does(postgres, state, how):
    user, get_there, expected = STATES[state]
    send, deadline = SIGNALS[how]
    mark = f"{state} {how}"
    with Gateway(postgres, POLICY, ["dba1", "clerk1"], {"dba": "tabir_dba", "clerk": "tabir_clerk"},
                 extra_config={"timeouts": {"drain": deadline}}) as gateway:
        with RawClient((gateway.host, gateway.port)) as client:
            client.log_in(user, PASSWORD, "payments", application_name=mark)
            get_there(client, postgres, mark)
            send(gateway.process)
            if expected is not None:
                assert last_words(client) == expected
            else:
                last_words(client)
            assert gateway.process.wait(20) == 0
    # Without the cancel that was owed the statement would go on for a minute.
    assert wait_until(lambda: not at_work(postgres, mark), 10)


@pytest.mark.parametrize("user", ["dba1", "clerk1"])
def test_a_transaction_may_end_in_its_own_time(postgres, user):
    with Gateway(postgres, POLICY, ["dba1", "clerk1"], {"dba": "tabir_dba", "clerk": "tabir_clerk"}) as gateway:
        with RawClient((gateway.host, gateway.port)) as client:
            client.log_in(user, PASSWORD, "payments")
            in_transaction(client, postgres, "")
            terminate(gateway.process)
            assert wait_until(lambda: gateway.http("/readyz")[0] == 503)
            client.send(query("SELECT 1"))
            assert client.receive_until(b"Z")[-1][1] == b"T"
            client.send(query("COMMIT"))
            assert [kind for kind, _ in client.receive_until(b"Z")] == [b"C", b"Z"]
            assert last_words(client) == "57P01"
            assert gateway.process.wait(20) == 0


def test_a_client_in_its_log_in_holds_nothing_up(postgres):
    with Gateway(postgres, POLICY, ["dba1", "clerk1"], {"dba": "tabir_dba", "clerk": "tabir_clerk"},
                 extra_config={"timeouts": {"drain": "1s"}}) as gateway:
        with RawClient((gateway.host, gateway.port)):
            terminate(gateway.process)
            assert gateway.process.wait(20) == 0


def test_a_third_signal_waits_for_nobody(postgres):
    with Gateway(postgres, POLICY, ["dba1", "clerk1"], {"dba": "tabir_dba", "clerk": "tabir_clerk"}) as gateway:
        with RawClient((gateway.host, gateway.port)) as client:
            client.log_in("dba1", PASSWORD, "payments", application_name="third")
            in_statement(client, postgres, "third")
            for _ in range(3):
                gateway.process.send_signal(signal.SIGTERM)
                time.sleep(0.2)
            assert gateway.process.wait(10) == 0


class SlowAtTheEnd:
    """Stands before a PostgreSQL; once it is told so, connections take it a while. Encrypted, a cancel needs answers."""

    def __init__(self, postgres):
        self.target = (postgres.host, postgres.port)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.slow = False

    def __enter__(self) -> "SlowAtTheEnd":
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_) -> None:
        self.listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client) -> None:
        if self.slow:
            time.sleep(0.7)
        with contextlib.suppress(OSError), client, socket.create_connection(self.target) as server:
            threading.Thread(target=self._copy, args=(client, server), daemon=True).start()
            self._copy(server, client)

    @staticmethod
    def _copy(source, sink) -> None:
        with contextlib.suppress(OSError):
            while piece := source.recv(65536):
                sink.sendall(piece)
            sink.shutdown(socket.SHUT_WR)


@pytest.fixture
def encrypted(postgres, tmp_path):
    """PostgreSQL with TLS; its data directory holds the certificate."""
    certificate, key = make_certificate(tmp_path, "server")
    data = postgres.directory / "data"
    for file in (certificate, key):
        shutil.copy(file, data / file.name)
        if os.geteuid() == 0:
            shutil.chown(data / file.name, "postgres")
        (data / file.name).chmod(0o600)
    for setting, value in {"ssl_cert_file": "server.crt", "ssl_key_file": "server.key", "ssl": "on"}.items():
        postgres.psql(f"ALTER SYSTEM SET {setting} = '{value}'")
    postgres.psql("SELECT pg_reload_conf()")
    assert wait_until(lambda: postgres.psql("SHOW ssl") == "on")
    yield postgres
    postgres.psql("ALTER SYSTEM RESET ssl")
    postgres.psql("SELECT pg_reload_conf()")


@pytest.mark.parametrize("state", ["in_statement", "in_long_result"])
def test_the_process_stays_until_the_cancels_it_owes_are_sent(encrypted, state):
    mark = f"{state} owed"
    with SlowAtTheEnd(encrypted) as server, \
         Gateway(encrypted, POLICY, ["dba1", "clerk1"], {"dba": "tabir_dba", "clerk": "tabir_clerk"},
                 extra_config={"servers": {"main": {"address": f"127.0.0.1:{server.port}", "tls": "require"}}}) as gateway:
        with RawClient((gateway.host, gateway.port)) as client:
            client.log_in("dba1", PASSWORD, "payments", application_name=mark)
            STATES[state][1](client, encrypted, mark)
            server.slow = True
            terminate_twice(gateway.process)
            last_words(client)
            assert gateway.process.wait(20) == 0
    assert wait_until(lambda: not at_work(encrypted, mark), 10)
