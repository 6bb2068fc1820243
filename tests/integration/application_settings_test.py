"""Settings that applications make up for themselves, where the policy names them."""

import psycopg
import pytest

from gateway import Gateway

POLICY = """
version: 1
databases: [payments]
tables:
  public.customers: { subject: { customer: id }, columns: { id: open, city: open } }
  support.tickets: open
roles:
  tool: { tables: [public.customers, support.tickets], settings: [app.user_id, app.tenant.name], budget: { customer: 9 per hour } }
  other: { tables: [support.tickets] }
users: { tool: { role: tool }, other: { role: other } }
"""


@pytest.fixture(scope="module")
def gateway(postgres):
    with Gateway(postgres, POLICY, ["tool", "other"], dict.fromkeys(["tool", "other"], "tabir_reader")) as running:
        yield running


@pytest.fixture
def tool(gateway):
    with psycopg.connect(gateway.dsn("tool"), autocommit=True) as connection:
        yield connection


def test_they_are_set_and_read_as_ever(tool):
    assert tool.execute("SELECT current_setting('app.user_id', true)").fetchone() == (None,)
    tool.execute("SET app.user_id = '5'")
    assert tool.execute("SHOW app.user_id").fetchone() == ("5",)
    assert tool.execute("SELECT set_config('app.user_id', %s, false)", ["7"]).fetchone() == ("7",)
    tool.execute("SET app.tenant.name TO acme")
    assert tool.execute("SELECT current_setting('app.user_id'), current_setting('app.tenant.name')").fetchone() == ("7", "acme")
    with tool.transaction():
        tool.execute("SET LOCAL App.User_Id = '9'")
        assert tool.execute("SELECT id, current_setting('app.user_id') FROM support.tickets WHERE id = 1").fetchone() == (1, "9")
    assert tool.execute("SHOW app.user_id").fetchone() == ("7",)
    tool.execute("RESET app.user_id")
    assert tool.execute("SHOW app.user_id").fetchone() == ("",)


def test_one_may_be_given_at_the_start(gateway):
    with psycopg.connect(gateway.dsn("tool", options="-c app.user_id=42")) as connection:
        assert connection.execute("SHOW app.user_id").fetchone() == ("42",)


def test_the_next_session_does_not_find_them(gateway, tool):
    tool.execute("SET app.user_id = '5'")
    tool.close()
    with psycopg.connect(gateway.dsn("tool")) as connection:
        assert connection.execute("SELECT coalesce(current_setting('app.user_id', true), '')").fetchone() == ("",)


@pytest.mark.parametrize("statement", ["SET app.other = '1'", "SELECT set_config('app.other', '1', false)", "SELECT current_setting('app.other', true)", "SHOW app.other",
                                       "SET app.user_id.more = '1'", "SELECT set_config('app.user_id', city, false) FROM customers WHERE id = 5",
                                       "SELECT set_config('app.user_id', (SELECT city FROM customers WHERE id = 5), false)", "SELECT set_config('app.' || 'user_id', '1', false)"])
def test_others_and_what_was_read_are_not_kept_in_them(tool, statement):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        tool.execute(statement)


def test_other_roles_have_none(gateway):
    with psycopg.connect(gateway.dsn("other")) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege, match="app.user_id") as refused:
        connection.execute("SET app.user_id = '5'")
    assert "settings" in refused.value.diag.message_hint


@pytest.mark.parametrize("name, said", [("work_mem", "no setting of an application"), ("tabir.user", "cannot be granted"), ("App.Id", "no setting of an application"), ("app.", "no setting of an application")])
def test_a_policy_that_names_another_is_refused(postgres, name, said):
    with pytest.raises(RuntimeError, match=said):
        Gateway(postgres, POLICY.replace("app.tenant.name", name), ["tool", "other"], dict.fromkeys(["tool", "other"], "tabir_reader")).__enter__()
