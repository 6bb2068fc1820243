"""Temporary tables of counted people: whoever makes one pays for whom it keeps, as for reading its query, and nothing later."""

import pathlib

import psycopg
import pytest
from paid_tables import Maker, persons

from conftest import Gateway
from counted_changes_test import bind, execute, first_error, parse
from gateway import PASSWORD
from raw_client import SYNC, message, query
from wire_session import WireSession

POLICY = (pathlib.Path(__file__).parent / "paid_tables_policy.yaml").read_text()
USERS = ["desk", "small", "masked", "watched"]


@pytest.fixture(scope="module")
def paying(postgres):
    with Gateway(postgres, POLICY, USERS, dict.fromkeys(USERS, "tabir_reader")) as running:
        yield running


@pytest.fixture
def desk(paying):
    with psycopg.connect(paying.dsn("desk"), autocommit=True) as connection:
        yield Maker(connection)


@pytest.fixture
def small(paying):
    with psycopg.connect(paying.dsn("small"), autocommit=True) as connection:
        yield Maker(connection)


@pytest.fixture
def wire(paying):
    with WireSession((paying.host, paying.port)) as session:
        session.log_in("small", PASSWORD, "payments")
        session.run(f"SET tabir.user = 'wire{next(persons)}'")
        yield session


FIVE = ["CREATE TEMP TABLE t AS SELECT id, full_name, city FROM customers WHERE id <= 5",
        "CREATE TEMP TABLE t (id, full_name) AS SELECT id, full_name, city FROM customers WHERE id <= 5 WITH DATA",
        "CREATE TEMP TABLE t (a, b, c) ON COMMIT PRESERVE ROWS AS (SELECT id, full_name, city FROM customers WHERE id <= 5)",
        "CREATE TEMP TABLE IF NOT EXISTS pg_temp.t AS SELECT c.id, c.full_name, c.city AS \"As\" FROM public.customers AS c WHERE c.id <= 5",
        "SELECT id, full_name, city INTO TEMP t FROM customers WHERE id <= 5",
        "CREATE TEMP TABLE t AS SELECT id, full_name, city FROM customers WHERE id <= 3 UNION ALL SELECT id, full_name, city FROM customers WHERE id IN (4, 5)",
        "CREATE TEMP TABLE t AS SELECT id, full_name, city FROM customers WHERE id <= 5 UNION SELECT id, full_name, city FROM customers WHERE id <= 2",
        "CREATE TEMP TABLE t AS WITH __q AS (SELECT * FROM customers WHERE id <= 5) SELECT DISTINCT id, full_name, city FROM __q",
        "CREATE TEMP TABLE t AS SELECT c.id, c.full_name, c.city FROM customers c WHERE c.id <= 5 GROUP BY c.id, c.full_name, c.city"]


@pytest.mark.parametrize("extended", [False, True])
@pytest.mark.parametrize("making", FIVE)
def test_making_it_costs_whom_it_keeps_and_reading_it_nothing(paying, desk, making, extended):
    with WireSession((paying.host, paying.port)) as session:
        session.log_in("desk", PASSWORD, "payments")
        session.run(f"SET tabir.user = '{desk.person}'")
        answer = session.run(making, extended=extended)
        assert answer.error is None and answer.tags == ["SELECT 5"] and answer.rows == [] and not answer.columns
        assert desk.used() == (5, 0)
        kept = session.run("SELECT * FROM t ORDER BY 1")
        assert [name for name, *_ in kept.columns][0] in ("id", "a") and len(kept.columns) == 3 and len(kept.rows) == 5
        assert kept.rows == session.run("SELECT id, full_name, city FROM customers WHERE id <= 5 ORDER BY 1").rows
        assert desk.used() == (5, 0)


QUERIES = [("SELECT id, phone FROM customers WHERE id < 4", 3, 0, 3), ("SELECT * FROM customers WHERE id = 99999999", 1, 0, 0), ("SELECT id FROM customers WHERE id < 0", 0, 1, 0),
           ("SELECT id FROM customers WHERE phone = '+62'", 0, 1, 0), ("SELECT 1 AS one WHERE EXISTS (SELECT FROM customers WHERE phone = '+62')", 0, 1, 0),
           ("SELECT city, string_agg(full_name, ',') AS names FROM customers WHERE id <= 6 GROUP BY city", 6, 0, None), ("SELECT count(*) AS n FROM customers WHERE id <= 6", 6, 0, 1),
           ("SELECT count(*) AS n FROM customers", 0, 0, 1), ("SELECT * FROM customers LIMIT 0", 0, 0, 0), ("SELECT id FROM customers WHERE false", 0, 0, 0), ("SELECT * FROM support.tickets", 0, 0, None),
           ("SELECT a.full_name, b.full_name AS other FROM customers a, customers b WHERE a.id = 1 AND b.id = 2", 2, 0, 1), ("SELECT (SELECT full_name FROM customers WHERE id = 7) AS name", 1, 0, 1),
           ("SELECT EXISTS (SELECT FROM customers WHERE id <= 2 AND city <> '') AS e", 2, 0, 1), ("SELECT s.id, c.full_name FROM generate_series(1, 3) s (id) JOIN customers c USING (id)", 3, 0, 3),
           ("SELECT x.id, c.full_name FROM (VALUES (1), (99999999)) x (id) LEFT JOIN customers c ON c.id = x.id", 2, 0, 2), ("SELECT id, full_name FROM customers ORDER BY id LIMIT 2", 2, 0, 2),
           ("SELECT id FROM customers WHERE id <= 9 ORDER BY id DESC OFFSET 7", 9, 0, 2), ("SELECT lag(full_name) OVER (ORDER BY id) AS before, id FROM customers WHERE id <= 2", 2, 0, 2),
           ("WITH RECURSIVE w (id, name) AS (SELECT id, full_name FROM customers WHERE id = 1 UNION ALL SELECT c.id, c.full_name FROM w JOIN customers c ON c.id = w.id + 1 WHERE c.id < 4) SELECT * FROM w", 3, 0, 3),
           ("VALUES ((SELECT full_name FROM customers WHERE id = 1), 'x'), ('nobody', NULL)", 1, 0, 2), ("SELECT c, c.city AS town FROM (SELECT id, city FROM customers WHERE id < 3) c", None, None, None),
           ("TABLE customers ORDER BY id LIMIT 2", 2, 0, 2), ("SELECT id AS a, id AS b, id AS c FROM customers WHERE id = 3 FOR UPDATE", 1, 0, 1), ("SELECT NULL AS n, 'x' AS x, ARRAY[id] AS a FROM customers WHERE id = 3", 1, 0, 1),
           ("(SELECT id FROM customers WHERE id < 3) EXCEPT SELECT 2", 2, 0, None), ("SELECT id, random() < 2 AS r, now() AS at FROM customers WHERE id < 3", 2, 0, 2)]


@pytest.mark.parametrize("asked, people, misses, kept", QUERIES)
def test_it_costs_what_its_query_costs(desk, asked, people, misses, kept):
    desk.run("DISCARD TEMP")
    try:
        count = desk.run(asked)[1].split()[-1]
    except psycopg.Error as error:
        assert desk.refused(f"CREATE TEMP TABLE t AS {asked}").sqlstate == error.sqlstate
        return
    read = desk.used()
    desk.become_another()
    made = desk.refused(f"CREATE TEMP TABLE t AS {asked}") if people is None else desk.run(f"CREATE TEMP TABLE t AS {asked}")[1]
    if people is None:  # a row of no stored type: PostgreSQL makes no table of it either
        assert made.sqlstate == "42P16"
        return
    if "EXCEPT" not in asked:
        assert read == desk.used() == (people, misses)
    assert read == desk.used() and made == "SELECT " + count
    assert kept is None or len(desk.rows("TABLE t")) == kept


def test_types_and_order_are_the_querys(desk):
    asked = ("SELECT id, full_name::varchar(7) AS short, 'x' AS unknown, created_at, created_at::date AS day, ARRAY[full_name] AS names, id::numeric(12, 2) AS amount, NULL::jsonb AS j, "
             "full_name COLLATE \"C\" AS c, id::real / 3 AS r FROM customers WHERE id < 7 ORDER BY id DESC")
    read = desk.connection.execute(asked)
    columns, shown = [(c.name, c.type_code, c.internal_size, c.precision, c.scale) for c in read.description], read.fetchall()
    desk.run(f"CREATE TEMP TABLE t AS {asked}")
    kept = desk.connection.execute("TABLE t")
    assert [(c.name, c.type_code, c.internal_size, c.precision, c.scale) for c in kept.description] == columns and kept.fetchall() == shown


def test_nothing_of_the_making_stays(desk, postgres):
    desk.run(*FIVE[:1])
    assert postgres.psql("SELECT relname FROM pg_class WHERE relnamespace IN (SELECT oid FROM pg_namespace WHERE nspname LIKE 'pg_temp%') AND relkind IN ('r', 'v', 'S')", "payments").split() == ["__tabir_t_t"]
    assert postgres.psql("SELECT attname FROM pg_attribute WHERE attrelid = (SELECT oid FROM pg_class WHERE relname = '__tabir_t_t') AND attnum > 0", "payments").split() == ["id", "full_name", "city"]
    phones = set(postgres.psql("SELECT phone FROM customers WHERE id <= 5", "payments").split())
    desk.run("CREATE TEMP TABLE p AS SELECT phone FROM customers WHERE id <= 5")
    assert not phones & {phone for phone, in desk.rows("TABLE p")}


MANY = "SELECT id, full_name FROM customers WHERE id BETWEEN 100 AND 150"


@pytest.mark.parametrize("extended", [False, True])
@pytest.mark.parametrize("making", [f"CREATE TEMP TABLE t AS {MANY}", f"SELECT * INTO TEMP t FROM ({MANY}) m", f"CREATE TEMP TABLE t ON COMMIT DROP AS {MANY}",
                                    f"CREATE TEMP TABLE IF NOT EXISTS t (a, b) AS {MANY} ORDER BY id DESC"])
def test_who_cannot_pay_gets_none(wire, making, extended):
    for _ in range(3):
        assert wire.run(making, extended=extended).error["C"] == "54000"
        assert wire.run("TABLE t").error["C"] == "42P01"
    wire.run("BEGIN")
    wire.run("CREATE TEMP TABLE before AS SELECT 1 AS x")
    wire.run("SAVEPOINT s")
    assert wire.run(making, extended=extended).error["C"] == "54000"
    assert wire.run("SELECT 1").error["C"] == "25P02"
    wire.run("ROLLBACK TO s")
    assert wire.run("TABLE t").error["C"] == "42P01"
    wire.run("ROLLBACK TO s")
    assert wire.run("TABLE before").rows == [(b"1",)]
    wire.run("ROLLBACK")


def test_what_is_taken_back_was_paid_for(desk):
    desk.run("BEGIN", "SAVEPOINT s")
    with desk.costs(5):
        desk.run(FIVE[0])
    desk.run("ROLLBACK TO s")
    assert desk.refused("TABLE t").sqlstate == "42P01"
    desk.run("ROLLBACK")
    with desk.costs(0):
        desk.run("BEGIN", "CREATE TEMP TABLE t ON COMMIT DROP AS SELECT id FROM customers WHERE id <= 5")
        assert len(desk.rows("TABLE t")) == 5
        desk.run("COMMIT")
    assert desk.refused("TABLE t").sqlstate == "42P01"
    with desk.costs(0):
        desk.run("CREATE TEMP TABLE t ON COMMIT DELETE ROWS AS SELECT id FROM customers WHERE id <= 5")
        assert desk.rows("TABLE t") == []


def test_a_pipeline_sees_it_when_it_is_paid(wire):
    read = parse("", "SELECT * FROM t") + bind("", "") + execute("")
    for limit in (0, 1):
        wire.send(parse("", f"CREATE TEMP TABLE t AS {MANY}") + bind("", "") + execute("", limit) + message(b"H") + read + SYNC)
        answer = wire.answer()
        assert answer.error["C"] == "54000" and answer.rows == []
    wire.send(parse("", f"CREATE TEMP TABLE t AS {MANY}") + bind("", "") + execute("") + parse("", "COMMIT") + bind("", "") + execute("") + read + SYNC)
    assert first_error(wire) == "54000"
    assert wire.run("TABLE t").error["C"] == "42P01"
    wire.run("SET tabir.user = 'pipeline'")
    wire.send(parse("", "CREATE TEMP TABLE t AS SELECT id FROM customers WHERE id = 3") + bind("", "") + message(b"D", b"P\0") + execute("") + parse("", "SELECT * FROM t") + bind("", "") + execute("") + SYNC)
    answer = wire.answer()
    assert answer.error is None and answer.tags == ["SELECT 1", "SELECT 1"] and answer.rows == [(b"3",)]
    assert [kind for kind, _ in answer.messages if kind not in b"S"] == [b"1", b"2", b"n", b"C", b"1", b"2", b"D", b"C", b"Z"]


def test_parameters_and_names(wire):
    making = "CREATE TEMP TABLE t AS SELECT id, $2::text AS word FROM customers WHERE id = $1"
    assert wire.run(making, ["2", "it's"]).tags == ["SELECT 1"]
    assert wire.run("TABLE t").rows == [(b"2", b"it's")]
    wire.run("DROP TABLE t")
    wire.send(parse("m", making) + message(b"D", b"Sm\0") + SYNC)
    assert [kind for kind, _ in wire.answer().messages] == [b"1", b"t", b"n", b"Z"]
    for key in (b"1", b"2"):
        parameters = b"\0\0" + b"\0\2" + len(key).to_bytes(4, "big") + key + b"\0\0\0\1x" + b"\0\0"
        wire.send(message(b"B", b"p\0m\0" + parameters) + execute("p") + SYNC)
        answer = wire.answer()
        assert answer.error is None and answer.tags == ["SELECT 1"], answer.error
        assert wire.run("TABLE t").rows == [(key, b"x")]
        wire.run("DROP TABLE t")
    # The name is no way around the counting.
    for by_name in ["EXECUTE m ('3', 'x')", "EXPLAIN EXECUTE m ('3', 'x')", "EXPLAIN ANALYZE EXECUTE m ('3', 'x')", "CREATE TEMP TABLE t AS EXECUTE m ('3', 'x')", "DECLARE c CURSOR FOR EXECUTE m ('3', 'x')"]:
        assert wire.run(by_name).error["C"] in ("42501", "42601")
    wire.send(message(b"B", b"p\0m\0" + parameters) + execute("p") + execute("p") + SYNC)
    assert first_error(wire) == "55000"
    assert wire.run("TABLE t").error["C"] == "42P01"


@pytest.mark.parametrize("text, tags", [
    ("CREATE TEMP TABLE t AS SELECT id FROM customers WHERE id < 3; SELECT count(*) FROM t; DROP TABLE t", ["SELECT 2", "SELECT 1", "DROP TABLE"]),
    ("SELECT 1; CREATE TEMP TABLE t AS SELECT id FROM customers WHERE id < 3", ["SELECT 1", "SELECT 2"]),
    ("DROP TABLE IF EXISTS t; CREATE TEMP TABLE t AS SELECT id FROM customers WHERE id < 3; CREATE TEMP TABLE u AS SELECT t.id, c.city FROM t JOIN customers c USING (id); TABLE u", ["DROP TABLE", "SELECT 2", "SELECT 2", "SELECT 2"]),
    ("BEGIN; CREATE TEMP TABLE t AS SELECT id FROM customers WHERE id < 3", ["BEGIN", "SELECT 2"])])
def test_several_statements_in_one_message(wire, text, tags):
    answer = wire.run(text)
    assert answer.error is None and answer.tags == tags
    wire.run("ROLLBACK")
    wire.run("DROP TABLE IF EXISTS t, u")
    many = text.replace("id < 3", "id BETWEEN 200 AND 300")
    answer = wire.run(many)
    assert answer.error["C"] == "54000" and b"299" not in b"".join(body for _, body in answer.messages)
    wire.run("ROLLBACK")
    wire.run("DROP TABLE IF EXISTS t, u")


def test_if_it_is_there_nothing_is_read(desk):
    desk.run("CREATE TEMP TABLE t AS SELECT 7 AS id")
    with desk.costs(0):
        desk.run("CREATE TEMP TABLE IF NOT EXISTS t AS SELECT id FROM customers WHERE id <= 5")
    assert desk.rows("TABLE t") == [(7,)]
    with desk.costs(0, 1):  # an error costs a miss
        assert desk.refused("CREATE TEMP TABLE t AS SELECT id FROM customers WHERE id <= 5").sqlstate == "42P07"
    assert desk.rows("TABLE t") == [(7,)]


# ... or the person whom it asks about.
@pytest.mark.parametrize("failing, state, people", [("SELECT 1 / (id - 5) AS x FROM customers WHERE id = 5", "22000", 1), ("SELECT id, id FROM customers WHERE id = 5", "42701", 1),
                                                    ("SELECT full_name::int AS x FROM customers WHERE id = 5", "22000", 1), ("SELECT (SELECT id FROM customers) AS x", "22000", 0)])
def test_what_fails_costs_a_miss(desk, failing, state, people):
    with desk.costs(people, 1 - people):
        assert desk.refused(f"CREATE TEMP TABLE t AS {failing}").sqlstate == state
    assert desk.refused("TABLE t").sqlstate == "42P01"


LARGE = "(SELECT string_agg(md5((g * 7 + id)::text), '') FROM generate_series(1, 200) g)"  # stored out of line, each by a number of its own


def test_what_was_not_paid_leaves_no_numbers(small, postgres):
    """PostgreSQL numbers values that it stores out of line and new tables by one counter, which nothing takes back."""
    def next_number() -> int:
        small.run("DROP TABLE IF EXISTS n", "CREATE TEMP TABLE n AS SELECT 1 AS x")
        return int(postgres.psql("SELECT max(oid::bigint) FROM pg_class WHERE relname = '__tabir_t_n'", "payments"))

    used = {100: [], 3000: []}
    next_number()
    for size in (100, 100, 3000, 100, 3000, 3000):  # what is done once only is done in the first
        small.become_another()
        small.run("CREATE TEMP TABLE paid AS SELECT id FROM customers WHERE id <= 3")
        before = next_number()
        assert small.refused(f"CREATE TEMP TABLE t AS SELECT {LARGE} AS v FROM customers WHERE id <= {size}").sqlstate == "54000"
        used[size].append(next_number() - before)
    # Whatever else the server stores meanwhile, such as statistics, takes numbers, too.
    assert min(used[100]) == min(used[3000]) < 40, used


def test_no_more_than_the_budget_is_ever_kept(small):
    seen = set()
    for query_text in [MANY, "SELECT id, full_name FROM customers ORDER BY random()", "SELECT json_agg(c) AS c FROM customers c", "SELECT max(full_name) AS m FROM customers", "SELECT 1 AS x FROM customers",
                       "SELECT EXISTS (SELECT FROM customers WHERE city = 'Bogor') AS e", "SELECT x.y FROM (SELECT full_name AS y FROM customers) x", "WITH a AS (SELECT * FROM customers) SELECT a.* FROM a"]:
        for text in [f"CREATE TEMP TABLE t AS {query_text}", f"CREATE TEMP TABLE t (a) AS {query_text}", f"EXPLAIN ANALYZE CREATE TEMP TABLE t AS {query_text}", f"EXPLAIN CREATE TEMP TABLE t AS {query_text}",
                     f"PREPARE p AS SELECT * INTO TEMP t FROM ({query_text}) q", f"DECLARE c CURSOR WITH HOLD FOR SELECT * INTO TEMP t FROM ({query_text}) q", f"COPY (SELECT * INTO TEMP t FROM ({query_text}) q) TO STDOUT",
                     f"WITH q AS (SELECT * INTO TEMP t FROM ({query_text}) q) TABLE q"]:
            error = small.refused(text)
            assert error.sqlstate in ("54000", "42501", "42601", "42P01"), (text, error)
            assert "__tabir" not in str(error) and error.sqlstate != "XX000"
            assert small.refused("TABLE t").sqlstate == "42P01"
    small.become_another()
    small.run("CREATE TEMP TABLE t AS SELECT id, full_name FROM customers WHERE id < 4")
    for statement in ["INSERT INTO t " + MANY, "CREATE TEMP TABLE u AS SELECT c.full_name FROM t JOIN customers c ON c.id = t.id + 10", "UPDATE t SET full_name = (SELECT c.full_name FROM customers c WHERE c.id = t.id + 20)"]:
        assert small.refused(statement).sqlstate == "54000"
        seen |= set(small.rows("TABLE t"))
    assert len(seen) == 3 and small.used()[0] == 3


@pytest.mark.parametrize("name", ["__tabir_aside", "pg_temp.__tabir_aside", "\"__tabir_q\"", "__tabir_t_t"])
def test_its_own_names_mean_nothing_to_a_client(desk, name):
    desk.run(FIVE[0])
    assert desk.refused(f"SELECT * FROM {name}").sqlstate in ("42501", "42939", "42P01")
    assert desk.refused(f"CREATE TEMP TABLE u AS SELECT c.id FROM customers c, {name}").sqlstate in ("42501", "42939", "42P01")
    assert desk.refused(f"DROP TABLE {name}").sqlstate in ("42501", "42939", "42P01")


def test_masked_at_its_limit(paying):
    with psycopg.connect(paying.dsn("masked"), autocommit=True) as connection:
        maker = Maker(connection)
        maker.run("CREATE TEMP TABLE paid AS SELECT id, full_name FROM customers WHERE id <= 2")
        error = maker.refused("CREATE TEMP TABLE t AS SELECT id, full_name FROM customers WHERE id BETWEEN 10 AND 20")
        assert error.sqlstate == "54000" and maker.refused("TABLE t").sqlstate == "42P01"
        assert maker.run("CREATE TEMP TABLE t AS SELECT id, full_name FROM customers WHERE id BETWEEN 10 AND 20")[1] == "SELECT 11"
        assert all(name.count(".") >= 1 and len(name) < 10 for _, name in maker.rows("TABLE t"))
        assert maker.used()[0] == 3


def test_detectors_see_whom_it_keeps(paying):
    with psycopg.connect(paying.dsn("watched"), autocommit=True) as connection:
        with pytest.raises(psycopg.Error) as raised:
            connection.execute("CREATE TEMP TABLE t AS SELECT id, full_name FROM customers WHERE id <= 40")
        assert raised.value.sqlstate not in ("42P01", "XX000")
        with pytest.raises(psycopg.errors.UndefinedTable):
            connection.execute("TABLE t")


def test_who_leaves_before_it_is_paid_has_nothing(paying, postgres):
    for ending in (b"", query("SELECT 1"), message(b"X")):
        with WireSession((paying.host, paying.port)) as session:
            session.log_in("small", PASSWORD, "payments")
            session.run("SET tabir.user = 'leaver'")
            session.send(parse("", f"CREATE TEMP TABLE left_behind AS {MANY}") + bind("", "") + execute("") + message(b"H") + ending)
    for _ in range(50):
        if not postgres.psql("SELECT 1 FROM pg_class WHERE relname LIKE '%left_behind'", "payments").strip():
            break
    else:
        raise AssertionError("it is still there")


def test_nobody_reads_what_another_has_paid_for(small):
    other = small.person + "b"
    small.become(other)
    small.run("CREATE TEMP TABLE first AS SELECT 1 AS x")
    small.become(small.person + "a")
    for start in ([], ["BEGIN", "SAVEPOINT s", "DROP TABLE first"]):
        small.run("SELECT 1", *start)
        assert small.refused("CREATE TEMP TABLE t AS SELECT id, full_name FROM customers WHERE id <= 3").sqlstate == "42501"
        assert small.refused("SELECT 1; CREATE TEMP TABLE t (a int)").sqlstate in ("42501", "25P02")
        small.run("ROLLBACK")
    small.run("DISCARD TEMP", "CREATE TEMP TABLE t AS SELECT id, full_name FROM customers WHERE id <= 3")
    assert len(small.rows("TABLE t")) == 3
    small.become(other)
    assert small.refused("TABLE t").sqlstate == "42501" and small.used() == (0, 0)
    small.run("DISCARD TEMP", "CREATE TEMP TABLE t (a int)")
    assert small.rows("TABLE t") == []
