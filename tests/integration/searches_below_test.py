"""An exact search compares the values themselves also where sub-selects, WITH queries and views pass the column on."""

import psycopg
import pytest

PHONE, OTHER = "+6285727404681", "+620000"  # of customer 4711, of nobody

SEARCHES = [
    "SELECT id FROM (SELECT id, phone FROM customers) s WHERE s.phone = {0}",
    "SELECT s.id FROM (SELECT * FROM customers) s WHERE phone = {0}",
    "SELECT s.id FROM (SELECT * FROM customers) s WHERE {0} = s.phone",
    "SELECT s.id FROM (SELECT * FROM customers) s WHERE phone IN ({0}, 'x')",
    "SELECT s.id FROM (SELECT * FROM customers WHERE id > 5) s WHERE phone = {0} AND id < 5000",
    "SELECT s.id FROM (SELECT * FROM customers WHERE id > 5) s WHERE phone = {0} OR s.phone = 'x'",
    "SELECT n FROM (SELECT id AS n, phone AS p FROM customers) s WHERE p = {0}",
    "SELECT a FROM (SELECT id, phone FROM customers) s(a, b) WHERE b = {0}",
    "SELECT t.id FROM (SELECT * FROM (SELECT * FROM customers) s) t WHERE t.phone = {0}",
    "WITH w AS (SELECT id, phone FROM customers) SELECT id FROM w WHERE phone = {0}",
    "WITH w AS (SELECT id, phone FROM customers), v AS (SELECT * FROM w) SELECT id FROM v WHERE phone = {0}",
    "WITH w(a, b) AS (SELECT id, phone FROM customers) SELECT a FROM w WHERE b = {0}",
    "WITH w AS MATERIALIZED (SELECT id, phone FROM customers) SELECT a.id FROM w a JOIN w b USING (id) WHERE b.phone = {0}",
    "SELECT s.id FROM (SELECT c.* FROM customers c JOIN (SELECT 4711 AS n) t ON t.n = c.id) s WHERE s.phone = {0}",
    "SELECT s.id FROM (SELECT 4711 AS n) t JOIN (SELECT id, phone FROM customers) s ON s.id = t.n AND s.phone = {0}",
    "SELECT id FROM customer_cards WHERE telp = {0}",
    "SELECT v.id FROM customer_cards v WHERE v.telp = {0}",
    "SELECT i FROM customer_cards v(i, h, p) WHERE p = {0}",
    "SELECT s.id FROM (SELECT * FROM customer_cards) s WHERE s.telp = {0}",
    "WITH w AS (SELECT * FROM customer_cards) SELECT id FROM w WHERE telp = {0}",
    "SELECT id FROM (SELECT id FROM (SELECT * FROM customers) s WHERE phone = {0}) t",
    "SELECT c.id FROM customers c WHERE EXISTS (SELECT FROM (SELECT * FROM customers) s WHERE s.id = c.id AND s.phone = {0})",
    "SELECT id FROM customers WHERE id IN (SELECT s.id FROM (SELECT * FROM customers) s WHERE s.phone = {0})",
    "SELECT customers.id FROM public.customers WHERE public.customers.phone = {0}",
    'SELECT "public"."customers"."id" FROM "public"."customers" WHERE ("public"."customers"."phone" = {0} AND 1=1) OFFSET 0',
    "SELECT customers.id FROM public.customers JOIN (SELECT 4711 AS n) t ON t.n = public.customers.id AND lower(public.customers.phone) = {0}",
    "SELECT id FROM public.customer_cards WHERE public.customer_cards.telp = {0}",
    "SELECT (s).id FROM (SELECT id, phone FROM customers) s WHERE s.phone = {0}",
]


@pytest.mark.parametrize("statement", SEARCHES)
def test_whoever_has_the_value_is_found(heard, statement):
    connection, said = heard
    assert connection.execute(statement.format(f"'{PHONE}'")).fetchall() == [(4711,)]
    assert connection.execute(statement.format(f"'{OTHER}'")).fetchall() == []
    assert connection.execute(statement.format("%s"), [PHONE] * statement.count("{0}")).fetchall() == [(4711,)]
    assert said == []


@pytest.mark.parametrize("statement, shown", [
    ("SELECT * FROM (SELECT id, phone FROM customers) s WHERE s.phone = {0}", (4711, "***4681")),
    ("SELECT s.* FROM (SELECT id, phone FROM customers) s WHERE s.phone = {0}", (4711, "***4681")),
    ("SELECT s.*, 1 FROM (SELECT id, phone, phone FROM customers) s(id, p, q) WHERE p = {0}", (4711, "***4681", "***4681", 1)),
    ("SELECT telp FROM (SELECT * FROM customer_cards) s WHERE telp = {0}", ("***4681",)),
    ("SELECT to_jsonb(s) FROM (SELECT id, phone FROM customers) s WHERE phone = {0}", ({"id": 4711, "phone": "***4681"},)),
    ("SELECT s FROM (SELECT id, phone FROM customers) s WHERE phone = {0}", (("4711", "***4681"),)),
    ("SELECT to_jsonb(v) - 'holder' FROM customer_cards v WHERE telp = {0}", ({"id": 4711, "telp": "***4681", "city": "Surabaya"},)),
    ("SELECT count(*) FROM (SELECT * FROM customers) s NATURAL JOIN (SELECT 4711::bigint AS id) t WHERE s.phone = {0}", (1,)),
])
def test_nothing_more_is_shown(gateway, statement, shown):
    with psycopg.connect(gateway.dsn("agent"), autocommit=True) as connection:
        assert connection.execute(statement.format(f"'{PHONE}'")).fetchone() == shown
        assert connection.execute(statement.format("%s"), [PHONE]).fetchone() == shown


def test_it_may_be_one_of_several_values(gateway):
    with psycopg.connect(gateway.dsn("agent"), autocommit=True) as connection:
        rows = connection.execute("SELECT id FROM (SELECT * FROM customers) s WHERE phone = ANY (%s)", [[OTHER, PHONE]])
        assert rows.fetchall() == [(4711,)]
        rows = connection.execute(f"SELECT id FROM (SELECT * FROM customers) s WHERE phone = ANY ('{{{PHONE},{OTHER}}}')")
        assert rows.fetchall() == [(4711,)]


@pytest.mark.parametrize("statement", [one for one in SEARCHES if "customer_cards" not in one])
def test_who_is_found_costs_himself_and_who_is_not_a_miss(fresh_users, statement):
    def used(connection):
        return [row[5] for row in connection.execute("SHOW tabir.budget")]

    with psycopg.connect(fresh_users.dsn("capped"), autocommit=True) as connection:
        connection.execute(statement.format(f"'{PHONE}'"))
        found = used(connection)
        connection.execute(statement.format(f"'{OTHER}'"))
        # Another value that nobody has; what only joins is no filter; a sub-query that finds nobody asks about the row around it.
        more = any(part in statement for part in ("'x'", " ON s.id", " ON t.n = public", "EXISTS", " IN (SELECT"))
        assert found == [2 if more else 1] and used(connection)[0] > found[0]


@pytest.mark.parametrize("statement", [
    "SELECT id FROM (SELECT DISTINCT id, phone FROM customers) s WHERE phone = '{0}'",
    "SELECT id FROM (SELECT id, phone || '' AS phone FROM customers) s WHERE phone = '{0}'",
    "SELECT id FROM (SELECT id, phone FROM customers LIMIT 9) s WHERE phone = '{0}'",
    "SELECT id FROM (SELECT id, phone FROM customers UNION ALL SELECT id, phone FROM customers) s WHERE phone = '{0}'",
    "SELECT id FROM (SELECT id, phone FROM customers WHERE id < 9) s WHERE NOT phone = '{0}' AND phone = '{0}'",
])
def test_elsewhere_the_mask_is_compared_and_that_is_said(heard, statement):
    connection, said = heard
    assert connection.execute(statement.format(PHONE)).fetchall() == []
    assert said == ["column phone of public.customers is masked: values that differ may look equal"]


SEEN = [
    "SELECT c.id, EXISTS (SELECT FROM customers y WHERE y.id = c.id AND y.phone = '{0}') FROM customers c WHERE c.id = 4711",
    "SELECT c.id, (SELECT count(*) FROM customers y WHERE y.id = c.id AND y.phone = '{0}') FROM customers c WHERE c.id = 4711",
    "SELECT c.id, ARRAY(SELECT y.id FROM (SELECT * FROM customers) y WHERE y.id = c.id AND y.phone = '{0}') FROM customers c WHERE c.id = 4711",
    "SELECT c.id FROM customers c WHERE c.id = 4711 AND NOT EXISTS (SELECT FROM customers y WHERE y.id = c.id AND y.phone = '{0}')",
    "SELECT c.id, n FROM customers c, LATERAL (SELECT count(*) AS n FROM customers y WHERE y.id = c.id AND y.phone = '{0}') z WHERE c.id = 4711",
    "SELECT g, EXISTS (SELECT FROM customers y WHERE y.id = g AND y.phone = '{0}') FROM (VALUES (4711)) g(g)",
    "SELECT c.id FROM customers c WHERE c.id = 4711 ORDER BY EXISTS (SELECT FROM customers y WHERE y.id = c.id AND y.phone = '{0}')",
]


@pytest.mark.parametrize("statement", SEEN)
def test_a_guess_about_somebody_who_was_seen_costs_a_miss(fresh_users, statement):
    with psycopg.connect(fresh_users.dsn("capped"), autocommit=True) as connection:
        connection.execute("SELECT id FROM customers WHERE id = 4711")
        for guesses in (1, 2, 3):
            connection.execute(statement.format(f"+62000{guesses}"))
            assert [row[5] for row in connection.execute("SHOW tabir.budget")] == [1 + guesses]


def test_a_function_beside_it_hides_no_column(gateway):
    with psycopg.connect(gateway.dsn("agent"), autocommit=True) as connection:
        for statement in (f"SELECT id, g FROM customers, generate_series(1, 1) g WHERE phone = '{PHONE}'",
                          f"SELECT id, g FROM (SELECT id, phone FROM customers) s, generate_series(1, 1) g WHERE phone = '{PHONE}'"):
            assert connection.execute(statement).fetchall() == [(4711, 1)]
