"""The Ray to run on: of this machine alone, or of many.

This is the only file that imports Ray, and it does so only on use.
"""

import contextlib
import importlib
import math
import os
import secrets
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from wann.errors import UserError
from wann.evaluators.ray.own_ray import running_here
from wann.evaluators.ray.reaching import check_reachable
from wann.machine.cores import available_cores

# What is sent to workers are kilobytes, so the local store need not be larger.
_STORE_BYTES = 256 * 2**20
_QUIET = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ENABLE_UV_RUN_RUNTIME_ENV": "0",  # workers use this environment, not a new one
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
    # Seconds to wait for a server that answers, but not as Ray does
    "RAY_NUM_REDIS_GET_RETRIES": "8",
    "RAY_CLIENT_INITIAL_CONNECTION_TIMEOUT_S": "3",
    "RAY_CLIENT_MAX_CONNECTION_TIMEOUT_S": "3",
}
# A busy head may fail to start the server that each client has within Ray's 30 s.
_CLIENT_TRIES = 3
# Environment variables that `connect` set for a local Ray.
_lent: dict[str, str] = {}
# The address that `connect` connected to.
_entered: dict[str, str] = {}
# Whether `reach` connected, and nobody took the connection over yet: at most one entry.
_reached: set[str] = set()


class Cluster(NamedTuple):
    """The resources asked of Ray: where workers run, and what each is given."""

    # HOST:PORT, ray://HOST:PORT, local: a new Ray; auto: the one running here, or else a new one
    address: str = "auto"
    cpus: float = 1.0  # of a worker
    memory: int | None = None  # bytes of a worker
    workers: int | None = None  # at most; default: as many as the machines have room for

    def room_on(self, node: Mapping[str, Any]) -> int:
        """Return how many workers fit on a machine, `node` being one entry of `ray.nodes()`."""
        if not node["Alive"]:
            return 0
        room = int(node["Resources"].get("CPU", 0) / self.cpus)
        return (
            min(room, int(node["Resources"].get("memory", 0) / self.memory))
            if self.memory
            else room
        )

    def what_is_missing(self, nodes: Sequence[Mapping[str, Any]]) -> str | None:
        """Return a line that says why no worker fits on any machine; None if some machine does.

        `nodes` is what `ray.nodes()` returns.
        """
        if any(map(self.room_on, nodes)):
            return None
        sizes = [
            (n["Resources"].get("CPU", 0), n["Resources"].get("memory", 0))
            for n in nodes
            if n["Alive"]
        ]
        cores, memory = max(sizes, default=(0, 0))
        return (
            f"no machine has the {self.asked()} asked for a worker: the largest has "
            f"{cores:g} cores and {memory / 2**30:.3g} GiB for Ray"
        )

    def asked(self) -> str:
        """Return what a worker is given, in words."""
        return f"{self.cpus:g} core{'' if self.cpus == 1 else 's'}" + (
            f" and {self.memory / 2**30:.3g} GiB" if self.memory else ""
        )


def connect(cluster: Cluster | None = None) -> Any:
    """Return the module `ray`, connected to the Ray at `cluster`, or to a new one.

    Where this process is connected already, nothing changes. `disconnect` undoes it, and is not to
    be called by those who found Ray connected (`is_connected`).

    Raises:
        UserError: where Ray is not installed, where nothing answers at the address within seconds,
            or where a new Ray of this machine would have no room for a worker.
    """
    cluster = cluster or Cluster()
    if is_connected():
        return sys.modules["ray"]
    for name, value in _QUIET.items():
        os.environ.setdefault(name, value)
    address = _where(cluster)
    if address == "local":
        _lend_token()
    ray = import_ray()
    _enter(ray, address, cluster)
    _entered["address"] = address
    # To another Ray, larger machines may still join.
    missing = cluster.what_is_missing(ray.nodes()) if address == "local" else None
    if missing:
        disconnect()
        raise UserError(missing)
    return ray


def reach(cluster: Cluster) -> None:
    """Connect to the Ray at `cluster`, or start one, before what needs it is begun.

    What is run next ends the connection with its own end (`found_connected`). UserError as above.
    """
    if not is_connected():
        connect(cluster)
        _reached.add(cluster.address)


def found_connected() -> bool:
    """Whether this process was connected to Ray before the work began that asks for it.

    Where it was not, who asks has to `disconnect` in the end.
    """
    if _reached:
        _reached.clear()
        return False
    return is_connected()


def _enter(ray: Any, address: str, cluster: Cluster) -> None:
    """Connect to the Ray at `address`, as a client several times if need be; UserError as above."""
    tries = _CLIENT_TRIES if address.startswith("ray://") else 1
    for left in reversed(range(tries)):
        try:
            ray.init(address=address, **_how_to_start(address, cluster))
            return
        except Exception as problem:  # of many kinds: network, tokens, versions
            disconnect()
            advice = _advice(problem)
            if not left or advice:
                raise UserError(
                    f"no Ray at {address}: {cause_in_one_line(problem)}{advice}"
                ) from None


def _where(cluster: Cluster) -> str:
    """Return the address of the Ray to connect to, "local" for a new one; UserError as above."""
    address, given_by = cluster.address, "--ray"
    if address == "auto":
        address, given_by = os.environ.get("RAY_ADDRESS") or "auto", "RAY_ADDRESS"
    if address == "auto":
        return running_here() or "local"
    if address != "local":
        check_reachable(address, given_by)
    return address


def head_address() -> str | None:
    """Return where the head is of the Ray that this process is connected to, as `--ray` takes it.

    None where nobody knows: who connects to a ray:// address without `connect` is not told.
    """
    ray = sys.modules["ray"]
    if ray.util.client.ray.is_connected():
        return _entered.get("address")
    return str(ray.get_runtime_context().gcs_address)


def _lend_token() -> None:
    """Set a token that only this process and its children know, unless the user has one.

    A Ray of this machine listens on all interfaces.
    """
    if not os.environ.get("RAY_AUTH_MODE") and not os.environ.get("RAY_AUTH_TOKEN"):
        _lent.update(RAY_AUTH_MODE="token", RAY_AUTH_TOKEN=_token())
        os.environ.update(_lent)
        _read_token_again()


def _read_token_again() -> None:
    """Have Ray read mode and token again, which it reads once, some when it is imported."""
    if "ray" in sys.modules:
        with contextlib.suppress(ImportError, AttributeError):  # names that Ray may change
            inside = importlib.import_module("ray._raylet")
            inside.Config.initialize("")
            inside.AuthenticationTokenLoader.instance().reset_cache()


def _how_to_start(address: str, cluster: Cluster) -> dict[str, Any]:
    """Return the arguments of `ray.init`, besides the address."""
    how: dict[str, Any] = {
        "log_to_driver": False,
        "logging_level": "ERROR",
        "configure_logging": False,
    }
    if address == "local":
        asked = math.ceil(cluster.workers * cluster.cpus) if cluster.workers else available_cores()
        how |= {
            "num_cpus": asked,
            "include_dashboard": False,
            "object_store_memory": _STORE_BYTES,
        }
    return how


def is_connected() -> bool:
    """Whether this process is connected to a Ray, by `connect` or by itself."""
    return "ray" in sys.modules and bool(sys.modules["ray"].is_initialized())


def disconnect() -> None:
    """End the connection to Ray, and with it a Ray that `connect` started.

    The token of such a Ray leaves the environment.
    """
    if "ray" in sys.modules:
        sys.modules["ray"].shutdown()
    for name, value in _lent.items():
        if os.environ.get(name) == value:
            del os.environ[name]
    if _lent:
        _read_token_again()
    for kept in (_lent, _entered, _reached):
        kept.clear()


@cache
def _token() -> str:
    """Return the token of the Rays that this process starts: Ray reads it once, and keeps it."""
    return secrets.token_hex(32)


def import_ray() -> Any:
    """Return the module `ray`; UserError where it is not installed."""
    try:
        return importlib.import_module("ray")
    except ImportError:
        raise UserError(
            "--ray needs a package that is not installed: pip install 'wann[ray]'"
        ) from None


def cause_in_one_line(problem: BaseException) -> str:
    """Return an exception of Ray as one line; the last line of its text tells the cause."""
    lines = [line.strip() for line in str(problem).splitlines() if line.strip()]
    cause = getattr(problem, "cause", None) or problem  # of a task: what it raised
    return f"{type(cause).__name__}: {lines[-1] if lines else ''}"[:300]


def _advice(problem: BaseException) -> str:
    if "uthenticat" in type(problem).__name__ + str(problem):
        return (
            "; copy the cluster's token to ~/.ray/auth_token here, or set RAY_AUTH_MODE=disabled "
            "on both sides"
        )
    if isinstance(problem, ImportError) and "grpc" in str(problem):
        return "; addresses of the form ray:// need: pip install 'ray[client]'"
    return ""
