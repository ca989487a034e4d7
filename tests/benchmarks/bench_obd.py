"""Why the increase of the loss that Optimal Brain Damage predicts is too small.

A LeNet-300-100 is trained as in the study `runs/studies/lenet-obd`, and pruned by OBD at once. The
true increase of the loss on the 2000 scored images is set beside what several parts of its Taylor
series predict; d is the change of the weights (minus those that go), g the gradient, H the matrix
of second derivatives:

    recursion     sum of h d^2 / 2, h the diagonal by the Levenberg-Marquardt recursion (the score)
    diagonal      the same with the exact diagonal of the generalised Gauss-Newton matrix
    matrix        d' H d / 2 with all of H, from a product of H with d
    gradient      g' d
    single        the increase that single deletions have on average, over what `gradient` says of
                  them: near 1 where the network is not at a minimum (200 weights, drawn at random)

Prints one JSON object, with a row for each share that is kept.

    python tests/benchmarks/bench_obd.py [digits|mnist] [SEED]
"""

import json
import platform
import sys

from wann.config import Training
from wann.network.torch_module import nn, torch
from wann.pruning.masks import apply
from wann.pruning.methods import find, prune_at
from wann.pruning.methods.model_and_data import Subject
from wann.pruning.scores.obd_and_fisher import gauss_newton, obd
from wann.pruning.scores.scoring import Scoring
from wann.pruning.training.data import load_data
from wann.pruning.training.models import build

SHARES, SINGLES = (0.7, 0.5, 0.3, 0.2, 0.1, 0.05), 200
Tensors = dict[str, torch.Tensor]


def loss_of(model: nn.Module, scoring: Scoring) -> torch.Tensor:
    """Return the mean loss over the scored images."""
    found = [scoring.loss(model(x), y) * len(y) for x, y in scoring.data()]
    return torch.stack(found).sum() / scoring.examples()


def product(model: nn.Module, scoring: Scoring, change: Tensors) -> tuple[float, float, Tensors]:
    """Return g' d, d' H d and g."""
    weights = {name: model.get_parameter(name) for name in change}
    first = torch.autograd.grad(loss_of(model, scoring), list(weights.values()), create_graph=True)
    along = sum((g * d).sum() for g, d in zip(first, change.values(), strict=True))
    second = torch.autograd.grad(along, list(weights.values()))
    curved = sum((h * d).sum() for h, d in zip(second, change.values(), strict=True))
    return float(along), float(curved), dict(zip(weights, first, strict=True))


def exact_diagonal(model: nn.Module, scoring: Scoring, names: list[str]) -> Tensors:
    """Return the exact diagonal of the generalised Gauss-Newton matrix."""
    weights = {name: model.get_parameter(name) for name in names}
    total = {name: torch.zeros_like(weight) for name, weight in weights.items()}
    for x, y in scoring.data():
        for name, values in gauss_newton(model, weights, x, y, scoring.loss).items():
            total[name] += values.detach() * (len(y) / scoring.examples())
    return total


@torch.no_grad()
def single_deletions(model: nn.Module, scoring: Scoring, gradient: Tensors) -> float:
    """Return the summed increase of single deletions over what the gradient says of them."""
    name = max(gradient, key=lambda name: gradient[name].numel())
    weight, before = model.get_parameter(name).view(-1), float(loss_of(model, scoring))
    told = -gradient[name].reshape(-1) * weight
    drawn = torch.randperm(len(weight), generator=torch.Generator().manual_seed(0))
    true, said = 0.0, 0.0
    for index in drawn[told[drawn] != 0][:SINGLES].tolist():
        kept = float(weight[index])
        weight[index] = 0.0
        sign = 1.0 if told[index] > 0 else -1.0
        true += sign * (float(loss_of(model, scoring)) - before)
        said += sign * float(told[index])
        weight[index] = kept
    return true / said


def main(dataset: str, seed: int) -> None:
    """Print what is found."""
    data = load_data(dataset)
    model = build("lenet-300-100", data.shape, data.classes, seed)
    subject = Subject(model, data, Training(steps=2000, check_every=200), seed)
    model = subject.copy(subject.train_dense().trained).eval().double()
    scoring = subject.scoring(model, subject.full)
    object.__setattr__(scoring, "batches", [(x.double(), y) for x, y in scoring.batches])
    names, before = list(subject.full), float(loss_of(model, scoring).detach())
    recursion, diagonal = obd(scoring), exact_diagonal(model, scoring, names)
    rows = []
    for share in SHARES:
        masks = prune_at(find("obd"), scoring, share)
        change = {name: -(model.get_parameter(name).detach() * ~masks[name]) for name in names}
        along, curved, gradient = product(model, scoring, change)
        pruned = subject.copy(model.state_dict()).double().eval()
        pruned.load_state_dict(model.state_dict())
        apply(pruned, masks)
        rows.append(
            {
                "kept": share,
                "true": float(loss_of(pruned, scoring).detach()) - before,
                "recursion": float(sum(recursion[n][~masks[n]].sum() for n in names)),
                "diagonal": float(sum((diagonal[n] * change[n] ** 2).sum() / 2 for n in names)),
                "matrix": curved / 2,
                "gradient": along,
            }
        )
    print(
        json.dumps(
            {
                "dataset": dataset,
                "seed": seed,
                "loss": before,
                "single": single_deletions(model, scoring, gradient),
                "rows": rows,
                "machine": platform.platform(),
                "torch": torch.__version__,
            },
            indent=1,
        )
    )


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "mnist", int((*sys.argv, "", "0")[2] or 0))
