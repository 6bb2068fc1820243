"""Random statements: a query of a shape, sent in one of several ways; changes; and what is refused or tells of nobody."""

from dataclasses import dataclass

from people import CITIES, CUSTOMERS
from queries import SHAPES, Queries

ALL_RANKED, SOME_RANKED = "window: rank of rows that are all shown", "window: rank, of which rows are left out"
IN_PARTS = ("cursor, slice by slice", "cursor that passes over rows", "portal read by a row limit")  # rows may stay unread
WAYS = {}   # how a query may be sent
OTHERS = {}  # statements that are no query alone


@dataclass
class Statement:
    steps: list[str]
    shapes: frozenset[str]
    extended: bool = False
    row_limit: int = 0  # of the portal; 0: none
    user: str = "desk"

    def __str__(self) -> str:
        return "; ".join(self.steps)


def way(name: str):
    return lambda make: WAYS.setdefault(name, make)


def other(name: str):
    return lambda make: OTHERS.setdefault(name, make)


def all_shapes() -> list[str]:
    return [*SHAPES, *WAYS, *OTHERS]


class Statements(Queries):
    """Leads every shape equally often, alone and in company."""

    def __init__(self, seed: int):
        super().__init__(seed)
        self.said = 0

    def next(self) -> Statement:
        names = all_shapes()
        lead = names[self.said % len(names)]
        depth = (self.said // len(names)) % 3
        self.said += 1
        self.used = {lead}
        if lead in OTHERS:
            return self.finished(OTHERS[lead](self, depth))
        if lead in WAYS:
            return self.finished(WAYS[lead](self, self.query(depth)))
        query = self.of_shape(lead, depth)
        if depth > 0 and self.chance(0.3):
            query = self.sorted(query)
            self.shape("sub-query in FROM")
        if self.chance(0.2):
            sent = self.one(*WAYS)
            self.shape(sent)
            if lead == ALL_RANKED and sent in IN_PARTS:
                self.shape(SOME_RANKED)
            return self.finished(WAYS[sent](self, query))
        return self.finished(Statement([query], frozenset(), extended=self.chance(0.3)))

    def finished(self, statement: Statement) -> Statement:
        statement.shapes = frozenset(self.used)
        if statement.user == "desk" and statement.steps[0] != "BEGIN" and self.chance(0.25):
            statement.user = "scoped"
        return statement


NONE = frozenset()


@way("prepared, and run again")
def _(q, query):
    return Statement([f"PREPARE p AS {query}", "EXECUTE p", "EXECUTE p", "DEALLOCATE p"], NONE)


@way("COPY TO STDOUT")
def _(q, query):
    return Statement([f"COPY ({query}) TO STDOUT{q.one('', ' (FORMAT csv)', ' (HEADER)')}"], NONE)


@way("cursor, slice by slice")
def _(q, query):
    fetches = [f"FETCH {q.one('', '2', '3', 'FORWARD 2', 'ALL')} FROM c" for _ in range(3)]
    return Statement(["BEGIN", f"DECLARE c CURSOR FOR {query}", *fetches, q.one("CLOSE c", "ROLLBACK"), "ROLLBACK"], NONE)


@way("cursor that passes over rows")
def _(q, query):
    fetches = [q.one("MOVE 2 IN c", *(f"FETCH {where} FROM c" for where in ("ABSOLUTE 3", "LAST", "RELATIVE 2", "2", "PRIOR")))
               for _ in range(3)]
    return Statement(["BEGIN", f"DECLARE c SCROLL CURSOR FOR {query}", *fetches, "ROLLBACK"], NONE)


@way("portal read by a row limit")
def _(q, query):
    return Statement([query], NONE, extended=True, row_limit=q.one(1, 2, 3))


@way("temporary table, read later")
def _(q, query):
    return Statement([f"CREATE TEMP TABLE kept AS {query}", "SELECT * FROM kept", "DROP TABLE kept"], NONE)


@way("temporary table, copied and grouped")
def _(q, query):
    return Statement([f"SELECT * INTO TEMP kept FROM ({query}) q", f"CREATE TEMP TABLE packed AS SELECT json_agg({q.one('kept', 'kept.*')}) AS m FROM kept", "DROP TABLE kept",
                      "SELECT m FROM packed", "DROP TABLE packed"], NONE)


@way("temporary table, never read")
def _(q, query):
    return Statement([f"CREATE TEMP TABLE IF NOT EXISTS kept {q.one('', 'ON COMMIT DELETE ROWS ')}AS {query}", "DROP TABLE IF EXISTS kept"], NONE, extended=q.chance(0.5))


@way("several statements in one message")
def _(q, query):
    return Statement([f"SELECT 1; {query}; SELECT name FROM places"], NONE)


def changed(q) -> tuple:
    """A table whose rows are about people, and its parts in a statement that changes it."""
    source = q.table(q.one("orders", "visits", "transfers"), None)
    q.used.discard("whole row")
    name, alias = source.text.split()
    return source, f"{name} AS {alias}", q.where(source, probability=0.9)


def taken_back(*steps: str) -> Statement:
    return Statement(["BEGIN", *steps, "ROLLBACK"], NONE)


@other("UPDATE, DELETE with RETURNING")
def _(q, depth):
    source, target, where = changed(q)
    return taken_back(q.one(f"UPDATE {target} SET city = 'Cimahi'{where} RETURNING {source.m}", f"DELETE FROM {target}{where} RETURNING {source.m}, 1"))


@other("UPDATE FROM, DELETE USING with RETURNING")
def _(q, depth):
    source, target, where = changed(q)
    b = q.table()
    where = (where + " AND" if where else " WHERE") + f" {b.k} = {source.k} AND {q.condition(b)}"
    return taken_back(q.one(f"UPDATE {target} SET city = 'Cimahi' FROM {b.text}{where} RETURNING {q.both(source.m, b.m)}",
                            f"DELETE FROM {target} USING {b.text}{where} RETURNING {q.both(source.m, b.m)}"))


@other("UPDATE, DELETE without RETURNING")
def _(q, depth):
    _, target, where = changed(q)
    return taken_back(q.one(f"UPDATE {target} SET city = 'Cimahi'{where}", f"DELETE FROM {target}{where}"))


@other("WITH of a change")
def _(q, depth):
    source, target, where = changed(q)
    return taken_back(f"WITH d AS (DELETE FROM {target}{where} RETURNING {source.m} AS m) SELECT d.m FROM d")


@other("INSERT of VALUES")
def _(q, depth):
    number = q.random.randint(1000, 9999)
    return taken_back(f"INSERT INTO places VALUES ('n{number}', 'Aceh') RETURNING name",
                      f"INSERT INTO orders VALUES ({number}, NULL, 'x', 'Aceh') RETURNING item")


@other("INSERT of VALUES, ON CONFLICT")
def _(q, depth):
    number = q.random.randint(1, 30)
    return taken_back(f"INSERT INTO orders VALUES ({number}, NULL, 'x', 'Aceh') "
                      "ON CONFLICT (id) DO UPDATE SET city = 'Bogor' RETURNING item")


@other("INSERT of a query")
def _(q, depth):
    a = q.table()
    read = f"SELECT 1000 + row_number() OVER (), {a.k}, {a.k} FROM {a.text}{q.where(a)}"
    return taken_back(f"INSERT INTO orders (id, item, city) {read}{q.one('', ' RETURNING item')}")


@other("INSERT of a query, numbered by the database")
def _(q, depth):
    a = q.table()
    return taken_back(f"INSERT INTO notes (note) SELECT {a.k} FROM {a.text} CROSS JOIN (VALUES (1), (2)) v{q.where(a)}{q.one('', ' RETURNING number')}")


@other("MERGE of what the client sent")
def _(q, depth):
    ids = q.random.sample(range(1, 40), 3)
    sent = q.one(f"(VALUES ({ids[0]}), ({ids[1]})) s (id)", f"(SELECT unnest(ARRAY{ids}) AS id) s", f"generate_series({ids[0]}, {ids[0] + 2}) s (id)")
    found = q.one("UPDATE SET city = 'Aceh'", "DELETE", "DO NOTHING")
    missing = q.one("", " WHEN NOT MATCHED THEN INSERT (id, item, city) VALUES (s.id, 'new', 'Aceh')")
    return taken_back(f"MERGE INTO orders o USING {sent} ON {q.one('o.id', 'o.customer')} = s.id WHEN MATCHED THEN {found}{missing}")


@other("MERGE of rows of tables")
def _(q, depth):
    a = q.table("customers")
    return taken_back(f"MERGE INTO orders o USING (SELECT {a.key} AS id FROM {a.text}{q.where(a)}) s ON o.customer = s.id "
                      "WHEN MATCHED THEN UPDATE SET city = 'Aceh'")


@other("row locks")
def _(q, depth):
    a = q.table(q.one("orders", "visits", "transfers"))
    return taken_back(f"{q.plain(a)} FOR {q.one('UPDATE', 'UPDATE SKIP LOCKED', 'NO KEY UPDATE')}")


@other("COPY of a table")
def _(q, depth):
    return Statement([f"COPY {q.one('customers (id, name)', 'orders', 'visits', 'transfers', 'employees')} TO STDOUT"], NONE)


@other("nobody fits")
def _(q, depth):
    a = q.table()
    return Statement([q.one(f"SELECT {a.m} FROM {a.text} WHERE {a.k} = 'Nowhere'", f"SELECT count(*) FROM {a.text} WHERE {a.k} = 'Nowhere'",
                            f"SELECT {a.m} FROM {a.text} WHERE {a.k} = 'Nowhere' GROUP BY 1")], NONE)


@other("nobody fits who was asked for by key")
def _(q, depth):
    key = q.one(*CUSTOMERS).key
    return Statement([q.one(f"SELECT name FROM customers WHERE id = {key} AND city = 'Nowhere'",
                            f"SELECT count(*) FROM orders WHERE customer = {key} AND id < 0",
                            f"SELECT 1 WHERE NOT EXISTS (SELECT FROM customers WHERE id = {key} AND score > 9)")], NONE)


@other("exact search")
def _(q, depth):
    phone = q.one(f"+62{q.one(*CUSTOMERS).word}0000", "+62", "+62000")
    source = q.one("customers", "(SELECT * FROM customers) s", "(SELECT phone, city, name FROM customers WHERE id > 2) s")
    return Statement([f"SELECT name, city FROM {source} WHERE phone = '{phone}'"], NONE)


@other("failed statement")
def _(q, depth):
    a = q.table()
    return Statement([q.one(f"SELECT ({a.m})::int FROM {a.text}{q.where(a)}",
                            f"SELECT 1 / (length({a.m}) - length({a.m})) FROM {a.text}",
                            f"SELECT {a.m}, 1 / (count(*) - 1) FROM {a.text} GROUP BY 1",
                            f"SELECT ({a.m})::date FROM {a.text} WHERE {a.k} = '{q.one(*CITIES)}'")], NONE)


def counting(table: str, q) -> list[str]:
    text = q.one("SELECT count(*) FROM {}", "SELECT count(1) FROM {} x", "SELECT count(*) FROM (SELECT city FROM {}) s")
    return [text.format(table)]


@other("count(*) of a whole table")
def _(q, depth):
    return Statement(counting(q.one("employees", "orders", "transfers"), q), NONE)


@other("count(*) under a row filter")
def _(q, depth):
    return Statement(counting(q.one("customers", "visits"), q), NONE, user="scoped")


@other("count(*) of what an expression chooses")
def _(q, depth):
    a = q.table()
    test = q.condition(a)
    chosen = q.one(f"SELECT DISTINCT ON ({test}) 1 FROM {a.text}", f"SELECT 1 FROM {a.text} WHERE {test}", f"SELECT 1 FROM {a.text} GROUP BY {test}",
                   f"SELECT 1 FROM {a.text} ORDER BY 1 / (CASE WHEN {test} THEN 0 ELSE 1 END)", f"SELECT DISTINCT {test} FROM {a.text}",
                   f"SELECT 1 FROM {a.text} LIMIT 2", f"SELECT 1 FROM {a.text} TABLESAMPLE BERNOULLI (50)")
    return Statement([f"SELECT count(*) FROM ({chosen}) s"], NONE)


@other("no rows asked for")
def _(q, depth):
    a = q.table()
    return Statement([f"SELECT {a.m}, {a.k} FROM {a.text} {q.one('LIMIT 0', 'WHERE false', 'WHERE 1 = 0')}"], NONE)


@other("EXPLAIN")
def _(q, depth):
    query = q.query(depth)
    q.used = {"EXPLAIN"}
    return Statement([f"EXPLAIN {q.one('', '(VERBOSE) ')}{query}"], NONE)


@other("groups of at least min_group")
def _(q, depth):
    condition = q.one("", " WHERE o.city = 'Aceh'", " WHERE o.city <> 'Bogor'")
    return Statement([q.one(f"SELECT o.city, count(*) FROM orders o{condition} GROUP BY o.city",
                            f"SELECT count(*), sum(o.id) FROM orders o{condition}", "SELECT city, avg(score) FROM customers GROUP BY city", "SELECT count(*), sum(score) FROM customers")], NONE, user="counting")


def refused(name: str, make):
    OTHERS[name] = lambda q, depth: Statement([make(q)], NONE)


def _both(q, operator):
    a, b = q.alike()
    return f"{a} {operator} {b}"


def _deep(q):
    text, levels = "'x'", 5
    for _ in range(levels):
        b = q.table("customers", "{0}.name")
        text = f"(SELECT string_agg({b.m} || coalesce({text}, ''), ',') FROM {b.text})"
    return f"SELECT {text}"


def _recursion(q):
    a, b = q.table(), q.table()
    return (f"WITH RECURSIVE w (m, k) AS (SELECT {a.m}, {a.k} FROM {a.text} "
            f"UNION SELECT {b.m}, {b.k} FROM w JOIN {b.text} ON {b.k} = w.k) SELECT m, k FROM w")


refused("INTERSECT ALL, EXCEPT ALL", lambda q: _both(q, q.one("INTERSECT ALL", "EXCEPT ALL")))
refused("WITH RECURSIVE, UNION", _recursion)
refused("EXPLAIN ANALYZE", lambda q: f"EXPLAIN {q.one('ANALYZE', '(ANALYZE)', '(ANALYZE, TIMING off)')} {q.plain(q.table())}")
refused("LIMIT further inside a sub-query in an expression",
        lambda q: (lambda b: f"SELECT (SELECT string_agg(s.m, ',') FROM (SELECT {b.m} AS m FROM {b.text} ORDER BY 1 LIMIT 2) s)")(q.table()))
refused("volatile function beside a sub-query in an expression",
        lambda q: (lambda b: f"SELECT random(), (SELECT string_agg({b.m}, ',') FROM {b.text})")(q.table()))
refused("sub-queries nested deeper than three", _deep)
