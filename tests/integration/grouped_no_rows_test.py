"""A role that sees only aggregates may ask for no rows, as tools do to learn the columns, and for nothing else that way."""

import pytest
from psycopg import errors

from aggregates_test import run, weighing  # noqa: F401


@pytest.mark.parametrize("statement", [
    "SELECT * FROM weighed.people LIMIT 0", "SELECT id, name FROM weighed.people ORDER BY age LIMIT 0 OFFSET 7",
    "SELECT p.*, (SELECT max(c.name) FROM weighed.people c) AS x FROM weighed.people p LIMIT 0", "TABLE weighed.people LIMIT 0",
    "SELECT id, name FROM weighed.people WHERE false", "SELECT * FROM weighed.people WHERE 1 = 0 AND age > 3",
    "SELECT name FROM weighed.people UNION SELECT city FROM weighed.cities LIMIT 0",
])
def test_who_asks_for_no_rows_learns_the_columns(run, statement):
    assert run(statement) == []


# Something is read, or shown, all the same.
@pytest.mark.parametrize("statement", [
    "SELECT name FROM weighed.people LIMIT 1", "SELECT name FROM weighed.people LIMIT NULL", "SELECT name FROM weighed.people WHERE 1 = 1",
    "SELECT name FROM weighed.people WHERE false OR age = 3", "SELECT name FROM weighed.people WHERE NOT false",
    "SELECT 1 FROM weighed.people LIMIT 0 OFFSET (SELECT 1 / (count(*) - 1) FROM weighed.people WHERE age = 3)",
    "SELECT 1 FROM weighed.people LIMIT (SELECT 1 / (count(*) - 1) FROM weighed.people WHERE age = 3)",
    "SELECT name FROM weighed.people WHERE false UNION ALL SELECT name FROM weighed.people",
    "SELECT count(*), (SELECT max(name) FROM weighed.people) FROM weighed.people WHERE false",
    "SELECT count(*) FROM weighed.people WHERE false HAVING (SELECT max(age) FROM weighed.people) > 33",
    "SELECT count(*) FROM weighed.people WHERE false LIMIT (SELECT max(age) FROM weighed.people WHERE name = 'n3')",
    "SELECT count(*) FROM weighed.people WHERE false ORDER BY 1 / (SELECT age - 3 FROM weighed.people WHERE name = 'n3')",
    "SELECT * FROM (SELECT name FROM weighed.people LIMIT 0) q RIGHT JOIN weighed.people p ON true",
    "SELECT name FROM weighed.people WHERE EXISTS (SELECT FROM weighed.cities LIMIT 0) OR true",
    # Frames and keys are worked out without any row.
    "SELECT count(*), sum(1) OVER w FROM weighed.people WHERE false WINDOW w AS (ROWS BETWEEN (SELECT age FROM weighed.people WHERE id = 7) FOLLOWING AND UNBOUNDED FOLLOWING)",
    "SELECT sum(1) OVER (ROWS (SELECT age FROM weighed.people WHERE id = 7) PRECEDING) FROM weighed.people WHERE false",
    "SELECT sum(1) OVER w FROM weighed.people WHERE false WINDOW w AS (ROWS (SELECT age FROM weighed.people WHERE id = 7) PRECEDING)",
    "SELECT count(*) FROM weighed.people WHERE false WINDOW w AS (ORDER BY (SELECT 1 / (age - 7) FROM weighed.people WHERE id = 7))",
    "SELECT DISTINCT ON ((SELECT 1 / count(*) FROM weighed.people WHERE id = 7)) count(*) FROM weighed.people WHERE false",
])
def test_what_only_looks_as_if_it_asked_for_no_rows_is_refused(run, statement):
    with pytest.raises(errors.InsufficientPrivilege):
        run(statement)
