"""Files of tensors without PyTorch: what the library writes is read, and damage is one line."""

import contextlib
import json

import numpy as np
import pytest
import safetensors.numpy as library
from hypothesis import given, settings
from hypothesis import strategies as st

from wann.errors import UserError
from wann.machine.tensors import read_tensors, tensors_bytes

ARRAYS = {
    "weight": np.arange(6, dtype=np.float16).reshape(2, 3),
    "bias": np.array([0.5], dtype=np.float32),
    "empty": np.zeros((0, 2)),
}


def test_what_is_written_is_read_by_the_library_and_back() -> None:
    content = tensors_bytes(ARRAYS, {"b": "2", "a": "1"})
    assert content == tensors_bytes(dict(reversed(ARRAYS.items())), {"a": "1", "b": "2"})
    for found in (library.load(content), read_tensors(content).arrays):
        assert found.keys() == ARRAYS.keys()
        assert all((found[name] == array).all() for name, array in ARRAYS.items())
    assert read_tensors(content).metadata == {"a": "1", "b": "2"}
    assert (read_tensors(library.save(ARRAYS)).arrays["weight"] == ARRAYS["weight"]).all()


def changed(**entry: object) -> bytes:
    header = {"x": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8], **entry}}
    text = json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + b"\0" * 8


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "expected a safetensors file"),
        (b"\xff" * 40, "expected a safetensors file"),
        (changed(shape=[3]), "is damaged"),
        (changed(shape=[-2]), "is damaged"),
        (changed(data_offsets=[0, 80]), "is damaged"),
        (changed(dtype="I64"), "is damaged"),
        (changed(shape=[2.0]), "is damaged"),
        (changed()[:-8] + b"\xff" * 8, "not finite"),
    ],
)
def test_damage_is_one_line(content: bytes, says: str) -> None:
    with pytest.raises(UserError, match=says) as raised:
        read_tensors(content)
    assert "\n" not in str(raised.value)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 250), st.binary(min_size=1, max_size=8))
def test_bytes_in_its_middle_are_read_or_refused(place: int, other: bytes) -> None:
    content = tensors_bytes(ARRAYS, {"a": "1"})
    with contextlib.suppress(UserError):
        read_tensors(content[:place] + other + content[place + len(other) :])
