"""The head of a cluster, without which Ray gives up: whether it answers, and what it is asked.

Ray itself waits for a minute and then ends the process, with pages of its log. Here it is given up
a little before that, so that a command can end in its own words.
"""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

from wann.errors import ClusterLost, UserError
from wann.evaluators.ray.cluster import head_address
from wann.evaluators.ray.reaching import check_reachable

Answer = TypeVar("Answer")

# Seconds without an answer after which a head is given up: before Ray does so itself, after 60.
_PATIENCE = 40.0
# Seconds between two looks whether the head is there, while an answer is waited for.
_LOOK_SECONDS = 1.0


class Head:
    """The head that this process is connected to."""

    def __init__(self) -> None:
        self._address = head_address()

    def ask(self, question: Callable[[], Answer]) -> Answer:
        """Return what `question`, a call of Ray's, returns.

        What it raises is raised. ClusterLost where the head does not answer for too long; the call
        may then be under way for ever, in a thread of its own.
        """
        found: list[Answer] = []
        failed: list[BaseException] = []

        def call() -> None:
            try:
                found.append(question())
            except BaseException as problem:  # raised below, by the thread that asks
                failed.append(problem)

        self.await_answer()
        thread = threading.Thread(target=call, daemon=True, name="question to the head")
        thread.start()
        while thread.is_alive():
            thread.join(_LOOK_SECONDS)
            if thread.is_alive():
                self.await_answer()
        if failed:
            raise self.lost() if isinstance(failed[0], ConnectionError) else failed[0]
        return found[0]

    def await_answer(self) -> None:
        """Wait until the head answers; ClusterLost if it does not for too long."""
        began = time.monotonic()
        while self._address is not None:
            try:
                return check_reachable(self._address)
            except UserError:
                if time.monotonic() - began > _PATIENCE:
                    raise self.lost() from None
                time.sleep(_LOOK_SECONDS)
        return None

    def lost(self) -> ClusterLost:
        """Return the error that the head is lost."""
        return ClusterLost(
            f"the head of the Ray cluster at {self._address} does not answer any more"
        )
