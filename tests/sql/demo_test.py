"""The sample payments database: whole, the same at each load, its pictures real."""

import pathlib
import struct
import sys
import time
import zlib

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "harness"))

from private_postgres import PrivatePostgres  # noqa: E402


@pytest.fixture(scope="module")
def postgres():
    with PrivatePostgres() as server:
        yield server


def load(postgres, database):
    postgres.psql(f"CREATE DATABASE {database}")
    for script in sorted((ROOT / "sql" / "demo").glob("*.sql")):
        postgres.load(script, database, {"backend_password": "with ' and \\"})


@pytest.fixture(scope="module")
def payments(postgres):
    started = time.monotonic()
    load(postgres, "payments")
    assert time.monotonic() - started < 15
    return lambda sql: postgres.psql(sql, "payments")


def test_holds_more_than_20000_customers_each_with_a_number_and_address_of_his_own(payments):
    counts = payments("SELECT count(*), count(DISTINCT phone), count(DISTINCT email) FROM customers").split("|")
    assert int(counts[0]) >= 20_000
    assert counts[0] == counts[1] == counts[2]


def test_is_the_same_at_each_load_into_the_same_server(postgres, payments):
    load(postgres, "second")
    for table in ("public.customers", "kyc.documents", "support.tickets", "billing.transactions"):
        digest = f"SELECT md5(string_agg(t::text, '' ORDER BY id)) FROM {table} t"
        assert payments(digest) == postgres.psql(digest, "second")


def test_gives_agent7_enough_tickets_to_meet_the_budget(payments):
    assert int(payments("SELECT count(DISTINCT customer_id) FROM support.tickets WHERE assignee = 'agent7'")) > 100


def check_png(data: bytes) -> None:
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    place, kinds, pixels = 8, [], b""
    while place < len(data):
        length, kind = struct.unpack(">I4s", data[place:place + 8])
        body = data[place + 8:place + 8 + length]
        assert struct.unpack(">I", data[place + 8 + length:place + 12 + length])[0] == zlib.crc32(kind + body)
        if kind == b"IHDR":
            width, height, depth, colour = struct.unpack(">IIBB", body[:10])
            assert colour == 3  # palette
        if kind == b"IDAT":
            pixels += body
        kinds.append(kind)
        place += 12 + length
    assert kinds[0] == b"IHDR" and kinds[-1] == b"IEND"
    assert len(zlib.decompress(pixels)) == height * (1 + (width * depth + 7) // 8)


def check_jpeg(data: bytes) -> None:
    place, markers = 2, []
    while data[place + 1] != 0xDA:  # start of scan
        assert data[place] == 0xFF
        markers.append(data[place + 1])
        place += 2 + struct.unpack(">H", data[place + 2:place + 4])[0]
    assert data[:2] == b"\xff\xd8" and data[-2:] == b"\xff\xd9"
    assert {0xDB, 0xC0, 0xC4} <= set(markers)  # quantization, frame, Huffman tables


@pytest.mark.parametrize("column, check", [("image", check_png), ("selfie", check_jpeg)])
def test_holds_real_pictures(payments, column, check):
    pictures = payments(f"SELECT DISTINCT encode({column}, 'hex') FROM kyc.documents WHERE {column} IS NOT NULL").split()
    assert len(pictures) >= 3
    for picture in pictures:
        check(bytes.fromhex(picture))


@pytest.mark.parametrize("role, table, may", [
    ("tabir_support", "public.customers", True),
    ("tabir_support", "kyc.documents", False),
    ("tabir_kyc", "kyc.documents", True),
    ("tabir_kyc", "support.tickets", False),
    ("tabir_analyst", "billing.transactions", True),
    ("tabir_analyst", "kyc.documents", False),
    ("tabir_catalog", "public.customers", False),
    ("tabir_dba", "kyc.documents", True),
])
def test_grants_each_role_of_the_gateway_no_more_than_it_needs(payments, role, table, may):
    assert payments(f"SELECT has_table_privilege('{role}', '{table}', 'SELECT')") == ("t" if may else "f")
