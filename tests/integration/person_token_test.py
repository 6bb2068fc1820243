"""Where the policy asks for it a person is named by a signed token only: short-lived, of this tool, of one session."""

import base64
import hashlib
import hmac
import itertools
import json
import pathlib
import time

import psycopg
import pytest
from psycopg import errors

from gateway import Gateway

POLICY = (pathlib.Path(__file__).parent / "persons_policy.yaml").read_text().replace(
    "desk:   { role: support, acts_for: required }", "desk:   { role: support, acts_for: signed }")
SECRET = b"a shared secret of the tools, of more than 32 bytes"
NUMBERS = itertools.count()


def part(value) -> str:
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def token(person: str, secret: bytes = SECRET, header=None, **claims) -> str:
    now = int(time.time())
    body = {"sub": person, "aud": "tabir", "iat": now, "exp": now + 120, "jti": f"token-{next(NUMBERS)}", **claims}
    text = part(header or {"alg": "HS256", "typ": "JWT"}) + "." + part({k: v for k, v in body.items() if v is not None})
    return text + "." + part(hmac.new(secret, text.encode(), hashlib.sha256).digest())


@pytest.fixture(scope="module")
def gateway(postgres, tmp_path_factory):
    secret = tmp_path_factory.mktemp("tokens") / "secret"
    secret.write_bytes(SECRET)
    secret.chmod(0o600)
    with Gateway(postgres, POLICY, ["agent3", "agent7", "crm", "desk"], {"support": "tabir_reader"},
                 {"tokens": {"secret_file": str(secret), "audience": "tabir", "leeway": "0s"}}) as running:
        yield running


@pytest.fixture
def desk(gateway):
    with psycopg.connect(gateway.dsn("desk"), autocommit=True) as connection:
        yield connection


def payer(connection, comment: str = "") -> str:
    return connection.execute("SHOW tabir.budget " + comment).fetchone()[1]


def set_token(connection, text: str) -> None:
    connection.execute(f"SET tabir.token = '{text}'")


def test_a_token_says_for_whom_and_a_name_alone_does_not(desk):
    for statement in ("SET tabir.user = 'agent7'", "SELECT id FROM customers WHERE id = 1 /*tabir_user='agent7'*/",
                      "SELECT id FROM customers WHERE id = 1"):
        with pytest.raises(errors.InsufficientPrivilege) as refused:
            desk.execute(statement)
        assert "SET tabir.token" in refused.value.diag.message_hint
    set_token(desk, token("AGENT7"))
    assert payer(desk) == "agent7", "by the name that the users file has for him"
    assert desk.execute("SELECT current_setting('tabir.user')").fetchone() == ("agent7",)
    assert len(desk.execute("SELECT id FROM customers WHERE id = 1").fetchall()) == 1
    assert payer(desk, f"/*tabir_token='{token('agent3')}'*/") == "agent3"
    assert payer(desk) == "agent7"


def test_a_token_at_the_start(gateway):
    with psycopg.connect(gateway.dsn("desk", options="-c tabir.token=" + token("agent7")), autocommit=True) as connection:
        assert payer(connection) == "agent7"
    with pytest.raises(psycopg.OperationalError, match="the token is not accepted"):
        psycopg.connect(gateway.dsn("desk", options="-c tabir.token=" + token("agent7", b"x" * 40)))


@pytest.mark.parametrize("forged", [
    lambda: token("agent7", b"another secret that is longer than 32 bytes"),
    lambda: token("agent7", exp=int(time.time()) - 5),
    lambda: token("agent7", exp=int(time.time()) + 86400),
    lambda: token("agent7", nbf=int(time.time()) + 60),
    lambda: token("agent7", aud="payroll"),
    lambda: token("agent7", azp="crm"),
    lambda: token("agent7", jti=None),
    lambda: token("agent7", exp=None),
    lambda: token("agent7", header={"alg": "none"}),
    lambda: token("agent7").rsplit(".", 1)[0] + ".",
    lambda: token("agent7") + "A",
    lambda: token(""),
    lambda: "agent7",
    lambda: "",
])
def test_what_proves_nothing_names_nobody(desk, forged):
    text = forged()
    for statement in (f"SET tabir.token = '{text}'", f"SELECT id FROM customers WHERE id = 1 /*tabir_token='{text}'*/"):
        try:
            desk.execute(statement)
        except psycopg.Error as refused:
            assert refused.sqlstate in ("28000", "42501")
        with pytest.raises(errors.InsufficientPrivilege):
            desk.execute("SELECT id FROM customers WHERE id = 1")


def test_a_token_is_of_the_session_that_shows_it_first(gateway, desk):
    shown = token("agent7")
    set_token(desk, shown)
    set_token(desk, shown)
    with psycopg.connect(gateway.dsn("desk"), autocommit=True) as other, pytest.raises(psycopg.Error) as refused:
        set_token(other, shown)
    assert refused.value.sqlstate == "28000"


def test_a_person_is_gone_with_his_token(desk):
    set_token(desk, token("agent7", exp=int(time.time()) + 2))
    desk.execute("PREPARE one AS SELECT id FROM customers WHERE id = 1")
    with pytest.raises(errors.InsufficientPrivilege) as refused:
        while True:
            desk.execute("EXECUTE one")
    assert "must say for whom it asks" in str(refused.value)
    set_token(desk, token("agent7"))
    desk.execute("EXECUTE one")


def test_who_asks_for_himself_shows_no_token(gateway):
    with psycopg.connect(gateway.dsn("agent3"), autocommit=True) as connection:
        for text in (token("agent7"), token("agent3")):
            with pytest.raises(errors.InsufficientPrivilege):
                set_token(connection, text)


@pytest.mark.parametrize("spelling", ["AGENT7", "Agent7", " agent7 ", "ａｇｅｎｔ7"])
def test_spellings_of_a_name_are_one_person(gateway, spelling):
    with psycopg.connect(gateway.dsn("crm"), autocommit=True) as connection:
        connection.execute(f"SET tabir.user = '{spelling}'")
        assert payer(connection) == "agent7"
