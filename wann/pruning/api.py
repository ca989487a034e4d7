"""A model, pruned by any method at any density in one call."""

import copy
import dataclasses
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from torch import nn

from wann.config import Training
from wann.errors import UserError
from wann.pruning import allocate
from wann.pruning import masks as masking
from wann.pruning.controls import CONTROLS as CONTROLS
from wann.pruning.controls import control as control
from wann.pruning.given import check_given
from wann.pruning.methods import Method, When, find
from wann.pruning.methods.allocated import allocated
from wann.pruning.methods.checks import check_method
from wann.pruning.methods.model_and_data import Subject, Tell, early_step
from wann.pruning.prune_subject import prune_subject
from wann.pruning.pruned_model import PrunedModel
from wann.pruning.scores import Score
from wann.pruning.torch_modes import in_own_modes
from wann.pruning.training.checks import check_fit
from wann.pruning.training.data import VALIDATION_SHARE, Data, load_data
from wann.pruning.training.loaders import Batches, from_batches
from wann.pruning.training.models import build
from wann.pruning.training.objective import Loss, Metric, Objective
from wann.pruning.training.weights_file import load_weights


@in_own_modes()
def prune(
    model: nn.Module | str,
    data: Data | str | Path | Batches = "digits",
    method: str | Method | Score = "magnitude",
    density: float = 0.1,
    *,
    allocation: str | Callable[..., allocate.Counts] | None = None,
    training: Training | None = None,
    seed: int = 0,
    protect: Sequence[str] = (),
    include: Sequence[str] = (),
    outputs: Sequence[str] = (),
    retrain: bool = True,
    rewind_step: int | None = None,
    tell: Tell | None = None,
    trained: bool | str | Path = False,
    fine_tune_steps: int | None = None,
    fine_tune_rate: float | None = None,
    loss: Loss | None = None,
    metric: Metric | None = None,
    test: Batches | None = None,
    validation: Batches | float = VALIDATION_SHARE,
    allow_empty: bool = False,
) -> PrunedModel:
    """Prune `model` to `density` by `method`, training it on `data` as the method wants.

    The model itself stays as it is. Modes of PyTorch that the caller is in, `torch.no_grad`,
    `torch.inference_mode` and `torch.autocast`, do not reach in here: what is to be cast in
    training, the forward of the model casts.

    Args:
        model: a module, whose present weights are the initial ones, or what `models.build` takes.
        data: `Data`, the name or path of a data set, or batches as `from_batches` takes them.
        method: one of `METHODS`, a `Method` of your own, or a score, which ranks the trained model.
        density: the share of the prunable weights to keep, in (0, 1]; of the units for 'unit', of
            the operations for 'unit-cost', of the time for 'unit-latency'.
        allocation: how many weights each layer keeps, where that is not as the method has it: one
            of `allocate.ALLOCATIONS`, 'module:function' or the function.
        training: by default that of Frankle & Carbin's lottery tickets.
        seed: of everything that is drawn.
        protect: parameters, layers or patterns that are left whole.
        include: what is pruned although it would be left whole: frozen layers, embeddings, tokens.
        outputs: the layers whose units are the outputs, where a forward pass does not show it.
        retrain: whether to train on where a method prunes a trained model.
        rewind_step: the step that late rewinding goes back to; by default a fiftieth of training.
        tell: called with (steps done, all) of each training.
        trained: True if the weights of `model` are trained ones, or the file of such weights: it is
            pruned as it is, by a score of before training too, and fine-tuned unless `retrain` is
            false.
        fine_tune_steps: of training on after pruning; by default as many as of `training`.
        fine_tune_rate: its learning rate; by default a tenth of that of `training`.
        loss: of (outputs, targets) of some examples, the mean over them; by default cross-entropy.
        metric: of (outputs, targets) of all validation or all test examples, in order and on the
            CPU, so that it need not be a mean; reported instead of accuracy, and for nothing else.
        test: the batches for the test, where `data` are batches for training.
        validation: the same for validation, or the share of the training batches.
        allow_empty: whether a method may leave a layer without weights: the network is cut then.

    Raises:
        UserError: a density that leaves a layer without weights, names that are unknown, a model
            that does not fit the data, labels that are no classes, a loss that is no number. What
            does not depend on trained weights is refused before training.
    """
    check_given(locals())
    data = _data(data, test, validation)
    objective = Objective(loss, metric)
    subject = Subject(
        _model(model, data, seed, trained),
        data,
        training or Training(),
        seed,
        protect,
        rewind_step=early_step(training or Training(), rewind_step),
        include=include,
        outputs=outputs,
        trained=bool(trained),
        allow_empty=allow_empty,
        fine_tune_steps=fine_tune_steps,
        fine_tune_rate=fine_tune_rate,
        objective=objective,
    )
    allocate.budget(masking.total(subject.full), density)
    check_fit(subject.model, subject.data, objective)
    found = allocated(find(method), allocation)
    check_method(subject, found, (density,), retrain)
    pruned = prune_subject(subject, found, density, retrain=retrain, tell=tell)
    return dataclasses.replace(pruned, left_whole=subject.survey.left_whole)


def needs_dense(method: Method) -> bool:
    """Whether a method begins with the whole model, trained."""
    return method.when in (When.TRAINED, When.ROUNDS)


def _data(data: Any, test: Batches | None, validation: Batches | float) -> Data:
    """Return the data that the user gives in any form."""
    if isinstance(data, str | Path):
        return load_data(str(data))
    if isinstance(data, Data):
        return data
    if not callable(data) and not hasattr(data, "__iter__") and not hasattr(data, "__getitem__"):
        raise UserError(
            f"expected `Data`, the name of a data set or batches, got {type(data).__name__}"
        )
    return from_batches(data, test, validation)


def _model(model: object, data: Data, seed: int, trained: bool | str | Path) -> nn.Module:
    """Return the model that the user gives, with the weights in a file if that is named."""
    if isinstance(model, str):
        if trained is True:
            raise UserError(
                f"{model!r} is built anew, with weights that are not trained: give the module, or "
                "the file of its weights as `trained`"
            )
        model = build(model, data.shape, data.classes, seed)
    if not isinstance(model, nn.Module):
        raise UserError(f"expected a torch.nn.Module or its name, got {type(model).__name__}")
    if isinstance(trained, str | Path):
        model = copy.deepcopy(model)
        load_weights(model, trained)
    return model
