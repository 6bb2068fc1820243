"""A change of many rows writes into a unique column that is not shown what its source holds: each value is a guess."""

import psycopg
import pytest
from psycopg import errors

from paid_writes_test import paying  # noqa: F401


@pytest.mark.parametrize("value", ["'p' || (p.id + 1) || '@example.org'", "v.x || p.id", "random()::text", "(SELECT 'p' || p.id)"])
@pytest.mark.parametrize("statement", ["MERGE INTO paid.people p USING (VALUES ('guess')) v (x) ON p.city = 'Baku' WHEN MATCHED THEN UPDATE SET email = {}",
                                       "UPDATE paid.people p SET email = {} FROM (VALUES ('guess')) v (x) WHERE p.city = 'Baku'"])
def test_no_unique_value_is_worked_out_of_each_row(paying, statement, value):
    """It would fail for one miss where any of them is somebody's."""
    with psycopg.connect(paying.dsn("finder")) as connection, pytest.raises(errors.InsufficientPrivilege, match="worked out for each row"):
        connection.execute(statement.format(value))


VALUES = "(VALUES (3, 'p3@new.example'), (4, 'p4@new.example'), (400, 'none@new.example')) v (id, email)"


@pytest.mark.parametrize("value", ["v.email", "lower(v.email)", "CASE WHEN v.id > 0 THEN v.email END", "COALESCE(v.email, 'x')"])
@pytest.mark.parametrize("statement", [f"UPDATE paid.people p SET email = {{}} FROM {VALUES} WHERE p.id = v.id",
                                       f"MERGE INTO paid.people p USING {VALUES} ON p.id = v.id WHEN MATCHED THEN UPDATE SET email = {{}}"])
def test_what_the_client_sent_is_written(paying, postgres, statement, value):
    with psycopg.connect(paying.dsn("finder")) as connection:
        assert connection.execute(statement.format(value)).rowcount == 2
        connection.commit()
    assert postgres.psql("SELECT email FROM paid.people WHERE id IN (3, 4) ORDER BY id", "payments") == "p3@new.example\np4@new.example"
    postgres.psql("UPDATE paid.people SET email = 'p' || id || '@example.org'", "payments")


def test_an_update_guesses_no_unique_values_for_nothing(paying):
    text = ("UPDATE paid.people p SET email = s.email FROM (SELECT unnest(%s::int[]) AS id, unnest(%s::text[]) AS email) s WHERE p.id = s.id")
    with psycopg.connect(paying.dsn("few6")) as connection, pytest.raises(errors.ProgramLimitExceeded):
        connection.execute(text, ([1, 1, 1, 1, 1, 1], [f"guess{i}@example.org" for i in range(6)]))
