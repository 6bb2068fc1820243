"""What a running gateway exports is what the dashboard and the alerts ask for, and Prometheus finds it."""
import json
import os
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from pathlib import Path

import pytest
import queries

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "harness"))

from gateway import Gateway, demo_postgres  # noqa: E402
from private_postgres import free_port  # noqa: E402
from private_redis import PrivateRedis  # noqa: E402
from replicas import shared_section  # noqa: E402


@pytest.fixture(scope="module")
def gateway(tmp_path_factory):
    """A gateway that has done a little of everything."""
    binary = Path(os.environ["TABIR_BIN"]) / "tabir"
    policy = ROOT / "policies" / "examples" / "payments.yaml"
    with demo_postgres() as postgres, PrivateRedis() as redis:
        shared = shared_section(redis, tmp_path_factory.mktemp("shared"))
        with Gateway(postgres, policy, ["agent7", "dba1"], extra_config=shared, binary=binary) as running:
            running.psql("dba1", "SELECT 1; SELECT no_such_column;")
            running.psql("agent7", "SELECT full_name FROM customers WHERE id = 4711; SELECT * FROM customers;")
            running.psql("agent7", "DROP TABLE customers;")
            running.psql("mallory", "SELECT 1;")
            yield running


@pytest.fixture(scope="module")
def exported(gateway):
    return queries.exported(gateway.http("/metrics")[1])


@pytest.mark.parametrize("title, expression", queries.all_queries())
def test_every_query_is_about_metrics_that_a_live_gateway_exports(title, expression, exported):
    for metric, labels in queries.metrics_of(expression):
        assert metric in exported, f"{title}: no metric {metric}"
        assert labels <= exported[metric] | queries.LABELS_OF_THE_SCRAPE, f"{title}: labels of {metric}"


def test_promtool_accepts_what_is_exported(gateway):
    done = subprocess.run(["promtool", "check", "metrics"], input=gateway.http("/metrics")[1], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_health_and_readiness_are_told(gateway):
    assert gateway.http("/healthz") == (200, "alive\n")
    assert gateway.http("/readyz") == (200, "ready\n")
    assert gateway.http("/")[0] == 404


@pytest.mark.parametrize("metric, labels", [
    ("tabir_statements_total", {"role": "dba", "decision": "relayed"}),
    ("tabir_statements_total", {"role": "support", "decision": "rewritten", "kind": "select"}),
    ("tabir_refusals_total", {"role": "support", "reason": "statement_kind"}),
    ("tabir_statement_duration_seconds_count", {"role": "dba", "decision": "relayed"}),
    ("tabir_statement_duration_seconds_count", {"role": "support", "decision": "rewritten"}),
    ("tabir_gateway_duration_seconds_count", {"role": "support", "decision": "rewritten"}),
    ("tabir_subjects_revealed_total", {"role": "support", "subject": "customer"}),
    ("tabir_budget_stops_total", {"role": "support", "subject": "customer"}),
    ("tabir_rows_total", {"role": "support"}),
    ("tabir_client_received_bytes_total", {"role": "dba"}),
    ("tabir_client_sent_bytes_total", {"role": "support"}),
    ("tabir_errors_total", {"role": "dba", "sqlstate_class": "42"}),
    ("tabir_errors_total", {"role": "support", "sqlstate_class": "54"}),
    ("tabir_logins_total", {"result": "accepted"}),
    ("tabir_logins_total", {"result": "wrong_credentials"}),
    ("tabir_backend_connects_total", {"result": "connected"}),
    ("tabir_plan_cache_misses_total", {}),
    ("tabir_catalog_refreshes_total", {"database": "payments", "result": "succeeded"}),
    ("tabir_catalog_refreshed_timestamp_seconds", {"database": "payments"}),
    ("tabir_policy_info", {"policy": "policy.yaml"}),
    ("tabir_policy_loaded_timestamp_seconds", {"policy": "policy.yaml"}),
    ("tabir_ready", {}),
    ("process_resident_memory_bytes", {}),
])
def test_what_happened_was_counted(gateway, metric, labels):
    assert gateway.metric(metric, **labels) > 0


def test_nothing_of_a_client_becomes_a_label(gateway):
    metrics = gateway.http("/metrics")[1]
    for word in ("mallory", "agent7", "no_such_column", "4711"):
        assert word not in metrics


def test_the_log_names_whom_the_runbooks_ask_about(gateway):
    lines = [json.loads(line) for line in gateway.log_text().splitlines()]
    assert {"login_refused", "budget_stopped", "policy_in_force"} <= {line["event"] for line in lines}
    (stopped,) = [line for line in lines if line["event"] == "budget_stopped"]
    assert (stopped["user"], stopped["role"], stopped["subject"]) == ("agent7", "support", "customer")
    assert stopped["seen"] == stopped["allowed"]
    assert [line["user"] for line in lines if line["event"] == "login_refused"] == ["mallory"]


@pytest.fixture(scope="module")
def prometheus(gateway, tmp_path_factory):
    """A Prometheus that scrapes the gateway every second; ask(PromQL) gives the result's series."""
    folder = tmp_path_factory.mktemp("prometheus")
    (folder / "prometheus.yml").write_text(json.dumps({
        "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
        "rule_files": [str(queries.RULES)],
        "scrape_configs": [{"job_name": "tabir", "static_configs": [{"targets": [f"127.0.0.1:{gateway.http_port}"]}]}],
    }))
    address = f"127.0.0.1:{free_port()}"
    with open(folder / "log", "w") as log:
        process = subprocess.Popen(["prometheus", f"--config.file={folder}/prometheus.yml", f"--web.listen-address={address}",
                                    f"--storage.tsdb.path={folder}/data"], stdout=log, stderr=log)

    def ask(expression):
        url = f"http://{address}/api/v1/query?" + urllib.parse.urlencode({"query": expression})
        with urllib.request.urlopen(url, timeout=10) as answer:
            return json.load(answer)["data"]["result"]

    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            if float(ask("max(count_over_time(tabir_ready[5m]))")[0]["value"][1]) >= 3:
                break
        except (OSError, IndexError):
            pass
        time.sleep(0.5)
    yield ask
    process.terminate()
    process.wait(30)


@pytest.mark.parametrize("title, expression", queries.dashboard_queries())
def test_every_panel_finds_something(title, expression, prometheus):
    found = prometheus(expression)
    assert found or "> 0" in expression, title


def test_no_alert_fires_about_a_gateway_that_is_well(prometheus):
    about_people = {"TabirBudgetStops", "TabirRefusalsBurst", "TabirSweep"}
    firing = {alert["metric"]["alertname"] for alert in prometheus('ALERTS{alertstate="firing"}')}
    assert firing <= about_people
