"""Measured times of several ways to do one thing."""

import time
from collections.abc import Callable, Mapping

from wann.statistics import Quartiles, quartiles

# Calls of each way before the first that is measured.
_WARM_UP = 3


def time_in_turn(ways: Mapping[str, Callable[[], object]], repeats: int) -> dict[str, Quartiles]:
    """Return the quartiles of the seconds that a call of each way takes, by the name of the way.

    Each is called `repeats` times, after a warm-up. The ways take turns, so that whatever else the
    machine does slows all of them.
    """
    for run in ways.values():
        for _ in range(_WARM_UP):
            run()
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(repeats):
        for name, run in ways.items():
            started = time.perf_counter()
            run()
            seconds[name].append(time.perf_counter() - started)
    return {name: quartiles(taken) for name, taken in seconds.items()}
