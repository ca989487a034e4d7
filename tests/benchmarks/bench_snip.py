"""Whether details in which SNIP's public code differs from ours explain its published errors.

A LeNet-300-100 is pruned to 5 and 2 % (or --kept) by SNIP and trained by the short form of the
published recipe (`snip-short`), or as published (--training snip). Each row changes one thing, as
the authors' code has it (github.com/namhoonlee/snip-public, read at commit f028496):

* the weights that are trained are drawn anew after scoring;
* weights begin as TensorFlow's variance scaling: a truncated normal distribution, whose standard
  deviation after truncation is fan-in ** -0.5;
* 100 images are scored in place of 2000;
* biases are pruned with the weights; as they begin at zero, their scores are zero, and all go.

`as the authors' code` is all of these at once. `best` is the smallest test error at any of the
checks, which is what the public code reports (of its last five checkpoints); `last` is that at the
end. Prints one JSON object: errors on the test images in per cent.

    python tests/benchmarks/bench_snip.py [--dataset mnist] [--seeds 3] [--kept 0.05,0.02]
        [--training snip-short] [--ways NAME,NAME]
"""

import argparse
import json
import platform
from dataclasses import dataclass, replace

from wann.config import PRESETS, Training
from wann.network.torch_module import nn, torch
from wann.pruning.methods import find, prune_at
from wann.pruning.methods.model_and_data import Subject
from wann.pruning.training.data import Data, load_data
from wann.pruning.training.models import build
from wann.pruning.training.training import train

_TRUNCATED = 0.87962566103423978  # standard deviation of a normal distribution cut at two of them


@dataclass(frozen=True)
class Way:
    """In what a training differs from ours."""

    fresh: bool = False  # the trained weights are drawn anew after scoring
    truncated: bool = False  # the first weights are those of TensorFlow
    biases: bool = True
    examples: int = 2000  # how many are scored
    decay: bool = True

    def model(self, data: Data, seed: int) -> nn.Module:
        """Return a LeNet-300-100 of a seed."""
        model = build("lenet-300-100", data.shape, data.classes, seed)
        torch.manual_seed(seed)
        for name, parameter in model.named_parameters():
            if name.endswith("bias"):
                parameter.requires_grad_(self.biases)
                if self.truncated or not self.biases:
                    nn.init.zeros_(parameter)
            elif self.truncated:
                deviation = parameter.shape[1] ** -0.5 / _TRUNCATED
                nn.init.trunc_normal_(parameter, 0.0, deviation, -2 * deviation, 2 * deviation)
        return model

    def errors(self, data: Data, seed: int, kept: float, recipe: Training) -> dict[str, float]:
        """Return the test error in per cent: the smallest at any check, and the last."""
        scored = self.model(data, seed)
        trained = self.model(data, 1000 + seed if self.fresh else seed)
        decay = recipe.weight_decay if self.decay else 0.0
        recipe = replace(recipe, weight_decay=decay, check_every=recipe.steps // 40)
        subject = Subject(scored, data, recipe, seed, examples=self.examples)
        masks = prune_at(find("snip"), subject.scoring(scored, subject.full), kept)
        tested = data._replace(x_validation=data.x_test, y_validation=data.y_test)
        history = train(trained, tested, masks, recipe, seed)
        best = max(row["validation_accuracy"] for row in history.rows)
        return {"best": round(100 * (1 - best), 2), "last": round(100 * (1 - history.accuracy), 2)}


WAYS = {
    "as it is": Way(),
    "fresh weights": Way(fresh=True),
    "truncated normal": Way(truncated=True),
    "100 images": Way(examples=100),
    "no biases": Way(biases=False),
    "as the authors' code": Way(fresh=True, truncated=True, biases=False, examples=100),
    "no decay": Way(decay=False),
}


def main() -> None:
    """Print what is found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dataset", default="mnist")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--kept", default="0.05,0.02")
    parser.add_argument("--training", default="snip-short")
    parser.add_argument("--ways", default=",".join(WAYS))
    given = parser.parse_args()
    data, recipe = load_data(given.dataset), PRESETS[given.training]
    found = {
        kept: {
            name: [
                WAYS[name].errors(data, seed, float(kept), recipe) for seed in range(given.seeds)
            ]
            for name in given.ways.split(",")
        }
        for kept in given.kept.split(",")
    }
    about = {**vars(given), "machine": platform.platform(), "torch": torch.__version__}
    print(json.dumps({**about, "errors": found}, indent=1))


if __name__ == "__main__":
    main()
