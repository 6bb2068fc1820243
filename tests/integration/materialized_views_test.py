"""Materialized views listed as derived: classes, people and row filters flow in from their definitions."""

import subprocess
import time

import psycopg
import pytest

from gateway import Gateway

POLICY = """
version: 1
databases: [copies]
classes:
  name:   { mask: initials }
  phone:  { mask: { keep_last: 2 } }
  email:  { mask: email }
  secret: { mask: strip }
tables:
  public.customers:
    subject: { customer: id }
    columns: { id: open, full_name: name, phone: phone, email: email, pin: secret, city: open, card: open, card->wa: phone }
  public.orders: { subject: { customer: buyer }, columns: { id: open, buyer: open, amount: open, note: secret } }
  public.shops: open
  public.cards: open
%s
roles:
  reader:  { tables: [%s, public.customers, public.cards] }
  caller:  { tables: [%s], clear: [phone] }
  knower:  { tables: [%s], clear: [name, phone, email, secret] }
  counted: { tables: [%s], clear: [phone], budget: { customer: 4 per day } }
  local:   { tables: [%s, public.customers], rows: { public.customers: "city = 'Bogor'" } }
  grouper: { tables: [%s], only: aggregates, min_group: 2 }
users: { reader: { role: reader }, caller: { role: caller }, knower: { role: knower }, counted: { role: counted }, local: { role: local }, grouper: { role: grouper } }
"""
USERS = ["reader", "caller", "knower", "counted", "local", "grouper"]
SCHEMA = """
CREATE TABLE customers(id int PRIMARY KEY, full_name text, phone text, email text, pin text, city text, card jsonb, other text);
INSERT INTO customers SELECT n, 'Sri W' || n, '+628110000' || n, 'sri' || n || '@mail.example', 'pin' || n,
    CASE WHEN n % 2 = 0 THEN 'Bogor' ELSE 'Medan' END, jsonb_build_object('wa', '+628110000' || n, 'n', n), 'oth' || n FROM generate_series(10, 19) n;
CREATE TABLE orders(id int PRIMARY KEY, buyer int, amount int, note text);
INSERT INTO orders SELECT n, 10 + n % 10, n, 'note' || n FROM generate_series(1, 30) n;
CREATE TABLE shops(id int PRIMARY KEY, city text); INSERT INTO shops VALUES (1, 'Bogor'), (2, 'Medan');
CREATE VIEW cards AS SELECT id, full_name AS holder, phone AS telp FROM customers;
CREATE FUNCTION phone_of(int) RETURNS text LANGUAGE sql SECURITY DEFINER AS 'SELECT phone FROM public.customers WHERE id = $1';
"""
VIEWS = {
    "plain": "SELECT id AS nr, phone AS telp, full_name, email, pin, city, card FROM customers",
    "of_view": "SELECT id, holder AS who, telp AS number FROM cards",
    "of_copy": "SELECT nr AS no, telp AS t, pin AS p, card AS c FROM plain WHERE nr > 0",
    "computed": "SELECT id, lower(email) AS mail, phone || '' AS joined, substr(phone, 1) AS part, phone::varchar AS cast_, 'x' || city AS town, "
                "CASE WHEN phone LIKE '+62%' THEN 1 ELSE 0 END AS is_local, ROW(phone) = ROW('x') AS compared, customers::text AS whole, "
                "to_json(customers) AS js, card->>'wa' AS wa, card->>'n' AS n, (SELECT max(pin) FROM customers) AS top, count(*) OVER () AS all_, "
                "phone_of(id) AS called, other FROM customers",
    "grouped": "SELECT buyer, sum(amount) AS total, count(*) AS n, array_agg(phone) AS phones, max(full_name) AS name FROM orders JOIN customers c ON c.id = buyer GROUP BY buyer",
    "cities": "SELECT city, count(*) AS n, max(phone) AS top FROM customers GROUP BY city",
    "united": "SELECT id, phone, phone AS mixed FROM customers UNION ALL SELECT id, telp, 'none' FROM cards",
    "chosen": "SELECT id, city FROM customers WHERE phone LIKE '%1'",
    "joined": "SELECT c.id, c.phone, o.amount, s.city AS shop FROM customers c LEFT JOIN orders o ON o.buyer = c.id LEFT JOIN shops s ON s.city = c.city",
    "crossed": "SELECT a.id, b.phone FROM customers a JOIN customers b ON b.id = a.id + 1",
    "latest": "WITH w AS (SELECT * FROM customers) SELECT x.id, w.phone, x.city FROM (SELECT DISTINCT ON (id) id, city FROM customers ORDER BY id) x JOIN w USING (id)",
    "values_": "SELECT v.id, v.phone FROM (VALUES (1, 'a'), (2, 'b')) v(id, phone)",
}
SECRETS = ["+62811", "sri1", "Sri W", "pin1", "oth1", "note"]
TABLES = ", ".join(f"public.{name}" for name in [*VIEWS, "orders", "shops"])


def policy(listed=VIEWS, more=""):
    lines = "".join(f"  public.{name}: derived\n" for name in listed)
    return POLICY % (lines + more, *[TABLES] * 6)


def made(name: str) -> str:
    return f"CREATE MATERIALIZED VIEW {name} AS {VIEWS[name]}; GRANT SELECT ON {name} TO tabir_reader;"


@pytest.fixture(scope="module")
def copies(postgres):
    postgres.psql("CREATE DATABASE copies")
    postgres.psql(SCHEMA + "".join(map(made, VIEWS)) + "GRANT SELECT ON ALL TABLES IN SCHEMA public TO tabir_reader;"
                  "GRANT CONNECT ON DATABASE copies TO tabir_reader, tabir_catalog", "copies")
    with Gateway(postgres, policy(), USERS, dict.fromkeys(USERS, "tabir_reader")) as running:
        yield running


def ask(copies, statement, user="reader"):
    with psycopg.connect(copies.dsn(user, "copies"), autocommit=True) as connection:
        return connection.execute(statement).fetchall()


def columns(copies, name, user="reader"):
    with psycopg.connect(copies.dsn(user, "copies"), autocommit=True) as connection:
        return [column.name for column in connection.execute(f"SELECT * FROM {name} LIMIT 0").description]


def refused(copies, statement, user="reader") -> str:
    with pytest.raises(psycopg.errors.InsufficientPrivilege) as error:
        ask(copies, statement, user)
    return str(error.value)


def test_columns_keep_the_classes_of_those_that_they_come_from(copies):
    masked = ("***11", "S. W.", "s***@mail.example", "Medan", {"wa": "***11", "n": 11})
    assert columns(copies, "plain") == ["nr", "telp", "full_name", "email", "city", "card"]
    assert ask(copies, "SELECT telp, full_name, email, city, card FROM plain WHERE nr = 11") == [masked]
    assert ask(copies, "SELECT * FROM of_view WHERE id = 11") == [(11, "S. W.", "***11")]
    assert ask(copies, "SELECT * FROM of_copy WHERE no = 11") == [(11, "***11", masked[4])]
    assert ask(copies, "SELECT telp, full_name FROM plain WHERE nr = 11", "caller") == [("+62811000011", "S. W.")]
    assert ask(copies, "SELECT p FROM of_copy WHERE no = 11", "knower") == [("pin11",)]
    assert ask(copies, "SELECT nr FROM plain WHERE telp = '+62811000011'") == []


def test_what_is_computed_is_shown_to_whoever_sees_all_of_it(copies):
    assert columns(copies, "computed") == ["id", "town", "all_"]
    assert columns(copies, "computed", "caller") == ["id", "joined", "part", "cast_", "town", "is_local", "compared", "wa", "n", "all_"]
    assert set(columns(copies, "computed", "knower")) >= {"mail", "part", "top"}
    for hidden in ("whole", "js", "called", "other"):
        refused(copies, f"SELECT {hidden} FROM computed", "knower")
    assert columns(copies, "grouped") == ["buyer", "total", "n"]
    assert columns(copies, "cities") == ["city", "n"]
    assert columns(copies, "united") == ["id", "phone"]
    assert columns(copies, "united", "caller") == ["id", "phone", "mixed"]
    assert ask(copies, "SELECT DISTINCT phone FROM united WHERE id = 11") == [("***11",)]
    assert columns(copies, "values_") == ["id", "phone"]


@pytest.mark.parametrize("name", VIEWS)
@pytest.mark.parametrize("shape", ["SELECT * FROM {}", "SELECT x FROM {} x", "SELECT to_jsonb(x) FROM {} x", "TABLE {}", "SELECT x::text FROM {} x",
                                   "WITH w AS (SELECT * FROM {}) SELECT w FROM w", "SELECT max(x::text) FROM {} x"])
def test_nothing_protected_is_shown(copies, name, shape):
    try:
        shown = str(ask(copies, shape.format(name)))
    except psycopg.DatabaseError as error:
        shown = str(error)
    assert not [secret for secret in SECRETS if secret in shown], shown


def test_rows_that_were_chosen_by_a_class_are_for_those_who_see_it(copies):
    assert "its rows were chosen by values of class phone" in refused(copies, "SELECT id FROM chosen")
    assert len(ask(copies, "SELECT id FROM chosen", "caller")) == 1


def test_people_are_counted_by_the_key_that_a_view_carries(postgres):
    for reads in ("SELECT nr FROM plain ORDER BY nr", "SELECT telp FROM plain", "SELECT amount FROM joined WHERE shop IS NOT NULL", "SELECT total FROM grouped",
                  "SELECT t FROM of_copy", "SELECT city FROM latest", "SELECT phone FROM united"):
        with Gateway(postgres, policy(), USERS, dict.fromkeys(USERS, "tabir_reader")) as running:
            with pytest.raises(psycopg.DatabaseError, match="4"):
                ask(running, reads, "counted")


def test_a_view_without_the_key_is_refused_where_people_are_counted_or_filtered(copies):
    for user in ("counted", "grouper"):
        assert "are counted by customer" in refused(copies, "SELECT city, n FROM cities", user)
    assert "are counted by customer" in refused(copies, "SELECT id FROM crossed", "counted")
    assert "only some rows of public.customers" in refused(copies, "SELECT n FROM cities", "local")
    assert ask(copies, "SELECT count(*) FROM plain", "grouper") == [(10,)]


def test_row_filters_hold_through_the_key(copies):
    assert ask(copies, "SELECT DISTINCT city FROM plain", "local") == [("Bogor",)]
    assert ask(copies, "SELECT no FROM of_copy ORDER BY 1", "local") == [(10,), (12,), (14,), (16,), (18,)]
    assert ask(copies, "SELECT DISTINCT buyer % 2 FROM grouped", "local") == [(0,)]
    assert "only some rows" in refused(copies, "SELECT id FROM crossed", "local")


def test_unlisted_ones_stay_closed_and_listed_ones_keep_their_rule(postgres, copies):
    some = [name for name in VIEWS if name != "plain"]
    explicit = "  public.plain: { subject: { customer: nr }, columns: { nr: open, telp: email, city: open } }\n"
    with Gateway(postgres, policy(some, explicit), USERS, dict.fromkeys(USERS, "tabir_reader")) as running:
        assert ask(running, "SELECT * FROM plain WHERE nr = 11") == [(11, "***", "Medan")]


def test_a_view_that_is_refreshed_or_made_anew(copies, postgres):
    with psycopg.connect(copies.dsn("reader", "copies"), autocommit=True) as connection:
        def shown():
            try:
                return connection.execute("SELECT * FROM plain", prepare=True).fetchall()
            except psycopg.DatabaseError as error:
                return str(error)
        for _ in range(6):
            assert len(shown()) == 10
        postgres.psql("INSERT INTO customers VALUES (20, 'Sri W20', '+6281100020'); REFRESH MATERIALIZED VIEW plain", "copies")
        assert len(shown()) == 11
        postgres.psql("DROP MATERIALIZED VIEW plain CASCADE; CREATE MATERIALIZED VIEW plain AS SELECT id AS nr, city AS telp, pin AS full_name, email, phone AS city, "
                      "'x' AS pin, card FROM customers; GRANT SELECT ON plain TO tabir_reader;" + made("of_copy"), "copies")
        deadline = time.monotonic() + 60
        while True:
            rows = shown()
            assert not [secret for secret in SECRETS if secret in str(rows)], rows
            if isinstance(rows, list):
                break
            assert time.monotonic() < deadline, rows
        assert (11, "Medan", "s***@mail.example", "***11", "x", {"wa": "***11", "n": 11}) in rows


def test_explain_tells_where_the_classes_come_from(copies):
    told = subprocess.run([copies.binary, "explain", "--config", copies.config, "--as", "reader", "--database", "copies",
                           "SELECT * FROM of_view"], text=True, capture_output=True, check=True).stdout
    assert "initials" in told and "keep_last 2" in told
