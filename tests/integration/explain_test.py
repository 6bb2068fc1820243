"""`tabir explain` tells what a gateway does, and `tabir check --database` what the database should refuse by itself."""

import json
import subprocess

import pytest
from gateway import tabir_binary


def explain(gateway, *words: str) -> subprocess.CompletedProcess:
    return subprocess.run([tabir_binary(), "explain", "--config", gateway.config, *words], text=True,
                          capture_output=True, timeout=60)


def told(gateway, user: str, statement: str) -> dict:
    done = explain(gateway, "--as", user, "--json", statement)
    assert done.stderr == ""
    answer = json.loads(done.stdout)
    assert done.returncode == (0 if answer["allowed"] else 1)
    return answer


def test_an_allowed_statement_with_its_masks_rules_and_accounting(gateway):
    answer = told(gateway, "agent", "SELECT id, phone FROM customers WHERE phone = '+62'")
    assert (answer["user"], answer["role"], answer["database"]) == ("agent", "support", "payments")
    statement, = answer["statements"]
    assert statement["kind"] == "select"
    assert all(rule.startswith("policy.yaml:") for rule in statement["rules"]) and len(statement["rules"]) >= 2
    table, = statement["tables"]
    assert table["name"] == "public.customers"
    columns = {column["name"]: column for column in table["columns"]}
    assert columns["id"]["shown"] == "as it is"
    assert columns["full_name"]["shown"] == "as it is", "the role sees names in clear"
    assert (columns["phone"]["shown"], columns["phone"]["searchable"]) == ("keep_last 4", True)
    assert (columns["birthday"]["shown"], columns["birthday"]["searchable"]) == ("truncate year", False)
    assert statement["counted"] == [{"subject": "customer", "of_groups": False}]
    assert statement["searched_values"] == 1
    assert '"public"."customers"' in statement["sql"] and "__tabir_k" in statement["sql"]
    assert answer["budgets"][0]["limit"] == 1000000


def test_a_refused_statement_with_its_rule_and_hint(gateway):
    refusal = told(gateway, "agent", "SELECT * FROM kyc.documents")["refusal"]
    assert refusal["sqlstate"] == "42501" and refusal["reason"] == "table_not_granted"
    assert "policy.yaml:" in refusal["message"] and "public.customers" in refusal["hint"]
    done = explain(gateway, "--as", "agent", "SELECT pg_sleep(1)")
    assert done.returncode == 1
    assert "refused: role support may not call pg_catalog.pg_sleep" in done.stdout and "hint: " in done.stdout


def test_words_for_people(gateway):
    done = explain(gateway, "--as", "agent", "--database", "payments", "SELECT phone FROM customers")
    assert (done.returncode, done.stderr) == (0, "")
    assert "agent has role support in payments (policy.yaml:" in done.stdout
    assert "sent to the database:\n  select " in done.stdout.lower()
    assert explain(gateway, "--as", "dba", "SELECT 1").returncode == 0


@pytest.mark.parametrize("words, why", [
    (("--as", "nobody", "SELECT 1"), "no policy gives user 'nobody' a role"),
    (("--as", "agent", "--database", "other", "SELECT 1"), "permission denied for database"),
    (("SELECT 1",), "--as"),
    (("--as", "agent"), "statement"),
])
def test_what_cannot_be_explained(gateway, words, why):
    done = explain(gateway, *words)
    assert done.returncode == 2 and why in done.stderr


def test_nothing_is_run(gateway, postgres):
    explain(gateway, "--as", "agent", "SELECT nextval('nothing'), count(*) FROM support.tickets")
    assert postgres.psql("SELECT count(*) FROM pg_stat_activity WHERE usename = 'tabir_catalog' AND query LIKE "
                         "'%tickets%'", "payments") == "0"


def test_the_statements_that_put_the_rights_right(gateway, postgres):
    """tabir_reader, of these tests, may read and write far too much."""
    def check() -> subprocess.CompletedProcess:
        return subprocess.run([tabir_binary(), "check", "--config", gateway.config, "--database"], text=True,
                              capture_output=True, timeout=60)

    done = check()
    assert done.returncode == 1, done.stderr
    assert "-- database payments, user tabir_reader (policy roles: " in done.stdout
    assert "REVOKE DELETE, INSERT, UPDATE ON kyc.documents FROM tabir_reader;" in done.stdout
    assert "rights_too_wide_or_missing" in gateway.log_text(), "and serve warned of it"
    fixes = done.stdout
    postgres.psql("BEGIN; " + fixes + "; ROLLBACK", "payments")  # each line is SQL or a comment
