"""Replicas, their Redis and something that breaks them, one fault at a time: nobody sees more people than his budget.

Faults: a replica is killed, stopped in order, or hangs; Redis is killed (with and without its data), hangs, or is emptied.
Many persons ask through one tool, so that every fault meets some whose budgets are fresh, nearly used up, and used up.
Whom a replica had shown that has ended since, Redis alone knows: before it loses its data, others ask who are not touched
by that. Not so with journals, where all replicas and Redis may end at once.
With TABIR_LONG=1 for TABIR_NEMESIS_SECONDS, or five minutes, from TABIR_SEED."""

import os
import random
import signal
import threading
import time

import psycopg
import pytest

from gateway import Gateway
from private_redis import PrivateRedis
from replicas import customers, kill, read, shared_section, wait_until

LONG = os.environ.get("TABIR_LONG") == "1"
SECONDS = float(os.environ.get("TABIR_NEMESIS_SECONDS", "300")) if LONG else 20
SEED = int(os.environ.get("TABIR_SEED", "4"))
BUDGET, TEAM_BUDGET, PEOPLE = 30, 40, 400
PERSONS = [f"person{number}" for number in range(200 if not LONG else 2000)]
LEASE = 2.0  # seconds
DESKS = 4

POLICY = f"""
version: 1
databases: [payments]
classes:
  name: {{ mask: initials }}
tables:
  public.customers:
    subject: {{ customer: id }}
    columns: {{ id: open, full_name: name, city: open }}
roles:
  support:
    tables: [public.customers]
    budget: {{ customer: {BUDGET} per hour }}
  probe:
    tables: [public.customers]
    budget: {{ customer: 100000 per hour }}
users:
  desk: {{ role: support, acts_for: required }}
  probe: {{ role: probe }}
""" + "".join(f"  {person}: {{ role: support }}\n" for person in PERSONS) + "teams:\n" + "".join(
    f"  team{number}: {{ members: {PERSONS[number:number + 2]}, budget: {{ customer: {TEAM_BUDGET} per hour }} }}\n"
    for number in range(0, len(PERSONS), 2))


class Fleet:
    """Replicas by place, one Redis, and who has seen whom."""

    def __init__(self, postgres, redis, folder, journals: bool):
        self.redis, self.journals = redis, journals
        self._postgres, self._folder = postgres, folder
        self.gateways = [self._start() for _ in range(3)]
        self.seen = {person: set() for person in PERSONS}
        self.active = PERSONS[:4]
        self.first = 0  # of the persons who still ask
        self.looks = [0] * DESKS
        self.ends: dict[str, int] = {}
        self.history: list[str] = []  # faults
        self.stopping = threading.Event()
        self.lock = threading.Lock()
        self._probed = PEOPLE

    def _start(self) -> Gateway:
        journal = {"budget_journal": str(self._folder / "journals")} if self.journals else {}
        gateway = Gateway(self._postgres, POLICY, ["desk", "probe"], dict.fromkeys(["support", "probe"], "tabir_reader"),
                          {**shared_section(self.redis, self._folder, lease=f"{LEASE:g}s"), **journal})
        return gateway.__enter__()

    def restart(self, place: int) -> None:
        self.gateways[place].__exit__(None)
        self.gateways[place] = self._start()

    def read(self, place: int, person: str, ids: list[int]) -> None:
        gateway = self.gateways[place]
        received, end = set(), "ok"
        statement = f"SELECT id FROM customers WHERE id IN ({', '.join(map(str, ids))})"
        try:
            dsn = gateway.dsn("desk", options=f"-c tabir.user={person}", connect_timeout="5")
            with psycopg.connect(dsn, autocommit=True) as connection:
                for row in connection.cursor().stream(statement):
                    received.add(row[0])
        except psycopg.Error as error:
            end = error.sqlstate or "lost"
        with self.lock:
            self.seen[person] |= received
            self.ends[end] = self.ends.get(end, 0) + 1

    def begin_anew(self) -> None:
        """From now on, others ask; returns when nobody else does any more."""
        following = PERSONS.index(self.active[-1]) + 1
        self.active, self.first = PERSONS[following:following + 4], following
        before = list(self.looks)
        wait_until(lambda: all(now >= then + 2 for now, then in zip(self.looks, before)))

    def browse(self, desk: int) -> None:
        """One desk: random persons look random people up, mostly the active persons."""
        chance = random.Random(SEED * 100 + desk)
        while not self.stopping.is_set():
            self.looks[desk] += 1
            active = self.active
            known = PERSONS[self.first:PERSONS.index(active[-1]) + 1]
            person = chance.choice(active if chance.random() < 0.8 or not known else known)
            with self.lock:
                people = range(1, PEOPLE) if chance.random() < 0.9 else sorted(self.seen[person]) or [1]
            self.read(chance.randrange(3), person, [chance.choice(people) for _ in range(chance.randint(1, 8))])

    def recovered(self) -> bool:
        """Every replica shows somebody whom nobody has seen: Redis answers, and has learned what it had lost."""
        for gateway in self.gateways:
            self._probed += 1
            if read(gateway, "probe", customers(self._probed, self._probed)) != ([self._probed], None):
                return False
            if gateway.http("/readyz")[1] != "ready\n":
                return False
        return True

    def busy(self) -> bool:
        """Budgets were in use, and were reached."""
        return self.ends.get("ok", 0) > 20 and self.ends.get("54000", 0) > 5

    def stop(self) -> None:
        for gateway in self.gateways:
            gateway.__exit__(None)


def kill_a_replica(fleet: Fleet, chance: random.Random) -> None:
    place = chance.randrange(3)
    kill(fleet.gateways[place])
    time.sleep(chance.uniform(0, LEASE))
    fleet.restart(place)


def stop_a_replica(fleet: Fleet, chance: random.Random) -> None:
    fleet.restart(chance.randrange(3))


def hang_a_replica(fleet: Fleet, chance: random.Random) -> None:
    process = fleet.gateways[chance.randrange(3)].process
    process.send_signal(signal.SIGSTOP)
    time.sleep(chance.uniform(0, 3 * LEASE))
    process.send_signal(signal.SIGCONT)


def kill_redis(fleet: Fleet, chance: random.Random) -> None:
    fleet.redis.kill()
    time.sleep(chance.uniform(0, 2 * LEASE))
    fleet.redis.start()


def hang_redis(fleet: Fleet, chance: random.Random) -> None:
    fleet.redis.pause()
    time.sleep(chance.uniform(0, 3 * LEASE))
    fleet.redis.resume()


def empty_redis(fleet: Fleet, _: random.Random) -> None:
    fleet.redis.cli("FLUSHALL")


def end_all(fleet: Fleet, _: random.Random) -> None:
    for gateway in fleet.gateways:
        kill(gateway)
    fleet.redis.restart()
    for place in range(3):
        fleet.restart(place)


REPLICA_ENDS, DATA_ENDS = {kill_a_replica, stop_a_replica}, {empty_redis, kill_redis}
FAULTS = [kill_a_replica, empty_redis, hang_redis, kill_redis, stop_a_replica, hang_a_replica]


@pytest.mark.parametrize("persistent, journals", [(False, False), (True, False), (False, True)],
                         ids=["in_memory", "append_only_file", "journals"])
def test_nobody_sees_more_people_than_his_budget(postgres, tmp_path, persistent, journals):
    chance = random.Random(SEED)
    with PrivateRedis(persistent) as redis:
        fleet = Fleet(postgres, redis, tmp_path, journals)
        desks = [threading.Thread(target=fleet.browse, args=(desk,)) for desk in range(DESKS)]
        for desk in desks:
            desk.start()
        try:
            faults = break_it(fleet, chance, time.monotonic() + SECONDS / 2)
        finally:
            fleet.stopping.set()
            for desk in desks:
                desk.join()
        wait_until(fleet.recovered)
        fleet.stop()
    print(f"seed {SEED}: {faults}, answers by how they ended: {fleet.ends}")
    judge(fleet)


def break_it(fleet: Fleet, chance: random.Random, until: float) -> dict[str, int]:
    """Faults one by one, each when the one before is over, until enough was asked; how many of each kind."""
    faults: dict[str, int] = {}
    order = chance.sample(FAULTS, len(FAULTS))
    if fleet.journals:
        order.insert(1, end_all)  # when budgets are in use
    replica_ended = False
    while time.monotonic() < until or sum(faults.values()) < 3 or not fleet.busy():
        fault = order[sum(faults.values()) % len(order)] if not LONG else chance.choice(order)
        time.sleep(chance.uniform(0, 1))
        if replica_ended and fault in DATA_ENDS and not fleet.journals:
            fleet.begin_anew()
            replica_ended = False
        replica_ended = replica_ended or fault in REPLICA_ENDS
        fleet.history.append(fault.__name__)
        fault(fleet, chance)
        faults[fault.__name__] = faults.get(fault.__name__, 0) + 1
        wait_until(fleet.recovered)
        judge(fleet)
        following = PERSONS.index(fleet.active[-1]) + 1
        fleet.active = [*fleet.active[2:], *PERSONS[following:following + 2]]
    return faults


def judge(fleet: Fleet) -> None:
    with fleet.lock:
        seen = {person: set(people) for person, people in fleet.seen.items()}
    assert {person: len(people) for person, people in seen.items() if len(people) > BUDGET} == {}, fleet.history
    for number in range(0, len(PERSONS), 2):
        one, other = PERSONS[number:number + 2]
        assert len(seen[one] | seen[other]) <= TEAM_BUDGET, (one, other, fleet.history)
