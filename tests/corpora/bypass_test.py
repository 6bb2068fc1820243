"""Known ways around a mask, one case each. A case stands only if PostgreSQL itself tells the twins apart by it; then no
restricted client may, whichever way it sends the statements."""

import pytest

from conversations import CASES, units
from private_postgres import SUPERUSER, SUPERUSER_PASSWORD
from twins import FORMS, PAIRS, Pair, databases_of
from wire_session import WireSession

FILES = sorted((CASES / "bypass").glob("*.sql"))


class Direct(Pair):
    """The same two databases without a gateway."""

    def __init__(self, postgres, databases: tuple[str, str]):
        self.postgres = postgres
        super().__init__({}, SUPERUSER, databases)

    def server(self, database: str):
        return self.postgres

    def open(self, database: str) -> WireSession:
        return WireSession((self.postgres.host, self.postgres.port)).log_in(SUPERUSER, SUPERUSER_PASSWORD, database)


def users_of(path) -> list[str]:
    return ["scoped"] if path.stem == "row_filters" else ["masked", "finder", "counting"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_case_tells_the_twins_apart_without_the_gateway(twins, path):
    direct = Direct(twins, PAIRS[users_of(path)[0]])
    proves_nothing = []
    for unit in units(path):
        direct.differences.clear()
        direct.say_unit(unit)
        if not direct.differences:
            proves_nothing.append("\n".join(unit))
    direct.close()
    assert not proves_nothing, "\n\n".join(proves_nothing)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_case_tells_the_twins_apart_through_the_gateway(gateways, path):
    found = []
    for user in users_of(path):
        pair = Pair(gateways, user, databases_of(user))
        for unit in units(path):
            for form in dict.fromkeys(FORMS):
                pair.say_unit(unit, *form)
        found += pair.differences
        pair.close()
    assert not found, f"{len(found)}:\n" + "\n".join(found[:10])
