"""Logging in with a client certificate: one of a client CA, valid now, that names the user."""

import datetime
import time
from contextlib import closing

import psycopg2
import pytest
from certificates import make_certificate
from conftest import POLICY
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from gateway import PASSWORD

USERS_LINES = 'desk certificate\nservice certificate certificate=URI:spiffe://tabir/service certificate=DNS:Service.Internal\n'
MORE_POLICY = "  desk: { role: clerk }\n  service: { role: clerk }\n"
DAY = datetime.timedelta(days=1)


class Authority:
    """A CA of the test's own, whose certificates are written to `folder`."""

    def __init__(self, folder, name: str):
        self.folder, self.name, self.key = folder, name, ec.generate_private_key(ec.SECP256R1())
        self.subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self.certificate = self.build(self.subject, self.key).add_extension(
            x509.BasicConstraints(True, None), True).sign(self.key, hashes.SHA256())
        self.file = folder / f"{name}.ca"
        self.file.write_bytes(self.certificate.public_bytes(serialization.Encoding.PEM))

    def build(self, subject, key, start=-DAY, end=DAY):
        now = datetime.datetime.utcnow()
        return (x509.CertificateBuilder().subject_name(subject).issuer_name(self.subject).public_key(key.public_key())
                .serial_number(x509.random_serial_number()).not_valid_before(now + start).not_valid_after(now + end))

    def issue(self, file: str, *common_names: str, others=(), start=-DAY, end=DAY, usage=ExtendedKeyUsageOID.CLIENT_AUTH):
        """What psycopg2.connect() takes."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name) for name in common_names])
        builder = self.build(subject, key, start, end).add_extension(x509.ExtendedKeyUsage([usage]), False)
        if others:
            builder = builder.add_extension(x509.SubjectAlternativeName(others), False)
        certificate = builder.sign(self.key, hashes.SHA256())
        crt, key_file = self.folder / f"{self.name}-{file}.crt", self.folder / f"{self.name}-{file}.key"
        crt.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        key_file.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                               serialization.NoEncryption()))
        key_file.chmod(0o600)
        return {"sslcert": str(crt), "sslkey": str(key_file)}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("certificates")


@pytest.fixture(scope="module")
def authority(folder):
    return Authority(folder, "ours")


def prepare(start, folder, client_ca):
    certificate, key = make_certificate(folder, "server")
    prepared = start(tls={"certificate": str(certificate), "key": str(key), "client_ca": str(client_ca), "required": False})
    with (prepared.directory / "users").open("a") as users:
        users.write(USERS_LINES)
    prepared.policy.write_text(POLICY + MORE_POLICY)
    return prepared


@pytest.fixture
def taking_certificates(start, folder, authority):
    with prepare(start, folder, authority.file) as gateway:
        yield gateway


def log_in(gateway, user: str, certificate=None, password: str = "", sslmode: str = "require") -> str:
    certificate = certificate or {"sslcert": "/nonexistent", "sslkey": "/nonexistent"}
    try:
        with closing(psycopg2.connect(gateway.dsn(user, password=password, sslmode=sslmode, **certificate))) as one:
            cursor = one.cursor()
            cursor.execute("SELECT words FROM notes WHERE id = 7")
            return cursor.fetchone()[0]
    except psycopg2.OperationalError as error:
        return str(error)


def test_a_certificate_with_the_users_name_opens_a_session(taking_certificates, authority):
    assert log_in(taking_certificates, "desk", authority.issue("desk", "desk")) == "note 7"


@pytest.mark.parametrize("other", [x509.UniformResourceIdentifier("spiffe://tabir/service"), x509.DNSName("service.internal")])
def test_a_certificate_may_be_the_users_by_another_name(taking_certificates, authority, other):
    assert log_in(taking_certificates, "service", authority.issue("service", "whatever", others=[other])) == "note 7"


@pytest.mark.parametrize("user, names, others", [
    ("desk", ["service"], []),
    ("desk", ["Desk"], []),
    ("desk", ["desk "], []),
    ("desk", ["*"], []),
    ("desk", ["desk", "dba1"], []),
    ("desk", ["dba1", "desk"], []),
    ("desk", ["x"], [x509.DNSName("desk")]),
    ("service", ["service"], []),
    ("service", ["spiffe://tabir/service"], []),
    ("service", ["x"], [x509.DNSName("*.internal")]),
    ("service", ["x"], [x509.UniformResourceIdentifier("spiffe://tabir/service/other")]),
    ("service", ["x"], [x509.DNSName("service.internal.attacker.example")]),
    ("dba1", ["dba1"], []),
    ("nobody", ["nobody"], []),
])
def test_a_certificate_that_does_not_name_the_user_leaves_him_with_the_password(taking_certificates, authority, user, names,
                                                                                others):
    answer = log_in(taking_certificates, user, authority.issue("other", *names, others=others), "wrong")
    assert f'password authentication failed for user "{user}"' in answer and "certificate must show one" in answer


def test_without_a_certificate_a_user_of_them_is_like_one_who_is_not_there(taking_certificates):
    for user in ("desk", "nobody"):
        for sslmode, hint in (("require", "certificate must show one"), ("disable", "must connect with TLS")):
            answer = log_in(taking_certificates, user, None, PASSWORD, sslmode)
            assert f'password authentication failed for user "{user}"' in answer and hint in answer


def test_certificates_that_do_not_hold_end_the_handshake(taking_certificates, authority, folder):
    stranger = Authority(folder, "ours-too")
    for certificate in (stranger.issue("desk", "desk"), authority.issue("expired", "desk", end=-DAY / 2),
                        authority.issue("early", "desk", start=DAY / 2),
                        authority.issue("server", "desk", usage=ExtendedKeyUsageOID.SERVER_AUTH)):
        answer = log_in(taking_certificates, "desk", certificate, PASSWORD)
        assert "alert" in answer or "SSL" in answer, answer


def test_others_log_in_with_their_passwords_with_any_certificate_or_none(taking_certificates, authority):
    for certificate in (None, authority.issue("clerk", "clerk1")):
        assert log_in(taking_certificates, "clerk1", certificate, PASSWORD) == "note 7"


def test_a_certificate_is_of_no_use_where_none_is_asked_for(start, folder, authority):
    certificate, key = make_certificate(folder, "server")
    prepared = start(tls={"certificate": str(certificate), "key": str(key)})
    (prepared.directory / "users").write_text(USERS_LINES)
    prepared.policy.write_text(POLICY + MORE_POLICY)
    with prepared as gateway:
        assert "password authentication failed" in log_in(gateway, "desk", authority.issue("desk", "desk"), "x")


def test_a_ca_that_is_taken_away_lets_nobody_in_from_then_on(start, folder, authority):
    stranger = Authority(folder, "next")
    client_ca = folder / "client_ca"
    client_ca.write_bytes(authority.file.read_bytes())
    old, new = authority.issue("desk", "desk"), stranger.issue("desk", "desk")
    with prepare(start, folder, client_ca) as gateway:
        assert log_in(gateway, "desk", old) == "note 7"
        client_ca.write_bytes(stranger.file.read_bytes())
        gateway.reload()
        deadline = time.monotonic() + 30
        while '"reloaded"' not in gateway.log_text():
            assert time.monotonic() < deadline
            time.sleep(0.02)
        assert log_in(gateway, "desk", old) != "note 7"
        assert log_in(gateway, "desk", new) == "note 7"
