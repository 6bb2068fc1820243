"""What foreign keys and triggers write when a row is deleted or changed tells nothing of rows and values that the role does not see."""

import psycopg
import pytest
from psycopg import errors

from conftest import assert_hit_and_miss_are_refused, succeeds
from gateway import over_own_schema

SCHEMA = """
CREATE SCHEMA led;
CREATE TABLE led.teams (id int PRIMARY KEY, code int UNIQUE);
INSERT INTO led.teams SELECT n, n FROM generate_series(0, 6) n;
CREATE TABLE led.checked (id int PRIMARY KEY, team int REFERENCES led.teams ON DELETE SET NULL, phone text, CHECK (team IS NOT NULL OR phone <> '123'));
INSERT INTO led.checked VALUES (1, 1, '123'), (2, 2, '456');
CREATE TABLE led.filled (id int PRIMARY KEY, team int DEFAULT 0 REFERENCES led.teams ON DELETE SET DEFAULT, phone text, UNIQUE (team, phone));
INSERT INTO led.filled VALUES (1, 0, '123'), (2, 3, '123'), (3, 4, '456');
CREATE TABLE led.filtered (id int PRIMARY KEY, region text, team int NOT NULL REFERENCES led.teams ON DELETE SET NULL);
INSERT INTO led.filtered VALUES (1, 'B', 5);
CREATE TABLE led.changed (id int PRIMARY KEY, code int REFERENCES led.teams (code) ON UPDATE CASCADE, phone text, CHECK (code::text IS DISTINCT FROM phone));
INSERT INTO led.changed VALUES (1, 6, '123'), (2, 0, '456');
CREATE TABLE led.offices (id int PRIMARY KEY);
INSERT INTO led.offices VALUES (1), (2);
CREATE TABLE led.plain (id int PRIMARY KEY, region text, office int REFERENCES led.offices ON DELETE SET NULL ON UPDATE CASCADE, phone text, UNIQUE (office, phone));
INSERT INTO led.plain VALUES (1, 'A', 1, '123'), (2, 'B', 1, '456');
CREATE TABLE led.marked (id int PRIMARY KEY, tenant int, phone text, touched timestamptz, deleted_at timestamptz);
CREATE UNIQUE INDEX ON led.marked (tenant, phone) WHERE deleted_at IS NULL;
CREATE FUNCTION led.touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.* IS DISTINCT FROM OLD.* THEN NEW.touched := now(); END IF; RETURN NEW; END $$;
CREATE FUNCTION led.keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.deleted_at := OLD.deleted_at; RETURN NEW; END $$;
CREATE TRIGGER touch BEFORE UPDATE ON led.marked FOR EACH ROW EXECUTE FUNCTION led.touch();
CREATE TABLE led.kept (LIKE led.marked INCLUDING INDEXES); CREATE UNIQUE INDEX ON led.kept (tenant, phone) WHERE deleted_at IS NULL;
CREATE TRIGGER keep BEFORE UPDATE ON led.kept FOR EACH ROW EXECUTE FUNCTION led.keep();
INSERT INTO led.marked VALUES (1, 1, '123'), (2, 2, '123'); INSERT INTO led.kept VALUES (1, 1, '123'), (2, 2, '123');
CREATE TABLE led.parts (id int, region int, tenant int, phone text, UNIQUE (region, tenant, phone)) PARTITION BY LIST (region);
CREATE TABLE led.part PARTITION OF led.parts FOR VALUES IN (1) PARTITION BY LIST (tenant); CREATE TABLE led.leaf PARTITION OF led.part FOR VALUES IN (1);
CREATE FUNCTION led.fill() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.phone := '123'; RETURN NEW; END $$;
CREATE TRIGGER fill BEFORE INSERT ON led.leaf FOR EACH ROW EXECUTE FUNCTION led.fill();
CREATE TABLE led.owners (tenant int, id int, PRIMARY KEY (tenant, id)); INSERT INTO led.owners VALUES (7, 1), (8, 2);
CREATE TABLE led.owned (id int PRIMARY KEY, phone int, owner int, FOREIGN KEY (phone, owner) REFERENCES led.owners ON DELETE SET NULL (owner),
  CHECK (owner IS NOT NULL OR phone <> 7)); INSERT INTO led.owned VALUES (1, 7, 1), (2, 8, 2);
CREATE TABLE led.must (id int PRIMARY KEY, region text, office int REFERENCES led.offices ON DELETE SET NULL CHECK (office IS NOT NULL)); INSERT INTO led.must VALUES (1, 'B', 2);
CREATE TABLE led.camel (id int PRIMARY KEY, tenant int, phone text, "deletedAt" timestamptz);
CREATE UNIQUE INDEX ON led.camel (tenant, phone) WHERE "deletedAt" IS NULL; INSERT INTO led.camel VALUES (1, 1, '123'), (2, 2, '123');
CREATE FUNCTION led.keep_camel() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW."deletedAt" := OLD."deletedAt"; RETURN NEW; END $$;
CREATE TRIGGER keep BEFORE UPDATE ON led.camel FOR EACH ROW EXECUTE FUNCTION led.keep_camel();
CREATE TABLE led.moved (id int, region int, tenant int, phone text, deleted_at timestamptz) PARTITION BY LIST (region);
CREATE TABLE led.moved_1 PARTITION OF led.moved FOR VALUES IN (1); CREATE TABLE led.moved_2 PARTITION OF led.moved FOR VALUES IN (2);
CREATE UNIQUE INDEX ON led.moved (region, tenant, phone) WHERE deleted_at IS NULL; INSERT INTO led.moved VALUES (1, 1, 1, '123'), (2, 2, 1, '123');
CREATE FUNCTION led.unmark() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.deleted_at := NULL; RETURN NEW; END $$;
CREATE TRIGGER unmark BEFORE INSERT ON led.moved_2 FOR EACH ROW EXECUTE FUNCTION led.unmark();
CREATE TABLE led.audited (LIKE led.marked); CREATE UNIQUE INDEX ON led.audited (tenant, phone) WHERE deleted_at IS NULL; INSERT INTO led.audited VALUES (1, 1, '123'), (2, 2, '123');
CREATE FUNCTION led.audit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; NEW.touched := now(); RETURN NEW; END $$;
CREATE TRIGGER audit BEFORE UPDATE OR DELETE ON led.audited FOR EACH ROW EXECUTE FUNCTION led.audit();
CREATE TABLE led.agents (id int PRIMARY KEY); INSERT INTO led.agents VALUES (1);
CREATE TABLE led.tickets (id int PRIMARY KEY, region text, agent int REFERENCES led.agents ON DELETE SET NULL, deleted_at timestamptz); INSERT INTO led.tickets VALUES (1, 'B', 1);
CREATE INDEX ON led.tickets (agent) WHERE deleted_at IS NULL;
GRANT USAGE ON SCHEMA led TO tabir_reader, tabir_catalog; GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA led TO tabir_reader;
"""
PERSON = '{ subject: { person: id }, columns: { "*": open, phone: phone } }'
OPEN = "led.teams, led.offices, led.plain, led.marked, led.kept, led.parts, led.owners, led.camel, led.moved, led.audited, led.agents"
POLICY = f"""
version: 1
databases: [payments]
classes: {{ phone: {{ mask: {{ keep_last: 1 }} }}, gone: {{ mask: strip }} }}
tables:
  led.teams: open
  led.offices: open
  led.checked: {PERSON}
  led.filled: {PERSON}
  led.changed: {PERSON}
  led.plain: {PERSON}
  led.marked: {PERSON}
  led.kept: {PERSON}
  led.parts: {PERSON}
  led.owners: open
  led.agents: open
  led.owned: {{ subject: {{ person: id }}, columns: {{ "*": open, phone: gone }} }}
  led.must: {{ subject: {{ person: id }}, columns: {{ "*": open }} }}
  led.tickets: open
  led.camel: {PERSON}
  led.moved: {PERSON}
  led.audited: {PERSON}
  led.filtered: {{ subject: {{ person: id }}, columns: {{ "*": open }} }}
roles:
  editor: {{ tables: [{OPEN}, led.checked, led.filled, led.changed, led.owned], write: [{OPEN}] }}
  branch: {{ tables: [{OPEN}, led.filtered, led.must, led.tickets], write: [{OPEN}],
            rows: {{ led.filtered: "region = 'A'", led.plain: "region = 'A'", led.must: "region = 'A'", led.tickets: "region = 'A'" }} }}
users: {{ editor: {{ role: editor }}, branch: {{ role: branch }} }}
"""


@pytest.fixture(scope="module")
def gateway(postgres):
    with over_own_schema(postgres, SCHEMA, POLICY, ["editor", "branch"]) as running:
        yield running


@pytest.fixture
def run(gateway):
    def run(user, statement):
        with psycopg.connect(gateway.dsn(user)) as connection:
            try:
                return connection.execute(statement)
            finally:
                connection.rollback()
    return run


@pytest.mark.parametrize("told, untold", [
    ("DELETE FROM led.teams WHERE id = 1", "DELETE FROM led.teams WHERE id = 2"),
    ("DELETE FROM led.teams WHERE id = 3", "DELETE FROM led.teams WHERE id = 4"),
    ("DELETE FROM led.owners WHERE id = 1", "DELETE FROM led.owners WHERE id = 2"),
    ("UPDATE led.teams SET code = 123 WHERE id = 6", "UPDATE led.teams SET code = 124 WHERE id = 6"),
])
def test_no_key_is_taken_from_beside_a_hidden_value(run, direct, told, untold):
    assert_hit_and_miss_are_refused(direct, lambda statement: run("editor", statement), told, untold, "because a foreign key would tell")


def test_no_key_is_taken_from_a_hidden_row_that_must_have_it(run, direct):
    assert not succeeds(direct, "DELETE FROM led.teams WHERE id = 5")
    with pytest.raises(errors.InsufficientPrivilege, match="because a foreign key would tell"):
        run("branch", "DELETE FROM led.teams WHERE id = 5")


def test_nor_where_a_check_says_that_it_must(run, direct):
    assert not succeeds(direct, "DELETE FROM led.offices WHERE id = 2")
    with pytest.raises(errors.InsufficientPrivilege, match="because a foreign key would tell"):
        run("branch", "DELETE FROM led.offices WHERE id = 2")


def test_an_index_that_holds_whatever_there_is_tells_nothing(run):
    assert run("branch", "DELETE FROM led.agents WHERE id = 1").rowcount == 1


def test_a_key_that_may_be_missing_is_taken_away(run):
    assert run("editor", "DELETE FROM led.offices WHERE id = 1").rowcount == 1


@pytest.mark.parametrize("statement", [
    "UPDATE led.{} SET tenant = 2, deleted_at = now() WHERE id = 1",
    "UPDATE led.{} SET tenant = 3, deleted_at = now() WHERE id = 1",
])
def test_a_mark_that_a_trigger_takes_away_hides_nothing(run, direct, statement):
    assert run("editor", statement.format("marked")).rowcount == 1
    assert succeeds(direct, statement.format("kept")) == ("tenant = 3" in statement)
    with pytest.raises(errors.InsufficientPrivilege, match="would compare it with phone"):
        run("editor", statement.format("kept"))


@pytest.mark.parametrize("told, untold", [
    ("UPDATE led.camel SET tenant = 2, \"deletedAt\" = now() WHERE id = 1", "UPDATE led.camel SET tenant = 3, \"deletedAt\" = now() WHERE id = 1"),
    ("UPDATE led.moved SET region = 2, deleted_at = now() WHERE id = 1", "UPDATE led.moved SET region = 2, tenant = 2, deleted_at = now() WHERE id = 1"),
])
def test_whatever_its_name_and_wherever_the_row_goes(run, direct, told, untold):
    assert_hit_and_miss_are_refused(direct, lambda statement: run("editor", statement), told, untold, "would compare it with phone")


def test_a_trigger_that_returns_the_old_row_of_a_delete_takes_no_mark_away(run):
    assert run("editor", "UPDATE led.audited SET tenant = 2, deleted_at = now() WHERE id = 1").rowcount == 1


def test_what_a_trigger_of_a_partition_fills_in_is_compared(run):
    with pytest.raises(errors.InsufficientPrivilege, match="would compare it with phone"):
        run("editor", "INSERT INTO led.parts (id, region, tenant) VALUES (1, 1, 1)")
