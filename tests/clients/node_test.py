"""node-postgres (npm `pg`), in the version that node/package-lock.json names."""

import json
import pathlib
import shutil
import subprocess

import pytest
from conftest import BIN, needs_policy

HERE = pathlib.Path(__file__).resolve().parent / "node"


@pytest.fixture(scope="session")
def modules():
    """The installed packages, in the build's folder and kept there from run to run."""
    place = BIN.parent / "clients-node"
    lock = (HERE / "package-lock.json").read_bytes()
    installed = place / "installed-lock.json"
    if not installed.exists() or installed.read_bytes() != lock:
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, place)
        subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=place, check=True, timeout=200)
        installed.write_bytes(lock)
    return place / "node_modules"


@pytest.fixture
def node(environment, modules):
    def call(user: str, part: str, **more: str) -> dict:
        done = subprocess.run(["node", HERE / "client.js", part], text=True, capture_output=True, timeout=60,
                              env={**environment(user), "NODE_PATH": str(modules), **more})
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return call


def test_the_lock_file_names_no_registry():
    assert "resolved" not in (HERE / "package-lock.json").read_text()


def test_queries_of_every_kind_work(node):
    assert node("dba1", "unrestricted") == {
        "simple": [[{"one": 1}], [{"two": 2}]], "bound": {"sum": 42, "text": "h\u00e9"}, "prepared": [1, 2, 3],
        "failed": "22012", "arrays": 3, "fields": ["id", "city"], "payload": "hello"}


def test_a_pool_shares_its_connections(node):
    assert node("dba1", "pool") == {"numbers": list(range(40))}


@needs_policy
def test_an_agent_is_masked_refused_and_stopped(node, agent, customer):
    answer = node(agent, "agent", CUSTOMER_PHONE=customer["phone"])
    assert answer["fields"] == ["id", "full_name", "phone", "email", "address", "city", "birthday", "created_at"]
    assert answer["row"]["full_name"] == customer["full_name"]
    assert answer["row"]["phone"] != customer["phone"]
    assert [row["id"] for row in answer["found"]] == [customer["id"]]
    assert answer["found"][0]["phone"] != customer["phone"]
    assert answer["refused"]["code"] == "42501" and "policy.yaml:" in answer["refused"]["message"]
    assert answer["stopped"]["code"] == "54000"
    assert answer["after"] == 1
