"""Recurrent networks in C remember what the kernels do, step by step and to the bit."""

import ctypes
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from export_toys import Compiled, assert_same_bits, perceptron, subject
from genome_toys import SMOOTH
from memory_toys import classifier, episode, recurrent_file, recurrent_subjects, stepped, swingup
from numpy.typing import NDArray

from wann.formats.export import c_format
from wann.formats.export.subject import Subject
from wann.formats.export.targets import write


@pytest.fixture(params=[0, 10**6], ids=["tables", "straight"])
def either_way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Write networks of all sizes as tables, or as straight code."""
    monkeypatch.setattr(c_format, "_MOST_STRAIGHT", request.param)


def compiled(folder: Path, subjects: list[Subject], *flags: str) -> Compiled:
    return Compiled(folder, {one.identifier: str(write(one, "c")) for one in subjects}, flags)


def twice(library: Compiled, given: Subject, seen: NDArray[np.float64]) -> list[list[float]]:
    """Play an episode two times."""
    reset = getattr(library.library, f"{given.identifier}_reset", lambda: None)
    first = library.forward(given, seen)
    reset()
    return [*first, *library.forward(given, seen)]


@pytest.mark.usefixtures("either_way")
def test_two_episodes_have_the_bits_of_the_kernels(tmp_path: Path) -> None:
    subjects = recurrent_subjects(24)
    assert sum(one.network.recurrent for one in subjects) > len(subjects) / 2
    library = compiled(tmp_path, subjects, "-O2")
    for i, one in enumerate(subjects):
        seen = episode(one, i)
        expected = stepped(one, seen)
        assert_same_bits(twice(library, one, seen), np.concatenate([expected, expected]))


@pytest.mark.usefixtures("either_way")
def test_floats_are_near(tmp_path: Path) -> None:
    subjects = [
        subject(recurrent_file(seed, True, activations=SMOOTH), f"toy {seed}", single=True)
        for seed in range(8)
    ]
    library = compiled(tmp_path, subjects, "-O2", "-Wdouble-promotion")
    for i, one in enumerate(subjects):
        seen = episode(one, i)
        expected = stepped(one, seen)
        found = twice(library, one, seen)
        fits = np.abs(expected).max(axis=1) < 1e3
        np.testing.assert_allclose(found[: len(seen)], found[len(seen) :], rtol=0)
        np.testing.assert_allclose(
            np.array(found[: len(seen)])[fits], expected[fits], rtol=1e-3, atol=1e-3
        )


@pytest.mark.usefixtures("either_way")
def test_actions_are_steps_too(tmp_path: Path) -> None:
    given, others = swingup(), classifier()
    library = compiled(tmp_path, [given, others])
    seen = episode(given, 0)
    head = given.interface.head
    assert head is not None
    expected = head(stepped(given, seen).T)
    found = [library.call(given, "act", row, (ctypes.c_double * 1)()) for row in seen]
    assert_same_bits(found, np.array(expected).reshape(-1, 1))
    logits = stepped(others, seen)
    assert [library.call(others, "act", row) for row in seen] == logits.argmax(1).tolist()
    library.library.classes_reset()
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    likely = [library.call(others, "probabilities", row, (ctypes.c_double * 3)()) for row in seen]
    np.testing.assert_allclose(likely, powers / powers.sum(axis=1, keepdims=True), rtol=1e-12)


def test_episodes_in_turns_copy_the_memory(tmp_path: Path) -> None:
    given = swingup()
    library = compiled(tmp_path, [given])
    kept = len(np.unique(given.network.source[given.network.source < 0]))
    memory = (ctypes.c_double * kept).in_dll(library.library, "swingup_memory")
    seen = [episode(given, seed) for seed in (0, 1)]
    states: list[Any] = [[0.0] * kept] * 2
    found: list[list[list[float]]] = [[], []]
    for rows in zip(*seen, strict=True):
        for which, row in enumerate(rows):
            memory[:] = states[which]
            found[which] += library.forward(given, row[None])
            states[which] = list(memory)
    for outputs, rows in zip(found, seen, strict=True):
        assert_same_bits(outputs, stepped(given, rows))


@pytest.mark.parametrize("make", [swingup, classifier])
def test_the_head_of_a_file_says_how_it_remembers(make: Callable[[], Subject]) -> None:
    given = make()
    text = " ".join(str(write(given, "c")).split("*/")[0].replace("\n * ", " ").split())
    assert f"Call {given.identifier}_reset() before each episode" in text
    assert f"{given.identifier}_forward or {given.identifier}_act" in text
    assert "No library is needed, no memory is allocated" in text
    assert "nothing is kept between calls" not in text
    assert "nothing is kept between calls" in str(write(subject(perceptron([2, 1])), "c"))
