"""Journals beside shared budgets: whom replicas had shown is told to a Redis that lost its data while none of them ran."""

import contextlib

import pytest

from private_redis import PrivateRedis
from replicas import customers, kill, read, replica, used, wait_until

REACHED = "54000"


@pytest.fixture
def redis():
    with PrivateRedis() as server:
        yield server


@pytest.fixture
def start(postgres, redis, tmp_path):
    """Starts one more replica, with a journal."""
    def start(journals="journals", **shared):
        return replica(postgres, redis, tmp_path, journals=tmp_path / journals, **shared)
    return start


def use_nearly_up(first, second, third):
    """28 of agent1's 30."""
    assert len(read(first, "agent1", customers(1, 10))[0]) == 10
    assert len(read(second, "agent1", customers(11, 20))[0]) == 10
    assert len(read(third, "agent1", customers(21, 28))[0]) == 8


def assert_that_two_are_left(*gateways):
    """New ones first: whoever is read again would count again if he had been forgotten."""
    seen = set()
    for gateway in gateways:
        ids, end = read(gateway, "agent1", customers(41, 60))
        assert end == REACHED
        seen.update(ids)
    assert len(seen) == 2
    for gateway in gateways:
        assert read(gateway, "agent1", customers(1, 28)) == (list(range(1, 29)), None), "who was seen can be read again"
    assert {used(gateway, "agent1")[0] for gateway in gateways} == {30}


@pytest.mark.parametrize("lose", [lambda redis: redis.cli("FLUSHALL"), lambda redis: redis.restart()],
                         ids=["emptied", "in_memory"])
def test_when_all_are_killed_the_first_to_start_tells_for_all(start, redis, lose):
    with start() as first, start() as second, start() as third:
        use_nearly_up(first, second, third)
        for gateway in (first, second, third):
            kill(gateway)
    lose(redis)
    with start() as only:
        assert_that_two_are_left(only)
        with start() as other:
            assert_that_none_is_left(only, other)


def assert_that_none_is_left(*gateways):
    for gateway in gateways:
        assert read(gateway, "agent1", customers(61, 70)) == ([], REACHED)


def test_when_all_are_killed_each_tells_from_a_folder_of_its_own(start, redis):
    def fleet(stack):
        """One right after the other: who is late by more than twelve seconds is not waited for."""
        return [stack.enter_context(start(f"journals{number}", lease="10s")) for number in range(3)]

    with contextlib.ExitStack() as stack:
        gateways = fleet(stack)
        use_nearly_up(*gateways)
        for gateway in gateways:
            kill(gateway)
    redis.cli("FLUSHALL")
    with contextlib.ExitStack() as stack:
        assert_that_two_are_left(*fleet(stack))


def test_a_redis_that_kept_its_data_is_not_charged_twice(start):
    with start() as first:
        assert len(read(first, "agent1", customers(1, 20))[0]) == 20
        assert first.stop() == 0
    with start() as again, start() as other:
        wait_until(lambda: used(other, "agent1")[0] == 20)
        assert read(again, "agent1", customers(1, 20)) == (list(range(1, 21)), None)
        assert read(other, "agent1", customers(21, 40)) == (list(range(21, 31)), REACHED)


def test_a_journal_of_another_secret_is_no_reason_to_forget(start, tmp_path):
    with start() as gateway:
        assert read(gateway, "agent1", customers(1, 3)) == ([1, 2, 3], None)
    other = tmp_path / "other.secret"
    other.touch(mode=0o600)
    other.write_text("t" * 48)
    with pytest.raises(RuntimeError, match="another secret of shared budgets"):
        start(secret_file=str(other)).__enter__()
