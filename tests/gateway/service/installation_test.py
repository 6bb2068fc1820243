"""What `cmake --install` puts where, and what systemd thinks of the unit."""

import os
import pathlib
import re
import shutil
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[3]
BUILD = pathlib.Path(os.environ["TABIR_BIN"]).parent


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> pathlib.Path:
    prefix = tmp_path_factory.mktemp("prefix")
    subprocess.run(["cmake", "--install", BUILD, "--prefix", prefix], check=True, stdout=subprocess.DEVNULL)
    return prefix


@pytest.mark.parametrize("path", [
    "bin/tabir",
    "share/tabir/tabir.example.yaml",
    "share/tabir/policies/schema.json",
    "share/tabir/policies/examples/payments.yaml",
    "share/tabir/sql/demo/10_schema.sql",
    "share/tabir/monitoring/dashboards/tabir.json",
    "share/tabir/monitoring/alerts/tabir.rules.yaml",
    "lib/systemd/system/tabir.service",
    "lib/sysusers.d/tabir.conf",
])
def test_installs(installed: pathlib.Path, path: str) -> None:
    assert (installed / path).is_file()


def test_installs_nothing_else_but_these_folders(installed: pathlib.Path) -> None:
    assert {path.name for path in installed.iterdir()} == {"bin", "share", "lib"}
    assert not list(installed.rglob("CMakeLists.txt")) and not list(installed.rglob("*.md"))


def test_the_installed_program_runs(installed: pathlib.Path) -> None:
    version = subprocess.run([installed / "bin/tabir", "version"], check=True, capture_output=True, text=True).stdout
    assert re.fullmatch(r"tabir \d+\.\d+\.\d+\n", version)


@pytest.fixture()
def unit(installed: pathlib.Path, tmp_path: pathlib.Path) -> pathlib.Path:
    """The unit with the program where it is now: systemd-analyze looks for it."""
    text = (installed / "lib/systemd/system/tabir.service").read_text()
    path = tmp_path / "tabir.service"
    path.write_text(re.sub(r"ExecStart=\S+", f"ExecStart={installed}/bin/tabir", text))
    return path


def run_systemd_analyze(*arguments: str | pathlib.Path) -> subprocess.CompletedProcess:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed here")
    return subprocess.run(["systemd-analyze", *arguments], capture_output=True, text=True)


def test_systemd_finds_no_fault_in_the_unit(unit: pathlib.Path) -> None:
    result = run_systemd_analyze("verify", "--man=no", unit)
    assert result.returncode == 0 and "tabir.service" not in result.stderr, result.stderr


def test_the_unit_is_exposed_to_little(unit: pathlib.Path) -> None:
    """10 is the worst; 2.0 is what remains for a program that must reach a database over the network."""
    result = run_systemd_analyze("security", "--offline=yes", "--threshold=20", unit)
    assert result.returncode == 0, result.stdout
