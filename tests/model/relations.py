"""What a random query reads. Each relation has two columns: `m`, text that shows everybody whom its row is about, and `k`,
text that shows nobody."""

import random
from dataclasses import dataclass

from people import CITIES, CUSTOMERS, EMPLOYEES

# Table: what shows everybody of a row, and the row's key where it is about one person.
TABLES = {
    "customers": (["{0}.name", "upper({0}.name)", "{0}.id::text", "reverse({0}.name)", "format('<%s>', {0}.name)",
                   "concat({0}.id, '/', {0}.score)", "overlay({0}.name placing 'x' from 20)"], "id"),
    "employees": (["{0}.name", "{0}.code", "lower({0}.name)", "jsonb_build_object('n', {0}.name)::text"], "code"),
    "orders": (["{0}.item", "concat({0}.id, ':', {0}.customer)", "replace({0}.item, ' ', '-')"], "customer"),
    "visits": (["{0}.note", "concat_ws('+', {0}.customer, {0}.employee)"], None),
    "transfers": (["{0}.memo", "json_build_array({0}.payer, {0}.payee)::text"], None),
}
WHOLE_ROWS = ["row_to_json({0})::text", "{0}::text", "to_jsonb({0})::text", "ROW({0}.*)::text", "concat({0})"]
VIEWS = {"guests": "concat_ws(',', {0}.name, {0}.note)", "everybody": "{0}.name", "visited": "{0}.notes"}


@dataclass
class Source:
    """A FROM item, and its columns as they are named above it."""

    text: str
    m: str
    k: str
    key: str | None = None  # of the only person of a row
    table: str | None = None


class Relations:
    """The random choices below every shape. `used` collects the shapes of the statement under way."""

    def __init__(self, seed: int):
        self.random = random.Random(seed)
        self.used: set[str] = set()
        self._names = 0

    def one(self, *choices):
        return self.random.choice(choices)

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def name(self, letter: str = "r") -> str:
        self._names += 1
        return f"{letter}{self._names}"

    def shape(self, name: str) -> None:
        self.used.add(name)

    def table(self, name: str | None = None, mark: str | None = None) -> Source:
        name = name or self.one(*TABLES)
        marks, key = TABLES[name]
        alias = self.name()
        if mark is None and self.chance(0.1):
            self.shape("whole row")
            mark = self.one(*WHOLE_ROWS)
        mark = mark or self.one(*marks)
        return Source(f"{name} {alias}", mark.format(alias), f"{alias}.city", key and f"{alias}.{key}", name)

    def view(self) -> Source:
        self.shape("view")
        name = self.one(*VIEWS)
        alias = self.name()
        return Source(f"{name} AS {alias}", VIEWS[name].format(alias), f"{alias}.city")

    def source(self, depth: int) -> Source:
        if depth <= 0 or self.chance(0.5):
            return self.view() if self.chance(0.1) else self.table()
        self.shape("sub-query in FROM")
        return self.derived(self.query(depth - 1))

    def derived(self, text: str) -> Source:
        alias = self.name("q")
        return Source(f"({text}) AS {alias}", f"{alias}.m", f"{alias}.k")

    def query(self, depth: int) -> str:
        raise NotImplementedError

    def condition(self, source: Source) -> str:
        """Over what the row shows; no sub-query."""
        tests = [f"{source.k} = '{self.one(*CITIES)}'", f"{source.k} <> '{self.one(*CITIES)}'", f"{source.m} LIKE '%{self.one(*'aiou7')}%'",
                 f"{source.k} IN ('{self.one(*CITIES)}', '{self.one(*CITIES)}')", f"{source.m} > '{self.one(*'BFGKV7')}'",
                 f"length({source.m}) > {self.random.randint(3, 14)}", f"{source.k} IS NOT NULL", f"NOT ({source.k} = 'Nowhere')"]
        if source.key:
            people = EMPLOYEES if source.table == "employees" else CUSTOMERS
            some = [self.one(*people).key for _ in range(self.random.randint(1, 5))]
            tests += [f"{source.key} = '{some[0]}'", f"{source.key} IN ({', '.join(repr(key) for key in some)})",
                      f"{source.key} > '{some[0]}'", f"{source.key} = ANY ('{{{','.join(some)}}}')"]
        test = self.one(*tests)
        return f"({test} {self.one('AND', 'OR')} {self.one(*tests)})" if self.chance(0.25) else test

    def where(self, *sources: Source, probability: float = 0.6) -> str:
        tests = [self.condition(source) for source in sources if self.chance(probability)]
        return " WHERE " + " AND ".join(tests) if tests else ""

    def both(self, *marks: str) -> str:
        """One text of several."""
        pack = self.one("concat_ws(', ', {})", "array_to_string(ARRAY[{}], '~')", "json_build_array({})::text", "ROW({})::text")
        return pack.format(", ".join(marks))
