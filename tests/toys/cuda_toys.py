"""Compiles all kernels for cards of several kinds, without a card; prints what is in them as JSON.

`python tests/toys/cuda_toys.py 8.0 9.0`, without the simulator.
"""

import json
import re
import sys
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

from numba import cuda, types
from numba.cuda import dispatcher

from wann.activations.table import from_text
from wann.envs import classic_physics
from wann.kernels.cuda.compiler import strictly
from wann.kernels.forward import Packed
from wann.tasks.cuda.games import classic_game, swingup_game
from wann.tasks.cuda.likelihood import add_up, likelihood_for
from wann.tasks.cuda.rollout import rollout_for

INTEGER, FLOAT = types.int64, types.float64


def array(number: Any, dimensions: int) -> Any:
    return types.Array(number, dimensions, "C")


PACKED = types.NamedUniTuple(array(INTEGER, 1), len(Packed._fields), Packed)
TABLE, SINGLES = array(FLOAT, 2), array(types.float32, 2)
ROLLOUT = (
    *(PACKED, INTEGER, TABLE, TABLE, TABLE, INTEGER, INTEGER, INTEGER, TABLE),
    *(array(FLOAT, 3), array(INTEGER, 2)),
)
# In single precision: weights and values are float32.
ROLLOUT32 = (*ROLLOUT[:2], SINGLES, *ROLLOUT[3:8], SINGLES, *ROLLOUT[9:])
LIKELIHOOD = (
    *(PACKED, INTEGER, array(types.float32, 1), SINGLES, array(INTEGER, 1), INTEGER, SINGLES),
    array(types.float32, 3),
)
SUM = (array(types.float32, 3), FLOAT, TABLE)


def kernels() -> Iterator[tuple[str, Any, tuple[Any, ...]]]:
    for velocities in (True, False):
        for shared in (True, False):
            name = f"swingup {velocities} {shared}"
            yield name, rollout_for(swingup_game(velocities), (), shared), ROLLOUT
    for shared in (True, False):
        single = rollout_for(swingup_game(True, single=True), (), shared)
        yield f"single swingup {shared}", single, ROLLOUT32
    for kind in range(len(classic_physics.OUTPUTS)):
        yield f"classic {kind}", rollout_for(classic_game(kind), (), True), ROLLOUT
    code = from_text("halves = x / 2 + abs(x) / 4 - (x + x / 8)").code
    yield "own", rollout_for(swingup_game(True), (code,), True), ROLLOUT
    yield "likelihood of own", likelihood_for((code,)), LIKELIHOOD
    yield "likelihood", likelihood_for(()), LIKELIHOOD
    yield "sum", add_up, SUM


def contents(kernel: Any, signature: tuple[Any, ...], kind: tuple[int, int]) -> dict[str, Any]:
    """Return how often instructions that matter stand in a kernel for a kind of card."""
    # Functions inside of kernels are compiled for the card that is there, or for this one.
    dispatcher.get_current_device = lambda: SimpleNamespace(compute_capability=kind)
    with strictly():
        text, _ = cuda.compile_ptx(kernel.py_func, signature, device=False, cc=kind)
    products = text.count("mul.rn.f64") + text.count("mul.rn.f32")
    found = {"target": f"sm_{kind[0]}{kind[1]}" in text, "products": products}
    found |= {"calls": text.count("call"), "spilled": text.count(".local")}
    # Without `.rn` the assembler may still fuse them.
    found["doubles"] = text.count(".f64")
    found["loose"] = len(re.findall(r"\b(?:mul|add|sub)\.f(?:32|64)", text))
    return found | {"fused": text.count("fma."), "flushed": text.count(".ftz")}


if __name__ == "__main__":
    kinds = [tuple(map(int, kind.split("."))) for kind in sys.argv[1:]]
    print(
        json.dumps(
            {
                f"{name} {kind}": contents(kernel, signature, kind)
                for name, kernel, signature in kernels()
                for kind in kinds
            }
        )
    )
