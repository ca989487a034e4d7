"""Where to draw what: a layout in columns from left to right, after Sugiyama, Tagawa & Toda (1981).

Everything that takes up room is a *bar*: a node lies in one column; a connection that spans several
columns lies, as a level stretch, in all the columns between its ends (the row of dummy points of
the textbook, kept straight). What is left of the connections joins bars of neighbouring columns.
Bars are ordered and placed by one float each, their level.

Recurrent connections, which read the step before, take up no room and have no say in it.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.drawing.crossings import find_pairs, find_steps, sift
from wann.network.genome import node_of
from wann.network.network import Network

# Up to this many inputs, those without a connection are drawn all the same (faded).
DRAWN_UNUSED_INPUTS = 16

_STRETCH_ROOM = 0.5  # vertical room of a level stretch; that of a node, 1, is the unit of levels
_NODES_AT_EASE, _STRETCHES_AT_EASE = 48, 40  # where one column has more, they get less room
# So many names above each other are read with ease, whatever the size of the drawing
_NAMES_AT_EASE = 40
_ORDERING_SWEEPS, _SIFTING_SWEEPS, _PLACING_SWEEPS = 2, 12, 24

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Layout(NamedTuple):
    """Columns and levels of one network; levels grow downwards from 0.

    A node has `room` to itself, half of it above its level: 1, but less in a column of very many
    nodes, and more for the outputs of a large network, so that their names can be read. Of a
    connection that spans several columns, `stretch[edge]` is the level at which it runs through the
    columns between its ends; it is NaN for one that joins neighbouring columns or is recurrent.
    """

    column: Ints  # (rows,), -1 for an input that is left out
    level: Floats  # (rows,), NaN for an input that is left out
    room: Floats  # (rows,)
    unused: NDArray[np.bool_]  # (rows,) bias and inputs without a connection
    stretch: Floats  # (connections,)

    @property
    def columns(self) -> int:
        """How many columns there are."""
        return int(self.column.max()) + 1

    @property
    def height(self) -> float:
        """The lowest level in use, which is the largest number."""
        return float(np.nanmax(np.concatenate([self.level, self.stretch])))

    @property
    def drawn(self) -> Ints:
        """The rows that are drawn."""
        return np.flatnonzero(self.column >= 0)


class Bars(NamedTuple):
    """What takes up room, nodes first, and the segments that join bars in neighbouring columns."""

    first: Ints  # (bars,) leftmost column
    last: Ints  # (bars,) rightmost column
    room: Floats  # (bars,)
    left: Ints  # (segments,) bar
    right: Ints  # (segments,) bar

    def order(self, levels: Floats) -> Ints:
        """Return the bars from top to bottom; those of one level stay in order."""
        return np.argsort(levels, kind="stable")


def lay_out(network: Network) -> Layout:
    """Return the layout of `network`, which depends on nothing else."""
    column = columns_by_depth(network)
    unused = np.zeros(len(column), dtype=np.bool_)
    unused[: 1 + network.inputs] = (
        np.bincount(node_of(network.source), minlength=len(column))[: 1 + network.inputs] == 0
    )
    if network.inputs > DRAWN_UNUSED_INPUTS:
        column[unused] = -1
    room = _node_rooms(column)
    rows = np.flatnonzero(~unused)
    bars, long = _make_bars(network, column, room, rows)
    levels = _arrange(bars)
    level, stretch = np.full(len(column), np.nan), np.full(network.connections, np.nan)
    level[rows], stretch[long] = levels[: len(rows)], levels[len(rows) :]
    inputs, outputs = rows[column[rows] == 0], rows[-network.outputs :]
    height = np.nanmax(level) - np.nanmin(level)
    if len(inputs) > _NODES_AT_EASE:
        _spread(level, room, inputs, min(height / len(inputs), 1.0))
    _spread(level, room, outputs, height / max(_NAMES_AT_EASE, len(outputs)))
    _append_unused(level, column, unused)
    top = np.nanmin(np.concatenate([level, stretch]))
    return Layout(column, level - top, room, unused, stretch - top)


def columns_by_depth(network: Network) -> Ints:
    """Return the column of every row (rows,).

    It is 0 for bias and inputs, the last one for outputs, and the length of the longest path from
    an input for all others.
    """
    first = 1 + network.inputs
    column = np.zeros(first + len(network.activation), dtype=np.int64)
    for node in range(len(network.activation)):
        sources = network.source[network.edge_start[node] : network.edge_start[node + 1]]
        column[first + node] = 1 + column[sources[sources >= 0]].max(initial=0)
    column[-network.outputs :] = 1 + column[: -network.outputs].max()
    return column


def _node_rooms(column: Ints) -> Floats:
    """Return the room of the node of every row."""
    crowd = np.bincount(column[column >= 0])
    return np.asarray(np.minimum(1.0, _NODES_AT_EASE / np.maximum(crowd, 1))[column])


def _make_bars(network: Network, column: Ints, room: Floats, rows: Ints) -> tuple[Bars, Ints]:
    """Return the bars, and the connections that are bars since they span several columns.

    The bars of the nodes `rows` come first, then those of these connections.
    """
    bar = np.full(len(column), -1, dtype=np.int64)
    bar[rows] = np.arange(len(rows))
    source, target = node_of(network.source), network.target
    span = np.where(network.source < 0, 0, column[target] - column[source])
    short, long = np.flatnonzero(span == 1), np.flatnonzero(span > 1)
    stretches = len(rows) + np.arange(len(long))
    first, last = column[source[long]] + 1, column[target[long]] - 1
    columns = int(column.max()) + 1
    crowd = np.cumsum(
        np.bincount(first, minlength=columns) - np.bincount(last + 1, minlength=columns)
    ).max()
    ease = max(_STRETCHES_AT_EASE, np.bincount(column[rows], room[rows]).max())
    return Bars(
        np.concatenate([column[rows], first]),
        np.concatenate([column[rows], last]),
        np.concatenate(
            [room[rows], np.full(len(long), _STRETCH_ROOM * min(1.0, ease / max(crowd, 1)))]
        ),
        np.concatenate([bar[source[short]], bar[source[long]], stretches]),
        np.concatenate([bar[target[short]], stretches, bar[target[long]]]),
    ), long


def _arrange(bars: Bars) -> Floats:
    """Return a level for each bar (bars,).

    First bars are ordered by sweeps over the barycentres of their neighbours, then they are sifted,
    if the network is small enough, and at last they are placed near their neighbours.
    """
    levels = _settle(bars, _sweep(bars))
    pairs = find_pairs(bars.first, bars.last, bars.left, bars.right)
    if pairs is not None:
        steps = find_steps(pairs, len(levels))
        for _ in range(_SIFTING_SWEEPS):
            sifted = sift(bars.first, bars.last, bars.left, bars.right, steps, levels)
            if np.array_equal(sifted, levels):
                break
            levels = _settle(bars, sifted)
    # Halfway, as bars and their neighbours would otherwise change places for ever
    for _ in range(_PLACING_SWEEPS):
        levels = _place(bars, bars.order(levels), 0.5 * (levels + _barycentres(bars, levels)))
    return levels


def _sweep(bars: Bars) -> Floats:
    """Stack column after column, each in the order of its barycentres in the column before.

    One sweep goes to the left or to the right through all columns, the next one back.

    Returns:
        (bars,) the mean over its columns of where each bar lies in the last sweep.
    """
    columns = range(int(bars.last.max()) + 1)
    members = [np.flatnonzero((bars.first <= column) & (bars.last >= column)) for column in columns]
    levels, total = np.zeros(len(bars.first)), np.zeros(len(bars.first))
    for column in columns:
        _stack(bars, members[column], members[column], levels)
    for sweep in range(_ORDERING_SWEEPS):
        backward = sweep % 2 == 1
        near, far = (bars.left, bars.right) if backward else (bars.right, bars.left)
        side = (bars.last if backward else bars.first)[near]
        total[:] = 0.0
        for column in reversed(columns) if backward else columns:
            arriving = np.flatnonzero(side == column)
            _stack(
                bars,
                members[column],
                _means(near[arriving], far[arriving], levels)[members[column]],
                levels,
            )
            total[members[column]] += levels[members[column]]
    return total / (bars.last - bars.first + 1)


def _stack(bars: Bars, members: Ints, wanted: NDArray[Any], levels: Floats) -> None:
    """Set the levels of `members`, the bars of one column.

    They lie without gaps, in the order of `wanted`, around 0.
    """
    order = members[np.argsort(wanted, kind="stable")]
    bottom = np.cumsum(bars.room[order])
    levels[order] = bottom - 0.5 * bars.room[order] - 0.5 * bars.room[order].sum()


def _barycentres(bars: Bars, levels: Floats) -> Floats:
    """Return the mean level of what each bar is joined to, on either side."""
    return _means(
        np.concatenate([bars.right, bars.left]), np.concatenate([bars.left, bars.right]), levels
    )


def _means(near: Ints, far: Ints, levels: Floats) -> Floats:
    """Return for each bar the mean level of its `far` ends; its own level where it has none."""
    count, total = (
        np.bincount(near, values, minlength=len(levels)) for values in (None, levels[far])
    )
    return np.where(count > 0, total / np.maximum(count, 1), levels)


def _settle(bars: Bars, wanted: Floats) -> Floats:
    """Return levels near `wanted`, in its order, at which no two bars overlap."""
    return _place(bars, bars.order(wanted), wanted)


def _place(bars: Bars, order: Ints, wanted: Floats) -> Floats:
    """Return levels near `wanted` that keep `order` (top to bottom) and the room of every bar.

    The mean of the highest levels that push no bar up and the lowest that push none down; as both
    keep the order and the room, so does their mean.
    """
    return 0.5 * (_push(bars, order, wanted) - _push(bars, order[::-1], -wanted))


def _push(bars: Bars, order: Ints, wanted: Floats) -> Floats:
    """Lay down bars in `order`, each at the level it wants, or at the first free one below."""
    floor = [-np.inf] * (int(bars.last.max()) + 1)
    levels = wanted.tolist()
    first, stop, half = bars.first.tolist(), (bars.last + 1).tolist(), (0.5 * bars.room).tolist()
    for bar in order.tolist():
        a, b = first[bar], stop[bar]
        level = levels[bar] = max(levels[bar], max(floor[a:b]) + half[bar])
        floor[a:b] = [level + half[bar]] * (b - a)
    return np.array(levels)


def _spread(level: Floats, room: Floats, nodes: Ints, wanted: float) -> None:
    """Give `nodes`, those of the first or last column, the room `wanted` if that is more.

    Nothing else runs through these columns.
    """
    if len(nodes) and wanted > room[nodes[0]]:
        room[nodes] = wanted
        alone, none = np.zeros(len(nodes), dtype=np.int64), np.zeros(0, dtype=np.int64)
        level[nodes] = _settle(Bars(alone, alone, room[nodes], none, none), level[nodes])


def _append_unused(level: Floats, column: Ints, unused: NDArray[np.bool_]) -> None:
    """Give the unused inputs that are drawn levels below those of the used ones."""
    used = level[(column == 0) & ~unused]
    extra = np.flatnonzero((column == 0) & unused)
    level[extra] = used.max(initial=-1.0) + 1.0 + np.arange(len(extra))
