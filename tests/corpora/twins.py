"""Two gateways before two databases that differ only in protected values, and a client that says the same to both."""

import contextlib
import pathlib
import re
import struct
from dataclasses import dataclass, field

from gateway import PASSWORD, Gateway
from private_postgres import PrivatePostgres
from wire_session import BINARY, Answer, WireSession, in_transaction

HERE = pathlib.Path(__file__).parent
TWINS = {"twin_00": (0, 0), "twin_10": (1, 0), "twin_11": (1, 1)}  # (twin, outside) of twins.sql
USERS = ["masked", "scoped", "finder", "capped", "counting"]
# Row filters are tried with twins that differ in the rows that the filter hides.
PAIRS = {user: ("twin_00", "twin_10") for user in USERS} | {"scoped": ("twin_00", "twin_11")}
BACKEND = "tabir_twin"
WRITTEN = ["public.customers", "support.tickets"]  # by the generator, which rolls everything back
GAVE_UP = "57014"
COPY_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)


def databases_of(user: str) -> tuple[str, str]:
    """Twins of his own: the dead rows that others leave would differ, and with them what EXPLAIN estimates."""
    one, other = PAIRS[user]
    return f"{one}_{user}", f"{other}_{user}"


def load_twins(postgres) -> None:
    # Who asks would see by the plans when a table was looked at on one side and not yet on the other.
    postgres.psql("ALTER SYSTEM SET autovacuum = off")
    postgres.psql("SELECT pg_reload_conf()")
    postgres.psql(f"CREATE ROLE {BACKEND} LOGIN PASSWORD 'backend-secret'; CREATE ROLE tabir_catalog LOGIN PASSWORD 'backend-secret'")
    postgres.psql("CREATE DATABASE twins_shape")
    postgres.load(HERE / "twins_schema.sql", "twins_shape")
    for database, (twin, outside) in TWINS.items():
        postgres.psql(f"CREATE DATABASE {database} TEMPLATE twins_shape")
        postgres.load(HERE / "twins.sql", database, {"twin": str(twin), "outside": str(outside)})
    for user in USERS:
        for database, twin in zip(databases_of(user), PAIRS[user]):
            postgres.psql(f"CREATE DATABASE {database} TEMPLATE {twin}")
    # Plans follow statistics, which are made of the rows that a row filter hides, too (README, "What it does not promise").
    for database in databases_of("scoped"):
        postgres.psql("DELETE FROM pg_statistic", database)


@contextlib.contextmanager
def twin_gateways(postgres):
    """By database, a gateway for each side: each counts for itself, so budgets are the same on both."""
    with contextlib.ExitStack() as stack:
        gateways = {}
        sides = list(zip(*map(databases_of, USERS)))
        for databases in sides:
            gateway = Gateway(postgres, HERE / "twins.yaml", USERS, dict.fromkeys(USERS, BACKEND),
                              databases=dict.fromkeys(sum(sides, ()), "main"))
            gateways |= dict.fromkeys(databases, stack.enter_context(gateway))
        yield gateways


@dataclass
class Pair:
    """One user's two sessions. say() sends the same to both and keeps what tells them apart.

    With a patience, what takes longer than that is given up on both sides, and not compared."""

    gateways: dict
    user: str
    databases: tuple[str, str]
    patience: str = "0"
    differences: list[str] = field(default_factory=list)
    said: int = 0
    answered: int = 0
    given_up: int = 0

    def __post_init__(self):
        self.newest = [int(self.server(database).psql("SELECT max(oid) FROM pg_class", database)) for database in self.databases]
        self.sessions = [self.open(database) for database in self.databases]
        if self.sessions[0].parameters != self.sessions[1].parameters:
            self.differences.append(f"ParameterStatus at log-in: {self.sessions[0].parameters} {self.sessions[1].parameters}")

    def server(self, database: str) -> PrivatePostgres:
        return self.gateways[database].postgres

    def open(self, database: str) -> WireSession:
        gateway = self.gateways[database]
        session = WireSession((gateway.host, gateway.port)).log_in(self.user, PASSWORD, database)
        session.run(f"SET statement_timeout = '{self.patience}'")
        return session

    def say(self, sql: str, extended: bool = False, results: int = 0) -> bool:
        """Whether both sides took it to its end."""
        for place in (0, 1):
            self.ask(place, sql, extended, results)
        answers = [self.received(place) for place in (0, 1)]
        self.said += 1
        self.answered += answers[0].error is None
        if any(answer.error and answer.error["C"] == GAVE_UP for answer in answers):
            self.given_up += 1
            return False
        if why := difference(*answers, sql):
            self.differences.append(f"{self.user}{' extended' if extended else ''}{' binary' if results else ''}: {sql}\n    {why}")
        return True

    def received(self, place: int) -> Answer:
        try:
            answer = self.sessions[place].answer()
            return Answer([(kind, self.common(kind, body, place)) for kind, body in answer.messages])
        except (EOFError, ConnectionError):
            self.sessions[place].__exit__()
            self.sessions[place] = self.open(self.databases[place])
            return Answer([(b"X", b"the connection was closed"), (b"Z", b"I")])

    def answer(self, place: int, sql: str) -> Answer:
        self.ask(place, sql)
        return self.received(place)

    def ask(self, place: int, sql: str, extended: bool = False, results: int = 0) -> None:
        with contextlib.suppress(ConnectionError):  # received() sees it, too
            self.sessions[place].ask(sql, [] if extended else None, extended, results)

    def common(self, kind: bytes, body: bytes, place: int) -> bytes:
        """What hangs on the database's name, on the clock, or on how many tables all databases of the server have made, is
        left out."""
        if kind == b"T":
            body = without_new_tables(body, self.newest[place])
        if kind == b"E":
            body = re.sub(rb"can be seen in \d+ \w+", b"can be seen later", body)
        return body.replace(self.databases[place].encode(), b"twin_xx")

    def say_unit(self, unit: list[str], extended: bool = False, results: int = 0) -> None:
        known = len(self.differences)
        self.say_all(unit, extended, results)
        if len(self.differences) > known and self.grown_apart():
            del self.differences[known:]
            self.settle()
            self.say_all(unit, extended, results)

    def say_all(self, unit: list[str], extended: bool, results: int) -> None:
        for sql in unit:
            if not self.say(sql, extended, results):
                break
        for session in self.sessions:
            if in_transaction(session.run("")):
                session.run("ROLLBACK")

    def grown_apart(self) -> bool:
        """Whether a table has more pages on one side, which EXPLAIN's estimates tell: when PostgreSQL uses the room of dead
        rows again hangs on who else has a snapshot just then, and a gateway that reads the catalog has."""
        sizes = "SELECT " + ", ".join(f"pg_relation_size('{table}')" for table in WRITTEN)
        one, other = (self.server(database).psql(sizes, database) for database in self.databases)
        return one != other

    def settle(self) -> None:
        """Takes dead rows away on both sides."""
        for database in self.databases:
            for table in WRITTEN:
                self.server(database).psql(f"VACUUM FULL {table}", database)

    def close(self) -> None:
        for session in self.sessions:
            session.__exit__()


def without_new_tables(description: bytes, newest: int) -> bytes:
    """A RowDescription in which tables that were made after `newest`, and their row types, have the number 0."""
    result, at = description[:2], 2
    while at < len(description):
        end = description.index(b"\0", at) + 1
        table, column, row_type, rest = struct.unpack("!IhI8s", description[end:end + 18])
        table, row_type = (0 if number > newest else number for number in (table, row_type))
        result += description[at:end] + struct.pack("!IhI8s", table, column, row_type, rest)
        at = end + 18
    return result


def difference(one: Answer, other: Answer, sql: str) -> str | None:
    """What a client could tell the two answers apart by. Rows in an order that SQL does not define are a set."""
    if one.messages == other.messages:
        return None
    if not ordered(sql) and sorted_rows(one) == sorted_rows(other):
        return None
    for first, second in zip(one.messages, other.messages):
        if first != second:
            return f"{first!r:.700}\n    {second!r:.700}"
    return f"{len(one.messages)} and {len(other.messages)} messages"


def ordered(sql: str) -> bool:
    """Whether an ORDER BY stands outside of all brackets."""
    return any(sql[:found.start()].count("(") == sql[:found.start()].count(")") for found in re.finditer("ORDER BY", sql))


def sorted_rows(answer: Answer) -> list:
    """The messages, each run of rows (or of copied lines) in order of their bytes."""
    result, run = [], []
    for kind, body in [*answer.messages, (b"", b"")]:
        if kind in (b"D", b"d"):
            run.append((kind, body.removeprefix(COPY_HEADER)))  # which the first line of a binary copy begins with
        else:
            result += [*sorted(run), (kind, body)]
            run = []
    return result


FORMS = [(False, 0), (False, 0), (True, 0), (True, BINARY)]
