"""Inputs damaged at random, but the same at every call: bytes, and parts of JSON values."""

import json
import random
from collections.abc import Iterator
from typing import Any

ODD: list[Any] = [
    None, True, -1, 0, 1, 2**31, 2**63, 2**64, 10**30, 1.5, -0.0, 1e308, "", "a", "../../x", "\x00",
    "\ud800", "1" * 40, [], [1], [[]], {}, {"a": 1}, [None], "NaN", [0] * 5,
]  # fmt: skip


_PIECES = [b"\x00", b"\xff", b"{", b"]", b"-", b"9" * 30, b"\xed\xa0\x80"]


def mutations(seeds: list[bytes], count: int) -> Iterator[bytes]:
    """Yield `count` inputs made of `seeds`, half of them by changing a part of a JSON value."""
    rng = random.Random(0)
    for number in range(count):
        seed = rng.choice(seeds)
        changed = _of_json(seed, rng) if number % 2 else None
        yield _of_bytes(seed, rng) if changed is None else changed


def _of_json(seed: bytes, rng: random.Random) -> bytes | None:
    """Return a JSON text with one part replaced, None where the seed is none."""
    lines = seed.splitlines() if seed.count(b"\n{") else [seed]
    chosen = rng.randrange(len(lines) or 1)
    try:
        value = json.loads(lines[chosen])
    except (ValueError, IndexError):
        return None
    if not isinstance(value, dict | list) or not value or rng.random() < 0.05:
        value = rng.choice(ODD)
    else:
        _change(value, rng)
    lines[chosen] = json.dumps(value).encode()
    return b"\n".join(lines) + b"\n" * (len(lines) > 1)


def _change(value: Any, rng: random.Random) -> None:
    """Replace, remove or add something in a list or an object, at any depth."""
    keys = list(value) if isinstance(value, dict) else list(range(len(value)))
    key = rng.choice(keys)
    inner = value[key]
    if isinstance(inner, dict | list) and inner and rng.random() < 0.7:
        _change(inner, rng)
    elif rng.random() < 0.25:
        del value[key]
    elif isinstance(value, dict) and rng.random() < 0.1:
        value[rng.choice(["a", "", "\x00", "../x"])] = rng.choice(ODD)
    else:
        value[key] = rng.choice(ODD)


def _of_bytes(seed: bytes, rng: random.Random) -> bytes:
    body = bytearray(seed)
    for _ in range(rng.choice([1, 1, 2, 8])):
        at = rng.randrange(len(body) + 1)
        kind = rng.randrange(5)
        if kind == 0 and body:
            body[at % len(body)] ^= 1 << rng.randrange(8)
        elif kind == 1:
            body[at:at] = rng.choice(_PIECES)
        elif kind == 2:
            del body[at : at + rng.choice([1, 4, 100])]
        elif kind == 3:
            body[at:] = b""
        else:
            start = rng.randrange(len(body) + 1)
            body[at:at] = body[start : start + rng.randrange(40)]
    return bytes(body)
