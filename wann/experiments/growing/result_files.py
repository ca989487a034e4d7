"""The files in which a run keeps what was found: rows, champions, confirmed front, summary."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from wann.config import SearchConfig
from wann.errors import UserError
from wann.evolution.birth import Birth
from wann.evolution.front import Confirmed
from wann.experiments.growing.lineage import birth_rows
from wann.experiments.growing.rows import GenerationRow, GenerationSeconds, RunSummary, measure_of
from wann.files import sha256
from wann.formats import NetworkFile, dumps_json, read_network
from wann.runs import filenames
from wann.runs.digest import CODING, run_digest
from wann.runs.lineage import lineage_text
from wann.runs.rundir import RunDir
from wann.tasks.datasets import array_coding_of
from wann.tasks.task import Task
from wann.weights import measures


class ResultFiles:
    """Writes what a search found into the folder of its run."""

    def __init__(self, run: RunDir, config: SearchConfig, task: Task) -> None:
        self.run, self.config = run, config
        self._coding = array_coding_of(task)
        self._measure = measure_of(config)
        self.newest: Confirmed | None = None  # the champion that was written last

    def add_generation(self, row: GenerationRow, seconds: GenerationSeconds) -> None:
        """Append the row of a generation, and how many seconds each part of it took."""
        self.run.append(filenames.GENERATIONS, row.to_json())
        self.run.append(filenames.TIMING, {"generation": row.generation, **seconds.to_json()})

    def add_champion(self, champion: Confirmed | None, generation: int) -> None:
        """Write the champion of a generation, unless it is that of the generation before."""
        if champion is None or champion is self.newest:
            return
        text = self._text(champion)
        self.run.write_text(f"{filenames.CHAMPIONS}/{generation:06d}.json", text)
        self.run.write_text(filenames.CHAMPION, text)
        self.newest = champion

    def write_champion(self, champion: Confirmed) -> None:
        """Write the champion at the end of a run.

        The file that a resumed run found may have been missing, or ahead of the checkpoint.
        """
        self.run.write_text(filenames.CHAMPION, self._text(champion))

    def write_lineage(
        self, champions: Sequence[tuple[int, Birth]], front: Sequence[Confirmed]
    ) -> None:
        """Write who the champions and the front descend from, and what each birth changed."""
        rows = birth_rows(champions, front)
        if rows:
            self.run.write_text(filenames.LINEAGE, lineage_text(rows))

    def write_front(self, members: Sequence[Confirmed], champion: Confirmed | None) -> None:
        """Write the table and networks of the confirmed front, and remove those of older fronts."""
        points, names = [], set()
        for member in members:
            name = f"{member.connections:04d}.json"
            path = f"{filenames.FRONT_NETWORKS}/{name}"
            text = self._text(member)
            self.run.write_text(path, text)
            points.append(
                {
                    **_confirmed_info(member, self._measure),
                    "network": path,
                    "champion": member is champion,
                    "sha256": sha256(text.encode()),
                }
            )
            names.add(name)
        self.run.write_json(filenames.FRONT, points)
        self._keep_only(names)

    def write_summary(self, summary: RunSummary) -> RunSummary:
        """Write the summary with the digest of the run, and return it with that."""
        summary = summary._replace(digest=run_digest(self.run.path))
        self.run.write_json(filenames.SUMMARY, summary.to_json())
        self.run.log(f"stopped after {summary.generations} generations, digest {summary.digest}")
        return summary

    def _keep_only(self, names: set[str]) -> None:
        """Remove the networks of older fronts of this run, which are not among `names`.

        Whatever else lies in their folder stays.
        """
        for path in sorted((self.run.path / filenames.FRONT_NETWORKS).glob("*.json")):
            if path.name not in names and self._wrote(path):
                self.run.folder.remove(f"{filenames.FRONT_NETWORKS}/{path.name}")

    def _wrote(self, path: Path) -> bool:
        """Return whether a file in the folder of the front is one that this run wrote."""
        if not re.fullmatch(r"[0-9]{4,}\.json", path.name) or path.is_symlink():
            return False
        try:
            info = read_network(path).info
            size = info["confirmed"]["connections"]
        except (UserError, KeyError, TypeError):
            return False
        return (info.get("seed"), size) == (self.config.seed, int(path.stem))

    def _text(self, member: Confirmed) -> str:
        info: dict[str, Any] = {
            "seed": self.config.seed,
            "confirmed": _confirmed_info(member, self._measure),
        }
        if self._coding is not None:
            info[CODING] = self._coding
        file = NetworkFile(member.genome, None, self.config.task, info)
        return dumps_json(file.named_in(self.run.path))


def _confirmed_info(member: Confirmed, measure: str | None) -> dict[str, Any]:
    """Return what files say of a confirmed network, in JSON values."""
    said = {} if measure is None else {"measure": measure}
    return said | {
        "connections": member.connections,
        "mean": member.mean,
        "sd": member.sd,
        "sd_over": measures.TRIALS if measure is None else measures.TRIALS_OF_ACCURACY,
        "n": member.trials,
        "generation": member.generation,
    }
