"""Workers as Ray actors: each has its process, its task and its compiled kernels.

Ray restarts nothing here: its actors die once, and `distributed.py` decides what becomes of what
they had.
"""

import queue
import time
from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from typing import Any

from wann.errors import UserError
from wann.evaluators.ray.cluster import (
    Cluster,
    connect,
    disconnect,
    import_ray,
    in_words,
    is_connected,
)
from wann.evaluators.ray.messages import Parcel, Worker, decode_answer, encode_parcel, identity
from wann.evaluators.ray.scheduler import Crew, DistributedEvaluator, Report

# Seconds between two looks at the cluster: machines that join get workers, workers that died are
# replaced.
_LOOK_SECONDS = 2.0
# Workers in a row that die at their start until there is no hope.
_STILLBORN = 4
# Seconds without any worker after which the user is told what is waited for.
_PATIENCE = 20.0


class RayEvaluator(DistributedEvaluator):
    """Scores on the workers of a cluster, or of a Ray of this machine's own.

    See `DistributedEvaluator`.
    """

    def __init__(
        self, cluster: Cluster | None = None, tell: Callable[[str], None] | None = None
    ) -> None:
        super().__init__(RayCrew(cluster or Cluster(), lambda line: self.tell(line)), tell)


class RayCrew(Crew):
    """Ray actors, as many as the cluster's cores allow."""

    def __init__(self, cluster: Cluster, tell: Callable[[str], None]) -> None:
        self._cluster, self._tell = cluster, tell
        self._found = is_connected()
        self._ray = connect(cluster)
        options: dict[str, Any] = {
            "num_cpus": cluster.cpus,
            "max_restarts": 0,
            "max_task_retries": 0,
        }
        if cluster.memory is not None:
            options["memory"] = cluster.memory
        self._actor = self._ray.remote(**options)(Actor)
        self._actors: dict[int, Any] = {}
        self._ready: set[int] = set()
        # By machine, actors of other versions; they keep others from there
        self._refused: dict[str, list[Any]] = {}
        self._events: queue.SimpleQueue[tuple[int, int | None, Any]] = queue.SimpleQueue()
        self._started, self._planned, self._stillborn = 0, 0, 0
        self._looked = self._worked = time.monotonic()
        self._told: set[str] = set()
        self._refusal = ""
        self._grow()

    @property
    def planned(self) -> int:
        """How many workers there are to be."""
        return self._planned

    @property
    def actors(self) -> Mapping[int, Any]:
        """The handles of the workers alive."""
        return self._actors

    @property
    def ready(self) -> set[int]:
        """The workers that have started."""
        return self._ready

    def share(self, block: bytes) -> Any:
        """Put `block` into the object store."""
        return self._ray.put(block)

    def send(self, worker: int, call: int, parcel: Parcel) -> None:
        """Have an actor score a parcel."""
        shared = () if isinstance(parcel.networks, bytes) else (parcel.networks,)
        self._await(
            self._actors[worker].answer.remote(encode_parcel(parcel), *shared), worker, call
        )

    def receive(self, seconds: float) -> list[Report]:
        """Return what was reported, and replace workers that died; see `Crew.receive`."""
        events, deadline = [], time.monotonic() + seconds
        try:
            events.append(self._events.get(timeout=seconds))
            while True:
                events.append(self._events.get_nowait())
        except queue.Empty:
            pass
        reports = [report for event in events if (report := self._report(*event))]
        now = time.monotonic()
        if self._ready:
            self._worked = now
        elif now - self._worked > _PATIENCE:
            self._worked = now + 2 * _PATIENCE
            self._tell(f"waiting for {self._cluster.asked()} to be free on the cluster")
        if now - self._looked >= _LOOK_SECONDS or now >= deadline or self._is_to_replace(reports):
            self._looked = now
            self._grow()
            self._check_room()
        return reports

    def close(self) -> None:
        """End the workers, and the connection to Ray unless it was there before."""
        for actor in chain(self._actors.values(), *self._refused.values()):
            self._ray.kill(actor)
        for left in (self._actors, self._ready, self._refused):
            left.clear()
        if not self._found:
            disconnect()

    def _await(self, reference: Any, worker: int, call: int | None) -> None:
        reference.future().add_done_callback(
            lambda future: self._events.put((worker, call, future))
        )

    def _report(self, worker: int, call: int | None, future: Any) -> Report | None:
        """Return what an answer means; None if it comes from a worker that is dead already."""
        if worker not in self._actors:
            return None
        problem = future.exception()
        if problem is not None:
            return self._lose(worker, problem)
        answer = future.result()
        if call is not None:
            return Report("done", worker, call, decode_answer(answer))
        difference = _difference(answer)
        if difference:
            self._refuse(worker, answer["node"], difference)
            return None
        self._ready.add(worker)
        self._stillborn = 0
        return Report("ready", worker)

    def _lose(self, worker: int, problem: BaseException) -> Report:
        """Forget a worker: it is dead, out of reach, or failed in a way that nobody foresaw."""
        actor = self._actors.pop(worker)
        self._ray.kill(actor)
        cause, gone = in_words(problem), self._is_machine_gone(problem)
        if worker not in self._ready and not gone:
            self._stillborn += 1
            if self._stillborn >= _STILLBORN:
                self._tell_or_raise(
                    f"workers die at their start: {cause}; is wann installed on all machines?"
                )
        self._ready.discard(worker)
        return Report("dead", worker, cause=cause, gone=gone)

    def _is_machine_gone(self, problem: BaseException) -> bool:
        """Whether a worker is lost with its machine, or out of reach, rather than dead of what it did."""
        errors = self._ray.exceptions
        if isinstance(problem, errors.ActorUnavailableError) or getattr(
            problem, "preempted", False
        ):
            return True
        return isinstance(problem, errors.ActorDiedError) and "node has died" in str(problem)

    def _refuse(self, worker: int, node: str, difference: str) -> None:
        """Do without the machine of a worker that would not score to the same bytes."""
        self._refused.setdefault(node, []).append(self._actors.pop(worker))
        self._refusal = (
            f"a worker has {difference}: install the same on all machines, for the same results"
        )
        if self._ready or any(map(self._room, self._ray.nodes())):
            self._tell_once(f"{self._refusal}; its machine is left out")
        self._looked = float("-inf")  # to see what the others have room for

    def _tell_or_raise(self, line: str) -> None:
        """Tell a line, once; without a worker that could go on, it is the end."""
        if not self._ready:
            raise UserError(line)
        self._tell_once(line)

    def _tell_once(self, line: str) -> None:
        if line not in self._told:
            self._told.add(line)
            self._tell(line)

    def _is_to_replace(self, reports: Sequence[Report]) -> bool:
        """Whether to look for room before it is time: some worker died, and not all that were started in its cluster."""
        return self._stillborn < _STILLBORN and any(report.kind == "dead" for report in reports)

    def _grow(self) -> None:
        """Start as many workers as the machines of the moment have room for.

        Give up those that wait for others.
        """
        self._planned = self._cluster.workers or max(1, sum(map(self._room, self._ray.nodes())))
        while len(self._actors) < self._planned:
            self._started += 1
            actor = self._actors[self._started] = self._actor.remote()
            self._await(actor.hello.remote(), self._started, None)
        for worker in sorted(self._actors.keys() - self._ready, reverse=True):
            if len(self._actors) > self._planned:
                self._ray.kill(self._actors.pop(worker))

    def _check_room(self) -> None:
        """Tell what is waited for where no machine has room.

        UserError where those that have it were refused.
        """
        if self._ready:
            return
        nodes = self._ray.nodes()
        if self._refused and not any(map(self._room, nodes)):
            raise UserError(self._refusal)
        missing = self._cluster.what_is_missing(nodes)
        if missing:
            self._tell_once(f"{missing}; waiting for a larger one to join (Ctrl-C stops)")

    def _room(self, node: Mapping[str, Any]) -> int:
        """Return how many workers a machine holds."""
        return 0 if node["NodeID"] in self._refused else self._cluster.room_on(node)


class Actor(Worker):
    """A worker that knows its machine."""

    def hello(self) -> dict[str, str]:
        """Return who this is, and the machine as Ray names it. See `Worker.hello`."""
        return {**super().hello(), "node": import_ray().get_runtime_context().get_node_id()}


def _difference(there: Mapping[str, str]) -> str:
    """Return what differs between a worker's machine and this one, for a line to the user.

    Nothing if all is alike.
    """
    here = identity()
    return ", ".join(
        f"{name} {there.get(name)} instead of {here[name]}"
        for name in here
        if there.get(name) != here[name]
    )
