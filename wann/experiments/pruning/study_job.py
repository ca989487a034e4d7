"""What a worker does for a study: one method with one seed, step by step.

Steps that are done already are read back.
"""

import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import torch

from wann.errors import UserError
from wann.experiments.pruning.plan import StudyJob, StudyPlan, begins_dense
from wann.experiments.pruning.rows import DENSE, StudyRow
from wann.experiments.pruning.step_files import (
    read_masks,
    read_row,
    read_state,
    step_folder,
    write_step,
)
from wann.experiments.pruning.trusted_code import check_trusted
from wann.pruning import allocate
from wann.pruning import masks as masking
from wann.pruning.api import control
from wann.pruning.methods import When, find, tickets
from wann.pruning.methods.model_and_data import Dense, Subject
from wann.pruning.prune_subject import prune_subject
from wann.pruning.pruned_model import PrunedModel
from wann.pruning.rewind import state_of, stored
from wann.pruning.structure.costs import count_costs
from wann.pruning.structure.effective import effective
from wann.pruning.torch_modes import in_own_modes
from wann.pruning.training.training import accuracy


class StudyOrder(NamedTuple):
    """What a worker is told, in values that any process can be sent."""

    folder: str  # of the study
    plan: Mapping[str, Any]  # as `StudyPlan.to_dict` describes it
    job: StudyJob


@in_own_modes()
def do_job(order: StudyOrder) -> int:
    """Do the job of a study that is ordered, on one thread, and return how many steps that took.

    A control that cannot be had takes nothing else with it: UserError once all others are there.
    """
    torch.set_num_threads(1)
    plan = StudyPlan.from_dict(order.plan)
    check_trusted(plan, order.folder)
    worker = _StudyWorker(Path(order.folder), plan, order.job)
    if worker.job.method is None:
        worker.dense_model()
    elif find(worker.job.method).when is When.ROUNDS:
        worker.in_rounds()
    else:
        for density in worker.job.densities:
            worker.at_density(density)
    if worker.refused:
        raise UserError("; ".join(worker.refused))
    return worker.steps


class _StudyWorker:
    """Does the steps of one job of a study, and writes them to its folder."""

    def __init__(self, study: Path, plan: StudyPlan, job: StudyJob) -> None:
        self.study, self.plan, self.job = study, plan, job
        self.subject: Subject = plan.subject(job.seed)
        self.steps = 0
        self.refused: list[str] = []  # why controls could not be had, each reason once

    def dense_model(self) -> None:
        """Train the whole model."""
        folder = step_folder(self.study, self.job.seed, None)
        if read_row(folder) is None:
            started = time.monotonic()
            dense = self.subject.train_dense()
            model = self.subject.copy(dense.trained)
            share = dense.history.accuracy if dense.history else self.subject.measure(model)
            whole = PrunedModel(model, self.subject.full, share, dense.history, None)
            row = self._row(whole, 1.0, None, time.monotonic() - started)
            self._write(
                folder, row, initial=self.subject.initial, early=dense.early, trained=dense.trained
            )

    def at_density(self, density: float, last: tickets.Round | None = None) -> None:
        """Prune to a density, and then train the controls."""
        assert self.job.method is not None
        folder = step_folder(self.study, self.job.seed, self.job.method, density=density)
        if read_row(folder) is None:
            started = time.monotonic()
            method, dense = (
                self.plan.method(self.job.method),
                self._dense() if begins_dense(self.job) else None,
            )
            pruned = prune_subject(
                self.subject, method, density, dense=dense, last=last, retrain=self.plan.retrain
            )
            row = self._row(pruned, density, None, time.monotonic() - started)
            self._write(folder, row, pruned.masks, trained=state_of(pruned.model))
        for kind in self.plan.controls:
            try:
                self._control(kind, density, folder)
            except UserError as error:
                if str(error) not in self.refused:
                    self.refused.append(str(error))

    def in_rounds(self) -> None:
        """Prune in rounds, and from the last round above it to each density."""
        assert self.job.method is not None
        dense = self._dense()
        total = masking.total(self.subject.full)
        last = tickets.Round(0, self.subject.full, dense.trained)
        for density in sorted(self.job.densities, reverse=True):
            count = tickets.rounds_before(self.subject.full, allocate.budget(total, density))
            while last.number < count:
                last = self._next_round(last, dense)
            self.at_density(density, last)

    def _next_round(self, last: tickets.Round, dense: Dense) -> tickets.Round:
        """Return the round after `last`, from its folder if it is finished."""
        assert self.job.method is not None
        folder = step_folder(self.study, self.job.seed, self.job.method, round=last.number + 1)
        if read_row(folder) is not None:
            device = self.subject.data.device
            return tickets.Round(
                last.number + 1, read_masks(folder, device), read_state(folder, "trained", device)
            )
        started = time.monotonic()
        method = self.plan.method(self.job.method)
        (new,) = tickets.rounds(self.subject, method, dense, last.number + 1, last)
        assert new.history is not None
        pruned = PrunedModel(
            self.subject.copy(new.trained),
            new.masks,
            new.history.accuracy,
            new.history,
            None,
            new.number,
        )
        row = self._row(pruned, None, None, time.monotonic() - started)
        self._write(folder, row, new.masks, trained=new.trained)
        return new

    def _control(self, kind: str, density: float, of: Path) -> None:
        folder = step_folder(
            self.study, self.job.seed, self.job.method, density=density, control=kind
        )
        if read_row(folder) is None:
            started = time.monotonic()
            masks = read_masks(of, self.subject.data.device)
            pruned = control(self.subject, kind, masks, method=self.job.method)
            self._write(
                folder, self._row(pruned, density, kind, time.monotonic() - started), pruned.masks
            )

    def _dense(self) -> Dense:
        """Return what training the whole model gave, which an earlier job wrote."""
        folder, device = step_folder(self.study, self.job.seed, None), self.subject.data.device
        return Dense(
            read_state(folder, "trained", device), read_state(folder, "early", device), None
        )

    def _write(
        self, folder: Path, row: StudyRow, masks: masking.Masks | None = None, **states: Any
    ) -> None:
        written = {name: stored(self.subject.model, state) for name, state in states.items()}
        write_step(self.study, folder, row, masks, **written)
        self.steps += 1

    def _row(
        self, pruned: PrunedModel, density: float | None, kind: str | None, seconds: float
    ) -> StudyRow:
        """Return the row of a step: a model at a density asked for, under a kind of control."""
        history, increase, data = pruned.history, pruned.increase, self.subject.data
        return StudyRow(
            model=self.plan.model,
            dataset=self.plan.dataset,
            method=self.job.method or DENSE,
            control=kind,
            seed=self.job.seed,
            asked=density,
            round=pruned.rounds or None,
            kept=pruned.kept,
            total=masking.total(pruned.masks),
            density=pruned.density,
            **self._at_work(pruned),
            accuracy=pruned.accuracy,
            accuracy_without_retraining=pruned.at_once,
            loss_increase=increase.true if increase else None,
            predicted_loss_increase=increase.predicted if increase else None,
            accuracy_at_early_stop=history.early_accuracy if history else None,
            early_stop_step=history.early_step if history else None,
            test_loss=history.test_loss if history else None,
            validation_accuracy=accuracy(pruned.model, data.x_validation, data.y_validation),
            accuracy_by_weight=_by_weight(pruned),
            kept_by_layer=masking.counts(masking.weights_of(pruned.masks)),
            held=None if pruned.example is None else {e.layer: e.reason for e in pruned.held},
            seconds=round(seconds, 3),
        )

    def _at_work(self, pruned: PrunedModel) -> dict[str, Any]:
        """Return fields of a row: what is on a path from input to output, and what it costs.

        They are None where a model is too unusual to tell. The effective density is, like the
        density, that of the weights that may be pruned: what is protected counts in neither.
        """
        example = self.subject.example()
        found: dict[str, Any] = {"effective_density": None}
        with suppress(UserError):
            units = effective(pruned.model, pruned.masks, example)
            count = sum(layer.effective for layer in units.layers if layer.name in pruned.masks)
            found["effective"] = count
            found["effective_density"] = count / masking.total(pruned.masks)
            found["active_units"] = units.active_units
        with suppress(UserError):
            found |= count_costs(pruned.model, pruned.masks, example)._asdict()
        return found


def _by_weight(pruned: PrunedModel) -> dict[str, float] | None:
    if pruned.under_weights is None:
        return None
    return {f"{weight:g}": share for weight, share in pruned.under_weights.items()}
