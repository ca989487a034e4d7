"""The user's own code and weights that a study was made with, where these have changed since."""

from pathlib import Path

import pytest
import torch

from wann.cli.main import main
from wann.pruning.training.models import build

pytestmark = pytest.mark.usefixtures("jobs_here", "nothing_painted")

OWN = """
import torch
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body, self.head = nn.Linear(64, 30), nn.Linear(30, 10)

    def forward(self, x):
        return self.head(torch.relu(self.body(x.flatten(1))))
"""


def study(folder: Path, *flags: str) -> int:
    short = ("--steps", "60", "--seeds", "0", "--workers", "1")
    return main(["prune", *short, "--out", str(folder), *flags])


def test_a_study_does_not_go_on_with_other_code_or_weights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    name = f"changed_{tmp_path.name.replace('-', '_')}"
    module, weights = tmp_path / f"{name}.py", tmp_path / "weights.pt"
    module.write_text(OWN)
    monkeypatch.chdir(tmp_path)
    torch.save(build("lenet-300-100", (1, 8, 8), 10, 0).state_dict(), weights)
    own = ("--model", f"{name}:Net", "--method", "magnitude")
    given = ("--trained", str(weights), "--no-retrain", "--method", "magnitude")
    for folder, flags in (("own", own), ("given", given)):
        assert study(tmp_path / folder, *flags, "--density", "0.5") == 0
    module.write_text(f"# Comments do not count\n{OWN}")
    assert study(tmp_path / "own", *own, "--density", "0.5,0.4") == 0
    capsys.readouterr()
    module.write_text(OWN.replace("relu", "tanh"))
    torch.save(build("lenet-300-100", (1, 8, 8), 10, 1).state_dict(), weights)
    for folder, flags, other in (("own", own, f"{name}:Net"), ("given", given, weights)):
        said = f"the contents of {other} changed since rows were made with them"
        assert study(tmp_path / folder, *flags, "--density", "0.3") == 2
        assert said in capsys.readouterr().err
        assert len(list((tmp_path / folder).rglob("row.json"))) == (3 if folder == "own" else 2)
        assert main(["resume", str(tmp_path / folder), "--trust"]) == 0  # nothing is left to do
        older = f"the contents of {other} changed since all rows here were made"
        assert older in capsys.readouterr().err
        assert study(tmp_path / folder, *flags, "--density", "0.5") == 0
        assert older in capsys.readouterr().err
        next((tmp_path / folder).rglob("density=*/row.json")).unlink()
        assert main(["resume", str(tmp_path / folder), "--trust"]) == 2
        assert said in capsys.readouterr().err
    _ = [row.unlink() for row in (tmp_path / "own").rglob("row.json")]
    assert study(tmp_path / "own", *own, "--density", "0.5") == 0  # of the present code alone
