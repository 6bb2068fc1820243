"""Case files that hold what a tool sends, statement by statement."""

import pathlib
import re
from dataclasses import dataclass

from wire_session import parameters_of

CASES = pathlib.Path(__file__).resolve().parents[1] / "cases"


@dataclass(frozen=True)
class Statement:
    sql: str
    parameters: list[str | None] | None  # None: a simple Query
    copy_in: bytes = b""


def read(path: pathlib.Path) -> list[Statement]:
    """Statements stand apart by an empty line. `-- $1 = 'x'` above one gives its parameters, `-- copy: a,b` a line of
    data for COPY FROM STDIN; other comments at its head are for the reader."""
    statements = []
    for block in re.split(r"\n\s*\n", path.read_text()):
        lines, parameters, data = block.strip("\n").split("\n"), None, ""
        while lines and lines[0].startswith("--"):
            head = lines.pop(0)
            if head.startswith("-- $1 = "):
                parameters = parameters_of(head)
            elif head.startswith("-- copy: "):
                data += head.removeprefix("-- copy: ") + "\n"
        if lines and lines != [""]:
            statements.append(Statement("\n".join(lines), parameters, data.encode()))
    return statements


def units(path: pathlib.Path) -> list[list[str]]:
    """Cases of one statement a line; they stand apart by an empty line."""
    blocks = re.split(r"\n\s*\n", path.read_text())
    cases = [[line for line in block.splitlines() if not line.startswith("-- ")] for block in blocks]
    return [[*map(str.strip, case)] for case in cases if "".join(case)]


class Oids:
    """`{oid:public.customers}` in a statement: a tool sends back what it read from the catalog."""

    def __init__(self, postgres, database: str):
        rows = postgres.psql("""
            SELECT c.oid, n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            UNION ALL SELECT p.oid, n.nspname || '.' || p.proname || '()' FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
                      WHERE p.oid >= 16384
            UNION ALL SELECT t.oid, 'type ' || n.nspname || '.' || t.typname FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
            UNION ALL SELECT oid, 'schema ' || nspname FROM pg_namespace""", database).splitlines()
        self.by_name = {name: oid for oid, name in (row.split("|", 1) for row in rows)}

    def fill(self, text: str) -> str:
        return re.sub(r"\{oid:([^}]*)\}", lambda found: self.by_name[found[1]], text)
