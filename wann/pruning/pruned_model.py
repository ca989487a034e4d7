"""A pruned model as it is in the end, and how it was made: what `prune` returns."""

import html
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from wann.errors import UserError
from wann.formats.loaded_network import LoadedNetwork
from wann.network.network import Network
from wann.pruning import masks as masking
from wann.pruning.forward import Examples, as_examples
from wann.pruning.masks import Masks
from wann.pruning.masks.types import ShortMasks
from wann.pruning.program import export_program
from wann.pruning.structure.held import WHOLE, Held
from wann.pruning.structure.semi_structured import to_semi_structured
from wann.pruning.structure.shrink import shrink, shrink_and_say
from wann.pruning.structure.to_network import to_network
from wann.pruning.training.training import History


class Increase(NamedTuple):
    """How much more the loss is right after pruning, over the examples that were scored."""

    true: float
    # The sum of the scores of what was pruned, where the score predicts it; else None
    predicted: float | None


_MOST_DRAWN = 3000  # weights of a model that a notebook draws by itself


@dataclass(frozen=True)
class PrunedModel:
    """A pruned model as it is in the end, and how it was made."""

    model: nn.Module  # trained, pruned weights zero
    masks: Masks
    accuracy: float  # on the test examples; the metric, where the user has one
    history: History | None  # of the last training; None if there was none
    at_once: float | None  # accuracy right after pruning, where the model was trained before
    rounds: int = 0  # how many rounds of training came before the last
    # How much more the loss was right after pruning; None unless a trained model was pruned
    increase: Increase | None = None
    left_whole: Mapping[str, str] = field(default_factory=dict)  # see `masks.survey`
    # The accuracy with each shared weight, where all that is kept may have any; else None
    under_weights: Mapping[float, float] | None = None
    example: Examples | None = None  # a small batch of inputs, where data were at hand
    metric: str = "accuracy"  # what `accuracy` is, by name: the user's metric, where there is one

    def __post_init__(self) -> None:
        object.__setattr__(self, "masks", ShortMasks(self.masks))

    def __repr__(self) -> str:
        once = "" if self.at_once is None else f", {self.at_once:.4g} right after pruning"
        return (
            f"PrunedModel({type(self.model).__name__}, {self.kept} of {masking.total(self.masks)} "
            f"weights kept, {self.metric} {self.accuracy:.4g}{once})"
        )

    def _repr_html_(self) -> str:
        rows = [("weights", "kept", "of", "")]
        for name, mask in masking.weights_of(self.masks).items():
            rows.append(_row(name, int(mask.sum()), mask.numel()))
        rows.append(_row("all", self.kept, masking.total(self.masks)))
        lines = "".join(
            "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>"
            for row in rows
        )
        return f"<p>{html.escape(repr(self))}</p><table>{lines}</table>{self._drawing()}"

    def _drawing(self) -> str:
        """Return its drawing as HTML, "" where it is too large or cannot be made a network."""
        if self.kept > _MOST_DRAWN or not isinstance(self.example, torch.Tensor):
            return ""
        try:
            network = LoadedNetwork.of(*self.to_network(self.example))
        except UserError:
            return ""
        return network.as_image("The pruned model")

    @property
    def kept(self) -> int:
        """How many weights are kept; biases are not counted, though units go with theirs."""
        return masking.kept(self.masks)

    @property
    def density(self) -> float:
        """The share of the prunable weights that is kept."""
        return masking.density(self.masks)

    @cached_property
    def held(self) -> tuple[Held, ...]:
        """The layers that shrinking leaves larger than what is at work in them, and why.

        A model that cannot be made smaller at all is held as a whole. There are none where no
        example was at hand: `shrink` takes one.
        """
        if self.example is None:
            return ()
        try:
            return shrink_and_say(self.model, self.masks, self.example).held
        except UserError as error:
            return (Held(WHOLE, 0, str(error)),)

    def shrink(self, example: Examples | None = None) -> nn.Module:
        """Return the model without dead units, equal in its outputs. See `shrink.shrink`.

        `example`: a batch of inputs, by default a few of the data that it was pruned on.
        """
        return shrink(self.model, self.masks, self._example(example))

    def shrunk(self, example: Examples | None = None) -> "PrunedModel":
        """Return the same with the model of `shrink`, and masks of what is left in it.

        `Hold(found.model, found.masks)` keeps its pruned weights at zero in a training of one's
        own. UserError as `shrink`.
        """
        small = shrink_and_say(self.model, self.masks, self._example(example))
        found = replace(self, model=small.model, masks=small.masks)
        found.__dict__["held"] = small.held  # which is known already
        return found

    def export(
        self,
        path: Path | str,
        example: Examples | None = None,
        *,
        shrink: bool = True,
        any_batch: bool = True,
    ) -> Path:
        """Write the model to a file of `torch.export`, which PyTorch alone loads and runs.

        In a process without `wann`, `torch.export.load(path).module()` is called as the model is.

        Args:
            path: a new file that ends in .pt2.
            example: a batch of inputs, by default a few of the data that it was pruned on.
            shrink: whether to remove units that do nothing before.
            any_batch: whether the program takes batches of any size.

        Raises:
            UserError: there is something at `path`, the model cannot be made smaller, or PyTorch
                cannot export it.
        """
        example = self._example(example)
        model = self.model
        if shrink:
            try:
                model = self.shrink(example)
            except UserError as error:
                raise UserError(f"{error}; shrink=False exports it as it is") from None
        return export_program(model, path, example, any_batch=any_batch)

    def semi_structured(self) -> nn.Module:
        """Return the model with tensors that cards multiply at half the work, where it is 2:4.

        See `structure.semi_structured.to_semi_structured`.
        """
        return to_semi_structured(self.model, self.masks)

    def _example(self, given: Examples | None) -> Examples:
        found = self.example if given is None else given
        if found is None:
            raise UserError("expected a batch of inputs as `example`: no data are at hand")
        return as_examples(found)

    def to_network(self, example: torch.Tensor) -> tuple[Network, NDArray[np.float64]]:
        """Return the model as a `Network`, and its weights. See `to_network.to_network`."""
        return to_network(self.model, self.masks, example)


def _row(name: str, kept: int, total: int) -> tuple[str, str, str, str]:
    return name, f"{kept:,}", f"{total:,}", f"{kept / total:.1%}"
