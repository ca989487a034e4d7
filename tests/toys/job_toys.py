"""Jobs of studies, comparisons and sweeps, done in the process of the test."""

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest

from wann.errors import in_one_line
from wann.jobs.local import Outcome


def run_here(
    function: Callable[[Any], Any],
    arguments: Sequence[Any],
    *,
    retries: int,
    stopped: Callable[[], bool],
) -> Generator[tuple[int, Outcome], None, None]:
    """Do jobs one after another in this process, as a worker process does them."""
    for index, argument in enumerate(arguments):
        if stopped():
            return
        yield index, _tried(function, argument, 1 + retries)


def _tried(function: Callable[[Any], Any], argument: object, times: int) -> Outcome:
    for _ in range(times):
        try:
            return Outcome(function(argument))
        except Exception as error:
            failed = Outcome(problem=in_one_line(error, traced=True))
    return failed


@contextmanager
def jobs_here() -> Iterator[None]:
    """Have the jobs of experiments done in this process: a worker takes seconds to start.

    PyTorch has one thread meanwhile, as in a worker, and threads would hang in a fork.
    """
    import torch

    import wann.jobs.runners

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(wann.jobs.runners, "make_local_runner", lambda workers: run_here)
        yield
    torch.set_num_threads(threads)
