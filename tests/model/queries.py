"""A random query of each shape that sql/SHAPES.md names: a SELECT with the columns m and k (relations.py)."""

from people import CITIES, CUSTOMERS
from relations import TABLES, WHOLE_ROWS, Relations

SHAPES = {}       # name: how it is made
ROUND_ABOUT = []  # those that may also stand within others


def shape(name: str, within: bool = True):
    def add(make):
        SHAPES[name] = make
        if within:
            ROUND_ABOUT.append(name)
        return make
    return add


class Queries(Relations):
    def query(self, depth: int) -> str:
        return self.of_shape(self.one(*ROUND_ABOUT), depth)

    def of_shape(self, name: str, depth: int) -> str:
        self.shape(name)
        return SHAPES[name](self, depth)

    def plain(self, source, probability: float = 0.6) -> str:
        return f"SELECT {source.m} AS m, {source.k} AS k FROM {source.text}{self.where(source, probability=probability)}"

    def alike(self, *probabilities: float) -> list[str]:
        """Queries whose rows may be equal; how probable it is that each leaves some out."""
        name = self.one(*TABLES)
        mark = self.one(*TABLES[name][0])
        return [self.plain(self.table(name, mark), probability) for probability in probabilities or (0.6, 0.6)]

    def sorted(self, text: str, more: str = "") -> str:
        alias = self.name("o")
        return f"SELECT {alias}.m AS m, {alias}.k AS k FROM ({text}) AS {alias} ORDER BY {alias}.m, {alias}.k{more}"

    def some_of(self, text: str) -> str:
        """Some rows of a query: who is told of by them need not be shown by one of his own."""
        return text if self.chance(0.3) else self.sorted(text, f" LIMIT {self.one(1, 2)}")

    def inner(self, correlated_to, unique: bool = False):
        """What a sub-query in an expression reads, and its condition."""
        source = self.table()
        test = self.one(f"{source.k} = {correlated_to.k}", f"{source.k} = '{self.one(*CITIES)}'", f"{source.m} > {correlated_to.m}")
        return source, f"{test} AND {self.condition(source)}" if self.chance(0.3) else test


@shape("one table")
def _(q, depth):
    return q.plain(q.table())


@shape("whole row")
def _(q, depth):
    return q.plain(q.table(mark=q.one(*WHOLE_ROWS)))


@shape("view")
def _(q, depth):
    return q.plain(q.view())


@shape("sub-query in FROM")
def _(q, depth):
    return q.plain(q.derived(q.query(depth - 1) if depth > 0 else q.plain(q.table())))


@shape("join")
def _(q, depth):
    a, b = q.source(depth), q.source(depth)
    on = q.one(f"{a.k} = {b.k}", f"{a.k} = {b.k} AND {q.condition(b)}", f"{a.m} < {b.m}")
    return f"SELECT {q.both(a.m, b.m)} AS m, {a.k} AS k FROM {a.text} JOIN {b.text} ON {on}{q.where(a, b)}"


@shape("join by the person's key")
def _(q, depth):
    a, b = q.table("customers"), q.table("orders")
    return f"SELECT {q.both(a.m, b.m)} AS m, {b.k} AS k FROM {a.text} JOIN {b.text} ON {a.key} = {b.key}{q.where(a, b)}"


@shape("cross join")
def _(q, depth):
    a, b = q.source(depth), q.source(0)
    return f"SELECT {q.both(a.m, b.m)} AS m, {a.k} AS k FROM {a.text}{q.one(', ', ' CROSS JOIN ')}{b.text}{q.where(a, b, probability=0.9)}"


@shape("outer join")
def _(q, depth):
    a, b = q.source(depth), q.source(depth)
    side = q.one("LEFT", "RIGHT", "FULL")
    on = f"{a.k} = {b.k}" + (f" AND {q.condition(b)}" if side != "FULL" else "")
    return f"SELECT {q.both(a.m, b.m)} AS m, {a.k} AS k FROM {a.text} {side} JOIN {b.text} ON {on}{q.where(a, b, probability=0.3)}"


@shape("outer join by the person's key")
def _(q, depth):
    a, b = q.table("customers"), q.table("orders")
    if q.chance(0.5):
        a, b = b, a
    return f"SELECT {q.both(a.m, b.m)} AS m, {a.k} AS k FROM {a.text} LEFT JOIN {b.text} ON {a.key} = {b.key} AND {q.condition(b)}{q.where(a)}"


@shape("LATERAL")
def _(q, depth):
    a, b = q.source(depth), q.table()
    of_all = q.one("", f" ORDER BY {b.m}, {b.k} LIMIT {q.one(1, 2)}")
    inner = f"SELECT {b.m} AS m FROM {b.text} WHERE {b.k} = {a.k}{of_all}"
    alias = q.name("l")
    join = q.one(", LATERAL ({}) {}", " CROSS JOIN LATERAL ({}) {}", " LEFT JOIN LATERAL ({}) {} ON true").format(inner, alias)
    return f"SELECT {q.both(a.m, alias + '.m')} AS m, {a.k} AS k FROM {a.text}{join}{q.where(a)}"


@shape("WITH")
def _(q, depth):
    w, alias = q.name("w"), q.name()
    body = q.query(depth - 1) if depth > 0 else q.plain(q.table())
    twice = f" JOIN {w} {alias}2 ON {alias}2.k = {alias}.k" if q.chance(0.4) else ""
    m = q.both(f"{alias}.m", f"{alias}2.m") if twice else f"{alias}.m"
    return f"WITH {w} AS {q.one('', 'MATERIALIZED ', 'NOT MATERIALIZED ')}({body}) SELECT {m} AS m, {alias}.k AS k FROM {w} {alias}{twice}"


@shape("WITH RECURSIVE, UNION ALL")
def _(q, depth):
    w, a, b = q.name("w"), q.table(), q.table()
    step = f"SELECT concat_ws(' ', {w}.m, {b.m}), {b.k}, {w}.n + 1 FROM {w} JOIN {b.text} ON {b.k} = {w}.k AND {b.m} > {w}.m WHERE {w}.n < 3"
    return (f"WITH RECURSIVE {w} (m, k, n) AS (SELECT {a.m}, {a.k}, 1 FROM {a.text}{q.where(a, probability=1)} UNION ALL {step}) "
            f"SELECT {w}.m AS m, {w}.k AS k FROM {w}")


@shape("UNION ALL")
def _(q, depth):
    a, b = (q.query(depth - 1) if depth > 0 else q.plain(q.table()) for _ in range(2))
    return f"SELECT u.m AS m, u.k AS k FROM (({a}) UNION ALL ({b})) AS u"


@shape("UNION")
def _(q, depth):
    a, b = q.alike() if q.chance(0.5) else [q.plain(q.source(depth)) for _ in range(2)]
    return q.one(f"{a} UNION {b}", f"{a} UNION {b} UNION ALL SELECT 'none', 'Aceh'", f"{a} UNION {b} ORDER BY 1, 2")


@shape("INTERSECT")
def _(q, depth):
    a, b = q.alike()
    return f"{a} INTERSECT {b}"


@shape("EXCEPT")
def _(q, depth):
    a, b = q.alike(0.2, 1)
    return f"{a} EXCEPT {b}"


@shape("DISTINCT")
def _(q, depth):
    a = q.source(depth)
    return f"SELECT DISTINCT {a.m} AS m, {a.k} AS k FROM {a.text}{q.where(a)}{q.one('', ' ORDER BY k, m')}"


@shape("DISTINCT that shows nobody")
def _(q, depth):
    a = q.source(depth)
    return f"SELECT DISTINCT 'x' AS m, {a.k} AS k FROM {a.text}{q.where(a)}"


@shape("DISTINCT ON")
def _(q, depth):
    a = q.source(depth)
    return f"SELECT DISTINCT ON ({a.k}) {a.m} AS m, {a.k} AS k FROM {a.text}{q.where(a)} ORDER BY {a.k}, {a.m}"


@shape("collecting aggregate")
def _(q, depth):
    a = q.source(depth)
    m = q.one("string_agg({0}, ',')", "array_agg({0})::text", "json_agg({0})::text", "jsonb_object_agg({0}, 1)::text", "string_agg(DISTINCT {0}, ' ')",
              "string_agg({0}, ',' ORDER BY {0} DESC)").format(a.m)
    null = f"{a.m} IS NOT NULL"  # jsonb_object_agg fails on NULL
    where = q.where(a)
    where = where + f" AND {null}" if where else f" WHERE {null}"
    return q.one(f"SELECT {m} AS m, {a.k} AS k FROM {a.text}{where} GROUP BY {a.k}", f"SELECT {m} AS m, 'all' AS k FROM {a.text}{where}",
                 f"SELECT {m} AS m, {a.k} AS k FROM {a.text}{where} GROUP BY 2 HAVING count(*) > {q.one(1, 2)}")


@shape("GROUPING SETS, ROLLUP, CUBE")
def _(q, depth):
    a = q.source(depth)
    sets = q.one("ROLLUP ({0})", "CUBE ({0}, left({0}, 1))", "GROUPING SETS (({0}), ())", "GROUPING SETS (({0}), (left({0}, 1)))").format(a.k)
    return f"SELECT string_agg({a.m}, ',') AS m, {a.k} AS k FROM {a.text}{q.where(a)} GROUP BY {sets}"


@shape("aggregate that shows nobody, or some")
def _(q, depth):
    a = q.source(depth)
    m = q.one("count(*)::text", "max({0})", "min({0})", "count(DISTINCT {0})::text", "bool_or({0} LIKE 'B%')::text", "(count({0}) > 2)::text").format(a.m)
    return f"SELECT {m} AS m, {a.k} AS k FROM {a.text}{q.where(a)} GROUP BY {a.k}"


@shape("FILTER")
def _(q, depth):
    a = q.source(depth)
    return f"SELECT string_agg({a.m}, ',') FILTER (WHERE {q.condition(a)}) AS m, {a.k} AS k FROM {a.text}{q.where(a)} GROUP BY {a.k}"


@shape("ordered-set aggregate")
def _(q, depth):
    a = q.source(depth)
    m = q.one("mode() WITHIN GROUP (ORDER BY {0})", "percentile_disc(0.5) WITHIN GROUP (ORDER BY {0})").format(a.m)
    return f"SELECT {m} AS m, {a.k} AS k FROM {a.text}{q.where(a)} GROUP BY {a.k}"


@shape("window: lag, lead, first_value, last_value")
def _(q, depth):
    a = q.derived(q.query(depth - 1) if depth > 0 else q.plain(q.table()))
    call = q.one("lag({0})", "lead({0})", "first_value({0})", "last_value({0})", "lag({0}, 1)").format(a.m)
    return q.some_of(f"SELECT {q.both(a.m, f'{call} OVER (PARTITION BY {a.k} ORDER BY {a.m})')} AS m, {a.k} AS k FROM {a.text}")


@shape("window: collecting aggregate")
def _(q, depth):
    a = q.derived(q.query(depth - 1) if depth > 0 else q.plain(q.table()))
    frame = q.one("", f"PARTITION BY {a.k}", f"ORDER BY {a.m}", f"ORDER BY {a.m} ROWS BETWEEN 1 PRECEDING AND CURRENT ROW")
    return q.some_of(f"SELECT string_agg({a.m}, ',') OVER ({frame}) AS m, {a.k} AS k FROM {a.text}")


@shape("window: nth_value, lag by more than one")
def _(q, depth):
    a = q.source(depth)
    call = q.one("nth_value({0}, 2)", "lag({0}, 2)", "lead({0}, 3)").format(a.m)
    told = q.both(a.m, f"{call} OVER (PARTITION BY {a.k} ORDER BY {a.m})")
    return q.some_of(f"SELECT {told} AS m, {a.k} AS k FROM {a.text}{q.where(a)}")


@shape("window: rank, of which rows are left out")
def _(q, depth):
    a = q.source(depth)
    rank = q.one("row_number()", "rank()", "dense_rank()", "ntile(3)", "percent_rank()", "count(*)")
    w = q.name("w")
    return (f"SELECT {w}.m AS m, {w}.k AS k FROM (SELECT {a.m} AS m, {a.k} AS k, {rank} OVER (ORDER BY {a.m}) AS n FROM {a.text}{q.where(a)}) AS {w} "
            f"WHERE {w}.n {q.one('= 1', '> 1', '<= 2')}")


@shape("window: rank of rows that are all shown", within=False)
def _(q, depth):
    a = q.source(0)
    return f"SELECT {a.m} AS m, {q.one('row_number()', 'rank()', 'dense_rank()', 'cume_dist()')} OVER (ORDER BY {a.m}) AS k FROM {a.text}{q.where(a)}"


@shape("scalar sub-query")
def _(q, depth):
    a = q.source(depth)
    b, test = q.inner(a)
    one = q.one(f"SELECT {b.m} FROM {b.text} WHERE {test} ORDER BY {b.m} LIMIT 1", f"SELECT string_agg({b.m}, ',') FROM {b.text} WHERE {test}")
    if q.chance(0.2):  # about all but the row's own person
        a, b, c = q.table("customers"), q.table("orders"), q.table("orders")
        one = f"SELECT string_agg({b.m}, ',') FROM {b.text} WHERE NOT EXISTS (SELECT FROM {c.text} WHERE {c.key} = {a.key} AND {c.key} = {b.key})"
    return f"SELECT {q.both(a.m, f'({one})')} AS m, {a.k} AS k FROM {a.text}{q.where(a)}"


@shape("sub-query about the row's own person")
def _(q, depth):
    a, b = q.table(q.one("customers", "orders")), q.table(q.one("customers", "orders"))
    own, limit = f"FROM {b.text} WHERE {b.key} = {a.key}", q.one(1, 2)
    c = q.table("orders")
    told = q.one(f"(SELECT string_agg({b.m}, ',') {own} AND {q.condition(b)})",
                 f"(SELECT string_agg(s.m, ',') FROM (SELECT {b.m} AS m {own} ORDER BY {b.m} LIMIT {limit}) s)",
                 f"(SELECT {b.m} {own} ORDER BY random() LIMIT 1)", f"concat(random() < 2, (SELECT count(*) {own}))",
                 f"(SELECT string_agg({b.m} || (SELECT count(*) FROM {c.text} WHERE {c.key} = {b.key})::text, ',') {own})",
                 f"(SELECT count(*) {own} AND NOT EXISTS (SELECT FROM {c.text} WHERE {c.key} = {b.key} AND {q.condition(c)}))::text")
    return f"SELECT {q.both(a.m, told)} AS m, {a.k} AS k FROM {a.text}{q.where(a)}"


@shape("LIMIT without order, or OFFSET, in a sub-query of an expression")
def _(q, depth):
    a = q.source(depth)
    b, test = q.inner(a)
    c = q.table()
    asked = f" LIMIT (SELECT least(count(*), 1) FROM {c.text} WHERE {q.condition(c)})"
    one = f"SELECT {b.m} FROM {b.text} WHERE {test}" + q.one(" LIMIT 1", f" ORDER BY {b.m} OFFSET 1 LIMIT 1", asked)
    return f"SELECT {q.both(a.m, f'({one})')} AS m, {a.k} AS k FROM {a.text}{q.where(a)}"


@shape("ARRAY(sub-query)")
def _(q, depth):
    a = q.source(depth)
    b, test = q.inner(a)
    return f"SELECT {q.both(a.m, f'ARRAY(SELECT {b.m} FROM {b.text} WHERE {test})::text')} AS m, {a.k} AS k FROM {a.text}{q.where(a)}"


@shape("EXISTS, IN")
def _(q, depth):
    a = q.source(depth)
    b, test = q.inner(a)
    test = q.one(f"EXISTS (SELECT FROM {b.text} WHERE {test})", f"{a.k} IN (SELECT {b.k} FROM {b.text} WHERE {q.condition(b)})",
                 f"{a.m} = ANY (SELECT {b.m} FROM {b.text} WHERE {q.condition(b)})")
    return f"SELECT {a.m} AS m, {a.k} AS k FROM {a.text} WHERE {test}"


@shape("NOT EXISTS, NOT IN")
def _(q, depth):
    a = q.source(depth)
    b, test = q.inner(a)
    test = q.one(f"NOT EXISTS (SELECT FROM {b.text} WHERE {test})", f"{a.k} NOT IN (SELECT {b.k} FROM {b.text} WHERE {q.condition(b)})",
                 f"{a.m} <> ALL (SELECT {b.m} FROM {b.text} WHERE {q.condition(b)})")
    return f"SELECT {a.m} AS m, {a.k} AS k FROM {a.text} WHERE {test}"


@shape("nobody fits, by another comparison than =")
def _(q, depth):
    b = q.table("customers")
    fits = f"length({b.m}) <> g"
    return q.one(f"SELECT g::text AS m, 'x' AS k FROM generate_series(1, 9) g WHERE NOT EXISTS (SELECT FROM {b.text} WHERE {fits})",
                 f"SELECT g::text AS m, 'x' AS k FROM generate_series(1, 9) g LEFT JOIN {b.text} ON {fits} WHERE {b.key} IS NULL",
                 f"SELECT g::text AS m, 'x' AS k FROM generate_series(1, 9) g WHERE (SELECT count(*) FROM {b.text} WHERE {fits}) = 0")


@shape("a question beside rows that show nobody")
def _(q, depth):
    b = q.table()
    test = q.condition(b)
    test = q.one(f"NOT EXISTS (SELECT FROM {b.text} WHERE {test})", f"EXISTS (SELECT FROM {b.text} WHERE {test})",
                 f"(SELECT count(*) FROM {b.text} WHERE {test}) = 0", f"{q.random.randint(0, 5)} > ALL (SELECT length({b.m}) FROM {b.text} WHERE {test})")
    return q.one(f"SELECT 'yes' AS m, 'x' AS k WHERE {test}", f"SELECT ({test})::text AS m, 'x' AS k",
                 f"SELECT CASE WHEN {test} THEN 'a' ELSE 'b' END AS m, p.city AS k FROM places p")


@shape("sub-query in ORDER BY, LIMIT or OFFSET", within=False)
def _(q, depth):
    b = q.table()
    count = f"(SELECT count(*) FROM {b.text} WHERE {q.condition(b)})"
    a = q.source(0)
    return q.one(f"SELECT p.name AS m, p.city AS k FROM places p ORDER BY {count} * length(p.name), p.name",
                 f"SELECT p.name AS m, p.city AS k FROM places p ORDER BY p.name LIMIT {count}",
                 f"SELECT {a.m} AS m, {a.k} AS k FROM {a.text} ORDER BY (SELECT max({b.m}) FROM {b.text} WHERE {b.k} = {a.k}), {a.m}",
                 f"SELECT g::text AS m, 'x' AS k FROM generate_series(1, 30) g OFFSET {count}")


@shape("LIMIT, FETCH FIRST, WITH TIES")
def _(q, depth):
    a = q.source(depth)
    cut = q.one("LIMIT 1", "LIMIT 3", "FETCH FIRST 2 ROWS ONLY", "FETCH FIRST 2 ROWS WITH TIES")
    return f"SELECT {a.m} AS m, {a.k} AS k FROM {a.text}{q.where(a)} ORDER BY {q.one(a.k, a.m, f'{a.k} DESC, {a.m}')} {cut}"


@shape("OFFSET")
def _(q, depth):
    a = q.source(depth)
    return f"SELECT {a.m} AS m, {a.k} AS k FROM {a.text}{q.where(a)} ORDER BY {a.m} {q.one('OFFSET 1', 'LIMIT 2 OFFSET 2', 'OFFSET 40')}"


@shape("OFFSET of a UNION", within=False)
def _(q, depth):
    a, b = q.alike()
    return f"{a} {q.one('UNION', 'UNION ALL', 'EXCEPT', 'INTERSECT')} {b} ORDER BY {q.one('1', 'm, k')} {q.one('OFFSET 1', 'LIMIT 2 OFFSET 2')}"


@shape("rows of nobody beside people")
def _(q, depth):
    a = q.source(depth)
    other, k = q.one(("generate_series(1, 2) g", "g::text"), ("(VALUES ('Aceh', 1), ('Bogor', 2)) v (c, n)", "v.c"), ("places p", "p.name"))
    return f"SELECT {a.m} AS m, {k} AS k FROM {a.text}{q.one(' CROSS JOIN ', ', ')}{other}{q.where(a, probability=0.8)}"


@shape("VALUES with sub-queries")
def _(q, depth):
    b, c = q.table(), q.table()
    alias = q.name("v")
    return (f"SELECT {alias}.m AS m, {alias}.k AS k FROM (VALUES ((SELECT string_agg({b.m}, ',') FROM {b.text}{q.where(b)}), 'a'), "
            f"((SELECT string_agg({c.m}, ' ') FROM {c.text} WHERE {c.m} LIKE '%{q.one(*CUSTOMERS).word[:4]}%'), 'b')) AS {alias} (m, k)")


@shape("TABLESAMPLE")
def _(q, depth):
    a = q.table()
    a.text += f" TABLESAMPLE {q.one('BERNOULLI', 'SYSTEM')} ({q.one(30, 60, 100)}) REPEATABLE ({q.random.randint(1, 9)})"
    return q.plain(a)
