"""The wire's case files hold through the gateway as they hold against bare PostgreSQL (wire_cases_pg_test)."""

import os
import pathlib
import subprocess

import pytest

from gateway import PASSWORD

ROOT = pathlib.Path(__file__).resolve().parents[2]
CASES = sorted((ROOT / "tests" / "cases" / "wire").glob("*.txt"))
RUNNER = pathlib.Path(os.environ.get("TABIR_BIN", ROOT / "build" / "dev" / "bin")) / "wire_cases"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_an_unrestricted_conversation_is_postgresqls_own(gateway, case):
    done = subprocess.run([RUNNER, case], capture_output=True, text=True, timeout=120, env={
        **os.environ, "PGHOST": gateway.host, "PGPORT": str(gateway.port), "PGUSER": "dba", "PGPASSWORD": PASSWORD,
        "PGDATABASE": "payments"})
    assert done.returncode == 0, done.stdout + done.stderr
