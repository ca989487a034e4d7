"""Rows of a study that nobody ran."""

from typing import Any

from wann.experiments.pruning.rows import StudyRow


def study_row(method: str, seed: int, density: float, accuracy: float, **others: Any) -> StudyRow:
    """Return the row of a model of 900 weights, of which a share is kept."""
    values: dict[str, Any] = {
        "model": "m",
        "dataset": "d",
        "method": method,
        "control": None,
        "seed": seed,
        "asked": density,
        "round": None,
        "kept": round(900 * density),
        "total": 900,
        "density": density,
        "effective_density": None,
        "accuracy": accuracy,
        "accuracy_without_retraining": None,
        "accuracy_at_early_stop": None,
        "early_stop_step": None,
        "seconds": 1.0,
    }
    return StudyRow(**values | others)
