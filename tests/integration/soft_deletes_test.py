"""Rows are deleted by a mark, and saved whole, where unique indexes hold the marked ones apart or compare e-mails within a tenant: that
tells nothing that a role may not search for."""

import psycopg
import pytest
from psycopg import errors

from gateway import over_own_schema

SCHEMA = """
CREATE SCHEMA soft;
CREATE TABLE soft.people (id int PRIMARY KEY, tenant int NOT NULL DEFAULT 1, name text, email text, phone text, active boolean, deleted_at timestamptz);
CREATE UNIQUE INDEX ON soft.people (lower(email)) WHERE deleted_at IS NULL;
CREATE INDEX ON soft.people (phone) WHERE deleted_at IS NULL;
CREATE INDEX ON soft.people (email, phone) WHERE active;
CREATE TABLE soft.members (id int PRIMARY KEY, tenant int NOT NULL, email text, name text, UNIQUE (tenant, email));
CREATE TABLE soft.heads (id int PRIMARY KEY, tenant int NOT NULL, email text); CREATE UNIQUE INDEX ON soft.heads (tenant, substr(email, 1, 3));
CREATE TYPE soft.pair AS (a text, b text);
CREATE TABLE soft.notes (id int PRIMARY KEY, note text, vip boolean); CREATE INDEX ON soft.notes (note) WHERE vip;
CREATE TABLE soft.marks (id int PRIMARY KEY, tenant int, email text, gone timestamptz, pair soft.pair);
CREATE UNIQUE INDEX ON soft.marks (tenant, email) WHERE gone IS NULL; CREATE UNIQUE INDEX ON soft.marks (email, tenant) WHERE pair IS NULL;
CREATE TABLE soft.filled (id int PRIMARY KEY, tenant int, email text, UNIQUE (tenant, email));
CREATE FUNCTION soft.fill() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.email := ''p@mail.example''; RETURN NEW; END';
CREATE TRIGGER fill BEFORE INSERT ON soft.filled FOR EACH ROW EXECUTE FUNCTION soft.fill();
CREATE VIEW soft.defaults AS SELECT id, tenant, email FROM soft.members; ALTER VIEW soft.defaults ALTER email SET DEFAULT 'p@mail.example';
GRANT USAGE ON SCHEMA soft TO tabir_reader, tabir_catalog; GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA soft TO tabir_reader;
"""
ROWS = """
DELETE FROM soft.people; DELETE FROM soft.members; DELETE FROM soft.heads; DELETE FROM soft.notes; DELETE FROM soft.marks; DELETE FROM soft.filled;
INSERT INTO soft.notes VALUES (1, 'n', true), (2, 'n', false); INSERT INTO soft.marks VALUES (1, 1, 'p@mail.example'), (2, 2, 'p@mail.example');
INSERT INTO soft.people SELECT n, 1, 'n' || n, 'p' || n || '@mail.example', '+62811000' || n, n < 3, CASE WHEN n > 3 THEN now() END FROM generate_series(1, 5) n;
INSERT INTO soft.members SELECT n, n, 'p@mail.example', 'n' || n FROM generate_series(1, 3) n; INSERT INTO soft.heads SELECT n, n, 'abc' || n FROM generate_series(1, 3) n;
"""
POLICY = """
version: 1
databases: [payments]
classes: { flag: { mask: "null" }, email: { mask: email }, phone: { mask: { keep_last: 2 } } }
tables:
  soft.people:  { subject: { person: id }, columns: { "*": open, email: email, phone: phone } }
  soft.members: { subject: { person: id }, columns: { "*": open, email: email } }
  soft.heads:   { subject: { person: id }, columns: { "*": open, email: email } }
  soft.notes:   { subject: { person: id }, columns: { "*": open, vip: flag } }
  soft.marks:   { subject: { person: id }, columns: { "*": open, email: email } }
  soft.filled:  { subject: { person: id }, columns: { "*": open, email: email } }
  soft.defaults: open
roles:
  editor: { tables: [soft.people, soft.members, soft.heads, soft.notes, soft.marks, soft.filled, soft.defaults], write: [soft.people, soft.members, soft.heads, soft.notes, soft.marks, soft.filled] }
  finder: { tables: [soft.people, soft.members, soft.heads], search: { email: exact },
            write: [{ soft.people: ["*", email, phone] }, { soft.members: ["*", email] }, { soft.heads: ["*", email] }] }
users: { editor: { role: editor }, finder: { role: finder } }
"""
REFUSED = "because a constraint, index or generated column would compare it with email"


@pytest.fixture(scope="module")
def gateway(postgres):
    with over_own_schema(postgres, SCHEMA, POLICY, ["editor", "finder"]) as running:
        yield running


@pytest.fixture
def run(gateway, postgres):
    """Statements of a user, over rows as they were at first."""
    postgres.psql(ROWS, "payments")
    connections = {user: psycopg.connect(gateway.dsn(user), autocommit=True) for user in ("editor", "finder")}
    yield lambda user, statement, parameters=None: connections[user].execute(statement, parameters)
    for connection in connections.values():
        connection.close()


@pytest.mark.parametrize("user", ["editor", "finder"])
@pytest.mark.parametrize("mark", ["now()", "CURRENT_TIMESTAMP", "clock_timestamp()", "'2026-11-01 10:00+00'", "timestamptz '2026-11-01 10:00+00'"])
def test_a_row_is_deleted_by_a_mark(run, user, mark):
    assert run(user, f"UPDATE soft.people SET deleted_at = {mark}, name = 'gone' WHERE id = 2").rowcount == 1
    assert run(user, "INSERT INTO soft.people (id, name) VALUES (9, 'new')").rowcount == 1


def test_a_mark_that_may_be_taken_away_compares_values(run):
    for value, parameters in (("NULL", None), ("%s", [None]), ("%s", ["2026-11-01 10:00+00"]), ("NULLIF(now(), now())", None), ("(SELECT now())", None)):
        with pytest.raises(errors.InsufficientPrivilege, match=REFUSED):
            run("editor", f"UPDATE soft.people SET deleted_at = {value} WHERE id = 4", parameters)
    with pytest.raises(errors.InsufficientPrivilege, match=REFUSED):
        run("editor", "UPDATE soft.members SET tenant = 2 WHERE id = 1")


def test_who_may_search_saves_whole_rows(run, postgres):
    email, = run("finder", "SELECT email FROM soft.people WHERE id = 4").fetchone()
    saved = run("finder", "UPDATE soft.people SET tenant = %s, name = %s, email = %s, active = %s, deleted_at = %s WHERE id = %s", [1, "saved", email, True, None, 4])
    assert saved.rowcount == 1 and "*" in email
    assert postgres.psql("SELECT name, email, deleted_at IS NULL FROM soft.people WHERE id = 4", "payments") == "saved|p4@mail.example|t"
    email, = run("finder", "SELECT email FROM soft.members WHERE id = 1").fetchone()
    run("finder", "UPDATE soft.members SET tenant = 1, email = %s, name = 'saved' WHERE id = 1", [email])
    with pytest.raises(errors.UniqueViolation):
        run("finder", "UPDATE soft.members SET tenant = 2 WHERE id = 1")


def test_no_part_of_a_value_is_searched_for_that_way(run):
    with pytest.raises(errors.InsufficientPrivilege, match=REFUSED):
        run("finder", "UPDATE soft.heads SET tenant = 2 WHERE id = 1")


@pytest.mark.parametrize("user", ["editor", "finder"])
def test_what_a_new_row_leaves_out_is_like_nobodys(run, user):
    assert run(user, "INSERT INTO soft.members (id, tenant, name) VALUES (9, 1, 'new')").rowcount == 1
    with pytest.raises(errors.InsufficientPrivilege, match=REFUSED):
        run(user, "INSERT INTO soft.heads (id, tenant) VALUES (9, 1)")


MERGE = "MERGE INTO soft.members m USING (VALUES (9)) v (id) ON m.id = v.id WHEN NOT MATCHED THEN INSERT"


@pytest.mark.parametrize("statement", [
    "INSERT INTO soft.members (id, tenant, email, name) VALUES (9, 1, NULL, 'new')",
    "INSERT INTO soft.members VALUES (9, 1, DEFAULT, 'new'), (10, 1, NULL, 'new')",
    f"{MERGE} (id, tenant, email, name) VALUES (v.id, 1, NULL, 'new')",
    f"{MERGE} VALUES (v.id, 1, DEFAULT, 'new')",
])
def test_so_is_what_it_gives_no_value(run, postgres, statement):
    assert run("editor", statement).rowcount > 0
    assert postgres.psql("SELECT count(*) FROM soft.members WHERE id > 8 AND email IS NOT NULL", "payments") == "0"


@pytest.mark.parametrize("value", ["'p@mail.example'", "NULLIF('p@mail.example', '')", "(SELECT NULL)"])
def test_a_merge_gives_masked_columns_no_other_value(run, value):
    with pytest.raises(errors.InsufficientPrivilege, match="may not write column email"):
        run("editor", f"{MERGE} (id, tenant, email) VALUES (v.id, 1, {value})")


@pytest.mark.parametrize("mark", ["'infinity'::timestamp::time::text::timestamptz", "CAST(CAST('infinity' AS timestamp) AS timestamptz)", "current_time::text::timestamptz",
                                  "CASE WHEN true THEN now() END", "now() + NULL"])
def test_a_mark_that_only_seems_to_be_there_is_none(run, mark):
    with pytest.raises(errors.InsufficientPrivilege, match=REFUSED):
        run("editor", f"UPDATE soft.marks SET gone = {mark}, tenant = 2, pair = NULL WHERE id = 1")


def test_a_row_of_nulls_is_null(run):
    with pytest.raises(errors.InsufficientPrivilege, match=REFUSED):
        run("editor", "UPDATE soft.marks SET pair = '(,)', gone = now(), tenant = 2 WHERE id = 1")


def test_an_index_does_not_tell_by_its_size_for_which_rows_it_is(run):
    for note in ("'x'", "repeat('ab', 5000)"):
        with pytest.raises(errors.InsufficientPrivilege, match="would compare it with vip"):
            run("editor", f"UPDATE soft.notes SET note = {note} WHERE id = 1")


@pytest.mark.parametrize("statement", ["INSERT INTO soft.defaults (id, tenant) VALUES (9, 1)", "INSERT INTO soft.defaults (id, tenant, email) VALUES (9, 1, DEFAULT)",
                                       "INSERT INTO soft.filled (id, tenant) VALUES (9, 1)"])
def test_what_the_database_puts_there_itself_is_compared(run, statement):
    with pytest.raises(errors.InsufficientPrivilege, match=REFUSED):
        run("editor", statement)
