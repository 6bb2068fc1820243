"""libpqxx, by the small program pqxx_client."""

import subprocess

from conftest import BIN, needs_policy


def test_every_kind_of_statement_works(run):
    done = run("dba1", str(BIN / "pqxx_client"), "unrestricted")
    assert done.returncode == 0, done.stderr


@needs_policy
def test_an_agent_is_masked_refused_and_stopped(environment, agent, customer):
    done = subprocess.run([BIN / "pqxx_client", "agent"], text=True, capture_output=True, timeout=60,
                          env={**environment(agent), "CUSTOMER_PHONE": customer["phone"]})
    assert done.returncode == 0, done.stderr
