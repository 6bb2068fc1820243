"""Detectors look at whom a statement shows before his row leaves, whatever its form."""

import pytest

from detecting import detecting_gateway, error_of, events, person, told

CANARY = 4711


@pytest.fixture
def gateway(postgres, tmp_path):
    with detecting_gateway(postgres, tmp_path / "frozen") as running:
        yield running


@pytest.fixture(scope="module")
def shared(postgres, tmp_path_factory):
    """For tests whose people nobody else is."""
    with detecting_gateway(postgres, tmp_path_factory.mktemp("shared") / "frozen") as running:
        yield running


FORMS = {
    "point": ["SELECT * FROM customers WHERE id = 4711"],
    "search": ["SELECT city FROM customers WHERE phone = '+6285727404681'"],
    "among_others": ["SELECT city FROM customers WHERE id BETWEEN 4700 AND 4720"],
    "packed": ["SELECT string_agg(id::text, ',') FROM customers WHERE id BETWEEN 4700 AND 4720"],
    "array": ["SELECT array_agg(city) FROM customers WHERE id IN (4711, 4713)"],
    "counted": ["SELECT count(*) FROM customers WHERE id = 4711"],
    "sub_query": ["SELECT s.city FROM (SELECT id, city FROM customers) s WHERE s.id = 4711"],
    "cte": ["WITH s AS (SELECT * FROM customers) SELECT city FROM s WHERE id = 4711"],
    "scalar": ["SELECT (SELECT city FROM customers WHERE id = 4711)"],
    "exists": ["SELECT EXISTS (SELECT FROM customers WHERE id = 4711)"],
    "not_exists": ["SELECT 1 WHERE NOT EXISTS (SELECT FROM customers WHERE id = 4711)"],
    "union": ["SELECT city FROM customers WHERE id = 1 UNION ALL SELECT city FROM customers WHERE id = 4711"],
    "join": ["SELECT c.city FROM billing.transactions t JOIN customers c ON c.id = t.customer_id WHERE t.customer_id = 4711"],
    "outer_join": ["SELECT t.id FROM customers c LEFT JOIN support.tickets t ON false WHERE c.id = 4711"],
    "another_table": ["SELECT amount FROM billing.transactions WHERE customer_id = 4711"],
    "window": ["SELECT rank() OVER (ORDER BY city) FROM customers WHERE id BETWEEN 4711 AND 4712"],
    "update": ["UPDATE customers SET city = city WHERE id = 4711 RETURNING city"],
    "update_unseen": ["UPDATE customers SET city = city WHERE id = 4711"],
    "cursor": ["BEGIN", "DECLARE c CURSOR FOR SELECT city FROM customers WHERE id > 4708 ORDER BY id", "FETCH 1 FROM c",
               "MOVE 1 FROM c", "FETCH 1 FROM c", "COMMIT"],
    "prepared": ["PREPARE p AS SELECT city FROM customers WHERE id = $1", "EXECUTE p(4711)"],
    "copy": ["COPY (SELECT city FROM customers WHERE id = 4711) TO STDOUT"],
}


@pytest.mark.parametrize("prepare", [False, True], ids=["simple", "extended"])
@pytest.mark.parametrize("form", FORMS)
def test_a_canary_is_told_of_in_every_form(shared, form, prepare):
    name = f"{form}_{prepare}".lower()
    with person(shared, "canary", name) as connection:
        for statement in FORMS[form]:
            if statement.startswith("COPY"):
                with connection.cursor().copy(statement) as rows:
                    assert len(list(rows)) == 1
            elif prepare and form not in ("cursor", "prepared"):
                connection.execute(statement, prepare=True)
            else:
                connection.execute(statement)
    found = told(shared, person=name)
    assert [(event["detector"], event["subject"], event["kind"]) for event in found] == [("canaries", "4711", "customer")]
    assert found[0]["login"] == found[0]["role"] == "canary" and found[0]["database"] == "payments"
    assert found[0]["rule"].startswith("policy.yaml:") and found[0]["actions"] == "alert"


def test_a_question_about_a_canary_that_fails_is_told_of(gateway):
    with person(gateway, "canary", "agent7") as connection:
        assert error_of(connection, "SELECT 1 / 0 FROM customers WHERE id = 4711") == "22012"
        assert error_of(connection, "SELECT 1 / 0 FROM customers WHERE id = 4712") == "22012"
    assert [event["subject"] for event in told(gateway, person="agent7")] == ["4711"]


@pytest.mark.parametrize("statement", [
    "SELECT * FROM customers WHERE id = 4712", "SELECT city FROM customers WHERE id BETWEEN 4700 AND 4710", "SELECT 4711",
    "SELECT count(*) FROM customers", "SELECT * FROM customers WHERE false", "SELECT subject FROM support.tickets LIMIT 3",
    "EXPLAIN SELECT * FROM customers WHERE id = 4711",
])
def test_what_shows_no_canary_tells_nothing(gateway, statement):
    with person(gateway, "canary", "agent7") as connection:
        connection.execute(statement)
    assert events(gateway) == []


def test_it_is_told_once_in_its_time_and_before_the_row(gateway):
    with person(gateway, "canary", "agent7") as connection:
        for _ in range(3):
            connection.execute("SELECT * FROM customers WHERE id IN (4711, 5000)").fetchall()
            assert {event["detector"] for event in events(gateway)} == {"canaries", "watched"}
    with person(gateway, "canary", "Agent7") as connection:
        connection.execute("SELECT * FROM customers WHERE id = 4711")
    assert len(events(gateway)) == 2
    assert gateway.metric("tabir_detections_total", detector="canaries", action="alert") == 1
    assert gateway.metric("tabir_detections_total", detector="canaries", action="refuse") == 0


def test_refuse_cuts_before_the_row(gateway):
    with person(gateway, "canary_refused", "agent7") as connection:
        cursor, shown = connection.cursor(), []
        with pytest.raises(Exception) as stop:
            for row in cursor.stream("SELECT id FROM customers WHERE id >= 4700 ORDER BY id LIMIT 100"):
                shown.append(row[0])
        assert stop.value.sqlstate == "42501" and "4711" not in str(stop.value) and "canar" not in str(stop.value)
        assert shown == []  # how many came before would tell of the canary's values
        for _ in range(2):
            assert error_of(connection, "SELECT string_agg(city, '') FROM customers WHERE id IN (1, 4711)") == "42501"
        assert error_of(connection, "SELECT city FROM customers WHERE id = 1") is None
        connection.execute("BEGIN")
        assert error_of(connection, "UPDATE customers SET city = 'Nowhere' WHERE id = 4711") == "42501"
        assert error_of(connection, "SELECT 1") == "25P02"
        connection.execute("ROLLBACK")
        assert connection.execute("SELECT count(*) FROM customers WHERE city = 'Nowhere'").fetchone() == (0,)
    assert len(told(gateway, detector="canaries", actions="alert,refuse")) == 1
    assert gateway.metric("tabir_detections_total", detector="canaries", action="refuse") == 4


WALKS = {
    "upwards": [[key] for key in range(100, 110)],
    "backwards": [[key] for key in range(110, 100, -1)],
    "in_steps_of_three": [[key] for key in range(100, 130, 3)],
    "at_once": [range(100, 200)],
    "shuffled": [[107], [101], [104], [109], [100], [103], [106], [102], [108], [105]],
    "with_repeats_and_others": [[100 + key // 2, 9000 + 500 * (key % 7)] for key in range(20)],
    "by_lists": [[100, 104, 108], [101, 105, 109], [102, 106], [103, 107]],
}


@pytest.mark.parametrize("walk", WALKS)
def test_a_walk_is_found_however_it_is_made(shared, walk):
    for keys in WALKS[walk]:
        with person(shared, "walking", walk) as connection:  # a session for each
            connection.execute("SELECT city FROM customers WHERE id = ANY(%s)", [list(keys)]).fetchall()
    assert len(told(shared, detector="consecutive_keys", person=walk, seen=10)) == 1


def test_who_looks_at_few_or_far_ones_is_no_walker(gateway):
    with person(gateway, "walking", "agent7") as connection:
        for key in [*range(100, 109), *range(1000, 9000, 400)]:
            for _ in range(3):
                connection.execute(f"SELECT city FROM customers WHERE id = {key}")
    assert events(gateway) == []


def test_a_walk_through_people_who_are_not_there_is_one_too(gateway):
    with person(gateway, "walking", "agent7") as connection:
        for key in range(900_000, 900_010):
            connection.execute(f"SELECT city FROM customers WHERE id = {key}")
    assert [event["detector"] for event in events(gateway)] == ["consecutive_keys"]


def test_a_walk_is_found_that_is_split_over_people_of_one_tool(gateway):
    for key in range(100, 121):
        with person(gateway, "walking", f"person{key % 7}") as connection:
            connection.execute(f"SELECT city FROM customers WHERE id = {key}")
    assert [(event["login"], event["seen"]) for event in events(gateway)] == [("walking", 21)]


def test_a_refused_walk_goes_no_further(gateway):
    with person(gateway, "walking_refused", "agent7") as connection:
        assert len(connection.execute("SELECT id FROM customers WHERE id BETWEEN 100 AND 108").fetchall()) == 9
        assert error_of(connection, "SELECT id FROM customers WHERE id = 109") == "42501"
        assert error_of(connection, "SELECT id FROM customers WHERE id = 99") == "42501"
        assert error_of(connection, "SELECT id FROM customers WHERE id = 8000") is None
    with person(gateway, "walking_refused", "agent8") as connection:
        assert error_of(connection, "SELECT id FROM customers WHERE id = 109") is None


def guess(number: int) -> str:
    return f"'+62000{number:06}'"


def test_guesses_are_found_also_in_one_list(gateway):
    with person(gateway, "guessing", "one_by_one") as connection:
        for number in range(6):
            assert connection.execute(f"SELECT id FROM customers WHERE phone = {guess(number)}").fetchall() == []
    with person(gateway, "guessing", "in_a_list") as connection:
        found = ", ".join([guess(number) for number in range(6)] + ["'+6285727404681'"])
        assert connection.execute(f"SELECT id FROM customers WHERE phone IN ({found})").fetchall() == [(4711,)]
    with person(gateway, "guessing", "by_array") as connection:
        numbers = [guess(number).strip("'") for number in range(6)]
        assert connection.execute("SELECT id FROM customers WHERE phone = ANY(%s)", [numbers]).fetchall() == []
    with person(gateway, "guessing", "by_key") as connection:
        for number in range(6):
            connection.execute("SELECT 1 WHERE NOT EXISTS (SELECT FROM customers WHERE id = %s)", [900_000 + 50 * number])
    with person(gateway, "guessing", "five_times") as connection:
        for number in range(5):
            connection.execute(f"SELECT id FROM customers WHERE phone = {guess(number)}")
    people = [event["person"] for event in told(gateway, detector="misses", seen=6)]
    assert people == ["one_by_one", "in_a_list", "by_array", "by_key"] and len(events(gateway)) == 4


def test_refused_guesses_do_not_tell_by_being_refused(gateway):
    with person(gateway, "guessing_refused", "agent7") as connection:
        for number in range(5):
            assert error_of(connection, f"SELECT id FROM customers WHERE phone = {guess(number)}") is None
        assert error_of(connection, f"SELECT id FROM customers WHERE phone = {guess(5)}") == "42501"
        assert error_of(connection, "SELECT id FROM customers WHERE phone = '+6285727404681'") == "42501"
        assert error_of(connection, "SELECT subject FROM support.tickets LIMIT 1") is None
    assert len(told(gateway, detector="misses", actions="alert,refuse")) == 1


def test_one_whom_many_look_at(gateway):
    for name in ["a", "b", "c", "a", "B", "C"]:
        with person(gateway, "crowd", name) as connection:
            connection.execute("SELECT city FROM customers WHERE id IN (7, 8)")
    assert events(gateway) == []
    for name in ["d", "e"]:
        with person(gateway, "crowd", name) as connection:
            connection.execute("SELECT amount FROM billing.transactions WHERE customer_id = 7")
    assert [(event["detector"], event["person"], event["subject"]) for event in events(gateway)] == [("many_readers", "d", "7")]


def test_other_hours(gateway):
    with person(gateway, "late", "agent7") as connection:
        connection.execute("SELECT subject FROM support.tickets LIMIT 1")
        assert events(gateway) == []
        for _ in range(2):
            assert len(connection.execute("SELECT city FROM customers WHERE id < 3").fetchall()) == 2
    with person(gateway, "late_refused", "agent7") as connection:
        for statement in ("SELECT city FROM customers WHERE id = 1", "SELECT city FROM customers WHERE id = 900000",
                          "DELETE FROM customers WHERE id = 900000"):
            assert error_of(connection, statement) == "42501"
        assert error_of(connection, "SELECT subject FROM support.tickets LIMIT 1") is None
    assert [(event["detector"], event["actions"]) for event in events(gateway)] == [
        ("outside_hours", "alert"), ("outside_hours", "alert,refuse")]


def test_subjects_are_named_only_where_the_policy_says_so(gateway):
    quiet = gateway.policy.read_text().replace("name_subjects: true", "name_subjects: false")
    gateway.policy.write_text(quiet)
    gateway.reload()
    while "policy_reloaded" not in gateway.log_text():
        pass
    with person(gateway, "canary", "agent7") as connection:
        connection.execute("SELECT city FROM customers WHERE id = 4711")
    assert len(events(gateway)) == 1 and "4711" not in gateway.log_text()
