"""Keeps the arrows between the rooms true, and proves that a planted violation is found."""

import pathlib

import pytest
from rooms import ROOMS, cmake_violations, source_violations

ROOT = pathlib.Path(__file__).resolve().parents[2]


def files(*patterns: str) -> list[pathlib.Path]:
    return sorted(path for room in ROOMS for pattern in patterns for path in (ROOT / room).rglob(pattern))


def test_every_include_keeps_the_arrows_and_doors():
    sources = files("*.hpp", "*.cpp")
    assert len(sources) > 100
    found = [line for path in sources for line in source_violations(path.relative_to(ROOT).as_posix(), path.read_text())]
    assert found == []


def test_every_target_links_only_what_it_may_know():
    found = [line for path in files("CMakeLists.txt")
             for line in cmake_violations(path.relative_to(ROOT).as_posix(), path.read_text())]
    assert found == []


@pytest.mark.parametrize("path, line", [
    ("sql/analyze.cpp", '#include "policies/decide.hpp"'),
    ("sql/edits/group.cpp", "#include <nodes/parsenodes.h>"),
    ("sql/edits/group.cpp", "#  include <postgres.h>"),
    ("policies/decide.cpp", '#include "gateway/wire/frame.hpp"'),
    ("policies/decide.cpp", '#include "monitoring/metrics.hpp"'),
    ("policies/decide.cpp", "#include <yaml-cpp/node.h>"),
    ("monitoring/log.cpp", '#include "sql/catalog.hpp"'),
    ("monitoring/labels.cpp", "#include <prometheus/counter.h>"),
    ("gateway/session/machine.cpp", "#include <pqxx/connection>"),
    ("gateway/enforcement/enforcer.cpp", "#include <boost/asio/post.hpp>"),
    ("gateway/wire/startup.cpp", '#include "gateway/session/session_core.hpp"'),
    ("gateway/wire/startup.cpp", "#include <sys/socket.h>"),
    ("gateway/auth/users.cpp", '#include "gateway/wire/frame.hpp"'),
    ("gateway/net/stream.cpp", "#include <boost/beast/http.hpp>"),
    ("gateway/backend/login.cpp", "#include <libpq-fe.h>"),
    ("gateway/backend/dial.cpp", "#include <openssl/ssl.h>"),
    ("gateway/main.cpp", '#include "tests/support/wire_client.hpp"'),
    ("gateway/main.cpp", '#include "process.hpp"'),
])
def test_a_planted_include_is_found(path, line):
    assert len(source_violations(path, f"#pragma once\n\n{line}\n")) == 1


@pytest.mark.parametrize("path, line", [
    ("sql/parse/tokens.cpp", "#include <postgres.h>"),
    ("policies/decide.cpp", '#include "sql/facts.hpp"'),
    ("gateway/session/machine.cpp", '#include "monitoring/metrics.hpp"'),
    ("gateway/wire/startup.cpp", '#include "gateway/wire/cursor.hpp"'),
    ("sql/analyze.cpp", '// #include "policies/decide.hpp"'),
    ("sql/analyze.cpp", "#include <utility>"),
])
def test_what_is_allowed_is_not_found(path, line):
    assert source_violations(path, line) == []


@pytest.mark.parametrize("text", [
    "target_link_libraries(sql PUBLIC build_flags policies)",
    "target_link_libraries(monitoring PRIVATE fmt::fmt\n  sql)",
    "target_link_libraries(policies PRIVATE PkgConfig::PQXX)",
    "file(GLOB_RECURSE ALL *.cpp)",
])
def test_a_planted_link_is_found(text):
    assert len(cmake_violations("sql/CMakeLists.txt", text)) == 1
