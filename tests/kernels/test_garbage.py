import gc

import numba
import pytest
from numba.core import event

import wann.kernels.jit  # noqa: F401 (holds the collector back)

pytestmark = pytest.mark.skipif(
    bool(numba.core.config.DISABLE_JIT), reason="without the compiler nothing is compiled"
)


@pytest.fixture
def seen():
    """Whether garbage was collected at the beginning of each compilation."""

    class Listener(event.Listener):
        def __init__(self):
            self.collected: list[bool] = []

        def on_start(self, event):
            self.collected.append(gc.isenabled())

        def on_end(self, event):
            pass

    with event.install_listener("numba:compile", Listener()) as listener:
        yield listener.collected


@numba.njit
def inner(x):
    return x + 1


@numba.njit
def outer(x):
    return inner(x) * 2


@numba.njit
def wrong(x):
    return x.nothing


def test_no_garbage_is_collected_while_a_kernel_is_compiled(seen: list[bool]) -> None:
    assert gc.isenabled()
    assert outer(3) == 8
    assert seen[-2:] == [False, False]
    assert gc.isenabled()


def test_it_is_collected_again_where_a_kernel_cannot_be_compiled(seen: list[bool]) -> None:
    with pytest.raises(numba.TypingError):
        wrong(3)
    assert seen
    assert gc.isenabled()


def test_who_collects_none_collects_none_afterwards(seen: list[bool]) -> None:
    gc.disable()
    try:
        assert outer(3.0) == 8.0
        assert seen
        assert not gc.isenabled()
    finally:
        gc.enable()
