"""Whether a model and its data fit together; asked before anything is trained."""

import math
from collections.abc import Mapping

from torch.nn.modules.batchnorm import _NormBase
from torch.nn.parameter import is_lazy

from wann.errors import UserError, in_one_line
from wann.network.torch_module import nn, torch
from wann.pruning.forward import Examples, copy_model, run
from wann.pruning.torch_modes import in_own_modes
from wann.pruning.torch_random import in_use
from wann.pruning.training.data import Data
from wann.pruning.training.models import check_floating, check_outputs
from wann.pruning.training.objective import CLASSES, Objective
from wann.pruning.training.training import evaluate


@in_own_modes()
def check_fit(model: nn.Module, data: Data, objective: Objective = CLASSES) -> None:
    """Raise UserError unless `model`, `data` and `objective` fit together.

    The model must give a number for each class, and the labels must be classes, unless loss and
    metric are both the user's own: then they must take outputs and targets. A metric is tried out
    as it will be called, on all validation and all test examples; what it says of them is used for
    nothing. A copy of the model is run, so that the modes of its modules stay as they are.
    """
    some = copy_model(model).eval()
    if not objective.is_own:
        for part in ("", "_validation", "_test"):
            x, y = getattr(data, f"x{part}"), getattr(data, f"y{part}")
            _check_labels(f"y{part}", x, y, data.classes)
        check_outputs(some, type(model).__name__, data.x[:2], data.classes)
    if objective.loss is not None or objective.metric is not None:  # the user's, to be tried out
        objective.check_loss(_outputs(some, data.x[:2]), data.y[:2])
    if objective.metric is not None:
        # Of few validation examples it may be no number, such as an AUC of one class
        evaluate(some, data.x_validation, data.y_validation, objective)
        _, found = evaluate(some, data.x_test, data.y_test, objective)
        if not math.isfinite(found):
            raise UserError(f"metric of the test examples is {found}: expected a number")


def check_finite(model: nn.Module, state: Mapping[str, torch.Tensor], who: str) -> None:
    """Raise UserError if `state` has what is no number among what `model` computes with.

    Those are parameters, and the means and variances of normalisations. Frozen parameters may be
    infinite, and other buffers anything, as those that masks of attention or marks of nothing seen
    so far are. `who`: where the state is from.
    """
    learnt = dict(model.named_parameters(remove_duplicate=False))
    kept = {
        f"{prefix}.{name}".lstrip("."): buffer
        for prefix, part in model.named_modules(remove_duplicate=False)
        if isinstance(part, _NormBase)
        for name, buffer in part.named_buffers(recurse=False)
    }
    for name, now in {**learnt, **kept}.items():
        if name not in state or is_lazy(now):
            continue
        value = state[name].detach().to(now.dtype)  # where it may be infinite, as 1e9 in float16
        value = value.to_dense() if value.layout != torch.strided else value
        value = value if value.is_complex() else value.double()
        frozen = name in learnt and not now.requires_grad
        wrong = value.isnan() if frozen else ~value.isfinite()
        if wrong.any():
            kind = "nan" if value.isnan().any() else f"infinite in {now.dtype}"
            raise UserError(
                f"{who} holds no trained weights: {int(wrong.sum())} of the {wrong.numel()} "
                f"numbers of {name!r} are {kind}; expected numbers, such as those from before a "
                "training went astray"
            )


def _outputs(model: nn.Module, x: Examples) -> torch.Tensor:
    """Return the outputs of `model` as a tensor that takes gradients."""
    try:
        with in_use(model):
            outputs = run(model, x)
    except Exception as problem:  # whatever somebody's model raises
        raise UserError(
            f"{type(model).__name__} cannot take a batch of shape {tuple(x.shape)}: "
            f"{in_one_line(problem)}; expected a model for these inputs"
        ) from None
    check_floating(type(model).__name__, outputs)
    return outputs.requires_grad_()


def _check_labels(name: str, x: Examples, y: torch.Tensor, classes: int) -> None:
    if y.dtype != torch.int64 or y.shape != (len(x),):
        raise UserError(
            f"{name}: expected {len(x)} labels of type torch.int64, one for each example, got "
            f"{y.dtype} {tuple(y.shape)}; other targets need a `loss` and a `metric`"
        )
    if not len(y):
        raise UserError(f"{name}: expected at least one example")
    low, high = int(y.min()), int(y.max())
    if low < 0 or high >= classes:
        raise UserError(
            f"{name}: expected labels from 0 to {classes - 1}, for {classes} classes, got {low} to "
            f"{high}"
        )
