"""Workers on Ray, on this machine or on many. The only file that imports Ray, and only on use.

Ray restarts nothing here: its actors die once, and `distributed.py` decides what becomes of what they had.
"""

import importlib
import os
import queue
import secrets
import socket
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Generator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from wann.errors import UserError
from wann.evaluators.distributed import Crew, DistributedEvaluator, Report
from wann.evaluators.parcels import Parcel, Worker, decode_scored, encode_parcel, identity
from wann.evaluators.tasks import Outcome, in_one_line
from wann.evaluators.threads import available_cores

# Seconds between two looks at the cluster: machines that join get workers, workers that died are replaced.
_LOOK_SECONDS = 2.0
_CONNECT_SECONDS = 5.0
# What begins a gRPC connection: HTTP/2's preface and an empty frame of settings, answered by one of the other side's.
_GREETING = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes([0, 0, 0, 4, 0, 0, 0, 0, 0])
_SETTINGS = b"\x04"
# Workers in a row that die at their start until there is no hope.
_STILLBORN = 4
# Seconds without any worker after which the user is told what is waited for.
_PATIENCE = 20.0
# Parcels hold kilobytes, so the local store need not be larger.
_STORE_BYTES = 256 * 2**20
_QUIET = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ENABLE_UV_RUN_RUNTIME_ENV": "0",  # workers use this environment, not a new one
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
    "RAY_NUM_REDIS_GET_RETRIES": "8",  # seconds to wait for a server that answers, but not as Ray does
    "RAY_CLIENT_INITIAL_CONNECTION_TIMEOUT_S": "3",
    "RAY_CLIENT_MAX_CONNECTION_TIMEOUT_S": "3",
}


class Place(NamedTuple):
    """Where to score, and with what."""

    address: str = "auto"  # HOST:PORT, ray://HOST:PORT, or auto: the Ray that runs on this machine, or a new one
    cpus: float = 1.0  # of a worker
    memory: int | None = None  # bytes of a worker
    workers: int | None = None  # at most; default: as many as the machines' cores allow


def connect(address: str = "auto", cpus: int | None = None) -> Any:
    """Return the module `ray`, connected; `cpus` are those of a new local Ray. Does nothing if connected already.

    UserError where Ray is not installed, or where nothing answers at `address` within seconds.
    """
    if "ray" in sys.modules and sys.modules["ray"].is_initialized():
        return sys.modules["ray"]
    for name, value in _QUIET.items():
        os.environ.setdefault(name, value)
    address = _running_here() or "local" if address == "auto" else address
    if address == "local":
        if not os.environ.get("RAY_AUTH_MODE") and not os.environ.get("RAY_AUTH_TOKEN"):
            # Ray listens on all interfaces: a token that only this process and its children know.
            os.environ.update(RAY_AUTH_MODE="token", RAY_AUTH_TOKEN=secrets.token_hex(32))
    else:
        check_reachable(address)
    ray = _import_ray()
    how: dict[str, Any] = {"log_to_driver": False, "logging_level": "ERROR", "configure_logging": False}
    if address == "local":
        how |= {
            "num_cpus": cpus or available_cores(),
            "include_dashboard": False,
            "object_store_memory": _STORE_BYTES,
        }
    try:
        ray.init(address=address, **how)
    except Exception as problem:  # of many kinds: network, tokens, versions
        raise UserError(f"no Ray at {address}: {_say(problem)}{_advice(problem)}") from None
    return ray


def check_reachable(address: str) -> None:
    """Raise UserError unless `address` is one and something listens there: Ray itself would try for a minute."""
    host, colon, port = address.removeprefix("ray://").rpartition(":")
    if not colon or not host or not port.isdigit() or int(port) > 65535:
        raise UserError(
            f"--ray takes HOST:PORT or ray://HOST:PORT, or nothing for this machine; got {address!r} "
            "(a recipe stands before --ray)"
        )
    try:
        with socket.create_connection((host.strip("[]"), int(port)), timeout=_CONNECT_SECONDS) as connection:
            connection.sendall(_GREETING)
            if connection.recv(4)[3:] != _SETTINGS:
                raise OSError("what listens there is not Ray")
    except OSError as problem:
        raise UserError(
            f"no Ray at {address}: {problem.strerror or problem}; start it there with `ray start --head`, and check "
            "the port (6379, or 10001 for ray://) and the firewall"
        ) from None


def run_tasks(
    function: Callable[[Any], Any],
    arguments: Sequence[Any],
    *,
    place: Place | None = None,
    retries: int = 0,
    stopped: Callable[[], bool] = lambda: False,
    tell: Callable[[str], None] = lambda line: None,
) -> Generator[tuple[int, Outcome], None, None]:
    """Do what `tasks.run_tasks` does on the cluster connected to, `place.workers` tasks at once.

    By default as many as the machines of the moment have room for. `function` is at the top of a module that workers
    can import. Ray repeats nothing of its own accord: a try is a try, however it ended. `tell` gets one line if no
    machine has the room that a task takes. Close it before Ray is shut down.
    """
    ray, place = _import_ray(), place or Place()
    memory = {} if place.memory is None else {"memory": place.memory}
    remote = ray.remote(num_cpus=place.cpus, max_retries=0, **memory)(_attempt)
    waiting, tried = deque(range(len(arguments))), [0] * len(arguments)
    under_way: dict[Any, int] = {}
    told = False
    try:
        while True:
            room = sum(_room_on(node, place) for node in ray.nodes())
            if not room and not told and waiting and not stopped():
                told = True
                tell(_no_room(ray.nodes(), place))
            while waiting and not stopped() and len(under_way) < (place.workers or max(1, room)):
                index = waiting.popleft()
                under_way[remote.remote(function, arguments[index])] = index
            if not under_way or (stopped() and not room):  # what has no room never begins, and so never ends
                return
            for done in ray.wait(list(under_way), num_returns=1, timeout=_LOOK_SECONDS)[0]:
                index, outcome = under_way.pop(done), _outcome(ray, done)
                tried[index] += 1
                if outcome.problem is not None and tried[index] <= retries and not stopped():
                    waiting.append(index)
                else:
                    yield index, outcome
    finally:
        if ray.is_initialized():  # to cancel would start another Ray
            for left in under_way:
                ray.cancel(left, force=True)


def _attempt(function: Callable[[Any], Any], argument: Any) -> Outcome:
    """Call `function` on a worker; what it raises comes back as a line, not as an exception of Ray's."""
    try:
        return Outcome(function(argument))
    except Exception as error:
        return Outcome(problem=in_one_line(error))


def _outcome(ray: Any, done: Any) -> Outcome:
    try:
        return Outcome(*ray.get(done))
    except Exception as problem:  # its worker died, or could not begin
        return Outcome(problem=_say(problem))


def _room_on(node: Mapping[str, Any], place: Place) -> int:
    """Return how many tasks, or workers, a machine holds."""
    if not node["Alive"]:
        return 0
    room = int(node["Resources"].get("CPU", 0) / place.cpus)
    return min(room, int(node["Resources"].get("memory", 0) / place.memory)) if place.memory else room


def _no_room(nodes: Sequence[Mapping[str, Any]], place: Place) -> str:
    sizes = [(n["Resources"].get("CPU", 0), n["Resources"].get("memory", 0)) for n in nodes if n["Alive"]]
    cores, memory = max(sizes, default=(0, 0))
    asked = f"{place.cpus:g} cores" + (f" and {place.memory / 2**30:.3g} GiB" if place.memory else "")
    return (
        f"no machine of the cluster has the {asked} asked for: the largest machine has {cores:g} cores, "
        f"{memory / 2**30:.3g} GiB; waiting for a larger one to join (Ctrl-C stops)"
    )


class RayEvaluator(DistributedEvaluator):
    """Scores on the workers of a cluster, or of a Ray of this machine's own. See `DistributedEvaluator`."""

    def __init__(self, place: Place | None = None, tell: Callable[[str], None] | None = None) -> None:
        super().__init__(RayCrew(place or Place(), lambda line: self.tell(line)), tell)


class RayCrew(Crew):
    """Ray actors, as many as the cluster's cores allow: each has its process, its task and its compiled kernels."""

    def __init__(self, place: Place, tell: Callable[[str], None]) -> None:
        self._place, self._tell = place, tell
        self._ray = connect(place.address, place.workers)
        options: dict[str, Any] = {"num_cpus": place.cpus, "max_restarts": 0, "max_task_retries": 0}
        if place.memory is not None:
            options["memory"] = place.memory
        self._actor = self._ray.remote(**options)(Worker)
        self._actors: dict[int, Any] = {}
        self._ready: set[int] = set()
        self._events: queue.SimpleQueue[tuple[int, int | None, Any]] = queue.SimpleQueue()
        self._started, self._planned, self._stillborn = 0, 0, 0
        self._looked = self._worked = time.monotonic()
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
        self._await(self._actors[worker].answer.remote(encode_parcel(parcel), *shared), worker, call)

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
            self._tell(f"waiting for {self._place.cpus:g} free cores{self._memory_in_words()} on the cluster")
        if now - self._looked >= _LOOK_SECONDS or now >= deadline or any(r.kind == "dead" for r in reports):
            self._looked = now
            self._grow()
        return reports

    def close(self) -> None:
        """End the workers, and what this process has of Ray."""
        for actor in self._actors.values():
            self._ray.kill(actor)
        self._actors.clear()
        self._ready.clear()
        self._ray.shutdown()

    def _await(self, reference: Any, worker: int, call: int | None) -> None:
        reference.future().add_done_callback(lambda future: self._events.put((worker, call, future)))

    def _report(self, worker: int, call: int | None, future: Any) -> Report | None:
        """Return what an answer means; None if it comes from a worker that is dead already."""
        if worker not in self._actors:
            return None
        problem = future.exception()
        if problem is not None:
            return self._lose(worker, problem)
        answer = future.result()
        if call is not None:
            return Report("done", worker, call, decode_scored(answer))
        self._check_alike(answer)
        self._ready.add(worker)
        self._stillborn = 0
        return Report("ready", worker)

    def _lose(self, worker: int, problem: BaseException) -> Report:
        """Forget a worker: it is dead, out of reach, or failed in a way that nobody foresaw."""
        actor = self._actors.pop(worker)
        self._ray.kill(actor)
        cause = _say(problem)
        if worker not in self._ready:
            self._stillborn += 1
            if self._stillborn >= _STILLBORN:
                raise UserError(f"workers die at their start: {cause}; is wann installed on all machines?")
        self._ready.discard(worker)
        return Report("dead", worker, cause=cause)

    def _grow(self) -> None:
        """Start as many workers as the machines of the moment have room for; give up those that wait for others."""
        self._planned = self._place.workers or max(1, sum(map(self._room, self._ray.nodes())))
        while len(self._actors) < self._planned:
            self._started += 1
            actor = self._actors[self._started] = self._actor.remote()
            self._await(actor.hello.remote(), self._started, None)
        for worker in sorted(self._actors.keys() - self._ready, reverse=True):
            if len(self._actors) > self._planned:
                self._ray.kill(self._actors.pop(worker))

    def _room(self, node: Mapping[str, Any]) -> int:
        """Return how many workers a machine holds."""
        if not node["Alive"]:
            return 0
        room = int(node["Resources"].get("CPU", 0) / self._place.cpus)
        if self._place.memory:
            room = min(room, int(node["Resources"].get("memory", 0) / self._place.memory))
        return room

    def _check_alike(self, there: Mapping[str, str]) -> None:
        here = identity()
        other = [f"{name} {there.get(name)} instead of {here[name]}" for name in here if there.get(name) != here[name]]
        if other:
            raise UserError(f"a worker has {', '.join(other)}: install the same on all machines, for the same results")

    def _memory_in_words(self) -> str:
        return f" and {self._place.memory / 2**30:g} GiB" if self._place.memory else ""


def _import_ray() -> Any:
    try:
        return importlib.import_module("ray")
    except ImportError:
        raise UserError("--ray needs a package that is not installed: pip install 'wann[ray]'") from None


def _running_here() -> str | None:
    """Return the address of a Ray that was started on this machine (`ray start`), or that RAY_ADDRESS names."""
    given = os.environ.get("RAY_ADDRESS")
    if given and given != "auto":
        return given
    note = Path(os.environ.get("RAY_TMPDIR") or tempfile.gettempdir()) / "ray" / "ray_current_cluster"
    try:
        address = note.read_text().strip()
        check_reachable(address)
    except (OSError, UserError):
        return None
    return address


def _say(problem: BaseException) -> str:
    """Return an exception of Ray as one line: the last line of what it tells is the cause."""
    lines = [line.strip() for line in str(problem).splitlines() if line.strip()]
    cause = getattr(problem, "cause", None) or problem  # of a task: what it raised
    return f"{type(cause).__name__}: {lines[-1] if lines else ''}"[:300]


def _advice(problem: BaseException) -> str:
    if "uthenticat" in type(problem).__name__ + str(problem):
        return "; copy the cluster's token to ~/.ray/auth_token here, or set RAY_AUTH_MODE=disabled on both sides"
    if isinstance(problem, ImportError) and "grpc" in str(problem):
        return "; addresses of the form ray:// need: pip install 'ray[client]'"
    return ""
