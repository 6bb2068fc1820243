"""The people of the model's database. Each has a word that nobody else has; whatever the database holds of him holds it,
so whom an answer shows can be read from its bytes."""

import random
from dataclasses import dataclass

CITIES = ["Aceh", "Bogor", "Cimahi"]
SYLLABLES = [a + b for a in "bdfgkzv" for b in "aiou"]


@dataclass(frozen=True)
class Person:
    kind: str
    key: str
    word: str

    def marks(self) -> tuple[str, ...]:
        """What only he has, in the spellings that an answer may hold."""
        return self.key.lower(), self.word.lower(), self.word.lower()[::-1], self.key.lower()[::-1]


def make_people() -> list[Person]:
    chance = random.Random(7)
    words: set[str] = set()
    while len(words) < 20:
        word = "".join(chance.sample(SYLLABLES, 4))
        if not any(other in (word, word[::-1]) for other in words):
            words.add(word)
    names = iter(sorted(words))
    customers = [Person("customer", str(710_203 + 37 * n), next(names).capitalize()) for n in range(14)]
    return customers + [Person("employee", f"emp-{820_411 + 53 * n}", next(names).capitalize()) for n in range(6)]


PEOPLE = make_people()
CUSTOMERS = [person for person in PEOPLE if person.kind == "customer"]
EMPLOYEES = [person for person in PEOPLE if person.kind == "employee"]


def shown_in(data: str) -> set[Person]:
    """Those whose open or clear values the bytes hold."""
    data = data.lower()
    return {person for person in PEOPLE if any(mark in data for mark in person.marks())}


def rows() -> str:
    """INSERT statements of all tables. Some rows are about nobody."""
    chance = random.Random(11)
    city = lambda: f"'{chance.choice(CITIES)}'"
    key = lambda person: "NULL" if person is None else f"'{person.key}'"
    word = lambda *people: " ".join(person.word for person in people if person) or "none"
    maybe = lambda people: chance.choice([*people, *people, None]) if chance.random() < 0.8 else None
    text = []
    for person in CUSTOMERS:
        text.append(f"INSERT INTO customers VALUES ({person.key}, '{person.word}', '+62{person.word}0000', {city()}, {chance.randint(1, 5)})")
    for person in EMPLOYEES:
        text.append(f"INSERT INTO employees VALUES ('{person.key}', '{person.word}', {city()})")
    for n in range(1, 26):
        customer = maybe(CUSTOMERS)
        text.append(f"INSERT INTO orders VALUES ({n}, {key(customer)}, '{word(customer)} x{n}', {city()})")
    for n in range(1, 17):
        customer, employee = maybe(CUSTOMERS), maybe(EMPLOYEES)
        text.append(f"INSERT INTO visits VALUES ({n}, {key(customer)}, {key(employee)}, '{word(customer, employee)} y{n}', {city()})")
    for n in range(1, 11):
        payer, payee = chance.choice(CUSTOMERS), maybe(CUSTOMERS)
        text.append(f"INSERT INTO transfers VALUES ({n}, {key(payer)}, {key(payee)}, '{word(payer, payee)} z{n}', {city()})")
    text += [f"INSERT INTO places VALUES ('Place {n}', '{CITIES[n % 3]}')" for n in range(6)]
    return ";\n".join(text) + ";\n"
