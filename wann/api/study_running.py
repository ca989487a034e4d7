"""The plan of a pruning study out of what a user gave, and its running under watch."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wann import own
from wann.api.notes import tell_outdated
from wann.api.running import PartlyFailed, Running
from wann.api.watching.interrupts import interruptible
from wann.api.watching.lost_cluster import gone_on_with_by
from wann.api.watching.watch import Interrupted
from wann.config import (
    AS_BUILT,
    CONTROL_NAMES,
    PRESETS,
    StudySettings,
    TableSettings,
    Training,
    config_of,
)
from wann.errors import UserError, in_short, several, unknown
from wann.files import as_file_name

if TYPE_CHECKING:
    from wann.api.study_result import StudyResult
    from wann.experiments.pruning.plan import StudyPlan
    from wann.experiments.pruning.study import Study
    from wann.network.torch_module import nn

_ALL_CONTROLS = ("all",)
_OUTPUTS_FOLDER = Path("runs")


# ---- the plan


def named_model(model: "str | nn.Module | Callable[..., nn.Module]") -> str:
    """Return the name that stands for a model in the files of a study."""
    if isinstance(model, str):
        return model
    from wann.network.torch_module import nn

    if isinstance(model, nn.Module):
        from wann.pruning.training.given_model import GivenModel

        return own.name_of(GivenModel(model))
    if not callable(model):
        raise UserError(
            "model: expected a name, a torch.nn.Module or a function that returns one, got "
            f"{in_short(model)}"
        )
    return own.name_of(model)


def trained_file(trained: str | Path | bool | None) -> str | None:
    """Return the setting `trained`: a file, AS_BUILT where the model comes trained, or None."""
    if isinstance(trained, bool):
        return AS_BUILT if trained else None
    return None if trained is None else str(trained)


def with_table(settings: StudySettings, table: Mapping[str, Any]) -> StudySettings:
    """Return settings whose data set says how its table is read, where that is not as usual."""
    from wann.tasks.spec import make_spec

    read = config_of(table, TableSettings())
    said = {
        entry.name: getattr(read, entry.name)
        for entry in dataclasses.fields(read)
        if getattr(read, entry.name) != entry.default
    }
    return dataclasses.replace(settings, dataset=make_spec(settings.dataset, said))


def training_of(training: str | Training, changed: Mapping[str, Any]) -> Training:
    """Return a training, by the name of a preset or as it is, with what was changed of it."""
    if isinstance(training, str):
        if training not in PRESETS:
            raise unknown("training", training, PRESETS)
        training = PRESETS[training]
    if not isinstance(training, Training):
        raise UserError(
            f"training: expected the name of a preset or a `Training`, got {in_short(training)}"
        )
    given = {name: value for name, value in changed.items() if value is not None}
    return config_of(given, training)


def plan_of(settings: StudySettings, seeds: Sequence[int], training: Training) -> "StudyPlan":
    """Return the plan of a study; UserError on what is none."""
    from wann.experiments.pruning.plan import StudyPlan, weights_path

    taken = vars(settings) | {
        "seeds": tuple(seeds),
        "allocation": settings.allocation or "",
        "controls": CONTROL_NAMES if settings.controls == _ALL_CONTROLS else settings.controls,
        "training": training,
        "trained": weights_path(settings.trained),
    }
    return StudyPlan(**taken)


# ---- its running


def begin_study(
    plan: "StudyPlan", out: Path | None, running: Running, latency: bool
) -> "StudyResult":
    """Begin a study in a folder, or go on with the one there, and return what came out.

    Args:
        plan: what is compared.
        out: the folder; None: one that is called after model and data set.
        running: by whom.
        latency: whether times are measured in the end.
    """
    from wann.evaluators.make import reach
    from wann.experiments.pruning.study import Study
    from wann.tasks.spec import parse_spec

    plan.count_steps()  # refuses what cannot be had or pruned before anything is written
    reach(running.cluster)
    dataset, _ = parse_spec(plan.dataset)
    name = as_file_name(f"prune-{plan.model}-{Path(dataset).stem}", "-")
    with Study.create(out or _OUTPUTS_FOLDER / name, plan) as study:
        return _run(study, running, latency)


def resume_study(folder: str | Path, running: Running) -> "StudyResult":
    """Go on with a study that was stopped or killed, or some of whose jobs failed.

    UserError if there is none, or another process writes to it.
    """
    from wann.evaluators.make import reach
    from wann.experiments.pruning.study import Study

    with Study.open(Path(folder)) as study:
        reach(running.cluster)
        return _run(study, running, latency=False)


def _run(study: "Study", running: Running, latency: bool) -> "StudyResult":
    with (
        gone_on_with_by(f"resume with `wann resume {study.folder}`"),
        interruptible("what is under way") as stopped,
        running.watch.steps(study.finished, study.planned),
    ):
        for _ in study.run(running.runner(), retries=running.retries, stopped=stopped):
            pass
        interrupted = stopped()
    tell_outdated(study.outdated)
    result = _result(study, latency, running.figures)
    if result.failed:
        job, problem = result.failed[0]
        raise PartlyFailed(
            f"{several(len(result.failed), 'job')} failed; {job.method or 'the whole model'} with "
            f"seed {job.seed}: {problem}; try again with: wann resume {study.folder}",
            result,
        )
    if interrupted and study.finished() < study.planned:
        raise Interrupted(f"not finished: continue with `wann resume {study.folder}`", result)
    return result


def _result(study: "Study", latency: bool, figures: bool) -> "StudyResult":
    from wann.api.study_result import StudyResult
    from wann.experiments.pruning.figures import draw_all
    from wann.experiments.pruning.latency import measure_latencies

    summary = study.summary()
    if latency:
        measured = measure_latencies(study.folder, study.asked)
        summary = dataclasses.replace(summary, latency=measured)
    study.save(summary)
    drawn = draw_all(study.folder, study.plan, summary) if figures else []
    return StudyResult(study.folder, tuple(drawn), tuple(study.failed), study.asked, summary)
