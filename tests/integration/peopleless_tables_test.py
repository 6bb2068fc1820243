"""Groups of tables that tell of nobody, for roles that see only aggregates: there WHERE leaves groups out, as it does in PostgreSQL."""

import psycopg
import pytest

from gateway import over_own_schema

WARD = """
CREATE SCHEMA ward; CREATE TABLE ward.branches (id int PRIMARY KEY, city text NOT NULL, beds int, phone text);
INSERT INTO ward.branches SELECT n, CASE WHEN n % 2 = 0 THEN 'Hamburg' ELSE 'Bremen' END, CASE WHEN n <> 4 THEN n * 10 END, '040' || n FROM generate_series(1, 6) n;
CREATE TABLE ward.doctors (id int PRIMARY KEY, branch_id int NOT NULL, grade text, fee numeric(8, 2) NOT NULL);
INSERT INTO ward.doctors SELECT n, n % 6 + 1, nullif('g' || n % 4, 'g0'), n FROM generate_series(1, 40) n;
CREATE TABLE ward.patients (id int PRIMARY KEY, branch_id int NOT NULL, kind text NOT NULL);
INSERT INTO ward.patients SELECT n, n % 6 + 1, CASE WHEN n = 7 THEN 'odd' ELSE 'k' || n / 2 % 2 END FROM generate_series(1, 120) n;
CREATE MATERIALIZED VIEW ward.beds AS SELECT city, sum(beds) AS beds FROM ward.branches GROUP BY city;
GRANT USAGE ON SCHEMA ward TO tabir_reader, tabir_catalog; GRANT SELECT ON ALL TABLES IN SCHEMA ward TO tabir_reader"""
POLICY = """
version: 1
databases: [payments]
classes: { phone: { mask: { keep_last: 1 } } }
tables:
  ward.branches: { subject: none, columns: { "*": open, phone: phone } }
  ward.doctors: { subject: none, columns: { "*": open } }
  ward.beds: { subject: none, columns: { city: open, beds: open } }
  ward.patients: { subject: { patient: id }, columns: { "*": open } }
roles: { analyst: { tables: [ward.branches, ward.doctors, ward.beds, ward.patients], only: aggregates, min_group: 5 } }
users: { analyst: { role: analyst } }
"""


@pytest.fixture(scope="module")
def run(postgres):
    with over_own_schema(postgres, WARD, POLICY, ["analyst"]) as gateway, psycopg.connect(gateway.dsn("analyst"), autocommit=True) as connection:
        yield lambda statement, parameters=None: connection.execute(statement, parameters).fetchall()


@pytest.mark.parametrize("statement", [
    "SELECT branch_id FROM ward.doctors WHERE branch_id = 3 GROUP BY branch_id", "SELECT DISTINCT branch_id FROM ward.doctors WHERE branch_id IN (3, 4) ORDER BY 1", "SELECT branch_id, count(*) FROM ward.doctors WHERE branch_id = 3 GROUP BY 1",
    "SELECT branch_id, sum(fee), count(grade) FROM ward.doctors WHERE grade = 'g1' AND (branch_id = 2 OR grade = 'g3') GROUP BY 1 ORDER BY 1", "SELECT b.city, count(*) FROM ward.doctors d JOIN ward.branches b ON b.id = d.branch_id WHERE b.city = 'Hamburg' GROUP BY b.city",
    "SELECT b.city, count(*) FROM ward.doctors d, ward.branches b WHERE b.id = d.branch_id AND b.city = 'Hamburg' AND d.grade IS NOT NULL GROUP BY b.city", "SELECT city, sum(beds) FROM ward.beds WHERE city = 'Bremen' GROUP BY city", "SELECT city FROM ward.beds WHERE city <> 'Bremen' GROUP BY 1",
    "SELECT grade, count(*) FILTER (WHERE branch_id = 2) FROM ward.doctors WHERE branch_id IN (2, 3) GROUP BY grade ORDER BY 1", "SELECT branch_id, count(*) FROM ward.doctors WHERE branch_id < 4 GROUP BY ROLLUP (branch_id) ORDER BY 1", "SELECT branch_id, count(*), rank() OVER (ORDER BY count(*), branch_id) FROM ward.doctors WHERE branch_id > 2 GROUP BY 1 ORDER BY 1",
    "SELECT max(n) FROM (SELECT branch_id, count(*) AS n FROM ward.doctors WHERE branch_id = 3 GROUP BY 1) x", "SELECT branch_id, count(*) FROM ward.doctors WHERE grade = 'g1' GROUP BY 1 HAVING count(*) > 2 OR count(*) = 0 ORDER BY 1", "SELECT city FROM ward.branches WHERE beds IS NULL GROUP BY 1",
])
def test_a_condition_leaves_groups_out(run, ask_directly, statement):
    assert run(statement) == ask_directly(statement) != []


@pytest.mark.parametrize("statement", ["SELECT count(*), sum(fee) FROM ward.doctors WHERE branch_id = 30", "SELECT branch_id, count(*) FROM ward.doctors WHERE branch_id = 30 GROUP BY 1", "SELECT branch_id, count(*) FROM ward.doctors WHERE branch_id = 30 GROUP BY ROLLUP (branch_id)", "SELECT count(*) FROM ward.doctors WHERE false"])
def test_where_nothing_is_left_there_is_what_postgresql_has(run, ask_directly, statement):
    assert run(statement) == ask_directly(statement)


@pytest.mark.parametrize("parameters", [[3], [30]])
def test_so_it_does_by_a_parameter(run, ask_directly, parameters):
    statement = "SELECT branch_id, count(*) FROM ward.doctors WHERE branch_id = %s GROUP BY 1"
    assert run(statement, parameters) == ask_directly(statement, parameters)


@pytest.mark.parametrize("condition", ["phone = '0401'", "phone LIKE '0401%%'", "10 / beds > 0"])
def test_a_mask_and_what_may_fail_are_no_conditions(run, condition):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        run(f"SELECT city, count(*) FROM ward.branches WHERE {condition} GROUP BY city", [])


def test_people_are_counted_on_both_sides_of_it(run, ask_directly):
    statement = "SELECT b.city, count(*) FROM ward.patients p JOIN ward.branches b ON b.id = p.branch_id WHERE {} GROUP BY b.city ORDER BY 1"
    for condition in ["b.city = 'Hamburg'", "p.kind = 'k1'", "b.beds IS NOT NULL"]:
        assert run(statement.format(condition)) == ask_directly(statement.format(condition)) != []
    assert run(statement.format("p.kind = 'odd'")) == []
    assert run(statement.format("p.kind <> 'odd'")) == [row for row in ask_directly(statement.format("p.kind <> 'odd'")) if row[0] == "Bremen"] != []
