"""A session whose person nobody has asked for before: his budgets tell what its statements have cost."""

import contextlib
import itertools

import psycopg

from temp_tables_test import rows

persons = itertools.count(1)


class Maker:
    def __init__(self, connection):
        self.connection = connection
        connection.prepare_threshold = None  # psycopg would send DEALLOCATE ALL behind every DROP
        self.become(f"p{next(persons)}")

    def become(self, person: str):
        self.person = person
        self.connection.execute(f"SET tabir.user = '{person}'")

    def become_another(self):
        self.connection.execute("DISCARD TEMP")
        self.become(f"p{next(persons)}")

    def run(self, *statements: str):
        """The rows of the last one, and its tag."""
        for statement in statements:
            cursor = self.connection.execute(statement)
        return (cursor.fetchall() if cursor.description else []), cursor.statusmessage

    def rows(self, *statements: str):
        return self.run(*statements)[0]

    def refused(self, statement: str) -> psycopg.Error:
        try:
            self.connection.execute(statement)
        except psycopg.Error as error:
            return error
        raise AssertionError(f"not refused: {statement}")

    def used(self) -> tuple[int, int]:
        """Customers and misses."""
        counted = {row[2]: row[5] for row in rows(self.connection, "SHOW tabir.budget") if row[0] == "person"}
        return counted["customer"], counted["misses"]

    @contextlib.contextmanager
    def costs(self, people: int, misses: int = 0):
        before = self.used()
        yield
        after = self.used()
        assert (after[0] - before[0], after[1] - before[1]) == (people, misses)
