"""Temporary tables of roles that see a class in clear: its values do not get from there into what everybody sees."""

import psycopg
import pytest

from counted_changes_test import bind, execute, parse
from gateway import PASSWORD
from raw_client import SYNC, error_fields
from temp_tables_test import refusal
from wire_session import WireSession


def test_values_in_clear_do_not_reach_open_tables(making):
    with psycopg.connect(making.dsn("namer"), autocommit=True) as connection:
        connection.execute("CREATE TEMP TABLE own (note text)")
        connection.execute("INSERT INTO own VALUES ('my own')")
        assert connection.execute("UPDATE support.tickets SET subject = note FROM own WHERE tickets.id = 0").statusmessage == "UPDATE 0"
        connection.execute("CREATE TEMP TABLE names AS SELECT full_name FROM customers LIMIT 1")
        assert refusal(connection, "UPDATE support.tickets SET subject = full_name FROM names WHERE tickets.id = 1") == "42501"


@pytest.fixture
def own(making, postgres):
    """A session that sees names in clear, with an empty table of its own. What it spread is put back."""
    with psycopg.connect(making.dsn("namer"), autocommit=True, prepare_threshold=None) as connection:
        connection.execute("CREATE TEMP TABLE own (note text)")
        subject = postgres.psql("SELECT subject FROM support.tickets WHERE id = 1", "payments").strip()
        yield connection
        assert postgres.psql("SELECT subject FROM support.tickets WHERE id = 1", "payments").strip() == subject


FILL = "INSERT INTO own SELECT full_name FROM customers LIMIT 1"
SPREAD = "UPDATE support.tickets SET subject = note FROM own WHERE tickets.id = 1"


@pytest.mark.parametrize(("before", "statement"), [
    ([], f"{FILL}; {SPREAD}"),
    ([], "WITH f AS (INSERT INTO own SELECT full_name FROM customers LIMIT 1 RETURNING note) UPDATE support.tickets SET subject = f.note FROM f WHERE tickets.id = 1"),
    ([f"PREPARE s AS {SPREAD}"], f"{FILL}; EXECUTE s"),
    ([f"PREPARE s AS {SPREAD}", FILL], "EXECUTE s"),
    ([f"PREPARE f AS {FILL}", "EXECUTE f"], SPREAD),
    ([f"PREPARE f AS {FILL}"], f"EXECUTE f; {SPREAD}"),
    ([f"PREPARE f AS {FILL}", "DISCARD TEMP", "CREATE TEMP TABLE own (note text)", "EXECUTE f"], SPREAD),
    ([f"PREPARE s AS {SPREAD}", f"PREPARE f AS {FILL}"], "EXECUTE f; EXECUTE s"),
    # What was dropped comes back with the savepoint.
    (["BEGIN", FILL, "SAVEPOINT s", "DROP TABLE own", "SELECT 1", "ROLLBACK TO SAVEPOINT s"], SPREAD),
    ([FILL, "CREATE TEMP TABLE other AS SELECT note FROM own", "DROP TABLE own"], SPREAD.replace("own", "other")),
])
def test_values_in_clear_do_not_reach_open_tables_by_detours(own, before, statement):
    for first in before:
        own.execute(first)
    assert refusal(own, statement) in ("42501", "0A000")
    own.execute("ROLLBACK")


NAMES = "CREATE TEMP TABLE names AS SELECT full_name FROM customers LIMIT 1"


@pytest.mark.parametrize("before", [[NAMES, "DROP TABLE names"], ["BEGIN", NAMES, "ROLLBACK"], [NAMES, "DISCARD TEMP"], [NAMES, "DISCARD ALL"], ["BEGIN", NAMES.replace(" AS", " ON COMMIT DROP AS"), "COMMIT"],
                                    ["BEGIN", "SAVEPOINT s", NAMES, "ROLLBACK TO SAVEPOINT s", "COMMIT"]], ids=["drop", "rollback", "discard_temp", "discard_all", "on_commit", "savepoint"])
def test_a_session_without_any_begins_anew(making, before):
    """As one that a pool hands on, which stages rows of its own."""
    with psycopg.connect(making.dsn("namer"), autocommit=True, prepare_threshold=None) as connection:
        for statement in before:
            connection.execute(statement)
        connection.execute("CREATE TEMP TABLE own (note text)")
        connection.execute("INSERT INTO own VALUES ('my own')")
        assert connection.execute(SPREAD.replace("= 1", "= 0")).statusmessage == "UPDATE 0"
        connection.execute(FILL)
        assert refusal(connection, SPREAD) == "42501"


@pytest.mark.parametrize("before", [["BEGIN", "DROP TABLE names"], ["BEGIN", "SAVEPOINT s", "DROP TABLE names"], ["BEGIN", "DROP TABLE names", "ROLLBACK"], ["DROP TABLE names; CREATE TEMP TABLE names AS SELECT full_name FROM customers LIMIT 1"]])
def test_what_may_come_back_is_there_still(making, before):
    with psycopg.connect(making.dsn("namer"), autocommit=True, prepare_threshold=None) as connection:
        for statement in [NAMES, *before, "CREATE TEMP TABLE own (note text)"]:
            connection.execute(statement)
        assert refusal(connection, SPREAD) == "42501"
        connection.execute("ROLLBACK")


def test_a_statement_that_fills_one_of_the_same_name_by_then(making, own):
    """Prepared for a table of the database, run for a temporary one: what it stores there must not be spread."""
    own.execute("DROP TABLE own")
    own.execute("SET search_path = pg_temp, support, public")
    own.execute("PREPARE g (text) AS UPDATE tickets SET subject = subject FROM customers WHERE customer_id = customers.id AND full_name = $1")
    own.execute("CREATE TEMP TABLE tickets (customer_id bigint, subject text, status text)")
    assert own.execute("EXECUTE g ('nobody')").statusmessage == "UPDATE 0"
    assert refusal(own, "UPDATE support.tickets AS s SET subject = t.subject FROM tickets t WHERE s.id = 1") == "42501"


@pytest.mark.parametrize("fill", [FILL, "EXECUTE f"])
@pytest.mark.parametrize("spread", [SPREAD, "EXECUTE s"])
def test_a_portal_that_was_bound_before_does_not_spread(making, postgres, fill, spread):
    subject = postgres.psql("SELECT subject FROM support.tickets WHERE id = 1", "payments").strip()
    with WireSession(("127.0.0.1", making.port)) as session:
        session.log_in("namer", PASSWORD, "payments")
        session.run("CREATE TEMP TABLE own (note text)")
        assert session.run(f"PREPARE s AS {SPREAD}").error is None
        if fill == "EXECUTE f":
            session.run(f"PREPARE f AS {FILL}")
        session.send(parse("one", fill) + parse("two", spread) + bind("two", "two") + bind("one", "one") + execute("one") + execute("two") + SYNC)
        assert [error_fields(body)["C"] for kind, body in session.receive_until(b"Z") if kind == b"E"] == ["42501"]
    assert postgres.psql("SELECT subject FROM support.tickets WHERE id = 1", "payments").strip() == subject
