import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "harness"))

from private_postgres import PrivatePostgres  # noqa: E402
from twins import load_twins, twin_gateways  # noqa: E402


@pytest.fixture(scope="session")
def postgres():
    # LIMIT without ORDER BY must give the same rows each time: no scan begins where another left off, and no vacuum moves
    # rows or changes plans in one twin before the other.
    with PrivatePostgres({"synchronize_seqscans": "off", "autovacuum": "off"}) as server:
        yield server


@pytest.fixture(scope="session")
def twins(postgres):
    load_twins(postgres)
    return postgres


@pytest.fixture(scope="session")
def gateways(twins):
    with twin_gateways(twins) as running:
        yield running
