"""Whether searches heed the settings that they were given."""

from collections.abc import Collection, Sequence

from wann.config.methods import check_given
from wann.config.search import SearchConfig


def check_heeded(given: Collection[str], configs: Sequence[SearchConfig]) -> None:
    """Raise UserError if one of the settings that were given is of no effect.

    `given` are their names, `configs` the settings of the searches that they were given to: each
    has to be of effect in one of these at least.
    """
    check_given(
        given,
        {config.method for config in configs},
        {config.parent for config in configs},
        {name for config in configs for name in config.activations},
        recurrent=any(config.recurrent for config in configs),
    )
