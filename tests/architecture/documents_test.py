"""Documents speak of what is there."""

import pathlib
import re
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
ROOMS = ["sql", "policies", "monitoring", "gateway", "tests", "helm"]
DOCUMENTS = sorted(path for path in ROOT.rglob("*.md")
                   if not {"build", "node_modules", ".cache"} & set(path.relative_to(ROOT).parts))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document: pathlib.Path) -> None:
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", document.read_text())
    dead = [link for link in links if not re.match(r"https?:", link) and not (document.parent / link).exists()]
    assert not dead


@pytest.mark.parametrize("room", ROOMS)
def test_each_room_says_in_thirty_lines_what_it_is(room: str) -> None:
    assert 0 < len((ROOT / room / "README.md").read_text().splitlines()) <= 30


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_names_only_what_it_holds(room: str) -> None:
    rows = re.findall(r"^\| (`[^|]+) \|", (ROOT / room / "README.md").read_text(), re.MULTILINE)
    names = [name for row in rows for name in re.findall(r"`([^`]+)`", row)]
    missing = [name for name in names if "*" not in name and not (ROOT / room / name).exists()]
    assert not missing


def test_every_part_of_the_gateway_stands_in_its_readme() -> None:
    text = (ROOT / "gateway/README.md").read_text()
    parts = [path.name for path in (ROOT / "gateway").iterdir() if path.is_dir()]
    assert [part for part in parts if f"`{part}/`" not in text] == []


def test_the_two_commands_are_executable() -> None:
    for command in ("quickstart", "check"):
        assert f"./{command}" in (ROOT / "README.md").read_text()
        subprocess.run(["test", "-x", ROOT / command], check=True)
