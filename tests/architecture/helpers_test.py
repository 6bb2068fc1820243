"""Files of a room are compiled together, in units that shift when a file is added: what a file keeps to itself, in a
namespace without a name, has a name that no other file of its namespace uses."""

import collections
import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
UNNAMED = re.compile(r"^namespace \{\n(.*?)^\}  // namespace$", re.S | re.M)
NAMED = re.compile(r"^namespace ([\w:]+) \{", re.M)
DEFINED = re.compile(
    r"^(?:struct|class|enum class) (\w+)[^;\n]*\{"  # types
    r"|^(?:constexpr|const|inline|static)\b[^(\n]*?(\w+)(?:\[\])? ?[={]"  # constants
    r"|^(?!using|namespace|template|return|static_assert)\w[\w:<>*&, ]*?[ *&](\w+)\(",  # functions
    re.M,
)


def helpers(path: pathlib.Path) -> set[str]:
    text = path.read_text()
    return {name for part in UNNAMED.findall(text) for names in DEFINED.findall(part) for name in names if name}


def kept_out_of_units(room: str) -> set[str]:
    text = (ROOT / room / "CMakeLists.txt").read_text()
    skipped = re.search(r"set_source_files_properties\(([^)]*)SKIP_UNITY_BUILD_INCLUSION", text)
    return set(re.findall(r"[\w/]+\.cpp", skipped.group(1))) if skipped else set()


@pytest.mark.parametrize("room", ["gateway", "monitoring", "policies", "sql"])
def test_a_helper_is_called_as_no_other(room):
    skipped = kept_out_of_units(room)
    where = collections.defaultdict(set)
    for path in (ROOT / room).rglob("*.cpp"):
        if str(path.relative_to(ROOT / room)) in skipped:
            continue
        namespace = NAMED.search(path.read_text())
        for name in helpers(path):
            where[namespace.group(1) if namespace else "", name].add(path.relative_to(ROOT).as_posix())
    assert {helper: sorted(files) for helper, files in where.items() if len(files) > 1} == {}


def test_helpers_are_found():
    assert {"print_table", "print_statement"} <= helpers(ROOT / "gateway/cli/explain_output.cpp")
    assert "CatalogReading" in helpers(ROOT / "gateway/backend/catalog_loader.cpp")
