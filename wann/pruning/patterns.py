"""Patterns that hardware can make use of: N weights of every M, and whole blocks.

Weights are taken as a matrix of (outputs, incoming), kernels laid out with input channels last, as
hardware multiplies convolutions (Mishra et al. 2021, "Accelerating Sparse Deep Neural Networks",
section 3). `N:M` keeps, of every M incoming weights in a row, the N best. `RxC` keeps or removes
blocks of R outputs by C incoming weights; groups and blocks at the edge of a matrix are smaller.
`fan-in` keeps as many for each output of a layer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch

from wann.config.patterns import FAN_IN, parse_pattern
from wann.errors import UserError
from wann.pruning.counts import nowhere_empty
from wann.pruning.masks.types import Masks, counts, map_weights, weights_of
from wann.pruning.scores.scoring import Scores
from wann.pruning.top_k import best
from wann.pruning.uses.layers import PLAIN, Layout

Layouts = Mapping[str, Layout]  # of weights by name; others are plain


@dataclass(frozen=True)
class Groups:
    """N weights of every M that lead into an output side by side."""

    keep: int
    of: int

    def check(self, density: float) -> None:
        """Raise UserError unless `density` is the one of the pattern."""
        share = self.keep / self.of
        if abs(density - share) > 1e-9:
            raise UserError(
                f"{self.keep}:{self.of} keeps {share:g} of the weights: expected that density, got "
                f"{density:g}"
            )

    def select(
        self,
        scores: Scores,
        masks: Masks,
        density: float,
        laid: Layouts,
        allow_empty: bool = False,
    ) -> Masks:
        """Return masks of the best weights of each group.

        A group keeps N weights, or all it has where it has no more than N alive.

        Args:
            scores: by the name of the parameter, in the shapes of the masks.
            masks: what is alive.
            density: of no effect, as it is that of the pattern.
            laid: which numbers of a weight lead into which unit, where it is not plain.
            allow_empty: of no effect, as no layer is left without weights.
        """

        def chosen(name: str, mask: torch.Tensor) -> torch.Tensor:
            table = _Matrix.of(mask.shape, laid.get(name, PLAIN))
            alive = table.padded(mask, self.of, False)
            ranked = table.padded(scores[name].double(), self.of, 0.0)
            ranked = ranked.masked_fill(~alive, -torch.inf)
            order = ranked.sort(dim=2, descending=True, stable=True).indices
            first = torch.zeros_like(alive).scatter_(2, order[..., : self.keep], True)
            return table.back((first & alive).flatten(1))

        return map_weights(chosen, masks)

    def holds(self, mask: torch.Tensor, layout: Layout = PLAIN) -> bool:
        """Whether a mask keeps no more than N of every M; `layout` is that of the weight."""
        pieces = _Matrix.of(mask.shape, layout).padded(mask, self.of, False)
        return bool((pieces.sum(dim=2) <= self.keep).all())


@dataclass(frozen=True)
class Blocks:
    """Blocks of outputs by incoming weights, which are kept whole or not at all."""

    rows: int
    columns: int

    def check(self, density: float) -> None:
        """Accept every density: it is the share of the blocks that are kept."""

    def select(
        self,
        scores: Scores,
        masks: Masks,
        density: float,
        laid: Layouts,
        allow_empty: bool = False,
    ) -> Masks:
        """Return masks of the best blocks of the whole network.

        A block is worth the mean score of its weights that are alive; one without such is gone.
        Among equal ones the first are kept.

        Args:
            scores: by the name of the parameter, in the shapes of the masks.
            masks: what is alive.
            density: the share of all blocks that is kept, rounded to a whole number of them.
            laid: which numbers of a weight lead into which unit, where it is not plain.
            allow_empty: whether a layer may be left without weights.
        """
        tables = {
            name: _Matrix.of(mask.shape, laid.get(name, PLAIN))
            for name, mask in weights_of(masks).items()
        }
        worth, alive = [], []
        for name, table in tables.items():
            kept = self._sums(table, masks[name].double())
            total = self._sums(table, scores[name].double() * masks[name])
            worth.append((total / kept.clamp(min=1)).flatten())
            alive.append((kept > 0).flatten())
        blocks = torch.cat(alive)
        keep = min(max(round(density * len(blocks)), 1), int(blocks.sum()))
        chosen = torch.split(
            best(torch.cat(worth), blocks, keep, "the network"), [len(part) for part in worth]
        )
        found = {
            name: self._whole(tables[name], part) & masks[name]
            for name, part in zip(tables, chosen, strict=True)
        }
        nowhere_empty(counts(found), masks, allow_empty)
        return masks | found

    def _sums(self, table: "_Matrix", values: torch.Tensor) -> torch.Tensor:
        """Return the sums over the blocks of `values`, (blocks down, blocks across)."""
        flat = table.padded(values, self.columns, 0.0).sum(dim=2)
        down = -(-flat.shape[0] // self.rows)
        short = down * self.rows - flat.shape[0]
        filled = torch.cat([flat, flat.new_zeros(short, flat.shape[1])])
        return filled.view(down, self.rows, -1).sum(dim=1)

    def _whole(self, table: "_Matrix", chosen: torch.Tensor) -> torch.Tensor:
        """Return the mask in which blocks are `chosen` (blocks,)."""
        across = -(-table.columns // self.columns)
        wide = chosen.view(-1, across).repeat_interleave(self.rows, 0)[: table.rows]
        return table.back(wide.repeat_interleave(self.columns, 1))


@dataclass(frozen=True)
class FanIn:
    """As many incoming weights for each output of a layer: a constant fan-in.

    Source: Sun et al. 2024, section 3, who compare weights within an output; Lasby et al. 2024.
    """

    def check(self, density: float) -> None:
        """Accept every density: it is the share of the incoming weights of each output."""

    def select(
        self,
        scores: Scores,
        masks: Masks,
        density: float,
        laid: Layouts,
        allow_empty: bool = False,
    ) -> Masks:
        """Return masks of the best incoming weights of each output.

        Args:
            scores: by the name of the parameter, in the shapes of the masks.
            masks: what is alive.
            density: the share of the incoming weights that each output keeps, rounded, and one at
                least; all that is alive where that is less.
            laid: which numbers of a weight lead into which unit, where it is not plain.
            allow_empty: of no effect, as no output is left without weights.
        """
        found = dict(masks)
        for name, mask in weights_of(masks).items():
            width = _Matrix.of(mask.shape, laid.get(name, PLAIN)).columns
            row = Groups(max(round(density * width), 1), width)
            found |= row.select(scores, {name: mask}, density, laid)
        return found


Pattern = Groups | Blocks | FanIn


def pattern_of(allocation: object) -> Pattern | None:
    """Return the pattern that the name of an allocation stands for, None where it is no pattern.

    UserError for one without sense, such as 4:2.
    """
    found = parse_pattern(allocation)
    if found is None:
        return None
    if found.kind == FAN_IN:
        return FanIn()
    return (Blocks if found.kind == "blocks" else Groups)(found.first, found.second)


@dataclass(frozen=True)
class _Matrix:
    """A weight as (outputs, incoming), kernels laid out with input channels last."""

    layout: Layout
    shape: tuple[int, ...]  # (outputs, *kernel, inputs)

    @classmethod
    def of(cls, shape: "torch.Size", layout: Layout) -> "_Matrix":
        first = layout.units_first(torch.empty(shape, device="meta"))
        return cls(layout, tuple(first.movedim(1, -1).shape))

    @property
    def rows(self) -> int:
        return self.shape[0]

    @property
    def columns(self) -> int:
        found = 1
        for side in self.shape[1:]:
            found *= side
        return found

    def padded(self, weight: torch.Tensor, width: int, filler: Any) -> torch.Tensor:
        """Return a weight as (rows, pieces, width), `filler` behind the end of each row."""
        flat = self.layout.units_first(weight).movedim(1, -1).reshape(self.rows, -1)
        short = -self.columns % width
        filled = torch.cat([flat, flat.new_full((self.rows, short), filler)], dim=1)
        return filled.view(self.rows, -1, width)

    def back(self, flat: torch.Tensor) -> torch.Tensor:
        """Return the weight of a matrix (rows, columns or more)."""
        whole = flat[:, : self.columns].reshape(self.shape)
        return self.layout.units_first(whole.movedim(-1, 1)).contiguous()
