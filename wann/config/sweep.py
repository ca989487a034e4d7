"""What a sweep runs, beside the settings of its searches."""

from dataclasses import dataclass

from wann.config.settings import LARGEST_SEED, Settings, setting


@dataclass(frozen=True)
class SweepSettings(Settings):
    """The seeds of a sweep, and what its searches are compared by."""

    seeds: str = setting("", "such as 0-4,7", required=True, shown="", metavar="SEEDS")
    evaluate: int | None = setting(
        None,
        "measure each champion on fresh episodes, as `wann evaluate RUN --seed SEED` does, and "
        "compare by that",
        0,
        LARGEST_SEED,
        metavar="SEED",
    )
