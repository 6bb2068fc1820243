"""clang-format decides the layout of every C++ file."""

import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
ROOMS = ["sql", "policies", "monitoring", "gateway", "tests"]


def test_every_file_is_laid_out_by_clang_format():
    files = [str(file) for room in ROOMS for file in sorted((ROOT / room).rglob("*.[ch]pp"))]
    assert files
    found = subprocess.run(["clang-format-16", "--dry-run", "--Werror", *files], capture_output=True, text=True)
    assert found.returncode == 0, "\n".join(line for line in found.stderr.splitlines() if "error:" in line)
