"""Replicas count people together: who was seen through one of them, and what is left, holds for all."""

import threading

import psycopg
import pytest

from private_redis import PrivateRedis
from replicas import customers, kill, read, replica, used, wait_until

REACHED = "54000"
AWAY = "58030"


@pytest.fixture
def redis():
    with PrivateRedis() as server:
        yield server


@pytest.fixture
def start(postgres, redis, tmp_path):
    """Starts one more replica."""
    return lambda **shared: replica(postgres, redis, tmp_path, **shared)


@pytest.fixture
def two(start):
    with start() as first, start() as second:
        yield first, second


def test_a_budget_is_used_up_exactly(two):
    first, second = two
    assert read(first, "agent1", customers(1, 10)) == (list(range(1, 11)), None)
    assert read(second, "agent1", customers(11, 25)) == (list(range(11, 26)), None)
    assert read(first, "agent1", customers(26, 29)) == ([26, 27, 28, 29], None)
    assert read(second, "agent1", customers(30, 40)) == ([30], REACHED)
    assert read(first, "agent1", customers(31, 40)) == ([], REACHED)
    assert used(first, "agent1")[0] == used(second, "agent1")[0] == 30


def test_a_budget_is_used_up_exactly_by_sessions_side_by_side(start):
    with start() as a, start() as b, start() as c:
        seen, ends = set(), []

        def browse(gateway, first):
            for one in range(first, first + 20):
                ids, end = read(gateway, "agent1", customers(one, one))
                seen.update(ids)
                ends.append(end)

        threads = [threading.Thread(target=browse, args=(gateway, 100 * number))
                   for number, gateway in enumerate([a, b, c, a, b, c], 1)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(seen) == 30
        assert ends.count(None) == 30 and ends.count(REACHED) == 90


def test_one_person_through_two_replicas_costs_one(two):
    first, second = two
    for _ in range(3):
        assert read(first, "agent1", customers(1, 20)) == (list(range(1, 21)), None)
        assert read(second, "agent1", customers(1, 20)) == (list(range(1, 21)), None)
    assert read(second, "agent1", customers(21, 31)) == (list(range(21, 31)), REACHED)
    assert read(first, "agent1", customers(1, 30)) == (list(range(1, 31)), None), "all who were seen can be read again"


def test_each_user_has_his_own(two):
    for gateway, user in zip(two, ("agent1", "agent2")):
        assert len(read(gateway, user, customers(1, 30))[0]) == 30
        assert read(gateway, user, customers(31, 31)) == ([], REACHED)


def test_a_replica_that_is_killed_refills_nothing(start):
    with start() as first:
        assert len(read(first, "agent1", customers(1, 20))[0]) == 20
        kill(first)
    # Whom it had shown and not yet told of counts as somebody, too, until he leaves the window.
    with start() as again, start() as other:
        seen = set(range(1, 21))
        for gateway in (other, again, other):
            ids, end = read(gateway, "agent1", customers(21, 45))
            assert end == REACHED
            seen.update(ids)
        assert len(seen) <= 30


def test_a_replica_that_ends_in_order_loses_nothing(start):
    with start() as first:
        assert len(read(first, "agent1", customers(1, 7))[0]) == 7
        assert first.stop() == 0
    with start() as second:
        ids, end = read(second, "agent1", customers(8, 40))
        assert (ids, end) == (list(range(8, 31)), REACHED)


@pytest.mark.parametrize("persistent", [False, True], ids=["in_memory", "append_only_file"])
def test_a_restart_of_redis_refills_nothing(postgres, tmp_path, persistent):
    with PrivateRedis(persistent) as redis, replica(postgres, redis, tmp_path) as first, \
            replica(postgres, redis, tmp_path) as second:
        assert len(read(first, "agent1", customers(1, 12))[0]) == 12
        assert len(read(second, "agent1", customers(13, 24))[0]) == 12
        redis.restart()
        assert_that_six_are_left(first, second)


def test_an_emptied_redis_refills_nothing(two, redis):
    first, second = two
    assert len(read(first, "agent1", customers(1, 12))[0]) == 12
    assert len(read(second, "agent1", customers(13, 24))[0]) == 12
    redis.cli("FLUSHALL")
    assert_that_six_are_left(first, second)


def assert_that_six_are_left(first, second):
    """Of agent1's 30, when the replicas have told again what they know. New ones first: whoever is read again would count
    again if he had been forgotten."""
    wait_until(lambda: read(second, "agent1", customers(25, 25))[1] is None)
    ids = read(first, "agent1", customers(26, 40))[0] + read(second, "agent1", customers(26, 40))[0]
    assert set(ids) <= set(range(26, 31))
    assert read(second, "agent1", customers(41, 41)) == ([], REACHED)
    for gateway in (first, second):
        wait_until(lambda one=gateway: read(one, "agent1", customers(1, 24)) == (list(range(1, 25)), None))


@pytest.mark.parametrize("fault", ["killed", "paused"])
def test_people_are_not_shown_while_redis_is_away(two, redis, fault):
    first, second = two
    seen = set()

    def browse(gateway):
        ids, end = read(gateway, "agent1", customers(1, 60))
        seen.update(ids)
        return end

    assert len(read(first, "agent1", customers(1, 5))[0]) == 5
    redis.kill() if fault == "killed" else redis.pause()
    wait_until(lambda: browse(first) == AWAY)
    assert read(second, "agent2", customers(1, 1)) == ([], AWAY)
    assert read(second, "dba", "SELECT count(*) FROM customers")[1] is None, "who has no budget goes on"
    assert read(second, "free", customers(1, 3)) == ([1, 2, 3], None)
    assert read(second, "agent1", "SELECT count(*) FROM support.tickets")[1] is None, "what shows nobody, too"
    assert first.http("/readyz")[0] == 200 and "degraded" in first.http("/readyz")[1]
    assert first.metric("tabir_shared_budgets_available") == 0
    redis.start() if fault == "killed" else redis.resume()
    wait_until(lambda: read(second, "agent2", customers(1, 1)) == ([1], None))
    wait_until(lambda: first.metric("tabir_shared_budgets_available") == 1)
    assert first.http("/readyz") == (200, "ready\n")
    assert '"event":"shared_budgets_lost"' in first.log_text() and '"event":"shared_budgets_found"' in first.log_text()
    wait_until(lambda: browse(first) == REACHED)
    assert browse(second) == REACHED
    assert len(seen) <= 30


def test_a_gateway_starts_without_redis_and_finds_it_later(start, redis):
    redis.kill()
    with start() as gateway:
        assert read(gateway, "agent1", customers(1, 1)) == ([], AWAY)
        assert read(gateway, "dba", "SELECT 1") == ([1], None)
        assert read(gateway, "free", customers(1, 1)) == ([1], None)
        assert "Connection refused" in gateway.log_text()
        redis.start()
        wait_until(lambda: read(gateway, "agent1", customers(1, 1)) == ([1], None))


def test_teams_tools_and_classes_have_shared_budgets(two):
    first, second = two
    assert len(read(first, "lina", customers(1, 8))[0]) == 8
    assert read(second, "maya", customers(9, 20)) == ([9, 10, 11, 12], REACHED)
    assert len(read(first, "crm", customers(1, 3))[0]) == 3
    assert read(second, "crm", customers(4, 9)) == ([4, 5], REACHED)
    phones = "SELECT id, phone FROM customers WHERE id BETWEEN {} AND {} ORDER BY id"
    assert len(read(first, "agent2", phones.format(1, 2))[0]) == 2
    assert read(second, "agent2", phones.format(3, 5)) == ([3], REACHED)


def test_misses_are_counted_together(two):
    guesses = [read(two[guess % 2], "agent1", f"SELECT id FROM customers WHERE email = 'nobody{guess}'") for guess in range(8)]
    assert guesses[:4] == [([], None)] * 4
    assert all(end == REACHED for _, end in guesses[5:])


def test_whoever_is_at_his_limit_reads_masks_on_every_replica(two, truth):
    first, second = two
    name_of = "SELECT full_name FROM customers WHERE id = {}"
    for gateway, one in ((first, 1), (second, 2), (first, 3), (second, 4), (first, 5)):
        assert read(gateway, "agent9", name_of.format(one)) == ([truth(name_of.format(one))], None)
    for gateway in two:
        read(gateway, "agent9", name_of.format(6))  # may be the one that runs into the limit
        (masked,), end = read(gateway, "agent9", name_of.format(7))
        assert end is None and masked != truth(name_of.format(7))


def test_the_budget_is_told_alike(two):
    first, second = two
    read(first, "agent1", customers(1, 7))
    read(second, "agent1", customers(5, 9))
    wait_until(lambda: used(first, "agent1")[0] == used(second, "agent1")[0] == 9)


def test_redis_learns_neither_users_nor_people(two, redis):
    first, second = two
    with psycopg.connect(first.dsn("agent1"), autocommit=True) as connection:
        found = connection.execute("SELECT id, full_name FROM customers WHERE id IN (4711, 4712)").fetchall()
    assert len(found) == 2
    assert read(second, "lina", customers(4713, 4714)) == ([4713, 4714], None)
    stored = redis.everything()
    assert stored.count("tabir:{b}:") >= int(redis.cli("DBSIZE")) > 2, "people are there, by their hashes"
    for secret in ("agent1", "lina", "jakarta", "support", "customer", found[0][1]):
        assert secret not in stored
    for person in ("4711", "4712", "4713", "4714"):
        assert person not in redis.everything("zset")


def test_another_secret_is_another_budget(start, tmp_path):
    other = tmp_path / "other.secret"
    other.touch(mode=0o600)
    other.write_text("t" * 48)
    with start() as first, start(secret_file=str(other)) as stranger:
        assert len(read(first, "agent1", customers(1, 30))[0]) == 30
        assert len(read(stranger, "agent1", customers(31, 60))[0]) == 30
