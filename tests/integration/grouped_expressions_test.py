"""What a role that sees only aggregates may compute over people, and that no choice in it is of a few.

Every weight is a power of two, so that a sum, or the difference of two, tells whom it is made of."""

import psycopg
import pytest

from gateway import over_own_schema

PEOPLE = """
CREATE SCHEMA spoken;
CREATE TABLE spoken.people (id bigint PRIMARY KEY, city text NOT NULL, plan varchar(10) NOT NULL, note text, icu text COLLATE "en-x-icu", code char(3) NOT NULL,
  weight numeric(40,2) NOT NULL, pieces int NOT NULL, price numeric(10,2) NOT NULL, loose numeric, real float8, doc jsonb NOT NULL, raw json NOT NULL, since timestamptz NOT NULL);
INSERT INTO spoken.people SELECT n, CASE WHEN n = 3 THEN 'Xa' ELSE 'Ya' END, CASE WHEN n = 3 THEN 'rare' WHEN n % 2 = 0 THEN 'even' ELSE 'odd' END, CASE WHEN n % 3 = 0 THEN NULL ELSE 'n' || n % 2 END, 'i', 'abc',
  2::numeric ^ (n + 40), n, n / 4.0, n, n, jsonb_build_object('k', n % 2, 'in', jsonb_build_object('m', 'v')), '{"k": 1}', '2024-01-01 12:00Z' FROM generate_series(1, 34) AS n;
GRANT USAGE ON SCHEMA spoken TO tabir_reader; GRANT SELECT ON spoken.people TO tabir_reader"""
POLICY = """
version: 1
databases: [payments]
tables: { spoken.people: { subject: { person: id }, columns: { "*": open } } }
roles: { counter: { tables: [spoken.people], only: aggregates, min_group: 5 } }
users: { counter: { role: counter } }
"""


@pytest.fixture(scope="module")
def gateway(postgres):
    with over_own_schema(postgres, PEOPLE, POLICY, ["counter"]) as running:
        yield running


@pytest.fixture(scope="module")
def run(gateway):
    with psycopg.connect(gateway.dsn("counter"), autocommit=True) as connection:
        yield lambda statement: connection.execute(statement).fetchall()


# Only person 3 is in city Xa, and only he has the plan rare: each condition alone leaves out nobody of the other's choice.
@pytest.mark.parametrize("value", [
    "sum(CASE WHEN city = 'Ya' AND plan <> 'rare' THEN 0 ELSE weight END)",
    "sum(weight) FILTER (WHERE city = 'Ya' AND plan <> 'rare')",
    "sum(CASE WHEN city = 'Ya' AND plan <> 'rare' THEN weight END)",
    "sum(CASE WHEN plan = 'even' THEN 0 WHEN plan = 'odd' THEN 0 ELSE weight END)",
    "sum(CASE WHEN plan = 'even' THEN 0 WHEN city = 'Xa' THEN weight ELSE 0 END)",
    "sum(CASE plan WHEN 'even' THEN 0 WHEN 'odd' THEN 0 ELSE weight END)",
    "sum(CASE plan WHEN 'rare' THEN weight ELSE 0 END)",
    "sum((plan = 'rare')::int) + sum(weight)",
    "sum(CAST(plan = 'rare' AS integer)) + sum(weight)",
    "sum((NOT (plan <> 'rare'))::int) + sum(weight)",
])
def test_no_choice_of_people_is_of_a_few(run, value):
    assert run(f"SELECT {value} FROM spoken.people") == []


@pytest.mark.parametrize("values", ["sum((plan = 'even')::int), sum(CASE plan WHEN 'even' THEN 1 ELSE 0 END)", "count(*) FILTER (WHERE plan = 'even'), count(*) FILTER (WHERE plan = ('even'))"])
def test_one_condition_may_be_spelled_in_two_ways(run, values):
    assert run(f"SELECT {values} FROM spoken.people") == [(17, 17)]


def test_conditions_that_leave_out_one_person_together_are_not_answered(run):
    assert run("SELECT sum(weight) FROM spoken.people WHERE city = 'Ya' AND plan <> 'rare'") == []
    assert len(run("SELECT sum(weight) FROM spoken.people WHERE plan <> 'odd' AND pieces > 0")) == 1


@pytest.mark.parametrize("either", [
    "plan = 'even' OR pieces > 20", "(plan = 'even' OR (pieces > 20))", "pieces > 20 OR plan IN ('even', 'x')", "plan = 'even' OR pieces BETWEEN 21 AND 99", "pieces > 20 AND pieces < 99 OR plan = 'even'",
    "(plan = 'even' OR pieces > 20) AND city IS NOT NULL", "(plan = 'even' OR pieces > 20) AND (plan = 'even' OR pieces > 20)", "p.plan = 'even' OR pieces > 20", "plan = 'even' OR pieces > 20 OR pieces > 30",
])
@pytest.mark.parametrize("value", ["sum(weight) FROM spoken.people p WHERE {}", "sum(weight) FILTER (WHERE {}) FROM spoken.people p", "sum(CASE WHEN {} THEN weight ELSE 0 END) FROM spoken.people p"])
def test_one_of_two_conditions_may_hold(run, ask_directly, either, value):
    statement = f"SELECT {value.format(either)}"
    if "pieces > 30" in either:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            run(statement)
    else:
        assert run(statement) == ask_directly(statement)


# For whom one side alone holds, or both, or neither: fewer than five.
@pytest.mark.parametrize("either", [
    "city = 'Xa' OR plan = 'even'", "plan = 'even' OR city = 'Xa'", "plan = 'even' OR pieces > 32", "pieces <= 9 OR plan = 'even'", "plan = 'even' OR pieces < 33", "plan = 'odd' OR pieces > 3",
    "note IS NULL OR pieces > 30",
])
@pytest.mark.parametrize("value", ["sum(weight) FROM spoken.people WHERE {}", "sum(weight) FILTER (WHERE {}) FROM spoken.people", "sum(CASE WHEN {} THEN weight ELSE 0 END) FROM spoken.people"])
def test_none_of_the_parts_of_an_or_is_of_a_few(run, either, value):
    assert run(f"SELECT {value.format(either)}") == []


# The group of Xa is one person's, and is suppressed.
@pytest.mark.parametrize("key", [
    "left(city, 1)", "right(city, 1)", "substring(city FROM 1 FOR 1)", "substr(city, 1)", "split_part(city, 'a', 1)", "replace(city, 'a', '')", "trim(city)",
    "concat(city, '/', plan)", "city || '-' || plan", "initcap(lower(city))", "nullif(city, 'Ya')", "plan::text", "plan::bpchar", "code::varchar", "coalesce(note, '?')",
    "CASE WHEN plan = 'even' THEN 'e' WHEN pieces > 20 THEN 'big' ELSE 'small' END", "doc ->> 'k'", "doc -> 'in' ->> 'm'", "to_char(since, 'YYYY') || plan",
])
def test_texts_are_keys_of_groups(ask_directly, run, key):
    statement = f"SELECT {key}, count(*) FROM spoken.people GROUP BY 1"
    assert sorted(map(str, run(statement))) == sorted(str(row) for row in ask_directly(statement) if row[1] >= 5)


# They fail on a value, or are as long as a value makes them.
@pytest.mark.parametrize("key", [
    "substring(city FROM 1 FOR pieces - 100)", "split_part(city, 'a', 0)", "replace(city, 'a', 'aaaaaaaa')", "repeat(city, 10)", "lpad(city, 100000)", "raw ->> 'k'", "(doc ->> 'k')::int",
    "left(city, pieces)", "city || doc", "city = plan", "coalesce(city, icu)", "nullif(city, plan)", "CASE city WHEN plan THEN 1 END", "concat(id, city)", "substring(city FROM plan)", "nullif(raw::text, note)",
])
def test_what_may_fail_on_one_person_is_no_key(run, key):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        run(f"SELECT {key}, count(*) FROM spoken.people GROUP BY 1")


@pytest.mark.parametrize("value", [
    "sum(price * (1 + 0.11))", "sum(price * pieces)", "sum(pieces * price * (1 - 0.2))", "sum(abs(price))", "sum(round(price, 1))", "avg(trunc(price) + ceil(price))", "sum(pieces / 2.0)", "sum(price / 100)",
    "sum(-price)", "sum(CASE code WHEN 'abd' THEN price WHEN 'abc' THEN pieces * 1.5 ELSE 0 END)", "avg((pieces > 10)::int)", "sum((plan IN ('even', 'odd', 'rare'))::int)", "sum(CAST(pieces BETWEEN 10 AND 20 AS int))",
    "count(CASE plan WHEN 'even' THEN 1 END)", "count(CASE WHEN plan = 'even' THEN 1 WHEN pieces > 20 THEN 2 END)", "sum(coalesce(price, 0) * 2.5)", "sum(loose * 2.0)", "sum(pieces::numeric * price)",
])
def test_numbers_are_reckoned_as_postgresql_does(ask_directly, run, value):
    statement = f"SELECT {value} FROM spoken.people WHERE city = 'Ya' OR city = 'Xa'"
    assert run(statement) == ask_directly(statement)


@pytest.mark.parametrize("value", [
    "sum(loose * price)", "sum(real * 2)", "sum(price / pieces)", "sum(price / 0)", "sum(round(price, pieces))", "sum(abs(pieces))", "sum(price % 2)", "sum(price ^ 2)",
    "sum((city = plan)::int)", "sum((pieces / 0 = 1)::int)", "sum(CASE WHEN plan = 'even' THEN CASE WHEN city = 'Xa' THEN 1 END END)", "sum(strpos(note, plan))", "sum(note::int)",
])
def test_what_may_fail_on_one_person_is_not_summed(run, value):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        run(f"SELECT {value} FROM spoken.people")
