"""Random statements over the schema of twins.sql, from a seed: well typed for the most part, so that most are answered,
and weighted towards the columns that must not be seen. A unit is a list of statements that belong together."""

import random

TEXT, INT, NUM, BOOL, DATE, TIME, JSON, TEXTS = "text", "bigint", "numeric", "boolean", "date", "timestamptz", "jsonb", "text[]"

CUSTOMERS = [("id", INT), ("full_name", TEXT), ("phone", TEXT), ("email", TEXT), ("address", TEXT), ("birthday", DATE),
             ("income", NUM), ("profile", JSON), ("aliases", TEXTS), ("city", TEXT), ("region", TEXT), ("level", "level"),
             ("score", INT), ("created_at", TIME)]
PROTECTED = {"full_name", "phone", "email", "address", "birthday", "income", "profile", "aliases", "id_number", "card", "holder", "telp",
             "details", "raw"}
TICKETS = [("id", INT), ("customer_id", INT), ("assignee", TEXT), ("status", TEXT), ("subject", TEXT), ("labels", TEXTS),
           ("created_at", TIME)]
PAYMENTS = [("id", INT), ("customer_id", INT), ("amount", NUM), ("card", TEXT), ("day", DATE)]
CARDS = [("id", INT), ("holder", TEXT), ("telp", TEXT), ("city", TEXT), ("address", TEXT)]
CONTACTS = [("id", INT), ("details", JSON), ("raw", "json")]
CASES = [("id", INT), ("subject", TEXT), ("status", TEXT), ("holder", TEXT), ("telp", TEXT)]
TABLES = [("customers", CUSTOMERS, 8), ("public.customers", CUSTOMERS, 3), ("support.tickets", TICKETS, 3),
          ("billing.payments", PAYMENTS, 2), ("billing.payments_2023", PAYMENTS, 1), ("cards", CARDS, 2),
          ("support.cases", CASES, 1), ("contacts", CONTACTS, 2), ("ONLY customers", CUSTOMERS, 1)]
WORDS = ["'a'", "'S. T.'", "'***0137'", "'%a%'", "''", "'Medan'", "'z***@mail.example'", "'Jl. '", "'+62'", "'open'", "'2024-05-06'",
         "'137'", "'_'", "'x''y'", "U&'\\0041'", "E'\\x41'", "$$d$$", "NULL::text"]
SCALARS = [TEXT, INT, NUM, BOOL, DATE, TIME, JSON]


class Scope:
    """What may be named where an expression stands."""

    def __init__(self, items=(), outer=None):
        self.items = list(items)  # (alias, [(column, type)], is a table with a row type)
        self.outer = outer
        self.grouped = None       # expressions that may stand outside of aggregates, or None

    def columns(self, type_):
        found = [(f"{alias}.{name}", name) for alias, columns, _ in self.items for name, kind in columns if kind == type_]
        if self.outer is not None:
            found += self.outer.columns(type_)
        return found


class Generator:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.names = 0

    # Choices
    def one(self, *choices):
        choice = self.random.choice(choices)
        return choice() if callable(choice) else choice

    def chance(self, share):
        return self.random.random() < share

    def name(self, prefix="t"):
        self.names += 1
        return f"{prefix}{self.names}"

    # Expressions
    def expression(self, type_, scope, depth=3):
        if scope is not None and scope.grouped is not None:
            return self.grouped_expression(type_, scope, depth)
        if depth <= 0 or self.chance(0.3):
            return self.leaf(type_, scope)
        e = lambda kind: self.expression(kind, scope, depth - 1)
        any_ = lambda: e(self.one(*SCALARS))
        general = [
            lambda: f"coalesce({e(type_)}, {e(type_)})",
            lambda: f"CASE WHEN {e(BOOL)} THEN {e(type_)} ELSE {e(type_)} END",
            lambda: f"nullif({e(type_)}, {e(type_)})" if type_ != JSON else self.leaf(type_, scope),
            lambda: f"({self.scalar_query(type_, scope, depth - 1)})",
            lambda: f"(ARRAY[{e(type_)}, {e(type_)}])[{self.one('1', '2', 'length(' + e(TEXT) + ')')}]",
            lambda: f"({e(type_)})::{type_ if type_ != 'level' else 'public.level'}",
        ]
        if type_ in (TEXT, INT, NUM, DATE, TIME):
            general.append(lambda: f"{self.one('greatest', 'least')}({e(type_)}, {e(type_)})")
        special = {
            TEXT: [
                lambda: f"{self.one('lower', 'upper', 'initcap', 'reverse', 'md5', 'trim', 'quote_literal', 'quote_ident')}({e(TEXT)})",
                lambda: f"{self.one('left', 'right', 'substr', 'repeat')}({e(TEXT)}, {self.one('1', '2', '3')})",
                lambda: f"substring({e(TEXT)} FROM {self.one('2', '1')} FOR {self.one('1', '4')})",
                lambda: f"overlay({e(TEXT)} PLACING 'q' FROM 2)",
                lambda: f"replace({e(TEXT)}, {e(TEXT)}, '-')",
                lambda: f"translate({e(TEXT)}, 'abc123', 'xyz')",
                lambda: f"concat({any_()}, {any_()})", lambda: f"concat_ws('|', {any_()}, {any_()})",
                lambda: f"({e(TEXT)} || {e(TEXT)})", lambda: f"format('%s-%I', {any_()}, {e(TEXT)})",
                lambda: f"split_part({e(TEXT)}, '@', {self.one('1', '2', '-1')})",
                lambda: f"regexp_replace({e(TEXT)}, '[a-z]', '', 'g')", lambda: f"(regexp_match({e(TEXT)}, '(.).$'))[1]",
                lambda: f"lpad({e(TEXT)}, 12, '0')", lambda: f"encode(convert_to({e(TEXT)}, 'UTF8'), 'hex')",
                lambda: f"({e(self.one(INT, NUM, DATE, BOOL, JSON))})::text", lambda: f"({e(TEXT)})::varchar(6)::text",
                lambda: f"({e(JSON)} ->> {self.one(chr(39) + 'wa' + chr(39), chr(39) + 'phone' + chr(39), chr(39) + 'full_name' + chr(39))})",
                lambda: f"({e(JSON)} #>> '{{a,0}}')",
                lambda: f"to_char({e(self.one(DATE, TIME))}, 'YYYY-MM-DD')", lambda: f"array_to_string({e(TEXTS)}, ',', '?')",
                lambda: f"({e(TEXT)} COLLATE \"C\")", lambda: f"to_hex({e(INT)})", lambda: f"chr({self.one('65', '97')})",
                lambda: f"pg_typeof({any_()})::text", lambda: f"to_tsvector('simple', {e(TEXT)})::text", lambda: self.row(scope, TEXT),
                lambda: f"string_to_array({e(TEXT)}, ' ')::text", lambda: f"strip(to_tsvector('simple', {e(TEXT)}))::text",
                lambda: f"sha256(convert_to({e(TEXT)}, 'UTF8'))::text", lambda: f"({e('level')})::text",
                lambda: f"unistr({e(TEXT)})", lambda: f"xmlserialize(CONTENT xmlelement(NAME a, {e(TEXT)}) AS text)",
                lambda: f"({e(TEXT)})::{self.one('json::text', 'inet::text', 'name::text', 'char(4)::text', 'uuid::text')}",
            ],
            INT: [
                lambda: f"{self.one('length', 'ascii', 'octet_length', 'bit_length')}({e(TEXT)})",
                lambda: f"strpos({e(TEXT)}, {e(TEXT)})", lambda: f"position('a' IN {e(TEXT)})",
                lambda: f"({e(INT)} {self.one('+', '-', '*', '/', '%')} {e(INT)})", lambda: f"abs({e(INT)})",
                lambda: f"extract({self.one('year', 'month', 'day', 'doy')} FROM {e(self.one(DATE, TIME))})::bigint",
                lambda: f"({e(TEXT)})::bigint", lambda: f"cardinality({e(TEXTS)})", lambda: f"array_position({e(TEXTS)}, {e(TEXT)})",
                lambda: f"width_bucket({e(NUM)}, 0, 1000, 7)", lambda: f"({e(BOOL)})::int", lambda: f"({e(DATE)} - {e(DATE)})",
                lambda: f"round({e(NUM)})::bigint", lambda: f"regexp_count({e(TEXT)}, 'a')", lambda: f"num_nulls({any_()}, {any_()})",
                lambda: f"(SELECT count(*) FROM {self.table(scope, depth - 1)[0]})", lambda: f"bit_count(convert_to({e(TEXT)}, 'UTF8'))",
                lambda: f"pg_column_size({any_()})",
            ],
            NUM: [
                lambda: f"({e(NUM)} {self.one('+', '-', '*', '/')} {e(self.one(NUM, INT))})", lambda: f"round({e(NUM)}, 1)",
                lambda: f"({e(INT)})::numeric", lambda: f"sqrt({e(NUM)})", lambda: f"ln({e(NUM)})", lambda: f"({e(TEXT)})::numeric",
                lambda: f"to_number({e(TEXT)}, '999')", lambda: f"mod({e(NUM)}, 7)", lambda: f"trunc({e(NUM)})",
            ],
            BOOL: [
                lambda: self.comparison(e), lambda: self.comparison(e), lambda: f"({e(BOOL)} {self.one('AND', 'OR')} {e(BOOL)})",
                lambda: f"NOT {e(BOOL)}", lambda: f"({e(TEXT)} {self.one('LIKE', 'ILIKE', '~', '!~', 'SIMILAR TO', '~~', '^@')} {self.one(*WORDS[:9])})",
                lambda: f"({any_()} IS {self.one('', 'NOT ')}NULL)", lambda: f"({e(TEXT)} IN ({self.scalar_query(TEXT, scope, depth - 1)}))",
                lambda: f"({e(INT)} IN ({self.scalar_query(INT, scope, depth - 1)}))",
                lambda: f"EXISTS ({self.scalar_query(INT, scope, depth - 1)})",
                lambda: f"({e(TEXT)} {self.one('=', '<', '<>')} {self.one('ANY', 'ALL')} ({e(TEXTS)}))",
                lambda: f"({e(INT)} BETWEEN {e(INT)} AND {e(INT)})", lambda: f"({e(TEXT)}, {e(INT)}) {self.one('=', '<', 'IS DISTINCT FROM')} ({e(TEXT)}, {e(INT)})",
                lambda: f"starts_with({e(TEXT)}, {e(TEXT)})", lambda: f"({e(TEXTS)} {self.one('&&', '@>', '=')} {e(TEXTS)})",
                lambda: f"({e(JSON)} {self.one('@>', '<@', '=')} {e(JSON)})", lambda: f"({e(JSON)} ? 'wa')",
                lambda: f"(to_tsvector('simple', {e(TEXT)}) @@ plainto_tsquery('simple', {e(TEXT)}))",
                lambda: f"({e(BOOL)} IS {self.one('TRUE', 'NOT FALSE', 'UNKNOWN')})", lambda: f"regexp_like({e(TEXT)}, 'a')",
                lambda: f"(({e(DATE)}, {e(DATE)}) OVERLAPS ({e(DATE)}, {e(DATE)}))", lambda: self.row(scope, BOOL),
            ],
            DATE: [
                lambda: f"({e(DATE)} + {self.one('1', '30')})", lambda: f"date_trunc({self.one(chr(39) + 'month' + chr(39), chr(39) + 'year' + chr(39))}, {e(self.one(DATE, TIME))})::date",
                lambda: f"({e(TIME)})::date", lambda: f"({e(TEXT)})::date", lambda: f"make_date({e(INT)}::int, 1, 1)",
                lambda: f"to_date({e(TEXT)}, 'YYYY')",
            ],
            TIME: [lambda: f"({e(TIME)} + interval '1 day')", lambda: f"({e(DATE)})::timestamptz", lambda: f"date_bin('1 day', {e(TIME)}, '2020-01-01Z')",
                   lambda: f"to_timestamp({e(INT)})"],
            JSON: [
                lambda: f"to_jsonb({any_()})", lambda: f"jsonb_build_object('k', {any_()})", lambda: f"jsonb_build_array({any_()}, {any_()})",
                lambda: f"({e(JSON)} || {e(JSON)})", lambda: f"({e(JSON)} -> 'k')", lambda: self.row(scope, JSON),
                lambda: f"jsonb_path_query_first({e(JSON)}, '$.*')", lambda: f"({e(TEXT)})::jsonb", lambda: f"to_jsonb({e(TEXTS)})",
                lambda: f"jsonb_set({e(JSON)}, '{{k}}', {e(JSON)})", lambda: f"jsonb_strip_nulls({e(JSON)})",
                lambda: f"(SELECT jsonb_agg(q.v ORDER BY q.v::text) FROM ({self.scalar_query(self.one(TEXT, INT), scope, depth - 1, 'v')}) q)",
            ],
            TEXTS: [lambda: f"ARRAY[{e(TEXT)}, {e(TEXT)}]", lambda: f"string_to_array({e(TEXT)}, 'a')", lambda: f"array_append({e(TEXTS)}, {e(TEXT)})",
                    lambda: f"({e(TEXTS)} || {e(TEXTS)})", lambda: f"array_remove({e(TEXTS)}, {e(TEXT)})", lambda: f"regexp_split_to_array({e(TEXT)}, '')",
                    lambda: f"ARRAY(SELECT q.v FROM ({self.scalar_query(TEXT, scope, depth - 1, 'v')}) q ORDER BY 1)", lambda: f"({e(TEXTS)})[1:2]"],
            "level": [lambda: f"({e(TEXT)})::public.level"],
        }[type_]
        return self.one(*special) if self.chance(0.75) else self.one(*general)

    def comparison(self, e):
        type_ = self.one(TEXT, TEXT, INT, NUM, DATE, TIME)
        return f"({e(type_)} {self.one('=', '<>', '<', '>', '<=', '>=', 'IS DISTINCT FROM', 'IS NOT DISTINCT FROM')} {e(type_)})"

    def leaf(self, type_, scope):
        columns = scope.columns(type_) if scope is not None else []
        if columns and self.chance(0.85):
            weights = [4 if name in PROTECTED else 1 for _, name in columns]
            return self.random.choices(columns, weights)[0][0]
        return {
            TEXT: lambda: self.one(*WORDS), INT: lambda: self.one("0", "1", "2", "7", "-1", "NULL::bigint", "18"),
            NUM: lambda: self.one("0.5", "100", "1e2", "NULL::numeric"), BOOL: lambda: self.one("true", "false", "NULL::boolean"),
            DATE: lambda: self.one("date '1990-01-01'", "'2023-12-01'::date"), TIME: lambda: self.one("timestamptz '2023-06-01 00:00Z'"),
            JSON: lambda: self.one("'{\"k\": 1}'::jsonb", "'[]'::jsonb", "'null'::jsonb"), TEXTS: lambda: self.one("ARRAY['a', 'b']", "'{}'::text[]"),
            "level": lambda: self.one("'plus'::public.level"),
        }[type_]()

    def row(self, scope, type_):
        """Something of a whole row."""
        rows = [(alias, columns) for alias, columns, is_row in scope.items if is_row] if scope is not None else []
        if not rows:
            return self.leaf(type_, scope)
        alias, columns = self.random.choice(rows)
        column = self.random.choices(columns, [4 if name in PROTECTED else 1 for name, _ in columns])[0][0]
        if type_ == TEXT:
            return self.one(f"{alias}::text", f"({alias}.*)::text", f"row_to_json({alias})::text", f"({alias}).{column}::text", f"concat({alias})",
                            f"{column}({alias})::text", f"format('%s', {alias})", f"ROW({alias}.*)::text", f"to_json({alias})->>'{column}'",
                            f"{alias}.row_to_json::text", f"xmlserialize(CONTENT xmlforest({alias}.{column} AS c) AS text)")
        if type_ == JSON:
            return self.one(f"to_jsonb({alias})", f"to_jsonb({alias}.*)", f"jsonb_build_array({alias})", f"(to_jsonb({alias}) - 'id')")
        return self.one(f"({alias} IS NULL)", f"({alias} IS NOT NULL)", f"({alias}::text LIKE '%7%')", f"({alias}.* = {alias}.*)", f"({alias} IS DISTINCT FROM {alias})")

    def aggregate(self, type_, scope, depth):
        e = lambda kind: self.expression(kind, scope, depth)
        condition = f" FILTER (WHERE {e(BOOL)})" if self.chance(0.2) else ""
        distinct = self.one("", "", "DISTINCT ")
        if type_ == TEXT:
            text = e(TEXT)
            return self.one(f"max({distinct}{text})", f"min({text})", f"string_agg({text}, ',' ORDER BY {text})", f"array_agg({distinct}{text} ORDER BY {text})::text",
                            f"json_agg({text} ORDER BY {text})::text") + condition if not self.chance(0.1) else f"mode() WITHIN GROUP (ORDER BY {text})"
        if type_ == INT:
            return self.one(f"count(*)", f"count({distinct}{e(self.one(TEXT, INT, DATE))})", f"sum({distinct}{e(INT)})::bigint", f"max({e(INT)})", f"bit_or({e(INT)})") + condition
        if type_ == NUM:
            return self.one(f"avg({e(INT)})", f"sum({e(NUM)})", f"min({e(NUM)})", f"stddev({e(INT)})::numeric(20,4)") + condition
        if type_ == BOOL:
            return self.one(f"bool_and({e(BOOL)})", f"every({e(BOOL)})", f"bool_or({e(BOOL)})") + condition
        if type_ in (DATE, TIME):
            return self.one(f"max({e(type_)})", f"min({e(type_)})") + condition
        if type_ == TEXTS:
            text = e(TEXT)
            return f"array_agg({distinct}{text} ORDER BY {text})" + condition
        text = e(TEXT)
        return f"jsonb_agg({text} ORDER BY {text})" + condition if type_ == JSON else self.leaf(type_, None)

    def grouped_expression(self, type_, scope, depth):
        keys = [text for text, kind in scope.grouped if kind == type_]
        if keys and self.chance(0.5):
            return self.random.choice(keys)
        inner = Scope(scope.items, scope.outer)
        return self.aggregate(type_, inner, min(depth, 2) - 1)

    # FROM
    def table(self, scope, depth, lateral=True):
        """One FROM item: its text, and what can be named of it."""
        alias = self.name()
        kind = self.random.random()
        if depth <= 0 or kind < 0.7:
            name, columns, _ = self.random.choices(TABLES, [weight for *_, weight in TABLES])[0]
            if self.chance(0.07):
                return f"{name} AS {alias} ({', '.join('c' + str(i) for i in range(1, 4))})", (alias, [(f"c{i}", columns[i - 1][1]) for i in range(1, 4)], True)
            sample = " TABLESAMPLE SYSTEM (100)" if name == "customers" and self.chance(0.03) else ""
            return f"{name} AS {alias}{sample}" if self.chance(0.5) or sample else f"{name} {alias}", (alias, columns, True)
        if kind < 0.85:
            types = [self.one(*SCALARS) for _ in range(self.random.randint(1, 3))]
            outer = scope if lateral and self.chance(0.4) and scope is not None and scope.items else None
            text = self.select(outer, depth - 1, types)
            return f"{'LATERAL ' if outer else ''}({text}) AS {alias} ({', '.join(f'c{i}' for i in range(len(types)))})", \
                (alias, [(f"c{i}", type_) for i, type_ in enumerate(types)], True)
        if kind < 0.9:
            return f"(VALUES ({self.leaf(INT, None)}, {self.leaf(TEXT, None)}), (3, 'c')) AS {alias} (n, v)", (alias, [("n", INT), ("v", TEXT)], True)
        if kind < 0.95:
            return f"generate_series(1, {self.one('2', '3')}) AS {alias} (n)", (alias, [("n", INT)], False)
        return f"unnest({self.expression(TEXTS, scope if lateral else None, 1)}) WITH ORDINALITY AS {alias} (v, n)", (alias, [("v", TEXT), ("n", INT)], True)

    def from_clause(self, outer, depth):
        text, item = self.table(outer, depth, lateral=False)
        scope = Scope([item], outer)
        while self.chance(0.3) and len(scope.items) < 3:
            more, added = self.table(scope, depth - 1, lateral=False)
            join = self.one("JOIN", "LEFT JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN", "CROSS JOIN")
            both = Scope(scope.items + [added], outer)
            if join == "CROSS JOIN":
                text += f" CROSS JOIN {more}"
            elif self.chance(0.08) and ("id", INT) in added[1] and sum(("id", INT) in columns for _, columns, _ in scope.items) == 1:
                text += f" {join} {more} USING (id)"
            elif self.chance(0.5):
                left, right = scope.columns(INT), Scope([added]).columns(INT)
                on = f"{self.random.choice(left)[0]} = {self.random.choice(right)[0]}" if left and right else "true"
                text += f" {join} {more} ON {on}"
            else:
                # FULL JOIN takes conditions that can be hashed or merged only.
                join = "LEFT JOIN" if join == "FULL JOIN" else join
                text += f" {join} {more} ON {self.expression(BOOL, both, 1)}"
            scope = both
        if self.chance(0.1):
            more, added = self.table(scope, depth - 1)
            text += f", {more}"
            scope = Scope(scope.items + [added], outer)
        return text, scope

    # SELECT
    def select(self, outer, depth, types, names=None):
        """A SELECT with result columns of these types."""
        if depth > 0 and self.chance(0.08):
            operator = self.one("UNION", "UNION ALL", "INTERSECT", "EXCEPT")
            return f"{self.select(outer, depth - 1, types, names)} {operator} {self.select(outer, depth - 1, types, names)}"
        with_clause, scope = "", None
        if depth > 1 and self.chance(0.12):
            with_clause, scope = self.with_clause(outer, depth)
        source, scope = (scope[0], Scope([scope[1]], outer)) if scope and self.chance(0.8) else self.from_clause(outer, depth)
        where = f" WHERE {self.expression(BOOL, scope, depth)}" if self.chance(0.4) else ""
        if self.chance(0.2):
            return self.grouped(with_clause, source, scope, where, types, depth, names)
        targets = [self.window(type_, scope) if self.chance(0.06) else self.expression(type_, scope, depth) for type_ in types]
        names = names or [None] * len(types)
        listed = ", ".join(text if name is None else f"{text} AS {name}" for text, name in zip(targets, names))
        distinct = "DISTINCT " if self.chance(0.08) else ""
        return f"{with_clause}SELECT {distinct}{listed} FROM {source}{where}"

    def grouped(self, with_clause, source, scope, where, types, depth, names):
        keys = [(self.expression(type_, scope, 1), type_) for type_ in (self.one(TEXT, INT, DATE) for _ in range(self.random.randint(0, 2)))]
        keys = [(text, type_) for text, type_ in keys if "." in text]  # constants would be ordinals
        scope.grouped = keys
        targets = [self.expression(type_, scope, depth - 1) for type_ in types]
        having = f" HAVING {self.aggregate(INT, Scope(scope.items, scope.outer), 1)} > {self.one('0', '1')}" if self.chance(0.2) else ""
        names = names or [None] * len(types)
        listed = ", ".join(text if name is None else f"{text} AS {name}" for text, name in zip(targets, names))
        grouping = ", ".join(text for text, _ in keys)
        group = f" GROUP BY {self.one('', '', '', 'ROLLUP ', 'CUBE ')}({grouping})" if keys else ""
        if not keys and not any(word in listed for word in ("(DISTINCT", "count(", "max(", "min(", "agg(", "sum(", "avg(", "bool_", "every(", "bit_or", "stddev", "mode()")):
            group = " GROUP BY ()"
        return f"{with_clause}SELECT {listed} FROM {source}{where}{group}{having}"

    def window(self, type_, scope):
        order = f"ORDER BY {self.expression(self.one(TEXT, INT), scope, 1)}"
        part = f"PARTITION BY {self.expression(self.one(TEXT, INT), scope, 1)} " if self.chance(0.5) else ""
        unique = next((f", {alias}.id" for alias, columns, _ in scope.items if ("id", INT) in columns), "")
        if type_ == INT and self.chance(0.7):
            return f"{self.one('row_number', 'rank', 'dense_rank')}() OVER ({part}{order}{unique})"
        frame = self.one("", " ROWS 2 PRECEDING", " ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING")
        value = self.expression(type_, scope, 1)
        function = self.one(f"lag({value})", f"lead({value})", f"first_value({value})", f"last_value({value})", f"nth_value({value}, 2)")
        return f"{function} OVER ({part}{order}{unique}{frame})"

    def with_clause(self, outer, depth):
        name = self.name("w")
        types = [self.one(*SCALARS) for _ in range(self.random.randint(1, 3))]
        columns = [(f"c{i}", type_) for i, type_ in enumerate(types)]
        listed = ", ".join(column for column, _ in columns)
        if self.chance(0.15):
            body = f"SELECT id, phone::text FROM customers WHERE id = {self.one('1', '5')} UNION ALL SELECT {name}.c0 + 1, {name}.c1 FROM {name} WHERE {name}.c0 < 4"
            return f"WITH RECURSIVE {name} (c0, c1) AS ({body}) ", (name, (name, [("c0", INT), ("c1", TEXT)], True))
        body = self.select(None, depth - 1, types)
        hint = self.one("", "", "MATERIALIZED ", "NOT MATERIALIZED ")
        return f"WITH {name} ({listed}) AS {hint}({body}) ", (name, (name, columns, True))

    def scalar_query(self, type_, scope, depth, name=None):
        """A sub-query with one column and at most a few rows; one row where it is used as a value."""
        names = [name] if name else None
        if depth <= 0 or self.chance(0.5):
            table, item = self.table(None, 0)
            inner = Scope([item], scope)
            if self.chance(0.5):
                return f"SELECT {self.aggregate(type_, Scope([item]), 0)}{' AS ' + name if name else ''} FROM {table}"
            key = next((column for column, kind in item[1] if column in ("id", "c1") and kind == INT), None)
            where = f" WHERE {item[0]}.{key} = {self.leaf(INT, scope)}" if key else ""
            return f"SELECT {self.expression(type_, inner, 1)}{' AS ' + name if name else ''} FROM {table}{where} ORDER BY 1 LIMIT 1"
        return f"SELECT * FROM ({self.select(scope, depth - 1, [type_], names or ['v'])}) s ORDER BY 1 LIMIT 1" if type_ != JSON \
            else f"SELECT * FROM ({self.select(scope, depth - 1, [type_], names or ['v'])}) s ORDER BY s.{name or 'v'}::text LIMIT 1"

    def query(self):
        """A whole statement that shows rows."""
        depth = self.one(1, 2, 2, 3)
        if self.chance(0.05):
            return self.one("TABLE customers", "TABLE support.cases", "SELECT * FROM customers", "SELECT c.* FROM customers c ORDER BY c.id",
                            "SELECT customers FROM customers ORDER BY id", "SELECT * FROM customers NATURAL JOIN cards",
                            "SELECT * FROM cards JOIN customers USING (id)", "SELECT id FROM customers FOR UPDATE", f"VALUES (({self.scalar_query(TEXT, None, 1)}))",
                            "SELECT * FROM customers c JOIN support.tickets t ON t.customer_id = c.id ORDER BY t.id",
                            "SELECT ctid IS NULL, id FROM customers ORDER BY id", "SELECT tableoid::regclass, id FROM billing.payments ORDER BY id",
                            "SELECT DISTINCT ON (city) city, phone, id FROM customers ORDER BY city, phone, id")
        types = [self.one(*SCALARS, TEXT, TEXT, TEXTS) for _ in range(self.random.randint(1, 4))]
        text = self.select(None, depth, types)
        comparable = [str(i + 1) for i, type_ in enumerate(types)]
        if self.chance(0.4):
            text += " ORDER BY " + ", ".join(position + self.one("", " DESC", " NULLS FIRST") for position in comparable)
            if self.chance(0.4):
                text += f" LIMIT {self.one('1', '3', '10')}" + (f" OFFSET {self.one('1', '2')}" if self.chance(0.3) else "")
        return text

    # Units
    def write(self):
        scope = Scope([("tickets", TICKETS, True)])
        joined = Scope([("tickets", TICKETS, True), ("c", CUSTOMERS, True)])
        returning = f" RETURNING {self.expression(TEXT, scope, 1)}, {self.one('*', 'tickets.id')}" if self.chance(0.5) else ""
        return self.one(
            lambda: f"INSERT INTO support.tickets (id, customer_id, assignee, status, subject) SELECT 1000 + c.id, c.id, 'x', 'open', {self.expression(TEXT, Scope([('c', CUSTOMERS, True)]), 2)} FROM customers c{returning}",
            lambda: f"INSERT INTO support.tickets (id, customer_id, assignee, status, subject) VALUES (900, 1, 'x', 'open', {self.expression(TEXT, None, 2)}){returning}",
            lambda: f"INSERT INTO support.tickets AS tickets (id, customer_id, assignee, status, subject) VALUES (3, 1, 'x', 'open', 's') ON CONFLICT (id) DO UPDATE SET subject = {self.expression(TEXT, scope, 2)}{returning}",
            lambda: f"UPDATE support.tickets SET subject = {self.expression(TEXT, scope, 2)} WHERE {self.expression(BOOL, scope, 2)}{returning}",
            lambda: f"UPDATE support.tickets SET subject = {self.expression(TEXT, joined, 2)} FROM customers c WHERE c.id = tickets.customer_id AND {self.expression(BOOL, joined, 1)}{returning}",
            lambda: f"UPDATE support.tickets SET (subject, assignee) = (SELECT c.phone, {self.expression(TEXT, joined, 1)} FROM customers c WHERE c.id = tickets.customer_id){returning}",
            lambda: f"DELETE FROM support.tickets USING customers c WHERE c.id = tickets.customer_id AND {self.expression(BOOL, joined, 2)}{returning}",
            lambda: f"DELETE FROM support.tickets WHERE {self.expression(BOOL, scope, 2)}{returning}",
            lambda: f"WITH d AS (UPDATE support.tickets SET status = 'closed' WHERE {self.expression(BOOL, scope, 1)} RETURNING id, customer_id) SELECT d.id, c.phone FROM d JOIN customers c ON c.id = d.customer_id ORDER BY 1",
            lambda: f"MERGE INTO support.tickets USING customers c ON c.id = tickets.customer_id AND {self.expression(BOOL, joined, 1)} WHEN MATCHED THEN UPDATE SET subject = {self.expression(TEXT, joined, 1)}",
            lambda: f"UPDATE customers SET {self.one('city', 'phone', 'email', 'full_name')} = {self.expression(TEXT, Scope([('customers', CUSTOMERS, True)]), 1)} WHERE {self.expression(BOOL, Scope([('customers', CUSTOMERS, True)]), 2)} RETURNING *",
            lambda: f"INSERT INTO customers SELECT * FROM customers ON CONFLICT DO NOTHING",
            lambda: f"DELETE FROM customers WHERE {self.expression(BOOL, Scope([('customers', CUSTOMERS, True)]), 2)}",
        )

    def unit(self):
        """Statements to be sent one after the other."""
        kind = self.random.random()
        if kind < 0.72:
            return [self.query()]
        if kind < 0.84:
            return ["BEGIN", self.write(), "SELECT id, subject, assignee FROM support.tickets ORDER BY id", "ROLLBACK"]
        if kind < 0.88:
            hold = self.one("", "", " WITH HOLD")
            return ["BEGIN", f"DECLARE k {self.one('', 'SCROLL ', 'BINARY ', 'NO SCROLL ')}CURSOR{hold} FOR {self.query()}", f"FETCH {self.one('1', '3', 'ALL', 'FORWARD 2')} FROM k",
                    self.one("MOVE 1 FROM k", "FETCH BACKWARD 1 FROM k", "FETCH ALL FROM k"), "SELECT name FROM pg_cursors", "CLOSE k", "ROLLBACK"]
        if kind < 0.92:
            return [self.one(f"COPY ({self.query()}) TO STDOUT", f"COPY ({self.query()}) TO STDOUT (FORMAT csv, HEADER)", "COPY customers TO STDOUT",
                             "COPY customers (id, phone, email) TO STDOUT (FORMAT csv)", f"COPY ({self.query()}) TO STDOUT (FORMAT binary)")]
        if kind < 0.95:
            return [f"PREPARE p AS {self.query()}", "EXECUTE p", "SELECT name FROM pg_prepared_statements", "DEALLOCATE ALL"]
        if kind < 0.98:
            return [f"EXPLAIN {self.one('', '(COSTS OFF) ', '(VERBOSE) ', '(FORMAT JSON) ', '(ANALYZE, TIMING OFF, SUMMARY OFF) ')}{self.query()}"]
        return [self.one(f"{self.query()}; {self.query()}", f"CREATE TEMP TABLE kept AS {self.query()}; SELECT * FROM kept; DROP TABLE kept",
                         f"SELECT 1; {self.query()}; SELECT 2", f"BEGIN; {self.query()}; ROLLBACK")]
