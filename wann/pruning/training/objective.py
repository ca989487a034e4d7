"""What training makes small and what results report: cross-entropy and accuracy, or one's own."""

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

from wann.errors import UserError, in_one_line
from wann.network.torch_module import nn, torch

# (outputs, targets) of some examples -> the mean over them
Loss = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
# (outputs, targets) of all examples of a part of the data, on the CPU -> what that part is worth
Metric = Callable[[torch.Tensor, torch.Tensor], "torch.Tensor | float"]


class Objective(NamedTuple):
    """A loss, the mean over the examples of a batch, and a metric of a whole part of the data."""

    loss: Loss | None = None  # None: cross-entropy
    metric: Metric | None = None  # None: accuracy

    @property
    def is_own(self) -> bool:
        """Whether neither asks for classes: targets may be anything."""
        return self.loss is not None and self.metric is not None

    @property
    def metric_name(self) -> str:
        """What the metric is called: accuracy, or as the user's function is."""
        if self.metric is None:
            return "accuracy"
        called = getattr(self.metric, "__name__", type(self.metric).__name__)
        return called if called.isidentifier() and called != "partial" else "metric"

    def mean(self, outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """Return the mean loss, with its gradient."""
        return (self.loss or nn.functional.cross_entropy)(outputs, targets)

    def sum(self, outputs: torch.Tensor, targets: torch.Tensor) -> float:
        """Return the loss of a batch, times the number of its examples."""
        if self.loss is None:
            return float(nn.functional.cross_entropy(outputs, targets, reduction="sum"))
        return float(self.loss(outputs, targets)) * len(targets)

    def tally(self) -> "_Right | _Outputs":
        """Return what takes the batches of a part one by one, and says its metric in the end."""
        return _Right() if self.metric is None else _Outputs(self.metric)

    def check_loss(self, outputs: torch.Tensor, targets: torch.Tensor) -> None:
        """Raise UserError unless a loss of the user's own takes `outputs` and gives a number.

        `outputs` have a gradient; that of the loss must lead to them.
        """
        if self.loss is None:
            return
        try:
            value = self.loss(outputs, targets)
            number = float(value.detach() if isinstance(value, torch.Tensor) else value)
        except Exception as problem:  # whatever a user's function raises
            raise _failed("loss", outputs, targets, problem, "the mean over the examples") from None
        if not math.isfinite(number):
            raise UserError(f"loss of the first examples is {number}: expected a number")
        if not getattr(value, "requires_grad", False):
            raise UserError(
                "loss returns a number without gradient: expected a tensor computed from the "
                "outputs"
            )


class _Right:
    """How many examples have the largest output at their own class."""

    def __init__(self) -> None:
        self._right, self._seen = 0.0, 0

    def add(self, outputs: torch.Tensor, targets: torch.Tensor) -> None:
        """Take a batch."""
        self._right += int((_largest(outputs) == targets).sum())
        self._seen += len(targets)

    def metric(self) -> float:
        """Return their share of all that were taken."""
        return self._right / self._seen


def _largest(outputs: torch.Tensor) -> torch.Tensor:
    """Return the number of each example's largest output, as `wann.tasks.choice` has it."""
    if not outputs.isnan().any():
        return outputs.argmax(1)
    numbers = outputs.masked_fill(outputs.isnan(), -torch.inf)
    return (outputs == numbers.amax(1, keepdim=True)).long().argmax(1)


class _Outputs:
    """All outputs and targets of a part of the data, for a metric of the user's own.

    That need not be a mean over examples: of R2, F1 or AUC the mean over batches is another number.
    """

    def __init__(self, metric: Metric) -> None:
        self._metric = metric
        self._outputs: list[torch.Tensor] = []
        self._targets: list[torch.Tensor] = []

    def add(self, outputs: torch.Tensor, targets: torch.Tensor) -> None:
        """Take a batch; UserError if its outputs are not those of one example after another."""
        if not outputs.ndim or len(outputs) % len(targets):
            raise UserError(
                f"metric: the model gives outputs {tuple(outputs.shape)} for {len(targets)} "
                "examples: expected those of each example side by side along the first dimension"
            )
        self._outputs.append(outputs.detach().cpu())
        self._targets.append(targets.cpu())

    def metric(self) -> float:
        """Return the metric of all that was taken; UserError if the function fails."""
        outputs, targets = _joined(self._outputs), _joined(self._targets)
        try:
            return float(self._metric(outputs, targets))
        except Exception as problem:  # whatever a user's function raises
            of_what = "of all examples of a part of the data"
            raise _failed("metric", outputs, targets, problem, of_what) from None


def _joined(batches: Sequence[torch.Tensor]) -> torch.Tensor:
    """Return what several batches hold as one; UserError if examples differ in shape."""
    if len(batches) == 1:
        return batches[0]
    first = batches[0]
    for batch in batches:
        if batch.shape[1:] != first.shape[1:]:
            raise UserError(
                f"metric: the model gives outputs {tuple(first.shape)} for some examples and "
                f"{tuple(batch.shape)} for others, which cannot be joined: expected outputs of one "
                "shape for each example; fill them up to the longest in the model"
            )
    return torch.cat(list(batches))


def _failed(
    name: str, outputs: torch.Tensor, targets: torch.Tensor, problem: Exception, of_what: str
) -> UserError:
    return UserError(
        f"{name} fails on outputs {tuple(outputs.shape)} and targets {tuple(targets.shape)}: "
        f"{in_one_line(problem)}; expected a function of both that returns a number, {of_what}"
    )


CLASSES = Objective()
