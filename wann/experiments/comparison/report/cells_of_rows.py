"""In which cell of the table of factors a row of a comparison stands."""

from collections.abc import Mapping

from wann.config.methods import EVOLUTION, MIXED
from wann.experiments.comparison.contestants.cells import (
    CELLS,
    GROWN_UP,
    MIXED_KINDS,
    PRUNED,
    RECTIFIERS_ALONE,
    SHARED,
    Cell,
)
from wann.experiments.comparison.contestants.make import GROWN
from wann.experiments.comparison.origins import Origin
from wann.experiments.comparison.rows import ComparisonRow


def cell_of(row: ComparisonRow, origins: Mapping[str, Origin], *, of_labels: bool) -> Cell | None:
    """Return the cell of the contestant of a row, None if it stands outside.

    Args:
        row: The row.
        origins: Where champions come from, by label.
        of_labels: Whether the task has labels: for others, what is pruned with weights of its own
            has other activations, and is in no cell by its name.
    """
    if row.job.name == GROWN:
        origin = origins.get(row.job.champion)
        return cell_of_champion(origin) if origin else None
    cell = row.cell or CELLS.get(row.job.name)
    made_alike = of_labels or row.cell is not None or (cell and cell.weights == SHARED)
    return cell if made_alike else None


def cell_of_champion(origin: Origin) -> Cell | None:
    """Return the cell of a champion by its search, None where it is of none.

    A search that trains masks prunes a parent. One of the structure that is agnostic by itself, as
    no search by evolution has it, stands outside.
    """
    kinds = RECTIFIERS_ALONE if origin.rectifiers else MIXED_KINDS
    if origin.method == EVOLUTION:
        return Cell(GROWN_UP, kinds, SHARED)
    if origin.method is None or origin.settings.get("parent") != MIXED:
        return None
    return Cell(PRUNED, kinds, SHARED)
