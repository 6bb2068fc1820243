"""The dashboard and the alert rules: valid, tested, and about metrics that the gateway really exports."""
import os
import subprocess
from itertools import product
from pathlib import Path

import pytest
import queries
import yaml


@pytest.fixture(scope="module")
def exposition():
    sample = Path(os.environ["TABIR_BIN"]) / "monitoring_sample"
    return subprocess.run([sample], check=True, capture_output=True, text=True).stdout


def promtool(*arguments, **options):
    done = subprocess.run(["promtool", *arguments], capture_output=True, text=True, **options)
    assert done.returncode == 0, done.stdout + done.stderr


def test_metrics_follow_the_conventions_of_prometheus(exposition):
    promtool("check", "metrics", input=exposition)


def test_alert_rules_are_valid():
    promtool("check", "rules", str(queries.RULES))


def test_alerts_fire_when_they_should_and_not_otherwise():
    promtool("test", "rules", queries.RULES_TEST.name, cwd=queries.RULES_TEST.parent)


def test_every_alert_is_seen_firing_in_a_test():
    tested = queries.RULES_TEST.read_text()
    assert [rule["alert"] for rule in queries.rules() if f'alertname="{rule["alert"]}"' not in tested] == []


def test_every_alert_says_what_it_means_and_what_to_do():
    for rule in queries.rules():
        assert rule["labels"]["severity"] in ("warning", "critical"), rule["alert"]
        assert set(rule["annotations"]) == {"summary", "description", "runbook"}, rule["alert"]


def test_every_query_of_the_dashboard_is_valid_promql(tmp_path):
    recorded = [
        {"record": f"query:{number}", "expr": expression}
        for number, (_, expression) in enumerate(queries.dashboard_queries())
    ]
    rules = tmp_path / "dashboard.yaml"
    rules.write_text(yaml.safe_dump({"groups": [{"name": "dashboard", "rules": recorded}]}))
    promtool("check", "rules", str(rules))


@pytest.mark.parametrize("title, expression", queries.all_queries())
def test_every_query_is_about_exported_metrics_and_labels(title, expression, exposition):
    exported = queries.exported(exposition)
    named = list(queries.metrics_of(expression))
    assert named or "up{" in expression, title
    for metric, labels in named:
        assert metric in exported, f"{title}: no metric {metric}"
        assert labels <= exported[metric] | queries.LABELS_OF_THE_SCRAPE, f"{title}: labels of {metric}"


def test_every_metric_is_shown_or_alerted_on(exposition):
    used = {metric for _, expression in queries.all_queries() for metric, _ in queries.metrics_of(expression)}
    histograms = {name.removesuffix("_bucket") for name in used if name.endswith("_bucket")}
    unused = set(queries.exported(exposition)) - used
    assert {name for name in unused if name.rpartition("_")[0] not in histograms} == set()


def test_every_panel_explains_itself():
    for panel in queries.panels():
        assert panel["description"].endswith("."), panel["title"]
        assert panel["datasource"]["uid"] == "${datasource}", panel["title"]
        if panel["type"] != "table":
            assert panel["fieldConfig"]["defaults"]["unit"], panel["title"]


def test_panels_have_ids_of_their_own_and_do_not_overlap():
    taken = set()
    all_panels = queries.dashboard()["panels"]
    assert len({panel["id"] for panel in all_panels}) == len(all_panels)
    for panel in all_panels:
        at = panel["gridPos"]
        cells = set(product(range(at["x"], at["x"] + at["w"]), range(at["y"], at["y"] + at["h"])))
        assert at["x"] + at["w"] <= 24, panel["title"]
        assert not cells & taken, panel["title"]
        taken |= cells
