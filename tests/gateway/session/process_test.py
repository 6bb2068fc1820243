"""How the process starts, reloads and ends."""

import signal
import subprocess
import threading
import time
from contextlib import closing

import psycopg2
import pytest
from gateway import PASSWORD, tabir_binary
from raw_client import RawClient, error_fields, query


def run_to_the_end(config) -> subprocess.CompletedProcess:
    return subprocess.run([tabir_binary(), "serve", "--config", config], capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("file, content, words", [
    ("policy.yaml", "version: 1\nbogus: 2\n", "policy.yaml:2:1"),
    ("users", "dba1 not-a-verifier\n", "users:1"),
    ("tabir.yaml", "listen: [\n", "tabir.yaml"),
])
def test_a_broken_file_lets_nothing_listen_and_exits_with_2(start, file, content, words):
    gateway = start()
    (gateway.directory / file).write_text(content)
    done = run_to_the_end(gateway.config)
    assert done.returncode == 2
    assert words in done.stderr
    assert "listening" not in done.stdout


def test_a_port_in_use_exits_with_1(start, gateway):
    second = start(listen=[f"127.0.0.1:{gateway.port}"])
    done = run_to_the_end(second.config)
    assert done.returncode == 1
    assert "cannot listen" in done.stderr


def test_a_statement_under_way_is_finished_before_the_end(start):
    with start() as gateway:
        connection = psycopg2.connect(gateway.dsn("dba1"))
        connection.autocommit = True
        cursor = connection.cursor()
        idle = RawClient((gateway.host, gateway.port)).log_in("dba1", PASSWORD, "payments")
        stopper = threading.Timer(0.3, gateway.process.send_signal, [signal.SIGTERM])
        stopper.start()
        cursor.execute("SELECT pg_sleep(1.5), 42")
        assert cursor.fetchone()[1] == 42
        kind, body = idle.receive()
        assert kind == b"E" and error_fields(body)["C"] == "57P01"
        assert gateway.process.wait(10) == 0


def wait_for(condition):
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline


def test_new_clients_are_not_taken_while_draining(start, postgres):
    under_way = ("SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%draining%' AND state = 'active' "
                 "AND pid <> pg_backend_pid()")
    with start() as gateway:
        with RawClient((gateway.host, gateway.port)) as busy:
            busy.log_in("dba1", PASSWORD, "payments")
            busy.send(query("SELECT pg_sleep(3), 'draining'"))
            wait_for(lambda: postgres.psql(under_way) == "1")  # a signal before it would end the session at rest
            gateway.process.send_signal(signal.SIGTERM)
            wait_for(lambda: gateway.http("/readyz")[0] == 503)
            with pytest.raises(psycopg2.OperationalError):
                psycopg2.connect(gateway.dsn("dba1"))
            busy.receive_until(b"Z")


def test_the_drain_deadline_ends_what_does_not_end(start, postgres):
    with start(timeouts={"drain": "1s"}) as gateway:
        with RawClient((gateway.host, gateway.port)) as busy:
            busy.log_in("dba1", PASSWORD, "payments")
            busy.send(query("SELECT pg_sleep(60), 'endless'"))
            time.sleep(0.2)
            gateway.process.send_signal(signal.SIGTERM)
            kind, body = busy.receive()
            assert kind == b"E" and error_fields(body)["C"] == "57P01"
            assert gateway.process.wait(10) == 0
    running = ("SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%endless%' AND state = 'active' "
               "AND pid <> pg_backend_pid()")
    deadline = time.monotonic() + 20  # the server carries a cancel out when it gets to it
    while postgres.psql(running) != "0":
        assert time.monotonic() < deadline


def test_users_are_read_again_on_sighup(start):
    with start() as gateway:
        subprocess.run([tabir_binary(), "user", "remove", "dba1", "--users-file", gateway.directory / "users"], check=True,
                       stdout=subprocess.DEVNULL)
        with closing(psycopg2.connect(gateway.dsn("dba1"))):
            pass
        gateway.reload()
        for _ in range(100):
            if '"reloaded"' in gateway.log_text():
                break
            time.sleep(0.05)
        with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
            psycopg2.connect(gateway.dsn("dba1"))


def change_policy(gateway, old: str, new: str) -> None:
    text = gateway.policy.read_text()
    assert old in text
    gateway.policy.write_text(text.replace(old, new))
    gateway.reload()


def end_of(client: RawClient) -> dict:
    kind, body = client.receive()
    assert kind == b"E"
    assert client.closed()
    return error_fields(body)


def goes_on(client: RawClient) -> bool:
    client.send(query("SELECT 1"))
    return client.receive_until(b"Z")[0][0] == b"T"


def test_sessions_end_when_their_user_is_not_unrestricted_any_more(start):
    with start() as gateway:
        address = (gateway.host, gateway.port)
        with RawClient(address) as idle, RawClient(address) as busy, RawClient(address) as clerk:
            for client, user in ((idle, "dba1"), (busy, "dba1"), (clerk, "clerk1")):
                client.log_in(user, PASSWORD, "payments")
            busy.send(query("SELECT pg_sleep(60)"))
            change_policy(gateway, "dba1: { role: dba }", "dba1: { role: clerk }")
            for client in (idle, busy):
                fields = end_of(client)
                assert (fields["C"], fields["M"], fields["H"]) == ("57P01", "what this user may do has changed", "Connect again.")
            with closing(psycopg2.connect(gateway.dsn("dba1"))) as again, again.cursor() as cursor:
                with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                    cursor.execute("SELECT pg_sleep(0)")
            assert goes_on(clerk)


def test_restricted_sessions_end_when_their_user_is_unrestricted_now(start):
    with start() as gateway, RawClient((gateway.host, gateway.port)) as client:
        client.log_in("clerk1", PASSWORD, "payments")
        change_policy(gateway, "clerk1: { role: clerk }", "clerk1: { role: dba }")
        assert end_of(client)["C"] == "57P01"


@pytest.mark.parametrize("user, other", [("dba1", "clerk1"), ("clerk1", "dba1")])
def test_sessions_of_a_user_who_was_removed_end(start, user, other):
    with start() as gateway:
        address = (gateway.host, gateway.port)
        with RawClient(address) as removed, RawClient(address) as stays:
            removed.log_in(user, PASSWORD, "payments")
            stays.log_in(other, PASSWORD, "payments")
            subprocess.run([tabir_binary(), "user", "remove", user, "--users-file", gateway.directory / "users"],
                           check=True, stdout=subprocess.DEVNULL)
            gateway.reload()
            assert end_of(removed)["C"] == "57P01"
            assert goes_on(stays)
