"""The chart: its values are checked, its manifests are what Kubernetes accepts, its configuration is what the gateway loads.
Rendered by Helm's engine, not by Helm itself (see render.go)."""
import os
import re
import subprocess
from pathlib import Path

import chart
import jsonschema
import kubernetes
import pytest
import yaml

LINT = "{extends: default, rules: {line-length: disable, document-start: disable, braces: {max-spaces-inside: 1}, " \
       "comments: {min-spaces-from-content: 1}, indentation: {indent-sequences: whatever}, empty-lines: disable}}"


KEY = {"secret": "keys", "key": "key"}
SHARED_BUDGETS = {"redis": "redis:6379", "tls": "off", "hashSecret": KEY}


@pytest.fixture(scope="module", autouse=True)
def renderer():
    chart.build_renderer()


@pytest.fixture(scope="module", params=chart.EXAMPLES, ids=lambda path: path.stem)
def values(request):
    return chart.values_of(request.param)


@pytest.fixture(scope="module")
def texts(renderer, values):
    return chart.render(values)


@pytest.fixture(scope="module")
def documents(texts):
    return chart.manifests(texts)


def payments():
    return chart.values_of(chart.CHART / "ci" / "payments-values.yaml")


def only(documents, kind):
    (found,) = chart.of_kind(documents, kind)
    return found


def pod(documents):
    return only(documents, "Deployment")["spec"]["template"]["spec"]


def test_examples_are_accepted_by_the_schema(values):
    chart.check_values(values)


def test_values_without_servers_databases_and_policies_are_refused():
    with pytest.raises(jsonschema.ValidationError):
        chart.check_values(chart.defaults())


@pytest.mark.parametrize("path, value", [
    ("replica", 2),
    ("replicas", "2"),
    ("replicas", -1),
    ("servers", {}),
    ("servers.main.address", None),
    ("servers.main.ca", None),
    ("servers.main.password", "secret"),
    ("servers.main.tls", "verify"),
    ("servers.main.allow_logins", ["trust"]),
    ("databases.payments", {"database": "payments"}),
    ("backend.default", None),
    ("backend.default.password", "secret"),
    ("backend.default.password", {"secret": "Upper_Case", "key": "k"}),
    ("backend.roles.support.passwort", {"secret": "s", "key": "k"}),
    ("backend.roles", {"../x": {"user": "u"}}),
    ("users", {"secret": "s"}),
    ("users.key", "../../etc/passwd"),
    ("tls", {"required": True}),
    ("sharedBudgets", {"redis": "r:6379", "tls": "off"}),
    ("sharedBudgets", {"redis": "r:6379", "hashSecret": {"secret": "s", "key": "k"}}),
    ("sharedBudgets", {"redis": "r:6379", "hashSecret": {"secret": "s", "key": "k"}, "tls": {}}),
    ("sharedBudgets", {"redis": "r:6379", "hashSecret": "plain", "tls": "off"}),
    ("sharedBudgets", {"redis": "r:6379", "hashSecret": {"secret": "s", "key": "k"}, "tls": "off", "user": "u"}),
    ("state", {"claim": "tabir-state"}),
    ("state", {"budgetJournal": True}),
    ("state", {"claim": "tabir-state", "emptyDir": True, "budgetJournal": True}),
    ("state", {"emptyDir": False, "budgetJournal": True}),
    ("state", {"emptyDir": True, "shared": True, "frozenUsers": True}),
    ("state", {"claim": "../x", "frozenUsers": True}),
    ("state", {"claim": "tabir-state", "budgetJournal": False, "frozenUsers": False}),
    ("tokens", {"audience": "tabir"}),
    ("tokens", {"keys": {"secret": "issuer", "key": "jwks"}}),
    ("tokens", {"audience": "tabir", "keys": {"secret": "issuer", "configMap": "issuer", "key": "jwks"}}),
    ("tokens", {"audience": "tabir", "keys": {"key": "jwks"}}),
    ("tokens", {"audience": "tabir", "hmacSecret": {"configMap": "issuer", "key": "hmac"}}),
    ("tokens", {"audience": "tabir", "hmacSecret": {"secret": "issuer", "key": "hmac"}, "leeway": "500ms"}),
    ("tls.clientCa", "ca.crt"),
    ("events", {"webhook": {}}),
    ("events", {"webhook": {"url": "http://alerts.internal/"}}),
    ("events", {"webhook": {"url": "http://alerts.internal/", "allow_http": False}}),
    ("events", {"webhook": {"url": "https://user:password@alerts.internal/"}}),
    ("events", {"webhook": {"url": "https://alerts.internal/?to=@all"}}),
    ("events", {"webhook": {"url": "https://alerts.internal/", "hmacSecret": "plain"}}),
    ("events", {"webhook": {"url": "https://alerts.internal/", "queue": 0}}),
    ("events", {"syslog": {}}),
    ("timeouts", {"drain": "5s"}),
    ("timeouts", {"login": "5 seconds"}),
    ("limits", {"sessions": "many"}),
    ("limits", {"statement_size": "256kB"}),
    ("policies", {}),
    ("policies", {"policy.json": "version: 1"}),
    ("policies", {"payments.yaml": {"version": 1}}),
    ("drainSeconds", 0),
    ("withdrawSeconds", 5.5),
    ("logLevel", "warning"),
    ("service.type", "ExternalName"),
    ("service.port", 70000),
    ("networkPolicy.clients", [{}]),
    ("networkPolicy.databasePorts", []),
    ("image.repository", ""),
])
def test_wrong_values_are_refused(path, value):
    with pytest.raises(jsonschema.ValidationError):
        chart.check_values(chart.changed(payments(), path, value))


@pytest.mark.parametrize("changes, why", [
    ({"state": {"claim": "c", "budgetJournal": True}, "sharedBudgets": SHARED_BUDGETS, "replicas": 2}, "ReadWriteMany"),
    ({"state": {"claim": "c", "shared": True, "budgetJournal": True}, "replicas": 2}, "one process alone"),
    ({"state": {"claim": "c", "frozenUsers": True}, "replicas": 2}, "all replicas"),
    ({"state": {"claim": "c", "shared": False, "frozenUsers": True}, "replicas": 2}, "all replicas"),
    ({"state": {"emptyDir": True, "frozenUsers": True}, "replicas": 2}, "all replicas"),
    ({"tokens": {"audience": "tabir", "hmacSecret": KEY}, "tls": {"secret": ""}}, "tls.secret"),
    ({"tls": {"secret": "", "clientCa": KEY}}, "tls.secret"),
])
def test_contradictory_values_are_refused_with_a_reason(changes, why):
    assert why in chart.refusal({**payments(), **changes})


def test_every_default_is_known_to_the_schema():
    chart.check_values(chart.merged(payments(), {}))
    for key in chart.defaults():
        with pytest.raises(jsonschema.ValidationError):
            chart.check_values(chart.changed(payments(), key, 3.5))


def test_manifests_are_tidy_yaml(texts):
    for name, text in texts.items():
        if name.endswith(".yaml") and text.strip():
            done = subprocess.run(["yamllint", "-d", LINT, "-"], input=text.strip() + "\n", capture_output=True, text=True)
            assert done.returncode == 0, name + done.stdout


def test_manifests_are_what_kubernetes_accepts(documents):
    core = [document for document in documents if document["kind"] != "ServiceMonitor"]
    assert kubernetes.problems(core) == ""


@pytest.mark.parametrize("path, value", [
    ("spec.replicass", 1),
    ("spec.replicas", "two"),
    ("spec.template.spec.runAsNonRoot", True),
    ("spec.selector", None),
])
def test_that_check_finds_mistakes(path, value):
    deployment = only(chart.manifests(chart.render(payments())), "Deployment")
    assert kubernetes.problems([chart.changed(deployment, path, value)]) != ""


def test_no_secret_is_rendered(documents):
    assert chart.of_kind(documents, "Secret") == []


def test_the_container_can_do_as_little_as_possible(documents):
    container = pod(documents)["containers"][0]
    assert pod(documents)["securityContext"]["runAsNonRoot"] is True
    assert pod(documents)["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert pod(documents)["automountServiceAccountToken"] is False
    assert only(documents, "ServiceAccount")["automountServiceAccountToken"] is False
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}}
    assert {mount["name"] for mount in container["volumeMounts"] if not mount.get("readOnly")} <= {"state"}


def test_sessions_have_time_to_end(documents, values):
    grace = pod(documents)["terminationGracePeriodSeconds"]
    assert grace > values["drainSeconds"] + values["withdrawSeconds"]


def test_ports_and_selectors_fit_together(documents):
    labels = only(documents, "Deployment")["spec"]["template"]["metadata"]["labels"]
    ports = {port["name"] for port in pod(documents)["containers"][0]["ports"]}
    served = {port["name"] for service in chart.of_kind(documents, "Service") for port in service["spec"]["ports"]}
    assert served == ports == {"postgres", "http"}
    network = only(documents, "NetworkPolicy")["spec"]
    assert {port["port"] for rule in network["ingress"] for port in rule["ports"]} == ports
    selectors = [service["spec"]["selector"] for service in chart.of_kind(documents, "Service")]
    selectors += [network["podSelector"]["matchLabels"]]
    selectors += [only(documents, kind)["spec"]["selector"]["matchLabels"] for kind in ("Deployment", "PodDisruptionBudget")]
    for selector in selectors:
        assert selector and selector.items() <= labels.items()
    for monitor in chart.of_kind(documents, "ServiceMonitor"):
        assert monitor["spec"]["selector"]["matchLabels"].items() <= labels.items()
        assert {endpoint["port"] for endpoint in monitor["spec"]["endpoints"]} <= served
        assert set(monitor["spec"]) == {"selector", "endpoints"}


def test_metrics_are_not_published_with_the_database():
    exposed = chart.changed(payments(), "service.type", "LoadBalancer")
    for service in chart.of_kind(chart.manifests(chart.render(exposed)), "Service"):
        names = {port["name"] for port in service["spec"]["ports"]}
        assert ("http" in names) == (service["spec"]["type"] == "ClusterIP")


def test_redis_can_be_reached_where_budgets_are_shared():
    for values, reached in ((payments(), False), (chart.changed(payments(), "sharedBudgets", SHARED_BUDGETS), True)):
        chart.check_values(values)
        documents = chart.manifests(chart.render(values))
        egress = only(documents, "NetworkPolicy")["spec"]["egress"]
        assert any(port["port"] == 6379 for rule in egress for port in rule["ports"]) == reached
        assert ("shared_budgets" in only(documents, "ConfigMap")["data"]["tabir.yaml"]) == reached


@pytest.mark.parametrize("url, port, reached", [
    ("https://alerts.internal", 0, 443),
    ("https://alerts.internal/to:8080/", 0, 443),
    ("https://alerts.internal:8443?to=1:9", 0, 8443),
    ("https://[fd00::1]", 0, 443),
    ("https://[fd00::1]:8443/", 0, 8443),
    ("http://alerts.internal/", 0, 80),
    ("https://alerts.internal/", 8443, 8443),
])
def test_the_webhook_can_be_reached_and_nothing_else_there(url, port, reached):
    peers = [{"ipBlock": {"cidr": "10.1.0.0/16"}}]
    values = chart.changed(payments(), "events", {"webhook": {"url": url, "allow_http": True}})
    values = chart.changed(chart.changed(values, "networkPolicy.webhook", peers), "networkPolicy.webhookPort", port)
    chart.check_values(values)
    egress = only(chart.manifests(chart.render(values)), "NetworkPolicy")["spec"]["egress"]
    without = only(chart.manifests(chart.render(payments())), "NetworkPolicy")["spec"]["egress"]
    assert egress == without + [{"ports": [{"port": reached, "protocol": "TCP"}], "to": peers}]


@pytest.mark.parametrize("state, strategy", [
    ({}, "RollingUpdate"),
    ({"emptyDir": True, "budgetJournal": True, "frozenUsers": True}, "RollingUpdate"),
    ({"claim": "c", "shared": True, "frozenUsers": True}, "RollingUpdate"),
    ({"claim": "c", "frozenUsers": True}, "Recreate"),
    ({"claim": "c", "shared": True, "budgetJournal": True}, "Recreate"),
])
def test_a_new_pod_never_waits_for_what_the_old_one_holds(state, strategy):
    values = chart.changed(payments(), "state", state)
    chart.check_values(values)
    assert only(chart.manifests(chart.render(values)), "Deployment")["spec"]["strategy"]["type"] == strategy


def test_replicas_keep_their_journals_in_one_folder_and_are_replaced_one_by_one():
    values = chart.changed(payments(), "state", {"claim": "c", "shared": True, "budgetJournal": True})
    values = chart.changed(chart.changed(values, "sharedBudgets", SHARED_BUDGETS), "replicas", 3)
    chart.check_values(values)
    documents = chart.manifests(chart.render(values))
    assert only(documents, "Deployment")["spec"]["strategy"]["type"] == "RollingUpdate"
    config = yaml.safe_load(only(documents, "ConfigMap")["data"]["tabir.yaml"])
    assert config["budget_journal"] == "/var/lib/tabir/journals"


@pytest.mark.parametrize("volume", [{"persistentVolumeClaim": {"claimName": "c"}}, {"emptyDir": {}}], ids=["claim", "empty"])
def test_what_the_gateway_writes_lies_in_a_folder_of_the_writable_volume(volume):
    where = {"claim": "c"} if "persistentVolumeClaim" in volume else {"emptyDir": True}
    values = chart.changed(payments(), "state", {**where, "budgetJournal": True, "frozenUsers": True})
    documents = chart.manifests(chart.render(values))
    (mount,) = [mount for mount in pod(documents)["containers"][0]["volumeMounts"] if not mount.get("readOnly")]
    assert "subPath" not in mount
    assert {"name": mount["name"], **volume} in pod(documents)["volumes"]
    config = yaml.safe_load(only(documents, "ConfigMap")["data"]["tabir.yaml"])
    folders = {Path(config[key]).parent for key in ("budget_journal", "frozen_users_file")}
    assert folders == {Path(mount["mountPath"])}


def test_a_policy_that_freezes_needs_a_place_for_names(tmp_path):
    values = chart.values_of(chart.CHART / "ci" / "everything-values.yaml")
    done = check(mounted(chart.manifests(chart.render(chart.changed(values, "state", {}))), tmp_path))
    assert done.returncode != 0
    assert "frozen_users_file" in done.stdout + done.stderr


def test_a_changed_policy_rolls_the_pods():
    before = payments()
    after = chart.changed(before, "logLevel", "debug")
    checksums = {
        only(chart.manifests(chart.render(values)), "Deployment")["spec"]["template"]["metadata"]["annotations"][
            "checksum/config"]
        for values in (before, after)
    }
    assert len(checksums) == 2


def stand_in(name, certificate: Path, key: Path):
    """What a file of a Secret could hold."""
    if name.startswith("ca-") or name in ("redis-ca", "redis-certificate", "client-ca", "webhook-ca"):
        return certificate.read_bytes()
    if name == "token-keys":
        return subprocess.run(["openssl", "pkey", "-pubout", "-in", key], check=True, capture_output=True).stdout
    return {"redis-key": key.read_bytes(), "users": b""}.get(name, b"password" * 8 + b"\n")


def check(config):
    """The verdict of the gateway itself."""
    tabir = Path(os.environ["TABIR_BIN"]) / "tabir"
    return subprocess.run([tabir, "check", "--config", config], capture_output=True, text=True)


def mounted(documents, root: Path):
    """Lays out under `root` the files that the container would see, with stand-ins for what the Secrets hold."""
    certificate, key = root / "certificate", root / "key"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-subj", "/CN=tabir", "-days", "2", "-out", certificate, "-keyout", key],
                   check=True, capture_output=True)
    config_map = only(documents, "ConfigMap")["data"]
    paths = {mount["name"]: root / mount["mountPath"].lstrip("/") for mount in pod(documents)["containers"][0]["volumeMounts"]}
    for volume in pod(documents)["volumes"]:
        folder = paths[volume["name"]]
        folder.mkdir(parents=True)
        if "configMap" in volume:
            for name, text in config_map.items():
                for mount in pod(documents)["containers"][0]["volumeMounts"]:
                    text = text.replace(mount["mountPath"] + "/", str(root) + mount["mountPath"] + "/")
                (folder / name).write_text(text)
        elif "secret" in volume:
            (folder / "tls.crt").write_bytes(certificate.read_bytes())
            (folder / "tls.key").write_bytes(key.read_bytes())
        elif "projected" in volume:
            sources = [kind for source in volume["projected"]["sources"] for kind in source.values()]
            for item in (item for source in sources for item in source["items"]):
                file = folder / item["path"]
                file.touch(mode=volume["projected"]["defaultMode"])
                file.write_bytes(stand_in(item["path"], certificate, key))
    return paths["config"] / "tabir.yaml"


def test_the_gateway_accepts_its_configuration(documents, tmp_path):
    done = check(mounted(documents, tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_file_that_the_configuration_names_is_mounted(documents, tmp_path):
    folder = mounted(documents, tmp_path).parent.parent / "secrets"
    text = only(documents, "ConfigMap")["data"]["tabir.yaml"]
    assert set(re.findall(r": /etc/tabir/secrets/(\S+)", text)) == {file.name for file in folder.iterdir()}


def test_the_gateway_notices_a_broken_policy(tmp_path):
    broken = chart.changed(payments(), "policies", {"payments.yaml": "version: 1\nrolls: {}\n"})
    done = check(mounted(chart.manifests(chart.render(broken)), tmp_path))
    assert done.returncode != 0
    assert "payments.yaml:2:1" in done.stdout + done.stderr
