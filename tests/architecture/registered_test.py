"""A test that ctest does not know tells nothing."""

import pathlib
import re

TESTS = pathlib.Path(__file__).resolve().parents[1]


def named_by_cmake(file: pathlib.Path) -> bool:
    """Its folder's CMakeLists.txt, or the next one above, names it: whole, without the ending in a loop, or by the
    folder that pytest collects."""
    folder = next(folder for folder in file.parents if (folder / "CMakeLists.txt").exists())
    words = re.findall(r"[\w./]+", (folder / "CMakeLists.txt").read_text())
    path = file.relative_to(folder).as_posix()
    return path in words or path.rpartition("_test")[0] in words or (file.suffix == ".py" and "." in words)


def test_every_test_file_is_named_in_a_cmake_file():
    files = [file for ending in ("py", "cpp") for file in TESTS.rglob(f"*_test.{ending}")]
    assert files
    assert [file.name for file in files if not named_by_cmake(file)] == []
