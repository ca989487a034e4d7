import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from wann.cli.readers import (
    memory,
    new_path,
    new_path_or_url,
    number,
    path,
    ray_address,
    text,
    whole,
)

READ = [
    (whole(1, 9), "3", 3),
    (whole(0, 9), "+0", 0),
    (number(0, 10), "0", 0.0),
    (number(0, 10), "1.5", 1.5),
    (memory, "500M", 500 * 2**20),
    (memory, "1.5g", 3 * 2**29),
    (text, "gym:Own-v0", "gym:Own-v0"),
    (path, "a run", Path("a run")),
    (new_path, "runs/é", Path("runs/é")),
    (new_path, ".", Path()),
    (new_path_or_url, "s3://bucket/" + "a" * 300, "s3://bucket/" + "a" * 300),
    (ray_address, "auto", "auto"),
    (ray_address, "ray://head:10001", "ray://head:10001"),
]
REFUSED = [
    (whole(1, 9), "0", "a whole number between 1 and 9, got '0'"),
    (whole(1, 9), "10", "a whole number between 1 and 9"),
    (whole(1, 9), "1.0", "a whole number between 1 and 9"),
    (whole(0, 9), "²", "a whole number between 0 and 9, got '²'"),
    (number(0, 10, "seconds"), "-1", "seconds between 0 and 10, got '-1'"),
    (number(0, 10), "inf", "a number between 0 and 10"),
    (number(0, 10), "nan", "a number between 0 and 10"),
    (memory, "2", "a size between 1K and 1024T, such as 500M or 2G, got '2'"),
    (memory, "0M", "a size"),
    (memory, "²G", "a size"),
    (memory, "9999999999T", "a size"),
    (memory, "G", "a size"),
    (memory, "", "a size"),
    (text, " ", "a text that is not empty"),
    (text, "a\x1b[2J", "a text without control characters, got 'a\\x1b[2J'"),
    (path, "", "a path, got ''"),
    (path, "a\0b", "a path without control characters"),
    (new_path, "", "a path that is not empty"),
    (new_path, "a\nb", "a path that is not empty and has no control characters, got 'a\\nb'"),
    (new_path, "/", "a path with a name in it, got '/'"),
    (new_path, "a/" + 201 * "x", "a path of at most 4,000 bytes, and of 200 in each name"),
    (new_path, 101 * "é", "a path of at most 4,000 bytes, and of 200 in each name"),
    (new_path, 3000 * "a/", "a path of at most 4,000 bytes"),
    (new_path_or_url, "", "a path that is not empty"),
    (new_path_or_url, "s3://a\nb", "a text without control characters"),
]


@pytest.mark.parametrize(("read", "given", "value"), READ)
def test_read(read: Callable[[str], Any], given: str, value: object) -> None:
    assert read(given) == value


@pytest.mark.parametrize(("read", "given", "message"), REFUSED)
def test_refused(read: Callable[[str], Any], given: str, message: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError) as raised:
        read(given)
    assert f"expected {message}" in str(raised.value)
    assert len(str(raised.value)) < 300
