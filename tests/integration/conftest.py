import contextlib
import pathlib
import sys

import psycopg
import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "harness"))

from gateway import Gateway, demo_postgres  # noqa: E402

POLICY = (pathlib.Path(__file__).parent / "policy.yaml").read_text()
USERS = ["agent", "reader", "capped", "analyst", "dba"]
# PostgreSQL itself hides nothing from tabir_reader: what these tests do not see, the gateway kept back.
BACKENDS = {**dict.fromkeys(["support", "reader", "capped", "analyst"], "tabir_reader"), "dba": "tabir_dba"}


@pytest.fixture(scope="session")
def postgres():
    with demo_postgres((pathlib.Path(__file__).parent / "more_objects.sql").read_text()) as server:
        yield server


@pytest.fixture(scope="session")
def direct(postgres):
    """PostgreSQL itself, as its superuser."""
    return f"host=127.0.0.1 port={postgres.port} user=postgres password=superuser-secret dbname=payments"


@pytest.fixture(scope="session")
def ask_directly(direct):
    """PostgreSQL's own rows for a statement."""
    with psycopg.connect(direct, autocommit=True) as connection:
        yield lambda statement, parameters=None: connection.execute(statement, parameters).fetchall()


@pytest.fixture(scope="session")
def gateway(postgres):
    """One gateway for the tests that leave no trace in it: their budgets are out of reach."""
    with Gateway(postgres, POLICY, USERS, BACKENDS) as running:
        yield running


@pytest.fixture
def heard(gateway):
    """A connection, and what its notices say."""
    with psycopg.connect(gateway.dsn("agent"), autocommit=True) as connection:
        said = []
        connection.add_notice_handler(lambda notice: said.append(notice.message_primary))
        yield connection, said


@pytest.fixture(scope="module")
def answers(gateway):
    """What a user of aggregates, or of everything, is answered: the names of the columns, and the rows."""
    with psycopg.connect(gateway.dsn("analyst"), autocommit=True) as analyst, psycopg.connect(gateway.dsn("dba"), autocommit=True) as dba:
        def answers(user, statement, parameters=None):
            cursor = {"analyst": analyst, "dba": dba}[user].execute(statement, parameters)
            return [column.name for column in cursor.description], cursor.fetchall()
        yield answers


def assert_numbers_of_postgresql(answers, statement, in_order: bool, at_least: int = 1):
    """The analyst is answered as the dba; in the same order where that is the only one."""
    names, rows = answers("analyst", statement)
    expected_names, expected = answers("dba", statement)
    if not in_order:
        rows, expected = sorted(rows), sorted(expected)
    assert names == expected_names and rows == expected and len(rows) >= at_least


def assert_answered_as_by(direct, run, statement, parameters=None):
    """`run` gives PostgreSQL's own rows, in its order, and at least one."""
    with psycopg.connect(direct, autocommit=True) as connection:
        expected = connection.execute(statement, parameters).fetchall()
    assert run(statement, parameters) == expected != []


def succeeds(direct, statement: str) -> bool:
    """Whether PostgreSQL itself takes it from the user by whom the gateway connects; it is rolled back."""
    with psycopg.connect(direct) as connection:
        connection.execute("SET LOCAL ROLE tabir_reader")
        try:
            connection.execute(statement)
            return True
        except psycopg.Error:
            return False
        finally:
            connection.rollback()


def assert_hit_and_miss_are_refused(direct, run, hit: str, miss: str, match: str):
    """PostgreSQL tells a guess that hits from one that misses, by its failure; `run` refuses both."""
    assert not succeeds(direct, hit) and succeeds(direct, miss)
    for statement in (hit, miss):
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match=match):
            run(statement)


@pytest.fixture
def fresh_gateway(postgres):
    """A gateway whose budgets are whole."""
    with Gateway(postgres, POLICY, USERS, BACKENDS) as running:
        yield running


class FreshUsers:
    """Users of one gateway of whom nothing is counted yet, known by the names of those who are like them."""

    def __init__(self, gateway: Gateway, counted: dict, number: int):
        self.gateway = gateway
        self.counted = counted
        self.number = number

    def name(self, user: str) -> str:
        return f"{user}{self.number}" if user in self.counted else user

    def dsn(self, user: str, *arguments: str, **more: str) -> str:
        return self.gateway.dsn(self.name(user), *arguments, **more)


@contextlib.contextmanager
def many_users_of(postgres, policy: str, counted: dict, users=(), backends: dict | None = None):
    """A gateway with users for each of a module's tests: gives a function that makes FreshUsers. `policy` ends with its users, each
    in a line; `counted` are names that it need not hold, with their roles."""
    numbers = range(1, 200)
    lines = "".join(f"  {name}{n}: {{ role: {role} }}\n" for name, role in counted.items() for n in numbers)
    names = [f"{name}{n}" for name in counted for n in numbers]
    with Gateway(postgres, policy + lines, [*users, *names], backends) as running:
        unused = iter(numbers)
        yield lambda: FreshUsers(running, counted, next(unused))


@pytest.fixture(scope="module")
def many_users(postgres):
    with many_users_of(postgres, POLICY, {"agent": "support", "capped": "capped"}, USERS, BACKENDS) as fresh:
        yield fresh


@pytest.fixture
def fresh_users(many_users):
    return many_users()


WRITES_POLICY = (pathlib.Path(__file__).parent / "writes_policy.yaml").read_text()
WRITERS = ["agent3", "editor", "capped", "inserter", "dba"]
WRITERS_BACKENDS = {**dict.fromkeys(["support", "editor", "capped", "inserter"], "tabir_reader"), "dba": "tabir_dba"}


@pytest.fixture(scope="module")
def writing(postgres):
    """A gateway whose roles change rows, for the tests that leave its budgets whole."""
    with Gateway(postgres, WRITES_POLICY, WRITERS, WRITERS_BACKENDS) as running:
        yield running


@pytest.fixture(scope="module")
def many_writers(postgres):
    with many_users_of(postgres, WRITES_POLICY, {"capped": "capped"}, WRITERS, WRITERS_BACKENDS) as fresh:
        yield fresh


@pytest.fixture
def fresh_writing(many_writers):
    """Its budgets are whole."""
    return many_writers()


TEMP_POLICY = (pathlib.Path(__file__).parent / "temp_policy.yaml").read_text()
MAKERS = ["maker", "namer", "counted", "analyst", "plain", "filtered"]


@pytest.fixture(scope="module")
def making(postgres):
    """A gateway whose roles make temporary tables."""
    with Gateway(postgres, TEMP_POLICY, MAKERS, dict.fromkeys(MAKERS, "tabir_reader")) as running:
        yield running


@pytest.fixture
def fresh_making(postgres):
    with Gateway(postgres, TEMP_POLICY, MAKERS, dict.fromkeys(MAKERS, "tabir_reader")) as running:
        yield running


@pytest.fixture
def truth(postgres):
    """One value as it is in the database."""
    return lambda sql: postgres.psql(sql, "payments").strip()
