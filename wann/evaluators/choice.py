"""Which evaluator suits a task."""

from wann.evaluators.processes import ProcessEvaluator
from wann.evaluators.threads import ThreadEvaluator
from wann.tasks import Task


def make_evaluator(task: Task, threads: int | None = None) -> ThreadEvaluator | ProcessEvaluator:
    """Return an evaluator with `threads` threads or processes, whichever `task` needs (default: one for every core)."""
    return ProcessEvaluator(threads) if task.workers == "processes" else ThreadEvaluator(threads)
