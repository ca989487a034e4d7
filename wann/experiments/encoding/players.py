"""Episodes that are played by several processes at once.

Which pictures come out depends on the seed alone, not on how many processes play: episodes count in
the order of their numbers, and those that are not needed any more are thrown away. Each process has
a pipe of its own: where one is ended while it sends, nobody goes on waiting for the rest. With a
queue that processes share, somebody would.
"""

from collections import deque
from collections.abc import Generator
from concurrent.futures import Future, ThreadPoolExecutor
from multiprocessing import connection
from queue import SimpleQueue
from typing import Any, NamedTuple

from wann import own
from wann.errors import UserError
from wann.evaluators.guarded_worker import sendable
from wann.evaluators.starting import WORKERS, WorkerProcess
from wann.experiments.encoding.playing import Plan, Played, play
from wann.tasks.gym.settings import settings_in
from wann.tasks.gym.simulators import can_be_made_elsewhere

_AHEAD = 2  # episodes under way for each process


def played(plan: Plan, first: int, workers: int) -> Generator[Played]:
    """Yield episodes in their order from number `first` on, without an end.

    They are played by `workers` processes, or in this one where another could not make the
    environment. UserError where the environment fails, or a process dies.
    """
    if workers == 1 or not can_be_made_elsewhere(settings_in(plan.spec)):
        while True:
            yield play(plan, first)
            first += 1
    players = Players(plan, workers)
    waiting: deque[Future[Played]] = deque()
    try:
        while True:
            while len(waiting) < _AHEAD * workers:
                waiting.append(players.submit(first))
                first += 1
            yield waiting.popleft().result()
    finally:
        players.close()


class _Player(NamedTuple):
    """A process, and what connects it to this one."""

    process: WorkerProcess
    pipe: Any


class Players:
    """Some processes that play episodes of a plan, until they are closed."""

    def __init__(self, plan: Plan, count: int) -> None:
        """Start `count` processes."""
        self._plan = plan
        self._players = [_start(plan) for _ in range(count)]
        self._free: SimpleQueue[_Player] = SimpleQueue()
        for player in self._players:
            self._free.put(player)
        self._pool = ThreadPoolExecutor(count)  # each thread waits for one process

    def submit(self, episode: int) -> Future[Played]:
        """Have an episode played; the result raises UserError where that fails."""
        return self._pool.submit(self._play, episode)

    def close(self) -> None:
        """End the processes in the middle of what they do."""
        for player in self._players:
            player.process.kill()
        self._pool.shutdown(wait=True, cancel_futures=True)
        for process, pipe in self._players:
            pipe.close()
            process.join()

    def _play(self, episode: int) -> Played:
        player = self._free.get()
        try:
            player.pipe.send(episode)
            # A process that the player forked may hold the pipe open
            connection.wait([player.pipe, player.process.sentinel])
            answer: Played | Exception | None = player.pipe.recv() if player.pipe.poll() else None
        except (EOFError, OSError):
            answer = None
        finally:
            self._free.put(player)
        if answer is None:
            raise UserError(
                f"{self._plan.seen.environment}: a process that played died; the simulator "
                "crashes, or memory is short: try --threads 1, and go on with `wann resume`"
            )
        if isinstance(answer, Exception):
            raise answer
        return answer


def _start(plan: Plan) -> _Player:
    pipe, inner = WORKERS.Pipe()
    process = WORKERS.Process(target=_serve, args=(inner, plan, own.permitted()))
    process.start()
    inner.close()  # so that the pipe ends when the process does
    return _Player(process, pipe)


# ---- in the process that plays


def _serve(pipe: "connection.Connection[Any, Any]", plan: Plan, permitted: own.State) -> None:
    """Play the episodes whose numbers come through the pipe, until it ends."""
    own.take_over(permitted)
    while True:
        try:
            episode = pipe.recv()
        except EOFError:
            return
        try:
            pipe.send(play(plan, episode))
        except Exception as problem:
            pipe.send(sendable(problem))
