"""Indexes and statistics of temporary tables: made, used and dropped by the client's names, and told to nobody."""

import psycopg
import pytest

from temp_tables_test import direct_connection, maker, refusal, rows  # noqa: F401

INDEXES = ["CREATE INDEX ON own (id)", "CREATE INDEX own_word ON own (word)", "CREATE UNIQUE INDEX own_id ON pg_temp.own USING btree (id DESC NULLS LAST)",
           "CREATE INDEX IF NOT EXISTS lower_word ON ONLY own (lower(word), id)", "CREATE INDEX ON own ((id + 1), (word || 'x') text_pattern_ops DESC NULLS FIRST) WHERE word IS NOT NULL AND id > 0",
           "CREATE INDEX customers ON own (word COLLATE \"C\" pg_catalog.text_pattern_ops, id) INCLUDE (word)", "CREATE INDEX \"Odd \"\"name\" ON own USING hash (word)",
           "CREATE INDEX pg_class ON own USING gin (to_tsvector('simple'::regconfig, word))", "CREATE UNIQUE INDEX on_own ON own (id, word) NULLS NOT DISTINCT",
           "CREATE INDEX ON own USING brin (id)"]


@pytest.fixture
def own(maker):  # noqa: F811
    maker.execute("CREATE TEMP TABLE own AS SELECT id, phone AS word FROM customers WHERE id <= 100")
    return maker


@pytest.mark.parametrize("statement", INDEXES)
def test_an_index_is_made_and_has_no_name_that_the_client_chose(own, direct_connection, statement):  # noqa: F811
    assert own.execute(statement).statusmessage == "CREATE INDEX"
    (schema,), = rows(own, "SELECT pg_my_temp_schema()")
    names = [name for name, in rows(direct_connection, "SELECT relname::text FROM pg_class WHERE relnamespace = %s AND relkind = 'i'", (schema,))]
    assert len(names) == 1 and names[0].startswith("__tabir_t_"), names
    assert rows(own, "SELECT count(*) FROM own") == [(100,)]


def test_it_is_used_and_analyzed_and_dropped(own):
    own.execute("CREATE INDEX words ON own (word)")
    for statement in ("ANALYZE own", "ANALYZE pg_temp.own (id, word)", "ANALYSE VERBOSE own", "ANALYZE (SKIP_LOCKED) own"):
        assert own.execute(statement).statusmessage == "ANALYZE"
    own.execute("SET enable_seqscan = off")
    assert "words" in str(rows(own, "EXPLAIN SELECT id FROM own WHERE word = 'x'"))
    own.execute("DROP INDEX words")
    assert refusal(own, "DROP INDEX words") == "42704"
    assert own.execute("DROP INDEX IF EXISTS words, pg_temp.words").statusmessage == "DROP INDEX"


def test_a_unique_index_holds(own):
    own.execute("CREATE UNIQUE INDEX ids ON own (id)")
    with pytest.raises(psycopg.errors.UniqueViolation) as raised:
        own.execute("INSERT INTO own VALUES (1, 'x')")
    assert "ids" in str(raised.value) and "__tabir" not in str(raised.value) and "(1)" not in str(raised.value)
    assert own.execute("INSERT INTO own VALUES (1, 'x') ON CONFLICT (id) DO UPDATE SET word = excluded.word").statusmessage == "INSERT 0 1"
    own.execute("UPDATE own SET word = 'same'")
    with pytest.raises(psycopg.errors.UniqueViolation) as raised:
        own.execute("CREATE UNIQUE INDEX words ON own (word)")
    assert "same" not in str(raised.value) and "__tabir" not in str(raised.value)


@pytest.mark.parametrize("statement", [
    "CREATE INDEX ON customers (id)", "CREATE INDEX ON public.customers (phone)", "CREATE UNIQUE INDEX ON support.tickets (subject)", "CREATE INDEX mine ON own (id) TABLESPACE pg_default",
    "CREATE INDEX ON own (id) WITH (fillfactor = 10)", "CREATE INDEX CONCURRENTLY ON own (id)", "CREATE INDEX ON own (pg_sleep(1))", "CREATE INDEX ON own (pg_read_file(word))",
    "CREATE INDEX ON own (phone_of(id))", "CREATE INDEX ON own (id) WHERE id = (SELECT max(id) FROM customers)", "CREATE INDEX ON own (((SELECT phone FROM customers WHERE customers.id = own.id)))",
    "CREATE INDEX ON own (id) WHERE EXISTS (TABLE customers)", "CREATE INDEX ON own (id) WHERE own IS NOT NULL AND own.id > 0", "CREATE INDEX ON own ((own.*::text))",
    "CREATE INDEX ON own (query_to_xml(word, true, true, ''))", "CREATE INDEX ON own (word public.text_pattern_ops)", "CREATE INDEX ON own USING bloom (word)", "CREATE INDEX ON own (word gist_trgm_ops (siglen = 32))",
    "CREATE INDEX __tabir_t_x ON own (id)", f"CREATE INDEX {'n' * 54} ON own (id)", "ANALYZE", "ANALYZE customers", "ANALYZE own, customers", "VACUUM own", "VACUUM ANALYZE own", "DROP INDEX public.own_id",
    "REINDEX TABLE own", "CLUSTER own", "ALTER INDEX words RENAME TO x", "COMMENT ON TABLE own IS 'x'", "CREATE STATISTICS s ON id, word FROM own", "EXPLAIN CREATE TABLE pg_temp.x AS TABLE customers",
])
def test_what_else_is_refused(own, statement):
    assert refusal(own, statement) in ("42501", "42939", "42883"), statement
    assert rows(own, "SELECT count(*) FROM own") == [(100,)]


def test_only_whoever_may_make_tables_makes_indexes(making):
    with psycopg.connect(making.dsn("plain"), autocommit=True) as connection:
        for statement in ("CREATE INDEX ON own (id)", "ANALYZE own", "DROP INDEX own_id", "CREATE INDEX ON customers (id)"):
            assert refusal(connection, statement) == "42501"


def test_an_index_of_what_an_old_policy_showed_is_not_made(fresh_making):
    with psycopg.connect(fresh_making.dsn("namer"), autocommit=True) as connection:
        connection.execute("CREATE TEMP TABLE names AS SELECT full_name FROM customers LIMIT 5")
        fresh_making.policy.write_text(fresh_making.policy.read_text().replace("    clear:  [name]\n", ""))
        fresh_making.reload()
        while True:  # the reload is under way
            try:
                connection.execute("ANALYZE names")
            except psycopg.Error as raised:
                assert raised.sqlstate == "42501" and "DISCARD TEMP" in raised.diag.message_hint
                break
        assert refusal(connection, "CREATE UNIQUE INDEX ON names (full_name)") == "42501"
