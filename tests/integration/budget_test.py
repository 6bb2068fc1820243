"""Nobody sees more people than the budget: 10 customers an hour for `capped`."""

import os
import socket
import struct
import time
from contextlib import closing

import psycopg
import psycopg2
import psycopg2.extras
import pytest


def people(rows, column=0) -> set:
    return {row[column] for row in rows}


def read_all(gateway, statement: str, user: str = "capped"):
    """Rows that arrived before the error, and the error, as a streaming client sees them."""
    rows, error = [], None
    with psycopg.connect(gateway.dsn(user), autocommit=True) as connection:
        try:
            for row in connection.cursor().stream(statement):
                rows.append(row)
        except psycopg.Error as raised:
            error = raised
    return rows, error


@pytest.mark.parametrize("statement", [
    "SELECT id, full_name FROM customers ORDER BY id",
    "SELECT c.id, t.subject FROM customers c LEFT JOIN support.tickets t ON t.customer_id = c.id ORDER BY c.id",
    "SELECT s.id FROM (SELECT id, city FROM customers) s ORDER BY s.id",
    "WITH c AS (SELECT * FROM customers) SELECT id, city FROM c ORDER BY id",
    "SELECT customer_id, amount FROM billing.transactions ORDER BY customer_id",
    "SELECT id FROM customers WHERE id < 50 UNION ALL SELECT id FROM customers WHERE id > 100 ORDER BY 1",
])
def test_the_eleventh_person_is_not_sent(fresh_users, statement):
    rows, error = read_all(fresh_users, statement)
    assert len(people(rows)) == 10
    assert error.diag.sqlstate == "54000"
    assert "10 of 10" in str(error)


@pytest.mark.parametrize("statement", [
    "SELECT city, string_agg(full_name, ',') FROM customers GROUP BY city",
    "SELECT json_agg(full_name) FROM customers",
    "SELECT full_name FROM (SELECT array_agg(full_name) AS full_name FROM customers) s",
    "SELECT lag(full_name) OVER (ORDER BY id), full_name FROM customers",
    "SELECT DISTINCT full_name FROM customers",
    "SELECT full_name FROM customers UNION SELECT 'x'",
    "SELECT (SELECT string_agg(full_name, ',') FROM customers)",
    "SELECT 1 WHERE EXISTS (SELECT 1 FROM customers WHERE full_name LIKE 'A%')",
    "SELECT x FROM unnest(ARRAY(SELECT full_name FROM customers)) x",
    "SELECT count(*) FROM (SELECT full_name FROM customers WHERE full_name LIKE 'A%') s",
    "SELECT count(full_name) FROM customers",
    "SELECT DISTINCT full_name, count(*) OVER () FROM customers",
    "SELECT city FROM customers INTERSECT SELECT city FROM customers",
    "SELECT 'x' EXCEPT SELECT full_name FROM customers WHERE full_name LIKE 'A%' UNION SELECT full_name FROM customers",
    "VALUES ((SELECT string_agg(full_name, ',') FROM customers))",
    "SELECT FROM customers",
    "SELECT (SELECT full_name FROM customers ORDER BY city LIMIT 1) FROM generate_series(1, 2)",
    "SELECT ARRAY(SELECT full_name FROM customers ORDER BY id LIMIT 11)",
    "SELECT x FROM generate_series(1, 9000) x OFFSET (SELECT count(*) FROM customers WHERE full_name LIKE 'A%')",
    "SELECT x FROM generate_series(1, 300) x LIMIT (SELECT count(*) FROM customers WHERE full_name LIKE 'A%')",
    "SELECT id, count(*) FILTER (WHERE full_name LIKE 'A%') OVER () FROM customers LIMIT 1",
    "SELECT id, count(*) OVER (ORDER BY full_name) FROM customers ORDER BY id DESC LIMIT 1",
])
def test_packing_people_into_few_rows_does_not_help(fresh_users, statement):
    rows, error = read_all(fresh_users, statement)
    assert error is not None and error.diag.sqlstate in ("54000", "42501")
    assert len(rows) <= 10


def test_the_budget_is_one_for_all_connections_and_spellings(fresh_users):
    seen = set()
    for first in range(1, 30):
        rows, _ = read_all(fresh_users, f"SELECT id FROM customers WHERE id = {first}")
        seen |= people(rows)
    assert len(seen) == 10
    rows, error = read_all(fresh_users, "SELECT id FROM customers WHERE id = 3")
    assert error is None and people(rows) == {3}, "who was seen already costs nothing"


def test_a_rolled_back_read_still_counts(fresh_users):
    with closing(psycopg2.connect(fresh_users.dsn("capped"))) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT id FROM customers WHERE id <= 10")
        connection.rollback()
        with pytest.raises(psycopg2.Error) as raised:
            cursor.execute("SELECT id FROM customers WHERE id = 11")
        assert raised.value.pgcode == "54000"


def test_the_session_goes_on_after_a_stop(fresh_users):
    with closing(psycopg2.connect(fresh_users.dsn("capped"))) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        for _ in range(20):
            with pytest.raises(psycopg2.Error):
                cursor.execute("SELECT * FROM customers ORDER BY id")
            cursor.execute("SELECT count(*) FROM support.tickets")
            assert cursor.fetchone()[0] > 0


def test_a_stop_inside_a_transaction_fails_it(fresh_users):
    with closing(psycopg2.connect(fresh_users.dsn("capped"))) as connection, connection.cursor() as cursor:
        with pytest.raises(psycopg2.Error):
            cursor.execute("SELECT * FROM customers ORDER BY id")
        with pytest.raises(psycopg2.errors.InFailedSqlTransaction):
            cursor.execute("SELECT 1")
        connection.rollback()
        cursor.execute("SELECT 1")


def test_guessing_numbers_is_not_free(fresh_users):
    refused = 0
    with psycopg.connect(fresh_users.dsn("capped"), autocommit=True) as connection:
        for guess in range(30):
            try:
                connection.execute("SELECT id FROM customers WHERE phone = %s", [f"+1000{guess}"])
            except psycopg.Error as error:
                assert error.diag.sqlstate == "54000"
                refused += 1
    assert refused >= 20



@pytest.mark.parametrize("where", [
    "phone IN ({})",
    "phone = ANY (ARRAY[{}])",
    "phone = ANY (ARRAY[ARRAY[{}]])",
    "phone = ANY (ARRAY[{}]::text[])",
    "phone IN ({}) OR id = 1",
    "id = 1 AND (phone IN ({}) OR city IS NOT NULL)",
])
def test_every_guess_of_a_list_counts(fresh_users, where):
    guesses = ",".join(f"'+1000{guess}'" for guess in range(9))
    assert read_all(fresh_users, "SELECT id FROM customers WHERE " + where.format(guesses))[1] is None
    assert read_all(fresh_users, "SELECT id FROM customers WHERE id BETWEEN 1 AND 3")[1].diag.sqlstate == "54000"


@pytest.mark.parametrize("statement", [
    "SELECT c.id FROM customers c LEFT JOIN customers g ON g.phone = '{}' WHERE g.id IS NULL AND c.id = 1",
    "SELECT c.id FROM customers c LEFT JOIN customers g ON g.phone = '{}' WHERE c.id = 1",
    "SELECT id FROM customers WHERE phone = '{}' OR id = 1",
    "SELECT count(*) FROM customers WHERE phone = '{}'",
    "SELECT id FROM customers WHERE id = 1 AND NOT EXISTS (SELECT 1 FROM customers g WHERE g.phone = '{}')",
    "SELECT id FROM customers WHERE id = 1 UNION ALL SELECT id FROM customers WHERE phone = '{}'",
    "SELECT id FROM customers WHERE phone = '{}' LIMIT 0",
])
def test_somebody_else_in_the_result_does_not_hide_a_miss(fresh_users, statement):
    errors = [read_all(fresh_users, statement.format(f"+1000{guess}"))[1] for guess in range(12)]
    assert errors[-1] is not None and errors[-1].diag.sqlstate in ("54000", "42501")


def test_who_is_found_is_no_miss(fresh_users, postgres):
    phones = postgres.psql("SELECT phone FROM customers WHERE id BETWEEN 1 AND 5", "payments").splitlines()
    for _ in range(5):
        for phone in phones:
            assert read_all(fresh_users, f"SELECT id FROM customers WHERE phone = '{phone}'")[1] is None
        listed = ",".join(f"'{phone}'" for phone in phones)
        rows, error = read_all(fresh_users, f"SELECT id FROM customers c WHERE phone IN ({listed}) AND city IS NOT NULL")
        assert error is None and len(rows) == 5


@pytest.mark.parametrize("binary", [False, True])
def test_every_guess_of_an_array_counts(fresh_users, binary):
    holder = "%b" if binary else "%t"
    with psycopg.connect(fresh_users.dsn("capped"), autocommit=True) as connection:
        statement = f"SELECT id FROM customers WHERE phone = ANY ({holder})"
        connection.execute(statement, [[f"+1000{guess}" for guess in range(9)]])
        with pytest.raises(psycopg.Error, match="100 values at most"):
            connection.execute(statement, [[f"+2000{guess}" for guess in range(101)]])
        with pytest.raises(psycopg.Error, match="budget reached"):
            connection.execute(statement, [["+30001", "+30002"]])
        with pytest.raises(psycopg.Error, match="cannot be counted"):
            connection.execute("SELECT id FROM customers WHERE phone = ANY (ARRAY[%s::text[]])", [["+10001", "+10002"]])
        with pytest.raises(psycopg.Error, match="cannot be counted"):  # of which type it is, another use may say
            connection.execute(f"SELECT id FROM customers WHERE phone = ANY (ARRAY[{holder}])", [["+10001", "+10002"]])


SWEEPS = {
    "not_exists": "SELECT g FROM generate_series(1, 300) g WHERE NOT EXISTS (SELECT FROM customers WHERE id = g AND city = 'Jakarta')",
    "not_in": "SELECT g FROM generate_series(1, 300) g WHERE g NOT IN (SELECT id FROM customers WHERE city = 'Jakarta')",
    "anti_join": "SELECT g FROM generate_series(1, 300) g LEFT JOIN customers c ON c.id = g AND c.city = 'Jakarta' WHERE c.id IS NULL",
    "left_join": "SELECT g, c.id IS NULL FROM generate_series(1, 300) g LEFT JOIN customers c ON c.id = g AND c.city = 'Jakarta'",
    "exists_in_targets": "SELECT g, EXISTS (SELECT FROM customers WHERE id = g AND city = 'Nowhere') FROM generate_series(1, 300) g",
    "case_exists": "SELECT CASE WHEN EXISTS (SELECT FROM customers WHERE id = g AND city = 'Nowhere') THEN 1 ELSE 0 END FROM generate_series(1, 300) g",
    "count_is_zero": "SELECT g FROM generate_series(1, 300) g WHERE (SELECT count(*) FROM customers WHERE id = g AND city = 'Jakarta') = 0",
    "grouped": "SELECT g, count(c.id) FROM generate_series(1, 300) g LEFT JOIN customers c ON c.id = g AND c.city = 'Nowhere' GROUP BY g",
    "packed": "SELECT string_agg(g::text, ',') FROM generate_series(1, 300) g WHERE NOT EXISTS (SELECT FROM customers WHERE id = g AND city = 'Jakarta')",
    "lateral": "SELECT g, n FROM generate_series(1, 300) g, LATERAL (SELECT count(*) AS n FROM customers WHERE id = g AND city = 'Nowhere') x",
    "beside_a_known_person": "SELECT c.id, g FROM (SELECT id FROM customers WHERE id = 1) c, generate_series(1, 300) g WHERE NOT EXISTS (SELECT FROM customers WHERE id = g AND city = 'Jakarta')",
    "ordered": "SELECT g FROM generate_series(1, 300) g ORDER BY (SELECT count(*) FROM customers WHERE id = g AND city = 'Nowhere'), g",
}


@pytest.mark.parametrize("sweep", SWEEPS.values(), ids=SWEEPS)
def test_answers_about_people_who_are_not_shown_stop_at_the_budget(fresh_users, sweep):
    rows, error = read_all(fresh_users, sweep)
    assert error is not None and error.diag.sqlstate == "54000"
    assert len(rows) <= 20


# Those of the first ten people who are shown have been seen; what else it says is about somebody who was not.
BESIDE_KNOWN_PEOPLE = {
    "offset": "SELECT id FROM customers WHERE id IN (1, 2, 999) ORDER BY id DESC OFFSET 1",
    "offset_in_a_sub_select": "SELECT * FROM (SELECT id FROM customers WHERE id IN (1, 2, 999) ORDER BY id DESC OFFSET 1) x",
    "offset_of_groups": "SELECT id, count(*) FROM customers WHERE id IN (1, 2, 999) GROUP BY id ORDER BY id DESC OFFSET 1",
    "offset_of_a_union": "SELECT id FROM customers WHERE id = 1 UNION SELECT id FROM customers WHERE id = 999 ORDER BY 1 DESC OFFSET 1",
    "row_number": "SELECT * FROM (SELECT id, row_number() OVER (ORDER BY id DESC) FROM customers WHERE id IN (1, 999)) x WHERE id = 1",
    "rank_and_limit": "SELECT id, rank() OVER (ORDER BY id DESC) FROM customers WHERE id IN (1, 999) ORDER BY id LIMIT 1",
    "rank_by_a_question": "SELECT id, rank() OVER (ORDER BY CASE WHEN id = 999 THEN 0 ELSE 1 END) FROM customers WHERE id IN (1, 999) ORDER BY id LIMIT 1",
    "percent_rank": "SELECT * FROM (SELECT id, percent_rank() OVER (ORDER BY id) FROM customers WHERE id IN (1, 2, 999)) x WHERE id = 2",
    "lag_over_one": "SELECT * FROM (SELECT id, lag(id, 2) OVER (ORDER BY city = 'Nowhere', -id) FROM customers WHERE id IN (1, 2, 999)) x WHERE id = 1",
    "nth_value": "SELECT * FROM (SELECT id, nth_value(id, 2) OVER (ORDER BY id DESC) FROM customers WHERE id IN (1, 2, 999)) x WHERE id = 1",
    "window_count": "SELECT * FROM (SELECT id, count(*) OVER () FROM customers WHERE id IN (1, 999)) x WHERE id = 1",
    "scalar": "SELECT id, (SELECT 1 FROM customers d WHERE d.id = 999) FROM customers WHERE id = 1",
    # Of rows in an array unnest() makes columns: the name is not the outer table's.
    "row_of_an_array": "SELECT t.customer_id, (SELECT d.full_name FROM customers d, unnest(ARRAY[NULL, ROW(1, 999, 'x', 1, 'IDR', now())::billing.transactions]) u "
                       "WHERE d.id = customer_id) FROM billing.transactions t WHERE t.customer_id = 1 LIMIT 1",
    "row_of_a_cast": "SELECT t.customer_id, (SELECT d.full_name FROM customers d, unnest('{\"(1,999,x,1,IDR,2024-01-01)\"}'::billing.transactions[]) u "
                     "WHERE d.id = customer_id) FROM billing.transactions t WHERE t.customer_id = 1 LIMIT 1",
    "limit_below": "SELECT id, (SELECT 1 FROM customers LIMIT (SELECT count(*) FROM customers WHERE id = 999)) FROM customers WHERE id = 1",
    "lateral": "SELECT c.id, x.n FROM customers c, LATERAL (SELECT count(*) AS n FROM customers d WHERE d.id = 999) x WHERE c.id = 1",
    "order": "SELECT x.id FROM (SELECT id FROM customers WHERE id IN (1, 2)) x ORDER BY x.id * (SELECT CASE WHEN EXISTS (SELECT FROM customers WHERE id = 999) THEN -1 ELSE 1 END) LIMIT 1",
    "fetch_absolute": "BEGIN; DECLARE c CURSOR FOR SELECT id FROM customers WHERE id IN (1, 2, 999) ORDER BY id DESC; FETCH ABSOLUTE 2 FROM c",
    "move_absolute": "BEGIN; DECLARE c CURSOR FOR SELECT id FROM customers WHERE id IN (1, 2, 999) ORDER BY id DESC; MOVE ABSOLUTE 3 IN c",
    "rank_in_a_cursor": "BEGIN; DECLARE c CURSOR FOR SELECT id, rank() OVER (ORDER BY id DESC) FROM customers WHERE id IN (1, 999) ORDER BY id; FETCH c",
    "held_cursor": "BEGIN; DECLARE c CURSOR WITH HOLD FOR SELECT 1 / (999 - id) FROM customers WHERE id = 999; COMMIT",
}


@pytest.mark.parametrize("statement", BESIDE_KNOWN_PEOPLE.values(), ids=BESIDE_KNOWN_PEOPLE)
def test_nobody_else_is_told_of_beside_people_who_were_seen(fresh_users, statement):
    with closing(psycopg2.connect(fresh_users.dsn("capped"))) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute("SELECT id FROM customers WHERE id <= 10")
        with pytest.raises(psycopg2.Error) as raised:
            cursor.execute(statement)
        assert raised.value.pgcode in ("54000", "42501")


def test_pages_cost_the_people_on_them(fresh_users):
    with closing(psycopg2.connect(fresh_users.dsn("capped"))) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        for _ in range(2):
            for page in range(5):
                cursor.execute("SELECT id, full_name FROM customers ORDER BY id LIMIT 2 OFFSET %s", [2 * page])
                assert len(cursor.fetchall()) == 2
        with pytest.raises(psycopg2.Error):
            cursor.execute("SELECT id FROM customers ORDER BY id LIMIT 2 OFFSET 10")


@pytest.mark.parametrize("end", ["terminate", "reset"])
def test_a_statement_that_nobody_waits_for_costs_a_miss(fresh_users, postgres, end):
    for person in range(1, 11):
        slow = f"SELECT count(*) FROM customers a, generate_series(1, 10000000) g WHERE a.id = {person} AND g < 0"
        connection = psycopg2.connect(fresh_users.dsn("capped"), async_=True)
        psycopg2.extras.wait_select(connection)
        connection.cursor().execute(slow)
        with socket.socket(fileno=os.dup(connection.fileno())) as wire:
            if end == "terminate":
                wire.sendall(b"X\0\0\0\4")
            else:
                wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()
    deadline = time.monotonic() + 60
    running = "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%generate_series%< 0'"
    while postgres.psql(running, "payments").strip() != "0":
        assert time.monotonic() < deadline
    # The last of them may have been charged just now. Without a charge, ten guesses would be free.
    guesses = [read_all(fresh_users, f"SELECT id FROM customers WHERE city = 'Nowhere{guess}'")[1] for guess in range(3)]
    assert guesses[-1] is not None and guesses[-1].diag.sqlstate == "54000"


@pytest.mark.parametrize("statement", [
    "SELECT id FROM customers WHERE id = {} AND city = 'Nowhere'",
    "SELECT count(*) FROM customers WHERE id = {} AND city = 'Nowhere'",
    "SELECT EXISTS (SELECT FROM customers WHERE id = {} AND city = 'Nowhere')",
    "SELECT 1 WHERE EXISTS (SELECT FROM customers WHERE id = {} AND city = 'Nowhere')",
    "SELECT id FROM customers WHERE id BETWEEN {0} AND {0} AND city = 'Nowhere'",
    "SELECT 1 WHERE NOT EXISTS (SELECT FROM customers WHERE id = {} AND city = 'Nowhere')",
    "SELECT count(*) FROM (SELECT FROM customers WHERE id = {} AND city = 'Nowhere') x",
])
def test_asking_about_one_person_after_the_other_stops_at_the_budget(fresh_users, statement):
    errors = [read_all(fresh_users, statement.format(person))[1] for person in range(1, 13)]
    assert [error is None for error in errors] == [True] * 10 + [False] * 2


@pytest.mark.parametrize("value", [
    "'123456789012'::varchar({})::bigint", "'123456789012'::char({})::bigint", "123456789::bit(32)::bit({})::int",
    "123456789::bit({})::int::numeric", "'123456.789'::numeric(12, {})", "'12345678901212345'::varchar({})::text::int8",
])
def test_one_constant_does_not_ask_about_many(fresh_users, value):
    errors = [read_all(fresh_users, f"SELECT id FROM customers WHERE id = {value.format(part)} AND city = 'Nowhere'")[1]
              for part in range(1, 13)]
    assert errors[-1] is not None and errors[-1].diag.sqlstate == "54000"


@pytest.mark.parametrize("statement", [
    "SELECT count(*) FROM (SELECT DISTINCT ON (id = {} AND city <> 'Nowhere') id FROM customers) s",
    "SELECT count(*) FROM (SELECT id FROM customers ORDER BY 1 / (CASE WHEN id = {} AND city <> 'Nowhere' THEN 0 ELSE 1 END)) s",
])
def test_a_count_of_everybody_that_asks_about_one_is_none(fresh_users, statement):
    errors = [read_all(fresh_users, statement.format(person))[1] for person in range(1, 13)]
    assert errors[-1] is not None and errors[-1].diag.sqlstate == "54000"


def test_asking_about_one_person_costs_that_person_however_often(fresh_users):
    with psycopg.connect(fresh_users.dsn("capped"), autocommit=True) as connection:
        for city in ("A", "B", "C", "D", "E", "F", "G"):
            for binary in (False, True):
                holder = "%b" if binary else "%s"
                connection.execute(f"SELECT id FROM customers WHERE id = {holder} AND city = '{city}'", [4711])
                connection.execute(f"SELECT count(*) FROM customers WHERE id = {holder} AND city = '{city}'", [4711])
            connection.execute(f"SELECT id FROM customers WHERE id = 4711 AND city = '{city}'")
            connection.execute(f"SELECT t.id, x.amount FROM support.tickets t LEFT JOIN billing.transactions x ON x.customer_id = 4711 AND x.amount < 0 WHERE t.id = 1")
        assert len(connection.execute("SELECT id FROM customers WHERE id <= 9").fetchall()) == 9
        with pytest.raises(psycopg.Error, match="10 of 10"):
            connection.execute("SELECT id FROM customers WHERE id = 10")


@pytest.mark.parametrize("statement", [
    "SELECT count(*) FROM customers",
    "SELECT count(1) AS n FROM public.customers",
    "SELECT count(*) FROM (SELECT customers.id AS i, customers.phone AS p FROM customers) AS anon_1",
    "SELECT COUNT(*) FROM (SELECT DISTINCT city FROM customers) subquery",
    "SELECT count(*) FROM billing.transactions",
])
def test_how_many_there_are_tells_of_nobody(fresh_users, statement):
    rows, error = read_all(fresh_users, statement)
    assert error is None and rows[0][0] > 0
    assert len(read_all(fresh_users, "SELECT id FROM customers WHERE id <= 10")[0]) == 10


@pytest.mark.parametrize("statement", [
    "SELECT DISTINCT c.city FROM customers c WHERE c.id < 6 ORDER BY c.city LIMIT 3",
    "SELECT DISTINCT city, count(*) FROM customers WHERE id < 6 GROUP BY city, id ORDER BY count(*), city",
    "SELECT id FROM customers WHERE id < 4 UNION SELECT id FROM customers WHERE id < 6 ORDER BY 1",
    "SELECT id, city FROM customers WHERE id < 6 INTERSECT SELECT id, city FROM customers WHERE id < 4 ORDER BY id",
    "SELECT id FROM customers WHERE id < 6 EXCEPT SELECT customer_id FROM billing.transactions WHERE customer_id < 3 ORDER BY 1",
    "SELECT id FROM customers WHERE id < 3 UNION ALL VALUES (77), (78)",
    "SELECT id, (SELECT amount FROM billing.transactions x WHERE x.customer_id = c.id ORDER BY x.id DESC LIMIT 1) FROM customers c WHERE id < 6",
    "SELECT EXISTS (SELECT 1 AS a FROM customers WHERE id = 3 LIMIT 1)",
    "SELECT (1) AS a FROM customers WHERE id = 3 LIMIT 1",
    "SELECT count(*) FROM (SELECT DISTINCT id, city FROM customers WHERE id < 6) subquery",
    "SELECT id FROM customers WHERE id IN (SELECT customer_id FROM billing.transactions WHERE customer_id < 6) ORDER BY id",
    "SELECT g FROM generate_series(1, 9) g ORDER BY g LIMIT (SELECT count(*) FROM customers WHERE id < 3)",
])
def test_ordinary_shapes_are_counted_and_answered(fresh_users, postgres, statement):
    rows, error = read_all(fresh_users, statement)
    assert error is None
    assert rows == read_all(fresh_users, statement, user="dba")[0]
    assert len(read_all(fresh_users, "SELECT id FROM customers WHERE id < 6")[0]) == 5
    assert read_all(fresh_users, "SELECT id FROM customers WHERE id <= 12")[1] is not None


def test_a_cursor_that_ran_dry_is_no_new_question(fresh_users):
    with closing(psycopg2.connect(fresh_users.dsn("capped"))) as connection, connection.cursor() as cursor:
        cursor.execute("DECLARE nobody CURSOR FOR SELECT id FROM customers WHERE city = 'Nowhere'")
        cursor.execute("DECLARE few CURSOR FOR SELECT id FROM customers WHERE id < 3 ORDER BY id")
        cursor.execute("FETCH 5 FROM few")
        for _ in range(15):
            cursor.execute("FETCH FROM nobody")
            cursor.execute("FETCH FROM few")
            assert cursor.fetchall() == []
        cursor.execute("SELECT id FROM customers WHERE id <= 9")  # two were seen, and a miss was charged
        with pytest.raises(psycopg2.Error):
            cursor.execute("SELECT id FROM customers WHERE id = 10")


def test_each_execution_of_a_prepared_question_counts(fresh_users):
    with closing(psycopg2.connect(fresh_users.dsn("capped"))) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute("PREPARE q (text) AS SELECT id FROM customers WHERE city = $1")
        for guess in range(10):
            cursor.execute(f"EXECUTE q ('Nowhere{guess}')")
        with pytest.raises(psycopg2.Error):
            cursor.execute("EXECUTE q ('Nowhere10')")


def test_the_arguments_of_execute_are_no_list_of_guesses(fresh_users):
    with psycopg.connect(fresh_users.dsn("capped"), autocommit=True) as connection:
        with pytest.raises(psycopg.Error, match="cannot be counted"):
            connection.execute("PREPARE q AS SELECT id FROM customers WHERE phone = ANY ($1)")
        connection.pgconn.prepare(b"driver", b"SELECT id FROM customers WHERE phone = ANY ($1)")
        with pytest.raises(psycopg.Error, match="cannot be counted"):
            connection.execute("EXECUTE driver ('{+10001,+10002}')")


def test_columns_without_rows_cost_nothing(fresh_users):
    for _ in range(4):
        for statement in ("SELECT * FROM customers LIMIT 0", "SELECT * FROM customers WHERE 1 = 0",
                          "SELECT * FROM customers WHERE false", "SELECT * FROM (SELECT * FROM customers) s LIMIT 0"):
            assert read_all(fresh_users, statement) == ([], None)
    assert read_all(fresh_users, "SELECT id FROM customers WHERE id <= 10")[1] is None
