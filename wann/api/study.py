"""`wann.study`: a model pruned by several methods, to several densities, with several seeds."""

import dataclasses
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from wann.api.calls import public
from wann.api.paths import Place, new_path_of
from wann.api.running import RETRIES, Running, check_retries, cluster_of
from wann.api.study_running import (
    begin_study,
    named_model,
    plan_of,
    trained_file,
    training_of,
    with_table,
)
from wann.api.watching.watch import Watch
from wann.config import StudySettings, TableSettings, Training, config_of
from wann.jobs.seeds import Seeds, seeds_of

if TYPE_CHECKING:
    from wann.api.study_result import StudyResult
    from wann.network.torch_module import nn


@public
def study(
    model: "str | nn.Module | Callable[..., nn.Module]" = StudySettings.model,
    dataset: str | Path = StudySettings.dataset,
    *,
    methods: str | Sequence[str] = StudySettings.methods,
    allocation: str | Callable[..., dict[str, int]] | None = StudySettings.allocation,
    densities: str | float | Iterable[float] = StudySettings.densities,
    seeds: Seeds = StudySettings.seeds,
    controls: str | Sequence[str] = StudySettings.controls,
    protect: str | Sequence[str] = StudySettings.protect,
    include: str | Sequence[str] = StudySettings.include,
    outputs: str | Sequence[str] = StudySettings.outputs,
    training: str | Training = StudySettings.training,
    steps: int | None = None,
    batch: int | None = None,
    learning_rate: float | None = None,
    retrain: bool = StudySettings.retrain,
    fine_tune_steps: int | None = StudySettings.fine_tune_steps,
    fine_tune_rate: float | None = StudySettings.fine_tune_rate,
    trained: str | Path | bool | None = StudySettings.trained,
    allow_empty: bool = StudySettings.allow_empty,
    rewind_step: int | None = StudySettings.rewind_step,
    examples: int = StudySettings.examples,
    device: str = StudySettings.device,
    label: str | None = TableSettings.label,
    drop: str | Sequence[str] = TableSettings.drop,
    test_share: float = TableSettings.test_share,
    split_seed: int = TableSettings.split_seed,
    latency: bool = False,
    figures: bool = True,
    out: Place | None = None,
    workers: int | None = None,
    retries: int = RETRIES,
    ray: str | bool | None = None,
    cpus_per_worker: float | None = None,
    memory_per_worker: int | str | None = None,
    progress: bool | None = None,
) -> "StudyResult":
    """Prune a model by several methods, to several densities, with several seeds.

    This is what `wann prune` does on the command line, with the same defaults and the same files.
    The whole model is trained first, with each seed; every method is held against it. Results lie
    in a folder: the same call again goes on with it, as does `wann.resume(folder)`, and with more
    methods, densities, seeds or controls it adds what is missing.

    Args:
        model: a preset such as "lenet-300-100", the name or the function of one's own that returns
            a module ("module:function"), or a module, whose present weights are the first ones
            with every seed.
        dataset: "digits", "mnist", "fashion-mnist", or the path of a table, npz file or folder of
            IDX files.
        methods: names such as "imp" (`wann list method` has all), or scores of one's own.
        allocation: how many weights each layer keeps, by the name of an allocation or a function of
            one's own; by default as each method has it.
        densities: shares of the weights that are kept, in (0, 1].
        seeds: a number, a range, a list, or a text such as "0-4".
        controls: "reinit", "shuffle", "random": what masks are controlled by; or "all".
        protect: layers that are left whole, by name or pattern.
        include: layers that are pruned although they would be left whole.
        outputs: the layers that make the outputs, where that cannot be seen.
        training: how models are trained: a preset such as "lth-short", or a `Training`.
        steps: training steps, in place of those of `training`.
        batch: examples in a training step, likewise.
        learning_rate: the learning rate at the beginning, likewise.
        retrain: False measures trained models right after pruning them.
        fine_tune_steps: steps of training on after pruning; by default as many as of training.
        fine_tune_rate: its learning rate; by default a tenth of that of training.
        trained: the file of trained weights, or True if `model` comes with them: it is pruned as
            it is.
        allow_empty: whether a method may leave a layer without weights.
        rewind_step: the step that late rewinding goes back to; by default a fiftieth of training.
        examples: how many training examples the scores see.
        device: "cpu", "cuda" or "cuda:NUMBER".
        label: of a table: the column with the classes.
        drop: of a table: columns that are left out.
        test_share: of a table: the share of the rows of each class that is the test part.
        split_seed: of a table: the seed that draws which rows those are.
        latency: whether times are measured in the end.
        figures: whether figures are drawn in the folder in the end.
        out: the folder; by default runs/prune-MODEL-DATASET.
        workers: how many trainings run at once, each on one thread; by default one for every core.
        retries: how often a training that failed is tried again.
        ray: the address of a Ray, or True for that of this machine.
        cpus_per_worker: cores of a worker on Ray.
        memory_per_worker: memory of a worker on Ray, in bytes or as "500M".
        progress: whether progress is shown on stderr; None: where that is a terminal.

    Returns:
        Rows and summary as columns, the table as text, the curves, and what each step left.

    Raises:
        UserError: something unknown or impossible was asked for, which is said before anything is
            written; or the folder holds something else. Where only some jobs fail, the error
            (`PartlyFailed`) has the others in its `result`.
        KeyboardInterrupt: after Ctrl-C, once what was under way is finished and saved.

    Example:
        >>> found = wann.study("lenet-300-100", "digits", methods=["random-erk", "snip"],
        ...     densities=[0.2, 0.05], seeds=range(2), steps=20, out="my-study")
        >>> print(found)  # the table
        >>> found.best(0.05).method
        >>> found.step("snip", 0.05, seed=1).model  # as pruned and trained
    """
    given = locals()
    check_retries(retries)
    table = {entry.name: given[entry.name] for entry in dataclasses.fields(TableSettings)}
    chosen = {
        entry.name: given[entry.name]
        for entry in dataclasses.fields(StudySettings)
        if entry.name not in ("training", "seeds")
    }
    chosen |= {"model": named_model(model), "trained": trained_file(trained)}
    changed = {"steps": steps, "batch": batch, "learning_rate": learning_rate}
    plan = plan_of(
        with_table(config_of(chosen, StudySettings()), table),
        seeds_of(seeds),
        training_of(training, changed),
    )
    cluster = cluster_of(ray, workers, cpus_per_worker, memory_per_worker)
    running = Running(cluster, workers, retries, Watch.of(progress), figures)
    return begin_study(plan, new_path_of(out), running, latency)
