import itertools

import numpy as np
import pytest

from wann.errors import UserError
from wann.jobs.seeds import Seeds, parse_seeds, seeds_of


def test_numbers_and_ranges() -> None:
    assert parse_seeds("0-2, 7,9223372036854775807") == (0, 1, 2, 7, 2**63 - 1)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "expected seeds such as 0-4,7, got ''"),
        ("²", "expected seeds such as 0-4,7, got '²'"),
        ("9" * 5000, "expected seeds such as 0-4,7, got '999"),
        ("9223372036854775808", "up to 2^63 - 1"),
        ("3-1", "from a lower to a higher seed"),
        ("1,0-1", "1 is given twice"),
        ("0-99999999999", "at most 100,000 seeds"),
        ("0-99998,200000-300000", "at most 100,000 seeds"),
        (",".join(f"{10**6 * i}-{10**6 * i + 60_000}" for i in range(9)), "at most 100,000 seeds"),
    ],
)
def test_what_are_no_seeds_or_too_many(text: str, message: str) -> None:
    with pytest.raises(UserError) as raised:
        parse_seeds(text)
    assert message in str(raised.value)
    assert len(str(raised.value)) < 250


@pytest.mark.parametrize("given", ["0-2", range(3), [0, 1, 2], np.arange(3), iter((0, 1, 2))])
def test_seeds_in_any_form(given: Seeds) -> None:
    assert seeds_of(given) == (0, 1, 2)
    assert seeds_of(2**63 - 1) == (2**63 - 1,)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ([], "seeds: expected 1 to 100,000 seeds, got []"),
        (itertools.count(), "expected 1 to 100,000 seeds"),
        ([1, 2, 1], "seeds: 1 is given twice in [1, 2, 1]"),
        ([0.5], "seeds: expected whole numbers from 0 to 2^63 - 1, or a text such as '0-4,7'"),
        (True, "got True"),
        (-1, "got -1"),
        (None, "got None"),
    ],
)
def test_what_are_no_seeds(given: Seeds, message: str) -> None:
    with pytest.raises(UserError) as raised:
        seeds_of(given)
    assert message in str(raised.value)
