"""Non-interference: what a restricted client receives does not depend on what is hidden from it.

TABIR_SEED chooses the statements. With TABIR_LONG=1 the generator goes on for TABIR_HOURS (12) hours,
and gives up what takes longer than a second."""

import os
import random
import time

import pytest

from conversations import CASES
from generator import Generator
from twins import FORMS, USERS, Pair, databases_of

SEED = int(os.environ.get("TABIR_SEED", "20261126"))
LONG = os.environ.get("TABIR_LONG") == "1"
# The planner's estimate of a table's rows is told, and with it how many a row filter hides (sql/functions/describing.cpp).
TELLS_TOTALS = ["SELECT reltuples FROM pg_class WHERE relname = 'customers'"]
# Each twin was filled by transactions of its own number.
TELLS_TRANSACTIONS = ["SELECT ctid, xmin, tableoid FROM customers LIMIT 5"]
UNITS = {"masked": 700, "scoped": 450, "finder": 350, "capped": 150, "counting": 350}


@pytest.fixture
def pair(gateways, request):
    made = Pair(gateways, request.param, databases_of(request.param), "1s" if LONG else "0")
    yield made
    made.close()


def report(pair: Pair) -> None:
    print(f"{pair.user}: {pair.said} statements, {pair.answered} answered, {pair.given_up} given up, seed {SEED}")
    assert not pair.differences, f"{len(pair.differences)} of {pair.said} (seed {SEED}):\n" + "\n".join(pair.differences[:10])


@pytest.mark.parametrize("pair", USERS, indirect=True)
def test_random_statements_cannot_tell_the_twins_apart(pair):
    generator, forms = Generator(SEED), random.Random(SEED)
    ends = time.monotonic() + 3600 * float(os.environ.get("TABIR_HOURS", "12")) / len(USERS)
    units = 0
    while units < UNITS[pair.user] or (LONG and time.monotonic() < ends):
        pair.say_unit(generator.unit(), *forms.choice(FORMS))
        units += 1
        if LONG and units % 1000 == 0:
            pair.settle()
        if LONG and len(pair.differences) >= 20:
            break
    report(pair)
    # A generator whose statements all fail would prove nothing.
    if pair.user in ("masked", "scoped", "finder"):
        assert pair.answered > pair.said / 3, f"only {pair.answered} of {pair.said} statements were answered"


@pytest.mark.parametrize("pair", USERS, indirect=True)
def test_the_case_files_cannot_tell_the_twins_apart(pair):
    for name in ("hostile.sql", "ordinary.sql"):
        for line in (CASES / name).read_text().splitlines():
            if line and not line.startswith("--") and line not in TELLS_TOTALS + TELLS_TRANSACTIONS:
                pair.say_unit([line])
    report(pair)


def test_the_twins_differ_where_nothing_is_masked(twins):
    """The tests above can fail: directly, each protected column tells the twins apart."""
    for column in ("full_name", "phone", "email", "address", "birthday", "income", "profile", "aliases", "id_number"):
        text = f"SELECT string_agg({column}::text, ',' ORDER BY id) FROM customers WHERE region = 'north'"
        assert twins.psql(text, "twin_00") != twins.psql(text, "twin_10"), column
    for column in ("details", "raw"):
        text = f"SELECT string_agg({column}::text, ',' ORDER BY id) FROM contacts"
        assert twins.psql(text, "twin_00") != twins.psql(text, "twin_10"), column
    for text in ("SELECT count(*) FROM customers", "SELECT max(city) FROM customers"):
        assert twins.psql(text, "twin_10") != twins.psql(text, "twin_11")
