"""Whoever can be read from the bytes of an answer has been counted, and where sql/SHAPES.md says so nobody else has.

Statements of every shape of that table are made at random (statements.py), over a database in which whatever is about a person
holds a word of his own (people.py). Whom an answer shows is read from its bytes alone; whom the gateway counted is asked of
its budgets: how many there are, and whether those who were shown are among them, because to read them again then costs
nothing. TABIR_SEED chooses the statements; with TABIR_LONG=1 they go on for TABIR_HOURS (1) hours."""

import collections
import os
import time

from statements import Statements, all_shapes
from table import counted_as, promised

SEED = int(os.environ.get("TABIR_SEED", "20261127"))
LONG = os.environ.get("TABIR_LONG") == "1"
STATEMENTS = 2000
MISTAKES_OF_THE_GENERATOR = ("42601", "42703", "42P01", "42804", "42883", "42702", "42P10", "42803", "42P18", "42725", "42846")


def wrong(statement, outcome) -> str | None:
    """What the gateway did that it must not."""
    word = promised(statement.shapes)
    code = outcome.error["C"] if outcome.error else ""
    if code.startswith("XX"):
        return "Tabir failed"
    if code in MISTAKES_OF_THE_GENERATOR:
        return f"the statement makes no sense: {outcome.error['M']}"
    if outcome.forgotten or any(outcome.count_of(kind) < outcome.shown_of(kind) for kind in ("customer", "employee")):
        return "somebody who was shown was not counted"
    if outcome.refused:
        return "somebody was shown by what was refused" if outcome.shown else None
    if word == "refused":
        return "it was not refused"
    if word == "nobody":
        return "somebody was counted or shown" if outcome.counted or outcome.shown else None
    if not outcome.counted:
        return "it told something and cost nothing"
    if word == "exact" and not code and not outcome.exact:
        return "more people were counted than were shown"
    return None


def test_the_table_and_the_generator_name_the_same_shapes():
    assert sorted(counted_as()) == sorted(all_shapes())


def test_everybody_who_is_shown_is_counted(askers):
    statements, mistakes, people = Statements(SEED), [], 0
    ran, refused, exact = collections.Counter(), collections.Counter(), collections.Counter()
    ends = time.monotonic() + 3600 * float(os.environ.get("TABIR_HOURS", "1"))
    while statements.said < STATEMENTS or (LONG and time.monotonic() < ends and len(mistakes) < 20):
        statement = statements.next()
        outcome = askers[statement.user].ask(statement)
        people += len(outcome.shown)
        if why := wrong(statement, outcome):
            mistakes.append(f"{why}: {outcome} ({', '.join(sorted(statement.shapes))}; {statement.user}):\n    {statement}")
        (refused if outcome.refused else ran).update(statement.shapes)
        if outcome.shown and outcome.exact:
            exact.update(statement.shapes)
    print(f"{statements.said} statements, {people} people shown, seed {SEED}. Each shape: answered, refused, exactly those who were shown")
    for shape in all_shapes():
        print(f"{ran[shape]:5} {refused[shape]:5} {exact[shape]:5}  {shape}: {counted_as()[shape]}")
    assert not mistakes, f"{len(mistakes)} of {statements.said} (seed {SEED}):\n" + "\n".join(mistakes[:10])
    never = [shape for shape in all_shapes() if counted_as()[shape] != "refused" and ran[shape] < 5]
    assert not never, f"these shapes were refused always, or nearly: {never}"
    unproven = [shape for shape in all_shapes() if counted_as()[shape] == "exact" and exact[shape] < 5]
    assert not unproven, f"nobody was shown by these shapes, or nearly: {unproven}"
