"""Whole tasks side by side on Ray: what `local` does with processes of this machine."""

import contextlib
from collections import deque
from collections.abc import Callable, Generator, Sequence
from functools import partial
from typing import Any

from wann import own
from wann.errors import in_one_line
from wann.evaluators.ray.cluster import Cluster, cause_in_one_line, import_ray
from wann.evaluators.ray.head import Head
from wann.jobs.local import Outcome

# Seconds between two looks at the cluster, which may have grown.
_LOOK_SECONDS = 2.0


def run_tasks(
    function: Callable[[Any], Any],
    arguments: Sequence[Any],
    *,
    cluster: Cluster | None = None,
    retries: int = 0,
    stopped: Callable[[], bool] = lambda: False,
    tell: Callable[[str], None] = lambda line: None,
) -> Generator[tuple[int, Outcome], None, None]:
    """Call `function` with each of `arguments` on the cluster connected to, as `local.run_tasks`.

    Ray repeats nothing of its own accord: a try is a try, however it ended. The generator has to be
    closed before Ray is shut down.

    Args:
        function: one at the top of a module, which workers can import.
        arguments: one for each call.
        cluster: what each call is given; `cluster.workers` calls run at once, by default as many as
            the machines of the moment have room for.
        retries: how often a call is tried again that raised, or whose worker died.
        stopped: once it returns True no call is begun; those under way are awaited.
        tell: gets one line if no machine has the room that a call takes.

    Raises:
        ClusterLost: the head of the cluster does not answer.
    """
    ray, cluster = import_ray(), cluster or Cluster()
    memory = {} if cluster.memory is None else {"memory": cluster.memory}
    remote = ray.remote(num_cpus=cluster.cpus, max_retries=0, **memory)(_attempt)
    waiting, tried = deque(range(len(arguments))), [0] * len(arguments)
    under_way: dict[Any, int] = {}
    head, told = Head(), False
    state = own.permitted()  # packed once: objects of a session may be large
    try:
        while True:
            room = sum(map(cluster.room_on, nodes := head.ask(ray.nodes)))
            if not room and not told and waiting and not stopped():
                told = True
                missing = cluster.what_is_missing(nodes)
                tell(f"{missing}; waiting for a larger one to join (Ctrl-C stops)")
            while waiting and not stopped() and len(under_way) < (cluster.workers or max(1, room)):
                index = waiting.popleft()
                call = partial(remote.remote, state, function, arguments[index])
                under_way[head.ask(call)] = index
            # What has no room never begins, and so never ends
            if not under_way or (stopped() and not room):
                return
            wait = partial(ray.wait, list(under_way), num_returns=1, timeout=_LOOK_SECONDS)
            for done in head.ask(wait)[0]:
                outcome = _outcome(ray, done)
                if outcome.problem is not None:
                    head.await_answer()  # without a head all fail, for no fault of their own
                index = under_way.pop(done)
                tried[index] += 1
                if outcome.problem is not None and tried[index] <= retries and not stopped():
                    waiting.append(index)
                else:
                    yield index, outcome
    finally:
        if ray.is_initialized():  # to cancel would start another Ray
            for left in under_way:
                with contextlib.suppress(ConnectionError):  # of a client whose head is lost
                    ray.cancel(left, force=True)


def _attempt(state: own.State, function: Callable[[Any], Any], argument: Any) -> Outcome:
    """Call `function` on a worker, which finds what this process may import, and its own objects.

    What it raises comes back as a line, not as an exception of Ray's.
    """
    own.take_over(state)
    try:
        return Outcome(function(argument))
    except Exception as error:
        return Outcome(problem=in_one_line(error, traced=True))


def _outcome(ray: Any, done: Any) -> Outcome:
    try:
        return Outcome(*ray.get(done))
    except Exception as problem:  # its worker died, or could not begin
        return Outcome(problem=cause_in_one_line(problem))
