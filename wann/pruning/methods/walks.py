"""Random walks through a model, from its inputs to its outputs or the other way round.

A walk is an example of a batch. Each layer lets one number of its input through, and one of the
outputs that this one has a part in: so one weight of the layer is gone along. Walks from outputs to
inputs do the same with gradients. All else in a model, such as sums and pooling, passes on what it
is given, as in SynFlow.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import torch

from wann.errors import UserError
from wann.pruning.forward import Examples, Inputs, run
from wann.pruning.scores.scoring import Scoring
from wann.pruning.scores.synflow import Homogeneous

BATCH = 64  # walks at once

_LAYERS = frozenset(
    ["linear", *(f"conv{n}d" for n in (1, 2, 3)), *(f"conv_transpose{n}d" for n in (1, 2, 3))]
)

Call = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]  # of a layer: (input, weight) -> output


class Stride(NamedTuple):
    """What walks did in a layer: the weight that joins the two numbers is the one gone along."""

    name: str  # of the weight
    call: Call
    # One number of each walk is 1: (walks, inputs of an example to this layer, *input)
    entered: torch.Tensor
    left: torch.Tensor  # as `entered`, of outputs; all are 0 where a walk ended

    def weights(self, weight: torch.Tensor, walks: slice) -> torch.Tensor:
        """Return which weights some of the walks went along."""
        with torch.enable_grad():
            ones = torch.ones_like(weight).requires_grad_()
            passed = self.call(self.entered[walks].flatten(0, 1), ones)
            (gone,) = torch.autograd.grad((passed * self.left[walks].flatten(0, 1)).sum(), ones)
        return gone > 0

    def of(self, alive: torch.Tensor) -> "Stride":
        """Return what walks did that are `alive` (walks,), the others none."""
        return self._replace(left=self.left * alive.view(-1, *[1] * (self.left.ndim - 1)))


class Walker:
    """Makes walks through a model whose weights are not negative."""

    def __init__(
        self, model: Any, names: dict[int, str], scoring: Scoring, chance: torch.Generator
    ) -> None:
        self._model, self._names, self._chance = model, names, chance
        inputs = next(scoring.data())[0]
        self._inputs = inputs[torch.zeros(BATCH, dtype=torch.long, device=inputs.device)]
        self._forward = False  # which way the last walks went

    def check(self, names: list[str]) -> None:
        """Raise UserError where a weight is in no layer that walks can pass."""
        passed = {stride.name for stride in (*self.walk(), *self.walk())}
        for name in names:
            if name not in passed:
                raise UserError(
                    f"phew walks through fully connected layers and convolutions, and {name!r} is "
                    "the weight of another layer, or of none that the model uses: protect it, or "
                    "choose another --method"
                )

    def walk(self) -> list[Stride]:
        """Make walks from inputs to outputs, and the other way round the next time."""
        self._forward = not self._forward
        return self._from_inputs() if self._forward else self._from_outputs()

    def _from_inputs(self) -> list[Stride]:
        walking = _Forward(self._names, self._chance)
        with walking, torch.no_grad():
            outputs = run(self._model, self._given(self._one))
        alive = outputs.flatten(1).sum(1) > 0
        return [stride.of(alive) for stride in walking.strides]

    def _from_outputs(self) -> list[Stride]:
        walking, begun = _Backward(self._names, self._chance), []

        def ones(like: torch.Tensor) -> torch.Tensor:
            begun.append(torch.ones_like(like).requires_grad_())
            return begun[-1]

        with walking:
            outputs = run(self._model, self._given(ones))
            torch.autograd.backward(outputs, self._one(outputs))
        ends = [tensor.grad.flatten(1).sum(1) for tensor in begun if tensor.grad is not None]
        alive = torch.stack(ends).sum(0) > 0 if ends else outputs.new_ones(BATCH) > 0
        return [stride.of(alive) for stride in walking.strides]

    def _given(self, begin: Callable[[torch.Tensor], torch.Tensor]) -> Examples:
        """Return inputs with `begin` of numbers; tokens are as they are in the first example."""

        def given(tensor: torch.Tensor) -> torch.Tensor:
            return begin(tensor.double()) if tensor.is_floating_point() else tensor

        inputs = self._inputs
        return inputs.map(given) if isinstance(inputs, Inputs) else given(inputs)

    def _one(self, like: torch.Tensor) -> torch.Tensor:
        return choose(torch.ones_like(like), self._chance)


class _Forward(Homogeneous):
    """Lets walks through the layers of a model, each along one weight, and keeps their strides."""

    def __init__(self, names: dict[int, str], chance: torch.Generator) -> None:
        super().__init__()
        self.strides: list[Stride] = []
        self._names, self._chance = names, chance

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        if func.__name__ not in _LAYERS:
            return super().__torch_function__(func, types, args, kwargs)
        given = dict(zip(("input", "weight", "bias"), args, strict=False)) | (kwargs or {})
        inputs, weight, more = given.pop("input"), given.pop("weight"), args[3:]
        given["bias"] = None

        def call(values: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
            bias = () if not more else (given["bias"],)
            named = {name: value for name, value in given.items() if not more or name != "bias"}
            result: torch.Tensor = func(values, weights, *bias, *more, **named)
            return result

        if len(inputs) % BATCH:
            raise UserError(
                f"phew expects examples in the first dimension of what layers are given, got "
                f"{tuple(inputs.shape)} in a batch of {BATCH}: choose another --method"
            )
        return self._passed(call, inputs, weight)

    def _passed(self, call: Call, inputs: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
        entered = self._choose(inputs)
        left = self._choose(call(entered, weight))
        self._note(call, weight, entered, left)
        return left

    def _choose(self, values: torch.Tensor) -> torch.Tensor:
        """Return a 1 for each walk; a layer may be given several inputs for each."""
        return choose(_by_walk(values.detach()), self._chance).flatten(0, 1)

    def _note(
        self, call: Call, weight: torch.Tensor, entered: torch.Tensor, left: torch.Tensor
    ) -> None:
        name = self._names.get(id(weight))
        if name is not None:
            self.strides.append(Stride(name, call, _by_walk(entered), _by_walk(left)))


class _Backward(_Forward):
    """The same for walks from outputs to inputs, which are made of gradients."""

    def _passed(self, call: Call, inputs: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
        def step_back(gradient: torch.Tensor) -> torch.Tensor:
            left = self._choose(gradient.clamp(min=0.0))
            with torch.enable_grad():
                values = torch.zeros_like(inputs).requires_grad_()
                passed = (call(values, weight.detach()) * left).sum()
                (slopes,) = torch.autograd.grad(passed, values)
            entered = self._choose(slopes)
            self._note(call, weight, entered, left)
            return entered

        outputs = call(inputs, weight).detach()
        back: Any = _StepBack
        found: torch.Tensor = back.apply(inputs, outputs, step_back)
        return found


class _StepBack(torch.autograd.Function):
    """Returns outputs of a layer, and for their gradient what a function makes of it."""

    @staticmethod
    def forward(ctx: Any, inputs: torch.Tensor, outputs: torch.Tensor, back: Any) -> torch.Tensor:
        ctx.back = back
        return outputs.clone()

    @staticmethod
    def backward(ctx: Any, *gradients: Any) -> Any:
        return ctx.back(gradients[0]), None, None


def _by_walk(values: torch.Tensor) -> torch.Tensor:
    """Return what a layer is given or returns as (walks, of one example, ...)."""
    return values.reshape(BATCH, -1, *values.shape[1:])


def choose(values: torch.Tensor, chance: torch.Generator) -> torch.Tensor:
    """Return zeros with a 1 at one place of each example, drawn in proportion to `values`.

    Values (examples, ...) are not negative; an example of zeros stays one.
    """
    rows = values.detach().reshape(len(values), -1).double().cumsum(1)
    marks = torch.rand(len(rows), 1, generator=chance, dtype=torch.float64).to(rows) * rows[:, -1:]
    places = torch.searchsorted(rows, marks, right=True).clamp_(max=rows.shape[1] - 1)
    chosen = torch.zeros_like(rows).scatter_(1, places, (rows[:, -1:] > 0).double())
    return chosen.view(values.shape).to(values)
