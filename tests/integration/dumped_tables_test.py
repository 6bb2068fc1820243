"""pg_dump through the gateway, of tables whose keys come from sequences: masked, in every format, and to be restored."""

import subprocess

import psycopg
import pytest

from gateway import over_own_schema

OBJECTS = """
CREATE SCHEMA shop;
CREATE TABLE shop.orders (id serial PRIMARY KEY, customer int, phone text);
CREATE TABLE shop.hidden (id serial PRIMARY KEY);
INSERT INTO shop.orders (customer, phone) SELECT n, '+62811' || n FROM generate_series(1, 7) n;
GRANT USAGE ON SCHEMA shop TO tabir_reader; GRANT SELECT ON ALL TABLES IN SCHEMA shop TO tabir_reader;
GRANT SELECT ON ALL SEQUENCES IN SCHEMA shop TO tabir_reader"""
POLICY = """
version: 1
databases: [payments]
classes: { phone: { mask: { keep_last: 1 } } }
tables:
  shop.orders: { subject: { customer: customer }, columns: { id: open, customer: open, phone: phone } }
  shop.hidden: open
roles:
  dumper:   { tables: [shop.orders] }
  counted:  { tables: [shop.orders], budget: { customer: 5 per day } }
  filtered: { tables: [shop.orders], rows: { shop.orders: "id < 4" } }
  analyst:  { tables: [shop.orders], only: aggregates, min_group: 5 }
users: { dumper: { role: dumper }, counted: { role: counted }, filtered: { role: filtered }, analyst: { role: analyst } }
"""
USERS = ["dumper", "counted", "filtered", "analyst"]


@pytest.fixture(scope="module")
def gateway(postgres):
    with over_own_schema(postgres, OBJECTS, POLICY, USERS) as running:
        yield running


@pytest.mark.parametrize("options", [["--data-only"], ["--data-only", "--inserts"], ["-Fc"], ["-Ft"]])
def test_a_table_with_a_serial_key_is_dumped_with_masks(gateway, options, tmp_path):
    file = tmp_path / "dump"
    done = subprocess.run(["pg_dump", *options, "--table", "shop.orders", "-f", file, "-d", gateway.dsn("dumper")],
                          capture_output=True, text=True, timeout=200)
    assert done.returncode == 0, done.stderr
    text = file.read_text() if options[0] == "--data-only" else subprocess.run(
        ["pg_restore", "--data-only", "-f", "-", file], capture_output=True, text=True, check=True).stdout
    assert "***7" in text and "+62811" not in text
    assert "pg_catalog.setval('shop.orders_id_seq', 7, true)" in text


def test_settings_of_roles_are_null(gateway):
    with psycopg.connect(gateway.dsn("dumper"), autocommit=True) as connection:
        rows = connection.execute("SELECT setdatabase, setconfig FROM pg_db_role_setting").fetchall()
        assert all(row[1] is None for row in rows)
    assert gateway.psql("dumper", "\\drds").returncode == 0


@pytest.mark.parametrize("user", USERS)
@pytest.mark.parametrize("statement", ["SELECT last_value FROM shop.hidden_id_seq", "SELECT * FROM pg_db_role_setting",
                                       "SELECT s::text FROM pg_db_role_setting s"])
def test_nothing_else_of_them_is_told(gateway, user, statement):
    with psycopg.connect(gateway.dsn(user), autocommit=True) as connection:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement)


@pytest.mark.parametrize("user", ["counted", "filtered", "analyst"])
def test_who_may_not_read_every_row_is_not_told_where_a_sequence_stands(gateway, user):
    with psycopg.connect(gateway.dsn(user), autocommit=True) as connection:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("SELECT last_value, is_called FROM shop.orders_id_seq")
