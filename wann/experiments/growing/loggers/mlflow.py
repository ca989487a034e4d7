"""Curves for MLflow."""

import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from wann.experiments.growing.loggers.curves import NOT_DRAWN, CurveLogger, Row
from wann.runs.rundir import RunDir

_EXPERIMENT = "wann"  # unless MLFLOW_EXPERIMENT_NAME says otherwise
_MOST_AT_ONCE = 1000  # metrics that MLflow takes in one call
_MOST_PARAMETERS = 100  # that it takes in one call
_LONGEST_PARAMETER = 500  # characters that all of its stores take


class MlflowLogger(CurveLogger):
    """Curves, settings and champion for MLflow, where MLFLOW_TRACKING_URI says."""

    name = module = "mlflow"

    def check(self) -> Any:
        """Return the package, once the experiment is there: several workers would make it twice."""
        mlflow = super().check()
        _experiment(mlflow.MlflowClient())
        return mlflow

    def open(self, folder: Path, name: str, identity: str | None) -> "_MlflowRun":
        """See `CurveLogger`."""
        mlflow = super().check()
        client = mlflow.MlflowClient()
        if identity is None or not _is_there(mlflow, client, identity):
            tags = {"wann.folder": str(folder.resolve())}
            run = client.create_run(_experiment(client), tags=tags, run_name=name)
            settings = RunDir.open(folder).config.to_dict()
            parameters = [
                mlflow.entities.Param(key, str(value)[:_LONGEST_PARAMETER])
                for key, value in settings.items()
            ]
            for some in _parts(parameters, _MOST_PARAMETERS):
                client.log_batch(run.info.run_id, params=some, synchronous=True)
            identity = str(run.info.run_id)
        else:
            client.update_run(identity, status="RUNNING")
        return _MlflowRun(mlflow, client, identity)


class _MlflowRun:
    def __init__(self, mlflow: Any, client: Any, identity: str) -> None:
        self._metric, self._client, self.identity = mlflow.entities.Metric, client, identity

    def send(self, rows: Sequence[Row]) -> None:
        """See `Curves`."""
        for some in _parts(list(self._metrics(rows)), _MOST_AT_ONCE):
            self._client.log_batch(self.identity, metrics=some, synchronous=True)

    def _metrics(self, rows: Sequence[Row]) -> Iterator[Any]:
        now = int(1000 * time.time())
        for row in rows:
            for name, value in row.items():
                if name != NOT_DRAWN and value is not None:
                    yield self._metric(name, float(value), now, row[NOT_DRAWN])

    def close(self, champion: Path | None, finished: bool) -> None:
        """See `Curves`."""
        if champion:
            self._client.log_artifact(self.identity, str(champion))
        self._client.set_terminated(self.identity, "FINISHED" if finished else "KILLED")


def _parts(items: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    return (items[i : i + size] for i in range(0, len(items), size))


def _is_there(mlflow: Any, client: Any, identity: str) -> bool:
    """Return whether a run is known there: another tracking server may be asked than before."""
    try:
        return bool(client.get_run(identity).info.lifecycle_stage == "active")
    except mlflow.exceptions.MlflowException as error:
        if error.error_code != "RESOURCE_DOES_NOT_EXIST":
            raise
        return False


def _experiment(client: Any) -> str:
    """Return the id of the experiment, which is made where there is none."""
    name = os.environ.get("MLFLOW_EXPERIMENT_NAME", _EXPERIMENT)
    found = client.get_experiment_by_name(name)
    return str(found.experiment_id if found else client.create_experiment(name))
