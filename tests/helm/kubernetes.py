"""Checks manifests against Kubernetes' own types: formats by kubernetes-models' validators, and unknown keys and wrong types
by TypeScript's check of object literals."""
import json
import shutil
import subprocess

import chart

MODULES = {
    ("v1", "ConfigMap"): "v1/ConfigMap",
    ("v1", "Service"): "v1/Service",
    ("v1", "ServiceAccount"): "v1/ServiceAccount",
    ("apps/v1", "Deployment"): "apps/v1/Deployment",
    ("networking.k8s.io/v1", "NetworkPolicy"): "networking.k8s.io/v1/NetworkPolicy",
    ("policy/v1", "PodDisruptionBudget"): "policy/v1/PodDisruptionBudget",
}
VALIDATOR = """
import { readFileSync } from "node:fs";
for (const [module, kind, manifest] of JSON.parse(readFileSync(process.argv[2], "utf8"))) {
  const types = await import(`kubernetes-models/${module}`);
  new types[kind](manifest).validate();
}
"""


def install():
    folder = chart.BUILD / "types"
    folder.mkdir(parents=True, exist_ok=True)
    lock = (chart.HERE / "package-lock.json").read_text()
    installed = folder / "installed"
    if installed.exists() and installed.read_text() == lock:
        return folder
    for name in ("package.json", "package-lock.json"):
        shutil.copy(chart.HERE / name, folder)
    done = subprocess.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    installed.write_text(lock)
    return folder


def problems(documents):
    """What Kubernetes would not accept; empty: nothing."""
    folder = install()
    known = [(MODULES[document["apiVersion"], document["kind"]], document["kind"], document) for document in documents]
    literals = folder / "manifests.ts"
    literals.write_text("".join(
        f'import type {{ I{kind} as T{number} }} from "kubernetes-models/{module}";\n'
        f"export const m{number}: T{number} = {json.dumps(document)};\n"
        for number, (module, kind, document) in enumerate(known)))
    types = subprocess.run(["npx", "tsc", "--noEmit", "--strict", "--module", "nodenext", "--moduleResolution", "nodenext",
                            "--skipLibCheck", "manifests.ts"], cwd=folder, capture_output=True, text=True)
    (folder / "validate.mjs").write_text(VALIDATOR)
    (folder / "manifests.json").write_text(json.dumps(known))
    formats = subprocess.run(["node", "validate.mjs", "manifests.json"], cwd=folder, capture_output=True, text=True)
    found = types.stdout if types.returncode else ""
    return found + (formats.stderr if formats.returncode else "")
