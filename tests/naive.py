"""Slow, obvious twins of the kernels, in plain Python and NumPy: textbook formulas alone."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wann.activations import Activation
from wann.activations.table import by_code
from wann.drawing.crossings import Pairs
from wann.evolution.birth import Birth, Changes
from wann.evolution.own_mutations import Bred
from wann.network.genome import Genes, Genome, Genomes
from wann.network.sparse.images import Filters, Flat, Pool
from wann.network.sparse.layers import Connections, Layers


def sin_pi(x: float) -> float:
    """sin(pi x): x is reduced exactly, so that this holds for large x too."""
    return _sin_of_quarter_turns(x, 0)


def cos_pi(x: float) -> float:
    return _sin_of_quarter_turns(x, 1)


def _sin_of_quarter_turns(x: float, ahead: int) -> float:
    if not math.isfinite(x):
        return math.nan
    r = math.fmod(x, 2.0)
    quarters = round(2.0 * r)
    r = math.pi * (r - quarters / 2.0)
    return (math.sin(r), math.cos(r), -math.sin(r), -math.cos(r))[(quarters + ahead) % 4]


def sigmoid(x: float) -> float:
    return 1.0 / (1.0 + math.exp(-x)) if x >= 0.0 else math.exp(x) / (1.0 + math.exp(x))


ACTIVATIONS = {
    1: lambda x: x,
    2: lambda x: 1.0 if x > 0.0 else 0.0,
    3: sin_pi,
    4: lambda x: math.exp(-x * x / 2.0),
    5: math.tanh,
    6: sigmoid,
    7: lambda x: -x,
    8: abs,
    9: lambda x: max(x, 0.0),
    10: cos_pi,
    11: lambda x: x * x,
    12: lambda x: 1.0 if x > 0.0 else -1.0 if x < 0.0 else x,
}


def forward(genome: Genome, observation: Sequence[float], weights: Sequence[float]) -> list[float]:
    """The outputs of `genome` at the first step of an episode, one weight per gene."""
    return episode(genome, [observation], weights)[0]


def episode(
    genome: Genome, observations: Sequence[Sequence[float]], weights: Sequence[float]
) -> list[list[float]]:
    """The outputs of `genome` at each step of an episode: all nodes keep their values for one."""
    before = dict.fromkeys(range(len(genome.node_id)), 0.0)
    outputs = []
    for observation in observations:
        before = _step(genome, observation, weights, before)
        outputs.append([before[1 + genome.inputs + i] for i in range(genome.outputs)])
    return outputs


def _step(
    genome: Genome,
    observation: Sequence[float],
    weights: Sequence[float],
    before: Mapping[int, float],
) -> dict[int, float]:
    """The values of all nodes: each asks the nodes it is fed by, down to the inputs."""
    known = dict(enumerate([1.0, *observation]))

    def value(node: int) -> float:
        if node not in known:
            genes = [
                i
                for i in range(len(genome.source))
                if genome.enabled[i] and genome.target[i] == node
            ]
            known[node] = ACTIVATIONS[int(genome.activation[node])](
                sum(weights[i] * heard(int(genome.source[i])) for i in genes)
            )
        return known[node]

    def heard(source: int) -> float:
        return value(source) if source >= 0 else before[-1 - source]

    return {node: value(node) for node in range(len(genome.node_id))}


def is_acyclic(nodes: int, edges: Sequence[tuple[int, int]]) -> bool:
    """No node comes back to itself after any steps: the adjacency matrix is nilpotent."""
    steps = np.zeros((nodes, nodes), dtype=bool)
    for source, target in edges:
        steps[source, target] = True
    reached = steps
    for _ in range(nodes):
        reached = reached @ steps
    return not reached.any()


def leading_to(goals: Sequence[int], edges: Sequence[tuple[int, int]]) -> set[int]:
    """`goals` and every node from which a path over `edges` leads to one of them."""
    found = set(goals)
    while more := {source for source, target in edges if target in found} - found:
        found |= more
    return found


def cartpole_step(state: Sequence[float], action: float) -> tuple[list[float], float, bool]:
    """One step of the 2019 release.

    Returns the next (x, x_dot, theta, theta_dot), the reward, and whether it was the last step.
    """
    g, m_c, m_p, length, friction, dt = 9.82, 0.5, 0.5, 0.6, 0.1, 0.01
    x, x_dot, theta, theta_dot = state
    force = 10.0 * np.clip(action, -1.0, 1.0)
    s, c, total, m_p_l = np.sin(theta), np.cos(theta), m_c + m_p, m_p * length
    x_acceleration = (
        -2 * m_p_l * theta_dot**2 * s + 3 * m_p * g * s * c + 4 * force - 4 * friction * x_dot
    ) / (4 * total - 3 * m_p * c**2)
    theta_acceleration = (
        -3 * m_p_l * theta_dot**2 * s * c + 6 * total * g * s + 6 * (force - friction * x_dot) * c
    ) / (4 * length * total - 3 * m_p_l * c**2)
    x, theta = x + x_dot * dt, theta + theta_dot * dt
    x_dot, theta_dot = x_dot + x_acceleration * dt, theta_dot + theta_acceleration * dt
    reward = (np.cos(theta) + 1.0) / 2.0 * np.cos(x / 2.4 * np.pi / 2.0)
    return [x, x_dot, theta, theta_dot], float(reward), bool(abs(x) > 2.4)


def fronts(objectives: NDArray[np.float64]) -> list[int]:
    """Front k holds the rows that nothing dominates once the fronts before it are taken away."""
    front = [-1] * len(objectives)
    level = 0
    while -1 in front:
        left = [i for i, known in enumerate(front) if known < 0]
        for i in left:
            if not any(dominates(objectives[j], objectives[i]) for j in left):
                front[i] = level
        level += 1
    return front


def dominates(a: NDArray[np.float64], b: NDArray[np.float64]) -> bool:
    return bool((a >= b).all() and (a > b).any())


def crowding(objectives: NDArray[np.float64]) -> list[float]:
    """Deb et al. 2002, section III-B, crowding-distance-assignment."""
    distance = [0.0] * len(objectives)
    for values in objectives.T:
        order = sorted(range(len(values)), key=lambda i: values[i])
        span = values.max() - values.min()
        distance[order[0]] = distance[order[-1]] = math.inf
        for before, i, after in zip(order, order[1:], order[2:], strict=False):
            distance[i] += (values[after] - values[before]) / span if span else 0.0
    return distance


def bootstrap(values, rng, resamples, tail):
    """Means of samples with replacement, `tail` per cent off each side (Efron 1979)."""
    drawn = rng.integers(0, len(values), (resamples, len(values)))
    means = [values[row].mean() for row in drawn]
    return tuple(np.percentile(means, (tail, 100.0 - tail)).tolist())


def deskew(image):
    """The image sheared by its slant, pixel by pixel (`wann.datasets.images`)."""
    height, width = len(image), len(image[0])
    mass = sum(map(sum, image)) or 1.0
    cells = [(r, c, float(image[r][c])) for r in range(height) for c in range(width)]
    mean_row = sum(r * v for r, c, v in cells) / mass
    mean_column = sum(c * v for r, c, v in cells) / mass
    mu02 = sum((r - mean_row) ** 2 * v for r, c, v in cells)
    mu11 = sum((r - mean_row) * (c - mean_column) * v for r, c, v in cells)
    skew = mu11 / mu02 if mu02 > 1e-2 else 0.0
    straight = [[0.0] * width for _ in range(height)]
    for r in range(height):
        for c in range(width):
            x = c + skew * (r - 0.5 * height)
            left = math.floor(x)
            before, behind = (
                float(image[r][column]) if 0 <= column < width else 0.0
                for column in (left, left + 1)
            )
            straight[r][c] = before * (left + 1 - x) + behind * (x - left)
    return straight


def count_crossings(pairs: Pairs, levels: NDArray[np.float64]) -> int:
    """How many of the pairs of segments cross, with the bars at `levels` (bars,)."""
    a_left, a_right, b_left, b_right = (levels[bars] for bars in pairs)
    return int(np.count_nonzero((a_left - b_left) * (a_right - b_right) < 0))


def changes(parent: Genome, child: Genome) -> Changes:
    """What differs between two genomes, by sets."""
    old = dict(zip(parent.node_id.tolist(), parent.activation.tolist(), strict=True))
    new = dict(zip(child.node_id.tolist(), child.activation.tolist(), strict=True))
    before, after = _joined(parent), _joined(child)
    return Changes(
        [(node, code) for node, code in new.items() if node not in old],
        [node for node in old if node not in new],
        [(node, old[node], new[node]) for node in new if node in old and old[node] != new[node]],
        sorted(after - before),
        sorted(before - after),
    )


def _joined(genome: Genome) -> set[tuple[int, int]]:
    """The enabled connections of a genome, as ids of the nodes that they join."""
    ids = genome.node_id.tolist()
    genes = zip(genome.source.tolist(), genome.target.tolist(), genome.enabled, strict=True)
    return {
        (ids[source] if source >= 0 else -1 - ids[-1 - source], ids[target])
        for source, target, enabled in genes
        if enabled
    }


class Ancestry:
    """The births of a population: one for each genome, with what it changed, held for ever."""

    def __init__(self, genes: Genes, generation: int, births: Sequence[Birth]) -> None:
        self.genes, self.generation, self.births = genes, generation, list(births)

    def score(self, mean: NDArray[np.float64], connections: NDArray[np.int64]) -> None:
        for place, birth in enumerate(self.births):
            birth.score(float(mean[place]), int(connections[place]))

    def let_go(self) -> None:
        """Nothing is forgotten."""

    def bred(self, bred: Bred, elites: NDArray[np.int64], generation: int) -> "Ancestry":
        births = [self.births[elite] for elite in elites]
        for i, parent in enumerate(bred.parents):
            birth = Birth(bred.first_child + i, generation, self.births[parent])
            child = Genomes(bred.genes)[len(elites) + i]
            birth.changes = changes(Genomes(self.genes)[int(parent)], child)
            births.append(birth)
        return Ancestry(bred.genes, generation, births)

    def replaced(self, genes: Genes, births: Mapping[int, Birth]) -> "Ancestry":
        stayed = [births.get(place, birth) for place, birth in enumerate(self.births)]
        return Ancestry(genes, self.generation, stayed)


def agnostic_outputs(
    scores: Sequence[NDArray[np.float64]],
    masks: Sequence[NDArray[np.bool_]],
    activations: Sequence[NDArray[np.int64]],
    x: Sequence[float],
) -> list[float]:
    """The outputs of layers that add or subtract what they hear, one example, all weights 1."""
    values = [1.0, *x]
    for score, mask, kinds in zip(scores, masks, activations, strict=True):
        said = []
        for unit in range(score.shape[1]):
            heard = [before for before in range(len(values)) if mask[before, unit]]
            signed = [values[i] if score[i, unit] > 0 else -values[i] for i in heard]
            said.append(ACTIVATIONS[int(kinds[unit])](math.fsum(signed)))
        values = said
    return values


def shrunk(picture: NDArray[np.uint8], side: int) -> NDArray[np.float64]:
    """A picture (height, width, 3) as the means of the areas of side x side pixels, not rounded."""
    tall, wide = _shares(picture.shape[0], side), _shares(picture.shape[1], side)
    return np.einsum("yr,xc,rck->yxk", tall, wide, picture.astype(np.float64))


def _shares(size: int, side: int) -> NDArray[np.float64]:
    """The share (side, size) of each of `size` pixels in each of `side` equal parts of a line."""
    result = np.zeros((side, size))
    for part in range(side):
        for pixel in range(size):
            low, high = max(part * size / side, pixel), min((part + 1) * size / side, pixel + 1)
            result[part, pixel] = max(0.0, high - low) * side / size
    return result


def latents(picture: NDArray[np.uint8], arrays: Mapping[str, NDArray[np.float16]]) -> NDArray[Any]:
    """What four convolutions of windows 4 x 4, two apart, and a linear layer make of a picture.

    `picture` is (64, 64, 3), the weights have the channels first.
    """
    seen = picture.astype(np.float64).transpose(2, 0, 1) / 255.0
    for number in range(1, 5):
        weight = arrays[f"convolution{number}.weight"].astype(np.float64)
        bias = arrays[f"convolution{number}.bias"].astype(np.float64)
        side = (seen.shape[1] - 4) // 2 + 1
        made = np.zeros((len(bias), side, side))
        for y in range(side):
            for x in range(side):
                window = seen[:, 2 * y : 2 * y + 4, 2 * x : 2 * x + 4]
                made[:, y, x] = (weight * window).sum(axis=(1, 2, 3)) + bias
        seen = np.maximum(made, 0.0)
    linear = arrays["latents.weight"].astype(np.float64)
    return np.asarray(linear @ seen.ravel() + arrays["latents.bias"].astype(np.float64))


def sparse_outputs(model: Layers, x: NDArray[np.float64]) -> NDArray[np.float64]:
    """The outputs of kept connections for one example, connection by connection."""
    made = [x.reshape(model.shape) if model.has_images else x.reshape(-1)]
    for layer in model.layers:
        given = np.concatenate([made[i] for i in layer.inputs])
        if isinstance(layer, Flat):
            made.append(given.reshape(-1))
        elif isinstance(layer, Pool):
            made.append(_pooled(layer, given))
        else:
            sums = np.array([_unit(layer, unit, given) for unit in range(layer.units)])
            sums = sums.reshape(layer.shape)
            if layer.activation == Activation.RELU:  # passes nan, as PyTorch's does
                made.append(np.where(sums < 0, 0.0, sums))
            else:
                made.append(np.asarray(by_code(layer.activation)(sums)))
    return made[-1]


def _unit(layer: Connections | Filters, unit: int, given: NDArray[np.float64]) -> Any:
    """The sum of one unit: a number, or an image."""
    total = np.full(layer.shape[1:], float(layer.bias[unit]))
    for edge in range(layer.start[unit], layer.start[unit + 1]):
        heard = given[layer.source[edge]]
        if isinstance(layer, Filters):
            heard = np.array(
                [
                    [
                        _pixel(
                            heard,
                            y * layer.stride[0] + layer.down[edge],
                            x * layer.stride[1] + layer.right[edge],
                        )
                        for x in range(layer.shape[2])
                    ]
                    for y in range(layer.shape[1])
                ]
            )
        total = total + layer.weight[edge] * heard
    return total


def _pixel(image: NDArray[np.float64], y: int, x: int) -> float:
    inside = 0 <= y < image.shape[0] and 0 <= x < image.shape[1]
    return float(image[y, x]) if inside else 0.0


def _pooled(layer: Pool, given: NDArray[np.float64]) -> NDArray[np.float64]:
    found = np.empty(layer.shape)
    for channel, row, column in np.ndindex(layer.shape):
        top = row * layer.stride[0] - layer.padding[0]
        left = column * layer.stride[1] - layer.padding[1]
        window = given[
            channel,
            max(0, top) : top + layer.size[0],
            max(0, left) : left + layer.size[1],
        ]
        count = layer.size[0] * layer.size[1] if layer.counted else window.size
        found[channel, row, column] = window.max() if layer.largest else window.sum() / count
    return found
