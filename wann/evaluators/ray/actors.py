"""Workers as Ray actors: each has its process, its tasks and its compiled kernels.

Ray restarts nothing here: its actors die once, and `lost_workers` decides what becomes of what they
had. Others are started in their place as long as there is room.
"""

import queue
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import chain
from typing import Any

from wann import own
from wann.errors import UserError
from wann.evaluators.ray.cluster import (
    Cluster,
    cause_in_one_line,
    connect,
    disconnect,
    found_connected,
    import_ray,
)
from wann.evaluators.ray.head import Head
from wann.evaluators.ray.messages import Assignment, decode_answer, encode_assignment
from wann.evaluators.ray.worker import Worker, identity
from wann.evaluators.ray.worker_pool import Report, WorkerPool

# Seconds between two looks at the cluster: machines that join get workers, workers that died are
# replaced.
_LOOK_SECONDS = 2.0
# So many workers in a row that die at their start leave no hope.
_STILLBORN = 4
# Seconds without any worker after which the user is told what is waited for.
_PATIENCE = 20.0


class RayWorkerPool(WorkerPool):
    """Ray actors, as many as there is room for on the cluster."""

    def __init__(self, cluster: Cluster, tell: Callable[[str], None]) -> None:
        """Connect to `cluster` and start the workers; `tell` takes lines for the user.

        UserError if there is no Ray there.
        """
        self._cluster, self._tell = cluster, tell
        self._found = found_connected()
        self._ray = connect(cluster)
        self._head = Head()
        self._own = own.permitted()
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
        # By machine, actors of other versions: while they live, they keep others from there
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

    def send(self, worker: int, call: int, assignment: Assignment) -> None:
        """Have an actor score an assignment."""
        shared = () if isinstance(assignment.networks, bytes) else (assignment.networks,)
        try:
            answer = self._actors[worker].answer.remote(encode_assignment(assignment), *shared)
        except ConnectionError:  # of a client
            raise self._head.lost() from None
        self._await(answer, worker, call)

    def receive(self, seconds: float) -> list[Report]:
        """Return what was reported, and replace workers that died; see `WorkerPool.receive`."""
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
            self._tell(self._waiting())
        if now - self._looked >= _LOOK_SECONDS or now >= deadline or self._is_to_replace(reports):
            self._looked = now
            self._grow()
            self._check_room()
        return reports

    def _waiting(self) -> str:
        """Return what there is to say while no worker has started: it may lack room, or be slow."""
        has = self._head.ask(self._ray.cluster_resources)
        free = self._head.ask(self._ray.available_resources)
        return (
            f"no worker has started yet: each is given {self._cluster.asked()}, and "
            f"{free.get('CPU', 0):g} of the cluster's {has.get('CPU', 0):g} are free; a worker "
            "that has its own still imports what the search needs"
        )

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
        """Return what a worker's answer means; None if it means nothing to the scheduler.

        That is so where the worker is dead already, or has to be refused.
        """
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
        cause, gone = cause_in_one_line(problem), self._is_machine_gone(problem)
        if worker not in self._ready and not gone:
            self._stillborn += 1
            if self._stillborn >= _STILLBORN:
                self._tell_or_raise(
                    f"workers die at their start: {cause}; is wann installed on all machines?"
                )
        self._ready.discard(worker)
        return Report("dead", worker, cause=cause, gone=gone)

    def _is_machine_gone(self, problem: BaseException) -> bool:
        """Whether a worker is lost with its machine, or out of reach.

        Otherwise it died of what it did.
        """
        errors = self._ray.exceptions
        if isinstance(problem, errors.ActorUnavailableError) or getattr(
            problem, "preempted", False
        ):
            return True
        return isinstance(problem, errors.ActorDiedError) and "node has died" in str(problem)

    def _refuse(self, worker: int, node: str, difference: str) -> None:
        """Do without the machine of a worker whose results would not be the same bytes."""
        self._refused.setdefault(node, []).append(self._actors.pop(worker))
        self._refusal = (
            f"a worker has {difference}: install the same on all machines, for the same results"
        )
        if self._ready or any(map(self._room, self._nodes())):
            self._tell_once(f"{self._refusal}; its machine is left out")
        self._looked = float("-inf")  # to see what the others have room for

    def _tell_or_raise(self, line: str) -> None:
        """Tell the user a line, once; without a worker that could go on, raise it as UserError."""
        if not self._ready:
            raise UserError(line)
        self._tell_once(line)

    def _tell_once(self, line: str) -> None:
        if line not in self._told:
            self._told.add(line)
            self._tell(line)

    def _is_to_replace(self, reports: Sequence[Report]) -> bool:
        """Whether to look for room before it is time, since a worker died.

        Not if all those that were started lately died at once.
        """
        return self._stillborn < _STILLBORN and any(report.kind == "dead" for report in reports)

    def _grow(self) -> None:
        """Start as many workers as the machines of the moment have room for.

        Those that were started and have no room any more are given up.
        """
        self._head.await_answer()
        self._planned = self._cluster.workers or max(1, sum(map(self._room, self._nodes())))
        while len(self._actors) < self._planned:
            self._started += 1
            actor = self._actors[self._started] = self._head.ask(
                partial(self._actor.remote, self._own)
            )
            self._await(actor.hello.remote(), self._started, None)
        for worker in sorted(self._actors.keys() - self._ready, reverse=True):
            if len(self._actors) > self._planned:
                self._ray.kill(self._actors.pop(worker))

    def _check_room(self) -> None:
        """Tell what is waited for, if no machine has room for a worker.

        UserError if all machines that have it were refused.
        """
        if self._ready:
            return
        nodes = self._nodes()
        if self._refused and not any(map(self._room, nodes)):
            raise UserError(self._refusal)
        missing = self._cluster.what_is_missing(nodes)
        if missing:
            self._tell_once(f"{missing}; waiting for a larger one to join (Ctrl-C stops)")

    def _nodes(self) -> Sequence[Mapping[str, Any]]:
        nodes: Sequence[Mapping[str, Any]] = self._head.ask(self._ray.nodes)
        return nodes

    def _room(self, node: Mapping[str, Any]) -> int:
        """Return how many workers a machine holds."""
        return 0 if node["NodeID"] in self._refused else self._cluster.room_on(node)


class Actor(Worker):
    """A worker that is an actor of Ray."""

    def __init__(self, permitted: own.State) -> None:
        """`permitted` is what the driver may import, and the objects of its session."""
        own.take_over(permitted)
        super().__init__()

    def hello(self) -> dict[str, str]:
        """Return what `Worker.hello` does, and the machine as Ray names it."""
        return {**super().hello(), "node": import_ray().get_runtime_context().get_node_id()}


def _difference(there: Mapping[str, str]) -> str:
    """Return what differs between a worker's machine and this one, as a part of a sentence.

    It is empty if all is alike.
    """
    here = identity()
    return ", ".join(
        f"{name} {there.get(name)} instead of {here[name]}"
        for name in here
        if there.get(name) != here[name]
    )
