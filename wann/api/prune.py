"""`wann.prune`: one model, pruned by one method to one density."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wann import own
from wann.api.calls import public
from wann.config import StudySettings, Training
from wann.errors import UserError
from wann.network.genome import Genome
from wann.network.network import Network

if TYPE_CHECKING:
    from wann.formats.loaded_network import LoadedNetwork
    from wann.network.torch_module import nn
    from wann.pruning.methods import Method
    from wann.pruning.methods.model_and_data import Tell
    from wann.pruning.pruned_model import PrunedModel
    from wann.pruning.scores import Score
    from wann.pruning.training.data import Data
    from wann.pruning.training.loaders import Batches
    from wann.pruning.training.objective import Loss, Metric

_METHOD, _DENSITY = "magnitude", 0.1
_VALIDATION = 1 / 12  # the share of the training batches that is split off


@public
def prune(
    model: "nn.Module | str" = StudySettings.model,
    data: "Data | str | Path | Batches" = StudySettings.dataset,
    method: "str | Method | Score" = _METHOD,
    density: float = _DENSITY,
    *,
    seed: int = 0,
    allocation: "str | Callable[..., Any] | None" = StudySettings.allocation,
    training: str | Training = StudySettings.training,
    steps: int | None = None,
    batch: int | None = None,
    learning_rate: float | None = None,
    retrain: bool = StudySettings.retrain,
    fine_tune_steps: int | None = StudySettings.fine_tune_steps,
    fine_tune_rate: float | None = StudySettings.fine_tune_rate,
    trained: bool | str | Path = False,
    protect: Sequence[str] = StudySettings.protect,
    include: Sequence[str] = StudySettings.include,
    outputs: Sequence[str] = StudySettings.outputs,
    allow_empty: bool = StudySettings.allow_empty,
    rewind_step: int | None = StudySettings.rewind_step,
    loss: "Loss | None" = None,
    metric: "Metric | None" = None,
    test: "Batches | None" = None,
    validation: "Batches | float" = _VALIDATION,
    tell: "Tell | None" = None,
) -> "PrunedModel":
    """Prune a model by one method to one density, training it on data as the method wants.

    The model itself stays as it is. Modes of PyTorch that the caller is in (`torch.no_grad`,
    `torch.inference_mode`, `torch.autocast`) do not reach in here: a model that is to be trained
    with casts casts in its forward. `wann.study` compares several methods, densities and seeds,
    with intervals and controls, as `wann prune` does on the command line; `wann.prune_network`
    prunes a grown network.

    Args:
        model: a module, whose present weights are the first ones, or a name such as
            "lenet-300-100" or "module:function".
        data: `wann.pruning.Data`, the name or path of a data set, or batches, such as a
            `DataLoader`, with `test`.
        method: a name such as "imp" (`wann list method` has all), a `Method`, or a score of one's
            own, which ranks the trained model.
        density: the share of the prunable weights that is kept, in (0, 1]; of units for "unit",
            of operations for "unit-cost", of the time for "unit-latency".
        seed: of all that is drawn.
        allocation: how many weights each layer keeps, where that is not as the method has it.
        training: how the model is trained: a preset such as "lth-short", or a `Training`.
        steps: training steps, in place of those of `training`.
        batch: examples in a training step, likewise.
        learning_rate: the learning rate at the beginning, likewise.
        retrain: whether to train on where a method prunes a trained model.
        fine_tune_steps: steps of training on after pruning; by default as many as of training.
        fine_tune_rate: its learning rate; by default a tenth of that of training.
        trained: True if the weights of `model` are trained ones, or the file of such weights.
        protect: parameters, layers or patterns that are left whole.
        include: what is pruned although it would be left whole.
        outputs: the layers whose units are the outputs, where that cannot be seen.
        allow_empty: whether a method may leave a layer without weights.
        rewind_step: the step that late rewinding goes back to; by default a fiftieth of training.
        loss: of (outputs, targets) of some examples, the mean over them; by default cross-entropy.
        metric: of (outputs, targets) of all validation or all test examples, in order and on the
            CPU, so that it may be R2, F1 or AUC; reported in place of accuracy, whether more of it
            is better or worse.
        test: the batches for the test, where `data` are batches for training.
        validation: the same for validation, or the share of the training batches.
        tell: called with (steps done, all) of each training.

    Returns:
        The pruned model: `model`, `masks`, `accuracy`, `shrink(example)`, `to_network(example)`.

    Raises:
        UserError: a density that leaves a layer without weights, unknown names, a model that does
            not fit the data. What does not depend on trained weights is refused before training.

    Example:
        >>> pruned = wann.prune("lenet-300-100", "digits", method="snip", density=0.05, steps=20)
        >>> pruned.accuracy
        >>> network = wann.load(pruned)  # draw it, export it, compare it
    """
    if isinstance(model, Network | Genome):
        raise UserError(
            "model: expected a torch.nn.Module or its name, got a grown network: "
            "wann.prune_network prunes that"
        )
    from wann.api.study_running import training_of
    from wann.pruning.api import prune as prune_model

    given = locals()
    changed = {name: given[name] for name in ("steps", "batch", "learning_rate")}
    passed = (
        *("seed", "allocation", "retrain", "fine_tune_steps", "fine_tune_rate", "trained"),
        *("protect", "include", "outputs", "allow_empty", "rewind_step"),
        *("loss", "metric", "test", "validation", "tell"),
    )
    how: dict[str, Any] = {name: given[name] for name in passed}
    return prune_model(model, data, method, density, training=training_of(training, changed), **how)


@public
def prune_network(
    network: Any,
    method: "str | Score" = _METHOD,
    density: float = _DENSITY,
    *,
    task: str | None = None,
    seed: int = 0,
) -> "LoadedNetwork":
    """Prune a grown network that has weights of its own: keep the connections that score best.

    This is what `wann prune --network` does on the command line. Nothing is trained: `wann.tune`
    tunes the weights that are kept.

    Args:
        network: whatever `wann.load` takes.
        method: a method that prunes by a score at once, such as "magnitude" or "snip", or a score
            of one's own.
        density: the share of the connections that is kept, in (0, 1].
        task: the spec of the task that gives the examples which scores of gradients see; by
            default what the network was grown for.
        seed: of what scores draw.

    Returns:
        The smaller network, with the weights of what is kept.

    Raises:
        UserError: a network without weights of its own or without a task, a method that does not
            suit, or a density outside (0, 1].

    Example:
        >>> network = wann.load("runs/reference/swingup-seed0")
        >>> tuned = wann.tune(network, weights="shared")
        >>> wann.prune_network(tuned.network, "magnitude", density=0.8).connections
    """
    from wann.api.load import load
    from wann.experiments.pruning.grown_network_files import prune_grown

    return prune_grown(load(network, task), _name_of(method), density, seed)


def _name_of(method: "str | Score") -> str:
    return method if isinstance(method, str) else own.name_of(method)
