"""What a pruning study compares: methods, densities, controls and seeds.

The model, the data set and the training are the same for all of them.
"""

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from wann import own
from wann.config import AS_BUILT, DRAWS_VERSION, PRESETS, StudySettings, Training, make_config
from wann.errors import UserError
from wann.experiments.pruning.plan_shape import PlanShape
from wann.machine.home import expanded
from wann.pruning import allocate, scores
from wann.pruning import masks as masking
from wann.pruning.api import CONTROLS, needs_dense
from wann.pruning.methods import Method, When, find
from wann.pruning.methods.allocated import allocated
from wann.pruning.methods.checks import check_method, fine_tunes
from wann.pruning.methods.draws import draws
from wann.pruning.methods.model_and_data import Subject, early_step
from wann.pruning.methods.tickets import rounds_before
from wann.pruning.rewind import refuse_unstored
from wann.pruning.training.data import load_data
from wann.pruning.training.models import build
from wann.pruning.training.weights_file import load_weights
from wann.reading import shaped

# Controls whose draws depend on the method; new weights are the same for all methods.
_DRAWN_CONTROLS = ("shuffle", "random")


# Settings that earlier studies do not name: they are left out where they are not used.
_LATER = (
    "allocation",
    "include",
    "outputs",
    "trained",
    "allow_empty",
    "fine_tune_steps",
    "fine_tune_rate",
)


class StudyJob(NamedTuple):
    """What one worker does at a time: a method at some densities with one seed."""

    seed: int
    method: str | None  # None: the whole model is trained, without pruning
    densities: tuple[float, ...] = ()


@dataclass(frozen=True)
class StudyPlan:
    """The plan of a study. UserError if a name is unknown or a density is not in (0, 1]."""

    model: str
    dataset: str
    methods: tuple[str, ...]
    densities: tuple[float, ...]
    seeds: tuple[int, ...] = (0,)
    controls: tuple[str, ...] = ()
    training: Training = field(default_factory=lambda: PRESETS[StudySettings.training])
    protect: tuple[str, ...] = ()
    retrain: bool = StudySettings.retrain
    rewind_step: int | None = None  # None: after a fiftieth of the steps
    examples: int = StudySettings.examples
    device: str = StudySettings.device
    draws: int = DRAWS_VERSION  # of the random numbers of methods
    include: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    trained: str = ""  # the file of trained weights, or AS_BUILT; "" to train the model first
    allow_empty: bool = False
    fine_tune_steps: int | None = None
    fine_tune_rate: float | None = None
    allocation: str = ""  # of all methods; "": each its own
    # Digests of own code and weights, by their names; studies of before have none
    sources: dict[str, str] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        for method in self.methods:
            if not own.is_own(method):  # what a file names is imported only if that is trusted
                find(method)
        for control in self.controls:
            if not own.is_own(control):
                CONTROLS.find(control)
        for density in self.densities:
            if not 0.0 < density <= 1.0:
                raise UserError(
                    "expected densities in (0, 1], the share of weights that is kept, got "
                    f"{density}"
                )
        for name in ("methods", "densities", "seeds", "controls"):
            values = getattr(self, name)
            twice = [value for value in values if values.count(value) > 1]
            if twice or (not values and name != "controls"):
                raise UserError(
                    f"expected different {name}, at least one; got "
                    f"{', '.join(map(str, values)) or 'none'}"
                )
        if self.examples < 1:
            raise UserError(f"expected 1 or more examples to score on, got {self.examples}")
        early_step(self.training, self.rewind_step)

    def method(self, name: str) -> Method:
        """Return a method of the study, with the allocation that the study says."""
        return allocated(find(name), self.allocation)

    @property
    def early_step(self) -> int:
        """The step that late rewinding goes back to."""
        return early_step(self.training, self.rewind_step)

    def count_steps(self) -> int:
        """Return how many steps the study has, each of which takes about one training.

        UserError where `count_rounds` raises it.
        """
        rounds = self.count_rounds()
        return sum(1 for job in self.first_jobs() + self.jobs() for _ in self.steps(job, rounds))

    def count_rounds(self) -> int:
        """Return how many rounds a lottery ticket of the least density takes before its last.

        UserError if there is no such model, data set or score, nothing to prune, or not enough for
        the densities.
        """
        for control in self.controls:
            CONTROLS.find(control)
        for name in self.methods:
            score = find(name).score
            if score is not None:
                scores.find(score)
        subject = self.subject(self.seeds[0])
        refuse_unstored(subject.model)
        full = subject.full
        budgets = [allocate.budget(masking.total(full), density) for density in self.densities]
        self._check_methods(subject)
        return (
            rounds_before(full, min(budgets))
            if any(_in_rounds(name) for name in self.methods)
            else 0
        )

    def _check_methods(self, subject: Subject) -> None:
        """Raise UserError if a method cannot be had, or none is asked for that fine-tunes."""
        methods = [self.method(name) for name in self.methods]
        if subject.fine_tuned and not any(fine_tunes(subject, method) for method in methods):
            raise UserError(
                f"none of {', '.join(self.methods)} fine-tunes: leave out the steps and the rate "
                "of fine-tuning, or choose a method that trains on, such as magnitude"
            )
        plain = dataclasses.replace(subject, fine_tune_steps=None, fine_tune_rate=None)
        for method in methods:
            check_method(plain, method, self.densities, self.retrain)

    def steps(self, job: StudyJob, rounds: int) -> Iterator[dict[str, Any]]:
        """Yield what tells the steps of a job apart, as keys of `step_files.step_folder`."""
        if job.method is None:
            yield {}
            return
        if _in_rounds(job.method):
            yield from ({"round": number} for number in range(1, rounds + 1))
        for density in job.densities:
            yield from (
                {"density": density, "control": control} for control in (None, *self.controls)
            )

    def first_jobs(self) -> list[StudyJob]:
        """Return the trainings of the whole model: the line that all methods are held against."""
        return [StudyJob(seed, None) for seed in self.seeds]

    def jobs(self) -> list[StudyJob]:
        """Return the jobs that come after the first ones.

        There is one for each seed, method and density, but lottery tickets of one seed and method
        are one job for all densities, as they share their rounds.
        """
        found = []
        for seed in self.seeds:
            for method in self.methods:
                if _in_rounds(method):
                    found.append(
                        StudyJob(seed, method, tuple(sorted(self.densities, reverse=True)))
                    )
                else:
                    found += [StudyJob(seed, method, (density,)) for density in self.densities]
        return found

    def subject(self, seed: int) -> Subject:
        """Return the model of a seed, with its data; UserError if there is no such model."""
        data = load_data(self.dataset, device=self.device)
        model = build(self.model, data.shape, data.classes, seed).to(self.device)
        if self.trained not in ("", AS_BUILT):
            load_weights(model, self.trained)
        return Subject(
            model,
            data,
            self.training,
            seed,
            self.protect,
            self.examples,
            self.early_step,
            self.include,
            self.outputs,
            trained=bool(self.trained),
            allow_empty=self.allow_empty,
            fine_tune_steps=self.fine_tune_steps,
            fine_tune_rate=self.fine_tune_rate,
        )

    def basis(self) -> dict[str, Any]:
        """Return what all rows of a folder have in common, as JSON values."""
        extendable = (
            *("methods", "densities", "seeds", "controls", "training", "device", "draws"),
            "sources",
        )
        basis = {key: value for key, value in vars(self).items() if key not in extendable}
        basis |= {"protect": list(self.protect), "rewind_step": self.early_step}
        for name in _LATER:
            if not basis[name]:
                del basis[name]
        basis |= {name: list(basis[name]) for name in ("include", "outputs") if name in basis}
        return {**basis, "training": self.training.to_dict()}

    def code(self) -> list[str]:
        """Return the names, as `module:function`, whose modules are imported for the study."""
        named = (self.model, *self.methods, *self.controls, self.allocation)
        code = [name for name in named if own.is_own(name)]
        return [*code, self.dataset] if own.is_name(self.dataset) else code

    def to_dict(self) -> dict[str, Any]:
        """Return the plan as JSON values."""
        several = {
            name: list(getattr(self, name))
            for name in ("methods", "densities", "seeds", "controls")
        }
        sources = {"sources": self.sources} if self.sources else {}
        return {**self.basis(), **several, "device": self.device, "draws": self.draws, **sources}

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> "StudyPlan":
        """Return the plan that `to_dict` described; UserError on anything else."""
        shaped(content, PlanShape, "the plan")
        try:
            values: dict[str, Any] = {
                name: tuple(value) if isinstance(value, list) else value
                for name, value in content.items()
            }
            values["training"] = make_config(content["training"], Training())
            values.setdefault("draws", 1)  # a study of before versions were kept
            return cls(**values)
        except (KeyError, TypeError, ValueError) as error:
            raise UserError(f"expected the plan of a pruning study ({error!r})") from None

    def joined(self, other: "StudyPlan") -> "StudyPlan":
        """Return this plan with what another one adds to it; both have the same `basis`."""
        return dataclasses.replace(
            self,
            methods=tuple(dict.fromkeys(self.methods + other.methods)),
            densities=tuple(dict.fromkeys(self.densities + other.densities)),
            seeds=tuple(dict.fromkeys(self.seeds + other.seeds)),
            controls=tuple(dict.fromkeys(self.controls + other.controls)),
            draws=self.draws if self.drawn() else other.draws,
            sources={**other.sources, **self.sources},
        )

    def drawn(self) -> list[str]:
        """Return which methods and controls of this plan draw random masks or weights."""
        found = [drawn_in(job, None) for job in self.jobs()]
        found += [drawn_in(job, control) for job in self.jobs() for control in self.controls]
        return list(filter(None, dict.fromkeys(found)))


def _in_rounds(method: str) -> bool:
    return find(method).when is When.ROUNDS


def weights_path(trained: str | None) -> str:
    """Return the path of --trained from wherever one is; AS_BUILT stays, None becomes ""."""
    if trained is None or trained == AS_BUILT:
        return trained or ""
    return str(expanded(trained, "--trained").resolve())


def drawn_in(job: StudyJob, control: str | None) -> str | None:
    """Return what draws random masks or weights in a step: the method, its control, or None."""
    if job.method is None:
        return None
    if control is not None:
        return control if control in _DRAWN_CONTROLS or own.is_own(control) else None
    return job.method if draws(find(job.method)) else None


def begins_dense(job: StudyJob) -> bool:
    """Whether a job reads what the training of the whole model gave."""
    return job.method is not None and needs_dense(find(job.method))
