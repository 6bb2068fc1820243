"""psycopg 3, which speaks the extended protocol: parameters, prepared statements, binary results, pipelines."""

import psycopg
import pytest
from conftest import needs_policy
from psycopg import errors
from psycopg.rows import dict_row


def test_parameters_are_bound_by_the_server(server):
    with psycopg.connect(server.dsn("dba1")) as connection:
        assert connection.execute("SELECT %s::int + 1, %s::text || '!'", (41, "hi")).fetchone() == (42, "hi!")


@pytest.mark.parametrize("binary", [False, True])
def test_types_come_back_as_they_went(server, binary):
    values = [7, "Ayu \u00e9\u4e2d", None, True, 1.5, b"\x00\xff", [1, 2, 3]]
    with psycopg.connect(server.dsn("dba1")) as connection:
        cursor = connection.cursor(binary=binary)
        cursor.execute("SELECT %s::int8, %s::text, %s::text, %s::bool, %s::float8, %s::bytea, %s::int4[]", values)
        assert list(cursor.fetchone()) == values


def test_a_prepared_statement_is_used_again(server):
    with psycopg.connect(server.dsn("dba1"), prepare_threshold=1) as connection:
        for number in range(1, 8):
            row = connection.execute("SELECT id FROM customers WHERE id = %s", (number,), prepare=True).fetchone()
            assert row == (number,)
        assert connection.execute("SELECT count(*) FROM pg_prepared_statements").fetchone()[0] >= 1


def test_a_pipeline_answers_in_order(server):
    with psycopg.connect(server.dsn("dba1"), autocommit=True) as connection, connection.pipeline():
        cursors = [connection.execute("SELECT %s::int * 2", (number,)) for number in range(50)]
        assert [cursor.fetchone()[0] for cursor in cursors] == [2 * number for number in range(50)]


def test_a_pipeline_skips_to_its_end_after_an_error(server):
    with psycopg.connect(server.dsn("dba1"), autocommit=True) as connection:
        with pytest.raises(errors.DivisionByZero):
            with connection.pipeline() as pipeline:
                connection.execute("SELECT 1")
                connection.execute("SELECT 1/0")
                connection.execute("CREATE TABLE public.skipped (x int)")
                pipeline.sync()
        assert connection.execute("SELECT to_regclass('public.skipped')").fetchone() == (None,)
        assert connection.execute("SELECT 3").fetchone() == (3,)


def test_rows_stream_one_by_one(server):
    with psycopg.connect(server.dsn("dba1")) as connection:
        rows = connection.cursor().stream("SELECT id FROM customers ORDER BY id LIMIT 5000")
        assert [row[0] for row in rows] == list(range(1, 5001))


@pytest.mark.parametrize("form", ["TEXT", "BINARY"])
def test_copy_goes_both_ways(server, form):
    with psycopg.connect(server.dsn("dba1")) as connection:
        cursor = connection.cursor()
        cursor.execute("CREATE TEMP TABLE t (n int, words text)")
        with cursor.copy(f"COPY t FROM STDIN ({'FORMAT ' + form})") as copy:
            copy.set_types(["int4", "text"])
            for number in range(1000):
                copy.write_row((number, f"line {number}"))
        assert cursor.execute("SELECT count(*), sum(n) FROM t").fetchone() == (1000, 499500)
        with cursor.copy(f"COPY t TO STDOUT (FORMAT {form})") as copy:
            copy.set_types(["int4", "text"])
            assert sum(row[0] for row in copy.rows()) == 499500


def test_executemany_runs_each_row(server):
    with psycopg.connect(server.dsn("dba1")) as connection:
        cursor = connection.cursor()
        cursor.execute("CREATE TEMP TABLE t (n int)")
        cursor.executemany("INSERT INTO t VALUES (%s)", [(n,) for n in range(100)])
        assert cursor.execute("SELECT sum(n) FROM t").fetchone() == (4950,)


@needs_policy
@pytest.mark.parametrize("binary", [False, True], ids=["text", "binary"])
@pytest.mark.parametrize("prepare", [False, True], ids=["once", "prepared"])
def test_an_agent_reads_masked_values(server, agent, customer, binary, prepare):
    with psycopg.connect(server.dsn(agent)) as connection:
        cursor = connection.cursor(binary=binary, row_factory=dict_row)
        for _ in range(3):
            cursor.execute("SELECT * FROM customers WHERE id = %s", (int(customer["id"]),), prepare=prepare)
            row = cursor.fetchone()
            assert list(row) == ["id", "full_name", "phone", "email", "address", "city", "birthday", "created_at"]
            assert row["id"] == int(customer["id"]) and row["full_name"] == customer["full_name"]
            assert row["phone"] != customer["phone"] and row["phone"].endswith(customer["phone"][-4:])
            assert (row["birthday"].month, row["birthday"].day) == (1, 1)
            assert cursor.fetchone() is None


@needs_policy
def test_an_agent_searches_by_parameter(server, agent, customer):
    with psycopg.connect(server.dsn(agent)) as connection:
        row = connection.execute("SELECT id, phone FROM customers WHERE phone = %s", (customer["phone"],)).fetchone()
        assert row[0] == int(customer["id"])
        assert row[1] != customer["phone"]


@needs_policy
def test_an_agent_joins_and_counts_people_once(server, agent):
    with psycopg.connect(server.dsn(agent), autocommit=True) as connection:
        joined = ("SELECT a.id, b.full_name FROM customers a JOIN customers b ON b.id = a.id "
                  "WHERE a.id BETWEEN %s AND %s ORDER BY a.id")
        assert len(connection.execute(joined, (1, 30)).fetchall()) == 30
        with pytest.raises(errors.ProgramLimitExceeded):
            connection.execute(joined, (31, 31)).fetchall()


@needs_policy
def test_the_rows_before_the_stop_arrive(server, agent):
    with psycopg.connect(server.dsn(agent), autocommit=True) as connection:
        seen = []
        with pytest.raises(errors.ProgramLimitExceeded):
            for row in connection.cursor().stream("SELECT id FROM customers ORDER BY id"):
                seen.append(row[0])
        assert seen == list(range(1, 31))
        assert connection.execute("SELECT 'on we go'").fetchone() == ("on we go",)


@needs_policy
def test_a_refusal_in_a_pipeline_skips_to_its_end(server, agent):
    with psycopg.connect(server.dsn(agent), autocommit=True) as connection:
        with pytest.raises(errors.InsufficientPrivilege, match=r"policy\.yaml:\d+"):
            with connection.pipeline() as pipeline:
                connection.execute("SELECT 1")
                connection.execute("SELECT * FROM kyc.documents")
                connection.execute("SELECT 2")
                pipeline.sync()
        assert connection.execute("SELECT 3").fetchone() == (3,)


@needs_policy
def test_a_refusal_aborts_the_transaction(server, agent):
    with psycopg.connect(server.dsn(agent)) as connection:
        connection.execute("SELECT 1")
        with pytest.raises(errors.InsufficientPrivilege):
            connection.execute("UPDATE customers SET city = 'x'")
        with pytest.raises(errors.InFailedSqlTransaction):
            connection.execute("SELECT 1")
        connection.rollback()
        assert connection.execute("SELECT 2").fetchone() == (2,)


@needs_policy
def test_a_stripped_column_is_absent_and_refused_by_name(server):
    with psycopg.connect(server.dsn("reviewer3"), autocommit=True) as connection:
        cursor = connection.execute("SELECT * FROM kyc.documents WHERE customer_id = 1")
        assert "image" in [column.name for column in cursor.description]
    with psycopg.connect(server.dsn("analyst1"), autocommit=True) as connection:
        with pytest.raises(errors.InsufficientPrivilege):
            connection.execute("SELECT image FROM kyc.documents")
