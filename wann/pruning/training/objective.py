"""What training makes small and what results report: cross-entropy and accuracy, or one's own."""

import math
from collections.abc import Callable
from typing import NamedTuple

from wann.errors import UserError, in_one_line
from wann.network.torch_module import nn, torch

# (outputs, targets) -> the mean over the examples
Loss = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
Metric = Callable[[torch.Tensor, torch.Tensor], "torch.Tensor | float"]


class Objective(NamedTuple):
    """A loss and a metric of a batch, each the mean over its examples."""

    loss: Loss | None = None  # None: cross-entropy
    metric: Metric | None = None  # None: accuracy

    @property
    def is_own(self) -> bool:
        """Whether neither asks for classes: targets may be anything."""
        return self.loss is not None and self.metric is not None

    def mean(self, outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """Return the mean loss, with its gradient."""
        return (self.loss or nn.functional.cross_entropy)(outputs, targets)

    def sums(self, outputs: torch.Tensor, targets: torch.Tensor) -> tuple[float, float]:
        """Return loss and metric of a batch, each times the number of its examples."""
        if self.loss is None:
            loss = float(nn.functional.cross_entropy(outputs, targets, reduction="sum"))
        else:
            loss = float(self.loss(outputs, targets)) * len(targets)
        if self.metric is None:
            return loss, float(int((outputs.argmax(1) == targets).sum()))
        return loss, float(self.metric(outputs, targets)) * len(targets)

    def check(self, outputs: torch.Tensor, targets: torch.Tensor) -> None:
        """Raise UserError unless the user's functions take `outputs` and give a finite number.

        `outputs` have a gradient; that of the loss must lead to them.
        """
        for name, function in (("loss", self.loss), ("metric", self.metric)):
            if function is None:
                continue
            try:
                value = function(outputs if name == "loss" else outputs.detach(), targets)
                number = float(value.detach() if isinstance(value, torch.Tensor) else value)
            except Exception as problem:  # whatever a user's function raises
                raise UserError(
                    f"{name} fails on outputs {tuple(outputs.shape)} and targets "
                    f"{tuple(targets.shape)}: {in_one_line(problem)}; expected a function of both "
                    "that returns a number, the mean over the examples"
                ) from None
            if not math.isfinite(number):
                raise UserError(f"{name} of the first examples is {number}: expected a number")
            if name == "loss" and not getattr(value, "requires_grad", False):
                raise UserError(
                    "loss returns a number without gradient: expected a tensor computed from the "
                    "outputs"
                )


CLASSES = Objective()
