"""Object mappers save whole rows, the column that names the person included: that changes nothing of whose row it is."""

import psycopg
import pytest
from psycopg import errors

from conftest import many_users_of

TABLES = """
CREATE SCHEMA desk;
CREATE TABLE desk.contacts (id bigint PRIMARY KEY, name text);
CREATE TABLE desk.tickets (id int PRIMARY KEY, contact_id bigint NOT NULL REFERENCES desk.contacts, status text, note text);
CREATE TABLE desk.people (id serial PRIMARY KEY, name text, secret text, score int);
CREATE TABLE desk.notes (id serial PRIMARY KEY, person int, body text);
CREATE TABLE desk.logs (k serial PRIMARY KEY, x bigint); CREATE VIEW desk.vlogs AS SELECT x FROM desk.logs; CREATE VIEW desk.wlogs AS SELECT x FROM desk.vlogs;
CREATE TABLE desk.codes (id int PRIMARY KEY, code varchar(20), status text);
GRANT USAGE ON SCHEMA desk TO tabir_reader, tabir_catalog; GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA desk TO tabir_reader;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA desk TO tabir_reader;
"""
ROWS = """
DELETE FROM desk.tickets; DELETE FROM desk.contacts; DELETE FROM desk.people; DELETE FROM desk.notes; DELETE FROM desk.logs; DELETE FROM desk.codes;
SELECT setval('desk.people_id_seq', 1, false), setval('desk.notes_id_seq', 1, false), setval('desk.logs_k_seq', 1, false);
INSERT INTO desk.contacts SELECT n, 'c' || n FROM generate_series(1, 20) n;
INSERT INTO desk.tickets SELECT n, n % 20 + 1, 'new', 'n' FROM generate_series(1, 60) n;
INSERT INTO desk.people (name, secret, score) SELECT 'n' || n, 's' || n, n FROM generate_series(1, 9) n;
INSERT INTO desk.codes SELECT n, 'C-' || n, 'new' FROM generate_series(1, 20) n;
"""
POLICY = """
version: 1
databases: [payments]
classes: { secret: { mask: "null" }, score: { mask: redact } }
tables:
  desk.people: { subject: { contact: id }, columns: { "*": open, secret: secret, score: score } }
  desk.notes: { subject: { contact: person }, columns: { "*": open } }
  desk.logs: open
  desk.vlogs: open
  desk.wlogs: open
  desk.contacts: { subject: { contact: id }, columns: { "*": open } }
  desk.tickets: { subject: { contact: contact_id }, columns: { "*": open } }
  desk.codes: { subject: { holder: code }, columns: { "*": open } }
roles:
  agent:
    tables: [desk.contacts, desk.tickets, desk.codes, desk.people, desk.notes, desk.logs, desk.vlogs, desk.wlogs]
    write: [desk.tickets, desk.codes, desk.notes, desk.logs, desk.vlogs, desk.wlogs, { desk.people: ["*", secret, score] }]
    budget: { contact: 5 per day, holder: 5 per day, misses: 100 per day }
users:
"""


@pytest.fixture(scope="module")
def many_agents(postgres):
    postgres.psql(TABLES, "payments")
    with many_users_of(postgres, POLICY, {"agent": "agent"}, backends={"agent": "tabir_reader"}) as fresh:
        yield fresh
    postgres.psql("DROP SCHEMA desk CASCADE", "payments")


@pytest.fixture
def agent(postgres, many_agents):
    postgres.psql(ROWS, "payments")
    with psycopg.connect(many_agents().dsn("agent"), autocommit=True) as connection:
        yield connection


def spent(connection) -> tuple:
    used = {row[2]: row[5] for row in connection.execute("SHOW tabir.budget")}
    return used["contact"], used["misses"]


SAVES = {
    "constants": ("UPDATE desk.tickets SET contact_id = 7, status = 'open', note = 'n' WHERE id = 6", None),
    "parameters": ("UPDATE desk.tickets SET contact_id = %s, status = %s, note = %s WHERE id = %s", [7, "open", "n", 6]),
    "a_cast": ("UPDATE desk.tickets t SET contact_id = %s::int8, status = 'open' WHERE t.id = 6 RETURNING t.*", ["7"]),
    "itself": ("UPDATE desk.tickets SET contact_id = tickets.contact_id, status = 'open' WHERE id = 6", None),
    "an_upsert": ("INSERT INTO desk.tickets (id, contact_id, status, note) VALUES (6, 7, 'open', 'n') ON CONFLICT (id) DO UPDATE "
                  "SET contact_id = excluded.contact_id, status = excluded.status RETURNING id", None),
}


@pytest.mark.parametrize("statement, parameters", SAVES.values(), ids=SAVES)
def test_a_row_is_saved_with_its_person(agent, postgres, statement, parameters):
    assert agent.execute(statement, parameters).rowcount == 1
    assert postgres.psql("SELECT contact_id, status FROM desk.tickets WHERE id = 6", "payments").strip() == "7|open"
    assert spent(agent) == (1, 0), "whose row it is"


@pytest.mark.parametrize("statement, parameters", [
    ("UPDATE desk.tickets SET contact_id = 8, status = 'open' WHERE id = 6 RETURNING id", None),
    ("UPDATE desk.tickets SET contact_id = %s WHERE id = 6 RETURNING id", [8]), ("UPDATE desk.tickets SET contact_id = NULL WHERE id = 6 RETURNING id", None),
    ("UPDATE desk.tickets SET contact_id = 7 WHERE id IN (6, 7) RETURNING id", None),
    ("INSERT INTO desk.tickets (id, contact_id) VALUES (6, 8) ON CONFLICT (id) DO UPDATE SET contact_id = excluded.contact_id", None),
])
def test_no_row_that_is_shown_is_given_to_another_person(agent, postgres, statement, parameters):
    with pytest.raises(errors.InsufficientPrivilege, match="a row would be given to another person") as refused:
        agent.execute(statement, parameters)
    assert "policy.yaml:" in str(refused.value) and "Leave the column" in refused.value.diag.message_hint
    assert postgres.psql("SELECT contact_id, status FROM desk.tickets WHERE id = 6", "payments").strip() == "7|new"
    assert spent(agent)[1] == 1, "that it is not his is an answer"


@pytest.mark.parametrize("value", ["contact_id + 0", "(SELECT 7)", "(SELECT id FROM desk.contacts WHERE id = 7)", "DEFAULT", "id", "c.id"])
def test_what_the_client_has_not_sent_names_nobody(agent, value):
    source = "FROM desk.contacts c WHERE c.id = 7 AND tickets.id = 6" if value == "c.id" else "WHERE id = 6"
    with pytest.raises(errors.InsufficientPrivilege):
        agent.execute(f"UPDATE desk.tickets SET contact_id = {value} {source} RETURNING note")


def test_keys_of_text(agent):
    assert agent.execute("UPDATE desk.codes SET code = %s, status = 'open' WHERE id = 3 RETURNING code", ["C-3"]).fetchall() == [("C-3",)]
    with pytest.raises(errors.InsufficientPrivilege, match="given to another person"):
        agent.execute("UPDATE desk.codes SET code = %s WHERE id = 3 RETURNING id", ["C-4"])


def test_the_budget_holds(agent):
    agent.execute("UPDATE desk.tickets SET contact_id = contact_id, status = 'x' WHERE id <= 5")
    for number in (6, 7):
        with pytest.raises(errors.ProgramLimitExceeded):
            agent.execute(f"UPDATE desk.tickets SET contact_id = {number + 1}, status = 'y' WHERE id = {number}")


@pytest.mark.parametrize("column, old, new", [("secret", "s3", "'x'"), ("score", "3", "77")])
def test_a_mask_that_is_null_is_no_value_to_save(agent, postgres, column, old, new):
    agent.execute(f"UPDATE desk.people SET name = 'saved', {column} = NULL WHERE id = 3")
    kept = postgres.psql(f"SELECT name, {column} FROM desk.people WHERE id = 3", "payments")
    assert "saved" in kept and old in kept
    agent.execute(f"UPDATE desk.people SET {column} = {new} WHERE id = 3")
    assert new.strip("'") in postgres.psql(f"SELECT {column} FROM desk.people WHERE id = 3", "payments")


def test_a_row_and_what_belongs_to_it_are_entered_at_once(agent):
    statement = "WITH p AS (INSERT INTO desk.people (name) VALUES {} RETURNING id) INSERT INTO desk.notes (person, body) SELECT id, 'welcome' FROM p RETURNING body"
    assert agent.execute(statement.format("('a')")).fetchall() == [("welcome",)]
    assert agent.execute(statement.format("('b'), ('c')")).rowcount == 2


@pytest.mark.parametrize("values", ["(DEFAULT, 'x')", "ROW(DEFAULT, 'x')", "('x', DEFAULT)", "(DEFAULT, DEFAULT)"])
def test_defaults_among_values_that_are_set_at_once(agent, postgres, values):
    assert agent.execute(f"UPDATE desk.tickets SET (status, note) = {values} WHERE id = 6").rowcount == 1
    assert postgres.psql("SELECT coalesce(status, '-') || coalesce(note, '-') FROM desk.tickets WHERE id = 6", "payments").strip() in ("-x", "x-", "--")
    with pytest.raises(errors.SyntaxError):
        agent.execute("SELECT (DEFAULT, 'x')")


@pytest.mark.parametrize("values, stored", [
    ("(name, score) = ('both', NULL)", "both|5"), ("(score, name) = ROW(55, 'both')", "both|55"), ("(score, name) = (77::int, upper('a,(b'))", "A,(B|77"),
    ("(score, secret) = (NULL, 'x'), name = 'three'", "three|5"),
])
def test_a_mask_among_values_that_are_set_at_once_keeps_the_value(agent, postgres, values, stored):
    agent.execute(f"UPDATE desk.people SET {values} WHERE id = 5")
    assert postgres.psql("SELECT name || '|' || score FROM desk.people WHERE id = 5", "payments").strip() == stored


@pytest.mark.parametrize("values", ["(name, score) = ('x', score + 1)", "(name, score) = (SELECT 'x', 5)", "(name, score) = ('x', (SELECT score FROM desk.people WHERE id = 6))"])
def test_a_mask_is_not_worked_into_one_of_them(agent, values):
    with pytest.raises(errors.InsufficientPrivilege):
        agent.execute(f"UPDATE desk.people SET {values} WHERE id = 5")


def test_the_person_may_be_one_of_them(agent):
    assert agent.execute("UPDATE desk.tickets SET (contact_id, status) = (7, 'open') WHERE id = 6").rowcount == 1
    with pytest.raises(errors.InsufficientPrivilege):
        agent.execute("UPDATE desk.tickets SET (status, contact_id) = ('open', 8) WHERE id = 6 RETURNING id")


@pytest.mark.parametrize("statement", [
    "UPDATE desk.people SET score = coalesce(score, 9) WHERE id = 6", "UPDATE desk.people p SET score = coalesce(p.score, 9), name = 'x' WHERE id = 6",
    "INSERT INTO desk.people (id, name) VALUES (6, 'x') ON CONFLICT (id) DO UPDATE SET score = coalesce(people.score, 9)",
])
def test_the_first_value_that_is_known_is_none_where_the_mask_is_null(agent, postgres, statement):
    with pytest.raises(errors.InsufficientPrivilege):
        agent.execute(statement)
    assert postgres.psql("SELECT score FROM desk.people WHERE id = 6", "payments").strip() == "6"


@pytest.mark.parametrize("table", ["logs", "vlogs", "wlogs"])
def test_a_view_hides_no_numbers(agent, table):
    agent.execute(f"INSERT INTO desk.{table} (x) VALUES (1), (2)")
    with pytest.raises(errors.InsufficientPrivilege, match="numbered by the database"):
        agent.execute(f"INSERT INTO desk.{table} (x) SELECT id FROM desk.contacts WHERE name LIKE 'c1%' RETURNING x")
