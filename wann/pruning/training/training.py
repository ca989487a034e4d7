"""Training under masks: what is pruned stays zero.

Neither momentum nor weight decay nor Adam's estimates revive it. Gradients are masked before each
step and weights after it, in place: no parameter is renamed, no module replaced. With masked
gradients the optimizer's state of pruned weights stays zero, too. Where training is stopped early
is decided by the loss on validation examples (Frankle & Carbin 2019, section 2), never by the test
examples.
"""

import math
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from wann.config import Training
from wann.errors import UserError
from wann.network.torch_module import nn, torch
from wann.pruning.forward import Examples, run, split
from wann.pruning.masks import Masks
from wann.pruning.masks.enforce import Hold
from wann.pruning.modes import Modes
from wann.pruning.rewind import set_state, state_of
from wann.pruning.torch_modes import in_own_modes, refuse_inference
from wann.pruning.torch_random import in_use, settled, torch_seed
from wann.pruning.training.adam import for_adam
from wann.pruning.training.augment import Look, look_of
from wann.pruning.training.data import Data, batches
from wann.pruning.training.objective import CLASSES, Objective

State = dict[str, torch.Tensor]

_AT_ONCE = 1000  # examples in a forward pass without gradients
_LOOK_EVERY = 100  # steps between two looks for losses that are no number


class Revise(NamedTuple):
    """How masks change while training goes on."""

    at: Collection[int]  # after these steps
    # (step, model, masks, optimizer, dense gradients of one more batch) -> masks; it may change the
    # model in place
    change: Callable[[int, nn.Module, Masks, torch.optim.Optimizer, dict[str, torch.Tensor]], Masks]


@dataclass(frozen=True)
class History:
    """What a training showed; test examples are looked at only at the early stop and at the end."""

    # One for each check: step, learning_rate, loss, validation_loss, validation_accuracy
    rows: list[dict[str, Any]] = field(repr=False)
    early_step: int  # the first with the smallest validation loss
    early_accuracy: float  # on the test examples; the metric, where the user has one
    early_state: State = field(repr=False)  # of the model at that step
    accuracy: float  # the same, at the end
    test_loss: float
    saved: dict[int, State] = field(repr=False)  # the model after the steps of `save_at`
    masks: Masks = field(repr=False)  # at the end


@in_own_modes()
def train(
    model: nn.Module,
    data: Data,
    masks: Masks | None = None,
    settings: Training | None = None,
    seed: int = 0,
    *,
    start: int = 0,
    save_at: Collection[int] = (),
    revise: Revise | None = None,
    tell: Callable[[int, int], None] | None = None,
    objective: Objective = CLASSES,
) -> History:
    """Train `model` in place; weights that masks prune are zero all the while.

    The same seed gives the same weights on the same number of threads.

    Args:
        model: the network, on the device of the data.
        data: what it is trained, validated and tested on.
        masks: what is kept; None keeps everything.
        settings: how to train, by default as in Frankle & Carbin (2019).
        seed: of the order of the examples and of what the model draws (dropout).
        start: the step of the schedule to begin with (learning-rate rewinding).
        save_at: steps after which the state is kept for rewinding, `start` being the beginning.
        revise: how masks change on the way.
        tell: called at each check with (steps done, all).
        objective: the loss and the metric.

    Raises:
        UserError: the loss is no number (the message names the step), or steps do not fit.
    """
    settings = settings or Training()
    _check(settings, start, save_at)
    masks = masks or {}
    refuse_inference(dict(model.named_parameters()))
    optimizer, hold = make_optimizer(model, settings), Hold(model, masks)
    order = batches(len(data.y), settings.batch, seed, data.device)
    look = look_of(data.x, settings, seed)
    hold.weights()
    saved = {start: state_of(model)} if start in save_at else {}
    rows: list[dict[str, Any]] = []
    lowest, early_step = math.inf, start
    early_state: State = {}
    losses: list[torch.Tensor] = []
    checks, revisions = _stops(settings, start, settings.check_every), revise.at if revise else ()
    stops = {*_stops(settings, start, _LOOK_EVERY), *checks, *save_at, *revisions}
    modes = Modes(model)
    with settled(torch_seed(seed, "training"), [data.device]):
        begin = start
        for stop in sorted(step for step in stops if start < step <= settings.steps):
            modes.train()
            losses.append(
                _run(model, look, data.y, optimizer, hold, order, settings, begin, stop, objective)
            )
            begin = stop
            if revise and stop in revisions:
                masks = revise.change(
                    stop, model, masks, optimizer, _gradients(model, data, next(order), objective)
                )
                hold = Hold(model, masks)
                hold.weights()
            if stop in save_at:
                saved[stop] = state_of(model)
            if stop in checks:
                mean, losses = float(torch.cat(losses).mean()), []
                validation, share = evaluate(model, data.x_validation, data.y_validation, objective)
                rows.append(_row(stop, settings, mean, validation, share))
                if validation < lowest or not early_state:
                    lowest, early_step, early_state = validation, stop, state_of(model)
                if tell:
                    tell(stop, settings.steps)
    test_loss, final = evaluate(model, data.x_test, data.y_test, objective)
    early = (
        _accuracy_of(model, early_state, data, objective) if early_step < settings.steps else final
    )
    modes.restore()
    return History(rows, early_step, early, early_state, final, test_loss, saved, masks)


def make_optimizer(model: nn.Module, settings: Training) -> torch.optim.Optimizer:
    """Return a fresh optimizer of the trainable parameters."""
    parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
    if not parameters:
        raise UserError("the model has no trainable parameters: expected some with requires_grad")
    # The fused SGD of PyTorch 2.13 on the CPU puts wrong momentum into bfloat16, nonzero where all
    # gradients were zero.
    fused = all(
        p.device.type in ("cpu", "cuda") and p.dtype in (torch.float32, torch.float64)
        for p in parameters
    )
    if settings.optimizer == "adam":
        return torch.optim.Adam(
            for_adam(parameters),
            settings.learning_rate,
            weight_decay=settings.weight_decay,
            fused=fused,
        )
    return torch.optim.SGD(
        parameters,
        settings.learning_rate,
        settings.momentum,
        weight_decay=settings.weight_decay,
        nesterov=settings.nesterov,
        fused=fused,
    )


@in_own_modes()
def evaluate(
    model: nn.Module, x: Examples, y: torch.Tensor, objective: Objective = CLASSES
) -> tuple[float, float]:
    """Return mean loss and metric on the examples `x` of the targets `y`.

    By default those are cross-entropy and accuracy, the share of examples whose own class has the
    largest output. A metric of the user's own is taken once, of the outputs of all examples.
    """
    loss, tally = 0.0, objective.tally()
    with Modes(model), in_use(model):
        model.eval()
        for some, targets in zip(split(x, _AT_ONCE), split(y, _AT_ONCE), strict=True):
            outputs = run(model, some)
            loss += objective.sum(outputs, targets)
            tally.add(outputs, targets)
        return loss / len(y), tally.metric()


def accuracy(model: nn.Module, x: Examples, y: torch.Tensor) -> float:
    """Return the share of `x` whose own class has the largest output."""
    return evaluate(model, x, y)[1]


def _run(
    model: nn.Module,
    look: Look,
    y: torch.Tensor,
    optimizer: torch.optim.Optimizer,
    hold: Hold,
    order: Iterator[torch.Tensor],
    settings: Training,
    begin: int,
    stop: int,
    objective: Objective,
) -> torch.Tensor:
    """Take the steps from `begin` to `stop` and return their losses (steps,).

    UserError if a loss is no number.
    """
    losses = []
    for step in range(begin, stop):
        batch = next(order)
        for group in optimizer.param_groups:
            group["lr"] = settings.rate(step)
        found = objective.mean(run(model, look(batch)), y[batch])
        optimizer.zero_grad()
        torch.autograd.backward(found)
        hold.gradients()
        optimizer.step()
        hold.weights()
        losses.append(found.detach())
    taken = torch.stack(losses)
    wrong = (~torch.isfinite(taken)).nonzero()
    if len(wrong):
        step = begin + int(wrong[0])
        raise UserError(
            f"the training loss is {float(taken[step - begin])} at step {step} with learning rate "
            f"{settings.rate(step):g}: expected a number; choose a smaller learning rate, or look "
            "for NaN in the data"
        )
    return taken


def _gradients(
    model: nn.Module, data: Data, batch: torch.Tensor, objective: Objective
) -> dict[str, torch.Tensor]:
    """Return the gradients of the loss of a batch, those of pruned weights as well.

    Parameters that are frozen, or have no part in the loss, are left out.
    """
    model.zero_grad()
    torch.autograd.backward(objective.mean(run(model, data.x[batch]), data.y[batch]))
    gradients = {
        name: parameter.grad.clone()
        for name, parameter in model.named_parameters()
        if parameter.grad is not None
    }
    model.zero_grad()
    return gradients


def _row(
    step: int, settings: Training, loss: float, validation: float, share: float
) -> dict[str, Any]:
    return {
        "step": step,
        "learning_rate": settings.rate(step - 1),
        "loss": loss,
        "validation_loss": validation,
        "validation_accuracy": share,
    }


def _accuracy_of(model: nn.Module, state: State, data: Data, objective: Objective) -> float:
    """Return the metric on the test examples with `state`, and leave the model as it is."""
    now = state_of(model)
    set_state(model, state)
    _, share = evaluate(model, data.x_test, data.y_test, objective)
    set_state(model, now)
    return share


def _stops(settings: Training, start: int, every: int) -> set[int]:
    """Return the multiples of `every` after `start`, and the last step."""
    return {*range(start // every * every + every, settings.steps, every), settings.steps}


def _check(settings: Training, start: int, save_at: Collection[int]) -> None:
    if not 0 <= start < settings.steps:
        raise UserError(f"expected to start at a step from 0 to {settings.steps - 1}, got {start}")
    wrong = [step for step in save_at if not start <= step <= settings.steps]
    if wrong:
        raise UserError(
            f"expected to save at steps from {start} to {settings.steps}, got {wrong[0]}; train "
            "longer, or rewind less"
        )
