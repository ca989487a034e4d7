from collections.abc import Callable, Generator, Sequence
from typing import Any

from wann.jobs.job_loop import run_jobs
from wann.jobs.local import Outcome


def backwards(
    function: Callable[[Any], Any], arguments: Sequence[Any], **how: Any
) -> Generator[tuple[int, Outcome], None, None]:
    """Call from the last to the first, and fail where there is nothing."""
    assert how["retries"] == 2
    for index in reversed(range(len(arguments))):
        value = function(arguments[index])
        yield index, Outcome(value) if value else Outcome(problem="there is nothing")


def nobody(*_: Any, **__: Any) -> Generator[tuple[int, Outcome], None, None]:
    raise AssertionError("there is nothing to do")
    yield


def test_jobs_come_back_as_they_end_with_why_they_failed() -> None:
    ended = run_jobs(backwards, len, ["a", "b", "", "c"], str, retries=2, stopped=lambda: False)
    assert list(ended) == [("c", None), ("", "there is nothing"), ("b", None), ("a", None)]


def test_where_nothing_is_left_nobody_is_asked() -> None:
    assert list(run_jobs(nobody, len, [], str, retries=0, stopped=lambda: False)) == []
