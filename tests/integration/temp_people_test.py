"""Temporary tables of roles with a budget, and of those that see only aggregates: nobody is kept who was not counted."""

import psycopg
import pytest

from temp_tables_test import refusal, rows


@pytest.mark.parametrize("statement", ["CREATE TEMP TABLE b AS SELECT id, city FROM customers WHERE id < 100", "SELECT id INTO TEMP b FROM customers",
                                       "CREATE TEMP TABLE b AS SELECT count(*) FROM customers WHERE city = 'Bogor'",
                                       "CREATE TEMP TABLE b AS SELECT t.* FROM support.tickets t JOIN customers c ON c.id = t.customer_id",
                                       "CREATE TEMP TABLE b AS SELECT 1 AS a WHERE (SELECT string_agg(phone, ',') FROM customers) = 'x'"])
def test_people_who_cannot_all_be_paid_are_not_kept(making, statement):
    with psycopg.connect(making.dsn("counted"), autocommit=True) as connection, pytest.raises(psycopg.Error) as raised:
        connection.execute(statement)
    assert raised.value.sqlstate == "54000" and "customer" in str(raised.value)


@pytest.mark.parametrize("statement", ["CREATE TEMP TABLE b AS SELECT * FROM customers, json_each('{}')", "CREATE TEMP TABLE b AS SELECT FROM customers", "EXPLAIN ANALYZE CREATE TEMP TABLE b AS SELECT id FROM customers"])
def test_people_whom_nothing_can_count_are_not_kept(making, statement):
    with psycopg.connect(making.dsn("counted"), autocommit=True) as connection, pytest.raises(psycopg.Error) as raised:
        connection.execute(statement)
    assert raised.value.sqlstate == "42501" and raised.value.diag.message_hint


def test_a_role_with_a_budget_keeps_the_rest(fresh_making):
    with psycopg.connect(fresh_making.dsn("counted"), autocommit=True) as connection:
        connection.execute("CREATE TEMP TABLE shape AS SELECT * FROM customers LIMIT 0")
        connection.execute("CREATE TEMP TABLE shape2 AS SELECT id, phone FROM customers WITH NO DATA")
        connection.execute("CREATE TEMP TABLE n AS SELECT count(*) FROM customers")
        connection.execute("CREATE TEMP TABLE others AS SELECT * FROM support.tickets WHERE id < 100")
        connection.execute("CREATE TEMP TABLE ids AS SELECT generate_series(1, 8)::bigint AS id")
        assert connection.execute("INSERT INTO shape2 SELECT id, phone FROM customers WHERE id < 3").statusmessage == "INSERT 0 2"  # and counted
        assert len(rows(connection, "SELECT c.id FROM customers c JOIN ids USING (id)")) == 8
        connection.execute("INSERT INTO ids SELECT generate_series(9, 30)::bigint")
        assert refusal(connection, "SELECT count(*) FROM customers JOIN ids USING (id)") == "54000"
        assert refusal(connection, "UPDATE ids SET id = c.id FROM customers c WHERE c.id = ids.id") == "54000"


def test_no_more_people_are_kept_than_the_budget_shows(fresh_making):
    """Whatever fills a table of ids 1 to 100: what is in it afterwards is of ten people at most, and always the same ten."""
    asked = "(SELECT c.phone || c.id FROM customers c WHERE c.id = kept.id)"
    kept = set()
    with psycopg.connect(fresh_making.dsn("counted"), autocommit=True) as connection:
        connection.execute("CREATE TEMP TABLE kept (id bigint UNIQUE, phone text)")
        connection.execute("CREATE TEMP TABLE ids AS SELECT generate_series(1, 100)::bigint AS id")
        for statement in ["INSERT INTO kept SELECT 1000 + id, phone || id FROM customers WHERE id <= 6", "INSERT INTO kept SELECT id, phone || id FROM customers WHERE id <= 100",
                          "INSERT INTO kept SELECT id, (SELECT c.phone || c.id FROM customers c WHERE c.id = ids.id) FROM ids",
                          "INSERT INTO kept SELECT c.id, c.phone || c.id FROM ids JOIN customers c USING (id)",
                          "WITH c AS (SELECT * FROM customers WHERE id <= 100) INSERT INTO kept SELECT id, phone || id FROM c",
                          "WITH u AS (UPDATE ids SET id = ids.id FROM customers c WHERE c.id = ids.id RETURNING c.id, c.phone || c.id) INSERT INTO kept SELECT * FROM u",
                          "INSERT INTO kept VALUES " + ", ".join(f"({i}, (SELECT phone || id FROM customers WHERE id = {i}))" for i in range(1, 31)),
                          "INSERT INTO kept SELECT id FROM ids",
                          f"UPDATE kept SET phone = {asked}", f"UPDATE kept SET phone = {asked} WHERE id <= 6", f"UPDATE kept SET phone = {asked} WHERE id BETWEEN 4 AND 20",
                          "UPDATE kept SET phone = c.phone || c.id FROM customers c WHERE c.id = kept.id AND c.id BETWEEN 30 AND 60",
                          "INSERT INTO kept VALUES " + ", ".join(f"({i})" for i in range(1, 40)) + f" ON CONFLICT (id) DO UPDATE SET phone = {asked}",
                          "INSERT INTO kept VALUES (70), (71) ON CONFLICT (id) DO UPDATE SET phone = (SELECT c.phone || c.id FROM customers c WHERE c.id = excluded.id)",
                          "MERGE INTO kept USING customers c ON c.id = kept.id WHEN MATCHED THEN UPDATE SET phone = c.phone || c.id",
                          f"PREPARE p AS UPDATE kept SET phone = {asked}", "EXECUTE p", f"EXPLAIN ANALYZE UPDATE kept SET phone = {asked}",
                          "CREATE TEMP TABLE more AS SELECT id, phone FROM customers WHERE id <= 100", "INSERT INTO kept TABLE more",
                          "CREATE TEMP TABLE more AS SELECT kept.id, c.phone FROM kept JOIN customers c USING (id)",
                          "DELETE FROM kept USING customers c WHERE c.id = kept.id RETURNING c.phone"]:
            try:
                connection.execute(statement)
            except psycopg.Error as error:
                assert error.sqlstate in ("42501", "54000", "26000", "42P01"), (statement, error)
            kept |= set(rows(connection, "SELECT phone FROM kept WHERE phone IS NOT NULL"))
            assert len(kept) <= 10, (statement, kept)
    assert len(kept) >= 6  # what the budget shows can be kept


def test_aggregates_are_kept_and_people_are_not_chosen_by_them(making):
    with psycopg.connect(making.dsn("analyst"), autocommit=True) as connection:
        connection.execute("CREATE TEMP TABLE per_city AS SELECT city, count(*) AS n FROM customers GROUP BY city")
        assert rows(connection, "SELECT min(n) >= 10 FROM per_city") == [(True,)]
        assert refusal(connection, "CREATE TEMP TABLE p AS SELECT id FROM customers") == "42501"
        connection.execute("CREATE TEMP TABLE chosen AS SELECT 1::bigint AS id")
        assert refusal(connection, "SELECT city, count(*) FROM customers JOIN chosen ON chosen.id = customers.id GROUP BY city") == "42501"
