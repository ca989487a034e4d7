"""The seeds that a text such as `0-4,7`, a number or a range of Python stands for."""

import operator
import re
from collections import Counter
from collections.abc import Iterable
from itertools import islice

from wann.config import LARGEST_SEED
from wann.errors import UserError, in_short

_MOST_SEEDS = 100_000

Seeds = str | int | Iterable[int]


def seeds_of(given: Seeds) -> tuple[int, ...]:
    """Return the seeds that a user gave in any form: `"0-4,7"`, `3`, `range(5)`, `[0, 7]`.

    UserError where these are no seeds, too many, or one of them is given twice.
    """
    if isinstance(given, str):
        return parse_seeds(given)
    some = given if isinstance(given, Iterable) else (given,)
    seeds = tuple(map(_seed, islice(some, _MOST_SEEDS + 1)))
    if not seeds or len(seeds) > _MOST_SEEDS:
        raise UserError(f"seeds: expected 1 to {_MOST_SEEDS:,} seeds, got {in_short(given)}")
    twice = [seed for seed, count in Counter(seeds).items() if count > 1]
    if twice:
        raise UserError(f"seeds: {twice[0]} is given twice in {in_short(given)}")
    return seeds


def _seed(given: object) -> int:
    try:
        seed = operator.index(given)  # type: ignore[arg-type]
    except TypeError:
        seed = -1
    if isinstance(given, bool) or not 0 <= seed <= LARGEST_SEED:
        raise UserError(
            f"seeds: expected whole numbers from 0 to 2^63 - 1, or a text such as '0-4,7', got "
            f"{in_short(given)}"
        )
    return seed


def parse_seeds(text: str) -> tuple[int, ...]:
    """Return the seeds that a text such as `0-4,7` stands for."""
    seeds: list[int] = []
    for part in text.split(","):
        match = re.fullmatch(r"\s*(\d{1,19})(?:-(\d{1,19}))?\s*", part, re.ASCII)
        if not match:
            raise UserError(f"--seeds: expected seeds such as 0-4,7, got {in_short(part or text)}")
        first, last = int(match[1]), int(match[2] or match[1])
        if last < first or last > LARGEST_SEED:
            raise UserError(
                "--seeds: expected a range from a lower to a higher seed up to 2^63 - 1, got "
                f"{in_short(part)}"
            )
        if len(seeds) + last - first >= _MOST_SEEDS:
            raise UserError(
                f"--seeds: expected at most {_MOST_SEEDS:,} seeds, got {in_short(text)}"
            )
        seeds += range(first, last + 1)
    twice = [seed for seed, count in Counter(seeds).items() if count > 1]
    if twice:
        raise UserError(f"--seeds: {twice[0]} is given twice in {in_short(text)}")
    return tuple(seeds)
