"""The names of all files in the folder of a pruning study."""

from pathlib import Path

from wann.jobs.plan_files import PlanFile

# In the folder of a step: masks, weights by name with STATES behind it, and the row, which is
# written last.
MASKS, STATES, ROW = "masks.safetensors", ".safetensors", "row.json"
# What came out: all of it as JSON, a row per step, and a row per method, control and density.
SUMMARY, ROW_TABLE, SUMMARY_TABLE = "summary.json", "rows.csv", "summary.csv"
# Figures, whose names get .png and .svg.
ACCURACY_FIGURE, KEPT_INPUTS_FIGURE = "accuracy", "kept-inputs"
LOSS_INCREASE_FIGURE, OVERLAP_FIGURE = "loss-increase", "overlap"
_FIGURES = (ACCURACY_FIGURE, KEPT_INPUTS_FIGURE, LOSS_INCREASE_FIGURE, OVERLAP_FIGURE)
# What is compared
PLAN = PlanFile(
    "study.json",
    "pruning study",
    "wann prune",
    own=(
        *(SUMMARY, ROW_TABLE, SUMMARY_TABLE, "seed=*/"),
        *(f"{figure}.*" for figure in _FIGURES),
    ),
)


def is_study(folder: Path) -> bool:
    """Return whether there is a pruning study in a folder."""
    return (folder / PLAN.name).is_file()
