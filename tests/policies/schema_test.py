"""policies/schema.json, which editors use, says the same of a policy's shape as the loader does: both judge the files
under tests/cases/policies (the loader in load/case_files_test.cpp)."""

import json
import pathlib

import jsonschema
import pytest
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
CASES = ROOT / "tests" / "cases" / "policies"
SCHEMA = json.loads((ROOT / "policies" / "schema.json").read_text())
GOOD = sorted([*(CASES / "good").glob("*.yaml"), *(ROOT / "policies" / "examples").glob("*.yaml")])
BAD = sorted((CASES / "bad").glob("*.yaml"))


def valid(path: pathlib.Path) -> bool:
    return jsonschema.Draft7Validator(SCHEMA).is_valid(yaml.safe_load(path.read_text()))


def test_the_schema_is_itself_valid():
    jsonschema.Draft7Validator.check_schema(SCHEMA)
    assert GOOD and BAD


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_accepts_what_the_loader_accepts(path):
    jsonschema.validate(yaml.safe_load(path.read_text()), SCHEMA, jsonschema.Draft7Validator)


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_refuses_what_the_loader_refuses(path):
    assert not valid(path)
