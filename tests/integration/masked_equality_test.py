"""Masked values that differ may look equal: whoever compares them is told, and nobody else is."""

import psycopg
import psycopg2
import pytest

ABOUT_PHONE = ("NOTICE:  column phone of public.customers is masked: values that differ may look equal\n"
               "HINT:  It is compared by what this role sees of it.\n")


def notices_of(gateway, statement: str) -> list[str]:
    connection = psycopg2.connect(gateway.dsn("reader"))
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
        return list(connection.notices)
    finally:
        connection.close()


@pytest.mark.parametrize("statement", [
    "SELECT DISTINCT phone FROM customers WHERE id < 9",
    "SELECT DISTINCT ON (phone) id FROM customers WHERE id < 9",
    "SELECT count(DISTINCT phone) FROM customers WHERE id < 9",
    "SELECT left(phone, 5), count(*) FROM customers WHERE id < 9 GROUP BY 1",
    "SELECT phone AS p, count(*) FROM customers WHERE id < 9 GROUP BY p",
    "SELECT phone, city, count(*) FROM customers WHERE id < 9 GROUP BY GROUPING SETS ((phone), (city))",
    "SELECT id, row_number() OVER (PARTITION BY phone ORDER BY id) FROM customers WHERE id < 9",
    "SELECT id, count(*) OVER w FROM customers WHERE id < 9 WINDOW w AS (PARTITION BY phone)",
    "SELECT a.id FROM customers a JOIN customers b ON a.phone = b.phone WHERE a.id < 9 AND b.id < 9",
    "SELECT a.id FROM customers a JOIN customers b USING (phone) WHERE a.id < 9 AND b.id < 9",
    "SELECT phone FROM (SELECT id, phone FROM customers WHERE id < 9) x NATURAL JOIN (SELECT phone FROM customers WHERE id < 9) y",
    "SELECT j FROM ((SELECT phone FROM customers WHERE id < 9) x FULL JOIN (SELECT '1' AS phone) y USING (phone)) AS j",
    "SELECT id FROM customers WHERE id < 9 AND phone <> '***1'",
    "SELECT id FROM customers WHERE id < 9 AND phone LIKE '+6281%'", "SELECT id FROM customers WHERE id < 9 AND phone NOT ILIKE '%81'",
    "SELECT id FROM customers WHERE id < 9 AND phone ~ '^.628'", "SELECT id FROM customers WHERE id < 9 AND phone BETWEEN '+62' AND '+63'",
    "SELECT id FROM customers WHERE id < 9 AND phone IN (SELECT subject FROM support.tickets WHERE id < 9)",
    "SELECT id FROM customers WHERE id < 9 AND city = ANY (SELECT phone FROM customers WHERE id < 9)",
    "SELECT CASE phone WHEN '1' THEN 1 END FROM customers WHERE id < 9",
    "SELECT nullif(phone, '') FROM customers WHERE id < 9",
    "SELECT phone FROM customers WHERE id < 9 UNION SELECT city FROM customers WHERE id < 9",
    "WITH c AS (SELECT upper(phone) u FROM customers WHERE id < 9) SELECT u FROM c GROUP BY u",
    "SELECT DISTINCT s FROM (SELECT a.phone AS s FROM customers a WHERE id < 9) x",
])
def test_who_compares_masked_values_is_told(gateway, statement):
    assert notices_of(gateway, statement) == [ABOUT_PHONE]


@pytest.mark.parametrize("statement", [
    "SELECT id, phone FROM customers WHERE id < 9 ORDER BY phone",
    "SELECT DISTINCT city FROM customers WHERE id < 9",
    "SELECT city, count(phone), min(phone) FROM customers WHERE id < 9 GROUP BY city",
    "SELECT city, count(phone) AS phone FROM customers WHERE id < 9 GROUP BY city",
    "SELECT a.phone FROM customers a JOIN support.tickets t ON t.customer_id = a.id WHERE a.id < 9",
    "SELECT phone FROM customers WHERE id < 9 UNION ALL SELECT city FROM customers WHERE id < 9",
    "SELECT phone FROM customers WHERE id IN (SELECT customer_id FROM support.tickets WHERE id < 9)",
])
def test_nobody_else_is(gateway, statement):
    assert notices_of(gateway, statement) == []


def test_who_compares_them_through_a_view_is_told(gateway):
    notices = notices_of(gateway, "SELECT id FROM customer_cards WHERE telp = '+62811'")
    assert notices == [ABOUT_PHONE]


@pytest.mark.parametrize("value", ["lower('{0}')", "trim(' {0} ')", "replace('{0}', '-', '')", "'+62' || substr('{0}', 4)", "concat('+62', right('{0}', -3))", "upper('{0}')::varchar"])
def test_a_searched_value_may_be_tidied_up(postgres, gateway, value):
    phone = postgres.psql("SELECT phone FROM customers WHERE id = 7", "payments").strip()
    with psycopg2.connect(gateway.dsn("agent")) as connection, connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM customers WHERE phone = {value.format(phone)}")
        assert cursor.fetchall() == [(7,)] and connection.notices == []


def test_an_exact_search_compares_the_values_themselves(gateway):
    connection = psycopg2.connect(gateway.dsn("agent"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM customers WHERE phone = '+6285727404681'")
        assert cursor.fetchall() == [(4711,)]
    assert connection.notices == []
    connection.close()


CHANGED = "WHEN MATCHED THEN UPDATE SET city = c.city"


@pytest.mark.parametrize("source", [f"(VALUES ('+6281100004681')) v (p) ON c.phone = v.p {CHANGED}", f"(SELECT id, phone FROM customers) v ON c.phone = v.phone {CHANGED}",
                                    f"(SELECT phone AS p FROM customers) v ON c.city = v.p {CHANGED}", f"(VALUES (1)) v (i) ON c.id = v.i AND lower(c.email) <> 'x' {CHANGED}"])
def test_a_merge_does_not_find_its_rows_by_masks(writing, source):
    """Rows that are there would be inserted once more."""
    with psycopg.connect(writing.dsn("editor"), autocommit=True) as editor, pytest.raises(psycopg.errors.InsufficientPrivilege, match="by a column that is masked"):
        editor.execute("MERGE INTO customers c USING " + source)


@pytest.mark.parametrize("source", [f"(VALUES (4711)) v (i) ON c.id = v.i AND c.city <> 'x' {CHANGED}", f"(SELECT id, phone FROM customers WHERE id = 4711) v ON c.id = v.id {CHANGED}"])
def test_it_finds_them_by_what_is_shown(writing, source):
    with psycopg.connect(writing.dsn("editor"), autocommit=True) as editor:
        assert editor.execute("MERGE INTO customers c USING " + source).rowcount == 1
