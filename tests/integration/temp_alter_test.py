"""ALTER TABLE of temporary tables: columns of built-in types come, go and change; everything else is left alone."""

import psycopg
import pytest


@pytest.fixture
def maker(making):
    with psycopg.connect(making.dsn("maker"), autocommit=True) as connection:
        connection.execute("CREATE TEMP TABLE own AS SELECT id, phone, city FROM customers WHERE id <= 3")
        yield connection


def rows(connection, statement):
    return connection.execute(statement).fetchall()


def refusal(connection, statement):
    with pytest.raises(psycopg.Error) as raised:
        connection.execute(statement)
    assert "__tabir" in statement or "__tabir" not in str(raised.value)
    return raised.value.sqlstate


def test_columns_come_and_go(maker):
    seen = rows(maker, "SELECT id, phone FROM customers WHERE id <= 3 ORDER BY id")
    for statement in ("ALTER TABLE own ADD COLUMN n int NOT NULL DEFAULT 7, ADD words varchar(5)[] DEFAULT NULL",
                      "ALTER TABLE pg_temp.own ADD IF NOT EXISTS n int, ADD COLUMN amount numeric(10, 2) DEFAULT -1.5, ADD yes boolean DEFAULT true",
                      "ALTER TABLE IF EXISTS own DROP COLUMN city, DROP COLUMN IF EXISTS never CASCADE",
                      "ALTER TABLE ONLY own ALTER COLUMN n TYPE bigint, ALTER n SET DEFAULT 9, ALTER COLUMN amount DROP DEFAULT, ALTER n DROP NOT NULL",
                      "ALTER TABLE own RENAME COLUMN phone TO \"Phone\"", "ALTER TABLE own RENAME words TO more"):
        assert maker.execute(statement).statusmessage == "ALTER TABLE", statement
    assert rows(maker, "SELECT * FROM own ORDER BY id") == [(id, phone, 7, None, -1.5, True) for id, phone in seen]
    assert [column.name for column in maker.execute("SELECT * FROM own").description] == ["id", "Phone", "n", "more", "amount", "yes"]
    maker.execute("INSERT INTO own (id) VALUES (4)")
    assert rows(maker, "SELECT n, amount FROM own WHERE id = 4") == [(9, None)]
    assert refusal(maker, "SELECT city FROM own") == "42703"
    assert refusal(maker, "ALTER TABLE own ALTER \"Phone\" SET NOT NULL") == "23502"
    assert refusal(maker, "ALTER TABLE own ADD n int") == "42701"


def test_the_new_name_is_the_clients(maker, postgres):
    maker.execute("ALTER TABLE own RENAME TO customers")
    assert rows(maker, "SELECT count(*) FROM customers") == [(3,)] and refusal(maker, "SELECT * FROM own") == "42P01"
    assert postgres.psql("SELECT relname FROM pg_class WHERE relname LIKE '%customers' AND relpersistence = 't'", "payments") == "__tabir_t_customers"
    assert rows(maker, "SELECT count(*) > 3 FROM public.customers") == [(True,)]


def test_what_is_prepared_follows(maker):
    maker.execute("PREPARE q AS SELECT * FROM own WHERE id = 1")
    assert len(rows(maker, "EXECUTE q")[0]) == 3
    maker.execute("ALTER TABLE own ADD n int")
    assert rows(maker, "SELECT count(n) FROM own") == [(0,)]
    with maker.transaction(force_rollback=True):
        maker.execute("ALTER TABLE own DROP n")
        assert refusal_in(maker, "SELECT n FROM own") == "42703"
    assert rows(maker, "SELECT count(n) FROM own") == [(0,)]


def refusal_in(connection, statement):
    with pytest.raises(psycopg.Error) as raised, connection.transaction():
        connection.execute(statement)
    return raised.value.sqlstate


@pytest.mark.parametrize("statement", [
    "ALTER TABLE public.customers ADD x int", "ALTER TABLE support.tickets RENAME TO own2", "ALTER TABLE customers RENAME phone TO note",
    "ALTER TABLE own ADD x int DEFAULT phone_of(1)", "ALTER TABLE own ADD x text DEFAULT current_user", "ALTER TABLE own ADD x int CHECK (x > 0)",
    "ALTER TABLE own ADD x int PRIMARY KEY", "ALTER TABLE own ADD x int REFERENCES customers", "ALTER TABLE own ADD x int GENERATED ALWAYS AS (id * 2) STORED",
    "ALTER TABLE own ADD x serial", "ALTER TABLE own ADD x customers", "ALTER TABLE own ADD x public.citext", "ALTER TABLE own ADD x text COLLATE \"C\"",
    "ALTER TABLE own ADD CONSTRAINT c UNIQUE (id)", "ALTER TABLE own ALTER id TYPE text USING phone_of(id)", "ALTER TABLE own ALTER id SET DEFAULT nextval('x')",
    "ALTER TABLE own OWNER TO tabir_dba", "ALTER TABLE own SET SCHEMA public", "ALTER TABLE own INHERIT customers", "ALTER TABLE own ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE own SET (fillfactor = 10)", "ALTER TABLE own SET TABLESPACE pg_default", "ALTER TABLE own ALTER phone SET STATISTICS 10", "ALTER TABLE own OF customers",
    "ALTER TABLE own RENAME CONSTRAINT a TO b", "ALTER INDEX own RENAME TO x", "ALTER VIEW own RENAME TO x", "ALTER SEQUENCE own RENAME TO x", "ALTER TABLE own DISABLE TRIGGER ALL",
    "ALTER TABLE own ADD __tabir_k int", "ALTER TABLE own RENAME id TO __tabir_x", "ALTER TABLE own RENAME TO a_name_that_the_prefix_before_it_would_make_longer_than_63_b",
    "ALTER TABLE own, customers ADD x int", "ALTER FOREIGN TABLE own ADD x int", "ALTER MATERIALIZED VIEW own RENAME TO x", "ALTER TYPE own RENAME TO x",
])
def test_what_else_is_refused(maker, statement):
    before = rows(maker, "SELECT * FROM own ORDER BY id")
    assert refusal(maker, statement) in ("42501", "42601", "42939"), statement
    assert rows(maker, "SELECT * FROM own ORDER BY id") == before


def test_without_the_grant(making):
    with psycopg.connect(making.dsn("plain"), autocommit=True) as plain:
        assert refusal(plain, "ALTER TABLE own ADD x int") == "42501"
