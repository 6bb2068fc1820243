"""What drivers and their pools send before a connection is used again: many statements in one message."""

import psycopg
import pytest

NPGSQL = ("SET SESSION AUTHORIZATION DEFAULT;RESET ALL;CLOSE ALL;UNLISTEN *;SELECT pg_advisory_unlock_all();"
          "DISCARD SEQUENCES;DISCARD TEMP;")
RESETS = {
    "npgsql": NPGSQL,
    "asyncpg": "SELECT pg_advisory_unlock_all(); CLOSE ALL; UNLISTEN *; RESET ALL;",
    "in another order": "RESET ALL; DEALLOCATE ALL; CLOSE ALL; UNLISTEN *; RESET ROLE",
    "with a role": "RESET ROLE; RESET SESSION AUTHORIZATION; RESET ALL; CLOSE ALL",
}


@pytest.fixture(params=["agent", "capped"])
def used(gateway, request):
    """A connection that somebody has used."""
    with psycopg.connect(gateway.dsn(request.param), autocommit=True) as connection:
        connection.execute("SET search_path = support; SET application_name = 'mine'")
        connection.execute("DECLARE kept CURSOR WITH HOLD FOR SELECT g FROM generate_series(1, 9) g")
        yield connection


@pytest.mark.parametrize("reset", RESETS.values(), ids=RESETS.keys())
def test_nothing_is_left_behind_it(used, reset):
    assert used.execute("SELECT count(*) FROM tickets").fetchone()[0] > 0
    used.execute(reset)
    assert used.execute("SELECT current_setting('application_name'), current_schema()").fetchone() == ("", "public")
    with pytest.raises(psycopg.errors.UndefinedTable):
        used.execute("SELECT count(*) FROM tickets")
    for _ in range(2):
        with pytest.raises(psycopg.errors.InvalidCursorName):
            used.execute("FETCH ALL FROM kept")


def test_what_stands_behind_it_is_asked_in_the_clean_session(used):
    rows = used.execute(NPGSQL + "SELECT id, phone FROM customers WHERE id = 4711")
    while rows.nextset():
        pass
    assert rows.fetchall() == [(4711, "***4681")]
    with pytest.raises(psycopg.errors.UndefinedTable):
        used.execute("SET search_path = support; " + NPGSQL + "SELECT count(*) FROM tickets")


def test_names_that_it_drops_can_be_given_again(used):
    used.execute("PREPARE mine AS SELECT city FROM public.customers WHERE id = $1")
    used.execute("RESET ALL; DEALLOCATE mine; CLOSE kept")
    used.execute("PREPARE mine AS SELECT id FROM customers WHERE id = $1")
    assert used.execute("EXECUTE mine (7)").fetchone() == (7,)
    used.execute("DECLARE kept CURSOR WITH HOLD FOR SELECT id FROM customers WHERE id = 8")
    assert used.execute("FETCH ALL FROM kept").fetchall() == [(8,)]
