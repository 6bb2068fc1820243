"""A restart refills no budget: who was counted is in the journal before his row leaves."""

import pathlib
import resource
import signal

import psycopg
import pytest

from gateway import Gateway

POLICY = (pathlib.Path(__file__).parent / "budgets_policy.yaml").read_text()
USERS = ["agent1", "agent2", "agent3"]


@pytest.fixture
def start(postgres, tmp_path):
    """Starts a gateway that keeps its budgets in the one journal."""
    def start() -> Gateway:
        return Gateway(postgres, POLICY, USERS, dict.fromkeys(["support", "tool", "masking"], "tabir_reader"),
                       {"budget_journal": str(tmp_path / "budgets")})
    return start


def customers(first: int, last: int) -> str:
    return f"SELECT id FROM customers WHERE id BETWEEN {first} AND {last}"


def ask(gateway, user: str, statement: str):
    """The first column's values, or the SQLSTATE."""
    with psycopg.connect(gateway.dsn(user), autocommit=True) as connection:
        try:
            return [row[0] for row in connection.execute(statement)]
        except psycopg.Error as error:
            return error.sqlstate


def used(gateway, user: str) -> list[int]:
    with psycopg.connect(gateway.dsn(user), autocommit=True) as connection:
        return [row[5] for row in connection.execute("SHOW tabir.budget")]


def kill(gateway) -> None:
    gateway.process.send_signal(signal.SIGKILL)
    gateway.process.wait()


def use_some(gateway) -> list[int]:
    assert ask(gateway, "agent1", customers(1, 8)) == list(range(1, 9))
    assert len(ask(gateway, "agent1", "SELECT phone FROM customers WHERE id < 3")) == 2
    assert ask(gateway, "agent1", "SELECT id FROM customers WHERE email = 'nobody'") == []
    return used(gateway, "agent1")


@pytest.mark.parametrize("end", [lambda gateway: gateway.stop(), kill], ids=["SIGTERM", "SIGKILL"])
def test_a_restart_refills_nothing(start, end):
    with start() as gateway:
        before = use_some(gateway)
        assert before == [8, 8, 2, 1, 8, 8]
        end(gateway)
        gateway.process.returncode = 0
    with start() as gateway:
        assert used(gateway, "agent1") == before
        assert ask(gateway, "agent1", customers(1, 8)) == list(range(1, 9)), "whom he saw before he may see again"
        assert ask(gateway, "agent1", customers(9, 11)) == "54000"
        assert used(gateway, "agent1")[0] == 10
        for guess in range(2):
            assert ask(gateway, "agent1", f"SELECT id FROM customers WHERE email = 'nobody{guess}'") == []
        assert ask(gateway, "agent1", "SELECT id FROM customers WHERE email = 'nobody'") == "54000"


def test_whoever_was_received_is_counted_however_the_process_ends(start):
    received = set()
    for first in (1, 101, 201, 301):
        with start() as gateway:
            connection = psycopg.connect(gateway.dsn("agent3"), autocommit=True)
            with pytest.raises(psycopg.Error):
                for row in connection.cursor().stream(f"SELECT id FROM customers WHERE id >= {first} ORDER BY id"):
                    received.add(row[0])
                    if row[0] == first + 2:
                        kill(gateway)
            kill(gateway)
            gateway.process.returncode = 0
    assert 0 < len(received) <= 10
    with start() as gateway:
        assert used(gateway, "agent3")[0] == 10


def test_what_was_cut_at_the_end_is_taken_off_and_what_is_damaged_is_told(start, tmp_path):
    journal = tmp_path / "budgets"
    with start() as gateway:
        before = use_some(gateway)
    whole = journal.read_bytes()
    for tail in (whole[-20:][:11], bytes(4096)):
        journal.write_bytes(whole + tail)
        with start() as gateway:
            assert used(gateway, "agent1") == before
        assert journal.read_bytes() == whole
    damaged = bytearray(whole)
    damaged[len(whole) // 2] ^= 1
    for bad, words in ((bytes(damaged), "is damaged at byte"), (b"something else\n" * 20, "is no budget journal")):
        journal.write_bytes(bad)
        with pytest.raises(RuntimeError, match=words):
            start().__enter__()
        assert journal.read_bytes() == bad


def test_it_is_for_one_process_and_one_owner(start, tmp_path):
    with start():
        assert (tmp_path / "budgets").stat().st_mode & 0o777 == 0o600
        with pytest.raises(RuntimeError, match="another process uses it"):
            start().__enter__()


def test_people_are_not_shown_while_they_cannot_be_recorded(start, tmp_path):
    with start() as gateway:
        assert ask(gateway, "agent1", customers(1, 2)) == [1, 2]
        size = (tmp_path / "budgets").stat().st_size
        limit = resource.prlimit(gateway.process.pid, resource.RLIMIT_FSIZE, (size + 5, resource.RLIM_INFINITY))
        assert ask(gateway, "agent1", customers(3, 3)) in ("58030", None), "the session ends, or the statement"
        assert ask(gateway, "agent1", customers(3, 4)) == "58030"
        assert ask(gateway, "agent1", "SELECT 1") == [1], "what shows nobody goes on"
        assert ask(gateway, "agent1", "SELECT count(*) FROM support.tickets") != "58030"
        resource.prlimit(gateway.process.pid, resource.RLIMIT_FSIZE, limit)
        assert ask(gateway, "agent1", customers(3, 4)) == [3, 4], "it goes on by itself"
        before = used(gateway, "agent1")
    with start() as gateway:
        assert used(gateway, "agent1") == before


def test_nothing_in_it_tells_who_was_seen(start, tmp_path):
    with start() as gateway:
        assert ask(gateway, "agent1", "SELECT id FROM customers WHERE id IN (4711, 4712)") == [4711, 4712]
    journal = (tmp_path / "budgets").read_bytes()
    assert b"agent1" in journal and b"4711" not in journal
