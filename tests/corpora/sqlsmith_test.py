"""Non-interference under Debian's sqlsmith, which knows PostgreSQL's grammar, types and operators, and nothing of Tabir.

TABIR_SEED chooses the statements. With TABIR_LONG=1 it goes on with other seeds for TABIR_HOURS (12) hours."""

import os
import pathlib
import re
import subprocess
import time

import pytest

from twins import BACKEND, GAVE_UP, Pair, databases_of, difference

HERE = pathlib.Path(__file__).parent
SEED = int(os.environ.get("TABIR_SEED", "20261126"))
LONG = os.environ.get("TABIR_LONG") == "1"
READERS = ["masked", "scoped", "finder"]
STATEMENTS = 200


@pytest.fixture(scope="module")
def smith(twins):
    for user in READERS:
        twins.psql(f"CREATE DATABASE smith_{user} TEMPLATE twins_shape")
        twins.load(HERE / "sqlsmith.sql", f"smith_{user}", {"database": f"smith_{user}"})
    twins.psql("DROP TABLE billing.payments, derived, contacts, accounts, visits CASCADE", "smith_scoped")
    return twins


def statements(postgres, user: str, seed: int) -> list[str]:
    written = subprocess.run(
        ["sqlsmith", f"--target=host={postgres.host} port={postgres.port} dbname=smith_{user} user={BACKEND} password=backend-secret",
         "--exclude-catalog", "--dry-run", f"--max-queries={STATEMENTS}", f"--seed={seed}"], capture_output=True, text=True, check=True).stdout
    # A sample is chosen anew each time, unless it says by what.
    return [re.sub(r"(tablesample \w+ \([\d.]+\))", r"\1 repeatable (7)", text.strip()) for text in re.split(r";\s*\n", written) if text.strip()]


@pytest.mark.parametrize("user", READERS)
def test_sqlsmith_cannot_tell_the_twins_apart(smith, gateways, user):
    pair = Pair(gateways, user, databases_of(user))
    ends = time.monotonic() + 3600 * float(os.environ.get("TABIR_HOURS", "12")) / len(READERS)
    said = answered = 0
    differences = []
    for place in (0, 1):
        pair.answer(place, "SET statement_timeout = '5s'")

    def ask(place: int, statement: str):
        pair.answer(place, "BEGIN")
        answer = pair.answer(place, statement)
        pair.answer(place, "ROLLBACK")
        return answer

    seed = SEED
    while not said or (LONG and time.monotonic() < ends and len(differences) < 20):
        for statement in statements(smith, user, seed):
            one, other = ask(0, statement), ask(1, statement)
            said += 1
            answered += one.error is None
            if any(answer.error and answer.error["C"] == GAVE_UP for answer in (one, other)):
                continue
            why = difference(one, other, statement.upper())
            if why and not difference(one, ask(0, statement), statement.upper()):  # else it hangs on the clock or on chance
                differences.append(f"{user} (seed {seed}): {statement}\n    {why}")
            if one.error and one.error["C"].startswith("XX"):
                differences.append(f"{user} (seed {seed}): {statement}\n    {one.error['M']}")
        seed += 1
    pair.close()
    print(f"{user}: {said} statements, {answered} answered, from seed {SEED}")
    assert not differences, "\n".join(differences[:10])
    assert answered > said / 5, f"only {answered} of {said} statements were answered"
