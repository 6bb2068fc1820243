"""Functions of the usual extensions that only compute are PostgreSQL's own, for every role; others are the policy's to name."""

import psycopg
import pytest

from conftest import BACKENDS, POLICY, USERS
from gateway import Gateway

EXTENSIONS = """
CREATE SCHEMA ext; CREATE EXTENSION pg_trgm SCHEMA ext; CREATE EXTENSION unaccent SCHEMA ext; CREATE EXTENSION pgcrypto SCHEMA ext; CREATE EXTENSION dblink SCHEMA ext;
CREATE FUNCTION ext.soundex(text) RETURNS text LANGUAGE sql AS 'SELECT $1';
GRANT USAGE ON SCHEMA ext TO PUBLIC;
"""


@pytest.fixture(scope="module")
def extended(postgres):
    postgres.psql(EXTENSIONS, "payments")
    with Gateway(postgres, POLICY, USERS, BACKENDS) as running:
        yield running
    postgres.psql("DROP SCHEMA ext CASCADE", "payments")


@pytest.fixture(params=["agent", "reader", "capped"])
def connection(extended, request):
    with psycopg.connect(extended.dsn(request.param, options="-c search_path=public,ext"), autocommit=True) as connection:
        yield connection


def test_a_search_box_finds_what_is_alike(connection):
    found = connection.execute("SELECT DISTINCT city FROM (SELECT city FROM customers WHERE id < 8) c WHERE similarity(city, 'Bandng') > 0.3 OR unaccent(lower(city)) LIKE 'x%'")
    assert set(found.fetchall()) <= {("Bandung",)}
    assert connection.execute("SELECT word_similarity('word', 'two words'), ext.unaccent('Hôtel'), encode(digest('a', 'md5'), 'hex') = md5('a')").fetchone() == (0.8, "Hotel", True)


def test_they_are_given_masks(connection):
    (guess,) = connection.execute("SELECT similarity(phone, '+6285727404681') FROM customers WHERE id = 4711").fetchone()
    assert guess < 0.5
    (trigrams,) = connection.execute("SELECT show_trgm(phone) FROM customers WHERE id = 4711").fetchone()
    assert not any("857" in trigram or "272" in trigram for trigram in trigrams)


@pytest.mark.parametrize("statement", [
    "SELECT soundex('a')", "SELECT ext.soundex(phone) FROM customers WHERE id = 1",  # somebody's own of that name
    "SELECT * FROM ext.dblink('dbname=payments', 'SELECT 1') AS x(n int)", "SELECT ext.dblink_connect('dbname=payments')",
    "SELECT set_limit(0.1)", "SELECT pgp_sym_decrypt('a'::bytea, 'k')",
])
def test_others_are_refused(connection, statement):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(statement)
