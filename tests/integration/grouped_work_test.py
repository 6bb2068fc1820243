"""What analysts ask beside plain groups: tables of what many people share, views, days, months and flags. The answers are
PostgreSQL's own; and keys of people are summed for nobody."""

import psycopg
import pytest
from psycopg import errors

from conftest import assert_answered_as_by
from gateway import Gateway

TABLES = """
CREATE SCHEMA shop;
CREATE TABLE shop.cities (city text PRIMARY KEY, region text NOT NULL);
INSERT INTO shop.cities VALUES ('Bogor', 'West'), ('Depok', 'West'), ('Medan', 'North');
CREATE TABLE shop.calendar (day date PRIMARY KEY, holiday boolean NOT NULL);
INSERT INTO shop.calendar SELECT d::date, extract(isodow FROM d) > 5 FROM generate_series(timestamp '2024-01-01', '2024-03-31', '1 day') d;
CREATE TABLE shop.people (id bigint PRIMARY KEY, city text NOT NULL, vip boolean NOT NULL, joined timestamptz NOT NULL);
INSERT INTO shop.people SELECT n, (ARRAY['Bogor', 'Depok', 'Medan'])[n % 3 + 1], n % 2 = 0, timestamptz '2024-01-01 10:00+00' + n % 60 * interval '1 day'
FROM generate_series(1, 300) n;
CREATE TABLE shop.orders (id bigint PRIMARY KEY, person bigint NOT NULL REFERENCES shop.people, day date NOT NULL, pieces smallint NOT NULL, total numeric(12, 2) NOT NULL);
INSERT INTO shop.orders SELECT n, n % 300 + 1, date '2024-01-01' + n % 90, n % 7, n * 1.25 FROM generate_series(1, 3000) n;
CREATE TABLE shop.notes (id bigint PRIMARY KEY, person bigint NOT NULL, kind text NOT NULL);
INSERT INTO shop.notes SELECT n, n % 300 + 1, 'k' || n % 3 FROM generate_series(1, 900) n;
CREATE TABLE shop.tagged (id bigint PRIMARY KEY, person bigint NOT NULL, tags text[] NOT NULL, valid daterange, shift tstzrange);
INSERT INTO shop.tagged SELECT n, n, CASE WHEN n % 2 = 0 THEN ARRAY['even', 'x'] ELSE ARRAY['odd'] END, daterange('2024-01-01', date '2024-01-01' + n),
  tstzrange('2024-01-01 00:00+00', timestamptz '2024-01-01 00:00+00' + n * interval '1 day') FROM generate_series(1, 300) n;
CREATE TABLE shop.extras (pid bigint PRIMARY KEY, cno int UNIQUE);
INSERT INTO shop.extras SELECT n, n FROM generate_series(1, 300) n;
CREATE TABLE shop.accounts (cno int NOT NULL UNIQUE, person bigint NOT NULL, total numeric(12, 2) NOT NULL);
INSERT INTO shop.accounts SELECT n, n, n FROM generate_series(1, 300) n;
CREATE VIEW shop.by_city AS SELECT city, count(*) AS people FROM shop.people GROUP BY city;
CREATE VIEW shop.by_day AS SELECT day, count(*) AS orders, sum(total) AS total FROM shop.orders GROUP BY day HAVING count(*) > 3;
CREATE VIEW shop.by_day_and_pieces AS SELECT day, pieces, count(*) AS orders, sum(total) AS total FROM shop.orders WHERE pieces > 0 GROUP BY day, pieces;
CREATE VIEW shop.vips AS SELECT id, city, joined FROM shop.people WHERE vip;
CREATE VIEW shop.bogor_vips AS SELECT v.id AS number, v.joined FROM shop.vips v WHERE v.city = 'Bogor';
CREATE VIEW shop.bought AS SELECT p.city, o.total, o.day FROM shop.people p JOIN shop.orders o ON o.person = p.id;
GRANT USAGE ON SCHEMA shop TO tabir_reader, tabir_catalog; GRANT SELECT ON ALL TABLES IN SCHEMA shop TO tabir_reader;
"""
POLICY = """
version: 1
databases: [payments]
tables:
  shop.people: { subject: { person: id }, columns: { "*": open } }
  shop.orders: { subject: { person: person }, columns: { "*": open } }
  shop.accounts: { subject: { person: person }, columns: { "*": open } }
  shop.tagged: { subject: { person: person }, columns: { "*": open } }
  shop.extras: open
  shop.cities: open
  shop.calendar: open
  shop.notes: open
  shop.by_city: open
  shop.by_day: open
  shop.by_day_and_pieces: open
  shop.vips: open
  shop.bogor_vips: open
  shop.bought: open
roles: { analyst: { tables: [shop.people, shop.orders, shop.accounts, shop.tagged, shop.extras, shop.cities, shop.calendar, shop.notes, shop.by_city, shop.by_day, shop.by_day_and_pieces, shop.vips, shop.bogor_vips, shop.bought], only: aggregates, min_group: 5 } }
users: { analyst: { role: analyst } }
"""


@pytest.fixture(scope="module")
def shop(postgres):
    postgres.psql(TABLES, "payments")
    with Gateway(postgres, POLICY, ["analyst"], {"analyst": "tabir_reader"}) as running:
        yield running
    postgres.psql("DROP SCHEMA shop CASCADE", "payments")


@pytest.fixture(scope="module")
def run(shop):
    with psycopg.connect(shop.dsn("analyst"), autocommit=True) as connection:
        yield lambda statement, parameters=None: connection.execute(statement, parameters).fetchall()


WORK = {
    "a_city_of_a_joined_table": "SELECT count(*) FROM shop.people p JOIN shop.cities c ON c.city = p.city WHERE p.city = 'Bogor'",
    "its_key": "SELECT c.region, count(*) FROM shop.people p JOIN shop.cities c USING (city) WHERE c.city <> 'Medan' GROUP BY 1",
    "its_other_column": "SELECT c.city, count(*) FILTER (WHERE c.region = 'West') FROM shop.people p JOIN shop.cities c ON c.city = p.city GROUP BY c.city ORDER BY 1",
    "days_of_a_calendar": "SELECT k.holiday, sum(o.total) FROM shop.orders o JOIN shop.calendar k ON k.day = o.day WHERE o.day >= '2024-02-01' AND k.day < '2024-03-01' GROUP BY 1 ORDER BY 1",
    "a_choice_over_it": "SELECT CASE WHEN k.day < '2024-02-01' THEN 'january' ELSE 'later' END, count(*) FROM shop.orders o JOIN shop.calendar k ON k.day = o.day GROUP BY 1 ORDER BY 1",
    "a_view_of_groups": "SELECT * FROM shop.by_city ORDER BY 1",
    "a_condition_on_one": "SELECT city FROM shop.by_city WHERE people > 50 AND city LIKE 'M%'",
    "a_view_that_is_grouped_again": "SELECT date_trunc('month', day), sum(orders), sum(total) FROM shop.by_day GROUP BY 1 ORDER BY 1",
    "active_days": "SELECT city, count(DISTINCT joined::date) FROM shop.people GROUP BY city ORDER BY 1",
    "active_months": "SELECT count(DISTINCT date_trunc('month', joined)), count(DISTINCT extract(dow FROM joined)), count(DISTINCT lower(city)) FROM shop.people",
    "flags": "SELECT city, count(*) FILTER (WHERE vip), sum(CASE WHEN vip THEN 1 ELSE 0 END) FROM shop.people GROUP BY city ORDER BY 1",
    "flags_as_numbers": "SELECT city, sum(vip::int), avg(vip::int), sum(CAST(vip AS integer)) FROM shop.people GROUP BY city ORDER BY 1",
    "keys_that_are_there": "SELECT count(*) FROM shop.people WHERE id IS NOT NULL",
    "two_columns_of_a_row": "SELECT count(*) FROM shop.orders WHERE pieces <= total",
    "a_list_as_a_text": "SELECT count(*) FROM shop.orders WHERE pieces = ANY('{1,2,3}'::int[])",
    "tags": "SELECT count(*) FROM shop.tagged WHERE tags @> ARRAY['odd'] OR tags && '{even}'",
    "a_day_in_a_range": "SELECT count(*) FROM shop.tagged WHERE valid @> date '2024-06-01'",
    "a_time_in_a_range": "SELECT count(*) FILTER (WHERE shift @> timestamptz '2024-06-01 00:00+00') FROM shop.tagged WHERE date '2024-02-01' <@ valid",
    "ranges_that_meet": "SELECT count(*) FROM shop.tagged WHERE valid && '[2024-02-01,2024-03-01)'",
    "whom_a_list_has_twice": "SELECT city, count(*) FROM shop.people WHERE id IN (SELECT DISTINCT person FROM shop.orders WHERE pieces > 3) GROUP BY city ORDER BY 1",
    "what_hangs_on_a_key": "SELECT c.city, c.region, count(*) FROM shop.people p JOIN shop.cities c USING (city) GROUP BY c.city ORDER BY 1",
    "wider_numbers": "SELECT sum(pieces::bigint), sum(total::decimal(18, 2)), sum(pieces::numeric(10, 0)) FROM shop.orders",
    "this_year": "SELECT count(*) FROM shop.people WHERE extract(year FROM joined) <= extract(year FROM now())",
    "some_years": "SELECT count(*) FROM shop.people WHERE joined >= now() - 90 * interval '1 year' AND joined >= now() - interval '1 year' * 80",
    "a_month_as_text": "SELECT count(*) FROM shop.people WHERE to_char(joined, 'YYYY-MM') < to_char(now(), 'YYYY-MM')",
    "days_of_the_week": "SELECT CAST(extract(dow FROM joined) AS integer) + 1, count(*) FROM shop.people GROUP BY 1 ORDER BY 1",
    "months_with_years": "SELECT extract(year FROM joined)::int * 100, count(*) FROM shop.people GROUP BY 1",
    "odd_and_even": "SELECT pieces % 2, count(*) FROM shop.orders GROUP BY 1 ORDER BY 1",
    "people_are_counted": "SELECT kind, count(DISTINCT n.person), count(p.id) FROM shop.people p JOIN shop.notes n ON n.person = p.id GROUP BY kind ORDER BY 1",
    "a_view_in_with": "WITH c AS (SELECT * FROM shop.by_city) SELECT max(people) FROM c",
}


@pytest.mark.parametrize("statement", WORK.values(), ids=WORK)
def test_ordinary_questions_are_answered(run, direct, statement):
    assert_answered_as_by(direct, run, statement)


PERSONAL = {
    "a_sum_of_keys": "SELECT sum(id) FROM shop.people",
    "their_variance": "SELECT city, var_pop(id) FROM shop.people GROUP BY city",
    "a_sum_of_whom": "SELECT sum(person) FROM shop.orders",
    "a_sum_of_rows": "SELECT avg(o.id) FROM shop.orders o",
    "a_sum_where_joined": "SELECT sum(n.person) FROM shop.people p JOIN shop.notes n ON n.person = p.id",
    "a_sum_of_rows_that_are_joined": "SELECT sum(n.id) FROM shop.people p JOIN shop.notes n ON n.person = p.id",
    "a_choice_of_keys": "SELECT sum(CASE WHEN vip THEN id END) FROM shop.people",
    "keys_that_are_worked_out": "SELECT sum(id * 1.0) FROM shop.people",
    "what_goes_with_keys": "SELECT corr(total::float8, person::float8) FROM shop.orders",
    "its_slope": "SELECT regr_sxy(total::float8, id::float8), regr_syy(id::float8, total::float8) FROM shop.orders",
    "a_row_that_is_joined": "SELECT count(*) FROM shop.people p JOIN shop.notes n ON n.person = p.id WHERE n.id < 500",
    "whom_it_names": "SELECT count(*) FROM shop.people p JOIN shop.notes n ON n.person = p.id WHERE n.person < 200",
    "a_key_behind_a_unique_column": "SELECT sum(e2.pid) FROM shop.people p JOIN shop.extras e ON e.pid = p.id JOIN shop.extras e2 ON e2.cno = e.cno",
    "a_condition_on_it": "SELECT count(*) FROM shop.people p JOIN shop.extras e ON e.pid = p.id JOIN shop.extras e2 ON e2.cno = e.cno WHERE e2.pid < 100",
    "a_key_that_is_only_unique": "SELECT sum(cno) FROM shop.accounts",
    "a_condition_on_that": "SELECT sum(total) FROM shop.accounts WHERE cno < 100",
    "a_key_in_a_view": "SELECT count(*) FROM (SELECT * FROM shop.people) p WHERE p.id < 200",
}


def test_flags_and_keys_choose_nobody_alone(run, postgres):
    postgres.psql("UPDATE shop.people SET vip = id = 3 WHERE city = 'Bogor'", "payments")
    try:
        assert [city for city, _ in run("SELECT city, sum(vip::int) FROM shop.people GROUP BY city")].count("Bogor") == 0
    finally:
        postgres.psql("UPDATE shop.people SET vip = id % 2 = 0", "payments")


@pytest.mark.parametrize("statement", PERSONAL.values(), ids=PERSONAL)
def test_keys_of_people_and_of_their_rows_are_only_counted(run, statement):
    with pytest.raises(errors.InsufficientPrivilege):
        run(statement)


def test_a_view_of_groups_shows_no_small_ones(run, postgres):
    postgres.psql("INSERT INTO shop.people SELECT n, 'Garut', true, now() FROM generate_series(9001, 9003) n", "payments")
    try:
        assert [city for city, _ in run("SELECT * FROM shop.by_city")].count("Garut") == 0
        assert run("SELECT count(*) FROM shop.by_city WHERE 1 / (people - 3) > -9") == [(3,)], "it is asked of groups of enough people"
    finally:
        postgres.psql("DELETE FROM shop.people WHERE id > 9000", "payments")


LISTED = {
    "a_view_of_rows": "SELECT city, count(*) FROM shop.vips GROUP BY city ORDER BY 1",
    "a_view_under_an_alias": "SELECT count(*), sum(o.total) FROM shop.vips v JOIN shop.orders o ON o.person = v.id",
    "a_view_of_a_join": "SELECT city, sum(total) FROM shop.bought GROUP BY city ORDER BY 1",
    "a_view_of_a_view": "SELECT count(*) FROM shop.bogor_vips",
    "a_renamed_key": "WITH c AS (SELECT id AS person, city FROM shop.people) SELECT c.city, sum(o.total) FROM c JOIN shop.orders o ON o.person = c.person GROUP BY c.city ORDER BY 1",
    "a_worked_out_column": "SELECT x.m, p.city, count(*) FROM shop.people p JOIN (SELECT person, date_trunc('month', day) AS m FROM shop.orders) x ON x.person = p.id GROUP BY 1, 2 ORDER BY 1, 2",
    "a_renamed_outer_key": "SELECT c.city, count(o.pid) FROM shop.people c LEFT JOIN (SELECT person AS pid, total FROM shop.orders) o ON o.pid = c.id GROUP BY 1 ORDER BY 1",
}


@pytest.mark.parametrize("statement", LISTED.values(), ids=LISTED)
def test_views_and_renamed_columns_are_read_as_their_tables(run, direct, statement):
    assert_answered_as_by(direct, run, statement)


@pytest.mark.parametrize("statement", [
    "SELECT * FROM shop.vips", "SELECT max(joined) FROM shop.vips", "SELECT count(*) FROM shop.vips WHERE id < 100",
    "WITH c AS (SELECT id AS n FROM shop.people) SELECT sum(c.n) FROM c JOIN shop.orders o ON o.person = c.n",
    "SELECT count(*) FROM shop.people c LEFT JOIN (SELECT person, 1 / (total - 7) AS bad FROM shop.orders) o ON o.person = c.id WHERE o.bad > 0",
])
def test_they_show_no_more_than_these(run, statement):
    with pytest.raises(errors.InsufficientPrivilege):
        run(statement)


REGROUPED = {
    "sums_of_small_groups": "SELECT sum(n), sum(total) FROM (SELECT day, pieces, count(*) AS n, sum(total) AS total FROM shop.orders GROUP BY day, pieces) x",
    "of_days": "SELECT pieces, sum(n) FROM (SELECT day, pieces, count(*) AS n FROM shop.orders GROUP BY 1, 2) AS x GROUP BY pieces ORDER BY pieces",
    "by_months": "SELECT date_trunc('month', day) AS m, sum(x.n) AS orders, count(DISTINCT day) FROM (SELECT day, pieces, count(*) AS n FROM shop.orders GROUP BY day, pieces) x GROUP BY 1 ORDER BY 1",
    "under_a_condition": "SELECT sum(n) FROM (SELECT day, pieces, count(*) AS n FROM shop.orders WHERE total > 100 GROUP BY 1, 2) x WHERE day < '2024-03-01'",
    "chosen_by_sums": "SELECT pieces FROM (SELECT day, pieces, count(*) AS n FROM shop.orders GROUP BY 1, 2) x GROUP BY pieces HAVING sum(n) > 428 ORDER BY sum(n) DESC, 1",
    "of_a_view": "SELECT pieces, sum(orders), sum(total) FROM shop.by_day_and_pieces GROUP BY pieces ORDER BY 1",
}


@pytest.mark.parametrize("statement", REGROUPED.values(), ids=REGROUPED)
def test_sums_of_groups_miss_nobody(run, direct, statement):
    assert_answered_as_by(direct, run, statement)


def test_what_cannot_be_summed_over_rows_counts_the_groups_that_are_shown(run, postgres):
    postgres.psql("INSERT INTO shop.people SELECT n, 'Garut', true, now() FROM generate_series(9001, 9003) n", "payments")
    try:
        assert run("SELECT count(*), avg(n) > 0 FROM (SELECT city, count(*) AS n FROM shop.people GROUP BY city) x") == [(3, True)]
        assert run("SELECT sum(n) FROM (SELECT city, count(*) AS n FROM shop.people GROUP BY city) x") == [(303,)]
        assert run("SELECT city, sum(n) FROM (SELECT city, vip, count(*) AS n FROM shop.people GROUP BY 1, 2) x GROUP BY city HAVING sum(n) < 9") == []
    finally:
        postgres.psql("DELETE FROM shop.people WHERE id > 9000", "payments")


@pytest.mark.parametrize("condition, parameters", [
    ("joined >= now() - %s::interval", ["40 years"]), ("joined < %s::date + interval '1 day'", ["2024-02-01"]), ("joined::date > current_date - %s::int", [9000]),
    ("joined < CAST(%s AS timestamptz) - interval '1 month'", ["2024-03-01"]), ("day >= %s::date - 7", ["2024-02-01"]),
    ("joined > now() - make_interval(days => %s::int)", [9000]),
])
def test_times_are_reckoned_with_parameters(run, direct, condition, parameters):
    statement = f"SELECT count(*) FROM shop.people p JOIN shop.orders o ON o.person = p.id WHERE {condition}"
    assert_answered_as_by(direct, run, statement, parameters)
    assert run(statement, parameters) != [(0,)]


@pytest.mark.parametrize("far", ["9999999 years", "-9999999 years"])
def test_no_parameter_makes_a_row_fail(run, far):
    """It would fail where somebody is reached: so it fails before."""
    for who in ("vip", "city = 'nowhere'"):
        with pytest.raises(errors.DatetimeFieldOverflow, match="too far from today"):
            run(f"SELECT count(*) FROM shop.people WHERE {who} AND joined >= now() - %s::interval", [far])


def test_what_is_called_like_a_flag_is_none(run, direct):
    assert_answered_as_by(direct, run, "SELECT sum(x.vip::int) FROM (SELECT city, count(*) AS vip FROM shop.people GROUP BY city) x")
    with pytest.raises(errors.InsufficientPrivilege, match="this call of sum"):
        run("SELECT sum(x.vip::int) FROM (SELECT person, count(*) AS vip FROM shop.orders GROUP BY person) x")
