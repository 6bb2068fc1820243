"""pgbench in its three modes: PostgreSQL's own load, with several clients, without one failed transaction."""

import re

import pytest
from conftest import needs_policy


@pytest.fixture(scope="module")
def tables(run):
    made = run("dba1", "pgbench", "-i", "-s", "1", "-q")
    assert made.returncode == 0, made.stderr


@pytest.mark.parametrize("mode", ["simple", "extended", "prepared"])
@pytest.mark.parametrize("script", ["tpcb-like", "select-only"])
def test_every_transaction_succeeds(run, tables, mode, script):
    done = run("dba1", "pgbench", "-n", "-M", mode, "-b", script, "-c", "4", "-j", "2", "-t", "100")
    assert done.returncode == 0, done.stderr
    assert "number of transactions actually processed: 400/400" in done.stdout
    assert "number of failed transactions: 0 (0.000%)" in done.stdout


@pytest.mark.parametrize("mode", ["extended", "prepared"])
def test_pipelined_statements_succeed(run, tables, tmp_path, mode):
    (tmp_path / "script").write_text("\\startpipeline\n" + "SELECT abalance FROM pgbench_accounts WHERE aid = 1;\n" * 5 +
                                     "\\endpipeline\n")
    done = run("dba1", "pgbench", "-n", "-M", mode, "-f", "script", "-c", "2", "-t", "50", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "number of failed transactions: 0 (0.000%)" in done.stdout


@needs_policy
@pytest.mark.parametrize("mode", ["simple", "extended", "prepared"])
def test_a_masked_role_runs_point_queries(run, agent, tmp_path, mode):
    (tmp_path / "script").write_text("\\set id random(1, 20)\nSELECT id, phone FROM customers WHERE id = :id;\n")
    done = run(agent, "pgbench", "-n", "-M", mode, "-f", "script", "-c", "4", "-t", "50", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert re.search(r"number of transactions actually processed: 200/200", done.stdout)
