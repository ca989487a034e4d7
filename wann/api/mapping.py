"""`wann.map`: a function of one's own, called with many networks on all cores or on Ray."""

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.reduction import ForkingPickler
from typing import Any, NamedTuple, TypeVar

from wann import own
from wann.api.calls import public
from wann.api.running import cluster_of
from wann.errors import UserError, in_one_line, in_short
from wann.evaluators.starting import WORKERS
from wann.machine.cores import available_cores

T = TypeVar("T")
R = TypeVar("R")

# Small enough that all workers end together; handing one out costs about a millisecond.
_PIECES_PER_WORKER = 4
_EXPECTED = "a function of one of the things that it is mapped over, which returns a value"


class _Order(NamedTuple):
    """What a worker is asked: the function, and some of the things, from number `first` on."""

    function: str  # its name, see `own`
    first: int
    things: bytes  # a list of them


class _Answer(NamedTuple):
    """What a worker found: values, or why there are none."""

    values: bytes  # a list of them
    problem: str | None = None


class _Workers:
    """Worker processes, kept for the next call: starting them takes a second."""

    def __init__(self) -> None:
        self.pool: ProcessPoolExecutor | None = None
        self.count = 0

    def get(self, count: int) -> ProcessPoolExecutor:
        """Return a pool of `count` processes."""
        if self.pool is None or self.count != count:
            self.end()
            self.pool, self.count = ProcessPoolExecutor(count, mp_context=WORKERS), count
        return self.pool

    def end(self) -> None:
        """End the processes in the middle of what they do; the next call starts others."""
        pool, self.pool = self.pool, None
        if pool is not None:
            processes = list((pool._processes or {}).values())
            results: Any = pool._result_queue
            pool.shutdown(wait=False, cancel_futures=True)
            for process in processes:
                process.kill()
            # One that was sending leaves half a result. The pool would wait for the rest of it, and
            # the interpreter for the pool in the end, as long as somebody could still write.
            results._writer.close()


_workers = _Workers()


@public
def map(
    function: Callable[[T], R],
    things: Iterable[T],
    *,
    workers: int | None = None,
    ray: str | bool | None = None,
) -> list[R]:
    """Return what `function` returns for each of `things`, in their order.

    The calls are made side by side: in processes of this machine, which are kept for the next call,
    or on Ray. What they return does not depend on where they are made, so long as the function
    depends on its argument alone.

    Args:
        function: of one genome or network, or of whatever is mapped over. Functions of notebooks
            and lambdas will do where they can be sent to other processes, or it is the name of a
            function, `"module:function"`.
        things: genomes, networks, or anything else that can be sent to other processes.
        workers: how many processes; by default one for each core, 1 calls it in this process.
        ray: the address of a Ray cluster, or True for the Ray of this machine.

    Raises:
        UserError: in one line, a call that failed or whose process died, a function or argument
            that cannot be sent, with the number of the argument.

    Example:
        ```python
        def inputs_heard(genome):
            return len(set(genome.source[genome.enabled].tolist()))

        genomes = search.ask()
        scores = wann.map(inputs_heard, genomes)
        ```
    """
    found: Any = own.find_object(function, "function") if isinstance(function, str) else function
    if not callable(found):
        raise UserError(f"expected {_EXPECTED}, got {in_short(found)}")
    if not isinstance(things, Iterable):
        raise UserError(f"things: expected genomes, networks or the like, got {in_short(things)}")
    given = list(things)
    cluster = cluster_of(ray, workers)
    count = workers or available_cores()
    if not given or (cluster is None and count == 1):
        return [_called(found, number, thing) for number, thing in enumerate(given)]
    name = own.name_of(found)
    if cluster is not None:
        return _on_ray(_orders(name, given, workers or 2 * available_cores()), cluster)
    return _in_processes(_orders(name, given, count), given, count)


def _called(function: Callable[[Any], Any], number: int, thing: Any) -> Any:
    label = f"the function {own.label_of(function)}"
    return own.call(label, _EXPECTED, function, f"argument {number} ({in_short(thing)})", thing)


def _orders(name: str, things: Sequence[Any], workers: int) -> list[_Order]:
    size = max(1, -(-len(things) // (_PIECES_PER_WORKER * workers)))
    return [
        _Order(name, first, _packed(things[first : first + size], name, first))
        for first in range(0, len(things), size)
    ]


def _packed(things: Sequence[Any], name: str, first: int) -> bytes:
    try:
        return bytes(ForkingPickler.dumps(list(things)))
    except Exception as problem:  # whatever an object raises on its way
        if len(things) > 1:
            for number, thing in enumerate(things, first):
                _packed([thing], name, number)
        raise UserError(
            f"the function {name}: argument {first} ({in_short(things[0])}) cannot be sent to "
            f"another process: {in_one_line(problem)}; workers=1 calls it in this one"
        ) from None


def _in_processes(orders: Sequence[_Order], things: Sequence[Any], count: int) -> list[Any]:
    """Return all values; where a process dies, the calls that are left are made one by one."""
    state, found = own.permitted(), []
    with _ended_where_it_fails():
        try:
            futures = [_workers.get(count).submit(_do, state, order) for order in orders]
            for future in futures:
                found += _values(future.result())
        except BrokenProcessPool:
            _workers.end()
            for number in range(len(found), len(things)):
                found += _alone(state, orders[0].function, number, things[number], count)
    return found


def _alone(state: own.State, name: str, number: int, thing: Any, count: int) -> list[Any]:
    """Return the value of one call, made while no other is, so that it is known which one fails."""
    order = _Order(name, number, _packed([thing], name, number))
    try:
        return _values(_workers.get(count).submit(_do, state, order).result())
    except BrokenProcessPool:
        raise UserError(
            f"the function {name} ended its process on argument {number} ({in_short(thing)}); if "
            f"nobody killed it, memory may be short; expected {_EXPECTED}"
        ) from None


@contextlib.contextmanager
def _ended_where_it_fails() -> Iterator[None]:
    """End the workers where this block raises: calls that nobody waits for are not gone on with."""
    try:
        yield
    except BaseException:
        _workers.end()
        raise


def _on_ray(orders: Sequence[_Order], cluster: Any) -> list[Any]:
    from wann.evaluators.ray.cluster import connect, is_connected
    from wann.jobs import ray as on_ray

    if not is_connected():
        connect(cluster)  # and stay: the next call finds its workers there
    found: dict[int, _Answer] = {}
    calls = on_ray.run_tasks(_do_here, orders, cluster=cluster, stopped=lambda: _failed(found))
    with contextlib.closing(calls) as outcomes:
        for index, outcome in outcomes:
            found[index] = outcome.value or _Answer(
                b"",
                f"the function {orders[index].function}, on arguments from "
                f"{orders[index].first} on: {outcome.problem}",
            )
    return [value for index in sorted(found) for value in _values(found[index])]


def _failed(found: dict[int, _Answer]) -> bool:
    return any(answer.problem for answer in found.values())


def _values(answer: _Answer) -> list[Any]:
    if answer.problem is not None:
        raise UserError(answer.problem)
    values: list[Any] = ForkingPickler.loads(answer.values)
    return values


# ---- in the worker


def _do(state: own.State, order: _Order) -> _Answer:
    own.take_over(state)
    return _do_here(order)


def _do_here(order: _Order) -> _Answer:
    """Make the calls that are ordered; what goes wrong comes back as a line."""
    try:
        function = own.find_object(order.function, "function")
        things = ForkingPickler.loads(order.things)
        values = [_called(function, i, thing) for i, thing in enumerate(things, order.first)]
        return _Answer(bytes(ForkingPickler.dumps(values)))
    except UserError as error:
        return _Answer(b"", str(error))
    except Exception as problem:  # a value that cannot be sent back
        return _Answer(
            b"",
            f"the function {order.function} returned what cannot be sent to another process, "
            f"for an argument from {order.first} on: {in_one_line(problem)}; workers=1 calls it in "
            "this one",
        )
