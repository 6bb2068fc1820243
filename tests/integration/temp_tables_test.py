"""Temporary tables of restricted roles: what they hold is what the role sees, and nothing of the database looks into them."""

from contextlib import closing

import psycopg
import psycopg2
import pytest

from counted_changes_test import bind, execute, parse
from gateway import PASSWORD
from raw_client import SYNC, error_fields
from wire_session import WireSession


@pytest.fixture
def maker(making):
    with psycopg.connect(making.dsn("maker"), autocommit=True) as connection:
        yield connection


@pytest.fixture
def direct_connection(direct):
    with psycopg.connect(direct, autocommit=True) as connection:
        yield connection


def rows(connection, statement, *parameters):
    return connection.execute(statement, *parameters).fetchall()


def refusal(connection, statement):
    with pytest.raises(psycopg.Error) as raised:
        connection.execute(statement)
    return raised.value.sqlstate


MAKING = ["CREATE TEMP TABLE t AS SELECT id, phone, full_name, city FROM customers WHERE id <= 5",
          "CREATE TEMPORARY TABLE IF NOT EXISTS t AS SELECT id, phone, full_name, city FROM public.customers c WHERE c.id <= 5",
          "CREATE TABLE pg_temp.t AS SELECT id, phone, full_name, city FROM customers WHERE id <= 5",
          "SELECT id, phone, full_name, city INTO TEMP t FROM customers WHERE id <= 5",
          "SELECT id, phone, full_name, city INTO TEMPORARY TABLE pg_temp.t FROM customers WHERE id <= 5 ORDER BY id",
          "CREATE LOCAL TEMP TABLE t (id, phone, full_name, city) ON COMMIT PRESERVE ROWS AS "
          "WITH five AS (SELECT * FROM customers WHERE id <= 5) SELECT id, phone, full_name, city FROM five"]


@pytest.mark.parametrize("statement", MAKING)
def test_what_it_holds_is_what_the_role_sees(maker, direct_connection, statement):
    seen = rows(maker, "SELECT id, phone, full_name, city FROM customers WHERE id <= 5 ORDER BY id")
    truth = rows(direct_connection, "SELECT id, phone, full_name, city FROM customers WHERE id <= 5 ORDER BY id")
    assert maker.execute(statement).statusmessage == "SELECT 5"
    for name in ("t", "pg_temp.t", "t AS other", "ONLY t", "ONLY (t)", "t *"):
        assert rows(maker, f"SELECT * FROM {name} ORDER BY id") == seen
    assert seen != truth and [row[0] for row in seen] == [row[0] for row in truth]
    assert rows(maker, "TABLE t ORDER BY id") == seen
    assert rows(maker, "SELECT t.phone, pg_temp.t.id FROM pg_temp.t WHERE t.id = 3") == [(seen[2][1], 3)]
    assert str(rows(maker, "SELECT t FROM t ORDER BY id")[0][0]).count(seen[0][1]) == 1
    maker.execute("DROP TABLE t")
    assert refusal(maker, "SELECT * FROM t") == "42P01"


def test_the_database_holds_nothing_else(maker, postgres):
    maker.execute("CREATE TEMP TABLE kept AS SELECT phone, full_name FROM customers WHERE id <= 50")
    assert postgres.psql("SELECT relname FROM pg_class WHERE relname LIKE '%kept'", "payments").split() == ["__tabir_t_kept"]
    phones = set(postgres.psql("SELECT phone FROM customers WHERE id <= 50", "payments").split())
    assert not phones & {phone for phone, _ in rows(maker, "SELECT * FROM kept")}


def test_plain_columns(maker):
    maker.execute("CREATE TEMP TABLE IF NOT EXISTS made (id serial PRIMARY KEY, n int NOT NULL DEFAULT 1 + 1, at timestamptz DEFAULT now(), "
                  "word varchar(10) COLLATE \"C\" UNIQUE, amount numeric(10, 2)[], big bigint GENERATED ALWAYS AS IDENTITY, UNIQUE (n, word)) ON COMMIT PRESERVE ROWS")
    assert rows(maker, "INSERT INTO made (word) VALUES ('a'), ('b') RETURNING id, n, word, big") == [(1, 2, "a", 1), (2, 2, "b", 2)]
    assert maker.execute("UPDATE made SET n = m.n + 1 FROM made m WHERE made.id = m.id AND made.word = 'a'").statusmessage == "UPDATE 1"
    assert maker.execute("INSERT INTO made (word) VALUES ('a') ON CONFLICT (word) DO UPDATE SET n = excluded.n + made.n").statusmessage == "INSERT 0 1"
    assert rows(maker, "SELECT n, word FROM made ORDER BY id") == [(5, "a"), (2, "b")]
    assert maker.execute("DELETE FROM made WHERE word = 'b'").statusmessage == "DELETE 1"
    assert refusal(maker, "INSERT INTO made (id, n) VALUES (9, NULL)") == "23502"
    maker.execute("TRUNCATE made RESTART IDENTITY")
    assert rows(maker, "SELECT count(*) FROM made") == [(0,)]
    maker.execute("DROP TABLE IF EXISTS made, never_there CASCADE")


def test_columns_like_those_of_a_table(maker):
    maker.execute("CREATE TEMP TABLE stage (LIKE public.customers INCLUDING STORAGE INCLUDING COMMENTS, batch int DEFAULT 7)")
    taken, given = (maker.execute(f"SELECT * FROM {table} LIMIT 0").description for table in ("stage", "customers"))
    assert [(column.name, column.type_code) for column in taken[:-1]] == [(column.name, column.type_code) for column in given]
    names = ", ".join(column.name for column in given)
    maker.execute(f"INSERT INTO stage SELECT {names}, 8 FROM customers WHERE id = 5")
    assert rows(maker, "SELECT phone, batch FROM stage") == rows(maker, "SELECT phone, 8 FROM customers WHERE id = 5")
    assert refusal(maker, "INSERT INTO stage (id) VALUES (6)") == "23502"
    maker.execute("CREATE TEMP TABLE seen (LIKE kyc.documents); CREATE TEMP TABLE twice (LIKE seen)")
    seen = [column.name for column in maker.execute("SELECT * FROM kyc.documents LIMIT 0").description]
    assert [column.name for column in maker.execute("SELECT * FROM twice").description] == seen and "image" not in seen
    maker.execute("DROP TABLE stage, seen, twice")


@pytest.mark.parametrize("statement", [
    "CREATE TEMP TABLE x (LIKE pg_authid)", "CREATE TEMP TABLE x (LIKE billing.transactions)", "CREATE TEMP TABLE x (LIKE customers INCLUDING ALL)",
    "CREATE TEMP TABLE x (LIKE customers INCLUDING DEFAULTS)", "CREATE TABLE x (LIKE customers)", "CREATE TEMP TABLE x () INHERITS (customers)",
    "CREATE TEMP TABLE x (id int CHECK (id > 0))", "CREATE TEMP TABLE x (id int, twice int GENERATED ALWAYS AS (id * 2) STORED)",
    "CREATE TEMP TABLE x (id bigint REFERENCES customers)", "CREATE TEMP TABLE x (id int DEFAULT phone_of(1))", "CREATE TEMP TABLE x (id int) TABLESPACE pg_default",
    "CREATE TEMP TABLE x (a text DEFAULT pg_read_file('x'))", "CREATE TEMP TABLE x PARTITION OF customers DEFAULT", "CREATE TEMP TABLE x OF customers",
    "CREATE TEMP TABLE x (a int) PARTITION BY LIST (a)", "CREATE TEMP TABLE x (a int) WITH (fillfactor = 10)", "CREATE TEMP TABLE x (a int) USING heap",
    "CREATE TEMP TABLE x (a text DEFAULT (SELECT max(phone) FROM customers))", "CREATE TEMP VIEW x AS SELECT * FROM customers", "CREATE TABLE x AS SELECT 1",
    "CREATE TABLE x (a int)", "CREATE UNLOGGED TABLE x AS SELECT 1", "SELECT 1 AS a INTO x", "SELECT 1 AS a INTO public.x", "CREATE TEMP SEQUENCE x",
    "CREATE MATERIALIZED VIEW x AS SELECT 1", "DROP TABLE customers", "DROP TABLE IF EXISTS support.tickets", "DROP TABLE own, customers", "TRUNCATE customers", "TRUNCATE own, customers",
    "CREATE TEMP TABLE x AS EXECUTE p", "CREATE TRIGGER t BEFORE INSERT ON own EXECUTE FUNCTION f()", "CREATE RULE r AS ON INSERT TO own DO NOTHING",
    "CREATE TEMP TABLE x AS SELECT image FROM kyc.documents", "CREATE TEMP TABLE x AS SELECT pg_sleep(1)",
    "CREATE TEMP TABLE x AS WITH d AS (DELETE FROM support.tickets RETURNING *) SELECT * FROM d", "CREATE POLICY p ON own", "LOCK TABLE own",
    "CREATE TEMP TABLE x (a int, CONSTRAINT customers PRIMARY KEY (a))", "CREATE TEMP TABLE x (a int CONSTRAINT customers UNIQUE)",
    "CREATE TEMP TABLE a_name_that_the_prefix_before_it_would_make_longer_than_63_b (a int)",
])
def test_what_else_is_refused(maker, statement):
    maker.execute("DROP TABLE IF EXISTS own")
    maker.execute("CREATE TEMP TABLE own (a int)")
    assert refusal(maker, statement) == "42501"
    assert rows(maker, "SELECT count(*) FROM own") == [(0,)]


@pytest.mark.parametrize("statement", [*MAKING, "CREATE TEMP TABLE t (a int)", "DROP TABLE IF EXISTS t"])
def test_only_a_role_whose_policy_grants_it_makes_them(making, statement):
    with psycopg.connect(making.dsn("plain"), autocommit=True) as connection, pytest.raises(psycopg.Error) as raised:
        connection.execute(statement)
    assert raised.value.sqlstate == "42501" and "temp_tables" in raised.value.diag.message_hint


def test_a_name_is_shadowed_for_the_client_alone(maker, postgres):
    hidden = rows(maker, "SELECT phone FROM customers WHERE id = 1")
    maker.execute("CREATE TEMP TABLE customers AS SELECT 1 AS id, 'mine' AS phone")
    assert rows(maker, "SELECT phone FROM customers") == [("mine",)]
    assert rows(maker, "SELECT c.phone, customers.phone FROM public.customers c JOIN customers USING (id)") == [(hidden[0][0], "mine")]
    maker.execute("SET search_path = public, pg_temp")
    assert rows(maker, "SELECT phone FROM customers WHERE id = 1") == hidden
    maker.execute("RESET search_path")
    maker.execute("DROP TABLE customers")
    assert rows(maker, "SELECT phone FROM customers WHERE id = 1") == hidden


def test_a_row_filter_never_means_one(making):
    with psycopg.connect(making.dsn("filtered"), autocommit=True) as connection:
        before = rows(connection, "SELECT count(*) FROM support.tickets")
        connection.execute("CREATE TEMP TABLE customers AS SELECT generate_series(1, 30000) AS id, 'Bogor' AS city")
        assert rows(connection, "SELECT count(*) FROM support.tickets") == before
        assert rows(connection, "SELECT count(*) FROM customers") == [(30000,)]


def test_code_of_the_database_never_finds_one(maker, postgres):
    postgres.psql("""
        CREATE FUNCTION support.keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            INSERT INTO kept_changes SELECT c.phone FROM public.customers c WHERE c.id = NEW.id; RETURN NEW; END $$;
        CREATE TRIGGER keep AFTER UPDATE ON public.customers FOR EACH ROW EXECUTE FUNCTION support.keep()""", "payments")
    try:
        maker.execute("CREATE TEMP TABLE kept_changes (phone text)")
        assert refusal(maker, "UPDATE public.customers SET city = city WHERE id = 1") == "42P01"
        assert rows(maker, "SELECT * FROM kept_changes") == []
    finally:
        postgres.psql("DROP TRIGGER keep ON public.customers; DROP FUNCTION support.keep()", "payments")


def test_a_table_that_code_of_the_database_made_is_not_known(maker, postgres):
    postgres.psql("""
        CREATE FUNCTION support.scratch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            CREATE TEMP TABLE IF NOT EXISTS scratch AS SELECT phone FROM public.customers LIMIT 1; RETURN NEW; END $$;
        CREATE TRIGGER scratch AFTER UPDATE ON public.customers FOR EACH ROW EXECUTE FUNCTION support.scratch()""", "payments")
    try:
        maker.execute("CREATE TEMP TABLE first (a int)")
        maker.execute("UPDATE public.customers SET city = city WHERE id = 1")
        maker.execute("CREATE TEMP TABLE second (a int)")
        assert refusal(maker, "SELECT * FROM scratch") == "42P01"
        assert refusal(maker, "SELECT * FROM pg_temp.scratch") == "42P01"
    finally:
        postgres.psql("DROP TRIGGER scratch ON public.customers; DROP FUNCTION support.scratch()", "payments")


def test_transactions_and_savepoints(making):
    with psycopg.connect(making.dsn("maker")) as connection:
        connection.execute("CREATE TEMP TABLE t ON COMMIT DROP AS SELECT id FROM customers LIMIT 3")
        assert rows(connection, "SELECT count(*) FROM t") == [(3,)]
        connection.commit()
        assert refusal(connection, "SELECT * FROM t") == "42P01"
        connection.rollback()
        connection.execute("CREATE TEMP TABLE t (a int)")
        connection.rollback()
        assert refusal(connection, "SELECT * FROM t") == "42P01"
        connection.rollback()
        connection.execute("CREATE TEMP TABLE t (a int)")
        connection.execute("SAVEPOINT s")
        connection.execute("DROP TABLE t")
        connection.execute("CREATE TEMP TABLE t (b text, c int)")
        assert rows(connection, "SELECT b, c FROM t") == []
        connection.execute("ROLLBACK TO SAVEPOINT s")
        assert rows(connection, "SELECT a FROM t") == []
        assert refusal(connection, "SELECT b FROM t") == "42703"
        connection.rollback()
        connection.execute("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE")
        connection.execute("CREATE TEMP TABLE u ON COMMIT DELETE ROWS AS SELECT 1 AS a")
        assert rows(connection, "SELECT a FROM u") == [(1,)]
        connection.commit()
        connection.execute("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE")
        assert rows(connection, "SELECT a FROM u") == []
        connection.execute("DISCARD TEMP")
        assert refusal(connection, "SELECT * FROM u") == "42P01"


def test_prepared_statements_follow(maker):
    maker.execute("SET search_path = support")
    maker.execute("PREPARE q AS SELECT count(*) FROM tickets")
    everything = rows(maker, "EXECUTE q")
    maker.execute("CREATE TEMP TABLE tickets AS SELECT 1 AS a")
    assert rows(maker, "EXECUTE q") == [(1,)]
    maker.execute("DROP TABLE tickets")
    assert rows(maker, "EXECUTE q") == everything


def test_two_sessions_share_a_plan_of_none(making):
    with psycopg.connect(making.dsn("maker"), autocommit=True) as one, psycopg.connect(making.dsn("maker"), autocommit=True) as two:
        one.execute("CREATE TEMP TABLE tt AS SELECT 1 AS a")
        two.execute("CREATE TEMP TABLE tt AS SELECT 'two' AS b, 2 AS a")
        for _ in range(3):
            assert rows(one, "SELECT * FROM tt") == [(1,)] and rows(two, "SELECT * FROM tt") == [("two", 2)]
        with psycopg.connect(making.dsn("maker"), autocommit=True) as three:
            assert refusal(three, "SELECT * FROM tt") == "42P01"
        one.execute("DROP TABLE tt")
        assert refusal(one, "SELECT * FROM tt") == "42P01"


def test_the_next_session_finds_none(fresh_making, direct_connection):
    """A back end that held one is not handed on; one that held none is, or the test would prove nothing."""
    def session(statement):
        with closing(psycopg2.connect(fresh_making.dsn("maker"))) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            pid = cursor.fetchone()[0]
            cursor.execute("SELECT pg_my_temp_schema()")
            assert cursor.fetchone() == (0,)
            with pytest.raises(psycopg2.Error) as raised:
                cursor.execute("SELECT * FROM left_over")
            assert raised.value.pgcode == "42P01"
            connection.rollback()
            cursor.execute(statement)
            connection.commit()
        kept = "SELECT count(*) FROM pg_stat_activity WHERE pid = %s AND (state <> 'idle' OR query NOT LIKE '%%pg_my_temp_schema%%')"
        while rows(direct_connection, kept, (pid,)) != [(0,)]:  # it is reset, or ended, once the client is gone
            pass
        return pid

    plain = [session("SELECT 1") for _ in range(2)]
    assert plain[0] == plain[1]
    making = [session("CREATE TEMP TABLE left_over AS SELECT id, full_name FROM customers LIMIT 1") for _ in range(3)]
    assert making[0] == plain[1] and len(set(making)) == 3
    assert rows(direct_connection, "SELECT count(*) FROM pg_class WHERE relname LIKE '%left_over%'") == [(0,)]


def test_nothing_in_pg_temp_has_a_name_that_the_client_chose(maker, direct_connection):
    maker.execute("DISCARD TEMP")
    maker.execute("CREATE TEMP TABLE customers (id serial PRIMARY KEY, note text UNIQUE, big bigint GENERATED ALWAYS AS IDENTITY)")
    maker.execute(f"CREATE TEMP TABLE {'n' * 53} (id serial PRIMARY KEY, {'c' * 63} text UNIQUE)")
    maker.execute("CREATE TEMP TABLE pg_class AS SELECT 1 AS oid, 'x' AS relname")
    assert rows(maker, "SELECT * FROM pg_class") == [(1, "x")]
    assert rows(maker, "SELECT count(*) > 100 FROM pg_catalog.pg_class") == [(True,)]
    (schema,), = rows(maker, "SELECT pg_my_temp_schema()")
    names = [name for name, in rows(direct_connection, "SELECT relname::text FROM pg_class WHERE relnamespace = %s UNION "
                                    "SELECT typname::text FROM pg_type WHERE typnamespace = %s", (schema, schema))]
    assert len(names) > 12 and all(name.lstrip("_").startswith("tabir_t_") and name.startswith("__") for name in names), names


def test_names_that_need_quotes(maker):
    for name in ('"Weird ""Name.x"', '"select"', '"имя с пробелом"', "pg_temp", "n" * 53):
        maker.execute(f"CREATE TEMP TABLE {name} AS SELECT id, phone AS \"Phone\" FROM customers WHERE id = 1")
        seen = rows(maker, "SELECT id, phone FROM customers WHERE id = 1")
        assert rows(maker, f'SELECT {name}.id, "Phone" FROM {name}') == seen
        assert rows(maker, f'SELECT pg_temp.{name}."Phone" FROM pg_temp.{name}') == [(seen[0][1],)]
        maker.execute(f"UPDATE {name} SET \"Phone\" = 'x' WHERE {name}.id = 1")
        maker.execute(f"DROP TABLE {name}")
        assert refusal(maker, f"SELECT * FROM {name}") == "42P01"


def test_guesses_in_one_are_compared_with_what_the_role_sees(maker, direct_connection):
    """The role may search for a phone, which pushes the comparison below the mask: not for a table of guesses."""
    (true_phone,), = rows(direct_connection, "SELECT phone FROM customers WHERE id = 4")
    maker.execute("DISCARD TEMP")
    maker.execute("CREATE TEMP TABLE guesses (id bigint, phone text)")
    maker.execute("INSERT INTO guesses VALUES (4, %s)", (true_phone,))
    for statement in ["SELECT c.id FROM customers c JOIN guesses g ON c.phone = g.phone", "SELECT c.id FROM customers c, guesses g WHERE c.phone = g.phone",
                      "SELECT id FROM customers WHERE phone IN (SELECT phone FROM guesses)", "SELECT id FROM customers WHERE phone = ANY (SELECT phone FROM guesses)",
                      "SELECT id FROM customers WHERE phone = (SELECT phone FROM guesses)", "SELECT id FROM customers WHERE phone = ANY (ARRAY(SELECT phone FROM guesses))",
                      "SELECT g.id FROM guesses g WHERE EXISTS (SELECT FROM customers c WHERE c.phone = g.phone)",
                      "UPDATE guesses SET id = 0 FROM customers c WHERE c.phone = guesses.phone RETURNING guesses.id",
                      "DELETE FROM guesses USING customers c WHERE c.phone = guesses.phone RETURNING guesses.id",
                      "UPDATE customers SET city = city FROM guesses g WHERE g.phone = customers.phone RETURNING customers.id",
                      "DELETE FROM customers USING guesses g WHERE g.phone = customers.phone AND g.id = -1 RETURNING customers.id",
                      "SELECT phone FROM guesses INTERSECT SELECT phone FROM customers"]:
        assert rows(maker, statement) == [], statement
    assert rows(maker, "SELECT id FROM customers WHERE phone = %s", (true_phone,)) == [(4,)]


def test_statements_sent_without_waiting(making):
    with WireSession(("127.0.0.1", making.port)) as session:
        session.log_in("maker", PASSWORD, "payments")
        session.send(parse("", "CREATE TEMP TABLE p AS SELECT 7 AS a") + bind("", "") + execute("") +
                     parse("", "SELECT a FROM p") + bind("", "") + execute("") +
                     parse("", "DROP TABLE p") + bind("", "") + execute("") +
                     parse("", "SELECT a FROM p") + bind("", "") + execute("") + SYNC)
        answer = session.receive_until(b"Z")
        kinds = [kind for kind, _ in answer]
        assert kinds.count(b"D") == 1 and kinds.count(b"C") == 3
        assert [error_fields(body)["C"] for kind, body in answer if kind == b"E"] == ["42P01"]
        # The whole segment was one transaction, so that nothing of it is left.
        session.send(parse("", "CREATE TEMP TABLE p AS SELECT 8 AS a") + bind("", "") + execute("") + SYNC + parse("", "SELECT a FROM p") + bind("", "") +
                     execute("") + SYNC)
        session.receive_until(b"Z")
        assert [kind for kind, _ in session.receive_until(b"Z")].count(b"D") == 1


def test_what_follows_the_end_of_a_transaction_in_the_same_message_is_refused(maker):
    maker.execute("CREATE TEMP TABLE m (a int)")
    assert refusal(maker, "ROLLBACK; SELECT a FROM m") == "0A000"
    assert refusal(maker, "BEGIN; DROP TABLE m; COMMIT; SELECT 1") == "0A000"
    maker.execute("ROLLBACK")
    maker.execute("BEGIN; DROP TABLE m; COMMIT")
    assert refusal(maker, "SELECT a FROM m") == "42P01"


def test_writes_by_query_are_masked(maker, postgres):
    maker.execute("CREATE TEMP TABLE w (id bigint, phone text)")
    assert maker.execute("INSERT INTO w SELECT id, phone FROM customers WHERE id <= 3").statusmessage == "INSERT 0 3"
    seen = rows(maker, "SELECT id, phone FROM customers WHERE id <= 3 ORDER BY id")
    assert rows(maker, "SELECT * FROM w ORDER BY id") == seen
    maker.execute("UPDATE w SET phone = 'x'")
    maker.execute("UPDATE w SET phone = c.phone FROM customers c WHERE c.id = w.id")
    assert rows(maker, "SELECT * FROM w ORDER BY id") == seen
    maker.execute("UPDATE w SET phone = (SELECT c.phone FROM customers c WHERE c.id = w.id + 1)")
    assert rows(maker, "SELECT phone FROM w WHERE id = 1") == [(seen[1][1],)]
    maker.execute("MERGE INTO w USING customers c ON c.id = w.id WHEN MATCHED THEN UPDATE SET phone = c.phone WHEN NOT MATCHED AND c.id < 5 THEN INSERT VALUES (c.id, c.phone)")
    assert rows(maker, "SELECT * FROM w ORDER BY id") == rows(maker, "SELECT id, phone FROM customers WHERE id <= 4 ORDER BY id")
    # and back into a table of the database, by the rules that hold for it
    assert maker.execute("UPDATE customers SET city = w.phone FROM w WHERE w.id = customers.id AND w.id = 0").statusmessage == "UPDATE 0"
    assert refusal(maker, "UPDATE customers SET phone = w.phone FROM w WHERE w.id = customers.id") == "42501"


def test_copy(making, maker):
    maker.execute("CREATE TEMP TABLE c (id int, word text)")
    with maker.cursor().copy("COPY c (id, word) FROM STDIN") as copy:
        copy.write_row((1, "one"))
        copy.write_row((2, "two"))
    with maker.cursor().copy("COPY c FROM STDIN WITH (FORMAT csv)") as copy:
        copy.write("3,three\n")
    with maker.cursor().copy("COPY c TO STDOUT") as copy:
        assert b"".join(copy) == b"1\tone\n2\ttwo\n3\tthree\n"
    with maker.cursor().copy("COPY (SELECT word FROM c WHERE id > 2) TO STDOUT") as copy:
        assert b"".join(copy) == b"three\n"
    done = making.psql("maker", "CREATE TEMP TABLE load (a int, b text);\n\\copy load from stdin\n1\tx\n\\.\nSELECT * FROM load;\n\\copy load to stdout\n", "-At")
    assert done.stdout.split() == ["CREATE", "TABLE", "COPY", "1", "1|x", "1", "x"], (done.stdout, done.stderr)


def test_joins_with_masked_tables(maker):
    maker.execute("CREATE TEMP TABLE wanted (id bigint PRIMARY KEY)")
    maker.execute("INSERT INTO wanted VALUES (5), (6)")
    assert rows(maker, "SELECT c.id, c.phone FROM customers c JOIN wanted w ON w.id = c.id ORDER BY 1") == \
        rows(maker, "SELECT id, phone FROM customers WHERE id IN (5, 6) ORDER BY 1")
    assert rows(maker, "SELECT id FROM customers NATURAL JOIN wanted ORDER BY id") == [(5,), (6,)]
    assert rows(maker, "SELECT count(*) FROM customers WHERE id IN (SELECT id FROM wanted)") == [(2,)]
    assert rows(maker, "SELECT w.*, (SELECT phone FROM customers c WHERE c.id = w.id) FROM wanted w ORDER BY id") == \
        rows(maker, "SELECT id, phone FROM customers WHERE id IN (5, 6) ORDER BY 1")


def test_a_new_policy_ends_what_the_old_one_showed(fresh_making):
    with psycopg.connect(fresh_making.dsn("namer"), autocommit=True) as connection:
        connection.execute("CREATE TEMP TABLE names AS SELECT full_name FROM customers LIMIT 5")
        fresh_making.policy.write_text(fresh_making.policy.read_text().replace("    clear:  [name]\n", ""))
        fresh_making.reload()
        clear = rows(connection, "SELECT full_name FROM names")
        error = None
        while error is None:  # the reload is under way
            try:
                assert rows(connection, "SELECT full_name FROM names") == clear
            except psycopg.Error as raised:
                if raised.diag.message_hint != "Run the statement again.":  # it came between a Bind and its Execute
                    error = raised
        assert error.sqlstate == "42501" and "DISCARD TEMP" in error.diag.message_hint
        connection.execute("DISCARD TEMP")
        connection.execute("CREATE TEMP TABLE names AS SELECT full_name FROM customers LIMIT 5")
        masked = rows(connection, "SELECT full_name FROM names")
        assert len(masked) == 5 and not set(masked) & set(clear)


def test_errors_speak_of_the_clients_name(maker):
    maker.execute("CREATE TEMP TABLE twice (a int PRIMARY KEY)")
    for statement in ("CREATE TEMP TABLE twice (a int)", "INSERT INTO twice VALUES (1), (1)", "INSERT INTO twice VALUES (NULL)"):
        with pytest.raises(psycopg.Error) as raised:
            maker.execute(statement)
        assert "__tabir" not in str(raised.value)
    notices = []
    maker.add_notice_handler(lambda notice: notices.append(notice.message_primary))
    maker.execute("DROP TABLE IF EXISTS no_such")
    maker.execute("CREATE TEMP TABLE IF NOT EXISTS twice (a int)")
    assert "__tabir" not in str(notices)
