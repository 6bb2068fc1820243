"""Whoever is read by an INSERT counts as if he had been selected: what it stores may be read by anybody later."""

import psycopg
import pytest

from conftest import many_users_of

COLUMNS = "INSERT INTO support.tickets (id, customer_id, assignee, status, priority, subject, created_at) "
ROW = "900000 + c.id, c.id, 'capped', 'open', 1, c.city, now()"


@pytest.fixture
def capped(fresh_writing):
    with psycopg.connect(fresh_writing.dsn("capped"), autocommit=True) as connection:
        yield connection


@pytest.fixture(autouse=True)
def stored(postgres):
    """How many rows a test has stored; they are removed behind it."""
    yield lambda: int(postgres.psql("SELECT count(*) FROM support.tickets WHERE assignee = 'capped'", "payments"))
    postgres.psql("DELETE FROM support.tickets WHERE assignee = 'capped'", "payments")


def select(condition: str) -> str:
    return f"{COLUMNS}SELECT {ROW} FROM customers c WHERE {condition}"


# Each stores something of the customers 1 to 4.
FOUR = {
    "plain": select("c.id <= 4"),
    "in_brackets": f"{COLUMNS}(SELECT {ROW} FROM customers c WHERE c.id <= 4)",
    "shown": select("c.id <= 4") + " RETURNING id, subject",
    "ordered": select("c.id <= 9") + " ORDER BY c.id LIMIT 4",
    "without_columns": f"INSERT INTO support.tickets SELECT {ROW} FROM customers c WHERE c.id <= 4",
    "sub_select": f"{COLUMNS}SELECT {ROW} FROM (SELECT * FROM customers) c WHERE c.id <= 4",
    "cte_before": f"WITH few AS (SELECT * FROM customers WHERE id <= 4) {COLUMNS}SELECT {ROW} FROM few c",
    "cte_inside": f"{COLUMNS}WITH few AS (SELECT * FROM customers WHERE id <= 4) SELECT {ROW} FROM few c",
    "join": f"{COLUMNS}SELECT {ROW} FROM generate_series(1, 4) g JOIN customers c ON c.id = g",
    "union": f"{select('c.id <= 2')} UNION ALL SELECT {ROW} FROM customers c WHERE c.id IN (3, 4)",
    "distinct": f"{COLUMNS}SELECT DISTINCT {ROW} FROM customers c WHERE c.id <= 4",
    "aggregate": f"{COLUMNS}SELECT 900000, 1, 'capped', 'open', count(*), max(city), now() FROM customers WHERE id <= 4",
    "grouped": f"{COLUMNS}SELECT 900000 + min(id), 1, 'capped', 'open', count(*), city, now() FROM customers WHERE id <= 4 GROUP BY city",
    "condition": f"{COLUMNS}SELECT 900000, 1, 'capped', 'open', 1, 'x', now() WHERE (SELECT count(*) FROM customers WHERE id <= 4 AND city <> '') > 0",
    "values": f"{COLUMNS}VALUES (900000, 1, 'capped', 'open', 1, (SELECT max(city) FROM customers WHERE id <= 4), now())",
    "rows": f"{COLUMNS}VALUES (900000, 1, 'capped', 'open', 1, (SELECT city FROM customers WHERE id = 1), now()), "
            "(900001, 1, 'capped', 'open', 1, (SELECT max(city) FROM customers WHERE id IN (2, 3, 4)), now())",
    "upsert": select("c.id <= 4") + " ON CONFLICT (id) DO UPDATE SET subject = excluded.subject",
    "some_are_there": select("c.id <= 4") + " ON CONFLICT DO NOTHING",
    "some_are_updated": select("c.id <= 4") + " ON CONFLICT (id) DO UPDATE SET subject = 'x' WHERE support.tickets.priority > 1",
    "in_with_twice": f"WITH stored AS ({select('c.id <= 4')} RETURNING id), again AS (SELECT id FROM stored) SELECT id FROM (SELECT * FROM again) q ORDER BY id",
    "in_with_stored_again": f"WITH stored AS ({select('c.id <= 4')} RETURNING id) {COLUMNS}SELECT 100000 + id, 1, 'capped', 'open', 1, 'x', now() FROM stored",
    "in_with_distinct": f"WITH stored AS ({select('c.id <= 4')} RETURNING id, status) SELECT DISTINCT status FROM stored",
    "in_with_joined": f"WITH stored AS ({select('c.id <= 4')} RETURNING id) SELECT s.id, p.city FROM stored s LEFT JOIN customers p ON p.id = s.id - 900000",
    "in_with": f"WITH stored AS ({select('c.id <= 4')} RETURNING id) SELECT count(*) FROM stored",
}


@pytest.mark.parametrize("statement", FOUR.values(), ids=FOUR.keys())
def test_those_who_are_read_count(capped, stored, statement):
    capped.execute(statement)
    assert stored() > 0
    assert len(capped.execute("SELECT id FROM customers WHERE id BETWEEN 1 AND 10").fetchall()) == 10  # six are new
    with pytest.raises(psycopg.Error, match="budget reached"):
        capped.execute("SELECT id FROM customers WHERE id = 11")


@pytest.mark.parametrize("statement", FOUR.values(), ids=FOUR.keys())
def test_too_many_are_not_stored(capped, stored, statement):
    capped.execute("SELECT id FROM customers WHERE id BETWEEN 101 AND 107")
    with pytest.raises(psycopg.Error, match="budget reached") as refused:
        capped.execute(statement)
    assert refused.value.sqlstate == "54000" and stored() == 0
    assert capped.execute("SELECT 1").fetchone() == (1,)


def test_a_driver_sees_the_tag_and_the_rows_of_its_own(capped):
    cursor = capped.execute(select("c.id <= %s"), [3])
    assert cursor.statusmessage == "INSERT 0 3" and cursor.description is None
    cursor = capped.execute(f"{COLUMNS}SELECT 910000 + c.id, c.id, %s, %s, %s, c.city, %s FROM customers c WHERE c.id <= 3 RETURNING id",
                            ["capped", "open", 7, "2026-01-01"])
    assert cursor.fetchall() == [(910001,), (910002,), (910003,)] and [column.name for column in cursor.description] == ["id"]


def test_nobody_found_is_a_guess(capped):
    for guess in range(10):
        assert capped.execute(select(f"c.city = 'Nowhere{guess}'")).statusmessage == "INSERT 0 0"
    with pytest.raises(psycopg.Error, match="budget reached"):
        capped.execute(select("c.city = 'Nowhere10'"))


# All are there already, and stay as they are: an answer without rows.
LEFT_OUT = {
    "nothing": "ON CONFLICT DO NOTHING",
    "nothing_returned": "ON CONFLICT (id) DO NOTHING RETURNING id",
    "condition": "ON CONFLICT (id) DO UPDATE SET subject = 'x' WHERE tickets.priority > 1",
}


@pytest.mark.parametrize("conflict", LEFT_OUT.values(), ids=LEFT_OUT.keys())
def test_rows_that_are_all_left_out_are_a_guess(postgres, capped, stored, conflict):
    postgres.psql(f"{COLUMNS}SELECT {ROW} FROM customers c WHERE c.id BETWEEN 1 AND 40", "payments")
    for guess in range(10):
        assert capped.execute(f"{select(f'c.id BETWEEN {guess} AND 30')} {conflict}").statusmessage == "INSERT 0 0"
    with pytest.raises(psycopg.Error, match="budget reached"):
        capped.execute(f"{select('c.id = 39')} {conflict}")


def test_one_row_that_is_stored_tells_all_who_were_read(postgres, capped, stored):
    postgres.psql(f"{COLUMNS}SELECT {ROW} FROM customers c WHERE c.id BETWEEN 1 AND 3", "payments")
    assert capped.execute(select("c.id <= 4") + " ON CONFLICT DO NOTHING").statusmessage == "INSERT 0 1"
    assert len(capped.execute("SELECT id FROM customers WHERE id BETWEEN 1 AND 10").fetchall()) == 10  # six are new
    with pytest.raises(psycopg.Error, match="budget reached"):
        capped.execute("SELECT id FROM customers WHERE id = 11")


REFUSED = {
    "locks": select("c.id <= 4") + " FOR SHARE",
    "unread": f"WITH stored AS ({select('c.id <= 4')}) SELECT 1",
}


@pytest.mark.parametrize("statement", REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_counted_is_refused(capped, stored, statement):
    with pytest.raises(psycopg.Error) as refused:
        capped.execute(statement)
    assert refused.value.sqlstate == "42501" and refused.value.diag.message_hint and stored() == 0


# A WITH query stores its rows whatever is read of them.
READS_OF_A_PART = {
    "limit": "SELECT id FROM s LIMIT 0", "offset": "SELECT id FROM s OFFSET 4", "where": "SELECT id FROM s WHERE id < 0",
    "having": "SELECT count(*) FROM s HAVING false", "distinct": "SELECT DISTINCT ON (id % 2) id FROM s", "join": "SELECT s.id FROM s JOIN customers c ON c.id = s.id",
    "outer_join": "SELECT s.id FROM generate_series(1, 2) LEFT JOIN s ON false", "mixed_joins": "SELECT s.id FROM s LEFT JOIN customers c ON c.id = s.id JOIN customers d ON d.id = s.id", "no_rows_of_one": "SELECT unnest('{}'::int[]) FROM s",
    "set_operation": "SELECT id FROM s EXCEPT SELECT id FROM s", "condition": "SELECT 1 WHERE EXISTS (SELECT FROM s WHERE id < 0)",
    "through_another": "SELECT id FROM t WHERE id < 0", "through_an_unread_one": "SELECT 1", "in_a_sub_select": "SELECT 1 FROM (SELECT id FROM s LIMIT 0) q",
    "update": "UPDATE support.tickets t SET subject = 'x' FROM s WHERE t.id = -s.id", "delete": "DELETE FROM support.tickets USING s WHERE false",
    "insert": f"{COLUMNS}SELECT id, 1, 'capped', 'open', 1, 'x', now() FROM s WHERE id < 0",
}


def test_a_with_query_of_which_a_part_is_read_is_refused(capped, stored):
    for name, rest in READS_OF_A_PART.items():
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="do not all come out") as refused:
            capped.execute(f"WITH s AS ({select('c.id <= 4')} RETURNING id), t AS (SELECT * FROM s) {rest}")
        assert refused.value.diag.message_hint and stored() == 0, name


@pytest.mark.parametrize("people", ["c.id = {0}", "c.id BETWEEN {0} AND 5000"])
def test_an_insert_that_fails_is_a_guess(capped, people):
    """About whom it asks, or about somebody."""
    def probe(key):
        capped.execute(f"{COLUMNS}SELECT 1, c.id, 'capped', 'open', 1, 'x', now() FROM customers c WHERE {people.format(key)} AND c.city <> 'x'")

    for key in range(4990, 5000):
        with pytest.raises(psycopg.errors.UniqueViolation):
            probe(key)
    with pytest.raises(psycopg.Error, match="budget reached"):
        probe(5000)


KEEPERS = """
version: 1
databases: [payments]
tables: { kept.people: { subject: { customer: id }, columns: { "*": open } } }
roles: { keeper: { tables: [kept.people], write: [kept.people], budget: { customer: 3 per hour, misses: 12 per hour } } }
users:
"""


@pytest.fixture(scope="module")
def many_keepers(postgres):
    postgres.psql("CREATE SCHEMA kept; CREATE TABLE kept.people (id bigint PRIMARY KEY, code text UNIQUE, note text); "
                  "GRANT USAGE ON SCHEMA kept TO tabir_reader, tabir_catalog; GRANT SELECT, INSERT, UPDATE ON kept.people TO tabir_reader", "payments")
    with many_users_of(postgres, KEEPERS, {"keeper": "keeper"}, backends={"keeper": "tabir_reader"}) as fresh:
        yield fresh
    postgres.psql("DROP SCHEMA kept CASCADE", "payments")


@pytest.fixture
def keeper(postgres, many_keepers):
    """Somebody who writes people whom he names himself."""
    postgres.psql("DELETE FROM kept.people; INSERT INTO kept.people SELECT 7 * n, 'c' || n, 'x' FROM generate_series(1, 100) n", "payments")
    with psycopg.connect(many_keepers().dsn("keeper"), autocommit=True) as connection:
        yield connection


@pytest.mark.parametrize("conflict", ["ON CONFLICT DO NOTHING", "ON CONFLICT (id) DO NOTHING RETURNING id",
                                      "ON CONFLICT (id) DO UPDATE SET note = 'y' WHERE false", "ON CONFLICT (id) DO UPDATE SET note = 'y' WHERE people.code = 'c2' RETURNING id"])
def test_each_row_that_a_conflict_may_leave_out_is_a_guess(keeper, conflict):
    def guess(*keys):
        keeper.execute(f"INSERT INTO kept.people (id, code) VALUES {', '.join(f'({key}, $$d{key}$$)' for key in keys)} {conflict}")

    def misses():
        return [row[5] for row in keeper.execute("SHOW tabir.budget") if "misses" in row]

    guess(7, 9, 21, 28, 35)
    assert misses() >= [4]
    guess(42, 49, 56, 63, 70)
    with pytest.raises(psycopg.errors.ProgramLimitExceeded, match="found nobody"):
        guess(77, 84, 91)
    with pytest.raises(psycopg.Error) as many:
        keeper.execute(f"INSERT INTO kept.people (id) SELECT n FROM generate_series(1, 700) n {conflict}")
    assert many.value.sqlstate in ("42501", "54000")


SENT = {
    "arrays": ("SELECT * FROM unnest(%s::bigint[], %s::text[])", lambda keys, codes: [keys, codes]),
    "array_columns": ("SELECT unnest(%s::bigint[]), unnest(%s::text[])", lambda keys, codes: [keys, codes]),
    "array_constants": ("SELECT k, c FROM unnest(ARRAY[{keys}], ARRAY[{codes}]) u(k, c) WHERE k > 0", None),
    "rows_in_from": ("SELECT k, c FROM (VALUES {rows}) v(k, c) ORDER BY k", None),
    "rows_in_with": ("WITH v(k, c) AS (VALUES {rows}) SELECT * FROM v", None),
}


@pytest.mark.parametrize("source, parameters", SENT.values(), ids=SENT)
def test_a_query_over_rows_that_the_client_sent_counts_as_they_would(postgres, keeper, source, parameters):
    """As programs send many rows at once."""
    def insert(*keys):
        codes = [f"d{key}" for key in keys]
        text = source.format(keys=", ".join(map(str, keys)), codes=", ".join(f"'{code}'" for code in codes),
                             rows=", ".join(f"({key}, '{code}')" for key, code in zip(keys, codes)))
        cursor = keeper.execute(f"INSERT INTO kept.people (id, code) {text} ON CONFLICT DO NOTHING",
                                None if parameters is None else parameters(keys=list(keys), codes=codes))
        return cursor.statusmessage

    assert insert(7, 9, 21, 28, 35) == "INSERT 0 1" and insert(42, 49, 10) == "INSERT 0 1"
    misses = next(row[5] for row in keeper.execute("SHOW tabir.budget") if "misses" in row)
    assert misses >= 6
    with pytest.raises(psycopg.errors.ProgramLimitExceeded, match="found nobody"):
        insert(*range(420, 525, 7))
    assert postgres.psql("SELECT count(*) FROM kept.people WHERE code LIKE 'd4__'", "payments").strip() == "0"


@pytest.mark.parametrize("source", [
    "SELECT 100 + length(lexeme), lexeme FROM unnest('c1 c2 c3'::tsvector)", "SELECT 101, unnest('c1 c2 c3'::tsvector::text::text[])", "SELECT u, 'x' FROM unnest('7 14 21'::int2vector) u",
    "SELECT u, 'x' FROM unnest('7 14 21'::oidvector::text::int[]) u", "SELECT u, 'x' FROM unnest('7 14 21'::oidvector::int[]) u", "SELECT u, 'x' FROM unnest(string_to_array('7 14', ' ')::int[]) u",
    "SELECT u, 'x' FROM unnest(array_fill(7, ARRAY[3])) u", "SELECT g, 'x' FROM generate_series(7, 21, 7) g", "SELECT id, 'x' FROM kept.people WHERE id < 22",
])
def test_rows_whose_number_the_text_does_not_tell_are_refused(keeper, source):
    """Elements of other types than arrays are parted by blanks, and how many a function makes is not known."""
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="cannot be counted"):
        keeper.execute(f"INSERT INTO kept.people (id, code) {source} ON CONFLICT DO NOTHING")


@pytest.mark.parametrize("rest", ["WHERE EXISTS (SELECT FROM kept.people WHERE id = {0})", "FROM kept.people WHERE id = {0}"])
def test_one_row_of_a_query_that_a_conflict_may_leave_out_is_a_guess(keeper, rest):
    assert keeper.execute(f"INSERT INTO kept.people (id) SELECT 8 {rest.format(14)} ON CONFLICT DO NOTHING").statusmessage == "INSERT 0 1"
    with pytest.raises(psycopg.errors.ProgramLimitExceeded):
        for key in range(701, 720):
            keeper.execute(f"INSERT INTO kept.people (id) SELECT 8 {rest.format(key)} ON CONFLICT DO NOTHING")


def test_a_row_that_was_there_and_is_changed_is_its_person(keeper):
    keeper.execute("INSERT INTO kept.people (id, code) VALUES (7, 'a'), (14, 'b') ON CONFLICT (id) DO UPDATE SET note = 'y'")
    assert [row[5] for row in keeper.execute("SHOW tabir.budget")] == [2, 0]
    with pytest.raises(psycopg.errors.ProgramLimitExceeded):
        keeper.execute("INSERT INTO kept.people (id, code) VALUES (21, 'a2'), (28, 'b2') ON CONFLICT (id) DO UPDATE SET note = 'y'")
