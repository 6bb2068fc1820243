"""Sequences that belong to no column, constraints that wait, and catalogs of which one column is kept back."""

import psycopg
import pytest
from psycopg import errors

from conftest import WRITES_POLICY
from gateway import Gateway

OBJECTS = """
CREATE SEQUENCE public.customers_seq START 100; CREATE SEQUENCE support.hidden_seq;
GRANT USAGE ON SEQUENCE public.customers_seq, support.hidden_seq TO tabir_reader;
CREATE TABLE support.places (n int PRIMARY KEY DEFERRABLE INITIALLY IMMEDIATE);
INSERT INTO support.places VALUES (1), (2); GRANT SELECT, INSERT, UPDATE, DELETE ON support.places TO tabir_reader"""
POLICY = WRITES_POLICY.replace("  support.tickets: open\n", "  support.tickets: open\n  support.places: open\n  public.customers_seq: open\n").replace(
    "    write: [support.tickets]\n", "    write: [support.tickets, support.places, public.customers_seq]\n").replace(
    "    tables: [public.customers, support.tickets]\n    clear", "    tables: [public.customers, support.tickets, support.places]\n    clear", 1)


@pytest.fixture(scope="module")
def gateway(postgres):
    postgres.psql(OBJECTS, "payments")
    with Gateway(postgres, POLICY, ["agent3", "editor"], dict.fromkeys(["support", "editor"], "tabir_reader")) as running:
        yield running
    postgres.psql("DROP SEQUENCE public.customers_seq, support.hidden_seq; DROP TABLE support.places", "payments")


@pytest.fixture
def agent(gateway):
    with psycopg.connect(gateway.dsn("agent3"), autocommit=True) as connection:
        yield connection


def value(connection, statement):
    return connection.execute(statement).fetchone()[0]


def test_a_sequence_that_belongs_to_no_column(agent):
    first = value(agent, "select nextval('customers_seq')")
    assert value(agent, "SELECT nextval('public.customers_seq'::regclass)") == first + 1 == value(agent, "select currval('customers_seq')")
    assert value(agent, "SELECT nextval(('customers_seq'::text)::regclass)") == first + 2


def test_a_number_that_is_taken_does_not_choose_a_mask(gateway, postgres):
    """The choice would be made twice: once to see whether the mask comes back, and once to write it."""
    before = postgres.psql("SELECT phone FROM customers WHERE id = 21", "payments")
    policy = POLICY.replace("      - support.tickets\n", "      - support.tickets\n      - public.customers_seq\n", 1)
    with Gateway(postgres, policy, ["editor"], {"editor": "tabir_reader"}) as running, psycopg.connect(running.dsn("editor"), autocommit=True) as editor:
        assert editor.execute("SELECT nextval('customers_seq') > 0").fetchone() == (True,)
        with pytest.raises(errors.InsufficientPrivilege, match="mask"):
            editor.execute("UPDATE customers SET phone = CASE WHEN nextval('customers_seq') % 2 = 0 THEN 'x' ELSE phone END WHERE id = 21")
    assert postgres.psql("SELECT phone FROM customers WHERE id = 21", "payments") == before


@pytest.mark.parametrize("statement", [
    "SELECT nextval('support.hidden_seq')", "SELECT currval('support.hidden_seq')", "SELECT * FROM customers_seq", "TABLE customers_seq", "SELECT last_value FROM public.customers_seq",
    "SELECT nextval('public.customers_seq_and_more'::varchar(20))", "SELECT nextval('public.customers_seqx'::char(20)::text::regclass)", "SELECT lastval()",
    "SELECT s FROM pg_stat_user_tables s", "SELECT * FROM pg_stat_user_tables", "SELECT count(*) FROM pg_stat_user_tables NATURAL JOIN (VALUES (5::bigint)) v(n_live_tup)",
    "SELECT nextval((SELECT 'support.hidden_seq'))", "SELECT nextval('support.hidden_seq'::regclass::oid::regclass)",
    "SELECT * FROM pg_sequences", "SELECT last_value FROM pg_sequences", "SELECT count(*) FROM pg_sequences JOIN (VALUES (5::bigint)) v(last_value) USING (last_value)",
    "SELECT s FROM pg_sequences s", "SELECT count(*) FROM pg_sequences ORDER BY max(last_value)", "SELECT count(*) FROM pg_sequences NATURAL JOIN (VALUES (5::bigint)) v(last_value)",
    "SELECT 1 FROM pg_sequences WHERE last_value > 5", "SELECT to_json(s) FROM pg_sequences s", "SELECT row(s.*) FROM pg_sequences s", "SELECT * FROM (TABLE pg_sequences) t",
    "SELECT subconninfo FROM pg_subscription", "TABLE pg_subscription", "SELECT s::text FROM pg_subscription s", "SELECT count(subconninfo) FROM pg_subscription",
    "SELECT count(*) FROM pg_subscription s JOIN (VALUES ('x')) v(subconninfo) USING (subconninfo)", "SELECT count(*) FROM pg_authid", "SELECT count(*) FROM pg_shadow",
    "SELECT 1 FROM pg_user_mapping", "SELECT count(*) FROM pg_largeobject", "SELECT count(*) FROM pg_stat_activity", "SELECT count(*) FROM pg_locks",
])
def test_what_stays_hidden(agent, statement):
    with pytest.raises(errors.InsufficientPrivilege):
        agent.execute(statement)


# Metabase looks for tables so, and guesses their size.
ASKED = """
SELECT n.nspname AS schema, c.relname AS name, CASE c.relkind WHEN 'r' THEN 'TABLE' END AS type, d.description, stat.n_live_tup AS estimated_row_count
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON c.relnamespace = n.oid LEFT JOIN pg_catalog.pg_description d ON c.oid = d.objoid AND d.objsubid = 0
LEFT JOIN pg_stat_user_tables stat ON n.nspname = stat.schemaname AND c.relname = stat.relname
WHERE n.nspname = 'support' AND c.relname = 'places' ORDER BY 1, 2"""


def test_counters_are_not_known(agent):
    assert agent.execute(ASKED).fetchall() == [("support", "places", "TABLE", None, None)]
    cursor = agent.execute("SELECT relname, n_live_tup, pg_stat_user_tables.seq_scan + 1, last_vacuum FROM pg_stat_user_tables WHERE relname = 'places' ORDER BY n_live_tup")
    assert cursor.fetchall() == [("places", None, None, None)]
    assert [(column.name, column.type_code) for column in cursor.description][1:] == [("n_live_tup", 20), ("?column?", 20), ("last_vacuum", 1184)]
    for statement in ("SELECT count(*) FROM pg_stat_user_tables WHERE n_live_tup > 0", "SELECT max(n_dead_tup) FROM pg_stat_all_tables GROUP BY n_live_tup HAVING max(seq_scan) > 0",
                      "SELECT 1 FROM pg_stats WHERE correlation > 0", "SELECT q.n FROM (SELECT n_live_tup AS n FROM pg_stat_user_tables) q WHERE q.n > 0",
                      "SELECT (SELECT sum(s.idx_scan) FROM pg_stat_user_indexes s WHERE s.relname = c.relname) AS scans FROM pg_class c WHERE c.relname = 'places' LIMIT 0"):
        assert agent.execute(statement).fetchall() in ([], [(0,)]), statement


def test_who_may_not_write_it(gateway):
    with psycopg.connect(gateway.dsn("editor"), autocommit=True) as editor:
        for statement in ("SELECT nextval('customers_seq')", "SELECT setval('customers_seq', 1)"):
            with pytest.raises(errors.InsufficientPrivilege):
                editor.execute(statement)


@pytest.mark.parametrize("statement", ["INSERT INTO customers_seq VALUES (1)", "UPDATE customers_seq SET last_value = 1", "DELETE FROM customers_seq", "COPY customers_seq FROM STDIN",
                                       "COPY customers_seq TO STDOUT", "TRUNCATE customers_seq", "SELECT 1 FROM customers_seq FOR UPDATE"])
def test_a_sequence_is_no_table(agent, statement):
    before = value(agent, "SELECT nextval('customers_seq')")
    with pytest.raises(psycopg.Error) as refused:
        agent.execute(statement)
    assert refused.value.sqlstate in ("42501", "42809", "42P01"), refused.value
    assert value(agent, "SELECT nextval('customers_seq')") == before + 1


def test_catalogs_without_the_column_that_is_kept_back(agent):
    assert value(agent, "SELECT count(*) FROM pg_subscription WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())") == 0
    assert agent.execute("SELECT schemaname, sequencename, start_value, cache_size FROM pg_sequences WHERE sequencename = 'customers_seq'").fetchall() == \
        [("public", "customers_seq", 100, 1)]


def test_constraints_wait_for_the_end(agent):
    with agent.transaction():
        agent.execute("SET CONSTRAINTS ALL DEFERRED")
        agent.execute("UPDATE support.places SET n = 3 - n")
        agent.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(errors.UniqueViolation) as failed, agent.transaction():
        agent.execute("SET CONSTRAINTS ALL DEFERRED")
        agent.execute("INSERT INTO support.places VALUES (1)")
        agent.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert failed.value.diag.message_detail is None
    with pytest.raises(errors.UniqueViolation) as failed, agent.transaction():
        agent.execute("SET CONSTRAINTS ALL DEFERRED")
        agent.execute("INSERT INTO support.places VALUES (1)")
    assert failed.value.diag.message_detail is None


@pytest.mark.parametrize("statement", ["SET CONSTRAINTS support.places_pkey DEFERRED", "SET CONSTRAINTS places_pkey IMMEDIATE"])
def test_constraints_by_name_are_refused(agent, statement):
    with pytest.raises(errors.InsufficientPrivilege):
        agent.execute(statement)


@pytest.mark.parametrize("statement", ["SET constraints = 'all'", "SHOW constraints", "RESET constraints"])
def test_it_is_no_setting(agent, statement):
    with pytest.raises(errors.UndefinedObject):
        agent.execute(statement)


@pytest.mark.parametrize("name, shown", [("'support.places'::regclass::oid::regclass", "support.places"), ("'support.places'::regclass::oid::regclass::text", "support.places"),
                                         ("'support.places'::regclass::oid::int8::oid::regclass::text", "support.places"), ("12345::oid::regclass::text", "12345"),
                                         ("'12345'::oid::regclass::text", "12345"), ("'pg_class'::regclass::oid::regclass::text", "pg_class")])
def test_names_to_and_fro(agent, direct, name, shown):
    assert str(value(agent, f"SELECT {name}")) == shown
    with psycopg.connect(direct) as itself:
        assert str(value(itself, f"SELECT {name}")) == shown
