"""What a score is computed from, and copies of the model to compute it on.

The model itself never changes.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

import torch
from torch import nn

from wann.errors import UserError, short_repr
from wann.pruning.forward import FEW, Examples, as_examples, call, changed, copy_model
from wann.pruning.masks.types import Masks
from wann.pruning.modes import Modes
from wann.pruning.torch_modes import in_own_modes, ordinary
from wann.pruning.torch_random import devices_of, settled

Batch = tuple[Examples, torch.Tensor]  # inputs, targets
# (outputs, targets) -> mean over the examples
Loss = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
Scores = dict[str, torch.Tensor]  # as masks; the higher, the more a weight is worth


@dataclass(frozen=True, eq=False)
class Scoring:
    """What every score is given. A score takes what it needs and changes nothing of it."""

    model: nn.Module
    masks: Masks  # weights that are alive; others are taken for zero
    # Gone through more than once; SynFlow needs only the shape of the inputs
    batches: Iterable[Batch] = ()
    loss: Loss = nn.functional.cross_entropy
    # Weights before training, by the names of parameters
    initial: Mapping[str, torch.Tensor] | None = None
    generator: torch.Generator | None = None  # for random scores
    outputs: Sequence[str] = ()  # layers that make the outputs, where that cannot be found

    def __repr__(self) -> str:
        return short_repr(self)

    def __post_init__(self) -> None:
        if isinstance(self.batches, Iterator):
            object.__setattr__(self, "batches", tuple(map(_apart, self.batches)))

    def data(self) -> Iterator[Batch]:
        """Yield the batches on the device of the model; UserError if there is none."""
        device = next(self.model.parameters()).device
        empty = True
        for inputs, targets in self.batches:
            empty = False
            yield changed(inputs, ordinary).to(device), ordinary(targets).to(device)
        if empty:
            raise UserError("this score needs data: expected at least one batch (inputs, targets)")

    def some_inputs(self) -> Examples | None:
        """Return a few inputs to run the model on, None if there are no batches."""
        for inputs, _ in self.batches:
            return as_examples(inputs)[:FEW].to(next(self.model.parameters()).device)
        return None

    def examples(self) -> int:
        """Return how many examples the batches hold."""
        return sum(len(as_examples(inputs)) for inputs, _ in self.batches)

    def before_training(self) -> dict[str, torch.Tensor]:
        """Return the initial weights of the masked layers.

        UserError if they were not given or do not fit.
        """
        if self.initial is None:
            raise UserError(
                "this score compares with the weights before training: give them as `initial`"
            )
        for name, mask in self.masks.items():
            if name not in self.initial or self.initial[name].shape != mask.shape:
                came = tuple(self.initial[name].shape) if name in self.initial else "nothing"
                raise UserError(
                    f"initial weights of {name!r}: expected shape {tuple(mask.shape)}, got {came}"
                )
        return {
            name: self.initial[name].detach().to(mask.device) for name, mask in self.masks.items()
        }

    def random(self) -> torch.Generator:
        """Return the generator; UserError if none was given."""
        if self.generator is None:
            raise UserError("this score is random: give a torch.Generator as `generator`")
        return self.generator


def _apart(batch: Batch) -> Batch:
    """Return a batch in memory of its own: a generator may fill one buffer again and again."""
    return changed(batch[0], torch.clone), batch[1].clone()


def in_singles(scoring: Scoring) -> Scoring:
    """Return the same in float32 where a model is in float16, whose least number is 6e-8.

    Products of gradients are zero there, and zeros are ranked by their places. A model whose
    forward needs float16, as it casts values itself, stays as it is.
    """
    if all(parameter.dtype != torch.float16 for parameter in scoring.model.parameters()):
        return scoring
    model = copy_model(scoring.model)
    model._apply(_single)  # type: ignore[no-untyped-call]
    batches = [(changed(inputs, _single), _single(y)) for inputs, y in scoring.batches]
    found = replace(scoring, model=model, batches=batches)
    some = found.some_inputs()
    try:
        with torch.no_grad(), settled(0, devices_of(model)), Modes(model):
            if some is not None:
                call(model.eval(), some)
    except RuntimeError:  # of two types in one product
        return scoring
    return found


def _single(tensor: torch.Tensor) -> torch.Tensor:
    return tensor.float() if tensor.dtype == torch.float16 else tensor


@contextmanager
def scratch(scoring: Scoring) -> Iterator[tuple[nn.Module, dict[str, nn.Parameter]]]:
    """Lend a copy of the model, masked, and the weights in it that are scored.

    They alone take gradients. Random numbers that the model draws meanwhile (dropout) are always
    the same, and the state of the global generators is as before afterwards.
    """
    model = copy_model(scoring.model)
    parameters = dict(model.named_parameters())
    for parameter in parameters.values():
        parameter.grad = None
        parameter.requires_grad_(False)
    weights = {name: parameters[name] for name in scoring.masks}
    for name, weight in weights.items():
        weight.masked_fill_(~scoring.masks[name], 0.0)
        weight.requires_grad_(True)
    with settled(0, devices_of(model)), in_own_modes():
        yield model, weights


def gradients(
    value: torch.Tensor, weights: Mapping[str, torch.Tensor], create_graph: bool = False
) -> dict[str, torch.Tensor]:
    """Return the gradient of the scalar `value` for each of `weights`.

    Zero for one that has no part in it.
    """
    if not value.requires_grad:
        return {name: torch.zeros_like(weight) for name, weight in weights.items()}
    found: Sequence[torch.Tensor | None] = torch.autograd.grad(
        value, list(weights.values()), create_graph=create_graph, allow_unused=True
    )
    return {
        name: torch.zeros_like(weight) if gradient is None else gradient
        for (name, weight), gradient in zip(weights.items(), found, strict=True)
    }
