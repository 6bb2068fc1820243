"""Temporary tables of restricted roles, in the forms that people and tools write."""

import psycopg
import pytest

from temp_tables_test import maker, refusal, rows  # noqa: F401


@pytest.mark.parametrize("query", ["SELECT id, phone FROM customers WHERE id <= 3", "(SELECT id, phone FROM customers WHERE id <= 3)",
                                   "SELECT id, phone FROM customers WHERE id <= 2 UNION ALL SELECT c.id, c.phone FROM customers c WHERE id = 3",
                                   "WITH c AS (SELECT * FROM customers) SELECT id, phone FROM c ORDER BY id FETCH FIRST 3 ROWS WITH TIES"])
def test_with_data_and_with_no_data(maker, query):  # noqa: F811
    seen = rows(maker, "SELECT id, phone FROM customers WHERE id <= 3 ORDER BY id")
    assert maker.execute(f"CREATE TEMP TABLE full_one AS {query} WITH DATA").statusmessage == "SELECT 3"
    assert rows(maker, "SELECT * FROM full_one ORDER BY id") == seen
    maker.execute(f"CREATE TEMP TABLE empty_one AS {query} WITH NO DATA")
    assert rows(maker, "SELECT id, phone FROM empty_one") == []
    maker.execute("DROP TABLE full_one, empty_one")


def test_what_only_looks_like_with_no_data(maker):  # noqa: F811
    maker.execute("CREATE TEMP TABLE named AS SELECT id AS no, phone data FROM customers AS data WHERE id = 1 ORDER BY data")
    assert rows(maker, "SELECT no, data FROM named") == rows(maker, "SELECT id, phone FROM customers WHERE id = 1")
    maker.execute("DROP TABLE named")


def test_a_table_that_was_not_there_is_dropped_first(making):
    """In one transaction: it is not what an earlier policy showed."""
    with psycopg.connect(making.dsn("maker")) as connection:
        for _ in range(2):
            connection.execute("DROP TABLE IF EXISTS again")
            connection.execute("CREATE TEMP TABLE again AS SELECT id FROM customers WHERE id <= 3")
            assert rows(connection, "SELECT count(*) FROM again") == [(3,)]
            connection.commit()
            assert rows(connection, "SELECT count(*) FROM again") == [(3,)]


@pytest.mark.parametrize("name", ["t", "ONLY t", "ONLY (t)", "pg_temp.t", "t *"])
def test_the_table_command_knows_its_name(maker, name):  # noqa: F811
    maker.execute("CREATE TEMP TABLE t AS SELECT id, phone FROM customers WHERE id <= 3")
    seen = rows(maker, "SELECT id, phone FROM customers WHERE id <= 3 ORDER BY id")
    assert rows(maker, f"TABLE {name} ORDER BY t.id") == seen
    assert rows(maker, f"SELECT * FROM (TABLE {name}) x ORDER BY x.id") == seen
    assert rows(maker, f"SELECT 0::bigint AS id, '' AS phone UNION ALL (TABLE {name} ORDER BY t.id LIMIT 1) ORDER BY id") == [(0, ""), seen[0]]
    assert "Seq Scan" in str(rows(maker, f"EXPLAIN TABLE {name} ORDER BY t.id"))
    maker.execute("DROP TABLE t")


def test_errors_name_what_the_client_named(maker):  # noqa: F811
    maker.execute("CREATE TEMP TABLE named (a int PRIMARY KEY, b int NOT NULL)")
    maker.execute("INSERT INTO named VALUES (1, 1)")
    for values, expected in [("(2, NULL)", ("named", "b", None)), ("(1, 1)", ("named", None, "named_pkey"))]:
        with pytest.raises(psycopg.IntegrityError) as raised:
            maker.execute("INSERT INTO named VALUES " + values)
        diag = raised.value.diag
        assert (diag.table_name, diag.column_name, diag.constraint_name) == expected
    maker.execute("DROP TABLE named")
