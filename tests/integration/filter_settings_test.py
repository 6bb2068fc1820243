"""Row filters say the same under every TimeZone and DateStyle that a client sets, or the statement is refused."""

import psycopg
import pytest
from psycopg import errors

from gateway import Gateway

TABLE = """
CREATE SCHEMA filtered;
CREATE TABLE filtered.people (id int PRIMARY KEY, made timestamptz, day date, local timestamp, note text, data bytea);
CREATE DOMAIN filtered.stamp AS timestamptz;
CREATE VIEW filtered.recent AS SELECT id FROM filtered.people WHERE made::date < date '2023-01-20';
CREATE FUNCTION filtered.is_recent(int) RETURNS boolean STABLE LANGUAGE sql AS 'SELECT made::date < date ''2023-01-20'' FROM filtered.people WHERE id = $1';
INSERT INTO filtered.people SELECT n, '2023-01-09 00:00+00'::timestamptz + n * interval '1 day', '2023-04-02'::date + n - 8,
       '2023-01-09'::timestamp + n * interval '1 day', 'n' || n || ' the runs', decode(lpad(n::text, 2, '0'), 'hex') FROM generate_series(1, 15) n;
GRANT USAGE ON SCHEMA filtered TO tabir_reader, tabir_catalog; GRANT SELECT, UPDATE, DELETE ON filtered.people TO tabir_reader;
"""
POLICY = """
version: 1
databases: [payments]
tables: {{ filtered.people: {{ subject: none, columns: {{ "*": open }} }} }}
roles: {{ {roles} }}
users: {{ {users} }}
"""

HANGING = {
    "a_time_without_a_zone": "made < '2023-01-20'",
    "a_date_in_another_order": "day < '04/02/2023'",
    "today": "day < current_date - 365",
    "a_day_of_a_time": "made::date < date '2023-01-20'",
    "months_of_a_time": "made > now() - interval '900 months'",
    "a_month_of_a_time": "date_trunc('month', made) < timestamptz '2023-02-01 00:00+00'",
    "a_field_of_a_time": "extract(hour FROM made) < 24",
    "a_text_of_a_time": "to_char(made, 'YYYY-MM') < '2023-05'",
    "a_list_of_texts": "made IN ('2023-01-10', '2023-01-11')",
    "between_texts": "made BETWEEN '2023-01-10' AND '2023-01-11'",
    "a_typed_text": "made < timestamptz '2023-01-20'",
    "a_typed_date": "day < date '04/02/2023'",
    "a_cast_text": "made < CAST('2023-01-20' AS timestamptz) AND local < timestamp '02/01/2023' AND day < '04/02/2023'::date",
    "a_list_that_is_cast": "made = ANY('{2023-01-10,2023-01-11}'::timestamptz[])",
    "a_cut_time_and_a_text": "date_trunc('day', made) < '2023-01-20'",
    "the_first_that_is_there": "COALESCE(made, '2023-01-01') < '2023-01-20 00:00+00'",
    "an_abbreviated_zone": "made < '2023-01-19 20:00 EST'",
    "a_zone_that_is_abbreviated": "made AT TIME ZONE 'EST' < timestamp '2023-01-20 00:00'",
    "days_by_their_unit": "made > now() - interval '90000' day",
    "years_times_a_number": "made > now() - INTERVAL '1' YEAR * 10",
    "years_and_months": "made > now() - INTERVAL '10-1' YEAR TO MONTH",
    "an_array_as_text": "made = ANY('{2023-01-10 00:00+00,2023-01-11 00:00+00}')",
    "a_range": "tstzrange(made, now(), '[]') @> timestamptz '2023-01-20 00:00+00'",
    "a_list_of_rows": "made IN (VALUES (timestamptz '2023-01-10 00:00+00'))",
    "a_domain": "made < '2023-01-20'::filtered.stamp",
    "the_order_of_a_sub_query": "id >= (SELECT p.id FROM filtered.people p ORDER BY p.made::date = '2023-01-20' DESC, p.id LIMIT 1)",
    "an_array_of_a_sub_query": "array_to_string(ARRAY(SELECT p.made FROM filtered.people p WHERE p.id = people.id), ',') LIKE '2023-01-1%'",
    "a_view": "id IN (SELECT r.id FROM filtered.recent r)",
    "a_function": "filtered.is_recent(id)",
    "another_style_of_intervals": "made < now() - interval '-1 2:00:00'",
    "a_sub_query": "EXISTS (SELECT 1 FROM filtered.people p WHERE p.id = people.id AND p.made < '2023-01-20')",
    "a_choice": "CASE WHEN id > 3 THEN made < '2023-01-20' ELSE false END",
}
# What each leaves of the fifteen rows.
FIRM = {
    "a_time_with_a_zone": ("made < '2023-01-20 00:00+00'", 10),
    "a_typed_time": ("made < timestamptz '2023-01-20T00:00:00Z'", 10),
    "a_date": ("day < '2023-04-02'", 7),
    "a_local_time": ("local < '2023-01-20'", 10),
    "now": ("made < now()", 15),
    "hours": ("made > now() - interval '1 hour'", 0),
    "a_named_zone": ("made AT TIME ZONE 'UTC' < timestamp '2023-01-20 00:00'", 10),
    "a_day_in_a_zone": ("(made AT TIME ZONE 'UTC')::date < date '2023-01-20'", 10),
    "days_in_a_zone": ("(made AT TIME ZONE 'UTC') < (now() AT TIME ZONE 'UTC') - interval '30 days'", 15),
    "hours_as_text": ("made + '1 hour' < now()", 15),
    "a_day_cut_in_a_zone": ("date_trunc('day', made, 'UTC') < '2023-01-20 00:00+00'", 10),
    "two_columns": ("day < local", 0),
    "no_time": ("id < 12 AND note LIKE 'n%'", 11),
    "another_table": ("id IN (SELECT p.id FROM filtered.people p WHERE p.made < now())", 15),
    "null": ("made IS NOT NULL OR day IS NULL", 15),
}


@pytest.fixture(scope="module", autouse=True)
def filtered(postgres):
    postgres.psql(TABLE, "payments")
    yield
    postgres.psql("DROP SCHEMA filtered CASCADE", "payments")


SETTINGS = ["SET timezone = 'XXX+167'", "SET timezone = 'XXX-167'", "SET datestyle = 'ISO, DMY'", "SET intervalstyle = 'sql_standard'",
            "SELECT set_config('timezone', 'Asia/Jakarta', false)", "SET timezone_abbreviations = 'Australia'"]
SPELLED = {
    "bytes": ("data::text < '\\\\x0a'", "SET bytea_output = 'escape'"),
    "a_sum_of_bytes": ("md5(data::text) < '8'", "SET bytea_output = 'escape'"),
    "words": ("to_tsvector(note) @@ to_tsquery('run')", "SET default_text_search_config = 'simple'"),
    "words_of_a_text": ("NOT (note @@ 'the')", "SET default_text_search_config = 'simple'"),
    "xml": ("xmlelement(name a, data)::text LIKE '%0%'", "SET xmlbinary = 'hex'"),
}


def policy_of(filters: list[str]) -> str:
    """With a user for each of them, whose role has that filter."""
    role = "{name}: {{ tables: [filtered.people], rows: {{ filtered.people: \"{filter}\" }}, write: [filtered.people] }}"
    roles = [role.format(name=f"reader{n}", filter=filter) for n, filter in enumerate(filters)]
    return POLICY.format(roles=", ".join(roles), users=", ".join(f"reader{n}: {{ role: reader{n} }}" for n in range(len(filters))))


@pytest.fixture(scope="module")
def before(postgres, filtered):
    """What to connect with as the user who has a filter."""
    filters = list(dict.fromkeys([*HANGING.values(), *(filter for filter, _ in [*SPELLED.values(), *FIRM.values()])]))
    readers = [f"reader{n}" for n in range(len(filters))]
    with Gateway(postgres, policy_of(filters), readers, dict.fromkeys(readers, "tabir_reader")) as running:
        yield lambda filter, **more: running.dsn(readers[filters.index(filter)], **more)


@pytest.mark.parametrize("filter", HANGING.values(), ids=HANGING)
def test_a_filter_that_hangs_on_settings_holds_only_under_those_of_the_database(before, postgres, filter):
    expected = int(postgres.psql(f"SELECT count(*) FROM filtered.people WHERE {filter}", "payments"))
    with psycopg.connect(before(filter), autocommit=True) as connection:
        assert connection.execute("SELECT count(*) FROM filtered.people").fetchone() == (expected,)
        for setting in SETTINGS:
            connection.execute(setting)
            for statement in ("SELECT count(*) FROM filtered.people", "UPDATE filtered.people SET note = note", "DELETE FROM filtered.people"):
                with pytest.raises(errors.InsufficientPrivilege, match="a row filter hangs on settings") as refused:
                    connection.execute(statement)
                assert "policy.yaml:" in str(refused.value) and "RESET TimeZone" in refused.value.diag.message_hint
            connection.execute("RESET timezone; RESET datestyle; RESET intervalstyle; RESET timezone_abbreviations")
        for same in ("GMT", "Etc/UTC"):
            connection.execute(f"SET timezone = '{same}'")
            assert connection.execute("SELECT count(*) FROM filtered.people").fetchone() == (expected,)


@pytest.mark.parametrize("filter", HANGING.values(), ids=HANGING)
def test_a_prepared_statement_keeps_no_setting_under_which_it_was_parsed(before, postgres, filter):
    expected = int(postgres.psql(f"SELECT count(*) FROM filtered.people WHERE {filter}", "payments"))
    with psycopg.connect(before(filter), autocommit=True) as connection:
        for setting in SETTINGS:
            connection.execute(setting)
            name = f"s{SETTINGS.index(setting)}"
            with pytest.raises(errors.InsufficientPrivilege):
                connection.execute(f"SELECT count(*) AS {name} FROM filtered.people", prepare=True)
            connection.execute(f"PREPARE {name} AS SELECT count(*) FROM filtered.people")
            connection.execute("RESET timezone; RESET datestyle; RESET intervalstyle; RESET timezone_abbreviations")
            assert connection.execute(f"SELECT count(*) AS {name} FROM filtered.people", prepare=True).fetchone() == (expected,)
            assert connection.execute(f"EXECUTE {name}").fetchone() == (expected,)


@pytest.mark.parametrize("filter", HANGING.values(), ids=HANGING)
def test_a_cursor_under_way_shows_no_more_after_a_change(before, filter):
    """The filter is asked of each row, and some of them are read later."""
    with psycopg.connect(before(filter)) as connection:
        connection.execute("DECLARE c CURSOR FOR SELECT id FROM filtered.people")
        if connection.execute("FETCH 1 FROM c").fetchone() is None:
            return
        connection.execute("SET timezone = 'XXX+167'")
        with pytest.raises(errors.InsufficientPrivilege, match="a row filter hangs on settings"):
            connection.execute("FETCH ALL FROM c")


@pytest.mark.parametrize("filter, setting", SPELLED.values(), ids=SPELLED)
def test_what_is_spelled_by_a_setting_is_read_by_that_of_the_database(before, postgres, filter, setting):
    with psycopg.connect(before(filter), autocommit=True) as connection:
        rows = connection.execute("SELECT count(*) FROM filtered.people").fetchone()
        connection.execute("SET timezone = 'Asia/Jakarta'")
        assert connection.execute("SELECT count(*) FROM filtered.people").fetchone() == rows, "there is no time in it"
        connection.execute(setting)
        with pytest.raises(errors.InsufficientPrivilege, match="a row filter hangs on"):
            connection.execute("SELECT count(*) FROM filtered.people")


@pytest.mark.parametrize("filter", ["tstzrange(made, made) && '[2023-01-20,2023-01-21)'", "(made, id) < ('2023-01-20', 5)", "made < timestamptz(0) '2023-01-20'",
                                    "(day, 1) IS DISTINCT FROM ('04/02/2023', 1)"])
def test_a_time_without_a_type_is_a_mistake_of_the_policy(postgres, filter):
    with pytest.raises(RuntimeError, match="policy.yaml:.*time zone and date style.*Write the type of each time|policy.yaml:.*would change what"):
        with Gateway(postgres, policy_of([filter]), ["reader0"], {"reader0": "tabir_reader"}):
            pass


def test_options_at_the_start_are_no_way_around(before):
    for options in ("-c timezone=XXX+167", "-c datestyle=SQL,DMY"):
        with psycopg.connect(before(HANGING["a_time_without_a_zone"], options=options), autocommit=True) as connection:
            with pytest.raises(errors.InsufficientPrivilege, match="a row filter hangs on settings"):
                connection.execute("SELECT id FROM filtered.people WHERE id = 15")


@pytest.mark.parametrize("filter, rows", FIRM.values(), ids=FIRM)
def test_other_filters_say_the_same_under_all(before, filter, rows):
    with psycopg.connect(before(filter), autocommit=True) as connection:
        for setting in ["SELECT 1", *SETTINGS]:
            connection.execute(setting)
            assert connection.execute("SELECT count(*) FROM filtered.people").fetchone() == (rows,), setting
