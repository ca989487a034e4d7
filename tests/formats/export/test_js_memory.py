"""Exported recurrent networks remember what the kernels do, step by step and to the bit."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from export_toys import as_hex, assert_same_bits, from_hex, run_node
from memory_toys import STEPS, episode, recurrent_subjects, stepped
from numpy.typing import NDArray

from wann.errors import UserError
from wann.formats.export.subject import Subject
from wann.formats.export.targets import write

SUBJECTS = recurrent_subjects(16)
SEEN = [episode(one, i) for i, one in enumerate(SUBJECTS)]
_EPISODES = """
const found = {};
for (const [name, rows] of Object.entries(given)) {
  const { forward, reset } = await import(`./${name}.mjs`);
  const flat = doubles(rows);
  found[name] = "";
  for (let i = 0; i < 2 * flat.length; i += 3) {
    if (i === flat.length) reset?.();
    const at = i % flat.length;
    found[name] += hex(forward(flat.slice(at, at + 3)));
  }
}
console.log(JSON.stringify(found));
"""


def two_episodes(given: Subject, seen: NDArray[np.float64]) -> NDArray[np.float64]:
    """What the kernels say in two episodes of the same observations."""
    return np.concatenate([stepped(given, seen)] * 2)


def test_most_of_the_networks_are_recurrent() -> None:
    assert sum(one.network.recurrent for one in SUBJECTS) > len(SUBJECTS) / 2


def test_javascript_steps_with_a_memory(tmp_path: Path) -> None:
    texts = {one.identifier: str(write(one, "js")) for one in SUBJECTS}
    given = {one.identifier: as_hex(rows) for one, rows in zip(SUBJECTS, SEEN, strict=True)}
    found = run_node(tmp_path, texts, _EPISODES, given)
    for one, rows in zip(SUBJECTS, SEEN, strict=True):
        assert_same_bits(from_hex(found[one.identifier], (2 * STEPS, 2)), two_episodes(one, rows))


def test_python_steps_with_a_memory() -> None:
    for one, rows in zip(SUBJECTS, SEEN, strict=True):
        module: dict[str, Any] = {"__name__": one.identifier}
        exec(compile(str(write(one, "python")), one.identifier, "exec"), module)
        found = [module["act"](row) for row in rows]
        if one.network.recurrent:
            module["reset"]()
        assert_same_bits([*found, *(module["act"](row) for row in rows)], two_episodes(one, rows))


def test_what_cannot_remember_says_so() -> None:
    (first, *_) = [one for one in SUBJECTS if one.network.recurrent]
    message = "out has no place for recurrent connections; expected one of json, python, c, js"
    with pytest.raises(UserError, match=message):
        write(first, "out")
