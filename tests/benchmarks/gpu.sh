#!/usr/bin/env bash
# What a graphics card gives, in under eight minutes: the same bytes as the CPU first, then speed; searches, and pruning.
#     tests/benchmarks/gpu.sh [FOLDER]    (default runs/benchmarks; needs wann[cuda,prune])
# PYTHON names the interpreter. With NUMBA_ENABLE_CUDASIM=1 it goes through the same in the simulator, at tiny sizes.
set -euo pipefail
cd "$(dirname "$0")/../.."
out=${1:-runs/benchmarks}
python=${PYTHON:-python}
mkdir -p "$out"
! command -v nvidia-smi || nvidia-smi
small=()
[ "${NUMBA_ENABLE_CUDASIM:-0}" = 0 ] || small=(--small)
timeout 240 "$python" tests/benchmarks/bench_cuda.py "${small[@]}" | tee "$out/cuda.json"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
generations=60
population=1024
steps=()
if [ ${#small[@]} -gt 0 ]; then
  generations=2 population=8 steps=(--max-steps 10 --episodes 1)
fi
search=(search --env CartPole-v1 "${steps[@]}" --generations $generations --population $population --no-figures --json)
for device in cpu cuda; do
  timeout 120 "$python" -m wann "${search[@]}" --device $device --out "$folder/$device" > "$out/search-$device.json"
done
cmp "$folder/cpu/champion.json" "$folder/cuda/champion.json" && echo "the search found the same champion on both"
if "$python" -c "import sys, torch; sys.exit(not torch.cuda.is_available())"; then
  for device in cpu cuda; do
    timeout 100 "$python" -m wann prune --dataset digits --method magnitude,snip,synflow --density 0.1 --steps 500 \
      --device $device --out "$folder/pruned-$device" --no-figures --json > "$out/prune-$device.json"
  done
fi
