"""What is pruned: a model with its first weights, its data, and how it is trained."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

import torch
from torch import nn

from wann.config import EARLY_SHARE, SCORE_BATCH, StudySettings, Training
from wann.errors import UserError
from wann.pruning import masks as masking
from wann.pruning.forward import FEW, Examples, copy_model, unwrapped
from wann.pruning.masks import Masks
from wann.pruning.rewind import set_state, state_of
from wann.pruning.schedule import check_density
from wann.pruning.scores import Scoring
from wann.pruning.structure.channels import channels_of
from wann.pruning.structure.costed_units import costed_removal
from wann.pruning.structure.timed_units import units_in_time
from wann.pruning.structure.units import unit_counts
from wann.pruning.structure.weight_uses import count_uses
from wann.pruning.torch_random import generator_for
from wann.pruning.training.checks import check_finite
from wann.pruning.training.data import Data, with_inputs
from wann.pruning.training.objective import CLASSES, Objective
from wann.pruning.training.training import History, Revise, State, evaluate, train
from wann.pruning.uses.find import find_outputs

Tell = Callable[[int, int], None]

# Training on after pruning takes this share of the learning rate (Han et al. 2015).
_FINE = 0.1


class Dense(NamedTuple):
    """What training the whole model gave; methods that prune after training begin here."""

    trained: State
    early: State  # after `Subject.rewind_step` steps
    history: History | None  # None where it was read back from a file, or nothing was trained

    def __repr__(self) -> str:
        return f"Dense({len(self.trained)} tensors, {self.history!r})"


@dataclass(frozen=True)
class Subject:
    """A model, its data and its training: what all methods are compared on.

    The model itself is never changed.
    """

    model: nn.Module
    data: Data
    training: Training = field(default_factory=Training)
    seed: int = 0
    protect: Sequence[str] = ()
    examples: int = StudySettings.examples  # how many training examples scores look at
    rewind_step: int = 0  # the training step whose weights late rewinding goes back to
    include: Sequence[str] = ()  # what is pruned although it would be left whole
    outputs: Sequence[str] = ()  # the layers that make the outputs, where that cannot be found
    trained: bool = False  # whether the model is trained already
    allow_empty: bool = False  # whether a method may leave a layer without weights
    fine_tune_steps: int | None = None  # None: as many as of training
    fine_tune_rate: float | None = None  # None: a tenth of that of training (Han et al. 2015)
    objective: Objective = CLASSES  # the loss and the metric

    def __post_init__(self) -> None:
        object.__setattr__(self, "model", unwrapped(self.model))
        object.__setattr__(self, "data", with_inputs(self.data))
        if self.trained:
            check_finite(self.model, self.initial, type(self.model).__name__)

    def __repr__(self) -> str:
        return f"Subject({type(self.model).__name__}, {self.data!r}, seed={self.seed})"

    @property
    def fine_tuned(self) -> bool:
        """Whether it was said how to fine-tune."""
        return self.fine_tune_steps is not None or self.fine_tune_rate is not None

    @property
    def fine_tuning(self) -> Training:
        """How a model is trained on after pruning."""
        rate, steps = self.fine_tune_rate, self.fine_tune_steps
        return replace(
            self.training,
            learning_rate=self.training.learning_rate * _FINE if rate is None else rate,
            steps=self.training.steps if steps is None else steps,
        )

    @cached_property
    def initial(self) -> State:
        """The weights before training."""
        return state_of(self.model)

    @cached_property
    def survey(self) -> masking.Prunable:
        """What can be pruned, as a forward pass shows; UserError if there is nothing."""
        return masking.survey(
            self.model,
            self.protect,
            include=self.include,
            outputs=self.outputs,
            examples=self.data.x[:FEW],
        )

    @cached_property
    def full(self) -> Masks:
        """Masks that keep everything; UserError if there is nothing to prune."""
        return masking.keep_all(self.model, self.survey.names)

    def check_units(self, density: float) -> None:
        """Raise UserError unless whole units can be pruned to `density`, outputs left alone."""
        outputs = find_outputs(self.model, self.data.x[:FEW], self.outputs)
        unit_counts(self.model, self.full, density, outputs=outputs)

    def check_cost(self, density: float) -> None:
        """Raise UserError unless units can be pruned to a share `density` of the operations.

        Which of them go is not known before training, what is left at least is.
        """
        check_density(density, of="operations")
        some = self.data.x[:FEW]
        channels = channels_of(self.model, self.full, some)
        worth, uses = torch.ones(channels.size), count_uses(self.copy().eval(), some)
        costed_removal(channels, self.full, worth, uses, density)

    def check_latency(self, examples: int, density: float) -> None:
        """Raise UserError unless units can be pruned to a share `density` of the time.

        `examples`: how many are computed at once. The least is measured on the model as it is.
        """
        check_density(density, of="the time")
        batch = self.data.x[torch.arange(examples) % len(self.data.x)]
        units_in_time(self.copy(), self.full, batch, density, lambda c: torch.ones(c.size))

    def generator(self, purpose: str, *indices: int) -> torch.Generator:
        """Return random numbers of this seed for a purpose, on the CPU."""
        return generator_for(self.seed, purpose, *indices)

    def copy(self, state: State | None = None) -> nn.Module:
        """Return a copy of the model with the weights of `state`, by default the initial ones."""
        model = copy_model(self.model)
        set_state(model, self.initial if state is None else state)
        return model

    def scoring(self, model: nn.Module, masks: Masks) -> Scoring:
        """Return what scores of `model` are computed from.

        They see the first `examples` of the training examples, shuffled.
        """
        order = torch.randperm(len(self.data.y), generator=self.generator("score examples"))[
            : self.examples
        ]
        some = [
            (self.data.x[part], self.data.y[part])
            for part in torch.split(order.to(self.data.device), SCORE_BATCH)
        ]
        return Scoring(
            model,
            masks,
            some,
            initial=None if self.trained else self.initial,
            generator=self.generator("masks"),
            outputs=self.outputs,
            loss=self.objective.mean,
        )

    def train(
        self,
        model: nn.Module,
        masks: Masks | None = None,
        *,
        training: Training | None = None,
        start: int = 0,
        save_at: Collection[int] = (),
        revise: Revise | None = None,
        tell: Tell | None = None,
    ) -> History:
        """Train `model` in place, on examples in the order of the seed, whatever is pruned.

        Args:
            model: a copy of the subject's model, as `copy` returns it.
            masks: what is kept; None keeps everything.
            training: how to train, by default as the subject says.
            start: the step of the schedule to begin with.
            save_at: steps after which the state is kept.
            revise: how the masks change on the way.
            tell: called with (steps done, all).
        """
        return train(
            model,
            self.data,
            masks,
            training or self.training,
            self.seed,
            start=start,
            save_at=save_at,
            revise=revise,
            tell=tell,
            objective=self.objective,
        )

    def measure(self, model: nn.Module) -> float:
        """Return the accuracy of `model` on the test examples, or the user's metric."""
        return evaluate(model, self.data.x_test, self.data.y_test, self.objective)[1]

    def train_dense(self, tell: Tell | None = None) -> Dense:
        """Return what training the whole model gives; a trained model as it is."""
        if self.trained:
            return Dense(self.initial, self.initial, None)
        model = self.copy()
        history = self.train(model, save_at=(self.rewind_step,), tell=tell)
        return Dense(state_of(model), history.saved[self.rewind_step], history)

    def example(self) -> Examples:
        """Return a small batch of inputs."""
        return self.data.x[:2]


def early_step(training: Training, step: int | None = None) -> int:
    """Return the step that late rewinding goes back to, a fiftieth of all if none is given.

    UserError unless 0 <= step < all steps.
    """
    step = int(EARLY_SHARE * training.steps) if step is None else step
    if not 0 <= step < training.steps:
        raise UserError(f"expected to rewind to one of the {training.steps} steps, got {step}")
    return step
