"""The seeds that a text such as `0-4,7` stands for."""

import re
from collections import Counter

from wann.config import LARGEST_SEED
from wann.errors import UserError, in_short

_MOST_SEEDS = 100_000


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
