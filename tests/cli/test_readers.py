import argparse
from collections.abc import Callable
from typing import Any

import pytest

from wann.cli.readers import memory, positive, seconds, whole

READ = [
    (whole(1), "3", 3),
    (whole(0), "+0", 0),
    (seconds, "0", 0.0),
    (seconds, "1.5", 1.5),
    (positive, "0.5", 0.5),
    (memory, "500M", 500 * 2**20),
    (memory, "1.5g", 3 * 2**29),
]
REFUSED = [
    (whole(1), "0", "a whole number of at least 1, got '0'"),
    (whole(1), "1.0", "a whole number of at least 1"),
    (seconds, "-1", "a number of seconds, 0 or more, got '-1'"),
    (seconds, "inf", "a number of seconds"),
    (seconds, "nan", "a number of seconds"),
    (positive, "0", "a number above 0, got '0'"),
    (positive, "one", "a number above 0"),
    (memory, "2", "a size such as 500M or 2G, got '2'"),
    (memory, "0M", "a size"),
    (memory, "G", "a size"),
    (memory, "", "a size"),
]


@pytest.mark.parametrize(("read", "text", "value"), READ)
def test_read(read: Callable[[str], Any], text: str, value: float) -> None:
    assert read(text) == value


@pytest.mark.parametrize(("read", "text", "message"), REFUSED)
def test_refused(read: Callable[[str], Any], text: str, message: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError) as raised:
        read(text)
    assert f"expected {message}" in str(raised.value)
