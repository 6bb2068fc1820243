"""Several budgets at once: of a person, his team, the log-in and the role; of people, clear values and misses."""

import datetime
import json
import pathlib

import psycopg
import pytest

from gateway import Gateway

POLICY = (pathlib.Path(__file__).parent / "budgets_policy.yaml").read_text()
USERS = ["agent1", "agent2", "agent3", "agent9", "crm", "free"]


@pytest.fixture
def gateway(postgres):
    with Gateway(postgres, POLICY, USERS, dict.fromkeys(["support", "tool", "masking"], "tabir_reader")) as running:
        yield running


@pytest.fixture
def ask(gateway):
    """Rows, or the error."""
    def ask(user, statement, parameters=None):
        with psycopg.connect(gateway.dsn(user), autocommit=True) as connection:
            try:
                return connection.execute(statement, parameters).fetchall()
            except psycopg.Error as error:
                return error
    return ask


def customers(first: int, last: int) -> str:
    return f"SELECT id, city FROM customers WHERE id BETWEEN {first} AND {last}"


def stopped(answer, words: str) -> bool:
    return isinstance(answer, psycopg.Error) and answer.sqlstate == "54000" and words in str(answer)


def test_a_team_shares_a_budget_beside_those_of_its_members(ask):
    assert len(ask("agent1", customers(1, 10))) == 10
    assert stopped(ask("agent1", customers(11, 11)), "budget reached: 10 of 10 customers seen in the last hour (policy.yaml:")
    assert len(ask("agent2", customers(1, 10))) == 10, "whom a team mate saw costs the team nothing, and him his own"
    assert len(ask("agent3", customers(11, 20))) == 10, "is in no team"
    answer = ask("agent2", customers(21, 21))
    assert stopped(answer, "10 of 10 customers seen")


def test_the_team_stops_where_its_members_would_not(ask):
    assert len(ask("agent1", customers(1, 8))) == 8
    assert len(ask("agent2", customers(9, 12))) == 4
    answer = ask("agent2", customers(13, 13))
    assert stopped(answer, "budget of team jakarta reached: 12 of 12 customers seen in the last hour (policy.yaml:")
    assert len(ask("agent2", customers(1, 4))) == 4


def test_all_who_have_a_role_share_its_budget(ask):
    assert len(ask("agent1", customers(1, 8))) == 8
    assert len(ask("agent3", customers(11, 20))) == 10
    assert len(ask("agent2", customers(1, 4))) == 4
    assert len(ask("agent2", customers(9, 12))) == 4
    assert stopped(ask("agent2", customers(30, 30)), "budget of team jakarta reached")
    assert stopped(ask("agent3", customers(40, 40)), "10 of 10 customers")


def test_a_log_in_has_a_ceiling_of_its_own(ask):
    assert len(ask("crm", customers(1, 5))) == 5
    assert stopped(ask("crm", customers(6, 6)), "budget of user crm reached: 5 of 5 customers seen in the last hour")
    assert len(ask("free", customers(1, 500))) == 500, "another log-in of the role has none"


@pytest.mark.parametrize("statement", [
    "SELECT id, phone FROM customers WHERE id = %s",
    "SELECT c.id, upper(c.phone) FROM customers c WHERE c.id = %s",
    "SELECT * FROM customers WHERE id = %s",
    "SELECT to_json(c) FROM customers c WHERE id = %s",
    "WITH p AS (SELECT id, phone FROM customers) SELECT t.id, p.phone FROM billing.transactions t JOIN p ON p.id = t.customer_id "
    "WHERE p.id = %s",
    "SELECT id FROM customers WHERE phone LIKE '%%1%%' AND id = %s",
    "SELECT id, (SELECT max(phone) FROM customers d WHERE d.id = c.id) FROM customers c WHERE id = %s",
    "SELECT string_agg(phone, ',') FROM customers WHERE id = %s",
    "SELECT id FROM customers WHERE id = %s ORDER BY phone",
])
def test_a_clear_value_costs_more_than_a_look(ask, truth, statement):
    with_phone = [int(row) for row in truth(
        "SELECT id FROM customers c WHERE phone LIKE '%1%' AND EXISTS (SELECT FROM billing.transactions WHERE customer_id = c.id) "
        "ORDER BY id LIMIT 4").splitlines()]
    for customer in with_phone[:3]:
        answer = ask("agent3", statement, (customer,))
        assert not isinstance(answer, psycopg.Error), answer
    answer = ask("agent3", statement, (with_phone[3],))
    assert stopped(answer, "budget reached: 3 of 3 people seen with phone in clear in the last day (policy.yaml:"), answer
    assert not isinstance(ask("agent3", statement, (with_phone[0],)), psycopg.Error), "again costs nothing"
    assert len(ask("agent3", customers(with_phone[3], with_phone[3]))) == 1, "without the phone"


def test_misses_are_counted_apart(ask, gateway):
    for guess in range(4):
        assert ask("agent1", "SELECT id FROM customers WHERE email = %s", (f"nobody{guess}@mail.example",)) == []
    answer = ask("agent1", "SELECT id FROM customers WHERE email = 'nobody@mail.example'")
    assert stopped(answer, "budget reached: 4 of 4 questions that found nobody in the last hour (policy.yaml:")
    assert stopped(ask("agent1", customers(1, 10)), "4 of 4 questions that found nobody"), "who may find nobody is not asked"
    assert gateway.metric("tabir_budget_stops_total", role="support") == 2
    assert gateway.log_text().count('"event":"budget_stopped"') == 2
    for customer in range(1, 11):
        assert len(ask("agent1", f"SELECT id, city FROM customers WHERE id = {customer}")) == 1, "the guesses took nothing from the people"


def columns(cursor) -> list[dict]:
    names = [column.name for column in cursor.description]
    return [dict(zip(names, row)) for row in cursor.fetchall()]


def test_show_tells_what_is_left_and_when_it_refills(gateway, ask):
    with psycopg.connect(gateway.dsn("agent1"), autocommit=True) as connection:
        cursor = connection.execute("SHOW tabir.budget")
        assert cursor.statusmessage == "SHOW"
        before = columns(cursor)
        assert [(row["of"], row["name"], row["counted"], row["most"], row["per"]) for row in before] == [
            ("person", "agent1", "customer", 10, "hour"), ("person", "agent1", "customer", 100, "day"),
            ("person", "agent1", "clear phone", 3, "day"), ("person", "agent1", "misses", 4, "hour"),
            ("team", "jakarta", "customer", 12, "hour"), ("role", "support", "customer", 25, "hour")]
        assert all((row["used"], row["left"], row["more_in"]) == (0, row["most"], None) for row in before)
        connection.execute(customers(1, 4))
        connection.execute("SELECT phone FROM customers WHERE id = 1")
        after = columns(connection.execute("SHOW tabir.budget"))
        assert [row["used"] for row in after] == [4, 4, 1, 0, 4, 4]
        assert [row["left"] for row in after] == [6, 96, 2, 4, 8, 21]
        hour = datetime.timedelta(hours=1)
        assert hour - datetime.timedelta(minutes=2) < after[0]["more_in"] <= hour


def test_show_is_asked_anew_each_time_it_runs(gateway):
    with psycopg.connect(gateway.dsn("agent1"), autocommit=True) as connection:
        used = []
        for customer in range(1, 8):
            used.append(connection.execute("SHOW tabir.budget", prepare=True).fetchone()[5])
            connection.execute(customers(customer, customer))
        assert used == [0, 1, 2, 3, 4, 5, 6]


def test_show_without_a_budget_and_with_other_statements(gateway):
    with psycopg.connect(gateway.dsn("free"), autocommit=True) as connection:
        cursor = connection.execute("SHOW tabir.budget")
        assert cursor.fetchall() == [] and cursor.description[0].name == "of"
        connection.execute("BEGIN; SHOW tabir.budget; COMMIT")


def test_budgets_are_told_not_set(ask):
    for statement in ("SET tabir.budget = 'x'", "RESET tabir.budget"):
        answer = ask("agent3", statement)
        assert answer.sqlstate == "42501" and "SHOW tabir.budget" in answer.diag.message_hint


def hourly_limit(connection) -> int | None:
    """None: the policy changed between the messages of the question, which is told, with the word to ask again."""
    try:
        return connection.execute("SHOW tabir.budget").fetchone()[3]
    except psycopg.errors.InsufficientPrivilege as error:
        assert error.diag.message_hint == "Run the statement again."
        return None


def test_a_reload_changes_limits_and_keeps_counts(gateway, ask):
    assert len(ask("agent1", customers(1, 8))) == 8
    gateway.policy.write_text(POLICY.replace("customer: [10 per hour", "customer: [9 per hour"))
    with psycopg.connect(gateway.dsn("agent1"), autocommit=True) as connection:
        gateway.reload()
        while hourly_limit(connection) != 9:
            pass
        assert len(connection.execute(customers(9, 9)).fetchall()) == 1
        with pytest.raises(psycopg.errors.ProgramLimitExceeded):
            connection.execute(customers(10, 10))


def looks_masked(phone: str) -> bool:
    return phone is None or phone.startswith("***")


def test_a_used_up_class_is_masked_where_the_policy_says_so(gateway, truth):
    names = dict(line.split("|") for line in truth("SELECT id, full_name FROM customers WHERE id < 10").splitlines())
    with psycopg.connect(gateway.dsn("agent9"), autocommit=True) as connection:
        read = "SELECT full_name, phone FROM customers WHERE id = %s"
        for customer in (1, 2):
            name, phone = connection.execute(read, (customer,), prepare=True).fetchone()
            assert not looks_masked(phone) and name == names[str(customer)]
        for customer in (1, 2, 3, 4):
            name, phone = connection.execute(read, (customer,), prepare=True).fetchone()
            assert looks_masked(phone), "once the budget is used up nothing of the class is shown"
            assert name == names[str(customer)], "of the other classes all is as it was"
        with pytest.raises(psycopg.errors.ProgramLimitExceeded) as stop:
            connection.execute("SELECT id, full_name FROM customers ORDER BY id DESC")
        assert stop.value.diag.message_hint == "Run the statement again: its values are masked from now on."
        rows = connection.execute("SELECT id, full_name, phone FROM customers ORDER BY id").fetchall()
        assert len(rows) > 1000 and all(looks_masked(phone) for _, _, phone in rows)
        assert not {name for _, name, _ in rows} & set(names.values())
    assert gateway.metric("tabir_budget_masked_statements_total", role="masking") == 6
    lines = [json.loads(line) for line in gateway.log_text().splitlines()]
    assert [(line["person"], line["classes"]) for line in lines if line["event"] == "masked_at_limit"] == [
        ("agent9", "phone"), ("agent9", "*")]


def test_a_cursor_of_before_is_not_read_on_with_clear_values(gateway):
    with psycopg.connect(gateway.dsn("agent9")) as connection:
        with connection.cursor(name="open_before") as cursor:
            cursor.execute("SELECT id, full_name FROM customers ORDER BY id")
            assert len(cursor.fetchmany(5)) == 5
            with pytest.raises(psycopg.Error) as error:
                cursor.fetchmany(1)
            assert error.value.sqlstate in ("42501", "54000")


@pytest.mark.parametrize("with_parameters", [False, True])
def test_a_guess_at_a_value_of_somebody_who_was_seen_is_a_miss(ask, postgres, with_parameters):
    def guess(person, email):
        if with_parameters:
            return ask("agent1", "SELECT id FROM customers WHERE id = %s AND email = %s", (person, email))
        return ask("agent1", f"SELECT id FROM customers WHERE id = {person} AND email = '{email}'")

    email = postgres.psql("SELECT email FROM customers WHERE id = 1", "payments")
    assert ask("agent1", "SELECT id FROM customers WHERE id = 1") == [(1,)]
    assert guess(1, email) == [(1,)]
    for number in range(4):
        assert guess(1, f"nobody{number}@mail.example") == []
    for value in ("nobody@mail.example", email):
        assert stopped(guess(1, value), "4 of 4 questions that found nobody"), "whether it is the right one would tell"
    assert ask("agent1", "SELECT id FROM customers WHERE id = 1") == [(1,)]


def test_misses_are_refused_where_people_are_masked(ask):
    assert len(ask("agent9", customers(1, 5))) == 5
    assert len(ask("agent9", customers(1, 50))) == 50
    for guess in range(3):
        assert ask("agent9", "SELECT id FROM customers WHERE email = %s", (f"nobody{guess}@mail.example",)) == []
    assert stopped(ask("agent9", "SELECT id FROM customers WHERE email = 'nobody'"), "3 of 3 questions that found nobody")
    assert [row[5] for row in ask("agent9", "SHOW tabir.budget")] == [5, 0, 3]


def test_neither_answer_is_told_for_nothing_once_a_budget_is_used_up(ask):
    assert len(ask("agent3", customers(1, 10))) == 10
    somebody = "SELECT id FROM customers WHERE id BETWEEN {} AND {}"
    for first in (20, 30, 40, 50):
        assert stopped(ask("agent3", somebody.format(first, first + 5)), "10 of 10 customers")
    hit, miss = ask("agent3", somebody.format(60, 65)), ask("agent3", somebody.format(-9, -5))
    assert str(hit) == str(miss) and stopped(hit, "4 of 4 questions that found nobody")


def test_a_class_that_is_called_as_a_subject_has_a_budget_of_its_own(postgres):
    policy = POLICY.replace("email:   { mask: email }", "customer: { mask: email }").replace("email: email", "email: customer").replace(
        "search: { email: exact }", "search: { customer: exact }").replace(
        "clear:  [name, phone]\n    search: { customer: exact }\n    budget: { customer: 5 per hour, clear phone: 2 per hour, misses: 3 per hour }",
        "clear:  [name, phone, customer]\n    budget: { customer: 5 per hour, clear customer: 2 per hour }")
    with Gateway(postgres, policy, ["agent9"], dict.fromkeys(["support", "tool", "masking"], "tabir_reader")) as running:
        with psycopg.connect(running.dsn("agent9"), autocommit=True) as connection:
            for customer in (1, 2):
                connection.execute(f"SELECT email FROM customers WHERE id = {customer}")
            with pytest.raises(psycopg.errors.ProgramLimitExceeded):
                connection.execute("SELECT id, phone FROM customers WHERE id <= 500")
            assert connection.execute("SHOW tabir.budget").fetchone()[5] == 5
