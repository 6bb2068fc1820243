"""TLS on both sides: what is asked for is checked, and what is not safe is refused."""

import contextlib
import os
import socket
import ssl
from contextlib import closing

import psycopg2
import pytest
from certificates import make_certificate
from gateway import PASSWORD
from raw_client import SSL_REQUEST, RawClient, start_up


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    folder = tmp_path_factory.mktemp("certificates")
    return make_certificate(folder, "first"), make_certificate(folder, "second")


@pytest.fixture
def encrypted(start, certificates):
    certificate, key = certificates[0]
    with start(tls={"certificate": str(certificate), "key": str(key), "required": True}) as gateway:
        gateway.root = certificate
        yield gateway


def in_tls(sock, alpn=None, version=None) -> ssl.SSLSocket:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if alpn:
        context.set_alpn_protocols(alpn)
    if version:
        context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
        context.maximum_version = version
    return context.wrap_socket(sock, server_hostname="127.0.0.1")


def test_verify_full_with_channel_binding_works(encrypted):
    with closing(psycopg2.connect(encrypted.dsn("dba1", sslmode="verify-full", sslrootcert=str(encrypted.root),
                                                channel_binding="require"))) as one:
        cursor = one.cursor()
        cursor.execute("SELECT repeat('x', 5000000)")
        assert len(cursor.fetchone()[0]) == 5_000_000


def test_a_session_in_clear_is_refused_where_tls_is_required(encrypted):
    with pytest.raises(psycopg2.OperationalError, match="encrypted"):
        psycopg2.connect(encrypted.dsn("dba1", sslmode="disable"))


def test_a_unix_socket_needs_no_tls(encrypted):
    with closing(psycopg2.connect(encrypted.dsn("dba1", host=str(encrypted.directory), port="6432"))) as one:
        assert one.info.backend_pid > 0


def test_bytes_in_clear_behind_the_request_are_not_taken_for_encrypted_ones(encrypted):
    with RawClient((encrypted.host, encrypted.port)) as client:
        client.send(SSL_REQUEST + start_up(user="dba1", database="payments"))
        assert client.socket.recv(1) != b"S"


@pytest.mark.parametrize("alpn, welcome", [(["postgresql"], True), (None, False), (["h2"], False)])
def test_direct_tls_needs_the_right_alpn(encrypted, alpn, welcome):
    with socket.create_connection((encrypted.host, encrypted.port), timeout=10) as sock:
        answer = b""
        with contextlib.suppress(ssl.SSLError, OSError):
            with in_tls(sock, alpn) as client:
                client.sendall(start_up(user="dba1", database="payments"))
                answer = client.recv(100)
        assert answer.startswith(b"R") == welcome
        assert (b"SCRAM-SHA-256-PLUS" in answer) == welcome


def test_old_tls_versions_are_refused(encrypted):
    with RawClient((encrypted.host, encrypted.port)) as client:
        client.send(SSL_REQUEST)
        assert client.receive_exactly(1) == b"S"
        with pytest.raises((ssl.SSLError, OSError)):
            in_tls(client.socket, version=ssl.TLSVersion.TLSv1_1)


def test_a_new_certificate_is_taken_on_reload_and_a_bad_pair_is_not(start, certificates, tmp_path):
    certificate, key = tmp_path / "crt", tmp_path / "key"

    def install(pair):
        for source, target in zip(pair, (certificate, key)):
            target.write_bytes(source.read_bytes())

    def connects(root) -> bool:
        try:
            psycopg2.connect(gateway.dsn("dba1", sslmode="verify-full", sslrootcert=str(root))).close()
        except psycopg2.OperationalError:
            return False
        return True

    def reload(expected: str):
        seen = gateway.log_text().count(expected)
        gateway.reload()
        for _ in range(200):
            if gateway.log_text().count(expected) > seen:
                return
            __import__("time").sleep(0.05)
        raise AssertionError(gateway.log_text())

    install(certificates[0])
    with start(tls={"certificate": str(certificate), "key": str(key)}) as gateway:
        first, second = certificates[0][0], certificates[1][0]
        assert connects(first)
        install((certificates[1][0], certificates[0][1]))
        reload("reload_refused")
        assert connects(first)
        install(certificates[1])
        reload('"reloaded"')
        assert connects(second) and not connects(first)


class TestTowardsPostgresql:
    @pytest.fixture(scope="class")
    def secure_postgres(self, certificates):
        from conftest import DEMO_BACKEND_PASSWORD, PrivatePostgres
        import shutil
        with PrivatePostgres() as server:
            for source, name in zip(certificates[0], ("server.crt", "server.key")):
                shutil.copy(source, server.directory / "data" / name)
                if os.geteuid() == 0:
                    shutil.chown(server.directory / "data" / name, "postgres")
            server.psql("ALTER SYSTEM SET ssl = on")
            server.psql("SELECT pg_reload_conf()")
            for name in ("tabir_dba", "tabir_catalog"):
                server.psql(f"CREATE ROLE {name} LOGIN SUPERUSER PASSWORD '{DEMO_BACKEND_PASSWORD}'")
            server.psql("CREATE DATABASE payments")
            yield server

    def connect(self, server, mode: str, ca=None, **more):
        from conftest import Gateway
        main = {"address": f"127.0.0.1:{server.port}", "tls": mode, **({"ca_file": str(ca)} if ca else {}), **more}
        policy = "version: 1\ndatabases: [payments]\nroles: { dba: { unrestricted: true } }\nusers: { dba1: { role: dba } }\n"
        with Gateway(server, policy, ["dba1"], {"dba": "tabir_dba"}, extra_config={"servers": {"main": main}}) as gateway:
            with closing(psycopg2.connect(gateway.dsn("dba1"))) as one:
                cursor = one.cursor()
                cursor.execute("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
                return cursor.fetchone()[0]

    @pytest.mark.parametrize("mode", ["require", "verify-ca", "verify-full"])
    def test_the_right_certificate_is_accepted(self, secure_postgres, certificates, mode):
        assert self.connect(secure_postgres, mode, certificates[0][0])

    def test_another_certificate_is_refused(self, secure_postgres, certificates):
        with pytest.raises(psycopg2.OperationalError, match="no safe connection"):
            self.connect(secure_postgres, "verify-full", certificates[1][0])

    def test_a_server_without_tls_is_refused_where_it_is_required(self, postgres):
        with pytest.raises(psycopg2.OperationalError, match="no safe connection"):
            self.connect(postgres, "require")
