"""psql: scripts, its backslash commands, and what it prints of a refusal."""

import re

import pytest
from conftest import needs_policy

PSQL = ("psql", "-X")
WHOLE_PHONE = re.compile(r"\+62\d{8,}")

# What a DBA may type in a day: each script must print the same through the gateway as from PostgreSQL itself.
DBA_SCRIPTS = {
    "describe": r"\d customers" "\n" r"\d+ kyc.documents" "\n" r"\dt *.*tickets" "\n" r"\dn" "\n" r"\df lower",
    "select": "SELECT * FROM customers WHERE id < 4 ORDER BY id; SELECT count(*) FROM billing.transactions;",
    "several_in_one_message": r"SELECT 1 AS one\; SELECT 2 AS two\; SELECT 3 AS three;",
    "gdesc": r"SELECT id, phone, birthday FROM customers \gdesc",
    "gexec": r"SELECT format('SELECT %s', n) FROM generate_series(1, 3) AS n \gexec",
    "copy_out": r"\copy (SELECT id, phone FROM customers WHERE id < 6 ORDER BY id) TO STDOUT CSV HEADER",
    "errors": "\\set VERBOSITY verbose\nSELECT nothing FROM customers;\nSELECT 1/0;\nSELEC 1;\nSELECT 'after';",
    "transaction": "BEGIN; CREATE TEMP TABLE t (x int); INSERT INTO t VALUES (1), (2); SAVEPOINT s; SELECT 1/0;\n"
                   "SELECT 1; ROLLBACK TO s; SELECT sum(x) FROM t; COMMIT;",
    "notices": "DO $$ BEGIN RAISE NOTICE 'hello %', 42; RAISE WARNING 'careful'; END $$;",
    "settings": "SET timezone = 'Asia/Jakarta'; SHOW timezone; SET datestyle = german; SELECT date '2024-02-29'; "
                "RESET ALL; SHOW timezone;",
    "cursor": "BEGIN; DECLARE c SCROLL CURSOR FOR SELECT id FROM customers ORDER BY id; FETCH 3 FROM c; "
              "FETCH BACKWARD 1 FROM c; MOVE 10 IN c; FETCH c; CLOSE c; COMMIT;",
    "fetch_count": "\\set FETCH_COUNT 100\nSELECT id FROM customers WHERE id <= 350 ORDER BY id;",
    "explain": "EXPLAIN (COSTS OFF) SELECT * FROM customers WHERE id = 1;",
    "listen": "LISTEN news; NOTIFY news, 'payload'; SELECT 'between';",
    "prepare": "PREPARE p (int) AS SELECT id, city FROM customers WHERE id = $1; EXECUTE p (7); DEALLOCATE p;",
    "empty": ";",
    "crosstab": r"SELECT city, status, count(*) FROM customers JOIN support.tickets ON customer_id = customers.id "
                r"WHERE city < 'C' GROUP BY 1, 2 ORDER BY 1, 2 \crosstabview",
}


def without_process_ids(text: str) -> str:
    return re.sub(r"process with PID \d+|server process with PID \d+", "process with PID n", text)


@pytest.mark.parametrize("name", DBA_SCRIPTS)
def test_a_dba_reads_what_postgresql_says(run, postgres, name):
    through = run("dba1", *PSQL, text=DBA_SCRIPTS[name])
    direct = run("dba1", *PSQL, f"host={postgres.host} port={postgres.port} user=tabir_dba password=backend-secret "
                                "dbname=payments", text=DBA_SCRIPTS[name])
    assert without_process_ids(through.stdout) == without_process_ids(direct.stdout)
    assert through.stderr == direct.stderr
    assert through.returncode == direct.returncode


def test_a_dba_copies_a_file_in_and_out(run, tmp_path):
    rows = "".join(f"{n}\tline {n}\n" for n in range(1, 20_001))
    (tmp_path / "rows").write_text(rows)
    done = run("dba1", *PSQL, "-q", "-v", "ON_ERROR_STOP=1", cwd=tmp_path,
               text="CREATE TEMP TABLE t (n int, words text);\n\\copy t FROM 'rows'\nSELECT count(*), sum(n) FROM t;\n"
                    "\\copy t TO 'back'\n")
    assert done.returncode == 0, done.stderr
    assert "200010000" in done.stdout
    assert (tmp_path / "back").read_text() == rows


def test_a_dba_is_told_of_a_bad_line_in_a_copy(run):
    done = run("dba1", *PSQL, text="CREATE TEMP TABLE t (n int);\nCOPY t FROM STDIN;\n1\nx\n\\.\nSELECT 'after';\n")
    assert 'invalid input syntax for type integer: "x"' in done.stderr
    assert "after" in done.stdout


def test_a_script_stops_at_the_first_error_when_told_so(run):
    done = run("dba1", *PSQL, "-v", "ON_ERROR_STOP=1", text="SELECT 1/0;\nSELECT 'after';\n")
    assert done.returncode == 3
    assert "after" not in done.stdout


@needs_policy
def test_an_agent_sees_a_customer_but_no_number(run, agent, customer):
    done = run(agent, *PSQL, "-At", text=f"SELECT * FROM customers WHERE id = {customer['id']};")
    assert done.stderr == ""
    assert customer["full_name"] in done.stdout
    assert customer["phone"][-4:] in done.stdout
    assert customer["phone"] not in done.stdout and customer["email"] not in done.stdout
    assert customer["birthday"] not in done.stdout


@needs_policy
def test_an_agent_finds_the_customer_who_calls(run, agent, customer):
    done = run(agent, *PSQL, "-At", "-v", f"phone={customer['phone']}",
               text="SELECT id, full_name, phone FROM customers WHERE phone = :'phone';")
    assert done.stdout.startswith(f"{customer['id']}|{customer['full_name']}|")
    assert not WHOLE_PHONE.search(done.stdout)


@needs_policy
def test_an_agent_who_asks_for_everybody_is_stopped_and_can_go_on(run, agent):
    done = run(agent, *PSQL, "-At", "-v", "VERBOSITY=verbose",
               text="SELECT * FROM customers;\nSELECT 'the session lives';\nSHOW server_version_num;\n")
    assert "ERROR:  54000:" in done.stderr and "30" in done.stderr
    assert "the session lives" in done.stdout and "\n15" in done.stdout
    assert not WHOLE_PHONE.search(done.stdout)


REFUSED = {
    "a_table_of_another_role": "SELECT * FROM kyc.documents;",
    "an_update": "UPDATE customers SET city = 'x' WHERE id = 1;",
    "a_delete": "DELETE FROM customers;",
    "an_insert": "INSERT INTO customers (id) VALUES (1);",
    "a_copy_to_an_open_table": "INSERT INTO support.tickets (id, subject) SELECT id, full_name FROM customers;",
    "a_table_made_of_people": "CREATE TABLE mine AS SELECT * FROM customers;",
    "a_temporary_table": "CREATE TEMP TABLE mine (x int);",
    "an_explain": "EXPLAIN ANALYZE SELECT * FROM customers;",
    "statistics": "SELECT * FROM pg_stats;",
    "a_file": "SELECT pg_read_file('/etc/passwd');",
    "sql_in_a_string": "SELECT query_to_xml('SELECT * FROM customers', true, true, '');",
    "another_role": "SET ROLE tabir_dba;",
    "another_user": "SET SESSION AUTHORIZATION dba1;",
    "a_code_block": "DO $$ BEGIN PERFORM 1; END $$;",
    "a_lock": "SELECT id FROM customers WHERE id = 1 FOR UPDATE;",
    "a_change_in_a_with": "WITH x AS (DELETE FROM customers RETURNING *) SELECT * FROM x;",
}


@needs_policy
@pytest.mark.parametrize("name", REFUSED)
def test_an_agent_is_refused_with_the_rule_and_a_hint(run, agent_of_refusals, name):
    done = run(agent_of_refusals, *PSQL, "-At", "-v", "VERBOSITY=verbose", text=REFUSED[name] + "\nSELECT 'after';\n")
    assert "ERROR:  42501:" in done.stderr, done.stderr
    assert re.search(r"policy\.yaml:\d+", done.stderr)
    assert "HINT:" in done.stderr
    assert done.stdout == "after\n"


@pytest.fixture(scope="module")
def agent_of_refusals():
    """Refusals show nobody, so one agent does for all of them."""
    return "agent129"


@needs_policy
def test_a_reviewer_sees_the_photo_but_no_number(run, customer):
    done = run("reviewer3", *PSQL, "-At",
               text="SELECT c.full_name, c.phone, encode(d.image, 'hex') FROM customers c JOIN kyc.documents d "
                    f"ON d.customer_id = c.id WHERE c.id = {customer['id']};")
    assert customer["full_name"] in done.stdout
    assert "89504e470d0a1a0a" in done.stdout
    assert customer["phone"] not in done.stdout


@needs_policy
def test_an_analyst_counts_and_sees_nobody(run, postgres):
    count = "SELECT city, count(*) FROM customers GROUP BY city ORDER BY count DESC, city;"
    assert run("analyst1", *PSQL, "-At", text=count).stdout.rstrip("\n") == postgres.psql(count, "payments")
    one = run("analyst1", *PSQL, "-At", "-v", "VERBOSITY=verbose", text="SELECT full_name FROM customers LIMIT 1;")
    assert "42501" in one.stderr
    assert one.stdout == ""
