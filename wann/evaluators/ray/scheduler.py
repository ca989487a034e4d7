"""Which worker does what: pieces go out to workers, and what they earned is gathered.

What happens when a worker dies is decided in `lost_workers`; how large a piece is, in `pace`.
"""

from collections import deque
from itertools import count
from typing import Any, NamedTuple

import numpy as np

from wann.errors import UserError
from wann.evaluators.evaluator import Evaluation
from wann.evaluators.ray.lost_workers import Suspects, condemn
from wann.evaluators.ray.messages import Answer, Assignment, wrap
from wann.evaluators.ray.pace import Pace
from wann.evaluators.ray.pieces import Piece, Request
from wann.evaluators.ray.worker_pool import Report, WorkerPool

# A worker is sent more while it has work for less than this: it is not to wait for the next piece.
AHEAD_SECONDS = 0.04
# How long a piece is taken to last of which nothing is known.
_UNKNOWN_SECONDS = 1.0
# How long a suspect is taken to last, so that nothing is sent after it.
_ALONE = float("inf")


class SentPiece(NamedTuple):
    """A piece that a worker was sent."""

    piece: Piece
    seconds: float  # that it is expected to take


class Scheduler:
    """Gives pieces to the workers of a pool, and keeps the requests that are done."""

    def __init__(self, pool: WorkerPool) -> None:
        self.pool = pool
        self.pace = Pace()
        # What is finished, and not yet fetched: the result, or what ended the request
        self.done: deque[tuple[Request, Evaluation | UserError]] = deque()
        # By worker, then by call in the order sent
        self.sent: dict[int, dict[int, SentPiece]] = {}
        # Workers that want work, in the order in which they came to
        self.hungry: dict[int, None] = {}
        self._queue: deque[Piece] = deque()
        self._queued_work = 0.0
        self._suspects = Suspects()
        self._calls = count()
        self._successes = 0  # pieces that came back

    @property
    def is_idle(self) -> bool:
        """Whether nothing is queued and nothing is at a worker."""
        return not (self._queue or self._suspects or any(self.sent.values()))

    def put(self, piece: Piece) -> None:
        """Put a piece into the queue, from which `hand_out` takes it."""
        self._queue.append(piece)
        self._queued_work += piece.work

    def hand_out(self) -> None:
        """Give a piece to every worker that has little to do, until all have enough.

        Those with nothing to do come first.
        """
        while self.hungry and (self._queue or self._suspects):
            worker = next(
                (one for one in self.hungry if not self.sent[one]), next(iter(self.hungry))
            )
            del self.hungry[worker]
            if self._wants(worker):
                self._give(worker)
                self._see_to(worker)

    def welcome(self, worker: int) -> None:
        """Count on a worker that has started."""
        self.sent[worker] = {}
        self._see_to(worker)

    def take_in(self, report: Report) -> Answer | None:
        """Take in what a worker answered.

        Returns the answer; None if nobody waits for it, since its worker was given up meanwhile.
        """
        sent = self.sent.get(report.worker, {}).pop(report.call, None)
        answer = report.answer
        if sent is None or answer is None:
            return None
        self._see_to(report.worker)
        if answer.refused:
            self._give_up(sent.piece.request, UserError(answer.refused))
            return answer
        self._successes += 1
        if answer.warm:
            self.pace.measure(sent.piece, answer.seconds)
        self._finish(sent.piece, answer.returns, answer.steps)
        return answer

    def bury(self, report: Report) -> str | None:
        """Take back what a dead worker had.

        Returns a line for the user if a network counts as failed from now on.
        """
        self.hungry.pop(report.worker, None)
        pieces = [sent.piece for sent in self.sent.pop(report.worker, {}).values()]
        innocent, guilty = self._suspects.judge(pieces, report)
        for piece in innocent:
            self.put(piece)
        if guilty is None:
            return None
        try:
            line = condemn(guilty, report.cause, self._successes)
        except UserError as problem:
            self._give_up(guilty.request, problem)
            return None
        self._finish(guilty, np.nan, 0)
        return line

    # ---- giving out

    def _see_to(self, worker: int) -> None:
        """Note that a worker wants work, if it does."""
        if self._wants(worker):
            self.hungry[worker] = None

    def _wants(self, worker: int) -> bool:
        """Whether a worker wants work.

        While there are suspects, one that has anything to do does not: they need idle workers.
        """
        ahead = [sent.seconds for sent in self.sent[worker].values()]
        return not ahead or (sum(ahead) < AHEAD_SECONDS and not self._suspects)

    def _give(self, worker: int) -> None:
        """Send a worker one piece: a suspect if there is one and the worker is idle."""
        idle = not self.sent[worker]
        while self._suspects and idle:
            piece = self._suspects.take()
            if not self._is_over(piece):
                return self._send(worker, piece, _ALONE)
        while self._queue:
            piece = self.pace.take(self._queue, self._queued_work, max(1, self.pool.planned))
            self._queued_work = max(0.0, self._queued_work - piece.work) if self._queue else 0.0
            if not self._is_over(piece):
                seconds = self.pace.seconds(piece)
                return self._send(worker, piece, _UNKNOWN_SECONDS if seconds is None else seconds)
        return None

    def _send(self, worker: int, piece: Piece, seconds: float) -> None:
        request = piece.request
        networks, weights, episodes = (slice(*span) for span in piece.spans)
        call = next(self._calls)
        self.sent[worker][call] = SentPiece(piece, seconds)
        shared = request.shared if piece.count == len(request.networks) else None
        assignment = Assignment(
            request.task.spec,
            request.variant,
            wrap(request.networks[networks]) if shared is None else shared,
            request.weights[weights],
            request.episodes[episodes],
            request.own_activations,
        )
        self.pool.send(worker, call, assignment)

    def _is_over(self, piece: Piece) -> bool:
        """Whether a piece need not be run.

        That is so if its request was given up, or if its one network counts as failed.
        """
        request, network = piece.request, piece.networks[0]
        if piece.count == 1 and network in request.condemned:
            self._finish(piece, np.nan, 0)
            return True
        return request.left == 0

    # ---- gathering

    def _finish(self, piece: Piece, returns: Any, steps: Any) -> None:
        """Note what a piece earned, and that its request is done if it was the last one."""
        request = piece.request
        if request.left == 0:
            return
        request.fill(piece, returns, steps)
        if request.left == 0:
            evaluation = request.evaluation()
            self.pace.remember(request)
            self.done.append((request, evaluation))

    def _give_up(self, request: Request, problem: UserError) -> None:
        """Drop what is left of a request.

        It has one problem, whatever its other pieces report.
        """
        if request.left:
            request.left = 0
            self.done.append((request, problem))
