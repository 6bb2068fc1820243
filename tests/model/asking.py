"""Sends a statement for a person of its own, and reads what the gateway then has counted of him."""

import struct
from dataclasses import dataclass

from people import Person, shown_in
from raw_client import SYNC, message
from statements import Statement
from wire_session import Answer, WireSession

REFUSED = ("42501", "0A000")  # by the gateway, before anything is run


@dataclass
class Outcome:
    shown: set[Person]
    customers: int
    employees: int
    misses: int
    error: dict[str, str] | None
    names_somebody: bool  # the statement holds somebody's key
    forgotten: bool = False  # somebody who was shown cost something when he was read again

    @property
    def refused(self) -> bool:
        return self.error is not None and self.error["C"] in REFUSED and not self.counted

    @property
    def counted(self) -> int:
        return self.customers + self.employees + self.misses

    @property
    def people(self) -> int:
        return self.customers + self.employees

    @property
    def exact(self) -> bool:
        """Those who were shown were counted, and nobody else; where nobody was shown, at most who was asked about."""
        return self.people == len(self.shown) or (not self.shown and self.people == 1 and self.names_somebody)

    def count_of(self, kind: str) -> int:
        return {"customer": self.customers, "employee": self.employees}[kind]

    def shown_of(self, kind: str) -> int:
        return sum(person.kind == kind for person in self.shown)


class Asker:
    """One session. Whoever it asks for has never asked before, so his budgets tell of one statement alone."""

    def __init__(self, session: WireSession, name: str):
        self.session = session
        self.name = name
        self.persons = 0

    def ask(self, statement: Statement) -> Outcome:
        self.persons += 1
        self.must(f"SET tabir.user = '{self.name}{self.persons}'")
        answers = [answer for step in statement.steps for answer in self.say(step, statement)]
        if answers[-1].state != b"I":
            self.must("ROLLBACK")
        error = next((answer.error for answer in answers if answer.error), None)
        if error and "kept" in statement.steps[0]:
            self.session.run("DROP TABLE IF EXISTS kept")
        if error and "PREPARE" in statement.steps[0]:
            self.session.run("DEALLOCATE ALL")
        outcome = Outcome(self.shown(answers, str(statement)), *self.used(), error, bool(shown_in(str(statement))))
        if outcome.shown:
            self.must("; ".join(self.look_up(person) for person in outcome.shown))
            outcome.forgotten = self.used() != (outcome.customers, outcome.employees, outcome.misses)
        return outcome

    def say(self, step: str, statement: Statement) -> list[Answer]:
        if not statement.row_limit:
            return [self.session.run(step, extended=statement.extended)]
        execute = message(b"E", b"p\0" + struct.pack("!i", statement.row_limit))
        begin = message(b"P", b"\0" + step.encode() + b"\0\0\0") + message(b"B", b"p\0\0" + b"\0" * 6)
        self.session.send(begin + message(b"D", b"Pp\0") + 2 * execute + SYNC)
        return [Answer(self.session.receive_until(b"Z"))]

    @staticmethod
    def shown(answers: list[Answer], said: str) -> set[Person]:
        """From every byte that was received. What an error or a plan repeats of the statement is no news."""
        def in_kinds(test) -> set[Person]:
            return shown_in("\n".join(body.decode("utf-8", "replace") for answer in answers for kind, body in answer.messages if test(kind)))

        repeats = b"ED" if said.startswith("EXPLAIN") else b"E"
        return in_kinds(lambda kind: kind not in repeats) | (in_kinds(lambda kind: kind in repeats) - shown_in(said))

    @staticmethod
    def look_up(person: Person) -> str:
        table, key = {"customer": ("customers", "id"), "employee": ("employees", "code")}[person.kind]
        return f"SELECT {key} FROM {table} WHERE {key} = '{person.key}'"

    def used(self) -> tuple[int, int, int]:
        """Customers, employees and misses."""
        answer = self.must("SHOW tabir.budget")
        names = [column[0] for column in answer.columns]
        rows = [dict(zip(names, (value and value.decode() for value in row))) for row in answer.rows]
        used = {row["counted"]: int(row["used"]) for row in rows if row["of"] == "person"}
        return used["customer"], used.get("employee", 0), used["misses"]

    def must(self, sql: str) -> Answer:
        answer = self.session.run(sql)
        assert answer.error is None, (sql, answer.error)
        return answer
