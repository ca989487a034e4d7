"""What `wann.tune` returns: the network with tuned weights, and what they are worth."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wann.api.columns import Columns
from wann.api.notes import in_json
from wann.formats.loaded_network import LoadedNetwork
from wann.jobs.tables import in_percent
from wann.weights.measures import Measure


@dataclass(frozen=True, repr=False)
class TuningResult:
    """A network with tuned weights, and what it is worth on fresh episodes.

    Attributes:
        network: the network, with the weights that were found.
        path: its file, None where none was written.
        folder: where the rows of the tuning lie, None where there are none in files.
        measure: the measure with these weights: `mean`, `sd`, `sd_over` and `n`.
        history: a row for each generation or epoch, as columns; none for a shared weight.
        notes: what is to be known of the task.
    """

    network: LoadedNetwork
    path: Path | None
    folder: Path | None
    measure: Measure
    history: Columns
    accuracies: bool  # whether the measure is of accuracies
    notes: tuple[str, ...] = ()

    @property
    def mean(self) -> float:
        """The mean return on fresh episodes, or the accuracy on the test examples."""
        return self.measure.mean

    @property
    def method(self) -> str:
        """How the weights were found."""
        return str(self._info["method"])

    @property
    def evaluations(self) -> int:
        """How many episodes the tuning ran."""
        return int(self._info["evaluations"])

    @property
    def weight(self) -> float | None:
        """The shared weight, None where each connection has its own."""
        return self._info.get("weight")

    @property
    def _info(self) -> dict[str, Any]:
        info: dict[str, Any] = self.network.info["tuned"]
        return info

    def to_json(self) -> dict[str, Any]:
        """Return JSON values: those that `wann tune --json` prints."""
        found: dict[str, Any] = {
            "network": None if self.path is None else str(self.path),
            "task": self.network.task,
            "connections": self.network.connections,
            "measure": "accuracy" if self.accuracies else "return",
            **self._info,
            **in_json(self.notes),
        }
        if self.folder is not None:
            found |= {"folder": str(self.folder), "finished": True}
        return found

    def text(self) -> str:
        """Return the line that `wann tune` prints."""
        at = "" if self.weight is None else f" at {self.weight:.4f}"
        of = self.measure
        earned = (
            f"accuracy {in_percent(of.mean)} on the test examples"
            if self.accuracies
            else f"mean return {of.mean:.4g}, sd {of.sd:.3g} over {of.n} fresh {of.sd_over}"
        )
        where = self.network.name if self.path is None else self.path
        return f"{where}: {self._info['weights']} weights by {self.method}{at}, {earned}"

    def __repr__(self) -> str:
        return f"TuningResult({self.text()})"
