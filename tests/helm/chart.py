"""The chart as Helm would see it: values merged and checked, templates rendered by render.go, manifests parsed."""
import copy
import json
import os
import subprocess
from pathlib import Path

import jsonschema
import yaml

HERE = Path(__file__).resolve().parent
CHART = HERE.parents[1] / "helm" / "tabir"
BUILD = Path(os.environ["TABIR_BIN"]).parent / "tests" / "helm"
EXAMPLES = sorted((CHART / "ci").glob("*-values.yaml"))


def merged(base, more):
    """Helm's merge: maps are merged, everything else is replaced."""
    result = dict(base)
    for key, value in more.items():
        both_maps = isinstance(value, dict) and isinstance(result.get(key), dict)
        result[key] = merged(result[key], value) if both_maps else value
    return result


def defaults():
    return yaml.safe_load((CHART / "values.yaml").read_text())


def values_of(example):
    return merged(defaults(), yaml.safe_load(example.read_text()))


def check_values(values):
    """Raises jsonschema.ValidationError, as `helm install` would stop."""
    jsonschema.Draft7Validator(json.loads((CHART / "values.schema.json").read_text())).validate(values)


def changed(values, path, value):
    """A copy of `values` with the value at a dotted path set, or taken out if `value` is None."""
    result = copy.deepcopy(values)
    *parents, last = path.split(".")
    place = result
    for key in parents:
        place = place[key]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return result


def build_renderer():
    BUILD.mkdir(parents=True, exist_ok=True)
    environment = {"GO111MODULE": "off", "GOPATH": "/usr/share/gocode", "GOFLAGS": "", "GOCACHE": str(BUILD / "go-cache")}
    subprocess.run(["/usr/bin/go", "build", "-o", BUILD / "render", HERE / "render.go"], check=True,
                   env={**os.environ, **environment})


def try_to_render(values):
    file = BUILD / "values.json"
    file.write_text(json.dumps(values))
    return subprocess.run([BUILD / "render", CHART, file], capture_output=True, text=True)


def render(values):
    """Text by template's name."""
    done = try_to_render(values)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def refusal(values):
    """Why the templates refuse values that the schema accepts."""
    check_values(values)
    done = try_to_render(values)
    assert done.returncode != 0, "rendered"
    return done.stderr


def manifests(texts):
    """What would be sent to the cluster."""
    documents = [yaml.safe_load_all(text) for name, text in texts.items() if name.endswith(".yaml")]
    return [document for stream in documents for document in stream if document]


def of_kind(documents, kind):
    return [document for document in documents if document["kind"] == kind]
