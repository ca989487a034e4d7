"""In how many rounds a network is pruned, and how much in each: pure functions of numbers.

Densities are shares of all weights that are kept after a round.
"""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import NamedTuple

from wann.config import LAST_LOTTERY_RATE, LOTTERY_RATE
from wann.errors import UserError

# The share of the weights alive that a round removes, for all or by layer
Rates = float | Mapping[str, float]


class Step(NamedTuple):
    """After how many training steps a network is pruned, and to what density."""

    step: int
    density: float


def check_density(density: float, of: str = "weights") -> None:
    """Raise UserError unless `density`, the share of weights (or what `of` says) kept, fits."""
    if not 0.0 < density <= 1.0:
        raise UserError(
            f"expected a density in (0, 1], the share of {of} that is kept, got {density}"
        )


def one_shot(density: float) -> list[float]:
    """Return the one density of a single round; UserError unless it is in (0, 1]."""
    return exponential(density, 1)


def exponential(density: float, rounds: int) -> list[float]:
    """Return the densities rho^(k / n) of rounds k = 1 to n (Tanaka et al. 2020, algorithm 1).

    The last density is exactly `density`. UserError unless it is in (0, 1] and there are rounds.
    """
    check_density(density)
    _positive(rounds, "rounds")
    return [density ** (k / rounds) for k in range(1, rounds)] + [density]


def iterative(sizes: Mapping[str, int], rates: Rates, rounds: int) -> list[dict[str, int]]:
    """Return how many weights each layer keeps after each round (Frankle & Carbin 2019).

    A round removes round(rate * alive) weights of a layer.

    `sizes`: weights of each layer now; `rates`: one number, or by the name of a parameter or layer,
    or by pattern, of which the first that fits counts. UserError if a layer would lose its last
    weight.
    """
    _positive(rounds, "rounds")
    rate = {name: _rate(name, rates) for name in sizes}
    alive, result = dict(sizes), []
    for number in range(1, rounds + 1):
        alive = {name: count - round(rate[name] * count) for name, count in alive.items()}
        for name, count in alive.items():
            if not count:
                raise UserError(
                    f"round {number} of {rounds} leaves {name!r} none of its {sizes[name]} weights"
                )
        result.append(alive)
    return result


def lottery_rates(
    sizes: Mapping[str, object], rate: float = LOTTERY_RATE, last: float = LAST_LOTTERY_RATE
) -> dict[str, float]:
    """Return `rate` for each layer and `last` for the output layer.

    Frankle & Carbin (2019, figure 2) prune LeNet so: its outputs at half the rate.
    """
    return dict.fromkeys(sizes, rate) | ({list(sizes)[-1]: last} if len(sizes) > 1 else {})


def rounds_until(sizes: Mapping[str, int], rates: Rates, density: float) -> int:
    """Return the first round of `iterative` that leaves round(density * all) weights or fewer.

    It is 0 if there are no more from the start. UserError if the rates never lead there.
    """
    check_density(density)
    aim, alive, rounds = round(density * sum(sizes.values())), dict(sizes), 0
    while sum(alive.values()) > aim:
        new = iterative(alive, rates, 1)[0]
        if new == alive:
            raise UserError(
                f"the rates {rates} remove nothing more at {sum(alive.values())} weights: "
                f"{aim} are wanted"
            )
        alive, rounds = new, rounds + 1
    return rounds


def cubic(density: float, begin: int, end: int, every: int = 100) -> list[Step]:
    """Return the steps of gradual pruning: s = s_f (1 - (1 - p)^3).

    Here s is the share of the weights that is removed, s_f the one in the end (1 - `density`), and
    p goes from 0 at `begin` to 1 at `end`. `every`: how many training steps lie between two rounds.
    The last step is at `end`, with exactly `density`.

    Source: Zhu & Gupta 2017, eq. 1, from a dense network.
    """
    check_density(density)
    _positive(every, "steps between rounds")
    if not 0 <= begin < end:
        raise UserError(
            f"expected 0 <= begin < end of pruning, in training steps, got {begin} and {end}"
        )
    progress = ((step, (step - begin) / (end - begin)) for step in range(begin + every, end, every))
    return [Step(step, 1.0 - (1.0 - density) * (1.0 - (1.0 - p) ** 3)) for step, p in progress] + [
        Step(end, density)
    ]


def _rate(name: str, rates: Rates) -> float:
    if not isinstance(rates, Mapping):
        rates = {"*": rates}
    for pattern, rate in rates.items():
        if fnmatchcase(name, pattern) or fnmatchcase(name.rpartition(".")[0], pattern):
            if not 0.0 <= rate < 1.0:
                raise UserError(
                    f"expected a rate in [0, 1), the share a round removes, got {rate} for {name!r}"
                )
            return rate
    raise UserError(
        f"no rate is given for {name!r}: expected one for each layer, or a pattern such as '*'"
    )


def _positive(number: int, what: str) -> None:
    if number < 1:
        raise UserError(f"expected 1 or more {what}, got {number}")
