"""How long things take, and times cut by what a driver binds, for a role that sees only aggregates."""

import psycopg
import pytest

from conftest import BACKENDS, assert_numbers_of_postgresql
from gateway import Gateway

POLICY = """
version: 1
databases: [payments]
tables:
  public.customers: { subject: { customer: id }, columns: { id: open, city: open, created_at: open, birthday: open } }
  kyc.documents: { subject: { customer: customer_id }, columns: { customer_id: open, kind: open, submitted_at: open } }
roles: { analyst: { tables: [public.customers, kyc.documents], only: aggregates, min_group: 10 }, dba: { unrestricted: true } }
users: { analyst: { role: analyst }, dba: { role: dba } }
"""
JOINED = "FROM kyc.documents d JOIN customers c ON c.id = d.customer_id"


@pytest.fixture(scope="module")
def gateway(postgres):
    with Gateway(postgres, POLICY, ["analyst", "dba"], {role: BACKENDS[role] for role in ("analyst", "dba")}) as running:
        yield running


@pytest.mark.parametrize("statement", [
    f"SELECT d.kind, avg(d.submitted_at - c.created_at) {JOINED} GROUP BY d.kind",
    f"SELECT avg(extract(epoch FROM (d.submitted_at - c.created_at)) / 3600) {JOINED}",
    f"SELECT round(avg(EXTRACT(EPOCH FROM d.submitted_at - c.created_at) / 86400), 2) AS days {JOINED}",
    f"SELECT avg(extract(day FROM d.submitted_at - c.created_at)) {JOINED}",
    f"SELECT sum(d.submitted_at - c.created_at) FILTER (WHERE d.kind = 'ktp') {JOINED}",
    f"SELECT d.kind, avg(d.submitted_at - c.created_at)::text, to_char(avg(d.submitted_at - c.created_at), 'DD HH24:MI'), sum(d.submitted_at - c.created_at)::text {JOINED} GROUP BY d.kind",
    f"SELECT extract(hour FROM sum(d.submitted_at - c.created_at)), extract(day FROM sum(c.created_at - d.submitted_at)) {JOINED}",
    "SELECT sum(date_trunc('day', submitted_at) - submitted_at)::text, avg(submitted_at - date_trunc('month', submitted_at))::text FROM kyc.documents",
    f"SELECT stddev(extract(epoch FROM d.submitted_at - c.created_at)) {JOINED}",
    "SELECT avg(timestamptz '2026-01-01' - submitted_at) AS age FROM kyc.documents",
    "SELECT avg(DATE '2026-01-01' - submitted_at::date) FROM kyc.documents",
    "SELECT avg(now() - submitted_at) > interval '1 day' FROM kyc.documents",
    "SELECT avg(CURRENT_DATE - (submitted_at)::date) > 1 FROM kyc.documents",
    f"WITH x AS (SELECT d.kind, d.submitted_at - c.created_at AS took {JOINED}) SELECT kind, avg(took) FROM x GROUP BY kind",
    f"SELECT kind, avg(took) AS mean FROM (SELECT d.kind, extract(epoch FROM d.submitted_at - c.created_at) AS took {JOINED}) x GROUP BY kind",
    "SELECT avg(extract(hour FROM submitted_at)), avg(length(kind)), corr(extract(day FROM submitted_at), extract(month FROM submitted_at)) FROM kyc.documents",
    "SELECT kind, count(*) FROM kyc.documents GROUP BY kind HAVING avg(extract(year FROM submitted_at)) > 2021",
    "SELECT CAST(extract(dow FROM submitted_at) + 1 AS integer) AS day, count(*) FROM kyc.documents GROUP BY 1",
    "SELECT 'Q' || extract(quarter FROM submitted_at) AS quarter, count(*) FROM kyc.documents GROUP BY 1",
    "SELECT extract(year FROM submitted_at)::text || '-Q' || extract(quarter FROM submitted_at) AS quarter, count(*) FROM kyc.documents GROUP BY 1",
    "SELECT submitted_at::time BETWEEN '08:00' AND '17:00' AS at_work, count(*) FROM kyc.documents GROUP BY 1",
    "SELECT count(*) FROM kyc.documents WHERE submitted_at::time < '12:00'",
])
def test_durations_and_parts_of_times_are_postgresqls(answers, statement):
    assert_numbers_of_postgresql(answers, statement, in_order=False)


@pytest.mark.parametrize("statement, parameters", [
    ("SELECT date_trunc(%s, submitted_at) AS d, count(*) FROM kyc.documents GROUP BY d ORDER BY d", ["month"]),
    ("SELECT date_trunc(%s::text, submitted_at), count(*) FROM kyc.documents GROUP BY 1 ORDER BY 1", ["month"]),
    ("SELECT to_char(submitted_at, %s), count(*) FROM kyc.documents GROUP BY 1 ORDER BY 1", ["YYYY-MM"]),
    ("SELECT to_char(date_trunc(%s, submitted_at), %s), count(*) FROM kyc.documents GROUP BY 1 ORDER BY 1", ["month", "YYYY"]),
    ("SELECT date_trunc('month', submitted_at AT TIME ZONE %s), count(*) FROM kyc.documents GROUP BY 1 ORDER BY 1", ["Asia/Jakarta"]),
    ("SELECT date_part(%s, submitted_at), count(*) FROM kyc.documents GROUP BY 1 ORDER BY 1", ["year"]),
])
def test_keys_may_be_cut_by_parameters(answers, statement, parameters):
    assert answers("analyst", statement, parameters) == answers("dba", statement, parameters)


@pytest.mark.parametrize("statement", [
    "SELECT CASE WHEN kind = 'ktp' THEN date_trunc(%s, submitted_at) END AS d, count(*) FROM kyc.documents GROUP BY d",
    "SELECT coalesce(date_trunc(%s, submitted_at), submitted_at) AS d, count(*) FROM kyc.documents GROUP BY d",
    "SELECT count(*) FROM kyc.documents WHERE date_trunc(%s, submitted_at) > '2020-01-01'",
    "SELECT count(*) FILTER (WHERE to_char(submitted_at AT TIME ZONE %s, 'YYYY') > '2') FROM kyc.documents",
    "SELECT count(DISTINCT date_trunc(%s, submitted_at)) FROM kyc.documents",
])
def test_what_a_wrong_unit_would_tell_of_some_rows_is_refused(answers, statement):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        answers("analyst", statement, ["bogus"])


def test_a_time_without_end_is_no_error(answers, postgres):
    """Where PostgreSQL has one, it would tell that somebody has such a time."""
    postgres.psql("UPDATE kyc.documents SET submitted_at = 'infinity' WHERE id = 1", "payments")
    try:
        for statement in (f"SELECT avg(d.submitted_at - c.created_at) IS NULL {JOINED} WHERE d.kind = 'sim'", f"SELECT avg(extract(epoch FROM d.submitted_at - c.created_at)) > 0 {JOINED}",
                          "SELECT count(*) > 0 FROM kyc.documents WHERE submitted_at::time < '12:00'"):
            assert len(answers("analyst", statement)[1]) == 1
    finally:
        postgres.psql("UPDATE kyc.documents SET submitted_at = '2021-01-05' WHERE id = 1", "payments")
