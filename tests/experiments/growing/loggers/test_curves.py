"""TensorBoard, Weights & Biases and MLflow get each row of a search once, read by their readers."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from run_toys import SMALL

import wann
from wann.errors import UserError
from wann.experiments.growing.loggers.curves import CurveLogger

pytestmark = pytest.mark.usefixtures("nothing_painted")

HOW = SMALL | {"generations": 4, "checkpoint_seconds": 1000}


def stopped_and_resumed(logger: Any, folder: Path) -> wann.Run:
    """A search that is stopped, loses what came after its checkpoint, and is gone on with."""
    stop = {"callback": lambda row: row["generation"] == 1}
    wann.search("swingup-quick", out=folder, logger=logger, **HOW, **stop)
    found = wann.resume(folder, threads=1, figures=False, logger=logger)
    assert isinstance(found, wann.Run)
    return found


def test_tensorboard_reads_each_generation_once(tmp_path: Path) -> None:
    pytest.importorskip("tensorboard")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
    from tensorboard.util.tensor_util import make_ndarray

    run = stopped_and_resumed("tensorboard", tmp_path / "run")
    reader = EventAccumulator(str(run.folder / "tensorboard"))
    reader.Reload()
    assert "champion_connections" in reader.Tags()["tensors"]
    best = reader.Tensors("best")
    assert [event.step for event in best] == [0, 1, 2, 3]
    values = [float(make_ndarray(event.tensor_proto)) for event in best]
    assert values == pytest.approx(run.history["best"].tolist(), rel=1e-6)
    assert reader.SummaryMetadata("best").plugin_data.plugin_name == "scalars"


@pytest.mark.filterwarnings("ignore")  # of SQLAlchemy
def test_mlflow_keeps_curves_settings_and_champion(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("mlflow")
    pytest.importorskip("sqlalchemy")
    monkeypatch.setenv("MLFLOW_DISABLE_TELEMETRY", "true")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path}/store.db")
    monkeypatch.setenv("MLFLOW_EXPERIMENT_NAME", "tried")
    monkeypatch.chdir(tmp_path)  # artifacts lie below it
    from mlflow import MlflowClient

    run = stopped_and_resumed("mlflow", tmp_path / "run")
    client = MlflowClient()
    experiment = client.get_experiment_by_name("tried")
    (kept,) = client.search_runs([experiment.experiment_id])
    assert (kept.info.run_name, kept.info.status) == ("run", "FINISHED")
    assert kept.data.params["generations"] == "4"
    history = client.get_metric_history(kept.info.run_id, "best")
    points = sorted((metric.step, metric.value) for metric in history)
    assert points == list(enumerate(run.history["best"].tolist()))
    path = client.download_artifacts(kept.info.run_id, "champion.json", str(tmp_path))
    assert Path(path).read_bytes() == (run.folder / "champion.json").read_bytes()
    client.delete_run(kept.info.run_id)  # a run that is gone there is told anew, from the beginning
    wann.resume(run, threads=1, figures=False, logger="mlflow")
    (again,) = client.search_runs([experiment.experiment_id])
    assert len(client.get_metric_history(again.info.run_id, "best")) == 4


def test_wandb_writes_an_offline_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wandb = pytest.importorskip("wandb")
    monkeypatch.setenv("WANDB_MODE", "offline")
    monkeypatch.setenv("WANDB_DATA_DIR", str(tmp_path / "data"))
    run = wann.search("swingup-quick", out=tmp_path / "run", logger="wandb", **HOW)
    (offline,) = (run.folder / "wandb").glob("offline-run-*")
    assert wandb.run is None
    wandb.teardown()  # waits until all of it is written
    identity = json.loads((run.folder / "logged.json").read_text())["wandb"]["identity"]
    (file,) = offline.glob(f"run-{identity}.wandb")
    content = file.read_bytes()
    for part in (b"median_connections", b"swingup", b"champion.json"):
        assert part in content
    assert (offline / "files" / "champion.json").read_bytes() == (
        run.folder / "champion.json"
    ).read_bytes()


class Flaky(CurveLogger):
    """A program that cannot be reached for the first calls."""

    name, module = "flaky", "json"
    identity = "there"

    def __init__(self, failures: int) -> None:
        super().__init__()
        self.failures, self.sent, self.closed = failures, [], []  # type: ignore[var-annotated]

    def open(self, folder: Path, name: str, identity: str | None) -> "Flaky":
        if self.failures > 100:
            raise ConnectionError("no such host")
        return self

    def send(self, rows: Sequence[Any]) -> None:
        self.failures -= 1
        if self.failures >= 0:
            raise ConnectionError("no such host")
        self.sent += [row["generation"] for row in rows]

    def close(self, champion: Path | None, finished: bool) -> None:
        self.closed.append((champion is not None, finished))


def test_a_program_that_is_away_delays_rows_and_never_the_search(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    flaky = Flaky(failures=2)
    run = wann.search("swingup-quick", out=tmp_path / "run", logger=flaky, **HOW)
    assert (flaky.sent, flaky.closed) == ([], [(True, True)])
    said = capsys.readouterr().err
    assert said.count("the logger flaky cannot send rows as yet: ConnectionError") == 1
    wann.resume(run, threads=1, figures=False, logger=flaky)
    assert flaky.sent == [0, 1, 2, 3]
    (run.folder / "logged.json").write_text("damaged")
    wann.resume(run, threads=1, figures=False, logger=flaky)
    assert flaky.sent == [0, 1, 2, 3] * 2


def test_what_cannot_begin_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    message = r"the logger flaky cannot begin: .*no such host.*nothing is lost: continue with"
    with pytest.raises(UserError, match=message):
        wann.search("swingup-quick", out=tmp_path / "run", logger=Flaky(1000), **HOW)
    assert wann.resume(tmp_path / "run", threads=1, figures=False)
    for name in ("tensorboard.summary", "wandb", "mlflow"):
        monkeypatch.setitem(__import__("sys").modules, name, None)
    for name in ("tensorboard", "wandb", "mlflow"):
        with pytest.raises(UserError, match=rf"not installed: pip install 'wann\[{name}\]'"):
            wann.search("swingup-quick", out=tmp_path / name, logger=name, **HOW)
        assert not (tmp_path / name).exists()
