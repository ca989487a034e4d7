"""The card that is asked for: whether it is there, what it is called, and how much room it has."""

import importlib.util
import re

import numpy as np

from wann.errors import UserError, in_one_line, in_short

_NAMES = re.compile(r"cuda(?::(\d{1,4}))?")
# Of what is free, so much is asked for: what compiled kernels and the driver take comes on top.
_SHARE = 0.8
# What the simulator says it has, as it has no card.
_SIMULATED_BYTES = 1 << 30


def number_of(device: str) -> int | None:
    """Return the number of a card that is called `cuda` or `cuda:NUMBER`, None for the CPU.

    Raises:
        UserError: where it is called otherwise.
    """
    if device == "cpu":
        return None
    found = _NAMES.fullmatch(device) if isinstance(device, str) else None
    if found is None:
        raise UserError(f"device: expected cpu, cuda or cuda:NUMBER, got {in_short(device)}")
    return int(found[1] or 0)


def select_card(number: int) -> str:
    """Let this process compute on a card, and return what it is called.

    Raises:
        UserError: where there is no such card, or no software to reach it.
    """
    if importlib.util.find_spec("numba_cuda") is None:
        raise UserError(
            "device: numba-cuda is not installed, which compiles for graphics cards: "
            "pip install 'wann[cuda]' (some 450 MB), or leave out --device"
        )
    from wann.kernels.cuda.compiler import cuda

    try:
        there = len(cuda.gpus)
        if number < there:
            return _tried(number)
    except Exception as problem:  # of many kinds, where the driver is missing, old or broken
        raise UserError(
            f"device: there is no graphics card that can be used ({in_one_line(problem)}); its "
            "driver must be 580 or newer, or else `pip install 'numba-cuda[cu12]'`; leave out "
            "--device to compute on the CPU"
        ) from problem
    counted = "is 1" if there == 1 else f"are {there}"
    raise UserError(
        f"device: expected a card below cuda:{there}, since there {counted}, got cuda:{number}"
    )


def _tried(number: int) -> str:
    """Return what a card is called, once it has computed something.

    An old driver, or a compiler of which a part is missing, shows in nothing but that.
    """
    from wann.kernels.cuda.compiler import cuda, strictly

    @cuda.jit
    def double(values):  # type: ignore[no-untyped-def]
        values[0] += values[0]

    with strictly():
        cuda.select_device(number)
        sent = cuda.to_device(np.array([21.0]))
        double[1, 1](sent)
        if sent.copy_to_host()[0] != 42.0:
            raise RuntimeError("it computes wrong numbers")
    name = getattr(cuda.get_current_device(), "name", "the simulator of numba-cuda")
    return name.decode() if isinstance(name, bytes) else str(name)


def free_bytes() -> int:
    """Return how much memory of the selected card can be asked for."""
    from wann.kernels.cuda.compiler import cuda, simulated

    free = _SIMULATED_BYTES if simulated else cuda.current_context().get_memory_info().free
    return int(free * _SHARE)
