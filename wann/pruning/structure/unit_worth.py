"""What units are worth to a model: how much its loss rises where one is silenced.

By the second order of the loss, with the empirical Fisher information for its curvature: half of
the mean square, over examples, of the derivative by a factor in front of the unit. Units that go
together have one factor.

Source: Theis et al. (2018), "Faster gaze prediction with dense networks and Fisher pruning",
section 2.1.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from wann.network.torch_module import nn, torch
from wann.pruning.forward import Examples, call, copy_model, logits_of
from wann.pruning.scores.scoring import Batch, Scoring
from wann.pruning.structure.channels import Channels
from wann.pruning.structure.graph import Graph, Kind, TracedStep
from wann.pruning.torch_random import devices_of, settled

MAKERS = (Kind.LAYER, Kind.SEPARATE)


class _Point(NamedTuple):
    """Where the units of a layer are multiplied by a factor."""

    module: str
    number: int  # of the step whose channels they are
    axis: int  # of the tensor


def unit_worth(scoring: Scoring, channels: Channels) -> torch.Tensor:
    """Return for each class of channels (classes,) by how much the loss rises without it.

    The model is looked at as it is in use. UserError as for scores that look at examples.
    """
    model = copy_model(scoring.model).eval()
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    with torch.no_grad():
        for name, mask in scoring.masks.items():
            model.get_parameter(name).masked_fill_(~mask, 0.0)
    points = {point.module: point for point in _points(channels.graph)}
    total, seen = torch.zeros(channels.size, dtype=torch.float64), 0
    with settled(0, devices_of(model)):
        for batch in scoring.data():
            slopes = _slopes_of(scoring, model, list(points.values()), batch, channels)
            total += slopes.square().sum(0)
            seen += len(batch[1])
    return total / (2.0 * max(seen, 1))


class _NotByExample(Exception):
    """A layer's outputs are not one behind the other for each example."""


def _slopes_of(
    scoring: Scoring, model: nn.Module, points: Sequence[_Point], batch: Batch, channels: Channels
) -> torch.Tensor:
    """Return what `_slopes` returns, one example after the other where it has to be."""
    try:
        return _slopes(scoring, model, points, batch, channels)
    except _NotByExample:  # such as places of sequences, one behind the other
        singles = zip(_one_by_one(batch[0]), torch.split(batch[1], 1), strict=True)
        return torch.cat([_slopes(scoring, model, points, one, channels) for one in singles])


def _slopes(
    scoring: Scoring, model: nn.Module, points: Sequence[_Point], batch: Batch, channels: Channels
) -> torch.Tensor:
    """Return the derivative of each example's loss by each class's factor, (examples, classes).

    Args:
        scoring: what the loss is.
        model: the model, whose parameters take no gradients.
        points: where units are multiplied.
        batch: inputs and targets.
        channels: what the classes are.
    """
    inputs, targets = batch
    factors: list[tuple[_Point, torch.Tensor]] = []
    handles = [_watch(model, point, factors, len(targets)) for point in points]
    try:
        # Of a mean over the examples, each has its share
        loss = scoring.loss(logits_of(call(model, inputs)), targets) * len(targets)
    finally:
        for handle in handles:
            handle.remove()
    by_class = torch.zeros(len(targets), channels.size, dtype=torch.float64)
    if not loss.requires_grad:
        return by_class
    found = torch.autograd.grad(loss, [factor for _, factor in factors], allow_unused=True)
    for (point, _), gradient in zip(factors, found, strict=True):
        if gradient is not None:
            classes = channels.classes(point.number).cpu()
            by_class.index_add_(1, classes, gradient.cpu().double())
    return by_class


def _watch(
    model: nn.Module, point: _Point, factors: list[tuple[_Point, torch.Tensor]], examples: int
) -> Any:
    """Multiply each unit of a module, of each example, by a factor of 1, and note the factors."""

    def multiplied(_: Any, __: Any, result: torch.Tensor) -> torch.Tensor:
        if examples > 1 and (len(result) != examples or point.axis == 0):
            raise _NotByExample
        units = result.shape[point.axis]
        factor = torch.ones(examples, units, dtype=result.dtype, device=result.device)
        factors.append((point, factor.requires_grad_()))
        shape = [1] * result.ndim
        shape[0], shape[point.axis] = examples, units
        return result * factor.view(shape)

    return model.get_submodule(point.module).register_forward_hook(multiplied)


def _one_by_one(inputs: Examples) -> Iterator[Examples]:
    """Yield batches of a single example."""
    count = len(inputs if isinstance(inputs, torch.Tensor) else inputs.tensors[0])
    return (inputs[i : i + 1] for i in range(count))


def _points(graph: Graph) -> Iterator[_Point]:
    """Yield where units are multiplied: behind the normalisation that alone reads a layer, or it.

    What goes with a unit is what its normalisation adds, too. Filters of single channels are left
    out: what they filter has its factor already, and would count twice.
    """
    readers: dict[int, list[tuple[int, TracedStep]]] = {}
    for number, step in enumerate(graph.steps):
        for source in step.sources:
            readers.setdefault(source, []).append((number, step))
    for number, step in enumerate(graph.steps):
        if step.kind is not Kind.LAYER:
            continue
        reading = readers.get(number, [])
        behind = len(reading) == 1 and reading[0][1].kind is Kind.NORM
        at, what = reading[0] if behind and number not in graph.outputs else (number, step)
        yield _Point(what.module, at, what.axis)
