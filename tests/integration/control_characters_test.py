"""Any character that PostgreSQL takes in a literal is one: what the gateway writes for itself is told from it."""

import psycopg
import pytest

LITERALS = ["1\x01\x1a", "\x015\x01", "\x020\x02", "\x01", "\x02\x02", "\x0199999999999999999999\x01", "\x7f\x1b[0m"]
STATEMENTS = [
    "SELECT id FROM customers c WHERE id < 9 AND (SELECT count(*) FROM customers x WHERE x.city = '{}' AND x.id = c.id) > 1",
    "SELECT id, (SELECT max(id) FROM customers x WHERE x.city <> '{}' AND x.id = c.id) FROM customers c WHERE id < 9 ORDER BY id",
    "SELECT id, sum(id) OVER (PARTITION BY city || '{}' ORDER BY id) FROM customers WHERE id < 9 ORDER BY id",
    "SELECT id FROM (SELECT id, rank() OVER (ORDER BY city || '{}') AS r FROM customers WHERE id < 9) s WHERE r > 0 ORDER BY id",
    "SELECT id FROM customers WHERE id < 9 AND city <> '{}' ORDER BY id OFFSET 2",
    "SELECT '{}', id FROM customers WHERE id < 3 UNION SELECT 'x', 7 ORDER BY 2",
]


@pytest.mark.parametrize("literal", LITERALS)
@pytest.mark.parametrize("statement", STATEMENTS)
def test_they_stand_in_literals(fresh_users, ask_directly, statement, literal):
    asked = statement.format(literal)
    with psycopg.connect(fresh_users.dsn("agent"), autocommit=True) as connection:
        assert connection.execute(asked).fetchall() == ask_directly(asked)
        assert connection.execute("SELECT 1").fetchone() == (1,)
