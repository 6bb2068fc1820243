import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "harness"))

from private_postgres import PrivatePostgres  # noqa: E402


@pytest.fixture(scope="session")
def postgres():
    with PrivatePostgres() as server:
        yield server
