"""COPY to the client: as PostgreSQL writes it, masked, every row's people counted; and pg_dump's masked dump."""

import io
import re
import subprocess
from contextlib import closing

import psycopg
import psycopg2
import pytest

OPEN = [
    "COPY (SELECT id, city FROM customers WHERE id < 20 ORDER BY id) TO STDOUT{}",
    "COPY (SELECT c.id, t.subject, t.id FROM customers c LEFT JOIN support.tickets t ON t.customer_id = c.id WHERE c.id < 60 ORDER BY 1, 3) TO STDOUT{}",
    "COPY (SELECT city, count(*), string_agg(city, E'\\t\\n,;\"\\\\') FROM customers WHERE id < 40 GROUP BY city ORDER BY city) TO STDOUT{}",
    "COPY (SELECT id, E'a\\tb\\\\c\\n\"d\",e;f''g|h' AS \"odd \"\"name\", NULL AS nothing, '' AS empty FROM customers WHERE id < 5 ORDER BY id) TO STDOUT{}",
    "COPY (SELECT '\\.' AS dot FROM customers WHERE id < 3) TO STDOUT{}",
    "COPY customers (id, city) TO STDOUT{}",
    "COPY support.tickets TO STDOUT{}",
    "COPY (VALUES (1, 'x'), (2, NULL)) TO STDOUT{}",
]
OPTIONS = [
    "", " WITH (FORMAT text)", " (HEADER)", " (DELIMITER ',')", " (DELIMITER ';', NULL 'x')", " (NULL '')", " (FORMAT csv)", " CSV HEADER",
    " (FORMAT csv, HEADER true, FORCE_QUOTE *)", " (FORMAT csv, DELIMITER ';', QUOTE '''', ESCAPE '\\', NULL 'nothing')",
    " (FORMAT csv, QUOTE '|', HEADER on)", " WITH CSV QUOTE AS '\"' ESCAPE '\\' FORCE QUOTE *", " (FORMAT binary)", " BINARY", " (ENCODING 'utf8')",
    " (FORMAT csv, ESCAPE 'c')", " (FORMAT csv, QUOTE 'a', DELIMITER 'b')",
]


def copied(dsn: str, statement: str):
    with closing(psycopg2.connect(dsn)) as connection, connection.cursor() as cursor:
        out = io.BytesIO()
        try:
            cursor.copy_expert(statement, out)
            return out.getvalue(), cursor.statusmessage
        except psycopg2.Error as error:
            return error.pgcode


@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize("user", ["reader", "agent"])
def test_open_columns_are_copied_byte_for_byte(gateway, direct, user, options):
    for statement in OPEN:
        assert copied(gateway.dsn(user), statement.format(options)) == copied(direct, statement.format(options)), statement


@pytest.mark.parametrize("statement", [
    "COPY nowhere TO STDOUT", "COPY customer_cards TO STDOUT", "COPY customers (id, nothing) TO STDOUT", "COPY customers (id, id) TO STDOUT",
    "COPY (SELECT 1) TO STDOUT (FORMAT csv, DELIMITER 'xx')", "COPY (SELECT 1) TO STDOUT (FORMAT nothing)", "COPY (SELECT 1/0) TO STDOUT",
    "COPY (SELECT 1) TO STDOUT (QUOTE 'x')", "COPY (SELECT 1) TO STDOUT (FORMAT csv, HEADER 2)",
])
def test_what_postgresql_refuses_is_refused_alike(gateway, direct, statement):
    got, expected = copied(gateway.dsn("agent"), statement), copied(direct, statement)
    assert got == (expected if expected != "42701" else "42702")


@pytest.mark.parametrize("statement", [
    "COPY customers TO '/tmp/stolen'", "COPY customers TO PROGRAM 'cat'", "COPY (SELECT phone FROM customers) TO PROGRAM 'cat > /tmp/x'",
    "COPY customers FROM '/etc/passwd'", "COPY customers FROM PROGRAM 'id'", "COPY kyc.documents (image) TO STDOUT", "COPY customer_copy TO STDOUT",
    "COPY billing.transactions TO STDOUT", "COPY pg_authid TO STDOUT", "COPY customers TO STDOUT (ENCODING 'latin1')",
    "COPY (DELETE FROM customers RETURNING phone) TO STDOUT",
])
def test_what_the_policy_does_not_grant_is_refused(gateway, statement):
    assert copied(gateway.dsn("agent"), statement) in ("42501", "42809")


@pytest.mark.parametrize("statement", ["COPY customers TO STDOUT", "COPY customers TO STDOUT (FORMAT csv, HEADER)", "TABLE", "COPY customers TO STDOUT BINARY",
                                       "COPY (SELECT to_json(c), c FROM customers c) TO STDOUT"])
@pytest.mark.parametrize("user", ["reader", "agent"])
def test_a_copy_is_masked(gateway, postgres, user, statement):
    statement = statement.replace("TABLE", "COPY (TABLE customers) TO STDOUT")
    secrets = postgres.psql("SELECT phone FROM customers UNION SELECT email FROM customers", "payments").splitlines()
    data, _ = copied(gateway.dsn(user), statement)
    words = set(re.findall(r"[+\w.@-]+", data.decode(errors="replace")))
    assert len(data) > 10000 and b"__tabir" not in data
    assert not words & {secret for secret in secrets if len(secret) > 6}


@pytest.mark.parametrize("options", ["", "(FORMAT csv, HEADER, FORCE_QUOTE *)", "(FORMAT binary)", "(NULL '11')", "(FORMAT csv, NULL '11')",
                                     "(FORMAT csv, DELIMITER '1')", "(FORMAT csv, QUOTE '1', ESCAPE '2')"])
def test_the_budget_ends_a_copy_in_the_middle(fresh_users, options):
    statement = f"COPY (SELECT full_name FROM customers ORDER BY id) TO STDOUT {options}"
    with psycopg.connect(fresh_users.dsn("capped"), autocommit=True) as connection:
        rows = []
        with pytest.raises(psycopg.Error) as raised:
            with connection.cursor().copy(statement) as copy:
                for data in copy:
                    rows.append(bytes(data))
        assert raised.value.diag.sqlstate == "54000" and "10 of 10" in str(raised.value)
        assert len(rows) - ("HEADER" in options) == 10
        assert connection.execute("SELECT 1").fetchone() == (1,)
        with pytest.raises(psycopg.Error):
            connection.execute("SELECT id FROM customers WHERE id = 200")


def test_a_copy_of_a_group_counts_everybody_in_it(fresh_users):
    for options in ("", "(FORMAT csv)", "(FORMAT binary)", "(NULL '{')"):
        assert copied(fresh_users.dsn("capped"), f"COPY (SELECT string_agg(full_name, ',') FROM customers) TO STDOUT {options}") == "54000"


def test_a_search_that_finds_nobody_costs_in_a_copy(fresh_users):
    codes = [copied(fresh_users.dsn("capped"), f"COPY (SELECT id FROM customers WHERE phone = '+1000{n}') TO STDOUT") for n in range(12)]
    assert codes[0] == (b"", "") and codes[-1] == "54000"


@pytest.mark.parametrize("user", ["reader", "agent"])
def test_psqls_copy(gateway, direct, user, tmp_path):
    for which, dsn in (("masked", gateway.dsn(user)), ("plain", direct)):
        done = subprocess.run(["psql", "-X", "-c", f"\\copy customers (id, city) to '{tmp_path}/{which}' with (format csv, header)", dsn],
                              capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
    assert (tmp_path / "masked").read_text() == (tmp_path / "plain").read_text()


def test_psycopg3_reads_rows_of_a_copy(gateway):
    with psycopg.connect(gateway.dsn("agent"), autocommit=True) as connection:
        for options in ("", "(FORMAT binary)"):
            with connection.cursor().copy(f"COPY (SELECT id, phone FROM customers ORDER BY id LIMIT 3) TO STDOUT {options}") as copy:
                copy.set_types(["int8", "text"])
                rows = list(copy.rows())
            assert [row[0] for row in rows] == [1, 2, 3] and all(row[1].startswith("***") for row in rows)


def dumped(gateway, *options):
    done = subprocess.run(["pg_dump", *options, "-d", gateway.dsn("agent")], capture_output=True, text=True, timeout=200)
    assert done.returncode == 0, done.stderr
    return done


def test_pg_dump_of_a_table_is_a_masked_dump(gateway, postgres):
    done = dumped(gateway, "--data-only", "--table", "public.customers")
    rows = [line.split("\t") for line in done.stdout.splitlines() if line.count("\t") == 7]
    assert len(rows) == int(postgres.psql("SELECT count(*) FROM customers", "payments"))
    assert all(row[2].startswith("***") and "***@" in row[3] and row[4] in ("***", "\\N") for row in rows)


def test_pg_dump_of_the_schema_is_that_of_the_database(gateway, direct):
    """As far as both tell: what only an owner may see, such as subscriptions, is no part of it."""
    through = dumped(gateway, "--schema-only", "--table", "public.customers").stdout
    itself = subprocess.run(["pg_dump", "--schema-only", "--table", "public.customers", "-d", direct], capture_output=True, text=True, timeout=200).stdout
    assert "CREATE TABLE public.customers" in through

    def statements(dump):  # comments tell versions, and \\restrict a word of its own
        return [line for line in dump.splitlines() if not line.startswith(("--", "\\restrict", "\\unrestrict"))]
    assert statements(through) == statements(itself)
