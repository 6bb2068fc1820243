"""Where a result stops or fails says nothing of whoever is not paid for: everything that a client receives for two people whose
values differ is the same, byte for byte, once the budget is used up; and what fails costs as much as it tells."""

import re
import struct

import pytest

from conftest import FreshUsers, many_users_of
from counted_changes_test import bind, execute, parse
from gateway import PASSWORD
from raw_client import SYNC, error_fields, message
from wire_session import WireSession

OBJECTS = """
CREATE SCHEMA ruled;
CREATE TABLE ruled.people (id bigint PRIMARY KEY, code text UNIQUE NOT NULL, rank int NOT NULL);
INSERT INTO ruled.people SELECT n, 'c' || n, CASE WHEN n = 700 THEN 33 WHEN n = 701 THEN 180 ELSE n END FROM generate_series(1, 800) n;
CREATE TABLE ruled.notes (id bigserial PRIMARY KEY, note text);
GRANT USAGE ON SCHEMA ruled TO tabir_reader; GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ruled TO tabir_reader;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA ruled TO tabir_reader"""
POLICY = """
version: 1
databases: [payments]
tables: { ruled.people: { subject: { person: id }, columns: { "*": open } }, ruled.notes: open }
roles:
  few:     { tables: [ruled.people, ruled.notes], write: [ruled.people, ruled.notes], statements: [temp_tables], budget: { person: 5 per day } }
  guesses: { tables: [ruled.people, ruled.notes], write: [ruled.people, ruled.notes], statements: [temp_tables], budget: { person: 5 per day, misses: 1000 per day } }
users:
  reader: { role: few }
"""
USERS = ["few", "guesses"]
SEEN = "SELECT id, rank FROM ruled.people WHERE id BETWEEN 1 AND 5"


@pytest.fixture(scope="module")
def objects(postgres):
    postgres.psql(OBJECTS, "payments")
    yield postgres
    postgres.psql("DROP SCHEMA ruled CASCADE", "payments")


@pytest.fixture(scope="module")
def many_users(objects):
    with many_users_of(objects, POLICY, dict(zip(USERS, USERS)), ["reader"], dict.fromkeys(USERS, "tabir_reader")) as fresh:
        yield fresh


def session_of(users: FreshUsers, user: str):
    return WireSession(("127.0.0.1", users.gateway.port)).log_in(users.name(user), PASSWORD, "payments")


def used(session) -> list[bytes]:
    return [row[-4:] for row in session.run("SHOW tabir.budget").rows]


@pytest.fixture(params=USERS)
def used_up(fresh_users, request):
    with session_of(fresh_users, request.param) as session:
        assert len(session.run(SEEN).rows) == 5
        yield session


RULER = "SELECT g::numeric AS g FROM generate_series(0, 255) g UNION ALL SELECT rank - 0.5 FROM ruled.people WHERE id = {0}"
# {0} is somebody; about 700 and 701 each says something else.
QUESTIONS = [
    f"SELECT g FROM ({RULER}) z ORDER BY 1",
    f"COPY (SELECT g FROM ({RULER}) z ORDER BY 1) TO STDOUT",
    f"COPY (SELECT g FROM ({RULER}) z ORDER BY 1) TO STDOUT (FORMAT binary)",
    "SELECT id FROM ruled.people WHERE id IN (1, 2, 3, 4, 5, {0}) ORDER BY rank * 0.01",
    "SELECT 1 FROM ruled.people WHERE id = {0} AND rank < 100 UNION SELECT 2",
    "SELECT id FROM ruled.people WHERE id = {0} AND rank < 100",
    "COPY (SELECT id FROM ruled.people WHERE id = {0} AND rank < 100) TO STDOUT",
    "COPY (SELECT id FROM ruled.people WHERE id = {0} AND rank < 100) TO STDOUT (FORMAT binary)",
    "SELECT CASE WHEN rank < 100 THEN 1 / (id - id) END FROM ruled.people WHERE id = {0}",
    "SELECT id FROM ruled.people WHERE id = {0} AND 1 / (rank - 33) > 1",
    "COPY (SELECT CASE WHEN rank < 100 THEN 1 / (id - id) END FROM ruled.people WHERE id = {0}) TO STDOUT",
    "CREATE TEMP TABLE t AS SELECT CASE WHEN rank < 100 THEN 1 / (id - id) END AS x FROM ruled.people WHERE id = {0}",
    "SELECT CASE WHEN rank < 100 THEN set_config('application_name', 'x', false) END FROM ruled.people WHERE id = {0}",
    "SELECT CASE WHEN rank < 100 THEN pg_current_xact_id()::text END FROM ruled.people WHERE id = {0}",
    "UPDATE ruled.people SET rank = rank WHERE id = {0} AND rank < 100",
    "SELECT id FROM ruled.people WHERE id = {0} AND rank < 100 FOR UPDATE",
]


def without_name(answer) -> list:
    """What an error says of the statement's own text is left out."""
    return [(kind, error_fields(body)["C"] + error_fields(body)["M"] if kind == b"E" else body) for kind, body in answer.messages]


@pytest.mark.parametrize("question", QUESTIONS)
def test_nothing_is_told_of_whoever_is_not_paid_for(used_up, question):
    before = used(used_up)
    answers = []
    for extended in (False, True):
        for key in (700, 701):
            answers.append([without_name(used_up.run(question.format(key), extended=extended)),
                            without_name(used_up.run("SELECT current_setting('application_name')"))])
    assert answers[0] == answers[1] and answers[2] == answers[3]
    assert "E" in str(answers[0]) and used(used_up)[0] == before[0]


@pytest.mark.parametrize("rows", [1, 7, 100])
def test_slices_of_a_portal_tell_nothing(used_up, rows):
    told = []
    for key in (700, 701):
        used_up.send(parse("", f"SELECT g FROM ({RULER.format(key)}) z ORDER BY 1") + bind("", "") + b"".join(execute("", rows) for _ in range(300 // rows)) + SYNC)
        told.append([(kind, body if kind != b"E" else error_fields(body)["M"]) for kind, body in used_up.receive_until(b"Z")])
    assert told[0] == told[1] and not [one for one in told[0] if one[0] == b"D"]


def test_slices_of_a_cursor_tell_nothing(used_up):
    told = []
    for key in (700, 701):
        used_up.run("BEGIN")
        used_up.run(f"DECLARE c CURSOR FOR SELECT g FROM ({RULER.format(key)}) z ORDER BY 1")
        told.append([without_name(used_up.run(f"FETCH {n} FROM c")) for n in (1, 10)] + [without_name(used_up.run("MOVE 40 IN c"))])
        used_up.run("ROLLBACK")
    assert told[0] == told[1] and b"D" not in [kind for answer in told[0] for kind, _ in answer]


def test_people_who_were_seen_are_read_on(used_up):
    assert len(used_up.run(SEEN).rows) == 5
    assert len(used_up.run(f"{SEEN} UNION ALL SELECT g, 0 FROM generate_series(1, 30000) g").rows) == 30005
    used_up.send(parse("", f"{SEEN} ORDER BY id") + bind("", "") + execute("", 2) * 3 + SYNC)
    answer = [(kind, body) for kind, body in used_up.receive_until(b"Z") if kind in (b"D", b"s", b"C")]
    assert [kind for kind, _ in answer] == [b"D", b"D", b"s", b"D", b"D", b"s", b"D", b"C"]
    used_up.run("BEGIN")
    used_up.run(f"DECLARE c CURSOR FOR {SEEN}")
    refused = used_up.run("FETCH 2 FROM c").error
    assert refused["C"] == "54000" and "FETCH ALL" in refused["H"]
    used_up.run("ROLLBACK")
    used_up.run("BEGIN")
    used_up.run(f"DECLARE c CURSOR FOR {SEEN}")
    assert len(used_up.run("FETCH ALL FROM c").rows) == 5
    used_up.run("COMMIT")


def test_rows_before_the_stop_that_were_paid_for_are_delivered(fresh_users):
    with session_of(fresh_users, "few") as session:
        answer = session.run("SELECT id FROM ruled.people ORDER BY id")
        assert [int(row[0]) for row in answer.rows] == [1, 2, 3, 4, 5] and answer.error["C"] == "54000"
    with session_of(fresh_users, "guesses") as session:
        answer = session.run("SELECT id FROM ruled.people ORDER BY id", extended=True)
        assert [int(row[0]) for row in answer.rows] == [1, 2, 3, 4, 5] and answer.error["C"] == "54000"


FAILING = ("SELECT g, 1 / (CASE WHEN k THEN 0 ELSE 1 END) FROM (SELECT * FROM (SELECT g, false AS k FROM generate_series(0, 9999) g"
           " UNION ALL SELECT rank, true FROM ruled.people WHERE code = 'c{0}') z ORDER BY g, k LIMIT 99999) y")


def test_rows_before_a_failure_are_not_delivered(fresh_users):
    with session_of(fresh_users, "guesses") as session:
        for key in (700, 701):
            answer = session.run(FAILING.format(key))
            assert (answer.rows, answer.error["C"]) == ([], "22000")
            answer = session.run(FAILING.format(key).replace("SELECT g, 1 /", "COPY (SELECT g, 1 /") + ") TO STDOUT")
            assert (answer.copied, answer.error["C"]) == (b"", "22000")


def test_a_failure_between_slices_costs_what_they_tell(fresh_users):
    with session_of(fresh_users, "guesses") as session:
        left = lambda: int(re.search(rb"(\d+)", session.run("SHOW tabir.budget").rows[1][-2])[0])
        before = session.run("SHOW tabir.budget").rows
        session.send(parse("", FAILING.format(700)) + bind("", "") + execute("", 1) * 60 + SYNC)
        rows = [kind for kind, _ in session.receive_until(b"Z") if kind == b"D"]
        after = session.run("SHOW tabir.budget").rows
        assert len(rows) == 34
        spent = [int(one) - int(other) for one, other in zip(*[[value for row in rows_ for value in row if value and value.isdigit()] for rows_ in (before, after)]) if one != other]
        assert spent and max(map(abs, spent)) == 1 + 1 + 6  # nobody in the first slice; a yes or no; one of 34 places


@pytest.mark.parametrize("slice", ["FETCH 1 FROM c", "MOVE 1 IN c"])
def test_a_failure_between_slices_of_a_cursor_costs_what_they_tell(fresh_users, slice):
    with session_of(fresh_users, "guesses") as session:
        session.run("BEGIN")
        session.run(f"DECLARE c CURSOR FOR {FAILING.format(700)}")
        places = 0
        while session.run(slice).error is None:
            places += 1
        session.run("ROLLBACK")
        misses = session.run("SHOW tabir.budget").rows[1]
        assert places == 34 and any(value == b"8" for value in misses)  # a yes or no, one of 34 places, and nobody in the first slice


def test_pages_of_a_cursor_deliver_all_that_is_left(fresh_users):
    with session_of(fresh_users, "few") as session:
        session.run("BEGIN")
        session.run("DECLARE c CURSOR FOR SELECT id FROM ruled.people ORDER BY id")
        read = []
        while not (answer := session.run("FETCH 1 FROM c")).error:
            read += answer.rows
        assert read == [(b"1",), (b"2",), (b"3",), (b"4",), (b"5",)] and answer.error["C"] == "54000"


def test_the_last_one_does_not_buy_a_place(fresh_users):
    """Two people behind one row do not fit; it stands behind as many rows of nobody as one of them says."""
    row = "SELECT min(rank), array_agg(id) FROM ruled.people WHERE id IN ({0}, 702)"
    with session_of(fresh_users, "few") as session:
        session.run("SELECT id FROM ruled.people WHERE id <= 4")
        told = []
        for key in (700, 701):
            statement = f"SELECT * FROM (SELECT g, NULL::bigint[] AS x FROM generate_series(0, 255) g UNION ALL {row.format(key)}) z ORDER BY 1"
            session.send(parse("", statement) + bind("", "") + execute("", 1) * 260 + SYNC)
            told.append([kind for kind, _ in session.receive_until(b"Z")].count(b"D"))
        assert told[0] <= 1 and told[1] <= 1


def test_a_failure_of_whoever_is_asked_about_is_paid_by_him(fresh_users):
    with session_of(fresh_users, "few") as session:
        for key in range(1, 6):
            assert session.run(f"SELECT 1 / (id - id) FROM ruled.people WHERE id = {key}").error["C"] == "22000"
        assert session.run("SELECT 1 / (id - id) FROM ruled.people WHERE id = 6").error["C"] == "54000"


def test_a_plan_that_fails_costs_a_miss(fresh_users):
    with session_of(fresh_users, "few") as session:
        for failing in (True, True, False, False, True, True, True):
            condition = "rank / 0 = 1" if failing else "rank = 1"
            assert (session.run(f"EXPLAIN SELECT id FROM ruled.people WHERE {condition} AND 1 / 0 = {int(failing)}" if failing else "EXPLAIN SELECT id FROM ruled.people").error is not None) == failing
        assert session.run("SELECT rank FROM ruled.people WHERE id = 1").error["C"] == "54000"


def test_numbers_of_transactions_are_not_told(fresh_users):
    with session_of(fresh_users, "few") as session:
        for asked in ("txid_current()", "pg_current_xact_id_if_assigned()", "pg_snapshot_xmax(pg_current_snapshot())", "age('3'::xid)", "txid_current_snapshot()"):
            assert session.run(f"SELECT {asked}").error["C"] == "42501"
        for argument in ("age(datfrozenxid) FROM pg_database", "age(a) FROM json_to_record('{\"a\":3}') AS t(a xid)", "age(a) FROM xmltable('/a' PASSING '<a>3</a>' COLUMNS a xid PATH '.') t",
                         "age((json_populate_record(NULL::pg_class, '{\"relfrozenxid\":3}')).relfrozenxid)", "age(('{3}'::_xid)[1])", "age(x) FROM unnest(ARRAY['3']::xid[]) x", "age((SELECT '3'::xid))"):
            assert session.run(f"SELECT {argument}").error["C"] == "42501", argument
        assert session.run("SELECT max(age(x)) FROM (SELECT relfrozenxid AS x FROM pg_class) c").error["C"] == "42501"
        session.run("INSERT INTO ruled.notes (note) VALUES ('x')")
        assert session.run("SELECT xmin FROM ruled.notes").rows == [(None,)]
        assert session.run("SELECT 1 FROM ruled.notes WHERE xmin::text <> ''").error["C"] == "42501"
        for allowed in ("age(timestamp '2020-01-01')", "age(now(), now())", "age(current_date)", "age(date_trunc('day', now()))", "age(max(now()))", "age('2020-01-01'::date + 3)"):
            assert session.run(f"SELECT {allowed}").error is None


def test_settings_are_set_by_statements_of_their_own(fresh_users):
    with session_of(fresh_users, "few") as session:
        assert session.run("SELECT set_config('application_name', 'own', false)").rows == [(b"own",)]
        assert session.run("SELECT set_config('application_name', 'x', false) FROM ruled.notes").error["C"] == "42501"
