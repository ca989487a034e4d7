"""Which settings of a search go together: each is checked on its own before.

All raise UserError where they contradict each other.
"""

from collections.abc import Sequence

from wann.config.methods import ADD_RECURRENT, EVOLUTION
from wann.config.stages import Stage
from wann.errors import UserError

_MOST_EPISODES = 10**10  # of a generation, whose returns then take 80 GB


def check_weights(strata: Sequence[float], series: str, weights: Sequence[float]) -> None:
    """Check the shared weights of a generation, and the magnitudes that some are drawn from."""
    if len(strata) != 2 or strata[0] > strata[1]:
        raise UserError(f"strata must be the smallest and the largest magnitude, got {strata!r}")
    if series == "stratified" and len(weights) % 2:
        raise UserError(
            f"stratified weights need an even number of weights, half of either sign; got "
            f"{len(weights)}: give one more, or take weight_series fixed"
        )


def check_population(population: int, islands: int, asynchronous: bool) -> None:
    """Check how many genomes there are on how many islands."""
    if population % islands or population < 2 * islands:
        raise UserError(
            "population must be a multiple of islands, with 2 genomes or more on each, got "
            f"{population} for {islands} islands"
        )
    if asynchronous and islands > 1:
        raise UserError(
            "an asynchronous search has one population: leave out asynchronous, or islands"
        )


def check_method(method: str, asynchronous: bool, islands: int) -> None:
    """Check that what is evolution's alone is given to evolution alone.

    `method` is evolution, or what trains one parent; `asynchronous` says whether genomes are bred
    as scores come in, `islands` how many populations there are.
    """
    if method != EVOLUTION and (asynchronous or islands > 1):
        raise UserError(f"method {method} trains one parent: leave out asynchronous and islands")


def check_recurrent(
    recurrent: bool, method: str, gradient_every: int, mutations: Sequence[tuple[str, float]]
) -> None:
    """Check that recurrent networks are asked for where there may be some, and else are not.

    `gradient_every` is the number of generations between two children by gradients, or 0;
    `mutations` are names and frequencies of those beside the operators.
    """
    if not recurrent and ADD_RECURRENT in [name for name, _ in mutations]:
        raise UserError(
            f"mutation: {ADD_RECURRENT} adds recurrent connections: leave it out, or give recurrent"
        )
    if recurrent and method != EVOLUTION:
        raise UserError(
            f"recurrent networks are grown by evolution: leave out recurrent, or method {method}"
        )
    if recurrent and gradient_every:
        raise UserError(
            "gradients do not choose recurrent connections: leave out recurrent, or gradient_every"
        )


def check_race(first: int, asynchronous: bool) -> None:
    """Check that a race of `first` episodes for all is none where genomes are scored apart."""
    if first and asynchronous:
        raise UserError(
            "an asynchronous search compares no generation: leave out asynchronous, or give "
            "race_episodes 0"
        )


def check_stages(stages: Sequence[Stage], method: str, asynchronous: bool) -> None:
    """Check that there are stages only where whole generations are scored."""
    if stages and method != EVOLUTION:
        raise UserError(f"stages are of evolution: leave out stage, or method {method}")
    if stages and asynchronous:
        raise UserError(
            "an asynchronous search scores no generation as a whole: leave out asynchronous, or "
            "stage"
        )


def check_first_networks(depth: int, signs: str) -> None:
    """Check that the nodes of both signs with which a search begins have a place on the paths.

    `depth` is the setting `initial_depth`, `signs` is `initial_signs`.
    """
    if signs == "both" and depth < 2:
        raise UserError(
            "initial_signs both is about nodes before each output: give initial_depth 2 or more, "
            "or leave it out"
        )


def check_rates(rates: Sequence[float]) -> None:
    """Check the relative frequencies of mutations."""
    if sum(rates) <= 0:
        raise UserError("at least one mutation operator must have a frequency above 0")


def check_episodes(trials: int, *episodes: int) -> None:
    """Check how many episodes a generation has: `trials` by the most of `episodes`."""
    count = trials * max(episodes)
    if count > _MOST_EPISODES:
        raise UserError(
            f"expected at most {_MOST_EPISODES:,} episodes in a generation, got {count:,}: "
            "lower population, weights or episodes"
        )
