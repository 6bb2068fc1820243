"""Ordinary work: what tools and people send succeeds, and says what PostgreSQL says of a database that holds the masks.

The expected answers come from PostgreSQL itself: statements about the catalog run on the same database, all others on a
copy of it in which the masks stand in place of the values."""

import pathlib
import re
from contextlib import ExitStack

import pytest

from conversations import CASES, Oids, Statement, read
from gateway import DEMO_BACKEND_PASSWORD, PASSWORD, Gateway, load_demo
from twins import ordered, sorted_rows
from wire_session import Answer, WireSession

HERE = pathlib.Path(__file__).parent
BACKEND = "tabir_worker"
USERS = ["worker", "agent", "analyst"]
FILES = sorted((CASES / "work").glob("*.sql"))

TRANSACTION = re.compile(r"\s*(begin|start|commit|rollback|end|abort|savepoint|release)\b", re.IGNORECASE)

OBJECTS = f"""
CREATE VIEW customer_cards AS SELECT c.id, c.full_name AS holder, c.phone AS telp, c.city FROM customers c WHERE c.id > 0;
CREATE VIEW customer_names AS SELECT id, holder || ' ' || telp AS label FROM customer_cards;
CREATE TABLE profiles (id bigint PRIMARY KEY, details jsonb, raw json);
INSERT INTO profiles SELECT id, d, d::json FROM (SELECT id, jsonb_build_object('contact', jsonb_build_object('wa', phone, 'mail', jsonb_build_array(email)),
    'city', city, 'visits', id % 7, 'tags', jsonb_build_array('t' || id % 3, 'new')) AS d FROM customers WHERE id < 200) AS made;
CREATE MATERIALIZED VIEW customer_copy AS SELECT * FROM customers WHERE id < 100;
CREATE FUNCTION phone_of(bigint) RETURNS text LANGUAGE sql AS 'SELECT phone FROM public.customers WHERE id = $1';
CREATE FUNCTION leak(text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE 'leak %', $1; RETURN $1; END $$;
CREATE ROLE {BACKEND} LOGIN PASSWORD '{DEMO_BACKEND_PASSWORD}';
GRANT USAGE ON SCHEMA support, kyc, billing TO {BACKEND};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public, support, kyc, billing TO {BACKEND};"""

MASKS = """
DROP INDEX customers_phone_key, customers_email_key;
UPDATE customers SET
    full_name = (SELECT string_agg(left(word, 1) || '.', ' ') FROM regexp_split_to_table(full_name, ' ') AS word),
    phone = '***' || right(phone, 4),
    email = left(email, 1) || '***@' || split_part(email, '@', 2),
    address = CASE WHEN address IS NOT NULL THEN '***' END,
    birthday = date_trunc('year', birthday)::date;
UPDATE profiles SET details = jsonb_set(jsonb_set(details, '{contact,wa}', to_jsonb('***' || right(details #>> '{contact,wa}', 4))),
    '{contact,mail,0}', to_jsonb(left(details #>> '{contact,mail,0}', 1) || '***@' || split_part(details #>> '{contact,mail,0}', '@', 2)));
UPDATE profiles SET raw = details::json;
ALTER TABLE kyc.documents DROP COLUMN image, DROP COLUMN selfie;
CLUSTER customers USING customers_pkey;
CLUSTER profiles USING profiles_pkey;
ANALYZE;
REFRESH MATERIALIZED VIEW customer_copy;"""


@pytest.fixture(scope="module")
def databases(postgres):
    load_demo(postgres)
    postgres.psql(OBJECTS, "payments")
    postgres.psql("CREATE DATABASE masked TEMPLATE payments")
    for statement in MASKS.split(";\n"):
        postgres.psql(statement, "masked")
    return postgres


@pytest.fixture(scope="module")
def gateway(databases):
    with Gateway(databases, HERE / "work.yaml", USERS, dict.fromkeys(USERS, BACKEND)) as running:
        yield running


@pytest.fixture(scope="module")
def oids(databases):
    return Oids(databases, "payments")


class Conversation:
    """One connection; a statement that fails within a transaction leaves the transaction as it was."""

    def __init__(self, session: WireSession):
        self.session = session
        self.in_block = False

    def say(self, sql: str, parameters: list[str | None] | None, copy_in: bytes) -> Answer:
        control = TRANSACTION.match(sql)
        if self.in_block and not control:
            self.session.run("SAVEPOINT corpus")
        answer = self.session.run(sql, parameters, copy_in=copy_in)
        if answer.state == b"E":
            self.in_block = self.session.run("ROLLBACK" if control else "ROLLBACK TO corpus").state == b"T"
        else:
            self.in_block = answer.state == b"T"
        return answer


def is_control(sql: str) -> bool:
    """Whether it changes the session for all that follow."""
    return TRANSACTION.match(sql) is not None or re.match(r"\s*(set|reset|discard|prepare|deallocate)\b|.*set_config", sql,
                                                          re.IGNORECASE) is not None


def is_about_the_catalog(sql: str) -> bool:
    return re.search(r"\bpg_|information_schema|current_schema|current_database|^\s*SHOW|version\(\)", sql, re.IGNORECASE) is not None


def complaint(expected: Answer, got: Answer, sql: str) -> str | None:
    if expected.error is not None:
        return None if got.error is not None else "succeeds, but PostgreSQL refuses it"
    if got.error is not None:
        return f"{got.error['C']}: {got.error['M']}"
    if expected.columns != got.columns:
        return f"columns {expected.columns}\n    became {got.columns}"
    if expected.tags != got.tags:
        return f"{expected.tags} became {got.tags}"
    if expected.rows == got.rows and expected.copied == got.copied:
        return None
    if not ordered(sql.upper()):
        rows = [[message for message in sorted_rows(answer) if message[0] in (b"D", b"d")] for answer in (expected, got)]
        if rows[0] == rows[1]:
            return None
    differing = next(((one, other) for one, other in zip(expected.rows, got.rows) if one != other), (expected.copied, got.copied))
    return f"{differing[0]!r:.300}\n    became {differing[1]!r:.300}"


def complaints(databases, gateway, oids, user: str, statements: list[Statement]) -> list[tuple[Statement, str]]:
    wrong = []
    with ExitStack() as stack:
        sessions = [stack.enter_context(WireSession((databases.host, databases.port)).log_in(BACKEND, DEMO_BACKEND_PASSWORD, name))
                    for name in ("payments", "masked")]
        sessions.append(stack.enter_context(WireSession((gateway.host, gateway.port)).log_in(user, PASSWORD, "payments")))
        raw, masked, through = map(Conversation, sessions)
        for statement in statements:
            sql = oids.fill(statement.sql)
            parameters = statement.parameters and [value and oids.fill(value) for value in statement.parameters]
            told_by = raw if is_about_the_catalog(sql) else masked
            if is_control(sql):  # the gateway's back end and `raw` would wait for each other's rows, else
                (masked if told_by is raw else raw).say(sql, parameters, statement.copy_in)
            expected, got = (one.say(sql, parameters, statement.copy_in) for one in (told_by, through))
            if why := complaint(expected, got, sql):
                wrong.append((statement, why))
    return wrong


def told(wrong: list[tuple[Statement, str]]) -> str:
    return "\n".join(f"{statement.sql}\n    {why}" for statement, why in wrong)


# A role with a budget that may change rows is not told where they stand.
WORK = [(user, path) for user in ("worker", "agent") for path in FILES if (user, path.stem) != ("agent", "places_of_rows")]


@pytest.mark.parametrize("user, path", WORK, ids=lambda one: getattr(one, "stem", one))
def test_tools_and_people_get_their_work_done(databases, gateway, oids, user, path):
    wrong = complaints(databases, gateway, oids, user, read(path))
    assert not wrong, told(wrong)


def test_an_analyst_who_sees_nobody_gets_the_reports(databases, gateway, oids):
    wrong = complaints(databases, gateway, oids, "analyst", read(CASES / "work" / "reports.sql"))
    assert not wrong, told(wrong)
