"""Whatever a client writes about a temporary table of people: it sees no more of them than its budget, and no key column."""

import psycopg
import pytest
from kept_people import Keeper

from kept_people_test import keeping  # noqa: F401

MADE = ["CREATE TEMP TABLE t AS SELECT id, full_name AS name, city FROM customers WHERE id <= 200",
        "CREATE TEMP TABLE g AS SELECT city, string_agg(full_name, ',') AS names FROM customers WHERE id <= 200 GROUP BY city",
        "CREATE TEMP TABLE mine (id bigint, name text, city text)"]

# Each runs in a transaction of its own that is taken back, and whatever comes of it is read.
ATTACKS = [
    "SELECT * FROM t", "TABLE t", "SELECT t FROM t", "SELECT t.* FROM t", "SELECT (t).* FROM t", "SELECT (t.*)::text FROM t", "SELECT ROW(t.*) FROM t", "SELECT row_to_json(t) FROM t",
    "SELECT to_jsonb(t) FROM t", "SELECT json_agg(t) FROM t", "SELECT jsonb_agg(t.*) FROM t", "SELECT array_agg(t) FROM t", "SELECT string_agg(t::text, ';') FROM t", "SELECT hstore(t) FROM t",
    "SELECT t.row_to_json FROM t", "SELECT jsonb_object_keys(to_jsonb(t)) FROM t", "SELECT (json_each_text(row_to_json(t))).* FROM t", "SELECT count(t) FROM t", "SELECT t::t FROM t", "SELECT (t::pg_temp.t).name FROM t",
    "SELECT t::pg_temp.__tabir_t_t FROM t", "SELECT * FROM pg_temp.__tabir_t_t", "SELECT * FROM __tabir_t_t", "SELECT name FROM pg_temp.\"__tabir_t_t\"", "SELECT name FROM U&\"\\005f_tabir_t_t\"",
    "SELECT __tabir_p0_1_customer FROM t", "SELECT t.__tabir_p0_1_customer FROM t", "SELECT \"__tabir_p0_1_customer\" FROM t", "SELECT U&\"__tabir_p0_1_customer\" FROM t", "SELECT (t).__tabir_p0_1_customer FROM t",
    "SELECT x.name FROM t AS x (a, name, c, d)", "SELECT d FROM t AS x (a, b, c, d)", "SELECT d FROM (SELECT * FROM t) AS x (a, b, c, d)", "SELECT * FROM t AS x (a, b, c)", "WITH w (a, b, c, d) AS (SELECT * FROM t) SELECT d FROM w",
    "SELECT * FROM t a NATURAL JOIN t b", "SELECT * FROM t a JOIN t b USING (id)", "SELECT * FROM (t a JOIN g USING (city)) j", "SELECT j FROM (t a CROSS JOIN mine) j", "SELECT * FROM t LEFT JOIN mine USING (id)",
    "SELECT * FROM mine FULL JOIN t USING (id, name)", "SELECT * FROM mine RIGHT JOIN LATERAL (SELECT name FROM t) l ON true", "SELECT name FROM t UNION ALL SELECT names FROM g", "SELECT * FROM t INTERSECT SELECT * FROM t",
    "SELECT * FROM t EXCEPT SELECT * FROM mine", "SELECT name FROM t UNION SELECT 'x' ORDER BY 1", "SELECT DISTINCT ON (city) name FROM t", "SELECT city, array_agg(name) FROM t GROUP BY ROLLUP (city)", "SELECT first_value(name) OVER w FROM t WINDOW w AS (ORDER BY id)",
    "SELECT nth_value(name, 3) OVER () FROM t LIMIT 1", "SELECT string_agg(name, ',') OVER (ORDER BY id) FROM t", "SELECT name FROM t ORDER BY id OFFSET 100", "SELECT name FROM t FETCH FIRST 50 ROWS WITH TIES", "SELECT (SELECT string_agg(name, ',') FROM t)",
    "SELECT ARRAY(SELECT name FROM t)", "SELECT ARRAY(SELECT t FROM t)", "SELECT ARRAY(TABLE t)", "SELECT 1 ORDER BY (SELECT string_agg(name, ',') FROM t)", "VALUES ((SELECT min(names) FROM g))", "SELECT unnest(string_to_array(names, ',')) FROM g",
    "SELECT regexp_split_to_table(names, ',') FROM g", "SELECT upper(max(name)) FROM t", "SELECT reverse(name) FROM t", "SELECT query_to_xml('SELECT * FROM pg_temp.__tabir_t_t', true, false, '')", "SELECT table_to_xml('pg_temp.__tabir_t_t', true, false, '')",
    "SELECT xmlforest(name) FROM t", "SELECT * FROM t FOR UPDATE", "SELECT * FROM t TABLESAMPLE system (100)", "SELECT ctid, name FROM t", "SELECT tableoid::regclass, name FROM t", "SELECT name FROM t WHERE ctid = '(0,1)'",
    "UPDATE t SET city = name RETURNING city", "UPDATE t SET city = 'x' RETURNING *", "UPDATE t SET city = 'x' RETURNING t", "UPDATE t SET __tabir_p0_1_customer = NULL", "UPDATE t SET (id, name, city, __tabir_p0_1_customer) = (1, 'x', 'y', NULL)",
    "UPDATE mine SET name = t.name FROM t", "UPDATE t a SET name = b.name FROM t b WHERE b.id = a.id + 1 RETURNING a.name", "DELETE FROM t RETURNING *", "DELETE FROM t USING g RETURNING names", "WITH d AS (DELETE FROM t RETURNING *) SELECT * FROM d",
    "WITH d AS (DELETE FROM t RETURNING *) INSERT INTO mine SELECT * FROM d RETURNING *", "INSERT INTO mine SELECT * FROM t RETURNING name", "INSERT INTO mine SELECT t.* FROM t", "INSERT INTO mine TABLE t", "INSERT INTO mine (name) SELECT names FROM g",
    "INSERT INTO mine (name) VALUES ((SELECT string_agg(name, ',') FROM t)) RETURNING name", "INSERT INTO t VALUES (1, 'a', 'b', '{4711}') RETURNING *", "INSERT INTO t VALUES (1, 'a', 'b', NULL)", "INSERT INTO t TABLE t", "INSERT INTO t SELECT * FROM t RETURNING name",
    "MERGE INTO mine USING t ON mine.id = t.id WHEN NOT MATCHED THEN INSERT VALUES (t.id, t.name, t.city)", "MERGE INTO t USING mine ON mine.id = t.id WHEN MATCHED THEN DELETE", "COPY t TO STDOUT", "COPY t (name) TO STDOUT", "COPY t (name, __tabir_p0_1_customer) TO STDOUT",
    "COPY (TABLE t) TO STDOUT (FORMAT csv, HEADER)", "COPY (SELECT t FROM t) TO STDOUT", "COPY (DELETE FROM t RETURNING name) TO STDOUT", "DECLARE c CURSOR FOR SELECT * FROM t; FETCH ALL FROM c", "DECLARE c SCROLL CURSOR FOR TABLE t; MOVE 50 IN c; FETCH BACKWARD ALL FROM c",
    "PREPARE p AS SELECT name FROM t; EXECUTE p", "PREPARE p AS DELETE FROM t RETURNING name; EXECUTE p", "EXPLAIN ANALYZE SELECT * FROM t", "EXPLAIN (VERBOSE) SELECT * FROM t", "EXPLAIN (ANALYZE, COSTS OFF) DELETE FROM t", "CREATE TEMP TABLE u AS SELECT * FROM t; SELECT * FROM u",
    "CREATE TEMP TABLE u AS TABLE t; DROP TABLE t; SELECT name FROM u", "CREATE TEMP TABLE u (LIKE t); INSERT INTO u SELECT * FROM t; SELECT * FROM u", "CREATE TEMP TABLE u (LIKE t INCLUDING ALL)", "CREATE TEMP TABLE u AS SELECT names FROM g; TABLE u", "SELECT t.* INTO TEMP u FROM t; SELECT count(*), string_agg(name, ',') FROM u",
    "CREATE TEMP TABLE u AS SELECT json_agg(t) AS j FROM t; SELECT json_array_elements(j) FROM u", "CREATE TEMP TABLE u AS SELECT t FROM t; SELECT (t).* FROM u", "CREATE TEMP TABLE u (a, b, c, d) AS SELECT * FROM t", "CREATE TEMP TABLE u AS SELECT *, 1 AS __tabir_p0_9_customer FROM mine",
    "CREATE TEMP TABLE u () INHERITS (t)", "CREATE TEMP VIEW v AS SELECT * FROM t", "ALTER TABLE t DROP COLUMN __tabir_p0_1_customer", "ALTER TABLE t RENAME COLUMN __tabir_p0_1_customer TO k", "ALTER TABLE t ADD x int", "CREATE INDEX ON t (name)", "CREATE UNIQUE INDEX ON t (city)", "ANALYZE t", "ANALYZE t (name)",
    "CREATE TEMP TABLE u AS SELECT random() AS r, name FROM t", "CREATE TEMP TABLE u AS SELECT nextval('support.tickets_id_seq') AS n FROM t", "CREATE TEMP TABLE u AS SELECT set_config('app.x', name, false) AS s FROM t; SHOW app.x", "CREATE TEMP TABLE u AS SELECT pg_notify('c', name) AS s FROM t",
    "CREATE TEMP TABLE u AS SELECT name::int AS s FROM t", "SELECT name::int FROM t", "SELECT most_common_vals FROM pg_stats WHERE tablename LIKE '%t'", "SELECT n_live_tup FROM pg_stat_user_tables", "SELECT pg_stat_get_xact_tuples_inserted('pg_temp.__tabir_t_t'::regclass)",
    "SELECT pg_relation_size('pg_temp.__tabir_t_t')", "SELECT name FROM t WHERE CURRENT OF c", "SELECT lo_from_bytea(0, name::bytea) FROM t", "TRUNCATE t; SELECT * FROM t", "SAVEPOINT s; DROP TABLE t; ROLLBACK TO s; SELECT name FROM t", "DROP TABLE t; CREATE TEMP TABLE t AS SELECT id, full_name AS name FROM customers; SELECT name FROM t",
    "DROP TABLE mine; CREATE TEMP TABLE mine AS SELECT full_name FROM customers; SELECT full_name FROM mine", "SET LOCAL search_path = pg_temp; SELECT name FROM t", "SET LOCAL enable_seqscan = off; SELECT name FROM t WHERE id > 0",
]


@pytest.fixture(scope="module")
def names(postgres):
    """Those that one customer alone has."""
    return set(postgres.psql("SELECT full_name FROM customers GROUP BY 1 HAVING count(*) = 1", "payments").strip().split("\n"))


@pytest.fixture
def small(keeping):  # noqa: F811
    with psycopg.connect(keeping.dsn("small"), autocommit=True) as connection:
        yield Keeper(connection)


def told(connection, text: str) -> str:
    """All that the client hears: rows, names of columns, tags, errors."""
    heard = []
    try:
        for statement in text.split("; "):
            with connection.cursor() as cursor:
                if statement.startswith("COPY"):
                    with cursor.copy(statement) as copy:
                        heard += [bytes(part).decode() for part in copy]
                    continue
                cursor.execute(statement)
                heard.append(str(cursor.statusmessage))
                if cursor.description:
                    heard += [column.name for column in cursor.description] + [str(row) for row in cursor.fetchall()]
    except psycopg.Error as error:
        heard.append(str(error))
        assert error.sqlstate and not error.sqlstate.startswith("XX") and "defect" not in str(error), (text, error)
    return "\n".join(heard)


def test_no_attack_shows_more_people_than_the_budget_or_a_key(small, names):
    small.run(*MADE)
    seen, shown_by = set(), []
    for attack in ATTACKS:
        small.run("BEGIN")
        heard = told(small.connection, attack)
        small.connection.execute("ROLLBACK")
        # An error and a plan may repeat the client's own words.
        assert "__tabir" not in heard or "tabir_" in attack or attack.startswith("EXPLAIN"), (attack, heard)
        assert "{1}" not in heard and "{4711}" not in heard.replace("'{4711}'", "") or "{4711}" in attack, (attack, heard)
        now = {name for name in names if name in heard or name[::-1] in heard or name.upper() in heard}
        if now - seen:
            shown_by.append(attack)
        seen |= now
        assert len(seen) <= 3, (attack, seen)
    assert shown_by and small.used()[0] == 3


ORACLES = [  # Two that differ by one person's existence must cost something, whatever they answer.
    "CREATE TEMP TABLE o AS SELECT 1 AS x FROM customers WHERE id = {id}; SELECT count(*) FROM o", "CREATE TEMP TABLE o AS SELECT 1 AS x FROM customers WHERE id = {id}; SELECT EXISTS (SELECT FROM o)",
    "CREATE TEMP TABLE o AS SELECT 1 AS x FROM customers WHERE id = {id}; SELECT 1 WHERE NOT EXISTS (TABLE o)", "CREATE TEMP TABLE o AS SELECT 1 AS x FROM customers WHERE id = {id}; SELECT max(x) FROM o",
    "CREATE TEMP TABLE o AS SELECT 1 AS x FROM customers WHERE id = {id} UNION ALL SELECT 0; SELECT x FROM o LIMIT 1", "CREATE TEMP TABLE o AS SELECT 1 AS x FROM customers WHERE id = {id} UNION ALL SELECT 0; SELECT count(*) FROM o",
    "CREATE TEMP TABLE o AS SELECT 1 AS x FROM customers WHERE id = {id}; INSERT INTO o VALUES (0); SELECT max(x) FROM o", "CREATE TEMP TABLE o AS SELECT 1 AS x FROM customers WHERE id = {id}; DELETE FROM o",
    "CREATE TEMP TABLE o AS SELECT 1 AS x FROM customers WHERE id = {id}; UPDATE o SET x = 2", "CREATE TEMP TABLE o AS SELECT 1 AS x FROM customers WHERE id = {id}; COPY o TO STDOUT",
    "CREATE TEMP TABLE o AS SELECT 1 AS x FROM customers WHERE id = {id}; EXPLAIN SELECT * FROM o", "CREATE TEMP TABLE o AS SELECT 1 / (id - {id}) AS x FROM customers WHERE id = {id}",
    "CREATE TEMP TABLE o AS SELECT 1 AS x FROM customers WHERE id = {id} AND full_name LIKE E'%\\\\'", "CREATE TEMP TABLE o AS SELECT date_trunc('bogus', created_at) AS x FROM customers WHERE id = {id}",
    "CREATE TEMP TABLE o AS SELECT CASE WHEN id = {id} THEN (now()::text)::int END AS x FROM customers", "CREATE TEMP TABLE o AS SELECT (SELECT 1 FROM customers b WHERE b.id <> a.id LIMIT 2) AS x FROM customers a WHERE id = {id}",
    "CREATE TEMP TABLE o AS SELECT g AS x FROM customers, generate_series(1, 2, 0) g WHERE id = {id}", "CREATE TEMP TABLE o AS SELECT 1 AS x FROM customers WHERE id = {id}; CREATE TEMP TABLE o2 AS SELECT 1 / x AS y FROM o",
    "CREATE TEMP TABLE o AS SELECT id FROM customers WHERE id = {id} FOR UPDATE; TABLE o", "CREATE TEMP TABLE o AS SELECT 1 AS x FROM customers WHERE id = {id}; SELECT x FROM o FULL JOIN (SELECT 0 AS y) n ON true",
    "CREATE TEMP TABLE o AS SELECT 1 AS x FROM customers WHERE id = {id}; INSERT INTO mine SELECT x FROM o", "CREATE TEMP TABLE o AS SELECT 1 AS x FROM customers WHERE id = {id}; DECLARE c CURSOR FOR TABLE o; MOVE ALL IN c",
]


@pytest.mark.parametrize("oracle", ORACLES)
def test_no_question_is_free(small, oracle):
    small.run("CREATE TEMP TABLE mine (id bigint)")
    for number in (5, 99_999_999):
        small.become(small.person + "x")
        small.run("DISCARD TEMP", "CREATE TEMP TABLE mine (id bigint)", "BEGIN")
        heard = told(small.connection, oracle.format(id=number))
        small.connection.execute("ROLLBACK")
        assert sum(small.used()) > 0 or "role small" in heard, (oracle, number, heard)


def test_what_tells_how_many_is_refused_and_says_why(small):
    small.run(*MADE)
    for statement in ["CREATE INDEX ON t (name)", "CREATE UNIQUE INDEX ON t (city)", "ANALYZE t", "SELECT ctid FROM t", "SELECT 1 FROM t TABLESAMPLE bernoulli (10)", "CREATE TEMP TABLE u AS SELECT random() FROM t"]:
        error = small.refused(statement)
        assert error.sqlstate == "42501" and error.diag.message_hint, statement
    assert small.used() == (0, 0)
    assert small.rows("SELECT reltuples, relpages FROM pg_class WHERE relname LIKE '%tabir!_t!_t' ESCAPE '!'") in ([], [(-1.0, 0)])
