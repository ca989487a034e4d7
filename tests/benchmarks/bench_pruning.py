"""Training of LeNet-300-100 under masks against a bare PyTorch loop without masks.

It prints steps a second, and their ratio.

And the seconds that SynFlow takes. Prints one JSON object. Both sides of the training run in this
process, in turn, on the same threads, batches sliced from the same tensors; ratios are medians over
the turns. The bare loop is timed with the fused Adam, which ours uses, and with Adam as it comes.
`masked_checked` is with the looks at the validation loss, which the bare loop has none of.

    python tests/benchmarks/bench_pruning.py [digits|mnist] [THREADS]
"""

import json
import platform
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace

from wann.config import PRESETS
from wann.network.torch_module import nn, torch
from wann.pruning.masks import full
from wann.pruning.methods import prune_at
from wann.pruning.scores.scoring import Scoring
from wann.pruning.training.data import Data, load_data
from wann.pruning.training.models import build
from wann.pruning.training.training import train

STEPS, TURNS, DENSITY = 600, 7, 0.2


def bare(data: Data, fused: bool | None) -> float:
    """Steps a second of the plainest loop."""
    model = build("lenet-300-100", data.shape, data.classes)
    optimizer = torch.optim.Adam(model.parameters(), lr=1.2e-3, fused=fused)
    order: list[torch.Tensor] = []
    started = time.perf_counter()
    for _ in range(STEPS):
        if not order:
            order = list(torch.randperm(len(data.y)).split(60))
        batch = order.pop()
        loss = nn.functional.cross_entropy(model(data.x[batch]), data.y[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return STEPS / (time.perf_counter() - started)


def ours(data: Data, density: float, check_every: int) -> float:
    """Steps a second under random masks.

    Without checks, what `train` evaluates at the end is taken off.
    """
    model = build("lenet-300-100", data.shape, data.classes)
    masks = {
        name: torch.rand(p.shape) < density for name, p in model.named_parameters() if p.ndim == 2
    }
    settings = replace(PRESETS["lth"], steps=STEPS, check_every=check_every)
    tiny = data
    if check_every >= STEPS:
        tiny = data._replace(
            x_validation=data.x[:60],
            y_validation=data.y[:60],
            x_test=data.x[:60],
            y_test=data.y[:60],
        )
    started = time.perf_counter()
    train(model, tiny, masks, settings)
    return STEPS / (time.perf_counter() - started)


def synflow(data: Data) -> float:
    """Seconds that the masks of SynFlow take, 2 % of LeNet-300-100 kept after 100 rounds."""
    model = build("lenet-300-100", data.shape, data.classes)
    scoring = Scoring(model, full(model), [(data.x[:1], data.y[:1])])
    started = time.perf_counter()
    prune_at("synflow", scoring, 0.02)
    return time.perf_counter() - started


def main() -> None:
    data = load_data(sys.argv[1] if len(sys.argv) > 1 else "mnist")
    if len(sys.argv) > 2:
        torch.set_num_threads(int(sys.argv[2]))
    sides: dict[str, Callable[[], float]] = {
        "bare_fused": lambda: bare(data, True),
        "bare_default": lambda: bare(data, None),
        "masked": lambda: ours(data, DENSITY, STEPS),
        "dense": lambda: ours(data, 2.0, STEPS),
        "masked_checked": lambda: ours(data, DENSITY, 100),
    }
    for side in sides.values():
        side()
    turns = [{name: side() for name, side in sides.items()} for _ in range(TURNS)]
    found = {
        "steps_per_second": {
            name: round(statistics.median(turn[name] for turn in turns), 1) for name in sides
        },
        "ratio_to_bare_fused": {
            name: round(statistics.median(turn[name] / turn["bare_fused"] for turn in turns), 3)
            for name in sides
        },
        "synflow_100_rounds_seconds": round(statistics.median(synflow(data) for _ in range(3)), 3),
        "threads": torch.get_num_threads(),
        "torch": torch.__version__,
        "machine": platform.processor() or platform.machine(),
    }
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
