"""Who is frozen reads no protected tables, in any session, through any tool, over a restart, until somebody thaws him."""

import shutil
import signal
import subprocess

import psycopg
import pytest

from detecting import detecting_gateway, error_of, events, person, told
from gateway import tabir_binary

LOOK = "SELECT city FROM customers WHERE id = 1"
CANARY = "SELECT city FROM customers WHERE id = 4711"


@pytest.fixture
def frozen(tmp_path):
    folder = tmp_path / "state"
    folder.mkdir()
    return folder / "frozen"


@pytest.fixture
def gateway(postgres, frozen):
    with detecting_gateway(postgres, frozen) as running:
        yield running


def thaw(frozen, *words: str) -> subprocess.CompletedProcess:
    return subprocess.run([tabir_binary(), "thaw", *words, "--frozen-users-file", frozen], capture_output=True, text=True)


def wait_until_thawed(gateway, login: str, name: str) -> None:
    with person(gateway, login, name) as connection:
        while error_of(connection, LOOK) == "42501":
            pass


def test_every_session_of_the_person_is_frozen(gateway):
    with (person(gateway, "canary_frozen", "agent7") as one, person(gateway, "canary_frozen", "AGENT7") as other,
          person(gateway, "desk", "agent7") as through_a_tool, person(gateway, "canary", "agent7") as in_a_role,
          person(gateway, "canary_frozen", "agent8") as somebody):
        other.execute("PREPARE p AS SELECT city FROM customers WHERE id = $1")
        other.execute("BEGIN")
        other.execute("DECLARE c CURSOR FOR SELECT city FROM customers WHERE id < 10")
        other.execute("FETCH 1 FROM c")
        assert through_a_tool.execute(LOOK, prepare=True).fetchall()
        assert error_of(one, CANARY) == "42501"
        for connection in (one, through_a_tool, in_a_role):
            for statement in (LOOK, "SELECT count(*) FROM customers", "TABLE customers", "EXPLAIN SELECT * FROM customers",
                              "UPDATE customers SET city = city WHERE id = 1", "COPY customers TO STDOUT",
                              "DECLARE c CURSOR WITH HOLD FOR SELECT city FROM customers", "PREPARE q AS TABLE customers"):
                assert error_of(connection, statement) == "42501", statement
            assert error_of(connection, "SELECT subject FROM support.tickets LIMIT 1") is None
        assert error_of(other, "FETCH 1 FROM c") == "42501"
        other.execute("ROLLBACK")
        assert error_of(other, "EXECUTE p(1)") == "42501"
        assert error_of(somebody, LOOK) is None
    assert [event["actions"] for event in events(gateway)] == ["alert,refuse,freeze"]
    assert gateway.metric("tabir_frozen_users") == 1
    assert gateway.metric("tabir_detections_total", detector="canaries", action="freeze") == 1


def test_a_result_under_way_is_cut(gateway):
    with person(gateway, "canary_frozen", "agent7") as slow, person(gateway, "canary_frozen", "agent7") as other:
        with slow.cursor() as cursor:
            rows = cursor.stream("SELECT city, repeat('x', 1000) FROM customers WHERE id > 5000")
            next(rows)
            assert error_of(other, CANARY) == "42501"
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                for _ in rows:
                    pass


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_a_restart_thaws_nobody(postgres, frozen, end):
    with detecting_gateway(postgres, frozen) as gateway:
        with person(gateway, "canary_frozen", "agent7") as connection:
            assert error_of(connection, CANARY) == "42501"
        gateway.process.send_signal(end)
        gateway.process.wait()
        gateway.process.returncode = 0
    with detecting_gateway(postgres, frozen) as gateway, person(gateway, "desk", "Agent7") as connection:
        assert error_of(connection, LOOK) == "42501"


def test_thaw(gateway, frozen):
    for name in ("agent7", "agent 8"):
        with person(gateway, "canary_frozen", name.replace(" ", "\\ ")) as connection:
            assert error_of(connection, CANARY) == "42501"
    listed = thaw(frozen)
    assert listed.returncode == 0
    assert sorted(line.split(" ", 2)[1:] for line in listed.stdout.splitlines()) == [
        ["canaries", "agent 8"], ["canaries", "agent7"]]
    assert thaw(frozen, "nobody").returncode == 2
    assert thaw(frozen, "Agent7").returncode == 0
    gateway.reload()
    wait_until_thawed(gateway, "canary_frozen", "agent7")
    with person(gateway, "canary_frozen", "agent 8".replace(" ", "\\ ")) as connection:
        assert error_of(connection, LOOK) == "42501"
    with person(gateway, "canary_frozen", "agent7") as connection:
        assert error_of(connection, CANARY) == "42501"
    assert len(told(gateway, person="agent7", actions="alert,refuse,freeze")) == 2


def test_replicas_that_share_the_file_share_who_is_frozen(postgres, gateway, frozen):
    with detecting_gateway(postgres, frozen) as other:
        with person(gateway, "canary_frozen", "agent7") as connection:
            assert error_of(connection, CANARY) == "42501"
        with person(other, "desk", "agent7") as connection:
            while error_of(connection, LOOK) is None:
                pass
            assert error_of(connection, LOOK) == "42501"
        assert thaw(frozen, "agent7").returncode == 0
        wait_until_thawed(other, "desk", "agent7")
        wait_until_thawed(gateway, "canary_frozen", "agent7")


def test_where_it_cannot_be_written_nobody_reads(gateway, frozen):
    away = frozen.parent.with_name("away")
    shutil.move(frozen.parent, away)
    with person(gateway, "canary_frozen", "agent7") as one, person(gateway, "canary", "agent8") as other:
        assert error_of(one, CANARY) == "42501"
        assert error_of(other, LOOK) == "58030"
        assert error_of(other, "SELECT subject FROM support.tickets LIMIT 1") is None
        while "frozen_users_failed" not in gateway.log_text():
            pass
        shutil.move(away, frozen.parent)
        while error_of(other, LOOK) == "58030":
            pass
        assert error_of(other, LOOK) is None
        assert error_of(one, LOOK) == "42501"
    assert "agent7" in frozen.read_text()


def test_a_policy_that_freezes_needs_the_file(postgres, tmp_path):
    gateway = detecting_gateway(postgres, tmp_path / "frozen")
    gateway.config.write_text(gateway.config.read_text().replace("frozen_users_file", "budget_journal"))
    checked = subprocess.run([tabir_binary(), "check", "--config", gateway.config], capture_output=True, text=True)
    assert checked.returncode == 2
    assert "this detector freezes users, but the configuration has no place for their names" in checked.stderr
