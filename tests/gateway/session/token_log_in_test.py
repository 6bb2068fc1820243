"""Logging in with a signed token in the place of the password: over TLS, once, by the right person."""

import json
import subprocess
import time
import uuid
from contextlib import closing

import jwt
import psycopg2
import pytest
from certificates import make_certificate
from conftest import POLICY
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from gateway import PASSWORD
from raw_client import RawClient

USERS_LINES = '"robot" "token" "alias=Robot Seven"\nother token\n'
MORE_POLICY = "  robot: { role: clerk }\n  other: { role: clerk }\n"
KEYS = {"EdDSA": ed25519.Ed25519PrivateKey.generate(),
        "RS256": rsa.generate_private_key(public_exponent=65537, key_size=2048),
        "ES256": ec.generate_private_key(ec.SECP256R1())}
SECRET = "a secret of thirty-two bytes or more"


def pem(*keys) -> str:
    return "".join(key.public_key().public_bytes(serialization.Encoding.PEM,
                                                 serialization.PublicFormat.SubjectPublicKeyInfo).decode() for key in keys)


def token(algorithm: str = "EdDSA", key=None, **claims) -> str:
    now = int(time.time())
    said = {"sub": "robot", "aud": "tabir", "iat": now, "exp": now + 60, "jti": str(uuid.uuid4()), **claims}
    return jwt.encode({name: value for name, value in said.items() if value is not None},
                      key or (SECRET if algorithm == "HS256" else KEYS[algorithm]), algorithm=algorithm)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("keys")
    certificate, key = make_certificate(folder, "server")
    (folder / "keys.pem").write_text(pem(*KEYS.values()))
    (folder / "secret").write_text(SECRET + "\n")
    return folder, {"certificate": str(certificate), "key": str(key), "required": False}


@pytest.fixture
def taking_tokens(start, files):
    folder, tls = files
    prepared = start(tls=tls, tokens={"keys": str(folder / "keys.pem"), "secret_file": str(folder / "secret"),
                                      "audience": "tabir", "longest_life": "2min"})
    with (prepared.directory / "users").open("a") as users:
        users.write(USERS_LINES)
    prepared.policy.write_text(POLICY + MORE_POLICY)
    with prepared as gateway:
        yield gateway


def log_in(gateway, password: str, user: str = "robot", sslmode: str = "require") -> str:
    """What a client reads: its user's note, or the error."""
    try:
        with closing(psycopg2.connect(gateway.dsn(user, password=password, sslmode=sslmode))) as one:
            cursor = one.cursor()
            cursor.execute("SELECT words FROM notes WHERE id = 7")
            return cursor.fetchone()[0]
    except psycopg2.OperationalError as error:
        return str(error)


@pytest.mark.parametrize("algorithm", ["EdDSA", "RS256", "ES256", "HS256"])
def test_a_signed_token_opens_a_session(taking_tokens, algorithm):
    assert log_in(taking_tokens, token(algorithm)) == "note 7"


def test_psql_takes_a_token_for_its_password(taking_tokens):
    done = subprocess.run(["psql", "-XAt", taking_tokens.dsn("robot", password=token(), sslmode="require"), "-c",
                           "SELECT words FROM notes WHERE id = 8"], capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr) == ("note 8\n", "")


@pytest.mark.parametrize("claims, why", [
    ({"exp": 1}, "has expired"),
    ({"exp": None}, 'no "exp"'),
    ({"exp": int(time.time()) + 10_000}, "lives longer"),
    ({"nbf": int(time.time()) + 10_000}, "not valid yet"),
    ({"aud": "another"}, "another audience"),
    ({"sub": "other"}, "another person"),
    ({"sub": "dba1"}, "another person"),
    ({"sub": None}, '"sub" is not a name'),
    ({"jti": None}, 'no "jti"'),
    ({"azp": "other"}, "another tool"),
])
def test_other_tokens_are_refused_with_the_reason(taking_tokens, claims, why):
    answer = log_in(taking_tokens, token(**claims))
    assert 'token authentication failed for user "robot"' in answer and why in answer


@pytest.mark.parametrize("claims", [{"sub": "ROBOT"}, {"sub": "robot seven"}, {"azp": "robot"}, {"aud": ["x", "tabir"]}])
def test_the_person_may_be_spelled_otherwise(taking_tokens, claims):
    assert log_in(taking_tokens, token(**claims)) == "note 7"


def test_the_log_in_name_may_not(taking_tokens):
    assert "password authentication failed" in log_in(taking_tokens, token(), "ROBOT")
    assert "password authentication failed" in log_in(taking_tokens, token(), "Robot Seven")


def test_a_token_opens_one_session(taking_tokens):
    once = token()
    assert log_in(taking_tokens, once) == "note 7"
    assert "used by another session already" in log_in(taking_tokens, once)


def test_who_finds_another_users_token_can_neither_use_it_nor_use_it_up(taking_tokens):
    found = token()
    assert "another person" in log_in(taking_tokens, found, "other")
    assert log_in(taking_tokens, found) == "note 7"


def test_forgeries_are_refused(taking_tokens):
    good = token()
    header, payload, signature = good.split(".")
    stranger = ed25519.Ed25519PrivateKey.generate()
    for forged in (jwt.encode(jwt.decode(good, options={"verify_signature": False}), None, algorithm="none"),
                   token(key=stranger), f"{header}.{payload}.", f"{header}.{payload}.{signature[::-1]}", PASSWORD, " ",
                   "x" * 8192):
        assert 'token authentication failed for user "robot"' in log_in(taking_tokens, forged), forged
    assert "no password supplied" in log_in(taking_tokens, "")
    assert log_in(taking_tokens, good) == "note 7"


def test_without_tls_a_user_of_tokens_is_like_one_who_is_not_there(taking_tokens):
    for user in ("robot", "nobody"):
        answer = log_in(taking_tokens, token(), user, "disable")
        assert f'password authentication failed for user "{user}"' in answer and "must connect with TLS" in answer


def test_without_tls_nobody_is_asked_for_anything_in_clear(taking_tokens):
    for user in ("robot", "nobody", "dba1"):
        with RawClient((taking_tokens.host, taking_tokens.port)) as client:
            with pytest.raises(EOFError):  # an AssertionError if the gateway asks for anything but SCRAM
                client.log_in(user, "wrong", "payments")


def test_others_go_on_with_their_passwords(taking_tokens):
    for sslmode in ("require", "disable"):
        assert log_in(taking_tokens, PASSWORD, "clerk1", sslmode) == "note 7"
    assert "password authentication failed" in log_in(taking_tokens, token(sub="clerk1"), "clerk1")


def test_new_keys_are_taken_on_reload_and_bad_ones_are_not(start, files, tmp_path):
    keys = tmp_path / "issuer.jwks"

    def jwk(key, kid):
        made = json.loads(jwt.algorithms.OKPAlgorithm.to_jwk(key.public_key()))
        return {**made, "kid": kid}

    def reload(expected: str):
        seen = gateway.log_text().count(expected)
        gateway.reload()
        deadline = time.monotonic() + 30
        while gateway.log_text().count(expected) == seen:
            assert time.monotonic() < deadline, gateway.log_text()
            time.sleep(0.02)

    first, second = KEYS["EdDSA"], ed25519.Ed25519PrivateKey.generate()
    keys.write_text(json.dumps({"keys": [jwk(first, "1")]}))
    prepared = start(tls=files[1], tokens={"keys": str(keys), "audience": "tabir"})
    (prepared.directory / "users").write_text(USERS_LINES)
    prepared.policy.write_text(POLICY + MORE_POLICY)
    with prepared as gateway:
        keys.write_text('{"keys":[],"keys":[]}')
        reload("reload_refused")
        assert log_in(gateway, token(key=first)) == "note 7"
        keys.write_text(json.dumps({"keys": [jwk(second, "2")]}))
        reload('"reloaded"')
        assert log_in(gateway, token(key=second)) == "note 7"
        assert "token authentication failed" in log_in(gateway, token(key=first))
