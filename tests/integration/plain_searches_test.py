"""Comparisons that say `column = value` in other words are exact searches, too."""

import psycopg
import pytest


@pytest.fixture(scope="module")
def person(gateway):
    """Customer 4711, as he is."""
    with psycopg.connect(gateway.dsn("dba")) as connection:
        names = ("email", "phone", "city")
        return dict(zip(names, connection.execute("SELECT email, phone, city FROM customers WHERE id = 4711").fetchone()))


# {0}: the e-mail address that is asked for; the person's own phone number and city are {phone} and {city}.
CONDITIONS = {
    "several_columns": "{0} IN (phone, email)",
    "several_columns_or_more": "({0} IN (c.phone, c.email) OR c.id < 0)",
    "lower": "lower({0}) IN (lower(email), lower(phone))",
    "row": "(email, city) = ({0}, '{city}')",
    "row_the_other_way": "({0}, '{phone}') = (c.email, c.phone)",
    "row_of_three": "ROW(id, email, phone) = ROW(4711, {0}, '{phone}')",
    "rows": "(email, city) IN (({0}, '{city}'), ('x', 'y'))",
    "elements": "email IN (SELECT unnest(ARRAY[{0}, 'x']))",
    "values": "email IN (VALUES ({0}), ('x'))",
    "chosen": "email = COALESCE({0}, email)",
    "not_distinct": "c.email IS NOT DISTINCT FROM {0}",
    "sub_select": "email = (SELECT {0})",
    "in_a_condition": "(id > 0 AND (email, 1) = ({0}, 1))",
    "below": "c.id IN (SELECT id FROM customers WHERE {0} IN (phone, email))",
}


@pytest.mark.parametrize("condition", CONDITIONS.values(), ids=CONDITIONS)
def test_whoever_has_the_value_is_found(heard, person, condition):
    connection, said = heard
    statement = f"SELECT c.id FROM customers c WHERE {condition}"

    def found(value):
        return connection.execute(statement.format(f"'{value}'", **person)).fetchall()

    assert found(person["email"]) == [(4711,)] and found("nobody@example.com") == [] and said == []
    if "VALUES" not in condition and "(SELECT {0})" not in condition and "ARRAY" not in condition:
        assert connection.execute(statement.format("%s", **person), [person["email"]]).fetchall() == [(4711,)]
        assert said == []


@pytest.mark.parametrize("statement", [
    "SELECT id FROM customers WHERE email IN (SELECT unnest(%s::text[]))",
    "SELECT id FROM (SELECT id, email FROM customers) c WHERE email IN (SELECT unnest(%s))",
    "UPDATE customers SET city = city WHERE email IN (SELECT unnest(%s::text[])) RETURNING id",
])
def test_a_list_that_is_bound_finds_those_who_are_in_it(gateway, writing, person, statement):
    user, through = ("editor", writing) if statement.startswith("UPDATE") else ("agent", gateway)
    with psycopg.connect(through.dsn(user), autocommit=True) as connection:
        if user == "editor":  # who may search by phone number
            rows = connection.execute(statement.replace("email", "phone"), [["x", person["phone"]]])
        else:
            rows = connection.execute(statement, [["x", person["email"]]])
        assert rows.fetchall() == [(4711,)]


LISTED = [
    "SELECT v.p, c.id FROM (VALUES ({0}), ('x')) v(p) LEFT JOIN customers c ON c.email = v.p ORDER BY c.id",
    "SELECT v.p, c.id FROM (VALUES ('x'), ({0}::text)) AS v(p) LEFT JOIN customers AS c ON v.p = c.email ORDER BY c.id",
    "SELECT v.n, c.id FROM customers c JOIN (VALUES ({0}, 5), ('x', 6)) AS v(p, n) ON lower(c.email) = v.p AND c.id > 0",
    "WITH w(email) AS (VALUES ({0}), ('x')) SELECT c.id FROM customers c JOIN w ON c.email = w.email",
    "SELECT c.id FROM customers c, (VALUES ('x'), ({0})) w(e) WHERE c.email = w.e AND c.id > 10",
    "SELECT c.id FROM customers c JOIN (VALUES ({0}, 4711)) v(e, n) ON (c.email, c.id) = (v.e, v.n)",
    # NULL beside an outer join, and columns that are no search
    "SELECT c.id FROM customers c JOIN (VALUES ({0}), ('x')) v(p) ON c.email = v.p LEFT JOIN (VALUES ('Nowhere')) w(q) ON c.id = 2 WHERE NOT (c.city = w.q)",
    "SELECT c.id, c.city = w.q AS same FROM customers c JOIN (VALUES ({0}), ('x')) v(p) ON c.email = v.p LEFT JOIN (VALUES ('Nowhere')) w(q) ON c.id = 2",
]


@pytest.mark.parametrize("statement", LISTED)
def test_a_joined_list_of_values_finds_those_who_are_in_it(heard, gateway, person, statement):
    connection, said = heard
    with psycopg.connect(gateway.dsn("dba"), autocommit=True) as dba:
        for value in (person["email"], "nobody@example.com"):
            assert connection.execute(statement.format(repr(value))).fetchall() == dba.execute(statement.format(repr(value))).fetchall()
            assert connection.execute(statement.format("%s"), [value]).fetchall() == dba.execute(statement.format("%s"), [value]).fetchall()
    assert said == []


@pytest.mark.parametrize("statement", [
    "SELECT c.id FROM (VALUES (%s, %s)) v(p, n) JOIN customers c ON c.email = v.p AND c.id = v.n",
    "SELECT c.id FROM (VALUES (%s, %s), ('x', 7)) v(p, n) JOIN customers c ON c.id = v.n WHERE c.email = v.p",
])
def test_numbers_beside_the_values_stay_numbers(gateway, person, statement):
    with psycopg.connect(gateway.dsn("agent")) as agent, psycopg.connect(gateway.dsn("dba")) as dba:
        said = [connection.execute(statement, [person["email"], 4711]).fetchall() for connection in (agent, dba)]
    assert said == [[(4711,)], [(4711,)]]


def test_a_joined_list_of_values_that_find_nobody_is_as_many_misses(fresh_users):
    with psycopg.connect(fresh_users.dsn("capped"), autocommit=True) as connection:
        listed = ", ".join(f"('+62000{guess}')" for guess in range(4))
        assert connection.execute(f"SELECT c.id FROM customers c JOIN (VALUES {listed}) v(p) ON c.phone = v.p").fetchall() == []
        assert [row[5] for row in connection.execute("SHOW tabir.budget")] == [4]


@pytest.mark.parametrize("statement", [
    "SELECT id FROM customers c JOIN (VALUES ({0}), (NULL)) v(p) ON c.phone = v.p",
    "SELECT id FROM customers c JOIN (VALUES (left({0}, 20))) v(p) ON c.phone = v.p",
    "SELECT id FROM customers c JOIN (VALUES ({0})) v(p) ON c.phone <> v.p AND c.id < 5",
    "SELECT c.id FROM customers c, (VALUES ({0})) v(p), (VALUES ('y')) w(p) WHERE left(c.phone, 5) = v.p",
    "SELECT (WITH c2(p) AS (VALUES ({0})) SELECT 1), c2.id FROM customers c2 WHERE c2.city = c2.phone",
])
def test_other_joins_compare_masks(gateway, person, statement):
    with psycopg.connect(gateway.dsn("agent"), autocommit=True) as connection, psycopg.connect(gateway.dsn("reader"), autocommit=True) as plain:
        said = statement.format(repr(person["phone"]))
        assert connection.execute(said).fetchall() == plain.execute(said).fetchall()


NO_VALUE = ["NOT (email IN (SELECT unnest(%s::text[])))", "(email IN (SELECT unnest(%s::text[]))) IS FALSE", "coalesce(email IN (SELECT unnest(%s::text[])), true)",
            "NOT (email IS NOT DISTINCT FROM %s)", "(email IS NOT DISTINCT FROM %s) IS NOT NULL", "email = COALESCE(%s, email)", "email IS NOT DISTINCT FROM %s", "%s IN (phone, email)", "(email, 1) = (%s, 1)"]


@pytest.mark.parametrize("condition", NO_VALUE)
def test_null_says_what_postgresql_says(gateway, condition):
    statement = f"SELECT count(*) FROM customers WHERE id < 50 AND {condition}"
    with psycopg.connect(gateway.dsn("agent")) as agent, psycopg.connect(gateway.dsn("dba")) as dba:
        assert agent.execute(statement, [None]).fetchall() == dba.execute(statement, [None]).fetchall()


@pytest.mark.parametrize("condition", CONDITIONS.values(), ids=CONDITIONS)
def test_who_may_not_search_compares_masks(gateway, person, condition):
    with psycopg.connect(gateway.dsn("reader"), autocommit=True) as connection:
        statement = f"SELECT c.id FROM customers c WHERE {condition}".format(f"'{person['email']}'", **person)
        assert connection.execute(statement).fetchall() == []


@pytest.mark.parametrize("condition", [
    "{0} NOT IN (phone, email)", "(phone, 1) <> ({0}, 1)", "(phone, 1) >= ({0}, 1)", "phone IS DISTINCT FROM {0}", "phone = COALESCE(phone, {0})",
    "phone NOT IN (SELECT unnest(ARRAY[{0}]))", "NOT (phone, 1) = ({0}, 1)", "(left(phone, 5), 1) = (left({0}, 5), 1)", "{0} IN (left(phone, 20), 'x')", "'5' IN (id, 5, '05') AND {0} <> ''",
])
def test_whatever_is_no_equality_compares_masks(gateway, person, condition):
    with psycopg.connect(gateway.dsn("agent"), autocommit=True) as connection, psycopg.connect(gateway.dsn("reader"), autocommit=True) as plain:
        statement = f"SELECT id FROM customers WHERE {condition.format(repr(person['phone']))} ORDER BY id"
        assert connection.execute(statement).fetchall() == plain.execute(statement).fetchall()


@pytest.mark.parametrize("condition", ["(phone, 1) = ({0}, 1)", "(phone, 1) IN (({0}, 1))", "phone IN (SELECT unnest(ARRAY[{0}]))"])
def test_who_is_found_costs_himself_and_who_is_not_a_miss(fresh_users, person, condition):
    with psycopg.connect(fresh_users.dsn("capped"), autocommit=True) as connection:
        def found_and_spent(phone):
            rows = connection.execute(f"SELECT id FROM customers WHERE {condition.format(repr(phone))}").fetchall()
            return rows, [row[5] for row in connection.execute("SHOW tabir.budget")]
        assert found_and_spent(person["phone"]) == ([(4711,)], [1])
        for guesses in (1, 2, 3):
            assert found_and_spent(f"+62000{guesses}") == ([], [1 + guesses])
