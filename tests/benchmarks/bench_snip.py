"""Whether details in which SNIP's public code differs from ours explain its published errors.

A LeNet-300-100 is pruned to 2 % by SNIP and trained by the short form of the published recipe
(`snip-short`). Each row changes one thing: the weights that are trained are drawn anew after
scoring; weights begin as a truncated normal distribution of variance 1 / fan-in; 100 images are
scored in place of 2000; no weight decay. `best` is the smallest test error at any of the checks,
which is what the public code reports; `last` is that at the end.

Prints one JSON object: errors on the test images in per cent.

    python tests/benchmarks/bench_snip.py [digits|mnist] [SEEDS]
"""

import json
import platform
import sys
from dataclasses import replace

from wann.config import PRESETS
from wann.network.torch_module import nn, torch
from wann.pruning.methods import find, prune_at
from wann.pruning.methods.model_and_data import Subject
from wann.pruning.training.data import Data, load_data
from wann.pruning.training.models import build
from wann.pruning.training.training import train

RECIPE, KEPT = PRESETS["snip-short"], 0.02


def model_of(data: Data, seed: int) -> nn.Module:
    """Return a LeNet-300-100 of a seed."""
    return build("lenet-300-100", data.shape, data.classes, seed)


def with_truncated_normal(model: nn.Module, seed: int) -> nn.Module:
    """Draw the weights of `model` from a truncated normal distribution, and return it."""
    torch.manual_seed(seed)
    for name, parameter in model.named_parameters():
        if name.endswith("weight"):
            deviation = parameter.shape[1] ** -0.5
            nn.init.trunc_normal_(parameter, 0.0, deviation, -2 * deviation, 2 * deviation)
        else:
            nn.init.zeros_(parameter)
    return model


def errors(
    data: Data,
    seed: int,
    scored: nn.Module,
    trained: nn.Module,
    examples: int = 2000,
    decay: float = RECIPE.weight_decay,
) -> tuple[float, float]:
    """Return the test error in per cent: the smallest at any check, and the last.

    Args:
        data: what is scored, trained and tested on.
        seed: of the order of the examples.
        scored: the model whose weights are scored.
        trained: the model that is trained under the masks.
        examples: how many are scored.
        decay: the weight decay.
    """
    recipe = replace(RECIPE, weight_decay=decay, check_every=200)
    subject = Subject(scored, data, recipe, seed, examples=examples)
    masks = prune_at(find("snip"), subject.scoring(scored, subject.full), KEPT)
    tested = data._replace(x_validation=data.x_test, y_validation=data.y_test)
    history = train(trained, tested, masks, recipe, seed)
    best = max(row["validation_accuracy"] for row in history.rows)
    return 100 * (1 - best), 100 * (1 - history.accuracy)


def main(dataset: str, seeds: int) -> None:
    """Print what is found."""
    data = load_data(dataset)
    found: dict[str, list[dict[str, float]]] = {}
    for seed in range(seeds):
        ways = {
            "as it is": errors(data, seed, model_of(data, seed), model_of(data, seed)),
            "fresh weights": errors(data, seed, model_of(data, seed), model_of(data, 1000 + seed)),
            "truncated normal": errors(
                data,
                seed,
                with_truncated_normal(model_of(data, seed), seed),
                with_truncated_normal(model_of(data, seed), seed),
            ),
            "100 images": errors(data, seed, model_of(data, seed), model_of(data, seed), 100),
            "no decay": errors(data, seed, model_of(data, seed), model_of(data, seed), decay=0.0),
        }
        for name, (best, last) in ways.items():
            found.setdefault(name, []).append({"best": round(best, 2), "last": round(last, 2)})
    about = {"dataset": dataset, "kept": KEPT, "machine": platform.platform()}
    print(json.dumps({**about, "torch": torch.__version__, "errors": found}, indent=1))


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "mnist", int((*sys.argv, "", "3")[2] or 3))
