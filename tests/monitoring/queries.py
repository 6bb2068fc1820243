"""The PromQL of the dashboard and of the alert rules, and what it refers to."""
import json
import re
from pathlib import Path

import yaml

ROOM = Path(__file__).resolve().parents[2] / "monitoring"
DASHBOARD = ROOM / "dashboards" / "tabir.json"
RULES = ROOM / "alerts" / "tabir.rules.yaml"
RULES_TEST = ROOM / "alerts" / "tabir_test.yaml"

# What Grafana puts in before it asks Prometheus, and the scrape adds to every series.
GRAFANA_VARIABLES = {"$__rate_interval": "5m", "$__range": "6h", "$instance": ".*", "$role": ".*"}
LABELS_OF_THE_SCRAPE = {"instance", "job", "le"}


def dashboard():
    return json.loads(DASHBOARD.read_text())


def panels():
    return [panel for panel in dashboard()["panels"] if panel["type"] != "row"]


def rules():
    return [rule for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]]


def with_variables(expression):
    for variable, value in GRAFANA_VARIABLES.items():
        expression = expression.replace(variable, value)
    assert "$" not in expression, expression
    return expression


def dashboard_queries():
    """(where it stands, PromQL) of each panel and annotation."""
    board = dashboard()
    found = [(panel["title"], target["expr"]) for panel in panels() for target in panel["targets"]]
    found += [(note["name"], note["expr"]) for note in board["annotations"]["list"]]
    return [(title, with_variables(expression)) for title, expression in found]


def all_queries():
    return dashboard_queries() + [(rule["alert"], rule["expr"]) for rule in rules()]


def metrics_of(expression):
    """The names of the gateway's metrics in a query, each with the labels that its selector names."""
    for name, selector in re.findall(r"\b((?:tabir|process)_[a-z_]+)(?:\{([^}]*)\})?", expression):
        yield name, set(re.findall(r"(\w+)\s*[=!]~?", selector))


def exported(text):
    """Metric names of an exposition in text format, each with its label names."""
    series = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            name, labels = re.match(r"([a-z_]+)(\{.*\})?", line).groups()
            series.setdefault(name, set()).update(re.findall(r'(\w+)="', labels or ""))
    return series
