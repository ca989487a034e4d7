"""When pruning pays: measured times of the models of a study, dense, made smaller, and along their connections."""

from pathlib import Path

import torch

from wann.errors import UserError
from wann.experiments.pruning.plan import Plan
from wann.experiments.pruning.records import Row, read_masks, read_row, read_state, step_folder
from wann.pruning.structure.latency import measure_latency

_EXAMPLES = 1000


def measure_speed(place: Path, plan: Plan) -> list[Row]:
    """Return a row for each method, density, batch size and way to compute, on one thread, for the first seed.

    Medians and quartiles in seconds of a batch. Steps that are not finished, and models that cannot
    be traced, are left out.
    """
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        return [
            row
            for method in plan.methods
            for density in plan.densities
            for row in _rows(place, plan, method, density)
        ]
    finally:
        torch.set_num_threads(threads)


def _rows(place: Path, plan: Plan, method: str, density: float) -> list[Row]:
    subject = plan.subject(plan.seeds[0])
    folder, device = step_folder(place, plan.seeds[0], method, density=density), subject.data.device
    if read_row(folder) is None:
        return []
    masks, model = read_masks(folder, device), subject.copy(read_state(folder, "trained", device))
    try:
        found = measure_latency(model.eval(), masks, subject.data.x_test[:_EXAMPLES])
    except UserError:
        return []
    return [{"method": method, "asked": density, **latency._asdict()} for latency in found]


def as_lines(rows: list[Row]) -> str:
    """Return the times as lines for the terminal, with their ratio to the dense model's."""
    dense = {
        (row["method"], row["asked"], row["batch"]): row["median"]
        for row in rows
        if row["way"] == "dense"
    }
    return "\n".join(
        f"{row['method']:18} {100 * row['asked']:6.2f} %  batch {row['batch']:5}  {row['way']:7} "
        f"{1e3 * row['median']:9.3f} ms  "
        f"{dense[row['method'], row['asked'], row['batch']] / row['median']:6.2f} x"
        for row in rows
    )
