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
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from wann.errors import UserError
from wann.evaluators.distributed import Crew, DistributedEvaluator, Report
from wann.evaluators.parcels import Parcel, Worker, decode_scored, encode_parcel, identity
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


# Environment variables that `connect` set for a local Ray.
_lent: dict[str, str] = {}


class Place(NamedTuple):
    """Where to score, and with what."""

    address: str = "auto"  # HOST:PORT, ray://HOST:PORT, or auto: the Ray that runs on this machine, or a new one
    cpus: float = 1.0  # of a worker
    memory: int | None = None  # bytes of a worker
    workers: int | None = None  # at most; default: as many as the machines' cores allow


class Outcome(NamedTuple):
    """What became of a task of `run_tasks`."""

    value: Any
    problem: str | None = None  # in one line, where there is no value


def connect(address: str = "auto", cpus: int | None = None) -> Any:
    """Return the module `ray`, connected; `cpus` are those of a new local Ray. Does nothing if connected already.

    `disconnect` undoes it; not to be called by those who found Ray connected (`is_connected`).

    UserError where Ray is not installed, or where nothing answers at `address` within seconds.
    """
    if is_connected():
        return sys.modules["ray"]
    for name, value in _QUIET.items():
        os.environ.setdefault(name, value)
    address = _running_here() or "local" if address == "auto" else address
    if address == "local":
        if not os.environ.get("RAY_AUTH_MODE") and not os.environ.get("RAY_AUTH_TOKEN"):
            # Ray listens on all interfaces: a token that only this process and its children know.
            _lent.update(RAY_AUTH_MODE="token", RAY_AUTH_TOKEN=_token())
            os.environ.update(_lent)
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
        disconnect()
        raise UserError(f"no Ray at {address}: {_say(problem)}{_advice(problem)}") from None
    return ray


def is_connected() -> bool:
    """Whether this process is connected to a Ray, by `connect` or by itself."""
    return "ray" in sys.modules and bool(sys.modules["ray"].is_initialized())


def disconnect() -> None:
    """End the connection to Ray, and a Ray that `connect` started; its token leaves the environment."""
    if "ray" in sys.modules:
        sys.modules["ray"].shutdown()
    for name, value in _lent.items():
        if os.environ.get(name) == value:
            del os.environ[name]
    _lent.clear()


@cache
def _token() -> str:
    """Return the token of this process's own Rays: Ray reads it once, and keeps it."""
    return secrets.token_hex(32)


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
            if os.environ.get("RAY_USE_TLS") != "1":  # else it would have to be greeted in cipher
                _greet(connection)
    except OSError as problem:
        raise UserError(
            f"no Ray at {address}: {problem.strerror or problem}; start it there with `ray start --head`, and check "
            "the port (6379, or 10001 for ray://) and the firewall"
        ) from None


def _greet(connection: socket.socket) -> None:
    """Raise OSError unless the other side answers as gRPC does."""
    connection.sendall(_GREETING)
    answer = b""
    while len(answer) < 4 and (more := connection.recv(4 - len(answer))):
        answer += more
    if answer[3:] != _SETTINGS:
        raise OSError("what listens there is not Ray")


def run_tasks(
    function: Callable[..., Any],
    arguments: Sequence[tuple[Any, ...]],
    retries: int = 3,
    resources: Mapping[str, Any] | None = None,
) -> Iterator[tuple[int, Outcome]]:
    """Run `function(*arguments[i])` for each i on the cluster connected to; yield (i, outcome) as they end.

    `function` is at the top of a module that workers can import. A task whose worker dies is run again, at most
    `retries` times; one that raises is not. `resources` are those of a task as Ray names them: `num_cpus` (default 1),
    `memory` in bytes.
    """
    ray = _import_ray()
    remote = ray.remote(**{"num_cpus": 1, "max_retries": retries, **(resources or {})})(function)
    waiting = {remote.remote(*given): i for i, given in enumerate(arguments)}
    try:
        while waiting:
            (done, *_), _ = ray.wait(list(waiting), num_returns=1)
            index = waiting.pop(done)
            try:
                outcome = Outcome(ray.get(done))
            except Exception as problem:
                outcome = Outcome(None, _say(problem))
            yield index, outcome
    finally:
        for left in waiting:
            ray.cancel(left, force=True)


class Actor(Worker):
    """A worker that knows its machine."""

    def hello(self) -> dict[str, str]:
        """Return who this is, and the machine as Ray names it. See `Worker.hello`."""
        return {**super().hello(), "node": _import_ray().get_runtime_context().get_node_id()}


class RayEvaluator(DistributedEvaluator):
    """Scores on the workers of a cluster, or of a Ray of this machine's own. See `DistributedEvaluator`."""

    def __init__(self, place: Place | None = None, tell: Callable[[str], None] | None = None) -> None:
        super().__init__(RayCrew(place or Place(), lambda line: self.tell(line)), tell)


class RayCrew(Crew):
    """Ray actors, as many as the cluster's cores allow: each has its process, its task and its compiled kernels."""

    def __init__(self, place: Place, tell: Callable[[str], None]) -> None:
        self._place, self._tell = place, tell
        self._found = is_connected()
        self._ray = connect(place.address, place.workers)
        options: dict[str, Any] = {"num_cpus": place.cpus, "max_restarts": 0, "max_task_retries": 0}
        if place.memory is not None:
            options["memory"] = place.memory
        self._actor = self._ray.remote(**options)(Actor)
        self._actors: dict[int, Any] = {}
        self._ready: set[int] = set()
        self._refused: dict[str, list[Any]] = {}  # by machine, actors of other versions; they keep others from there
        self._events: queue.SimpleQueue[tuple[int, int | None, Any]] = queue.SimpleQueue()
        self._started, self._planned, self._stillborn = 0, 0, 0
        self._looked = self._worked = time.monotonic()
        self._told: set[str] = set()
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
        if now - self._looked >= _LOOK_SECONDS or now >= deadline or self._is_to_replace(reports):
            self._looked = now
            self._grow()
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
        cause, gone = _say(problem), self._is_machine_gone(problem)
        if worker not in self._ready and not gone:
            self._stillborn += 1
            if self._stillborn >= _STILLBORN:
                self._tell_or_raise(f"workers die at their start: {cause}; is wann installed on all machines?")
        self._ready.discard(worker)
        return Report("dead", worker, cause=cause, gone=gone)

    def _is_machine_gone(self, problem: BaseException) -> bool:
        """Whether a worker is lost with its machine, or out of reach, rather than dead of what it did."""
        errors = self._ray.exceptions
        if isinstance(problem, errors.ActorUnavailableError) or getattr(problem, "preempted", False):
            return True
        return isinstance(problem, errors.ActorDiedError) and "node has died" in str(problem)

    def _refuse(self, worker: int, node: str, difference: str) -> None:
        """Do without the machine of a worker that would not score to the same bytes; UserError if it is the last."""
        self._refused.setdefault(node, []).append(self._actors.pop(worker))
        line = f"a worker has {difference}: install the same on all machines, for the same results"
        if not any(map(self._room, self._ray.nodes())):
            self._tell_or_raise(line)
        elif line not in self._told:
            self._tell(f"{line}; its machine is left out")
        self._told.add(line)
        self._looked = float("-inf")  # to see what the others have room for

    def _tell_or_raise(self, line: str) -> None:
        """Tell a line, once; without a worker that could go on, it is the end."""
        if not self._ready:
            raise UserError(line)
        if line not in self._told:
            self._told.add(line)
            self._tell(line)

    def _is_to_replace(self, reports: Sequence[Report]) -> bool:
        """Whether to look for room before it is time: some worker died, and not all that were started in its place."""
        return self._stillborn < _STILLBORN and any(report.kind == "dead" for report in reports)

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
        if not node["Alive"] or node["NodeID"] in self._refused:
            return 0
        room = int(node["Resources"].get("CPU", 0) / self._place.cpus)
        if self._place.memory:
            room = min(room, int(node["Resources"].get("memory", 0) / self._place.memory))
        return room

    def _memory_in_words(self) -> str:
        return f" and {self._place.memory / 2**30:g} GiB" if self._place.memory else ""


def _difference(there: Mapping[str, str]) -> str:
    """Return what differs between a worker's machine and this one, for a line to the user; nothing if all is alike."""
    here = identity()
    return ", ".join(
        f"{name} {there.get(name)} instead of {here[name]}" for name in here if there.get(name) != here[name]
    )


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
