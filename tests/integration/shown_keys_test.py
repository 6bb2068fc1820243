"""A key that the client asks for is counted in the column that he sees: the database sends it once, in whichever format."""

import json
import struct
import subprocess

import psycopg
import pytest

from conftest import many_users_of
from gateway import PASSWORD, tabir_binary
from raw_client import SYNC, message
from replicas import wait_until
from wire_session import BINARY, TEXT, Answer, WireSession, values

POLICY = """
version: 1
databases: [payments]
classes:
  name: { mask: initials }
tables:
  public.customers:
    subject: { customer: id }
    columns: { id: open, full_name: name, city: open }
  support.tickets: open
  keyed.by_uuid: { subject: { device: id }, columns: { "*": open } }
  keyed.by_text: { subject: { account: id }, columns: { "*": open } }
  keyed.by_small: { subject: { branch: id }, columns: { "*": open } }
  keyed.by_char: { subject: { code: id }, columns: { "*": open } }
roles:
  support:
    tables: [public.customers, support.tickets, keyed.by_uuid, keyed.by_text, keyed.by_small, keyed.by_char]
    clear: [name]
    budget: { customer: 30 per hour, device: 3 per hour, account: 3 per hour, branch: 3 per hour, code: 3 per hour }
users:
  agent7: { role: support }
"""
FIRST_THIRTY = [str(number) for number in range(1, 31)]


@pytest.fixture(scope="module", autouse=True)
def keyed(postgres):
    postgres.psql("CREATE SCHEMA keyed; CREATE TABLE keyed.by_uuid (n int, id uuid PRIMARY KEY); CREATE TABLE keyed.by_text (n int, id varchar(40) PRIMARY KEY); "
                  "CREATE TABLE keyed.by_small (n int, id smallint PRIMARY KEY); CREATE TABLE keyed.by_char (n int, id char(9) PRIMARY KEY); "
                  "INSERT INTO keyed.by_uuid SELECT n, md5(n::text)::uuid FROM generate_series(1, 9) n; "
                  "INSERT INTO keyed.by_text SELECT n, 'Acc ' || n FROM generate_series(1, 9) n; INSERT INTO keyed.by_small SELECT n, n - 5 FROM generate_series(1, 9) n; "
                  "INSERT INTO keyed.by_char SELECT n, 'c' || n FROM generate_series(1, 9) n; "
                  "GRANT USAGE ON SCHEMA keyed TO tabir_reader, tabir_catalog; GRANT SELECT ON ALL TABLES IN SCHEMA keyed TO tabir_reader", "payments")
    yield
    postgres.psql("DROP SCHEMA keyed CASCADE", "payments")


@pytest.fixture(scope="module")
def many_users(postgres, keyed):
    with many_users_of(postgres, POLICY, {"reader": "support"}, ["agent7"], {"support": "tabir_reader"}) as fresh:
        yield fresh


@pytest.fixture
def gateway(fresh_users):
    return fresh_users.gateway


@pytest.fixture
def session(fresh_users):
    gateway = fresh_users.gateway
    with WireSession((gateway.host, gateway.port)) as client:
        yield client.log_in(fresh_users.name("reader"), PASSWORD, "payments")


def seen(session: WireSession, kind: str = "customer") -> int:
    return next(int(row[5]) for row in session.run("SHOW tabir.budget").rows if row[2] == kind.encode())


def as_text(value: bytes, format: int) -> str:
    return str(int.from_bytes(value, "big", signed=True)) if format == BINARY else value.decode()


def explained(gateway, statement: str) -> dict:
    command = [tabir_binary(), "explain", "--config", gateway.config, "--as", "agent7", "--json", statement]
    return json.loads(subprocess.run(command, text=True, capture_output=True, check=True, timeout=60).stdout)["statements"][0]


SHOWN = {
    "first": ("SELECT id, full_name FROM customers ORDER BY id LIMIT 200", 0),
    "last": ("SELECT city, full_name, id FROM customers ORDER BY id LIMIT 200", 2),
    "renamed": ("SELECT c.id AS number, city FROM customers c ORDER BY 1 LIMIT 200", 0),
    "of_a_star": ("SELECT 1 AS one, c.* FROM customers c ORDER BY id LIMIT 200", 1),
    "twice": ("SELECT id, id AS again FROM customers ORDER BY id LIMIT 200", 1),
    "beside_another_table": ("SELECT t.id AS ticket, c.id FROM customers c CROSS JOIN LATERAL (SELECT min(id) AS id FROM support.tickets) t ORDER BY c.id LIMIT 200", 1),
    "by_a_name_that_looks_like_the_key": ("SELECT upper(full_name) AS id, c.id AS x FROM customers c ORDER BY c.id LIMIT 200", 1),
}


@pytest.mark.parametrize("results", [TEXT, BINARY], ids=["text", "binary"])
@pytest.mark.parametrize("statement, place", SHOWN.values(), ids=SHOWN)
def test_rows_stop_where_the_budget_ends(session, statement, place, results):
    answer = session.run(statement, extended=True, results=results)
    assert [as_text(row[place], results) for row in answer.rows] == FIRST_THIRTY
    assert (answer.error["C"], answer.state, seen(session)) == ("54000", b"I", 30)
    assert session.run("SELECT full_name FROM customers WHERE id = 7").error is None
    assert session.run("SELECT full_name FROM customers WHERE id = 31").error["C"] == "54000"


@pytest.mark.parametrize("statement", [statement for statement, _ in SHOWN.values()], ids=SHOWN)
def test_the_database_sends_the_key_once(gateway, statement):
    told = explained(gateway, statement)
    assert "__tabir_k" not in told["sql"] and told["counted"] == [{"subject": "customer", "of_groups": False}]


NOT_SHOWN = {
    "an_expression": "SELECT id + 0 AS id, full_name FROM customers ORDER BY customers.id LIMIT 200",
    "another_table_of_the_same_name": "SELECT t.id, c.full_name FROM customers c JOIN support.tickets t ON t.customer_id = c.id ORDER BY t.id LIMIT 200",
    "one_of_two": "SELECT a.id, b.full_name FROM customers a JOIN customers b ON b.id = a.id + 1 ORDER BY a.id LIMIT 200",
    "the_empty_side_of_a_join": "SELECT c.id FROM generate_series(1, 200) n LEFT JOIN customers c ON c.id = n AND c.city = 'nowhere'",
    "beside_a_window": "SELECT row_number() OVER (ORDER BY id), id FROM customers ORDER BY id LIMIT 200",
    "groups": "SELECT id, count(*) FROM customers GROUP BY id ORDER BY id LIMIT 200",
    "one_of_each": "SELECT DISTINCT id FROM customers ORDER BY id LIMIT 200",
    "a_union": "SELECT id FROM customers UNION ALL SELECT id FROM customers ORDER BY 1 LIMIT 200",
    "a_sub_select": "SELECT id FROM (SELECT id FROM customers ORDER BY id LIMIT 200) q",
}


@pytest.mark.parametrize("statement", NOT_SHOWN.values(), ids=NOT_SHOWN)
def test_what_is_no_plain_key_has_a_column_of_its_own(gateway, statement):
    assert "__tabir_k" in explained(gateway, statement)["sql"]


@pytest.mark.parametrize("statement", NOT_SHOWN.values(), ids=NOT_SHOWN)
@pytest.mark.parametrize("results", [TEXT, BINARY], ids=["text", "binary"])
def test_and_is_counted_as_before(session, statement, results):
    answer = session.run(statement, extended=True, results=results)
    assert answer.error["C"] == "54000" and len(set(answer.rows)) <= 30
    assert session.run("SELECT full_name FROM customers WHERE id = 200").error["C"] == "54000"


@pytest.mark.parametrize("kind, table, most", [("device", "by_uuid", 3), ("account", "by_text", 3), ("branch", "by_small", 3), ("code", "by_char", 3)])
def test_one_person_in_two_formats_is_one(session, kind, table, most):
    statement = f"SELECT n, id FROM keyed.{table} WHERE n <= 3 ORDER BY n"
    for results in (TEXT, BINARY, TEXT):
        assert len(session.run(statement, extended=True, results=results).rows) == 3
    assert len(session.run(f"SELECT n FROM keyed.{table} WHERE n <= 3").rows) == 3
    assert seen(session, kind) == most
    for results in (TEXT, BINARY):
        assert session.run(f"SELECT id FROM keyed.{table} WHERE n = 4", extended=True, results=results).error["C"] == "54000"


def bound(statement: str, portal: bytes, formats: list[int]) -> bytes:
    codes = struct.pack(f"!h{len(formats)}h", len(formats), *formats)
    return message(b"P", b"\0" + statement.encode() + b"\0\0\0") + message(b"B", portal + b"\0\0" + b"\0" * 4 + codes)


@pytest.mark.parametrize("formats", [[], [TEXT], [BINARY], [TEXT, BINARY], [BINARY, TEXT]], ids=str)
def test_each_column_has_a_format(session, formats):
    session.send(bound("SELECT full_name, id FROM customers ORDER BY id LIMIT 200", b"", formats) + message(b"E", b"\0" + struct.pack("!i", 0)) + SYNC)
    answer = Answer(session.receive_until(b"Z"))
    of_id = ([TEXT, *formats, *formats])[-1]
    assert [as_text(row[1], of_id) for row in answer.rows] == FIRST_THIRTY and answer.error["C"] == "54000"


def test_a_portal_in_binary_format_is_fetched_as_text(session):
    session.run("BEGIN")
    session.send(bound("SELECT id, full_name FROM customers ORDER BY id LIMIT 200", b"p", [BINARY]) + message(b"H"))
    assert [session.receive()[0] for _ in range(2)] == [b"1", b"2"]
    session.send(message(b"S"))
    session.receive_until(b"Z")
    assert [row[0] for row in session.run("FETCH 2 FROM p").rows] == [b"1", b"2"]
    fetched = session.run("FETCH 2 FROM p", extended=True, results=BINARY)
    assert [as_text(row[0], BINARY) for row in fetched.rows] == ["3", "4"]
    assert seen(session) == 4
    session.send(message(b"E", b"p\0" + struct.pack("!i", 2)) + SYNC)
    rows = [values(body) for kind, body in session.receive_until(b"Z") if kind == b"D"]
    assert [as_text(row[0], BINARY) for row in rows] == ["5", "6"]
    session.run("COMMIT")
    assert seen(session) == 6


def test_a_prepared_statement_is_executed_by_sql(session):
    session.send(message(b"P", b"s\0SELECT id, full_name FROM customers WHERE id <= $1 ORDER BY id\0\0\0") + SYNC)
    session.receive_until(b"Z")
    assert [row[0] for row in session.run("EXECUTE s(3)").rows] == [b"1", b"2", b"3"]
    executed = session.run("EXECUTE s(5)", extended=True, results=BINARY)
    assert [as_text(row[0], BINARY) for row in executed.rows] == ["1", "2", "3", "4", "5"]
    assert seen(session) == 5


def test_a_key_that_becomes_of_another_type_is_looked_up_anew(session, postgres):
    statement = "SELECT n, id FROM keyed.by_small WHERE n = 9"
    assert session.run(statement, extended=True, results=BINARY).rows[0][1] == struct.pack("!h", 4)
    postgres.psql("ALTER TABLE keyed.by_small ALTER id TYPE text", "payments")
    answers = []

    def is_answered() -> bool:
        answers.append(session.run(statement, extended=True, results=BINARY))
        return answers[-1].error is None

    wait_until(is_answered)
    assert answers[-1].rows[0][1] == b"4" and all(answer.error["C"] == "40001" for answer in answers[:-1])
    assert seen(session, "branch") == 1


def test_drivers_that_read_binary(gateway):
    with psycopg.connect(gateway.dsn("agent7"), autocommit=True) as connection, connection.cursor(binary=True) as cursor:
        assert cursor.execute("SELECT id, city FROM customers WHERE id <= 20 ORDER BY id").fetchall()[19][0] == 20
        with pytest.raises(psycopg.errors.ProgramLimitExceeded):
            cursor.execute("SELECT c.id, c.full_name FROM customers c ORDER BY c.id")
        assert cursor.execute("SELECT id FROM customers WHERE id = 30").fetchone() == (30,)
