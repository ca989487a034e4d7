"""Scoring by a crew of workers that may come, die and come again: who does what, and what happens to what was lost.

No Ray here: a crew is whatever can send parcels to workers and report what became of them
(`crew.RayCrew`).
"""

import sys
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import count
from types import TracebackType
from typing import Any, Literal, NamedTuple, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from wann.errors import UserError
from wann.evaluators.base import Evaluation
from wann.evaluators.ray.messages import Answer, Parcel, variant_of, wrap
from wann.evaluators.ray.splitting import Pace, Piece, Request
from wann.evaluators.threads import check_shapes
from wann.network.network import Network
from wann.network.weightings import Weightings
from wann.tasks.base import Task

# A worker is sent more while it has work for less than this: it is not to wait for the next piece.
_AHEAD_SECONDS = 0.04
# What a piece is taken to last of which nothing is known.
_UNKNOWN_SECONDS = 1.0
# What a suspect is taken to last, so that nothing is sent after it.
_ALONE = float("inf")
# Workers that have to die of a piece until it is parted; of a single network, until it counts as
# failed.
_KILLS = 3
# So many failed networks, and none that earned anything, are a simulator that does not work.
_HOPELESS = 8
_WAIT_SECONDS = 1.0


class Report(NamedTuple):
    """What became of a worker, or of what it was sent."""

    kind: Literal["ready", "done", "dead"]
    worker: int
    call: int = 0
    scored: Answer | None = None
    cause: str = ""  # of a death, in one line
    gone: bool = False  # whether the worker died with its machine, and of nothing that it was sent


class Crew(Protocol):
    """Workers, each of which does what it is sent in the order sent.

    Numbers of workers are never used again.
    """

    @property
    def planned(self) -> int:
        """How many workers there are to be, those that are being started among them."""

    def share(self, block: bytes) -> Any:
        """Return what stands for `block` in many parcels, so that it travels to each machine once."""

    def send(self, worker: int, call: int, parcel: Parcel) -> None:
        """Have a worker score a parcel; the report bears the number `call`."""

    def receive(self, seconds: float) -> list[Report]:
        """Return what was reported, after waiting for the first report for at most so long."""

    def close(self) -> None:
        """Release the workers."""


class DistributedEvaluator:
    """Splits evaluations over the workers of a crew, one at a time (`evaluate`) or many (`submit`, `completed`).

    What a worker that died had not finished is done by another. What kills workers again and again
    is parted down to the network at fault, whose returns are NaN; `tell` is called with a line on
    that.
    """

    def __init__(self, crew: Crew, tell: Callable[[str], None] | None = None) -> None:
        self.crew = crew
        self.tell = tell or _print
        self._queue: deque[Piece] = deque()
        # Pieces of which workers died: each has its next worker for itself
        self._suspects: deque[Piece] = deque()
        self._waiting_work = 0.0  # in the queue
        # By worker, then by call in the order sent
        self._flights: dict[int, dict[int, Flight]] = {}
        # Workers that want work, in the order in which they came to
        self._hungry: dict[int, None] = {}
        self._done: deque[tuple[Request, Evaluation | UserError]] = deque()
        self._pace = Pace()
        self._calls = count()
        self._told: set[str] = set()
        self._successes = 0

    @property
    def slots(self) -> int:
        """How many submissions keep all workers busy."""
        return 2 * max(1, self.crew.planned)

    def evaluate(
        self,
        task: Task,
        networks: Sequence[Network],
        weights: Weightings,
        episodes: NDArray[Any],
    ) -> Evaluation:
        """Score `networks`; equal networks are scored once. See `Evaluator.evaluate`.

        UserError where the task cannot be made or run, or where nothing comes out of it but dead
        workers.
        """
        submission = self._begin(None, task, networks, weights, episodes)
        while (evaluation := self._outcome(lambda other: other is submission)) is None:
            self._step()
        return evaluation[1]

    def submit(
        self,
        number: int,
        task: Task,
        networks: Sequence[Network],
        weights: Weightings,
        episodes: NDArray[Any],
    ) -> None:
        """Hand in networks to score. See `AsynchronousEvaluator.submit`."""
        self._begin(number, task, networks, weights, episodes)

    def completed(self) -> tuple[int, Evaluation]:
        """Wait until some submission is done. See `AsynchronousEvaluator.completed`.

        UserError, once for each submission that cannot be scored.
        """
        while (outcome := self._outcome(lambda submission: submission.number is not None)) is None:
            if not (self._queue or self._suspects or any(self._flights.values())):
                raise RuntimeError("completed() was called with nothing submitted")
            self._step()
        return outcome[0].number or 0, outcome[1]

    def close(self) -> None:
        """Release the workers."""
        self.crew.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _begin(
        self,
        number: int | None,
        task: Task,
        networks: Sequence[Network],
        weights: Weightings,
        episodes: NDArray[Any],
    ) -> Request:
        check_shapes(task, networks, weights, episodes)
        submission = self._pace.submission(
            number, task, variant_of(task), networks, weights, episodes
        )
        if task.spread == "episodes":
            submission.shared = self.crew.share(wrap(submission.networks))
        self._put(submission.whole)
        self._hand_out()
        return submission

    def _outcome(self, wanted: Callable[[Request], bool]) -> tuple[Request, Evaluation] | None:
        """Take the first wanted submission that is done, if there is one.

        Raise what ended it, if it was a problem.
        """
        for place, (submission, outcome) in enumerate(self._done):
            if wanted(submission):
                del self._done[place]
                if isinstance(outcome, UserError):
                    raise outcome
                return submission, outcome
        return None

    def _step(self) -> None:
        """Wait for reports, act on them, and give out what is left."""
        for report in self.crew.receive(_WAIT_SECONDS):
            if report.kind == "ready":
                self._flights[report.worker] = {}
                self._see_to(report.worker)
            elif report.kind == "dead":
                self._bury(report)
            elif report.worker in self._flights:  # not one that was given up meanwhile
                self._take_in(report)
        self._hand_out()

    # ---- giving out

    def _put(self, piece: Piece) -> None:
        self._queue.append(piece)
        self._waiting_work += piece.work

    def _hand_out(self) -> None:
        """Give a piece to every worker that has little to do, those with nothing first, until all have enough."""
        while self._hungry and (self._queue or self._suspects):
            worker = next(
                (one for one in self._hungry if not self._flights[one]), next(iter(self._hungry))
            )
            del self._hungry[worker]
            if self._wants(worker):
                self._give(worker)
                self._see_to(worker)

    def _see_to(self, worker: int) -> None:
        """Note that a worker wants work, if it does."""
        if self._wants(worker):
            self._hungry[worker] = None

    def _wants(self, worker: int) -> bool:
        """Whether a worker wants work: one with a suspect alone has it to itself."""
        ahead = [flight.seconds for flight in self._flights[worker].values()]
        return not ahead or (sum(ahead) < _AHEAD_SECONDS and not self._suspects)

    def _give(self, worker: int) -> None:
        """Send a worker one piece: a suspect if there is one, which asks for a worker with nothing else to do."""
        idle = not self._flights[worker]
        while self._suspects and idle:
            piece = self._suspects.popleft()
            if not self._is_over(piece):
                return self._send(worker, piece, _ALONE)
        while self._queue:
            piece = self._pace.take(self._queue, self._waiting_work, max(1, self.crew.planned))
            self._waiting_work = max(0.0, self._waiting_work - piece.work) if self._queue else 0.0
            if not self._is_over(piece):
                seconds = self._pace.seconds(piece)
                return self._send(worker, piece, _UNKNOWN_SECONDS if seconds is None else seconds)
        return None

    def _send(self, worker: int, piece: Piece, seconds: float) -> None:
        submission, (networks, weights, episodes) = (
            piece.submission,
            (slice(*span) for span in piece.spans),
        )
        call = next(self._calls)
        self._flights[worker][call] = Flight(piece, seconds)
        shared = submission.shared if piece.count == len(submission.networks) else None
        parcel = Parcel(
            submission.task.spec,
            submission.variant,
            wrap(submission.networks[networks]) if shared is None else shared,
            submission.weights[weights],
            submission.episodes[episodes],
        )
        self.crew.send(worker, call, parcel)

    def _is_over(self, piece: Piece) -> bool:
        """Whether a piece need not be run: its submission was given up, or its one network counts as failed."""
        submission, network = piece.submission, piece.networks[0]
        if piece.count == 1 and network in submission.condemned:
            self._finish(piece, np.nan, 0)
            return True
        return submission.left == 0

    # ---- taking in

    def _take_in(self, report: Report) -> None:
        """Take what a worker scored."""
        flight = self._flights[report.worker].pop(report.call, None)
        scored = report.scored
        if flight is None or scored is None:
            return None
        self._see_to(report.worker)
        self._repeat(scored.told)
        if scored.refused:
            return self._give_up(flight.piece.submission, scored.refused)
        self._successes += 1
        if scored.warm:
            self._pace.measure(flight.piece, scored.seconds)
        return self._finish(flight.piece, scored.returns, scored.steps)

    def _give_up(self, submission: Request, problem: str) -> None:
        """Drop what is left of a submission.

        It has one problem, whatever its other pieces report.
        """
        if submission.left:
            submission.left = 0
            self._done.append((submission, UserError(problem)))

    def _finish(self, piece: Piece, returns: Any, steps: Any) -> None:
        submission = piece.submission
        if submission.left == 0:
            return
        submission.fill(piece, returns, steps)
        if submission.left == 0:
            evaluation = submission.evaluation()
            self._pace.remember(submission)
            self._done.append((submission, evaluation))

    def _repeat(self, told: str) -> None:
        """Pass on what a task said in a worker, each line once."""
        for line in told.splitlines():
            if line not in self._told:
                self._told.add(line)
                self.tell(line.removeprefix("wann: "))

    # ---- what was lost

    def _bury(self, report: Report) -> None:
        """Take back what a dead worker had: the first of it, which it was at, is suspected of having killed it."""
        self._hungry.pop(report.worker, None)
        flights = list(self._flights.pop(report.worker, {}).values())
        innocent = flights if report.gone else flights[1:]
        for flight in innocent:
            self._put(flight.piece)
        if not report.gone and flights and flights[0].piece.submission.left:
            piece = flights[0].piece
            self._suspect(replace(piece, kills=piece.kills + 1), report.cause)

    def _suspect(self, piece: Piece, cause: str) -> None:
        """Try a piece again that a worker died of.

        Part it, or give up its network, where that has happened often.
        """
        guilty = next((n for n in range(*piece.networks) if n in piece.submission.condemned), None)
        if guilty is not None and piece.count > 1:  # found by another piece: it has to go
            middle = guilty if guilty > piece.networks[0] else guilty + 1
            self._suspects.extend(replace(part, kills=0) for part in piece.part("networks", middle))
        elif piece.kills < _KILLS:
            self._suspects.append(piece)
        elif piece.count > 1:
            middle = (piece.networks[0] + piece.networks[1]) // 2
            for half in piece.part("networks", middle):
                self._suspects.append(replace(half, kills=_KILLS - 1 if half.count > 1 else 0))
        else:
            self._condemn(piece, cause)

    def _condemn(self, piece: Piece, cause: str) -> None:
        submission, network = piece.submission, piece.networks[0]
        if network in submission.condemned:
            return self._finish(piece, np.nan, 0)
        submission.condemned.add(network)
        if len(submission.condemned) >= _HOPELESS and not self._successes:
            return self._give_up(
                submission,
                f"{submission.task.name}: workers died of each of {_HOPELESS} networks ({cause}); "
                "the simulator "
                "crashes, or memory is short: try a larger --memory-per-worker",
            )
        self.tell(
            f"{_KILLS} workers died of one network of {submission.networks[network].connections} "
            "connections "
            f"({cause}); it counts as failed"
        )
        return self._finish(piece, np.nan, 0)


class Flight(NamedTuple):
    """A piece that a worker was sent."""

    piece: Piece
    seconds: float  # it is expected to take


def _print(line: str) -> None:
    print(f"wann: {line}", file=sys.stderr)
