"""The person who asks: whom a tool names by start-up option, SET or a comment pays, and sees what he may see."""

import pathlib

import psycopg
import psycopg2
import pytest
from psycopg import errors

from gateway import Gateway

POLICY = (pathlib.Path(__file__).parent / "persons_policy.yaml").read_text()
USERS = ["agent3", "agent7", "crm", "desk"]


@pytest.fixture
def gateway(postgres):
    with Gateway(postgres, POLICY, USERS, {"support": "tabir_reader"}) as running:
        yield running


@pytest.fixture
def desk(gateway):
    with psycopg.connect(gateway.dsn("desk"), autocommit=True) as connection:
        yield connection


def used(connection, comment: str = "") -> dict:
    """What each account has used of its customers by now."""
    rows = connection.execute("SHOW tabir.budget " + comment).fetchall()
    return {f"{row[0]} {row[1]}": row[5] for row in rows}


def customers(first: int, last: int, comment: str = "") -> str:
    return f"SELECT id, city FROM customers WHERE id BETWEEN {first} AND {last} {comment}"


def test_a_tool_that_must_say_for_whom_reads_nothing_before(desk):
    desk.execute("SELECT 1")
    desk.execute("SELECT count(*) FROM pg_catalog.pg_class")
    desk.execute("SET application_name = 'desk'")
    for statement in (customers(1, 1), "SELECT * FROM support.tickets", "TABLE customers", "SELECT EXISTS (SELECT FROM customers)",
                      "PREPARE p AS SELECT 1 FROM customers", "COPY customers TO STDOUT", "EXPLAIN SELECT * FROM customers",
                      "DECLARE c CURSOR WITH HOLD FOR SELECT * FROM customers"):
        with pytest.raises(errors.InsufficientPrivilege) as refused:
            desk.execute(statement)
        assert "user desk must say for whom it asks (policy.yaml:" in str(refused.value)
        assert "SET tabir.user = 'agent7'" in refused.value.diag.message_hint


def test_the_person_pays_through_every_tool_and_by_himself(gateway, desk):
    desk.execute("SET tabir.user = 'agent7'")
    assert len(desk.execute(customers(1, 3)).fetchall()) == 3
    with psycopg.connect(gateway.dsn("crm", options="-c tabir.user=agent7"), autocommit=True) as crm:
        assert len(crm.execute(customers(3, 4)).fetchall()) == 2
        assert used(crm) == {"person agent7": 4, "tool crm": 2}
    with psycopg.connect(gateway.dsn("agent7"), autocommit=True) as himself:
        assert used(himself) == {"person agent7": 4}
        assert len(himself.execute(customers(5, 5)).fetchall()) == 1
        with pytest.raises(errors.ProgramLimitExceeded):
            himself.execute(customers(6, 6))
    with pytest.raises(errors.ProgramLimitExceeded):
        desk.execute(customers(6, 6))
    desk.execute("SET tabir.user = 'agent3'")
    assert len(desk.execute(customers(6, 6)).fetchall()) == 1


def test_a_tool_has_a_ceiling_whomever_it_names(gateway):
    with psycopg.connect(gateway.dsn("crm"), autocommit=True) as crm:
        for number, person in enumerate(["a", "b", "c", "d"]):
            crm.execute(f"SET tabir.user = '{person}'")
            ask = customers(5 * number + 1, 5 * number + 5)
            if number < 2:
                assert len(crm.execute(ask).fetchall()) == 5
            else:
                with pytest.raises(errors.ProgramLimitExceeded) as stop:
                    crm.execute(ask)
                assert "budget of user crm reached: 12 of 12" in str(stop.value)


@pytest.mark.parametrize("comment", [
    "/*tabir_user='agent7'*/", "/* tabir_user='agent7' */", "/*action='open',tabir_user='agent7',route='%2Fpolls'*/",
    "/*tabir_user='agent%37'*/", "/*tabir_user='agent7'*/ /*tabir_user='agent7'*/", "/* of the desk */ /*tabir_user='agent7'*/",
])
@pytest.mark.parametrize("prepare", [False, True])
def test_a_comment_names_the_person_of_one_statement(desk, comment, prepare):
    desk.execute("SET tabir.user = 'agent3'")
    assert len(desk.execute(customers(1, 2, comment), prepare=prepare).fetchall()) == 2
    assert len(desk.execute(customers(3, 3), prepare=prepare).fetchall()) == 1
    assert used(desk) == {"person agent3": 1}
    assert used(desk, "/*tabir_user='agent7'*/") == {"person agent7": 2}


@pytest.mark.parametrize("text", [
    "SELECT id, '/*tabir_user=''agent7''*/' FROM customers WHERE id = 1",
    "SELECT id, $$/*tabir_user='agent7'*/$$ FROM customers WHERE id = 1",
    "SELECT id AS \"/*tabir_user='agent7'*/\" FROM customers WHERE id = 1",
    "SELECT id FROM customers WHERE id = 1 -- tabir_user='agent7'",
    "SELECT id FROM customers WHERE id = 1 /*user='agent7',tabir='agent7'*/",
])
def test_what_only_looks_like_a_comment_names_nobody(desk, text):
    desk.execute("SET tabir.user = 'agent3'")
    desk.execute(text)
    assert used(desk) == {"person agent3": 1}


@pytest.mark.parametrize("comment, words", [
    ("/*tabir_user='agent7'*/ /*tabir_user='agent3'*/", "say twice for whom it is asked"),
    ("/*tabir_user='agent7',tabir_user='agent3'*/", "say twice for whom it is asked"),
    ("/*tabir_user='agent7',tabir_token='x'*/", "say twice for whom it is asked"),
    ("/*tabir_user=agent7*/", "is not of the form key='value'"),
    ("/*tabir_user='agent7*/", "is not of the form key='value'"),
    ("/*tabir_user='agent7' and more*/", "is not of the form key='value'"),
    ("/*tabir_user='agent%7'*/", "is not of the form key='value'"),
    ("/*/*tabir_user='agent7'*/*/", "is not of the form key='value'"),
    ("/*x='1'/*tabir_user='agent7'*/*/", "is not of the form key='value'"),
    ("/*tabir_user='a%00b'*/", "cannot be the name of a person"),
    ("/*tabir_user='" + "a" * 64 + "'*/", "cannot be the name of a person"),
])
def test_comments_in_doubt_are_refused(desk, comment, words):
    desk.execute("SET tabir.user = 'agent3'")
    with pytest.raises(psycopg.Error) as refused:
        desk.execute(customers(1, 1, comment))
    assert words in str(refused.value)
    assert used(desk) == {"person agent3": 0}


def test_it_follows_transactions_as_every_setting_does(desk):
    desk.execute("SET tabir.user = 'first'")
    desk.execute("BEGIN; SET tabir.user = 'second'")
    desk.execute(customers(1, 1))
    desk.execute("ROLLBACK")
    desk.execute(customers(1, 2))
    assert used(desk) == {"person first": 2}
    desk.execute("BEGIN; SET LOCAL tabir.user = 'second'")
    desk.execute("COMMIT")
    assert used(desk) == {"person first": 2}
    desk.execute("BEGIN; SAVEPOINT s; SET tabir.user = 'third'")
    assert used(desk) == {"person third": 0}
    desk.execute("ROLLBACK TO s; COMMIT")
    assert used(desk) == {"person first": 2}
    assert desk.execute("SHOW tabir.user").fetchone() == ("first",)
    assert desk.execute("SELECT current_setting('tabir.user')").fetchone() == ("first",)


@pytest.mark.parametrize("reset", ["RESET tabir.user", "RESET ALL", "DISCARD ALL", "SET tabir.user TO DEFAULT", "SET tabir.user = ''"])
def test_reset_goes_back_to_the_start(gateway, desk, reset):
    desk.execute("SET tabir.user = 'agent7'")
    desk.execute(reset)
    with pytest.raises(errors.InsufficientPrivilege):
        desk.execute(customers(1, 1))
    if reset != "SET tabir.user = ''":
        with psycopg.connect(gateway.dsn("desk", options="-c tabir.user=agent3"), autocommit=True) as connection:
            connection.execute("SET tabir.user = 'agent7'")
            connection.execute(reset)
            assert used(connection) == {"person agent3": 0}


def test_a_connection_of_the_pool_does_not_remember_the_person(gateway):
    with psycopg.connect(gateway.dsn("desk"), autocommit=True) as connection:
        connection.execute("SET tabir.user = 'agent7'")
    with psycopg.connect(gateway.dsn("desk"), autocommit=True) as connection:
        assert connection.execute("SELECT current_setting('tabir.user', true)").fetchone()[0] in (None, "")
        with pytest.raises(errors.InsufficientPrivilege):
            connection.execute(customers(1, 1))


def test_row_filters_are_about_the_person(desk, truth):
    for person in ("agent3", "agent7"):
        desk.execute(f"SET tabir.user = '{person}'")
        expected = int(truth(f"SELECT count(*) FROM support.tickets WHERE assignee = '{person}'"))
        for _ in range(7):  # psycopg prepares it on the way
            assert desk.execute("SELECT count(*) FROM support.tickets").fetchone() == (expected,)
        other = "agent7" if person == "agent3" else "agent3"
        rows = desk.execute(f"SELECT DISTINCT assignee FROM support.tickets /*tabir_user='{other}'*/").fetchall()
        assert rows == [(other,)]


def test_what_was_prepared_for_one_person_shows_another_nothing_of_his(desk):
    desk.execute("SET tabir.user = 'agent3'")
    desk.execute("PREPARE mine AS SELECT DISTINCT assignee FROM support.tickets")
    desk.execute("PREPARE his AS SELECT DISTINCT assignee FROM support.tickets /*tabir_user='agent7'*/")
    assert desk.execute("EXECUTE mine").fetchall() == desk.execute("EXECUTE his").fetchall() == [("agent3",)]
    assert desk.execute("EXECUTE mine /*tabir_user='agent7'*/").fetchall() == [("agent7",)]
    desk.execute("SET tabir.user = 'agent7'")
    assert desk.execute("EXECUTE mine").fetchall() == desk.execute("EXECUTE his").fetchall() == [("agent7",)]


def test_a_cursor_is_paid_by_whoever_reads_on_and_keeps_its_rows(desk):
    with desk.transaction():
        desk.execute("SET LOCAL tabir.user = 'agent3'")
        desk.execute("DECLARE people CURSOR FOR SELECT id FROM customers ORDER BY id")
        desk.execute("DECLARE tickets CURSOR FOR SELECT assignee FROM support.tickets")
        assert len(desk.execute("FETCH 2 FROM people").fetchall()) == 2
        desk.execute("SET LOCAL tabir.user = 'agent7'")
        assert len(desk.execute("FETCH 3 FROM people").fetchall()) == 3
        assert used(desk) == {"person agent7": 3}
        desk.execute("SAVEPOINT s")
        with pytest.raises(errors.InsufficientPrivilege):
            desk.execute("FETCH 1 FROM tickets")
        desk.execute("ROLLBACK TO s")
        desk.execute("SET LOCAL tabir.user = ''")
        desk.execute("SAVEPOINT t")
        with pytest.raises(errors.InsufficientPrivilege):
            desk.execute("FETCH 1 FROM people")
        desk.execute("ROLLBACK TO t")


def test_a_pipeline_keeps_the_order_of_its_statements(desk):
    with desk.pipeline():
        desk.execute("SET tabir.user = 'agent3'")
        desk.execute(customers(1, 2))
        desk.execute("SET tabir.user = 'agent7'")
        mine = desk.execute(customers(3, 5))
        assert len(mine.fetchall()) == 3
    assert used(desk) == {"person agent7": 3}
    desk.execute("SET tabir.user = 'agent3'")
    assert used(desk) == {"person agent3": 2}


@pytest.mark.parametrize("statement, sqlstate", [
    ("SELECT set_config('tabir.user', 'agent7', false)", "42501"),
    ("SELECT set_config('tabir.' || 'user', 'agent7', false)", "42501"),
    ("SET tabir.user = 'agent7', 'agent3'", "42501"),
    ("SET tabir.token = 'x.y.z'", "28000"),
    ("SHOW tabir.token", "42501"),
    ("SELECT current_setting('tabir.token')", "42501"),
])
def test_there_is_one_way_to_say_it(desk, statement, sqlstate):
    desk.execute("SET tabir.user = 'agent3'")
    with pytest.raises(psycopg.Error) as refused:
        desk.execute(statement)
    assert refused.value.sqlstate == sqlstate, refused.value
    assert used(desk) == {"person agent3": 0}


def test_who_asks_for_himself_may_name_nobody_else(gateway):
    with psycopg.connect(gateway.dsn("agent3"), autocommit=True) as connection:
        connection.execute("SET tabir.user = 'agent3'")
        assert used(connection, "/*tabir_user='agent3'*/") == {"person agent3": 0}
        for statement in ("SET tabir.user = 'agent7'", customers(1, 1, "/*tabir_user='agent7'*/"), "SET tabir.token = 'x.y.z'"):
            with pytest.raises(errors.InsufficientPrivilege) as refused:
                connection.execute(statement)
            assert "user agent3" in str(refused.value) and "(policy.yaml:" in str(refused.value)
    with pytest.raises(psycopg.OperationalError, match="may ask for nobody but himself"):
        psycopg.connect(gateway.dsn("agent3", options="-c tabir.user=agent7"))


def test_the_other_driver_and_a_reload(gateway):
    connection = psycopg2.connect(gateway.dsn("desk", options="-c tabir.user=agent7"))
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(customers(1, 5))
        assert len(cursor.fetchall()) == 5
        gateway.policy.write_text(POLICY.replace("customer: 5 per hour", "customer: 7 per hour"))
        gateway.reload()
        most = 0
        while most != 7:
            cursor.execute("SHOW tabir.budget")
            most = cursor.fetchone()[3]
        cursor.execute(customers(6, 7))
        assert len(cursor.fetchall()) == 2
        with pytest.raises(psycopg2.Error):
            cursor.execute(customers(8, 8))
    connection.close()


def test_naming_himself_and_a_reload_do_not_disturb_what_is_prepared(gateway):
    with psycopg.connect(gateway.dsn("agent3")) as connection:
        connection.execute("BEGIN")
        connection.execute("DECLARE c CURSOR FOR SELECT id FROM customers ORDER BY id")
        fetch = "FETCH 1 FROM c /*tabir_user='agent3'*/"
        assert connection.execute(fetch, prepare=True).fetchone() == (1,)
        connection.execute("SET tabir.user = 'agent3'")
        gateway.policy.write_text(POLICY.replace("clear:  [name]", "clear:  []"))
        gateway.reload()
        for _ in range(4):
            connection.execute("SAVEPOINT s")
            try:
                connection.execute(fetch, prepare=True)
            except errors.InsufficientPrivilege:
                connection.execute("ROLLBACK TO s")
    with psycopg.connect(gateway.dsn("agent7"), autocommit=True) as other:
        other.execute("SELECT 1")


@pytest.mark.parametrize("text", [
    "SET tabir.user = 'agent7'; SELECT id FROM customers WHERE id <= 3", "BEGIN; SET LOCAL tabir.user = 'agent7'; SELECT 1 FROM customers WHERE id <= 3; COMMIT",
    "SELECT 1; SET LOCAL tabir.user = 'agent7'; SELECT 1 FROM customers WHERE id <= 2; SELECT 1 FROM customers WHERE id = 3",
    "SET search_path = public; SET tabir.user = 'agent7'; SELECT 1 FROM customers WHERE id <= 3",
])
def test_whom_a_message_names_pays_for_what_stands_behind(desk, text):
    desk.execute("SET tabir.user = 'agent3'")
    desk.execute(text)
    desk.execute("SET tabir.user = 'agent3'")
    assert used(desk) == {"person agent3": 0} and used(desk, "/*tabir_user='agent7'*/") == {"person agent7": 3}


def test_a_comment_speaks_for_the_whole_message(desk):
    desk.execute("SET tabir.user = 'agent3'; SELECT 1 FROM customers WHERE id <= 2; /*tabir_user='agent7'*/ SELECT 1 FROM customers WHERE id = 3")
    assert used(desk) == {"person agent3": 0} and used(desk, "/*tabir_user='agent7'*/") == {"person agent7": 3}


def test_nobody_asks_behind_a_reset(desk):
    desk.execute("SET tabir.user = 'agent3'")
    with pytest.raises(errors.InsufficientPrivilege, match="must say for whom it asks"):
        desk.execute("RESET tabir.user; SELECT id FROM customers WHERE id = 1")
    assert used(desk) == {"person agent3": 0}


def test_the_person_of_a_transaction_is_not_left_in_the_middle_of_a_message(desk):
    desk.execute("SET tabir.user = 'agent3'")
    desk.execute("SELECT 1; ROLLBACK; SELECT 1 FROM customers WHERE id = 1")
    for end in ("COMMIT", "ROLLBACK"):
        desk.execute("BEGIN")
        desk.execute("SET LOCAL tabir.user = 'agent7'")
        with pytest.raises(errors.FeatureNotSupported, match="in the middle of this message"):
            desk.execute(f"SELECT 1 FROM customers WHERE id = 1; {end}; SELECT 1 FROM customers WHERE id = 1")
        desk.execute("ROLLBACK")
    assert used(desk) == {"person agent3": 1} and used(desk, "/*tabir_user='agent7'*/") == {"person agent7": 0}


def test_set_local_and_discard_change_what_they_say(gateway):
    with psycopg.connect(gateway.dsn("desk", options="-c tabir.user=agent3"), autocommit=True) as connection:
        connection.execute("SET tabir.user = 'agent7'")
        connection.execute("BEGIN")
        connection.execute("SET LOCAL tabir.user TO DEFAULT")
        assert used(connection) == {"person agent3": 0}
        connection.execute("COMMIT")
        for statement in ("DISCARD PLANS", "DISCARD SEQUENCES", "DISCARD TEMP"):
            connection.execute(statement)
            assert used(connection) == {"person agent7": 0}
        connection.execute("SET tabir.user TO DEFAULT")
        assert connection.execute("SHOW tabir.user").fetchone() == ("agent3",)


def test_a_savepoint_brings_another_person_back(desk):
    desk.execute("SET tabir.user = 'agent3'")
    for statement in ("BEGIN", "SET tabir.user = 'agent7'", "SAVEPOINT s", "SET tabir.user = 'agent3'"):
        desk.execute(statement)
    with pytest.raises(errors.FeatureNotSupported, match="in the middle of this message"):
        desk.execute("ROLLBACK TO s; SELECT 1 FROM customers WHERE id = 1")
    desk.execute("ROLLBACK TO s")
    desk.execute("SELECT 1 FROM customers WHERE id = 1")
    desk.execute("COMMIT")
    assert used(desk, "/*tabir_user='agent7'*/") == {"person agent7": 1} and used(desk, "/*tabir_user='agent3'*/") == {"person agent3": 0}


def test_what_runs_at_the_commit_costs_its_person(gateway):
    with psycopg.connect(gateway.dsn("agent3"), autocommit=True) as connection:
        for bit in range(5):
            connection.execute("BEGIN")
            connection.execute("DECLARE h CURSOR WITH HOLD FOR SELECT 1/(CASE WHEN phone < '+62813' THEN 1 ELSE 1 END) FROM customers "
                               f"WHERE id = {500 + bit}")
            connection.execute("COMMIT /*tabir_user=''*/")
            connection.execute("CLOSE h")
        assert used(connection) == {"person agent3": 5}


@pytest.mark.parametrize("comment", ["/*TABIR_USER='agent7'*/", "/*tabir%5Fuser='agent7'*/"])
def test_keys_of_comments_are_read_in_every_spelling(desk, comment):
    desk.execute("SET tabir.user = 'agent3'")
    assert used(desk, comment) == {"person agent7": 0}
    with pytest.raises(errors.InsufficientPrivilege, match="means nothing to Tabir"):
        desk.execute("SELECT 1 /*tabir_usr='agent7'*/")


def test_a_reload_that_takes_the_right_away_reaches_open_sessions(gateway, desk):
    desk.execute("SET tabir.user = 'agent7'")
    desk.execute(customers(1, 1))
    gateway.policy.write_text(POLICY.replace("desk:   { role: support, acts_for: required }", "desk:   { role: support, acts_for: signed }"))
    gateway.reload()
    with pytest.raises(errors.InsufficientPrivilege, match="must prove by a token"):
        while True:
            desk.execute(customers(1, 1))
