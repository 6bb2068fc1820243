"""Who gets in, with which session, and what everybody else is told."""

import socket
import struct
import time
from contextlib import closing

import psycopg2
import pytest
from conftest import BACKENDS, POLICY, USERS
from gateway import DEMO_BACKEND_PASSWORD, PASSWORD, Gateway
from private_postgres import PrivatePostgres
from raw_client import RawClient, error_fields, start_up


def sqlstate_of(gateway, raw, **parameters) -> str:
    """The SQLSTATE that ends a log-in with the right password."""
    client = raw(log_in=False)
    try:
        client.log_in(password=PASSWORD, **parameters)
    except EOFError:
        return "closed"
    except AssertionError as other:
        kind, body = other.args[0]
        return error_fields(body)["C"] if kind == b"E" else "?"
    return "in"


def refused(gateway, user="dba1", password=PASSWORD, database="payments", **more) -> psycopg2.OperationalError:
    with pytest.raises(psycopg2.OperationalError) as raised:
        psycopg2.connect(gateway.dsn(user, database, password=password, **more))
    return raised.value


@pytest.mark.parametrize("user, password, database, words", [
    ("dba1", "wrong", "payments", 'password authentication failed for user "dba1"'),
    ("nobody", "wrong", "payments", 'password authentication failed for user "nobody"'),
    ("stranger", PASSWORD, "payments", "stranger"),
    ("dba1", PASSWORD, "no_such", 'database "no_such" does not exist'),
    ("clerk1", PASSWORD, "postgres", "postgres"),
])
def test_refusals_say_why(gateway, user, password, database, words):
    assert words in str(refused(gateway, user, password, database))


@pytest.mark.parametrize("options, words", [
    ("-c work_mem=lots", 'invalid value for parameter "work_mem": "lots"'),
    ("-c no_such_setting=1", 'unrecognized configuration parameter "no_such_setting"'),
])
def test_bad_start_up_values_fail_in_the_servers_words(gateway, options, words):
    assert words in str(refused(gateway, options=options))


def test_start_up_values_are_what_reset_goes_back_to(gateway):
    with closing(psycopg2.connect(gateway.dsn("dba1", options="-c DateStyle=German -c IntervalStyle=iso_8601"))) as one:
        cursor = one.cursor()
        cursor.execute("SET DateStyle = ISO; RESET DateStyle; SHOW DateStyle")
        assert cursor.fetchone()[0].startswith("German")
        cursor.execute("SELECT reset_val FROM pg_settings WHERE name = 'IntervalStyle'")
        assert cursor.fetchone()[0] == "iso_8601"


def test_a_unix_socket_serves_as_well(gateway):
    with closing(psycopg2.connect(gateway.dsn("dba1", host=str(gateway.directory), port="6432"))) as one:
        assert one.info.backend_pid > 0


def test_the_real_process_id_is_told(gateway):
    with closing(psycopg2.connect(gateway.dsn("dba1"))) as one:
        cursor = one.cursor()
        cursor.execute("SELECT pg_backend_pid()")
        assert cursor.fetchone() == (one.info.backend_pid,)


def test_a_start_up_packet_may_come_byte_by_byte(gateway):
    with RawClient((gateway.host, gateway.port)) as client:
        packet = start_up(user="dba1", database="payments")
        for byte in packet:
            client.send(bytes([byte]))
            time.sleep(0.002)
        kind, _ = client.receive()
        assert kind == b"R"


@pytest.mark.parametrize("length", [0, 1, 3, 4, 7, 10_005, 2**31 - 1, 2**31, 2**32 - 1])
def test_a_start_up_length_out_of_bounds_closes(gateway, length):
    with RawClient((gateway.host, gateway.port)) as client:
        client.send(struct.pack("!I", length))
        if length >= 8:
            client.send(b"\0\3\0\0")
        client.socket.settimeout(3)
        assert client.closed()


@pytest.mark.parametrize("greeting", [b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"SSH-2.0-x\r\n", b"PROXY TCP4 1.1.1.1 2.2.2.2 1 2\r\n",
                                      b"\x16\x03\x01\x00\x05hello"])
def test_another_protocol_closes(gateway, greeting):
    with RawClient((gateway.host, gateway.port)) as client:
        client.send(greeting)
        client.socket.settimeout(3)
        assert client.closed()


def test_a_silent_client_is_dropped_at_the_deadline(start):
    with start(timeouts={"login": "1s"}) as gateway, RawClient((gateway.host, gateway.port)) as client:
        begun = time.monotonic()
        assert client.closed()
        assert 0.9 < time.monotonic() - begun < 3


def test_an_idle_session_is_ended_with_57p05(start):
    with start(timeouts={"idle": "1s"}) as gateway, RawClient((gateway.host, gateway.port)) as client:
        client.log_in("dba1", PASSWORD, "payments")
        kind, body = client.receive()
        assert kind == b"E" and error_fields(body)["C"] == "57P05"
        assert client.closed()


def test_too_many_sessions_are_told_so(start):
    with start(limits={"sessions": 1}) as gateway, closing(psycopg2.connect(gateway.dsn("dba1"))):
        assert "too many clients" in str(refused(gateway))


def test_without_descriptors_clients_wait_and_others_go_on(start):
    import resource
    with start() as gateway:
        with closing(psycopg2.connect(gateway.dsn("dba1"))) as one:
            _, hard = resource.prlimit(gateway.process.pid, resource.RLIMIT_NOFILE)
            resource.prlimit(gateway.process.pid, resource.RLIMIT_NOFILE, (40, hard))
            crowd = []
            for _ in range(60):
                crowd.append(socket.create_connection((gateway.host, gateway.port)))
            cursor = one.cursor()
            cursor.execute("SELECT 1")
            assert cursor.fetchone() == (1,)
            for client in crowd:
                client.close()
            resource.prlimit(gateway.process.pid, resource.RLIMIT_NOFILE, (1024, hard))
        time.sleep(0.5)
        with closing(psycopg2.connect(gateway.dsn("dba1"))) as two:
            assert two.info.backend_pid > 0


@pytest.mark.parametrize("setting", ["role=postgres", "client_encoding=SJIS", "standard_conforming_strings=off",
                                     "session_preload_libraries=x"])
def test_a_restricted_role_may_not_start_with_what_would_weaken_the_gateway(gateway, setting):
    assert "not" in str(refused(gateway, "clerk1", options=f"-c {setting}"))


def test_a_restricted_role_may_not_replicate(gateway):
    assert "replication" in str(refused(gateway, "clerk1", replication="database"))


def test_a_restricted_session_has_its_start_up_values(gateway):
    with closing(psycopg2.connect(gateway.dsn("clerk1", options="-c TimeZone=Asia/Jakarta"))) as one:
        assert one.get_parameter_status("TimeZone") == "Asia/Jakarta"
        cursor = one.cursor()
        cursor.execute("SELECT words FROM notes WHERE id = 7")
        assert cursor.fetchone() == ("note 7",)


def test_each_database_is_found_at_its_server(postgres):
    """`*` passes any other name on; a restricted role reaches only the databases that its policy names."""
    with PrivatePostgres() as second:
        second.psql(f"CREATE ROLE tabir_dba LOGIN SUPERUSER PASSWORD '{DEMO_BACKEND_PASSWORD}'")
        second.psql("CREATE DATABASE reports_2024")
        servers = {name: {"address": f"127.0.0.1:{server.port}", "tls": "disable"}
                   for name, server in {"main": postgres, "second": second}.items()}
        databases = {"payments": "main", "reports": {"server": "second", "database": "reports_2024"}, "*": "main"}
        with Gateway(postgres, POLICY, USERS, BACKENDS, {"servers": servers}, databases) as gateway:
            for name, found in {"payments": ("payments", postgres), "reports": ("reports_2024", second),
                                "postgres": ("postgres", postgres)}.items():
                with closing(psycopg2.connect(gateway.dsn("dba1", name))) as one:
                    cursor = one.cursor()
                    cursor.execute("SELECT current_database(), current_setting('port')::int")
                    assert cursor.fetchone() == (found[0], found[1].port)
            assert 'database "reports_2024" does not exist' in str(refused(gateway, database="reports_2024"))
            for name in ("reports", "postgres"):
                assert "permission denied" in str(refused(gateway, "clerk1", database=name))


def test_a_newer_client_and_one_that_asks_for_encryption_are_answered(gateway):
    with RawClient((gateway.host, gateway.port)) as client:
        for request in (80877104, 80877103):  # GSSENCRequest, SSLRequest
            client.send(struct.pack("!ii", 8, request))
            assert client.receive_exactly(1) == b"N"
        body = struct.pack("!i", 196610) + b"user\0dba1\0database\0payments\0_pq_.new\0on\0\0"
        client.send(struct.pack("!i", len(body) + 4) + body)
        assert client.receive() == (b"v", struct.pack("!ii", 196608, 1) + b"_pq_.new\0")
        kind, _ = client.receive()
        assert kind == b"R"
