"""Which settings of a search go together: each is checked on its own before."""

from typing import TYPE_CHECKING

from wann.config.methods import EVOLUTION
from wann.errors import UserError

if TYPE_CHECKING:
    from wann.config.search import SearchConfig

_MOST_EPISODES = 10**10  # of a generation, whose returns then take 80 GB


def check_together(config: "SearchConfig") -> None:
    """Raise UserError where settings of a search contradict each other."""
    if len(config.strata) != 2 or config.strata[0] > config.strata[1]:
        raise UserError(
            f"strata must be the smallest and the largest magnitude, got {config.strata!r}"
        )
    if config.weight_series == "stratified" and len(config.weights) % 2:
        raise UserError(
            f"stratified weights need an even number of weights, got {len(config.weights)}"
        )
    if config.population % config.islands or config.population < 2 * config.islands:
        raise UserError(
            "population must be a multiple of islands, with 2 genomes or more on each, got "
            f"{config.population} for {config.islands} islands"
        )
    if config.asynchronous and config.islands > 1:
        raise UserError(
            "an asynchronous search has one population: leave out asynchronous, or islands"
        )
    if config.method != EVOLUTION and (config.asynchronous or config.islands > 1):
        raise UserError(
            f"method {config.method} trains one parent: leave out asynchronous and islands"
        )
    if config.recurrent and (config.method != EVOLUTION or config.gradient_every):
        raise UserError(
            "recurrent networks are grown by evolution alone: leave out recurrent, or method "
            f"{config.method} and gradient_every"
        )
    episodes = (
        config.population * (len(config.weights) + 2) * max(config.episodes, config.episodes_last)
    )
    if episodes > _MOST_EPISODES:
        raise UserError(
            f"expected at most {_MOST_EPISODES:,} episodes in a generation, got {episodes:,}: "
            "lower population, weights or episodes"
        )
    if sum(config.rates) + sum(rate for _, rate in config.own_mutations) <= 0:
        raise UserError("at least one mutation operator must have a frequency above 0")
