"""Curves for Weights & Biases."""

import os
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from wann.experiments.growing.loggers.curves import NOT_DRAWN, CurveLogger, Row
from wann.runs.rundir import RunDir
from wann.terminal import say

_PROJECT = "wann"  # unless WANDB_PROJECT says otherwise


class WandbLogger(CurveLogger):
    """Curves, settings and champion for Weights & Biases, as WANDB_PROJECT and WANDB_MODE say."""

    name = module = "wandb"

    def open(self, folder: Path, name: str, identity: str | None) -> "_WandbRun":
        """See `CurveLogger`."""
        wandb = self.check()
        identity = identity or secrets.token_hex(8)
        run = wandb.init(
            project=os.environ.get("WANDB_PROJECT", _PROJECT),
            name=name,
            group=name.rpartition("/")[0] or None,  # the sweep
            id=identity,
            dir=str(folder),
            config=RunDir.open(folder).config.to_dict(),
            resume="allow",
            reinit="create_new",  # a run that the user has open stays as it is
            settings=wandb.Settings(console="off", silent=True),
        )
        if run.url:
            say(f"the logger wandb sends the curves to {run.url}")
        return _WandbRun(run, identity)


class _WandbRun:
    def __init__(self, run: Any, identity: str) -> None:
        self._run, self.identity = run, identity

    def send(self, rows: Sequence[Row]) -> None:
        """See `Curves`."""
        for row in rows:
            known = {name: value for name, value in row.items() if value is not None}
            self._run.log(known, step=row[NOT_DRAWN])

    def close(self, champion: Path | None, finished: bool) -> None:
        """See `Curves`."""
        if champion:
            self._run.save(str(champion), base_path=str(champion.parent), policy="now", glob=False)
        self._run.finish()
