"""The network of a step of a pruning study: its trained model under its masks."""

from pathlib import Path
from typing import Any

from wann.errors import UserError
from wann.experiments.pruning.filenames import MASKS, PLAN, STATES
from wann.experiments.pruning.plan import StudyPlan
from wann.experiments.pruning.step_files import read_masks, read_row, read_state
from wann.experiments.pruning.trusted_code import check_trusted
from wann.formats.loaded_network import LoadedNetwork
from wann.jobs.plan_files import FolderFiles
from wann.pruning.structure.to_network import to_network
from wann.pruning.training.data import normalisation_of

_TRAINED = "trained"


def network_of_step(folder: Path) -> LoadedNetwork:
    """Return the network of the step in `folder`, with its trained weights.

    Its inputs are those of the study's model: examples scaled as for training, laid flat. By how
    much is in its info, as `inputs`.
    UserError where the model is no perceptron, or the step kept no weights, as those of controls.
    """
    study = next((path for path in folder.resolve().parents if (path / PLAN.name).is_file()), None)
    row = read_row(folder)
    if study is None or row is None:
        raise UserError(
            f"{folder} lies in no pruning study: expected a folder with {PLAN.name} above it"
        )
    if not (folder / f"{_TRAINED}{STATES}").is_file():
        raise UserError(
            f"{folder} keeps masks but no weights, as steps of controls do: load {folder / MASKS} "
            "for the structure alone"
        )
    plan = PLAN.read(FolderFiles(study), StudyPlan.from_dict)
    check_trusted(plan, str(study / PLAN.name))
    subject = plan.subject(row.seed)
    device = subject.data.device
    model = subject.copy(read_state(folder, _TRAINED, device))
    example: Any = subject.example()
    network, weights = to_network(model, read_masks(folder, device), example)
    shift, scale = normalisation_of(plan.dataset)
    info = {
        "method": row.method,
        "seed": row.seed,
        "kept": row.kept,
        "accuracy": row.accuracy,
        "dataset": plan.dataset,
        "inputs": {"shift": shift.ravel().tolist(), "scale": scale.ravel().tolist()},
    }
    return LoadedNetwork.of(network, weights, info={"pruned": info})
