"""COPY from the client: rows into the columns that a role may write, checked as INSERT is; and the conversation that it
is, whatever the client sends in the middle."""

import io
import socket
import struct
from contextlib import closing

import psycopg
import psycopg2
import pytest

from gateway import PASSWORD
from raw_client import SYNC, error_fields, message, query
from wire_session import WireSession

TICKET = "(id, customer_id, assignee, status, priority, subject, created_at)"
TO_TICKETS = f"COPY support.tickets {TICKET} FROM STDIN"
DATA, DONE, FAIL = b"d", message(b"c"), message(b"f", b"no more\0")


@pytest.fixture(scope="module", autouse=True)
def no_required_values(postgres):
    for table, columns in (("support.tickets", "customer_id assignee status priority subject created_at"),
                           ("customers", "full_name phone email city created_at")):
        for column in columns.split():
            postgres.psql(f"ALTER TABLE {table} ALTER {column} DROP NOT NULL", "payments")


@pytest.fixture(autouse=True)
def no_rows_left(postgres):
    yield
    postgres.psql("DELETE FROM support.tickets WHERE id > 500000; DELETE FROM customers WHERE id > 500000", "payments")


@pytest.fixture
def copied(writing):
    """How many rows a COPY wrote; or the error."""
    def copied(user, statement, data=b"", gateway=writing):
        with closing(psycopg2.connect(gateway.dsn(user))) as connection, connection.cursor() as cursor:
            try:
                cursor.copy_expert(statement, io.BytesIO(data))
            except psycopg2.Error as error:
                return error
            connection.commit()
            return cursor.rowcount
    return copied


def ticket(number: int, subject: str = "a subject") -> str:
    return f"{number}\t1\tagent3\topen\t1\t{subject}\t2026-01-01"


def lines(numbers, subject: str = "a subject") -> bytes:
    return "".join(ticket(number, subject) + "\n" for number in numbers).encode()


def binary(rows) -> bytes:
    """A file of COPY's binary format, of values in the binary form of their types."""
    out = b"PGCOPY\n\xff\r\n\0" + struct.pack("!ii", 0, 0)
    for row in rows:
        out += struct.pack("!h", len(row)) + b"".join(struct.pack("!i", len(value)) + value for value in row)
    return out + struct.pack("!h", -1)


def text(value: str) -> bytes:
    return value.encode()


@pytest.mark.parametrize("options, data", [
    ("", lines([500001, 500002])),
    ("WITH (FORMAT text, DELIMITER ',', NULL 'none')", lines([500001, 500002]).replace(b"\t", b",").replace(b"a subject", b"none")),
    ("CSV HEADER", b"h,h,h,h,h,h,h\n500001,1,agent3,open,1,\"a, subject\",2026-01-01\n500002,1,agent3,open,1,,2026-01-01\n"),
    ("WITH (FORMAT csv, HEADER match, FORCE_NULL (subject), QUOTE '''')",
     b"id,customer_id,assignee,status,priority,subject,created_at\n500001,1,agent3,open,1,'',2026-01-01\n500002,1,a,open,1,s,2026-01-01\n"),
    ("(FORMAT csv, ENCODING 'utf8')", lines([500001, 500002]).replace(b"\t", b",")),
    ("", lines([500001, 500002]) + b"\\.\n"),
])
def test_every_text_format_writes_what_postgresql_would(copied, direct, truth, options, data):
    assert copied("agent3", f"{TO_TICKETS} {options}", data) == 2
    through = truth("SELECT string_agg(t::text, ';' ORDER BY id) FROM support.tickets t WHERE id > 500000")
    truth("DELETE FROM support.tickets WHERE id > 500000")
    with closing(psycopg2.connect(direct)) as connection, connection.cursor() as cursor:
        cursor.copy_expert(f"{TO_TICKETS} {options}", io.BytesIO(data))
        connection.commit()
    assert truth("SELECT string_agg(t::text, ';' ORDER BY id) FROM support.tickets t WHERE id > 500000") == through


@pytest.mark.parametrize("spelling", [
    "COPY support.tickets (id, subject) FROM STDIN (FORMAT binary)", "COPY BINARY support.tickets (id, subject) FROM STDIN",
    "copy \"support\".\"tickets\"(id,subject)from stdin with binary",
])
def test_binary_data_in_every_spelling(copied, truth, spelling):
    data = binary([(struct.pack("!q", 500001), text("one")), (struct.pack("!q", 500002), text("two"))])
    assert copied("agent3", spelling, data) == 2
    assert truth("SELECT string_agg(id || subject, ',' ORDER BY id) FROM support.tickets WHERE id > 500000") == "500001one,500002two"


def test_without_a_list_every_column_is_written(copied, truth):
    assert copied("agent3", "COPY support.tickets FROM STDIN", lines([500001])) == 1
    assert truth("SELECT subject FROM support.tickets WHERE id = 500001") == "a subject"


def test_a_masked_column_is_written_where_it_is_granted(copied, truth):
    assert copied("editor", "COPY customers (id, full_name, phone, city) FROM STDIN", b"500001\tN\t+6281\tBogor\n") == 1
    assert truth("SELECT full_name || phone || city FROM customers WHERE id = 500001") == "N+6281Bogor"


@pytest.mark.parametrize("condition, kept", [
    ("id > 500001", "500002,500003"), ("subject LIKE 'a sub%' AND id % 2 = 1", "500001,500003"),
    ("pg_catalog.upper(\"subject\") = 'A SUBJECT' AND (id = 500002)", "500002"), ("false", ""),
    ("id IN (500001, 500003) and subject is not null", "500001,500003")])
def test_a_condition_chooses_among_the_rows_that_are_sent(copied, truth, condition, kept):
    data = b"500001,a subject\n500002,a subject\n500003,a subject\n"
    assert copied("agent3", f"COPY support.tickets (id, subject) FROM STDIN WITH (FORMAT csv) WHERE {condition}", data) == len(
        kept.split(",")) * bool(kept)
    assert truth("SELECT string_agg(id::text, ',' ORDER BY id) FROM support.tickets WHERE id > 500000") == kept


@pytest.mark.parametrize("user, statement, words", [
    ("editor", "COPY customers FROM STDIN", "email"),
    ("editor", "COPY customers (id, email) FROM STDIN", "write column email"),
    ("editor", "COPY customers (id, address) FROM STDIN", "write column address"),
    ("editor", "COPY customers (id, birthday) FROM STDIN", "write column birthday"),
    ("agent3", "COPY customers (id, city) FROM STDIN", "change rows of public.customers"),
    ("agent3", "COPY kyc.documents FROM STDIN", "change rows of kyc.documents"),
    ("inserter", "COPY support.tickets FROM STDIN", "change rows of support.tickets"),
    ("agent3", "COPY billing.transactions FROM STDIN", "change rows of billing.transactions"),
    ("agent3", "COPY pg_catalog.pg_class FROM STDIN", "change rows of pg_catalog.pg_class"),
    ("agent3", f"{TO_TICKETS} WHERE phone_of(1) > 'a'", "phone_of"),
    ("agent3", f"{TO_TICKETS} WHERE set_config('search_path', 'x', false) > 'a'", "set_config"),
    ("agent3", "COPY support.tickets (id) FROM STDIN WHERE assignee IS NULL", "only name columns that are sent"),
    ("agent3", "COPY support.tickets (id) FROM STDIN WHERE tickets IS NULL", "only name columns that are sent"),
    ("agent3", "COPY support.tickets FROM '/etc/passwd'", "file or program"),
    ("agent3", "COPY support.tickets FROM PROGRAM 'id'", "file or program"),
    ("agent3", f"{TO_TICKETS} (ENCODING 'latin1')", "client_encoding"),
])
def test_what_the_policy_does_not_grant_is_refused(copied, truth, user, statement, words):
    error = copied(user, statement, lines([500001]))
    assert isinstance(error, psycopg2.Error) and error.pgcode == "42501" and words in str(error), error
    assert error.diag.message_hint
    assert truth("SELECT count(*) FROM support.tickets WHERE id > 500000") == "0"


@pytest.mark.parametrize("statement", [
    "COPY nowhere FROM STDIN", "COPY support.tickets (nothing) FROM STDIN", "COPY support.open_cases FROM STDIN",
    "COPY support.tickets (id, id) FROM STDIN", "COPY support.tickets (ctid) FROM STDIN", f"{TO_TICKETS} (FORMAT nothing)",
    f"{TO_TICKETS} (FORCE_NULL (id))", f"{TO_TICKETS} (FREEZE)",
])
def test_what_postgresql_refuses_is_refused_alike(copied, direct, statement):
    with closing(psycopg2.connect(direct)) as connection, connection.cursor() as cursor:
        with pytest.raises(psycopg2.Error) as expected:
            cursor.copy_expert(statement, io.BytesIO())
    expected = expected.value.pgcode
    assert copied("agent3", statement).pgcode == (expected if expected != "42701" else "42702")


def test_a_condition_has_no_parameters(copied):
    error = copied("agent3", f"{TO_TICKETS} WHERE id = $1", lines([500001]))
    assert error.pgcode == "42704" and error.diag.message_primary.startswith("there is no parameter $1") and error.diag.message_hint


def test_a_copy_is_part_of_its_transaction(writing, truth):
    with psycopg.connect(writing.dsn("agent3")) as connection:
        cursor = connection.cursor()
        for number in (500001, 500002):
            cursor.execute("SAVEPOINT s")
            with cursor.copy(TO_TICKETS) as copy:
                copy.write(lines([number]))
            assert cursor.rowcount == 1
        cursor.execute("ROLLBACK TO SAVEPOINT s")
        connection.commit()
        with cursor.copy(TO_TICKETS) as copy:
            copy.write(lines([500003]))
        connection.rollback()
    assert truth("SELECT array_agg(id) FROM support.tickets WHERE id > 500000") == "{500001}"


def test_psycopg3_writes_rows_in_text_and_binary(writing, truth):
    subject = "tab\tand \\ and 'quote'"
    with psycopg.connect(writing.dsn("agent3"), autocommit=True) as connection:
        for number, options in ((500001, ""), (500002, "(FORMAT binary)")):
            with connection.cursor().copy(f"COPY support.tickets (id, assignee, subject) FROM STDIN {options}") as copy:
                copy.set_types(["int8", "text", "text"])
                copy.write_row((number, "agent3", subject))
        rows = connection.execute("SELECT subject FROM support.tickets WHERE id > 500000").fetchall()
    assert rows == [(subject,)] * 2


# What follows speaks the bare protocol.

@pytest.fixture
def session(writing):
    with WireSession(("127.0.0.1", writing.port)) as session:
        yield session.log_in("agent3", PASSWORD, "payments")


def kinds(answer) -> bytes:
    return b"".join(kind for kind, _ in answer)


def prepared(sql: str) -> bytes:
    return message(b"P", b"\0" + sql.encode() + b"\0\0\0") + message(b"B", bytes(8)) + message(b"E", bytes(5))


def alive(session) -> bool:
    return session.run("SELECT 42").rows == [(b"42",)] and session.run("SELECT 43", extended=True).rows == [(b"43",)]


SIMPLE, EXTENDED = (query(TO_TICKETS), b""), (prepared(TO_TICKETS), SYNC)
protocols = pytest.mark.parametrize("begin, ends", [SIMPLE, EXTENDED], ids=["simple", "extended"])


def test_the_extended_protocol_copies(session):
    answer = session.run(TO_TICKETS, extended=True, copy_in=lines([500001, 500002]))
    assert kinds(answer.messages) == b"12nGCZ" and answer.tags == ["COPY 2"]
    assert alive(session)


@pytest.mark.parametrize("begin, ends", [SIMPLE, EXTENDED, (prepared(TO_TICKETS) + SYNC, SYNC), (prepared(TO_TICKETS) + message(b"H"), SYNC)])
def test_data_may_be_sent_before_it_is_asked_for(session, truth, begin, ends):
    session.send(begin + message(DATA, lines([500001])) + message(DATA, lines([500002])) + DONE + ends)
    assert kinds(session.receive_until(b"Z")).removeprefix(b"12") == b"GCZ"
    assert truth("SELECT count(*) FROM support.tickets WHERE id > 500000") == "2"
    assert alive(session)


def test_pieces_of_any_size_make_the_lines(session, truth):
    data = lines([500001, 500002, 500003], "pieces of any size")
    session.send(query(TO_TICKETS) + b"".join(message(DATA, data[i:i + 1]) for i in range(len(data))) + message(DATA) + DONE)
    assert kinds(session.receive_until(b"Z")) == b"GCZ"
    session.send(query(TO_TICKETS) + message(DATA, lines([500004], "x" * 3_000_000)) + DONE)
    assert kinds(session.receive_until(b"Z")) == b"GCZ"
    assert truth("SELECT string_agg(length(subject)::text, ',' ORDER BY id) FROM support.tickets WHERE id > 500000") == "18,18,18,3000000"


def test_messages_of_any_length_are_taken(session):
    for length in (65_000, 65_531, 65_536, 131_072, 200_000):
        text = "x" * length
        assert session.run(f"SELECT '{text}' = repeat('x', {length})").rows == [(b"t",)], length
        assert session.run("SELECT length($1)", [text * 10]).rows == [(str(length * 10).encode(),)], length


def test_a_query_may_hold_several_copies(session, truth):
    session.send(query(f"{TO_TICKETS}; SELECT 1 AS one; {TO_TICKETS}"))
    assert kinds(session.receive_until(b"G")) == b"G"
    session.send(message(DATA, lines([500001])) + DONE)
    assert kinds(session.receive_until(b"G")) == b"CTDCG"
    session.send(message(DATA, lines([500002])) + DONE)
    assert kinds(session.receive_until(b"Z")) == b"CZ"
    assert truth("SELECT count(*) FROM support.tickets WHERE id > 500000") == "2"


def test_flush_and_sync_mean_nothing_in_the_middle(session):
    session.send(prepared(TO_TICKETS) + SYNC)
    assert kinds(session.receive_until(b"G")) == b"12G"
    session.send(message(DATA, lines([500001])) + SYNC + message(b"H") + SYNC + message(DATA, lines([500002])) + DONE + SYNC)
    assert kinds(session.receive_until(b"Z")) == b"CZ"
    assert alive(session)


@protocols
def test_a_client_may_give_up(session, truth, begin, ends):
    session.send(begin)
    session.receive_until(b"G")
    session.send(message(DATA, lines([500001])) + FAIL + ends)
    answer = session.receive_until(b"Z")
    assert kinds(answer) == b"EZ" and error_fields(answer[0][1])["C"] == "57014"
    assert error_fields(answer[0][1])["M"] == "COPY from stdin failed: no more"
    assert truth("SELECT count(*) FROM support.tickets WHERE id > 500000") == "0"
    assert alive(session)


@protocols
@pytest.mark.parametrize("other", [query("DELETE FROM support.tickets"), query("SELECT 1"), message(b"P", b"\0SELECT 1\0\0\0"),
                                   message(b"B", bytes(8)), message(b"E", bytes(5)), message(b"C", b"S\0"), message(b"D", b"S\0"),
                                   message(b"F", struct.pack("!ihhh", 1, 0, 0, 0))], ids=lambda other: other[:8].decode("latin1"))
def test_another_message_in_the_middle_ends_the_copy_and_is_not_run(session, truth, begin, ends, other):
    before = truth("SELECT count(*) FROM support.tickets")
    session.send(begin)
    session.receive_until(b"G")
    session.send(message(DATA, lines([500001])) + other + message(DATA, lines([500002])) + DONE + ends)
    answer = session.receive_until(b"Z")
    assert kinds(answer) == b"EZ" and error_fields(answer[0][1])["C"] == "08P01", answer
    assert truth("SELECT count(*) FROM support.tickets") == before
    assert alive(session)


BROKEN = {
    "unique": ("23505", ticket(1, "secret words")),
    "foreign_key": ("23503", ticket(500002, "secret words").replace("\t1\t", "\t99999999\t", 1)),
    "check": ("23514", ticket(500002, "secret words").replace("open", "secret words")),
    "type": ("22P02", ticket(500002).replace("500002", "secret words")),
    "date": ("22007", ticket(500002).replace("2026-01-01", "secret words")),
    "too_few": ("22P04", "500002\t1\tsecret words"),
    "too_many": ("22P04", ticket(500002) + "\tsecret words"),
    "null_byte": ("22021", ticket(500002, "secret words\0")),
}


@protocols
@pytest.mark.parametrize("sqlstate, line", BROKEN.values(), ids=BROKEN)
def test_an_error_in_the_middle_quotes_nothing(session, truth, begin, ends, sqlstate, line):
    session.run("BEGIN")
    session.send(begin)
    session.receive_until(b"G")
    session.send(message(DATA, lines([500001]) + line.encode() + b"\n") + message(DATA, lines(range(500100, 500200))) + DONE + ends)
    answer = session.receive_until(b"Z")
    assert kinds(answer) == b"EZ" and answer[-1][1] == b"E"
    error = error_fields(answer[0][1])
    assert error["C"] == sqlstate
    assert "D" not in error and "secret words" not in str(error), error
    assert error.get("W") == ("COPY tickets, line 2" if sqlstate.startswith("22") else None)
    assert session.run("SELECT 1").error["C"] == "25P02"
    session.run("ROLLBACK")
    assert alive(session)
    assert truth("SELECT count(*) FROM support.tickets WHERE id > 500000") == "0"


def test_a_client_that_vanishes_leaves_nothing(writing, truth):
    for _ in range(3):
        with WireSession(("127.0.0.1", writing.port)) as session:
            session.log_in("agent3", PASSWORD, "payments").send(query(TO_TICKETS))
            session.receive_until(b"G")
            session.send(message(DATA, lines([500001])))
        with WireSession(("127.0.0.1", writing.port)) as session:
            assert alive(session.log_in("agent3", PASSWORD, "payments"))
    assert truth("SELECT count(*) FROM support.tickets WHERE id > 500000") == "0"


@pytest.mark.parametrize(("end", "rows"), [(DONE, 1), (b"", 0)])
def test_a_client_that_ended_its_sending_has_its_data_stored_if_all_is_there(writing, truth, end, rows):
    with WireSession(("127.0.0.1", writing.port)) as session:
        session.log_in("agent3", PASSWORD, "payments").send(query(TO_TICKETS) + message(DATA, lines([500001])) + end)
        session.socket.shutdown(socket.SHUT_WR)
        while session.socket.recv(65536):
            pass
    assert truth("DELETE FROM support.tickets WHERE id > 500000 RETURNING 1").count("1") == rows


def resident_bytes(process_id: int) -> int:
    with open(f"/proc/{process_id}/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmRSS"))


def test_a_back_end_that_is_slow_holds_the_client_back(writing, session, direct, truth):
    """The first row waits for a lock; meanwhile the client's data may not pile up in the gateway."""
    with closing(psycopg2.connect(direct)) as blocker:
        blocker.cursor().execute("LOCK TABLE support.tickets IN SHARE MODE")
        before = resident_bytes(writing.process.pid)
        session.send(query(TO_TICKETS))
        data = b"".join(message(DATA, lines(range(500000 + n, 500000 + n + 100), "x" * 500)) for n in range(1, 160001, 100))
        session.socket.settimeout(2)
        sent = 0
        try:
            while sent < len(data):
                sent += session.socket.send(data[sent:sent + 65536])
        except TimeoutError:
            pass
        assert sent < len(data), "the gateway took everything"
        # A fifth: what was freed stays resident for a while where the address sanitizer watches it.
        assert resident_bytes(writing.process.pid) - before < len(data) / 5
        blocker.rollback()
    session.socket.settimeout(60)
    session.send(data[sent:] + DONE)
    assert kinds(session.receive_until(b"Z")) == b"GCZ"
    assert truth("SELECT count(*), sum(length(subject)) FROM support.tickets WHERE id > 500000") == "160000|80000000"


def test_a_large_load_streams_through(writing, session, truth):
    before = resident_bytes(writing.process.pid)
    session.send(query(TO_TICKETS))
    session.receive_until(b"G")
    for n in range(500001, 700001, 1000):
        session.send(message(DATA, lines(range(n, n + 1000), "y" * 200)))
    session.send(DONE)
    assert kinds(session.receive_until(b"Z")) == b"CZ"
    assert resident_bytes(writing.process.pid) - before < 8 * 1024 * 1024
    assert truth("SELECT count(*) FROM support.tickets WHERE id > 500000") == "200000"


def test_rows_that_a_client_enters_are_not_counted_but_guesses_are(fresh_writing, copied):
    statement = "COPY customers (id, city) FROM STDIN"
    entered = "".join(f"{number}\tBogor\n" for number in range(500001, 500101)).encode()
    assert copied("capped", statement, entered, fresh_writing) == 100
    codes = [copied("capped", statement, b"1\tBogor\n", fresh_writing).pgcode for _ in range(12)]
    assert codes[:10] == ["23505"] * 10 and codes[10:] == ["54000"] * 2
