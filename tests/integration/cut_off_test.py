"""200 customers stop at 30: the rows before are delivered, the error comes in the middle of the stream, and the protocol goes
on in order. No way of asking gets further."""

import concurrent.futures
import struct

import psycopg
import pytest
from psycopg import errors

from gateway import PASSWORD, Gateway
from raw_client import SYNC, message
from wire_session import Answer, WireSession

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
roles:
  support:
    tables: [public.customers, support.tickets]
    clear: [name]
    budget: { customer: 30 per hour }
users:
  agent7: { role: support }
"""
CUSTOMERS = "SELECT id, full_name FROM customers WHERE id <= 200 ORDER BY id"
FIRST_THIRTY = [str(number) for number in range(1, 31)]


@pytest.fixture
def gateway(postgres):
    with Gateway(postgres, POLICY, ["agent7"], {"support": "tabir_reader"}) as running:
        yield running


@pytest.fixture
def session(gateway):
    with WireSession((gateway.host, gateway.port)) as client:
        yield client.log_in("agent7", PASSWORD, "payments")


def kinds(answer: Answer) -> str:
    """The messages' letters, runs of rows as one."""
    text = "".join(kind.decode() for kind, _ in answer.messages)
    return text.replace("d" * 30, "d*").replace("D" * 30, "D*")


def ids(answer: Answer) -> list[str]:
    return [row[0].decode() for row in answer.rows]


def extended(sql: str, portal: bytes = b"", rows: int = 0) -> bytes:
    """Parse, Bind and Execute, without Sync."""
    return (message(b"P", b"\0" + sql.encode() + b"\0\0\0") + message(b"B", portal + b"\0\0" + b"\0" * 6)
            + message(b"E", portal + b"\0" + struct.pack("!i", rows)))


def after(session: WireSession, data: bytes, syncs: int = 1) -> Answer:
    session.send(data)
    return Answer([one for _ in range(syncs) for one in session.receive_until(b"Z")])


def goes_on(session: WireSession) -> None:
    """The next statements are answered, and nobody else is shown."""
    assert session.run("SELECT count(*) FROM support.tickets").error is None
    assert session.run("SELECT id FROM customers WHERE id = 7", extended=True).rows == [(b"7",)]
    assert session.run("SELECT id FROM customers WHERE id = 31").error["C"] == "54000"


def test_a_simple_query(session):
    answer = session.run(CUSTOMERS)
    assert (kinds(answer), ids(answer), answer.error["C"], answer.state) == ("TD*EZ", FIRST_THIRTY, "54000", b"I")
    goes_on(session)


def test_what_follows_in_the_same_query_is_not_run(session):
    answer = session.run(f"SELECT 1; {CUSTOMERS}; SELECT 2")
    assert kinds(answer) == "TDCTD*EZ"
    goes_on(session)


def test_an_extended_query(session):
    answer = session.run(CUSTOMERS, extended=True)
    assert (kinds(answer), ids(answer), answer.state) == ("12TD*EZ", FIRST_THIRTY, b"I")
    goes_on(session)


def test_a_pipeline_is_skipped_until_sync_and_no_further(session):
    answer = after(session, extended("SELECT 1") + extended(CUSTOMERS) + extended("SELECT 2") + SYNC + extended("SELECT 3") + SYNC, syncs=2)
    assert kinds(answer) == "12DC12D*EZ12DCZ"
    assert answer.rows[-1] == (b"3",)
    goes_on(session)


def test_a_portal_that_is_read_in_parts(session):
    read_on = message(b"E", b"p\0" + struct.pack("!i", 12))
    answer = after(session, extended(CUSTOMERS, b"p", 12) + 3 * read_on + SYNC)
    assert kinds(answer) == "12" + 2 * ("D" * 12 + "s") + "D" * 6 + "EZ"
    assert ids(answer) == FIRST_THIRTY
    goes_on(session)


@pytest.mark.parametrize("format", ["", " (FORMAT csv)", " (FORMAT binary)"])
def test_copy(session, format):
    answer = session.run(f"COPY ({CUSTOMERS}) TO STDOUT{format}")
    pieces = [kind for kind, _ in answer.messages].count(b"d")
    assert kinds(answer).replace("d*", "").replace("d", "") == "HEZ" and pieces in (30, 31)  # binary has a header
    assert answer.error["C"] == "54000" and b"\n31" not in answer.copied
    goes_on(session)


def test_copy_in_the_extended_protocol(session):
    answer = after(session, extended(f"COPY ({CUSTOMERS}) TO STDOUT") + extended("SELECT 2") + SYNC)
    assert kinds(answer) == "12Hd*EZ"
    goes_on(session)


@pytest.mark.parametrize("read", [CUSTOMERS, f"COPY ({CUSTOMERS}) TO STDOUT", "FETCH ALL FROM c", "FETCH 200 FROM c"])
@pytest.mark.parametrize("extended", [False, True])
def test_inside_of_a_transaction(session, read, extended):
    assert session.run(f"BEGIN; DECLARE c CURSOR FOR {CUSTOMERS}").state == b"T"
    answer = session.run(read, extended=extended)
    assert [kind for kind, _ in answer.messages if kind in (b"d", b"D")] == [b"d" if "COPY" in read else b"D"] * 30
    assert (answer.error["C"], answer.state) == ("54000", b"E")
    assert session.run("SELECT 1").error["C"] == "25P02"
    assert session.run("ROLLBACK").state == b"I"
    goes_on(session)


def test_slices_of_a_cursor(session):
    session.run(f"BEGIN; DECLARE c CURSOR FOR {CUSTOMERS}")
    seen = []
    while not (answer := session.run("FETCH 7 FROM c")).error:
        seen += ids(answer)
    assert seen + ids(answer) == FIRST_THIRTY and answer.state == b"E"
    session.run("ROLLBACK")
    goes_on(session)


def test_a_savepoint_is_a_way_back(session):
    session.run("BEGIN; SAVEPOINT s")
    assert session.run(CUSTOMERS).state == b"E"
    assert session.run("ROLLBACK TO s").state == b"T"
    assert session.run("SELECT id FROM customers WHERE id = 30").rows == [(b"30",)]
    assert session.run("COMMIT").state == b"I"
    goes_on(session)


def test_one_customer_is_read_two_hundred_times(gateway):
    for way in (False, True):
        with psycopg.connect(gateway.dsn("agent7"), autocommit=True) as connection:
            for _ in range(100):
                assert len(connection.execute("SELECT * FROM customers WHERE id = %s", [4], prepare=way).fetchall()) == 1
    with psycopg.connect(gateway.dsn("agent7"), autocommit=True) as connection:
        assert len(connection.execute("SELECT id FROM customers WHERE id BETWEEN 2 AND 31").fetchall()) == 30


def one_after_the_other(dsn: str, numbers, statement: str = "SELECT id FROM customers WHERE id = %s", **how) -> set[int]:
    """Who was shown before and behind each stop."""
    seen = set()
    with psycopg.connect(dsn, autocommit=True) as connection:
        for number in numbers:
            try:
                seen |= {row[0] for row in connection.execute(statement, [number], **how)}
            except errors.ProgramLimitExceeded:
                pass
    return seen


def test_parallel_sessions_share_the_budget(gateway):
    with concurrent.futures.ThreadPoolExecutor(8) as threads:
        parts = [threads.submit(one_after_the_other, gateway.dsn("agent7"), range(part, 201, 8)) for part in range(1, 9)]
        assert len(set().union(*(part.result() for part in parts))) == 30


def test_new_connections_of_renamed_tools_share_the_budget(gateway):
    seen = set()
    for number in range(1, 60):
        seen |= one_after_the_other(gateway.dsn("agent7", application_name=f"tool {number}"), [number])
    with psycopg.connect(gateway.dsn("agent7"), autocommit=True) as connection:
        connection.execute("SET application_name = 'another'")
        with pytest.raises(errors.ProgramLimitExceeded):
            connection.execute("SELECT id FROM customers WHERE id = 77")
    assert len(seen) == 30


def test_a_prepared_statement_is_counted_each_time_it_runs(gateway):
    assert len(one_after_the_other(gateway.dsn("agent7"), range(1, 200), prepare=True)) == 30


@pytest.mark.parametrize("statement", [
    "SELECT id FROM customers WHERE id = 1 UNION SELECT id FROM customers WHERE id BETWEEN 1 AND 200",
    "SELECT string_agg(id::text, ',') FROM (SELECT id FROM customers WHERE id <= 100 UNION SELECT id FROM customers WHERE id <= 200) x",
    "SELECT a.id, b.id FROM customers a CROSS JOIN customers b WHERE a.id = 1 AND b.id <= 200 ORDER BY b.id",
    "SELECT a.id, b.id, c.id FROM customers a, customers b, customers c WHERE b.id = a.id + 1 AND c.id = a.id + 2 AND a.id <= 198",
    "SELECT g, (SELECT full_name FROM customers WHERE id = g) FROM generate_series(1, 200) g",
    "SELECT array_agg(full_name) FROM customers WHERE id <= 200",
])
def test_no_packing_shows_more(session, statement):
    answer = session.run(statement)
    seen = {int(value) for row in answer.rows for value in row if value and value.isdigit() and int(value) <= 200}
    assert answer.error["C"] == "54000" and len(seen) <= 30 and len(answer.rows) <= 30


def test_pages_of_a_limit_and_an_offset(gateway):
    seen = one_after_the_other(gateway.dsn("agent7"), range(0, 200, 5), "SELECT id FROM customers ORDER BY id LIMIT 5 OFFSET %s")
    assert seen == set(range(1, 31))
