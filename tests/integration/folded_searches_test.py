"""An exact search may disregard case and the blanks around a value, as object mappers and search boxes do."""

import psycopg
import pytest

from gateway import Gateway


@pytest.fixture(scope="module")
def email(gateway):
    """Of customer 4711, in small letters."""
    with psycopg.connect(gateway.dsn("dba")) as connection:
        email = connection.execute("SELECT email FROM customers WHERE id = 4711").fetchone()[0]
    assert email == email.lower() and connection is not None
    return email


CONDITIONS = [
    "lower(email) = lower({0})",
    "LOWER(c.email) = LOWER({0})",
    'UPPER("c"."email"::text) = UPPER({0})',
    "pg_catalog.upper(email) = upper({0})",
    "lower({0}) = lower(email)",
    "lower(trim(email)) = lower(trim(' ' || {0} || ' '))",
    "lower(btrim((email))) = lower({0})",
    "lower((c.email)::varchar) IN (lower({0}), 'x')",
    "CAST(lower(email) AS text) = lower({0})",
    "(lower(c.email) = lower({0}) OR c.phone = 'x') AND c.id > 0",
    "email::text = lower({0})",
]
LITERALS = ["email ILIKE '{0}'", "c.email::text ILIKE '{0}'::text", "lower(email) LIKE '{0}'", "trim(c.email) ILIKE '{0}' AND c.id > 0"]


@pytest.mark.parametrize("condition", LITERALS)
def test_a_pattern_that_is_none_is_a_value(heard, email, condition):
    connection, said = heard
    statement = f"SELECT c.id FROM customers c WHERE {condition}"
    shout = email.upper() if " ILIKE " in condition else email
    assert connection.execute(statement.format(shout)).fetchall() == [(4711,)]
    assert connection.execute(statement.format("nobody@example")).fetchall() == []
    assert said == []


@pytest.mark.parametrize("condition", CONDITIONS)
def test_whoever_has_the_value_is_found(heard, email, condition):
    connection, said = heard
    statement = f"SELECT c.id FROM customers c WHERE {condition}"
    shout = email if "varchar" in condition and "lower({0})" not in condition else email.upper()
    assert connection.execute(statement.format(f"'{shout}'")).fetchall() == [(4711,)]
    assert connection.execute(statement.format("'nobody@example.com'")).fetchall() == []
    assert connection.execute(statement.format("%s::text"), [shout]).fetchall() == [(4711,)]
    assert said == []


@pytest.mark.parametrize("statement", [
    "SELECT id FROM (SELECT * FROM customers) s WHERE lower(s.email) = {0}",
    "WITH w AS (SELECT id, email AS e FROM customers) SELECT id FROM w WHERE upper(lower(e)) = upper({0})",
    "SELECT c.id FROM customers c JOIN (SELECT 4711 AS n) t ON t.n = c.id AND lower(c.email) = {0}",
    "SELECT id FROM customers WHERE lower(email) = ANY (ARRAY[{0}, 'x'])",
    "SELECT id FROM customers WHERE lower(email) = ANY (ARRAY[{0}]) ORDER BY id LIMIT 5",
])
def test_in_every_place_of_a_search(heard, email, statement):
    connection, said = heard
    assert connection.execute(statement.format(f"'{email}'")).fetchall() == [(4711,)]
    if "ARRAY" not in statement:
        assert connection.execute(statement.format("%s::text"), [email]).fetchall() == [(4711,)]
    assert said == []


def test_parameters_are_text_and_may_be_bound_as_a_list(gateway, email):
    with psycopg.connect(gateway.dsn("agent"), autocommit=True) as connection:
        assert connection.execute("SELECT id FROM customers WHERE lower(email) = %s", [email]).fetchall() == [(4711,)]
        assert connection.execute("SELECT id FROM customers WHERE lower(email) = lower(%b)", [email]).fetchall() == [(4711,)]
        rows = connection.execute("SELECT id FROM customers WHERE lower(email) = ANY (%s)", [["x", email]])
        assert rows.fetchall() == [(4711,)]


def test_the_value_stays_masked(gateway, email):
    with psycopg.connect(gateway.dsn("agent"), autocommit=True) as connection:
        shown = connection.execute("SELECT email, lower(email), upper(email) FROM customers WHERE lower(email) = %s", [email]).fetchone()
    assert shown[0] != email and shown[1:] == (shown[0].lower(), shown[0].upper())


@pytest.mark.parametrize("condition", [
    "left(email, 3) = left('{0}', 3)", "email::varchar(3) = left('{0}', 3)", "email::char = left('{0}', 1)",
    "btrim(email, 'abcdefghijklmnopqrstuvwxyz@.0123456789') = ''", "replace(lower(email), 'a', '') = replace('{0}', 'a', '')",
    "length(email) = length('{0}')", "md5(email) = md5('{0}')", "lower(email) LIKE '{0}%'", "lower(email) > '{0}'", "email ILIKE '_' || '{0}'",
    "email LIKE E'\\\\{0}'", "email NOT LIKE '{0}'", "email LIKE '{0}' ESCAPE 'a'", "email ~~* ANY (ARRAY['{0}'])", "email SIMILAR TO '{0}'", "email ~ '{0}'",
    "reverse(lower(email)) = reverse('{0}')", "lower(email) <> '{0}'", "NOT lower(email) = '{0}'", "substr(lower(email), 1) = '{0}'",
    "translate(email, 'abc', '') = translate('{0}', 'abc', '')", "email::name = '{0}'", "lower(email || '') = '{0}'",
])
def test_a_part_of_the_value_is_not_searched(gateway, email, condition):
    with psycopg.connect(gateway.dsn("agent"), autocommit=True) as connection, psycopg.connect(gateway.dsn("reader"), autocommit=True) as plain:
        statement = f"SELECT id FROM customers WHERE {condition.format(email)} ORDER BY id"
        # As for a role that may search nothing: the mask is compared.
        assert connection.execute(statement).fetchall() == plain.execute(statement).fetchall()


def test_a_function_of_the_clients_own_is_none_of_these(gateway, postgres, email):
    postgres.psql("CREATE SCHEMA folding; CREATE FUNCTION folding.lower(text) RETURNS text LANGUAGE sql AS 'SELECT left($1, 1)';"
                  "GRANT USAGE ON SCHEMA folding TO PUBLIC", "payments")
    try:
        with psycopg.connect(gateway.dsn("agent"), autocommit=True) as connection:
            with pytest.raises(psycopg.Error):
                connection.execute(f"SELECT id FROM customers WHERE folding.lower(email) = '{email[0]}'")
            assert connection.execute("SELECT id FROM customers WHERE lower(email) = %s", [email[0]]).fetchall() == []
    finally:
        postgres.psql("DROP SCHEMA folding CASCADE", "payments")


@pytest.mark.parametrize("condition", ["lower(phone) = '{0}'", "upper(phone::text) = '{0}'", "btrim(phone) IN ('{0}')"])
def test_who_is_found_costs_himself_and_who_is_not_a_miss(fresh_users, condition):
    with psycopg.connect(fresh_users.dsn("capped"), autocommit=True) as connection:
        def found_and_spent(phone):
            rows = connection.execute(f"SELECT id FROM customers WHERE {condition.format(phone)}").fetchall()
            return rows, [row[5] for row in connection.execute("SHOW tabir.budget")]
        assert found_and_spent("+6285727404681") == ([(4711,)], [1])
        for guesses in (1, 2, 3):
            assert found_and_spent(f"+62000{guesses}") == ([], [1 + guesses])


def test_what_it_finds_is_no_single_row(fresh_users, postgres):
    """lower() of a unique column is not unique: a search through it asks about as many as it finds."""
    postgres.psql("INSERT INTO customers (id, full_name, phone, email, city, created_at) SELECT 900000 + n, 'N', '+900' || n, 'n' || n || '@x', 'B', now() "
                  "FROM generate_series(1, 2) n; UPDATE customers SET phone = CASE id WHEN 900001 THEN 'ab' ELSE 'AB' END WHERE id > 900000", "payments")
    try:
        with psycopg.connect(fresh_users.dsn("capped"), autocommit=True) as connection:
            assert connection.execute("SELECT id FROM customers WHERE lower(phone) = 'ab' ORDER BY 1").fetchall() == [(900001,), (900002,)]
            assert [row[5] for row in connection.execute("SHOW tabir.budget")] == [2]
    finally:
        postgres.psql("DELETE FROM customers WHERE id > 900000", "payments")


RANGES = """
CREATE SCHEMA ranged; CREATE COLLATION ranged.loose (provider = icu, locale = 'und-u-ks-level1', deterministic = false);
CREATE DOMAIN ranged.loose_text AS text COLLATE ranged.loose;
CREATE TABLE ranged.stays (id int PRIMARY KEY, stay daterange, pay int4range, pays int4multirange, code text);
INSERT INTO ranged.stays SELECT n, daterange(date '2020-01-01' + n, date '2021-01-01' + n), int4range(n, n + 50), int4multirange(int4range(n, n + 5)), 'Code ' || n FROM generate_series(1, 9) n;
GRANT USAGE ON SCHEMA ranged TO tabir_reader, tabir_catalog; GRANT SELECT ON ranged.stays TO tabir_reader;
"""
RANGES_POLICY = """
version: 1
databases: [payments]
classes: { hidden: { mask: redact } }
tables: { ranged.stays: { subject: { guest: id }, columns: { id: open, "*": hidden } } }
roles: { desk: { tables: [ranged.stays], search: { hidden: exact } } }
users: { desk: { role: desk } }
"""


def test_a_bound_is_a_part_of_a_range_and_another_collation_finds_more(postgres):
    postgres.psql(RANGES, "payments")
    try:
        with Gateway(postgres, RANGES_POLICY, ["desk"], {"desk": "tabir_reader"}) as running, psycopg.connect(running.dsn("desk"), autocommit=True) as connection:
            def found(condition):
                return [row[0] for row in connection.execute(f"SELECT id FROM ranged.stays WHERE {condition} ORDER BY id")]
            assert found("stay = '[2020-01-08,2021-01-08)'") == [7] and found("stay::text = '[2020-01-08,2021-01-08)'") == [7]
            assert found("lower(stay::text) = '[2020-01-08,2021-01-08)'") == [7] and found("lower(code) = 'code 7'") == [7]
            for condition in ("lower(stay) = '2020-01-08'", "upper(stay) = '2021-01-08'", "lower(pay) IN (7, 8)", "lower(pays) = 7",
                              "lower(stay) = ANY ('{2020-01-08}'::date[])", "code = 'CODE 7'::ranged.loose_text", "lower(code) = 'CÓDE 7'::ranged.loose_text"):
                try:
                    assert found(condition) == [], condition
                except psycopg.Error as error:
                    assert error.sqlstate.startswith("42"), condition  # of two types, or not granted
    finally:
        postgres.psql("DROP SCHEMA ranged CASCADE", "payments")


CHANGED = """
CREATE SCHEMA folded; CREATE TABLE folded.people (id int PRIMARY KEY, name text, phone text);
INSERT INTO folded.people SELECT n, 'name ' || n, 'Tel ' || n FROM generate_series(1, 20) n;
GRANT USAGE ON SCHEMA folded TO tabir_reader, tabir_catalog; GRANT SELECT, INSERT, UPDATE, DELETE ON folded.people TO tabir_reader;
"""
CHANGED_POLICY = """
version: 1
databases: [payments]
classes: { phone: { mask: redact } }
tables: { folded.people: { subject: { person: id }, columns: { "*": open, phone: phone } } }
roles:
  clerk: { tables: [folded.people], search: { phone: exact }, write: [folded.people], budget: { person: 100 per day, misses: 100 per day } }
  near: { tables: [folded.people], search: { phone: exact }, write: [folded.people], rows: { folded.people: "id < 10" }, budget: { person: 100 per day, misses: 100 per day } }
users: { clerk: { role: clerk }, near: { role: near } }
"""


@pytest.fixture(scope="module")
def changing(postgres):
    postgres.psql(CHANGED, "payments")
    with Gateway(postgres, CHANGED_POLICY, ["clerk", "near"], dict.fromkeys(["clerk", "near"], "tabir_reader")) as running:
        yield running
    postgres.psql("DROP SCHEMA folded CASCADE", "payments")


@pytest.mark.parametrize("change", [
    "UPDATE folded.people SET name = 'new' WHERE {0} RETURNING id", "UPDATE folded.people AS people SET name = 'new' WHERE id > 0 AND ({0}) RETURNING id",
    "DELETE FROM folded.people AS people WHERE {0} RETURNING id", "WITH u AS (UPDATE folded.people SET name = 'new' WHERE {0} RETURNING id) SELECT id FROM u",
])
@pytest.mark.parametrize("condition", ["lower(phone) = 'tel {1}'", "upper(trim(people.phone)) IN ('TEL {1}', 'x')", "phone ILIKE 'TEL {1}'", "phone::text = 'Tel {1}'"])
def test_changes_find_their_rows_so_too(changing, change, condition):
    for user in ("clerk", "near"):
        with psycopg.connect(changing.dsn(user)) as connection:
            spent = lambda: {row[2]: row[5] for row in connection.execute("SHOW tabir.budget")}  # noqa: E731
            found = lambda number: connection.execute(change.format(condition, number).replace("{1}", str(number))).fetchall()  # noqa: E731
            assert found(3) == [(3,)]
            before = spent()["misses"]
            assert found(99) == [] and spent()["misses"] > before
            assert found(13) == ([(13,)] if user == "clerk" else [])
            connection.rollback()
