"""The connection to Redis: how a gateway logs in there, whom it trusts, and what it says when that does not work."""

import subprocess

import pytest

from certificates import make_certificate
from gateway import tabir_binary
from private_redis import PrivateRedis
from replicas import customers, read, replica, wait_until
from slow_line import SlowLine

# As gateway/config/tabir.example.yaml says it.
ACL = "on >secret ~tabir:* +@hash +@sortedset +del +time +evalsha +script|load +info +select"


def shows_people(gateway) -> bool:
    return read(gateway, "agent1", customers(1, 2)) == ([1, 2], None)


def check(gateway) -> subprocess.CompletedProcess:
    return subprocess.run([tabir_binary(), "check", "--redis", "--config", gateway.config], capture_output=True, text=True)


@pytest.fixture
def password(tmp_path):
    file = tmp_path / "redis.password"
    file.write_text("secret\n")
    return str(file)


@pytest.fixture(scope="module")
def guarded():
    """A Redis with a password, and a user who may do what a gateway does and nothing else."""
    with PrivateRedis(settings={"requirepass": "secret"}) as redis:
        redis.cli("ACL", "SETUSER", "tabir", *ACL.split(), password="secret")
        yield redis


@pytest.mark.parametrize("more", [{}, {"user": "tabir"}, {"database": 3}, {"user": "tabir", "database": 5}], ids=str)
def test_it_logs_in(postgres, tmp_path, guarded, password, more):
    with replica(postgres, guarded, tmp_path, password_file=password, **more) as gateway:
        wait_until(lambda: shows_people(gateway))
        checked = check(gateway)
        assert checked.returncode == 0, checked.stderr
    there = ["-n", str(more.get("database", 0))]
    keys = guarded.cli(*there, "EVAL", "return #redis.call('KEYS', 'tabir:*')", "0", password="secret")
    assert keys == guarded.cli(*there, "DBSIZE", password="secret") != "0"


@pytest.mark.parametrize("password_text, words", [(None, "NOAUTH"), ("wrong", "refuses the log-in: WRONGPASS")])
def test_a_wrong_log_in_is_told(postgres, tmp_path, guarded, password_text, words):
    more = {}
    if password_text:
        (tmp_path / "wrong").write_text(password_text)
        more = {"password_file": str(tmp_path / "wrong")}
    with replica(postgres, guarded, tmp_path, **more) as gateway:
        wait_until(lambda: words in gateway.log_text())
        assert '"event":"shared_budgets_lost"' in gateway.log_text()
        assert read(gateway, "agent1", customers(1, 2)) == ([], "58030")
        assert read(gateway, "free", customers(1, 2)) == ([1, 2], None)
        checked = check(gateway)
        assert checked.returncode == 2 and words in checked.stderr
        assert "secret" not in gateway.log_text().replace("secret_file", "") and "wrong" not in gateway.log_text()


def test_through_a_unix_socket(postgres, tmp_path):
    with PrivateRedis() as redis, replica(postgres, redis, tmp_path, redis=str(redis.socket)) as gateway:
        wait_until(lambda: shows_people(gateway))


def test_over_tls(postgres, tmp_path):
    certificate, key = make_certificate(tmp_path, "redis")
    with PrivateRedis(tls_files=(certificate, key, None)) as redis:
        with replica(postgres, redis, tmp_path, tls={"ca_file": str(certificate)}) as gateway:
            wait_until(lambda: shows_people(gateway))
            assert check(gateway).returncode == 0


def test_with_a_certificate_of_its_own(postgres, tmp_path):
    certificate, key = make_certificate(tmp_path, "redis")
    own, own_key = make_certificate(tmp_path, "tabir")
    with PrivateRedis(tls_files=(certificate, key, own)) as redis:
        trust = {"ca_file": str(certificate)}
        with replica(postgres, redis, tmp_path, tls={**trust, "certificate": str(own), "key": str(own_key)}) as gateway:
            wait_until(lambda: shows_people(gateway))
        with replica(postgres, redis, tmp_path, tls=trust) as stranger:
            wait_until(lambda: '"event":"shared_budgets_lost"' in stranger.log_text())
            assert not shows_people(stranger)


@pytest.mark.parametrize("host, certified, words", [("127.0.0.1", "10.0.0.1", "certificate verify failed"),
                                                    ("localhost", "127.0.0.1", "certificate verify failed")])
def test_a_certificate_of_another_host_is_not_trusted(postgres, tmp_path, host, certified, words):
    certificate, key = make_certificate(tmp_path, "redis", certified)
    with PrivateRedis(tls_files=(certificate, key, None)) as redis:
        with replica(postgres, redis, tmp_path, redis=f"{host}:{redis.port}", tls={"ca_file": str(certificate)}) as gateway:
            wait_until(lambda: words in gateway.log_text())
            assert not shows_people(gateway)


def test_a_certificate_of_another_root_is_not_trusted(postgres, tmp_path):
    certificate, key = make_certificate(tmp_path, "redis")
    other, _ = make_certificate(tmp_path, "other")
    with PrivateRedis(tls_files=(certificate, key, None)) as redis:
        with replica(postgres, redis, tmp_path, tls={"ca_file": str(other)}) as gateway:
            wait_until(lambda: "certificate verify failed" in gateway.log_text())
            assert not shows_people(gateway)


def test_a_redis_that_follows_another_or_is_full_is_no_store(postgres, tmp_path):
    with PrivateRedis() as redis, replica(postgres, redis, tmp_path) as gateway:
        wait_until(lambda: shows_people(gateway))
        redis.cli("REPLICAOF", "127.0.0.1", "1")
        wait_until(lambda: "READONLY" in gateway.log_text())
        wait_until(lambda: read(gateway, "agent1", customers(3, 40))[1] == "58030")
        redis.cli("REPLICAOF", "NO", "ONE")
        wait_until(lambda: read(gateway, "agent1", customers(1, 4)) == ([1, 2, 3, 4], None))
        redis.cli("CONFIG", "SET", "maxmemory", "1")
        wait_until(lambda: "OOM" in gateway.log_text())
        redis.cli("CONFIG", "SET", "maxmemory", "0")
        wait_until(lambda: read(gateway, "agent1", customers(1, 5)) == ([1, 2, 3, 4, 5], None))


def test_a_far_redis_is_reached_though_leases_are_short(postgres, tmp_path):
    with PrivateRedis() as redis, SlowLine(redis.port, 0.1, begins=1.5) as line, \
            replica(postgres, line, tmp_path, lease="2s") as gateway:
        wait_until(lambda: shows_people(gateway))
        assert read(gateway, "agent1", customers(3, 12)) == (list(range(3, 13)), None)


def test_a_redis_that_is_too_far_for_the_lease_is_told(postgres, tmp_path):
    with PrivateRedis() as redis, SlowLine(redis.port, 0.6) as line, replica(postgres, line, tmp_path, lease="1s") as gateway:
        wait_until(lambda: "no answer within 500 ms, which is half of 'lease'" in gateway.log_text())
        assert read(gateway, "agent1", customers(1, 2)) == ([], "58030")


def test_scripts_that_redis_forgets_are_told_again(postgres, tmp_path):
    with PrivateRedis() as redis, replica(postgres, redis, tmp_path) as gateway:
        wait_until(lambda: shows_people(gateway))
        redis.cli("SCRIPT", "FLUSH")
        wait_until(lambda: "NOSCRIPT" in gateway.log_text())
        wait_until(lambda: read(gateway, "agent1", customers(1, 9)) == (list(range(1, 10)), None))
