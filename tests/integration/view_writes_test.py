"""Restricted roles change rows through views of protected tables: as PostgreSQL does it, by what the policy says of the
table."""

import psycopg
import pytest
from psycopg import errors

from conftest import WRITERS, WRITERS_BACKENDS, WRITES_POLICY
from gateway import Gateway

VIEWS = """
CREATE SCHEMA shown;
CREATE VIEW shown.cards AS SELECT c.id, c.full_name AS holder, c.phone AS telp, c.city FROM customers c WHERE c.id > 0;
CREATE VIEW shown.near WITH (security_barrier) AS SELECT telp AS number, id, city AS place FROM shown.cards WHERE id < 1000;
CREATE VIEW shown.swapped AS SELECT id, phone AS city, city AS phone FROM customers c;
CREATE VIEW shown.checked AS SELECT id, city, full_name, phone, created_at FROM customers WHERE city <> 'Solo'
  WITH CASCADED CHECK OPTION;
CREATE VIEW shown.over_checked AS SELECT id, city FROM shown.checked WHERE id > 10;
CREATE VIEW shown.labels AS SELECT id, city, upper(phone) AS label FROM customers;
CREATE VIEW shown.spelled AS SELECT id, city, upper(city) AS big, upper(city || phone) AS secret FROM customers;
CREATE VIEW shown.defaults AS SELECT id, full_name, phone, city, created_at FROM customers;
ALTER VIEW shown.defaults ALTER city SET DEFAULT 'Kota';
CREATE VIEW shown.by_phone AS SELECT id, city FROM customers WHERE phone LIKE '%4' WITH CHECK OPTION;
CREATE VIEW shown.keyless AS SELECT city FROM customers;
CREATE VIEW shown.without_city AS SELECT id, phone FROM customers;
CREATE VIEW shown.joined AS SELECT c.id, c.city FROM customers c JOIN support.tickets t ON t.customer_id = c.id;
CREATE VIEW shown.with_tickets AS SELECT id, city FROM customers WHERE id IN (SELECT customer_id FROM support.tickets);
CREATE VIEW shown.grouped AS SELECT city, count(*) AS people FROM customers GROUP BY city;
CREATE VIEW shown.twice AS SELECT id, id AS same, city FROM customers;
CREATE VIEW shown.ruled AS SELECT id, city FROM customers;
CREATE RULE noted AS ON UPDATE TO shown.ruled DO ALSO SELECT phone FROM customers WHERE id = old.id;
CREATE VIEW shown.over_ruled AS SELECT id, city FROM shown.ruled;
CREATE FUNCTION shown.tell() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '%', (SELECT phone FROM customers WHERE id = old.id); END $$;
CREATE VIEW shown.triggered AS SELECT id, city FROM customers;
CREATE TRIGGER told INSTEAD OF UPDATE ON shown.triggered FOR EACH ROW EXECUTE FUNCTION shown.tell();
CREATE FUNCTION shown.has_phone(bigint) RETURNS boolean LANGUAGE sql SECURITY DEFINER AS
  $$ SELECT phone LIKE '+62%' FROM public.customers WHERE id = $1 $$;
CREATE VIEW shown.chosen AS SELECT id, city FROM customers WHERE shown.has_phone(id) WITH CHECK OPTION;
CREATE VIEW shown.secret AS SELECT id, city FROM customers;
GRANT USAGE ON SCHEMA shown TO tabir_reader;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA shown TO tabir_reader;
"""
NAMES = ["cards", "near", "swapped", "checked", "over_checked", "labels", "spelled", "defaults", "by_phone", "keyless", "without_city",
         "joined", "with_tickets", "grouped", "twice", "ruled", "over_ruled", "triggered", "chosen"]


def policy() -> str:
    listed = ", ".join(f"shown.{name}" for name in NAMES)
    text = WRITES_POLICY.replace("  public.customer_names: open\n", "  public.customer_names: open\n" +
                                 "".join(f"  shown.{name}: open\n" for name in [*NAMES, "secret"]))
    text = text.replace("tables: [public.customers, support.tickets, public.customer_cards, public.customer_names]",
                        f"tables: [public.customers, support.tickets, {listed}]")
    text = text.replace("tables: [public.customers, support.tickets]\n    search",
                        f"tables: [public.customers, support.tickets, {listed}]\n    search")
    return text.replace("tables: [support.tickets]\n    write: [{ kyc.documents",
                        "tables: [support.tickets, shown.cards, shown.keyless]\n    write: [{ kyc.documents")


@pytest.fixture(scope="module")
def viewing(postgres):
    postgres.psql(VIEWS, "payments")
    with Gateway(postgres, policy(), WRITERS, WRITERS_BACKENDS) as running:
        yield running
    postgres.psql("DROP SCHEMA shown CASCADE", "payments")


@pytest.fixture
def run(viewing):
    def run(statement, parameters=None, user="editor"):
        with psycopg.connect(viewing.dsn(user), autocommit=True) as connection:
            cursor = connection.execute(statement, parameters)
            return cursor.fetchall() if cursor.description else cursor.rowcount
    return run


def test_a_computed_column_is_shown_where_all_that_it_reads_is(run, truth):
    city = truth("SELECT city FROM customers WHERE id = 47")
    for statement in (f"UPDATE shown.spelled SET city = city WHERE big = '{city.upper()}' AND id = 47 RETURNING big",
                      "UPDATE shown.spelled s SET city = initcap(s.big) FROM (SELECT 47 AS nr) x WHERE id = x.nr RETURNING s.big",
                      "WITH d AS (DELETE FROM shown.spelled WHERE big = 'nowhere' AND id = 47 RETURNING *) "
                      f"SELECT '{city.upper()}' FROM (SELECT count(*) FROM d) x"):
        assert run(statement, user="capped") == [(city.upper(),)], statement
    assert truth("SELECT city FROM customers WHERE id = 47") == city
    assert run("UPDATE shown.spelled SET city = city WHERE id = 47 RETURNING *", user="capped") == [(47, city, city.upper())]
    with pytest.raises(errors.UndefinedColumn, match="secret"):
        run("UPDATE shown.spelled SET city = 'x' WHERE id = 47 RETURNING secret", user="capped")
    with pytest.raises(errors.UndefinedColumn, match="big"):  # computing it could fail for a row that its filter hides
        run("UPDATE shown.spelled SET city = 'x' WHERE id = 47 AND big = 'X'")


def test_a_view_is_changed_as_its_table(run, truth):
    before = truth("SELECT phone FROM customers WHERE id = 40")
    mask = "***" + before[-4:]
    assert run("UPDATE shown.cards SET city = 'Bogor' WHERE id = 40 RETURNING *") == [
        (40, truth("SELECT full_name FROM customers WHERE id = 40"), mask, "Bogor")]
    assert run("UPDATE shown.near n SET place = 'Depok' WHERE n.id = 40 AND n.number = %s", (before,)) == 1
    assert truth("SELECT city, phone FROM customers WHERE id = 40") == f"Depok|{before}"
    assert run("UPDATE shown.near SET number = '+62000040' WHERE id = 40") == 1
    assert truth("SELECT phone FROM customers WHERE id = 40") == "+62000040"
    assert run("UPDATE shown.cards SET holder = 'Ani', telp = '***0040' WHERE id = 40") == 1
    assert truth("SELECT full_name, phone FROM customers WHERE id = 40") == "Ani|+62000040", "a mask is not written back"


def test_rows_are_inserted_and_deleted_through_a_view(run, truth):
    insert = "INSERT INTO shown.defaults (id, full_name, phone, created_at) VALUES (90100, 'Budi', '+62090100', now())"
    truth("ALTER TABLE customers ALTER email DROP NOT NULL")
    assert run(insert + " RETURNING id, phone, city") == [(90100, "***0100", "Kota")], "the view's own default"
    assert run(insert + " ON CONFLICT (id) DO UPDATE SET full_name = excluded.full_name || '!' RETURNING full_name") == [("Budi!",)]
    assert run("DELETE FROM shown.defaults WHERE id = 90100 RETURNING phone") == [("***0100",)]
    assert truth("SELECT count(*) FROM customers WHERE id = 90100") == "0"


def test_rows_that_a_view_does_not_show_stay(run, truth):
    truth("UPDATE customers SET city = 'Solo' WHERE id = 41")
    assert run("UPDATE shown.checked SET full_name = 'x' WHERE id = 41") == 0
    assert run("DELETE FROM shown.over_checked WHERE id < 11") == 0
    with pytest.raises(errors.WithCheckOptionViolation) as raised:
        run("UPDATE shown.over_checked SET city = 'Solo' WHERE id = 42")
    assert raised.value.diag.message_detail is None
    with pytest.raises(errors.WithCheckOptionViolation):
        run("INSERT INTO shown.checked VALUES (90101, 'Solo', 'x', '+62090101', now())")
    assert truth("SELECT count(*) FROM customers WHERE id = 90101") == "0"


def test_row_filters_hold_through_a_view(run, truth):
    truth("UPDATE customers SET city = 'Medan' WHERE id = 43")
    for statement in ("UPDATE shown.cards SET holder = 'x' WHERE id = 43", "DELETE FROM shown.near WHERE id = 43",
                      "UPDATE shown.swapped SET phone = 'x' WHERE id = 43 AND 1 / (id - 43) > 0",
                      "UPDATE shown.cards c SET holder = 'x' FROM (VALUES (43)) v(id) WHERE c.id = v.id"):
        assert run(statement) == 0, statement
    assert run("INSERT INTO shown.defaults (id, full_name, phone, created_at) VALUES (43, 'x', 'y', now()) ON CONFLICT (id) "
               "DO UPDATE SET full_name = 'stolen' RETURNING full_name") == []


@pytest.mark.parametrize("statement", [
    "UPDATE shown.swapped SET phone = city WHERE id = 44 RETURNING phone",
    "UPDATE shown.swapped SET phone = phone WHERE id = 44 RETURNING city",
    "UPDATE shown.swapped s SET phone = 'x' WHERE id = 44 RETURNING s.city",
    "UPDATE shown.near SET place = place WHERE id = 44 RETURNING number",
    "WITH d AS (UPDATE shown.near SET place = place WHERE id = 44 RETURNING number AS n) SELECT n FROM d",
    "UPDATE shown.cards SET city = telp WHERE id = 44 RETURNING city",
    "UPDATE shown.cards c SET city = (SELECT c.telp) WHERE id = 44 RETURNING city",
    "COPY (UPDATE shown.cards SET city = city WHERE id = 44 RETURNING telp) TO STDOUT",
])
def test_masks_stand_for_values(viewing, truth, statement):
    phone = truth("SELECT phone FROM customers WHERE id = 44")
    with psycopg.connect(viewing.dsn("editor")) as connection, connection.cursor() as cursor:
        if statement.startswith("COPY"):
            with cursor.copy(statement) as copy:
                answer = b"".join(copy).decode().strip()
        else:
            answer = cursor.execute(statement).fetchone()[0]
        connection.rollback()
    assert answer == "***" + phone[-4:]


def test_conditions_compare_masks(run, truth):
    phone = truth("SELECT phone FROM customers WHERE id = 45")
    assert run(f"UPDATE shown.near SET place = place WHERE number LIKE '{phone}%'") == 0
    assert run(f"UPDATE shown.swapped SET phone = phone WHERE city > '{phone[:8]}' AND id = 45") == 0
    assert run(f"UPDATE shown.near SET place = place WHERE number = '{phone}'") == 1, "an exact search is granted"


@pytest.mark.parametrize("statement, reason", [
    ("UPDATE shown.labels SET city = 'x' WHERE id = 46 RETURNING label", "label"),
    ("UPDATE shown.labels SET city = label WHERE id = 46", "label"),
    ("UPDATE shown.labels SET label = 'x'", "computed"),
    ("UPDATE shown.labels l SET city = 'x' RETURNING to_json(l)", "whole row"),
    ("UPDATE shown.by_phone SET city = city", "chooses its rows by phone"),
    ("INSERT INTO shown.by_phone (id, city) VALUES (1, 'x')", "chooses its rows by phone"),
    ("DELETE FROM shown.joined", "joins tables"),
    ("DELETE FROM shown.with_tickets", "sub-query"),
    ("DELETE FROM shown.grouped", "groups rows"),
    ("UPDATE shown.twice SET same = 7", "twice"),
    ("UPDATE shown.ruled SET city = 'x'", "rules"),
    ("UPDATE shown.over_ruled SET city = 'x'", "rules"),
    ("UPDATE shown.triggered SET city = 'x'", "INSTEAD OF"),
    ("UPDATE shown.chosen SET city = 'x'", "has_phone"),
    ("UPDATE shown.without_city SET phone = 'x'", "row filter"),
    ("UPDATE shown.secret SET city = 'x'", "may not read shown.secret"),
    ("MERGE INTO shown.cards c USING (VALUES (1)) v(id) ON c.id = v.id WHEN MATCHED THEN DELETE", "MERGE"),
    ("INSERT INTO shown.checked VALUES (1, 'x', 'y', 'z', now()) ON CONFLICT (id) DO UPDATE SET city = 'x'", "does not show"),
    ("WITH d AS (DELETE FROM shown.grouped RETURNING city) SELECT 1", "groups rows"),
])
def test_what_cannot_be_proven_is_refused_with_the_reason(run, statement, reason):
    with pytest.raises((errors.InsufficientPrivilege, errors.UndefinedColumn), match=reason) as raised:
        run(statement)
    assert raised.value.diag.message_hint or raised.value.sqlstate == "42703"


@pytest.mark.parametrize("statement", ["UPDATE shown.cards SET city = 'x'", "DELETE FROM shown.cards", "UPDATE shown.keyless SET city = 'x'"])
def test_the_grant_of_the_table_decides(run, statement):
    with pytest.raises(errors.InsufficientPrivilege, match="public.customers"):
        run(statement, user="inserter")


@pytest.mark.parametrize("statement", [
    "UPDATE shown.near SET place = 'x' WHERE id < 200",
    "UPDATE shown.near SET place = 'x' WHERE id < 200 RETURNING place",
    "WITH d AS (UPDATE shown.cards SET city = 'x' WHERE id BETWEEN 200 AND 300 RETURNING 1) SELECT count(*) FROM d",
])
def test_people_behind_a_view_are_counted(postgres, truth, viewing, statement):
    before = truth("SELECT md5(string_agg(c::text, '' ORDER BY id)) FROM customers c")
    with Gateway(postgres, policy(), WRITERS, WRITERS_BACKENDS) as running, \
            psycopg.connect(running.dsn("capped"), autocommit=True) as connection:
        assert connection.execute("UPDATE shown.near SET place = place WHERE id <= 3").rowcount == 3
        with pytest.raises(errors.ProgramLimitExceeded):
            connection.execute(statement)
    assert truth("SELECT md5(string_agg(c::text, '' ORDER BY id)) FROM customers c") == before


def test_a_view_that_does_not_show_whom_is_refused_to_a_counted_role(run):
    with pytest.raises(errors.InsufficientPrivilege, match="does not show by what customer is counted"):
        run("UPDATE shown.keyless SET city = 'x'", user="capped")


def test_a_view_that_takes_the_name_of_another_is_not_changed(viewing, truth):
    """The name and the columns are held to the catalog that the statement was decided by."""
    with psycopg.connect(viewing.dsn("editor"), autocommit=True) as connection:
        change = "UPDATE shown.defaults SET city = 'Kota' WHERE id = 47"
        connection.execute(change, prepare=True)
        phone = truth("SELECT phone FROM customers WHERE id = 47")
        truth("ALTER VIEW shown.defaults RENAME COLUMN city TO town; ALTER VIEW shown.defaults RENAME COLUMN phone TO city")
        try:
            with pytest.raises((errors.SerializationFailure, errors.UndefinedColumn)):
                connection.execute(change)
            assert truth("SELECT phone FROM customers WHERE id = 47") == phone
        finally:
            truth("ALTER VIEW shown.defaults RENAME COLUMN city TO phone; ALTER VIEW shown.defaults RENAME COLUMN town TO city")
