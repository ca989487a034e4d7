"""How long the models of a study take, which shows when pruning pays.

Each is timed in three ways: dense with its masks, made smaller, and computed along its connections
alone.
"""

from collections.abc import Sequence
from pathlib import Path

import torch

from wann.errors import UserError
from wann.experiments.pruning.plan import StudyPlan
from wann.experiments.pruning.rows import LatencyRow
from wann.experiments.pruning.step_files import is_done, read_masks, read_state, step_folder
from wann.pruning.methods.model_and_data import Subject
from wann.pruning.structure.latency import measure_latency

_EXAMPLES = 1000


def measure_latencies(study: Path, plan: StudyPlan) -> list[LatencyRow]:
    """Return measured times for each method, density, batch size and way to compute.

    The models are those of the first seed, and they are computed on one thread. Times are medians
    and quartiles of the seconds that a batch takes. Steps that are not finished, and models that
    cannot be traced, are left out.
    """
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        subject = plan.subject(plan.seeds[0])
        return [
            row
            for method in plan.methods
            for density in plan.densities
            for row in _rows(study, plan, subject, method, density)
        ]
    finally:
        torch.set_num_threads(threads)


def _rows(
    study: Path, plan: StudyPlan, subject: Subject, method: str, density: float
) -> list[LatencyRow]:
    folder, device = step_folder(study, plan.seeds[0], method, density=density), subject.data.device
    if not is_done(folder):
        return []
    masks, model = read_masks(folder, device), subject.copy(read_state(folder, "trained", device))
    some = subject.data.x_test[:_EXAMPLES]
    if not isinstance(some, torch.Tensor):
        return []
    try:
        found = measure_latency(model.eval(), masks, some)
    except UserError:
        return []
    return [LatencyRow(method, density, latency) for latency in found]


def as_lines(rows: Sequence[LatencyRow]) -> str:
    """Return the times as lines for the terminal, with their ratio to the dense model's."""
    dense = {
        (row.method, row.asked, row.latency.batch): row.latency.median
        for row in rows
        if row.latency.way == "dense"
    }
    return "\n".join(_line(row, dense[row.method, row.asked, row.latency.batch]) for row in rows)


def _line(row: LatencyRow, dense: float) -> str:
    found = row.latency
    return (
        f"{row.method:18} {100 * row.asked:6.2f} %  batch {found.batch:5}  {found.way:7} "
        f"{1e3 * found.median:9.3f} ms  {dense / found.median:6.2f} x"
    )
