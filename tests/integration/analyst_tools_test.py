"""What drivers, object mappers and charts write for analysts: casts of words to enums, keys beside a person's own, counts of elements."""

import psycopg
import pytest

from gateway import over_own_schema

PEOPLE = """
CREATE SCHEMA tools; CREATE TYPE tools.status AS ENUM ('new', 'paid', 'void');
CREATE TABLE tools.people (id bigint PRIMARY KEY, status tools.status NOT NULL, name text NOT NULL, tags text[], email text);
INSERT INTO tools.people SELECT n, CASE WHEN n = 3 THEN 'void' WHEN n % 2 = 0 THEN 'paid' ELSE 'new' END::tools.status, 'Order ' || n % 2, CASE WHEN n % 3 > 0 THEN ARRAY['vip', 'x'] ELSE '{vip}' END, CASE WHEN n % 2 = 0 THEN 'e' || n END FROM generate_series(1, 60) n;
CREATE TABLE tools.addresses (person bigint, kind text, line int, city text NOT NULL, PRIMARY KEY (person, kind, line));
INSERT INTO tools.addresses SELECT n, CASE WHEN n = 3 THEN 'odd' WHEN n % 2 = 0 THEN 'home' ELSE 'work' END, 1, 'c' || n % 2 FROM generate_series(1, 60) n;
CREATE TABLE tools.lines (id bigint, line int, person bigint NOT NULL, PRIMARY KEY (id, line)); INSERT INTO tools.lines SELECT n, 1, n FROM generate_series(1, 60) n;
CREATE TABLE tools.regions (id bigint, land text, person bigint NOT NULL, PRIMARY KEY (id, land)) PARTITION BY LIST (land);
CREATE TABLE tools.regions_p PARTITION OF tools.regions FOR VALUES IN ('p') PARTITION BY RANGE (id); CREATE TABLE tools.regions_p_all PARTITION OF tools.regions_p DEFAULT;
CREATE TABLE tools.regions_q PARTITION OF tools.regions FOR VALUES IN ('q', 'r');
INSERT INTO tools.regions SELECT n, CASE WHEN n = 3 THEN 'r' WHEN n % 2 = 0 THEN 'p' ELSE 'q' END, n FROM generate_series(1, 34) AS n;
GRANT USAGE ON SCHEMA tools TO tabir_reader, tabir_catalog; GRANT SELECT ON ALL TABLES IN SCHEMA tools TO tabir_reader"""
POLICY = """
version: 1
databases: [payments]
classes: { email: { mask: email } }
tables:
  tools.people: { subject: { person: id }, columns: { "*": open, email: email } }
  tools.addresses: { subject: { person: person }, columns: { "*": open } }
  tools.lines: { subject: { person: person }, columns: { "*": open } }
  tools.regions: { subject: { person: person }, columns: { "*": open } }
roles: { analyst: { tables: [tools.people, tools.addresses, tools.lines, tools.regions], only: aggregates, min_group: 5 } }
users: { analyst: { role: analyst } }
"""


@pytest.fixture(scope="module")
def run(postgres):
    with over_own_schema(postgres, PEOPLE, POLICY, ["analyst"]) as gateway, psycopg.connect(gateway.dsn("analyst"), autocommit=True) as connection:
        yield lambda statement, parameters=None: connection.execute(statement, parameters).fetchall()


@pytest.mark.parametrize("condition, parameters", [
    ("status = %s::tools.status", ["paid"]), ("status IN (%s::tools.status, 'new')", ["void"]), ("status = ANY (%s::tools.status[])", ["{paid}"]), ("status = ANY (ARRAY['paid', 'void']::tools.status[])", None), ("status = ANY ('{paid}'::tools.status[])", None),
    ("status = CAST('paid' AS tools.status)", None), ("tags @> ARRAY['x']::text[]", None), ("CAST(status AS text) LIKE 'pa%%'", []), ("UPPER(name::text) LIKE UPPER('%%r 0')", []), ("UPPER(name::text) LIKE UPPER(%s)", ["%order 0"]),
])
def test_conditions_of_drivers_and_mappers_choose_people(run, ask_directly, condition, parameters):
    statement = f"SELECT count(*) FROM tools.people WHERE {condition}"
    (few,), = ask_directly(f"SELECT least(count(*) FILTER (WHERE {condition}), count(*) FILTER (WHERE ({condition}) IS NOT TRUE)) BETWEEN 1 AND 4 FROM tools.people", parameters and parameters * 2)
    assert run(statement, parameters) == ([] if few else ask_directly(statement, parameters))


@pytest.mark.parametrize("condition", ["status = 'void'::tools.status", "status <> 'void'::tools.status", "upper(status::text) LIKE upper('vo%%')"])
def test_nobody_is_singled_out_by_them(run, condition):
    assert run(f"SELECT count(*) FROM tools.people WHERE {condition}") == []


@pytest.mark.parametrize("condition, parameters", [("status = %t::tools.status", ["paid"]), ("name LIKE upper(name)", None), ("name LIKE upper('%%\\')", [])])
def test_what_may_fail_on_one_person_is_refused(run, condition, parameters):
    if "%t" in condition:
        condition = condition.replace("%t", "%s::text")
    with pytest.raises(psycopg.Error):
        run(f"SELECT count(*) FROM tools.people WHERE {condition}", parameters)


@pytest.mark.parametrize("key", ["array_length(tags, 1)", "cardinality(tags)", "email IS NULL", "email IS NOT NULL"])
def test_they_group_by_how_many_there_are(run, ask_directly, key):
    statement = f"SELECT {key}, count(*) FROM tools.people GROUP BY 1 ORDER BY 1"
    assert run(statement) == ask_directly(statement)


@pytest.mark.parametrize("condition", ["kind = 'home'", "kind IN ('home', 'work')", "line = 1", "kind LIKE 'ho%%'"])
def test_a_column_beside_a_person_s_key_is_no_name(run, ask_directly, condition):
    statement = f"SELECT count(*) FROM tools.addresses WHERE {condition}"
    assert run(statement, []) == ([] if "IN" in condition else ask_directly(statement, []))
    assert run("SELECT kind, count(*) FROM tools.addresses GROUP BY kind ORDER BY kind") == [("home", 30), ("work", 29)]


@pytest.mark.parametrize("statement", ["SELECT count(*) FROM tools.addresses WHERE person > 7", "SELECT count(*) FROM tools.lines WHERE id > 7", "SELECT id / 5, count(*) FROM tools.lines GROUP BY 1"])
def test_keys_of_people_and_of_rows_are(run, statement):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        run(statement)


def test_what_partitions_are_listed_by_is_no_key_of_a_person(run):
    assert run("SELECT land, count(*) FROM tools.regions GROUP BY land ORDER BY land") == [("p", 17), ("q", 16)]
    assert run("SELECT count(*) FROM tools.regions WHERE land = 'p'") == [(17,)]
    assert run("SELECT land, count(*) FROM tools.regions_p_all GROUP BY land") == [("p", 17)]
    assert run("SELECT count(*) FROM tools.regions WHERE land <> 'r'") == []
    for table in ("regions", "regions_p_all"):
        for statement in (f"SELECT count(*) FROM tools.{table} WHERE id > 7", f"SELECT id / 3, count(*) FROM tools.{table} GROUP BY 1"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                run(statement)
