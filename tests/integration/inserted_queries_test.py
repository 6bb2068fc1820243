"""INSERT of a query: `*` and TABLE show what the role sees, and by that the columns are filled and the flows decided."""

import psycopg
import pytest
from psycopg import errors

from conftest import Gateway

SCHEMA = """
CREATE SCHEMA inq;
CREATE TABLE inq.people (id bigint PRIMARY KEY, secret text, city text, name text);
INSERT INTO inq.people VALUES (1, 'secret-1', 'Bogor', 'Ayu Lestari'), (2, 'secret-2', 'Depok', 'Budi Hakim');
CREATE TABLE inq.copies (id bigint DEFAULT 7, city text, name text);
CREATE TABLE inq.moved (id bigint, note text, city text, name text);
GRANT USAGE ON SCHEMA inq TO tabir_reader, tabir_catalog;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA inq TO tabir_reader;
"""
POLICY = """
version: 1
databases: [payments]
classes: { name: { mask: initials }, secret: { mask: strip } }
tables:
  inq.people: { subject: { customer: id }, columns: { id: open, secret: secret, city: open, name: name } }
  inq.copies: open
  inq.moved: { subject: none, columns: { id: open, note: open, city: open, name: name } }
roles:
  masked:   { tables: [inq.people, inq.copies], write: [inq.copies, { inq.people: [city] }], statements: [temp_tables] }
  counted:  { tables: [inq.people, inq.copies], write: [inq.copies], budget: { customer: 1000 per day }, statements: [temp_tables] }
  clear:    { tables: [inq.people, inq.moved], clear: [name], write: [{ inq.moved: ["*", name] }] }
  filtered: { tables: [inq.people, inq.copies], write: [inq.copies], rows: { inq.people: city = 'Bogor' } }
users: { masked: { role: masked }, counted: { role: counted }, clear: { role: clear }, filtered: { role: filtered } }
"""
ROLES = ["masked", "counted", "clear", "filtered"]


@pytest.fixture(scope="module")
def inserting(postgres):
    postgres.psql(SCHEMA, "payments")
    with Gateway(postgres, POLICY, ROLES, dict.fromkeys(ROLES, "tabir_reader")) as running:
        yield running
    postgres.psql("DROP SCHEMA inq CASCADE", "payments")


@pytest.fixture
def rows_after(inserting, postgres):
    """What `inq.copies` holds when `role` has run the statements, in a transaction that is taken back."""
    def rows_after(role, *statements):
        with psycopg.connect(inserting.dsn(role)) as connection:
            for statement in statements:
                connection.execute(statement)
            rows = connection.execute("SELECT id, city, name FROM inq.copies ORDER BY id").fetchall()
            connection.rollback()
            return rows
    return rows_after


MASKED = [(1, "Bogor", "A. L."), (2, "Depok", "B. H.")]


@pytest.mark.parametrize("source", [
    "SELECT * FROM inq.people", "SELECT x.* FROM inq.people x", "TABLE inq.people", "(TABLE inq.people)", "TABLE ONLY (inq.people)",
    "SELECT * FROM (SELECT * FROM inq.people) x", "WITH w AS (SELECT * FROM inq.people) SELECT * FROM w",
    "SELECT * FROM inq.people WHERE id = 1 UNION ALL SELECT * FROM inq.people WHERE id = 2",
    "SELECT a, b, c FROM (SELECT * FROM inq.people) AS x (a, b, c)",
])
@pytest.mark.parametrize("columns", ["", "(id, city, name)"])
def test_a_star_fills_columns_by_what_it_shows(rows_after, source, columns):
    assert rows_after("masked", f"INSERT INTO inq.copies {columns} {source}") == MASKED
    assert rows_after("filtered", f"INSERT INTO inq.copies {columns} {source}") == MASKED[:1]


@pytest.mark.parametrize("statement", ["INSERT INTO inq.copies SELECT * FROM inq.people",
                                       "WITH w AS (SELECT * FROM inq.people) INSERT INTO inq.copies SELECT x.* FROM w x"])
def test_so_it_does_where_people_are_counted(rows_after, statement):
    assert rows_after("counted", statement) == MASKED


@pytest.mark.parametrize("statement", ["INSERT INTO inq.copies (id, city) SELECT * FROM inq.people",
                                       "INSERT INTO inq.copies SELECT *, 1 FROM inq.people",
                                       "INSERT INTO inq.copies (id, city, name) SELECT city FROM inq.people"])
def test_more_or_fewer_than_the_columns_are_an_error(rows_after, statement):
    with pytest.raises(errors.SyntaxError) as raised:
        rows_after("masked", statement)
    assert "target columns" in str(raised.value)


@pytest.mark.parametrize("statement", [
    "INSERT INTO inq.moved SELECT * FROM inq.people",
    "INSERT INTO inq.moved TABLE inq.people",
    "INSERT INTO inq.moved (id, note, city) SELECT * FROM inq.people",
    "INSERT INTO inq.moved (id, city) SELECT a, c FROM (SELECT * FROM inq.people) AS x (a, b, c)",
    "UPDATE inq.moved SET city = x.c FROM (SELECT * FROM inq.people) AS x (a, b, c) WHERE x.a = moved.id",
])
def test_a_class_goes_only_where_it_is_kept_also_by_a_star(inserting, statement):
    """Counted with the column that is stripped, the name would have come to stand in a column of its class."""
    with psycopg.connect(inserting.dsn("clear"), autocommit=True) as connection:
        with pytest.raises(errors.InsufficientPrivilege, match="may not copy name of inq.people into"):
            connection.execute(statement)
        assert connection.execute("INSERT INTO inq.moved (id, city, name) SELECT * FROM inq.people").rowcount == 2
        assert connection.execute("DELETE FROM inq.moved").rowcount == 2


@pytest.mark.parametrize("statement, rows", [
    ("INSERT INTO inq.copies SELECT", 1), ("INSERT INTO inq.copies SELECT WHERE false", 0),
    ("INSERT INTO inq.copies SELECT FROM inq.people", 2), ("INSERT INTO inq.copies (SELECT FROM inq.people WHERE id = 1)", 1),
    ("INSERT INTO inq.copies SELECT UNION ALL SELECT", 2),
])
@pytest.mark.parametrize("role", ["masked", "counted"])
def test_a_query_without_columns_gives_rows_of_defaults(rows_after, role, statement, rows):
    assert rows_after(role, statement) == [(7, None, None)] * rows


@pytest.mark.parametrize("query, expected", [
    ("SELECT city, 1 FROM inq.people UNION ALL (TABLE kept)", [("Bogor", 1), ("Depok", 1), ("kept", 5)]),
    ("SELECT city, 1 FROM inq.people UNION ALL TABLE ONLY (kept)", [("Bogor", 1), ("Depok", 1), ("kept", 5)]),
    ("SELECT city, count(*)::int FROM inq.people GROUP BY city UNION (TABLE kept)", [("Bogor", 1), ("Depok", 1), ("kept", 5)]),
    ("WITH w AS (SELECT 'with', 2) SELECT city, 1 FROM inq.people UNION ALL (TABLE w)", [("Bogor", 1), ("Depok", 1), ("with", 2)]),
    ("SELECT id, city, name FROM inq.people UNION ALL TABLE inq.copies", [(1, "Bogor", "A. L."), (2, "Depok", "B. H.")]),
    ("SELECT city, 1 FROM inq.people WHERE city IN (SELECT city FROM inq.people EXCEPT (TABLE words))", [("Bogor", 1)]),
])
@pytest.mark.parametrize("role", ["masked", "counted"])
def test_a_table_command_stands_beside_people(inserting, role, query, expected):
    with psycopg.connect(inserting.dsn(role)) as connection:
        connection.execute("CREATE TEMP TABLE kept AS SELECT 'kept' AS word, 5 AS number")
        connection.execute("CREATE TEMP TABLE words AS SELECT 'Depok' AS word")
        assert sorted(connection.execute(query).fetchall()) == expected
        connection.rollback()


@pytest.mark.parametrize("value, expected", [
    ("xmlelement(name n, x.name)::text", "<n>A. L.</n>"),
    ("xmlelement(name n, xmlattributes(x.name AS a), 'b')::text", '<n a="A. L.">b</n>'),
    ("xmlforest(x.name AS f, name)::text", "<f>A. L.</f><name>A. L.</name>"),
    ("xmlconcat(xmlelement(name n, name), NULL)::text", "<n>A. L.</n>"),
    ("xmlserialize(content xmlelement(name n, name) AS text)", "<n>A. L.</n>"),
    ("xmlpi(name p, name)::text", "<?p A. L.?>"),
])
def test_xml_in_a_change_is_made_of_masks(inserting, value, expected):
    with psycopg.connect(inserting.dsn("masked")) as connection:
        changed = connection.execute(f"UPDATE inq.people x SET city = {value} WHERE id = 1 RETURNING city").fetchall()
        connection.rollback()
    assert changed == [(expected,)]
