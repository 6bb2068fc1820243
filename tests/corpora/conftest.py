import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "harness"))

from private_postgres import PrivatePostgres  # noqa: E402
from twins import load_twins, twin_gateways  # noqa: E402


@pytest.fixture(scope="session")
def postgres():
    # Without it, a scan may begin where another left off: LIMIT without ORDER BY would give other rows each time.
    with PrivatePostgres({"synchronize_seqscans": "off"}) as server:
        yield server


@pytest.fixture(scope="session")
def twins(postgres):
    load_twins(postgres)
    return postgres


@pytest.fixture(scope="session")
def gateways(twins):
    with twin_gateways(twins) as running:
        yield running
