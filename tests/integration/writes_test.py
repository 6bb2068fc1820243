"""Restricted roles change rows: what the policy grants, by columns that they see, of rows that they see, and no mask
ever takes the place of a value."""

import io
from contextlib import closing

import psycopg
import psycopg2
import pytest
from psycopg import errors

from leak_test import leaked, secrets, statements  # noqa: F401


@pytest.fixture
def run(writing):
    def run(user, statement, parameters=None):
        with psycopg.connect(writing.dsn(user), autocommit=True) as connection:
            return connection.execute(statement, parameters)
    return run


def rows(cursor):
    return cursor.fetchall() if cursor.description else cursor.rowcount


@pytest.mark.parametrize("connect", [psycopg.connect, psycopg2.connect])
def test_an_open_table_is_changed_as_ever(writing, truth, connect):
    with closing(connect(writing.dsn("agent3"))) as connection:
        cursor = connection.cursor()
        cursor.execute("INSERT INTO support.tickets (id, customer_id, assignee, status, priority, subject, created_at) "
                       "VALUES (%s, 1, 'agent3', 'open', 1, %s, now()) RETURNING id, subject", (90001, "it's new"))
        assert cursor.fetchall() == [(90001, "it's new")]
        cursor.execute("UPDATE support.tickets SET status = %s WHERE id = %s", ("closed", 90001))
        assert cursor.rowcount == 1 and cursor.description is None
        cursor.execute("UPDATE support.tickets t SET subject = 'x', priority = priority + 1 WHERE t.id = 90001 RETURNING *")
        assert [column.name for column in cursor.description][:3] == ["id", "customer_id", "assignee"]
        assert cursor.fetchone()[4] == 2
        cursor.execute("DELETE FROM support.tickets WHERE id = %s", (90001,))
        assert cursor.statusmessage == "DELETE 1"
        connection.commit()
    assert truth("SELECT count(*) FROM support.tickets WHERE id = 90001") == "0"


def test_rows_of_others_are_not_changed(run, truth):
    other = truth("SELECT min(id) FROM support.tickets WHERE assignee = 'agent4'")
    for statement in (f"UPDATE support.tickets SET status = 'closed' WHERE id = {other}",
                      f"DELETE FROM support.tickets t WHERE t.id = {other} OR t.id = {other}",
                      f"UPDATE support.tickets t SET status = 'closed' FROM (VALUES ({other})) v(id) WHERE t.id = v.id",
                      f"WITH d AS (DELETE FROM support.tickets WHERE id = {other} RETURNING id) DELETE FROM support.tickets "
                      "WHERE id IN (SELECT id FROM d)"):
        assert run("agent3", statement).rowcount == 0, statement
    mine = truth("SELECT count(*) FROM support.tickets WHERE assignee = 'agent3'")
    assert rows(run("agent3", "SELECT count(*) FROM support.tickets")) == [(int(mine),)]


@pytest.mark.parametrize("condition", ["1 / (id - {0}) > 0", "subject::int > 0 AND id = {0}", "id = {0} AND 1 / (id - {0}) = 1"])
def test_a_condition_that_fails_tells_nothing_of_hidden_rows(run, truth, condition):
    other = truth("SELECT min(id) FROM support.tickets WHERE assignee = 'agent4'")
    assert run("agent3", "UPDATE support.tickets SET priority = priority WHERE id < 20 AND id <> 2 AND " + condition.format(other)
               ).rowcount >= 0


@pytest.mark.parametrize("statement", [
    "UPDATE customers SET city = 'x' WHERE id = 1",
    "DELETE FROM customers WHERE id = 1",
    "INSERT INTO customers (id) VALUES (1)",
    "WITH d AS (DELETE FROM customers RETURNING id) SELECT count(*) FROM d",
    "UPDATE support.tickets SET subject = c.full_name FROM customers c WHERE c.id = tickets.customer_id",
    "INSERT INTO support.tickets (id, subject) SELECT 99, full_name FROM customers WHERE id = 1",
    "INSERT INTO support.tickets (id, subject) VALUES (99, (SELECT full_name FROM customers WHERE id = 1))",
    "UPDATE support.tickets SET subject = (SELECT upper(x.n) FROM (SELECT full_name AS n FROM customers) x LIMIT 1)",
    "WITH c AS (SELECT full_name FROM customers) INSERT INTO support.tickets (id, subject) SELECT 99, full_name FROM c",
    "MERGE INTO support.tickets t USING customers c ON c.id = t.customer_id WHEN MATCHED THEN UPDATE SET subject = c.full_name",
    "INSERT INTO kyc.documents (id, customer_id) VALUES (1, 1)",
])
def test_what_the_policy_does_not_grant_is_refused(run, statement):
    with pytest.raises(errors.InsufficientPrivilege) as raised:
        run("agent3", statement)
    assert "policy.yaml:" in str(raised.value) and raised.value.diag.message_hint


def test_a_masked_column_is_written_only_where_it_is_granted(run, truth):
    with pytest.raises(errors.InsufficientPrivilege, match="email") as raised:
        run("editor", "UPDATE customers SET email = 'a@b.c' WHERE id = 5")
    assert "leave the column out" in raised.value.diag.message_hint
    assert run("editor", "UPDATE customers SET phone = '+6280000005' WHERE id = 5").rowcount == 1
    assert truth("SELECT phone FROM customers WHERE id = 5") == "+6280000005"


@pytest.mark.parametrize("connect", [psycopg.connect, psycopg2.connect])
def test_saving_a_whole_row_back_keeps_the_real_values(writing, truth, connect):
    """What an ORM without dirty tracking does: read the row, change one field, write all of them."""
    before = truth("SELECT phone FROM customers WHERE id = 17")
    with closing(connect(writing.dsn("editor"))) as connection:
        cursor = connection.cursor()
        cursor.execute("SELECT id, full_name, phone, city FROM customers WHERE id = 17")
        key, name, phone, _ = cursor.fetchone()
        assert phone == "***" + before[-4:]
        cursor.execute("UPDATE customers SET full_name = %s, phone = %s, city = %s WHERE id = %s", (name, phone, "Bogor", key))
        assert cursor.rowcount == 1
        connection.commit()
    assert truth("SELECT phone || ' ' || city FROM customers WHERE id = 17") == before + " Bogor"


@pytest.mark.parametrize("statement", [
    "UPDATE customers SET phone = phone WHERE id = 18",
    "UPDATE customers SET phone = COALESCE(NULL, phone) WHERE id = 18",
    # what is not given is kept
    "UPDATE customers SET phone = COALESCE(NULLIF('', ''), phone) WHERE id = 18",
    "UPDATE customers SET phone = CASE WHEN id = 17 THEN 'x' ELSE phone END WHERE id = 18",
    "UPDATE customers SET phone = (CASE WHEN id = 17 THEN 'x' ELSE phone::text END)::varchar(20) WHERE id = 18",
    "UPDATE customers SET phone = CASE id WHEN 17 THEN 'x' WHEN 18 THEN customers.phone END WHERE id = 18",
    "UPDATE customers c SET phone = v.phone FROM (VALUES (18, '***{}')) AS v(id, phone) WHERE c.id = v.id",
    "MERGE INTO customers c USING (VALUES (18, '***{}')) AS v(id, phone) ON c.id = v.id WHEN MATCHED THEN UPDATE SET phone = v.phone",
    # worked out of what the client sent: Django's bulk_update, and tools that tidy what a form says
    "UPDATE customers SET phone = (CASE WHEN id = 17 THEN 'x' WHEN id = 18 THEN '***{}' ELSE NULL END)::varchar(32) WHERE id = 18",
    "UPDATE customers SET phone = NULLIF('***{}', '') WHERE id = 18",
    "UPDATE customers SET phone = trim(lower('  ***{}')) WHERE id = 18",
    "UPDATE customers SET phone = '***' || '{}' WHERE id = 18",
    "UPDATE customers SET phone = concat('***', '{}'::text) WHERE id = 18",
    "UPDATE customers SET phone = '{{\"phone\": \"***{}\"}}'::jsonb ->> 'phone' WHERE id = 18",
    "UPDATE customers SET phone = CASE WHEN city = 'nowhere' THEN '1' ELSE left('***{}', 32) END WHERE id = 18",
])
def test_a_mask_never_takes_the_place_of_a_value(run, truth, statement):
    before = truth("SELECT phone FROM customers WHERE id = 18")
    run("editor", statement.format(before[-4:]))
    assert truth("SELECT phone FROM customers WHERE id = 18") == before


def test_a_new_value_that_is_worked_out_is_stored(run, truth):
    for number, value in enumerate(("NULLIF(%s, '')", "'+' || trim(%s, '+ ')", "CASE WHEN id = 19 THEN %s END", "CASE WHEN id = 19 THEN %s ELSE phone END")):
        run("editor", f"UPDATE customers SET phone = {value} WHERE id = 19", [f"+628100000{number}"])
        assert truth("SELECT phone FROM customers WHERE id = 19") == f"+628100000{number}"


@pytest.mark.parametrize("statement", ["UPDATE customers SET phone = upper(phone)", "UPDATE customers SET phone = CASE WHEN phone = 'x' THEN 'y' ELSE phone END",
                                       "UPDATE customers SET phone = CASE WHEN id > 5 THEN email ELSE phone END",
                                       # said twice, or cut, it would not be the mask
                                       "UPDATE customers SET phone = CASE WHEN random() < 0.5 THEN 'x' ELSE phone END", "UPDATE customers SET phone = phone::varchar(5)", "UPDATE customers SET phone = phone::char",
                                       "UPDATE customers SET phone = (CASE WHEN false THEN 'x' ELSE phone END)::varchar(5)", "UPDATE customers SET phone = COALESCE(NULLIF('', ''), phone::char(3))",
                                       "UPDATE customers SET phone = CASE WHEN false THEN 'x' ELSE phone::varchar(2)::text END", "UPDATE customers SET phone = phone::name", "UPDATE customers SET phone = CASE WHEN id > 5 THEN upper(phone) ELSE phone END", "UPDATE customers SET phone = email",
                                       "UPDATE customers SET (phone, city) = (SELECT 'a', 'b')",
                                       "UPDATE customers c SET phone = s.p FROM (SELECT phone AS p FROM customers) s"])
def test_a_value_made_of_masks_is_refused(run, statement):
    with pytest.raises(errors.InsufficientPrivilege, match="mask"):
        run("editor", statement)


def test_returning_and_conditions_show_masks(run, truth):
    phone = truth("SELECT phone FROM customers WHERE id = 19")
    cursor = run("editor", "UPDATE customers SET city = city WHERE id = 19 RETURNING *")
    assert [column.name for column in cursor.description] == ["id", "full_name", "phone", "email", "address", "city", "created_at"]
    assert cursor.fetchone()[2] == "***" + phone[-4:]
    cursor = run("editor", "UPDATE customers c SET city = city WHERE c.id = 19 RETURNING c.phone, upper(phone), phone || '', phone::text")
    assert [column.name for column in cursor.description] == ["phone", "upper", "?column?", "phone"]
    assert cursor.fetchone() == ("***" + phone[-4:],) * 4
    assert run("editor", f"UPDATE customers SET city = city WHERE phone LIKE '{phone}%'").rowcount == 0
    assert run("editor", f"UPDATE customers SET city = city WHERE phone = '{phone}'").rowcount == 1, "an exact search is granted"


def test_an_upsert_works(run, truth):
    upsert = ("INSERT INTO support.tickets (id, customer_id, assignee, status, priority, subject, created_at) VALUES "
              "(%s, 1, 'agent3', 'open', 1, %s, now()) ON CONFLICT (id) DO UPDATE SET subject = excluded.subject RETURNING subject")
    assert rows(run("agent3", upsert, (90010, "first"))) == [("first",)]
    assert rows(run("agent3", upsert, (90010, "second"))) == [("second",)]
    other = int(truth("SELECT min(id) FROM support.tickets WHERE assignee = 'agent4'"))
    assert rows(run("agent3", upsert, (other, "stolen"))) == [], "a row of somebody else is left as it is"
    assert run("agent3", "DELETE FROM support.tickets WHERE id = 90010").rowcount == 1


def test_an_upsert_of_a_mask_keeps_the_value(run, truth):
    truth("ALTER TABLE customers ALTER email DROP NOT NULL")
    before = truth("SELECT phone FROM customers WHERE id = 23")
    run("editor", "INSERT INTO customers (id, full_name, phone, city, created_at) VALUES (23, 'N', %s, 'Bogor', now()) "
                  "ON CONFLICT (id) DO UPDATE SET phone = excluded.phone, city = excluded.city", ("***" + before[-4:],))
    assert truth("SELECT phone || city FROM customers WHERE id = 23") == before + "Bogor"


def test_who_may_only_insert_needs_no_right_to_read(run, truth):
    statement = ("INSERT INTO kyc.documents (id, customer_id, kind, status, image, submitted_at) "
                 "VALUES (900001, 1, 'ktp', 'pending', %s, now())")
    assert run("inserter", statement, (b"x",)).rowcount == 1
    for refused in ("UPDATE kyc.documents SET kind = 'sim' WHERE id = 900001", "DELETE FROM kyc.documents WHERE id = 900001",
                    "SELECT id FROM kyc.documents", statement.replace("900001", "900002") + " RETURNING id"):
        with pytest.raises(errors.InsufficientPrivilege):
            run("inserter", refused, (b"x",) if "%s" in refused else None)
    truth("DELETE FROM kyc.documents WHERE id = 900001")


def copied(cursor, statement: str) -> str:
    if hasattr(cursor, "copy_expert"):
        out = io.BytesIO()
        cursor.copy_expert(statement, out)
        return out.getvalue().decode()
    with cursor.copy(statement) as copy:
        return b"".join(copy).decode()


def shown_by(connect, dsn, statement: str, by) -> str:
    """What a client sees of a statement, and what open columns hold behind it; the change is taken back."""
    seen = []
    with closing(connect(dsn)) as connection:
        cursor = connection.cursor()
        try:
            if statement.startswith("COPY"):
                seen.append(copied(cursor, statement))
            else:
                cursor.execute(statement)
                if cursor.description:
                    seen += [repr(row) for row in cursor.fetchall()]
            cursor.execute("SELECT city, full_name FROM customers WHERE id < 50 OR id = 4711 OR id > 100000 UNION ALL "
                           "SELECT subject, '' FROM support.tickets WHERE id < 50 OR id > 100000")
            seen += [repr(row) for row in cursor.fetchall()]
        except by as error:
            seen += [str(error), str(error.diag.message_detail), str(error.diag.context)]
        connection.rollback()
        seen += [str(notice) for notice in getattr(connection, "notices", [])]
    return "\n".join(seen)


@pytest.mark.parametrize("connect, by", [(psycopg.connect, psycopg.Error), (psycopg2.connect, psycopg2.Error)])
def test_no_hostile_change_shows_or_moves_a_raw_value(writing, secrets, connect, by):  # noqa: F811
    leaks = {}
    for statement in statements("hostile_writes.sql"):
        answer = shown_by(connect, writing.dsn("editor"), statement, by)
        if found := leaked(answer, secrets):
            leaks[statement] = sorted(found)[:3]
        assert "__tabir" not in answer and "defect" not in answer, (statement, answer[:300])
    assert not leaks


@pytest.mark.parametrize("change", [
    "UPDATE customers SET city = v FROM unnest(ARRAY[60150], ARRAY['Depok']) u(i, v) WHERE id = i", "UPDATE customers SET city = 'Depok' FROM generate_series(60150, 60150) g WHERE id = g AND city <> 'x'",
    "UPDATE customers SET city = v FROM unnest(ARRAY['Depok']) v WHERE id = 60150 AND created_at < now()", "UPDATE customers SET city = 'Depok' FROM jsonb_to_recordset('[{\"i\": 60150}]') AS r(i int) WHERE id = i",
    "UPDATE customers SET city = e FROM jsonb_array_elements_text('[\"Depok\"]') e WHERE id = 60150 AND city <> '-'", "DELETE FROM customers USING unnest(ARRAY[60150]) u(i) WHERE id = i AND city <> 'x'",
])
@pytest.mark.parametrize("user", ["editor", "capped"])
def test_rows_are_changed_beside_a_function(run, postgres, truth, user, change):
    """As programs send many changes at once: columns without their table's name."""
    postgres.psql("INSERT INTO customers (id, full_name, phone, email, city, created_at) VALUES (60150, 'n', 'p', 'e', 'Bogor', '2021-01-01')", "payments")
    try:
        assert run(user, change).rowcount == 1
        assert truth("SELECT count(*) FROM customers WHERE id = 60150 AND city <> 'Depok'") == "0"
    finally:
        postgres.psql("DELETE FROM customers WHERE id = 60150", "payments")


def test_a_role_without_a_budget_finds_many_at_once(run, postgres):
    postgres.psql("INSERT INTO customers (id, full_name, phone, email, city, created_at) "
                  "SELECT 70000 + n, 'n', '+999' || n, 'e' || n, 'Bogor', now() FROM generate_series(1, 300) n", "payments")
    phones = [f"+999{n}" for n in range(1, 301)]
    try:
        assert run("editor", "SELECT count(*) FROM customers WHERE phone = ANY (%s)", [phones]).fetchone() == (300,)
        assert run("editor", f"SELECT count(*) FROM customers WHERE phone IN ({', '.join(repr(phone) for phone in phones)})").fetchone() == (300,)
    finally:
        postgres.psql("DELETE FROM customers WHERE id BETWEEN 70001 AND 70300", "payments")


def test_rows_that_a_role_may_change_can_be_locked(run):
    assert len(rows(run("agent3", "SELECT id FROM support.tickets WHERE status = 'open' ORDER BY id LIMIT 2 FOR UPDATE SKIP LOCKED"))) == 2
    assert len(rows(run("editor", "SELECT id, phone FROM customers WHERE id = 1 FOR NO KEY UPDATE"))) == 1
    for statement in ("SELECT id FROM customers WHERE id = 1 FOR UPDATE",
                      "SELECT t.id FROM support.tickets t JOIN customers c ON c.id = t.customer_id FOR SHARE"):
        with pytest.raises(errors.InsufficientPrivilege, match="lock rows of public.customers"):
            run("agent3", statement)
    assert run("agent3", "SELECT t.id FROM support.tickets t JOIN customers c ON c.id = t.customer_id LIMIT 1 FOR UPDATE OF t")


def test_a_unique_masked_value_is_a_search(fresh_writing, run):
    with pytest.raises(errors.InsufficientPrivilege, match="email"):
        run("editor", "INSERT INTO customers (id, full_name, email, city, created_at) VALUES (1, 'x', 'a@b.c', 'y', now())")
    with pytest.raises(errors.InsufficientPrivilege, match="email"):
        run("editor", "INSERT INTO customers (id, full_name, city, created_at) VALUES (1, 'x', 'y', now()) ON CONFLICT (email) DO NOTHING")


def change(gateway, statement):
    """Through the simple and the extended protocol: the count of rows, or the SQLSTATE."""
    answers = []
    for connect in (psycopg.connect, psycopg2.connect):
        with closing(connect(gateway.dsn("capped"))) as connection:
            connection.autocommit = True
            cursor = connection.cursor()
            try:
                cursor.execute(statement)
                answers.append((cursor.rowcount, cursor.description, cursor.statusmessage))
            except (psycopg.Error, psycopg2.Error) as error:
                answers.append(getattr(error, "sqlstate", None) or error.pgcode)
    return answers


def test_the_people_whom_a_change_reaches_are_counted(fresh_writing, truth):
    assert change(fresh_writing, "UPDATE customers SET city = city WHERE id <= 6") == [(6, None, "UPDATE 6")] * 2
    assert change(fresh_writing, "UPDATE customers SET city = city WHERE id BETWEEN 5 AND 10") == [(6, None, "UPDATE 6")] * 2
    assert change(fresh_writing, "UPDATE customers SET city = 'gone' WHERE id = 11") == ["54000"] * 2
    assert truth("SELECT count(*) FROM customers WHERE city = 'gone'") == "0", "what was stopped did not happen"
    assert change(fresh_writing, "UPDATE customers SET city = city WHERE id = 3 RETURNING id")[0][0] == 1
    assert change(fresh_writing, "UPDATE customers SET city = city WHERE id = 99999999") == ["54000"] * 2, \
        "that there is no such person is an answer"
    assert change(fresh_writing, "UPDATE customers SET city = city WHERE false") == [(0, None, "UPDATE 0")] * 2


@pytest.mark.parametrize("statement", [
    "UPDATE customers SET city = 'gone'",
    "DELETE FROM support.tickets t USING customers c WHERE c.id = t.customer_id AND c.city = 'Jakarta'",
    "WITH u AS (UPDATE customers SET city = 'gone' RETURNING id) SELECT count(*) FROM u",
    "INSERT INTO support.tickets SELECT 100000 + id, id, 'capped', 'open', 1, 'x', created_at FROM customers",
    "UPDATE customers SET id = id + 1000000",
    "WITH u AS (UPDATE customers SET city = 'gone') SELECT 1",
])
def test_a_change_of_everybody_is_stopped_and_taken_back(fresh_writing, truth, statement):
    tickets = truth("SELECT count(*) FROM support.tickets")
    assert set(change(fresh_writing, statement)) <= {"54000", "42501"}
    assert truth("SELECT count(*) FROM customers WHERE city = 'gone' OR id > 1000000") == "0"
    assert truth("SELECT count(*) FROM support.tickets") == tickets


def test_a_stop_inside_a_transaction_fails_it_whole(fresh_writing, truth):
    for connect in (psycopg.connect, psycopg2.connect):
        with closing(connect(fresh_writing.dsn("capped"))) as connection:
            cursor = connection.cursor()
            cursor.execute("UPDATE customers SET city = 'half' WHERE id <= 2")
            with pytest.raises((psycopg.Error, psycopg2.Error)):
                cursor.execute("UPDATE customers SET city = 'half'")
            connection.rollback()
            cursor.execute("SELECT 1")
            connection.rollback()
    assert truth("SELECT count(*) FROM customers WHERE city = 'half'") == "0"


def test_a_session_lives_on_after_changes_of_every_kind(fresh_writing):
    with closing(psycopg2.connect(fresh_writing.dsn("capped"))) as connection:
        connection.autocommit = True
        cursor = connection.cursor()
        for _ in range(5):
            cursor.execute("UPDATE customers SET city = city WHERE id = 1")
            with pytest.raises(psycopg2.Error):
                cursor.execute("UPDATE customers SET created_at = NULL WHERE id = 1")
            with pytest.raises(psycopg2.Error):
                cursor.execute("UPDATE customers SET city = 'gone'")
            cursor.execute("SELECT 1")
            assert cursor.fetchone() == (1,)
