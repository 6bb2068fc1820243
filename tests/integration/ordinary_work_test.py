"""Ordinary reads work, and say what PostgreSQL says: same columns, same types, same rows."""

import re
from contextlib import closing

import psycopg
import psycopg2
import pytest

from leak_test import statements


def described(cursor) -> list[tuple]:
    return [(column.name, column.type_code) for column in cursor.description or []]


@pytest.mark.parametrize("user", ["reader", "agent"])
def test_open_columns_answer_as_directly(gateway, direct, user):
    """`agent` has a budget: what cannot be counted may be refused for it, and nothing may differ."""
    wrong = {}
    with closing(psycopg2.connect(direct)) as plain, closing(psycopg2.connect(gateway.dsn(user))) as masked:
        plain.autocommit = masked.autocommit = True
        for statement in statements("ordinary.sql"):
            with plain.cursor() as expected, masked.cursor() as got:
                expected.execute(statement)
                try:
                    got.execute(statement)
                except psycopg2.Error as error:
                    if user == "reader" or not re.search("count|whole row", str(error)):
                        wrong[statement] = str(error)
                    continue
                if described(expected) != described(got):
                    wrong[statement] = f"{described(expected)} became {described(got)}"
                elif expected.description and expected.fetchall() != got.fetchall():
                    wrong[statement] = "other rows"
    assert not wrong, "\n".join(f"{statement}\n    {why}" for statement, why in wrong.items())


def test_open_columns_answer_as_directly_in_the_extended_protocol_and_in_binary(gateway, direct):
    wrong = {}
    with psycopg.connect(direct, autocommit=True) as plain, psycopg.connect(gateway.dsn("reader"), autocommit=True) as masked:
        for statement in statements("ordinary.sql"):
            for binary in (False, True):
                try:
                    expected = plain.execute(statement, prepare=True, binary=binary)
                    expected = (described(expected), expected.fetchall())
                except (psycopg.Error, NotImplementedError):
                    continue
                try:
                    got = masked.execute(statement, prepare=True, binary=binary)
                    if (described(got), got.fetchall()) != expected:
                        wrong[statement] = "differs"
                except psycopg.Error as error:
                    wrong[statement] = str(error)
    assert not wrong, "\n".join(f"{statement}\n    {why}" for statement, why in wrong.items())


def test_masks_keep_the_types(gateway, direct):
    text = "SELECT * FROM customers WHERE id = 42"
    with closing(psycopg2.connect(direct)) as plain, closing(psycopg2.connect(gateway.dsn("reader"))) as masked:
        with plain.cursor() as expected, masked.cursor() as got:
            expected.execute(text)
            got.execute(text)
            assert described(expected) == described(got)
            assert [column.internal_size for column in expected.description] == [column.internal_size for column in got.description]
