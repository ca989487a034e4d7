"""Training of the scores of a parent, down to one size or a row of them.

Adam follows the cross-entropy under shared weights. All that is drawn depends on the seed and the
number of the step alone, so that a training goes on from its state to the same bytes.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.errors import UserError, short_repr, unknown
from wann.network.network import Network
from wann.network.torch_module import nn, torch
from wann.pruning.shared.best_scores import BestScores
from wann.pruning.shared.exact_count import exact_kept, exact_network, refuse_too_few
from wann.pruning.shared.gates import GATES
from wann.pruning.shared.parent import Parent
from wann.pruning.shared.schedule import Phase
from wann.pruning.torch_random import generator_for

Tensor = torch.Tensor

_TRIED_EVERY = 25  # steps between two networks of which the best is taken
_TRIED_ON = 2048  # examples
_SCALE_RATE = 0.01  # learning rate of the number that outputs are scaled by
_SMALL = 1e-6
_ADAM = ("exp_avg", "exp_avg_sq")


class Examples(NamedTuple):
    """Examples to train on."""

    x: Tensor  # (examples, inputs)
    y: Tensor  # (examples,) classes

    def __repr__(self) -> str:
        return short_repr(self)


class SharedWeights(NamedTuple):
    """The shared weights of a step, drawn anew each time, where the parent depends on them.

    Of either sign one is drawn from each of equal parts of the magnitudes.
    """

    lowest: float = 0.2
    highest: float = 2.0
    number: int = 4

    def draw(self, generator: torch.Generator) -> Tensor:
        """Return the weights (number,) of a step."""
        return self._within_parts(torch.rand(2, max(1, self.number // 2), generator=generator))

    def even(self) -> Tensor:
        """Return weights (number,) in the middle of the parts."""
        return self._within_parts(torch.full((2, max(1, self.number // 2)), 0.5))

    def _within_parts(self, where: Tensor) -> Tensor:
        """Return weights: of each sign and part (2, parts), where in it, from 0 to 1."""
        parts = where.shape[1]
        width = (self.highest - self.lowest) / parts
        magnitudes = self.lowest + width * (torch.arange(parts) + where)
        return (magnitudes * torch.tensor([[-1.0], [1.0]])).flatten()


_DRAWN = SharedWeights()


class MaskTrainer:
    """A training of masks under way."""

    def __init__(
        self,
        parent: Parent,
        examples: Examples,
        phases: Sequence[Phase],
        *,
        batch: int = 256,
        gates: str = "top-k",
        weights: SharedWeights = _DRAWN,
        seed: int = 0,
    ) -> None:
        """Begin a training.

        Args:
            parent: whose scores are trained in place.
            examples: what its networks are to classify.
            phases: the sizes that it comes to, as `schedule.phases_of` returns them.
            batch: examples in a step.
            gates: how places are kept in a step, by name; see `gates.GATES`.
            weights: shared weights in a step.
            seed: of batches, shared weights and gates.

        UserError if a size is too small for a network of `parent`, or there are no such gates.
        """
        if gates not in GATES:
            raise unknown("kind of gates", gates, GATES)
        refuse_too_few(parent, phases[-1].size)
        self.parent, self.phases, self.weights, self.seed = parent, list(phases), weights, seed
        bias = examples.x.new_ones(len(examples.x), 1)
        self.x, self.y = torch.cat([bias, examples.x], 1), examples.y
        self.batch, self.gates = min(batch, len(self.y)), GATES[gates]
        self.step = 0  # the number of the next one
        self.log_scale = torch.ones((), device=self.x.device, requires_grad=True)
        # By how many the connections of the network exceed the places that are kept.
        self.excess = 0
        self._best = BestScores()
        self._some = torch.randperm(len(self.y), generator=generator_for(seed, "examples to try"))[
            :_TRIED_ON
        ].to(self.y.device)
        self._optimizer = self._begin()
        self._order: tuple[int, Tensor] | None = None

    @property
    def finished(self) -> bool:
        """Whether all sizes were come to."""
        return self.step >= self.phases[-1].end

    @property
    def phase(self) -> Phase:
        """The phase of the next step; the last one, where all are over."""
        return next((phase for phase in self.phases if self.step < phase.end), self.phases[-1])

    def advance(self, steps: int = 1) -> float:
        """Go on by `steps`, at most to the end of a phase; return the mean loss, nan if it is over.

        UserError if the loss is no finite number any more.
        """
        until = min(self.step + steps, self.phase.end)
        losses = []
        while self.step < until:
            losses.append(self._step())
        if not losses:
            return float("nan")
        mean = float(torch.stack(losses).mean())
        if not np.isfinite(mean):
            raise UserError(
                f"the training has no finite loss by step {self.step}: expected inputs and "
                "activations that give finite outputs; scale the inputs, or take others"
            )
        return mean

    def network(self) -> Network:
        """Return the network of the size that the phase of the last step comes to.

        At the end of the phase, that is the best of those tried on the way.
        """
        phase = next(phase for phase in self.phases if max(0, self.step - 1) < phase.end)
        ended = self.step == phase.end
        return exact_network(self._best.of(self.parent) if ended else self.parent, phase.size)

    def state(self) -> dict[str, Any]:
        """Return what `restore` goes on from: numbers, and arrays by name."""
        state: dict[str, Any] = {"step": self.step, "excess": self.excess, **self._best.state()}
        for number, tensor in enumerate(self._trained()):
            state[f"value {number}"] = _array(tensor)
            for name in _ADAM:
                if tensor in self._optimizer.state:
                    state[f"{name} {number}"] = _array(self._optimizer.state[tensor][name])
        return state

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from a state of the same training; KeyError or ValueError if it is another's."""
        self.step, self.excess = int(state["step"]), int(state["excess"])
        self._best.restore(state, self.parent)
        phase = self.phase
        for number, tensor in enumerate(self._trained()):
            _fill(tensor, state[f"value {number}"])
            if self.step == phase.first:  # where each phase begins with no moments
                continue
            moments = {name: torch.zeros_like(tensor) for name in _ADAM}
            for name, moment in moments.items():
                _fill(moment, state[f"{name} {number}"])
            done = torch.tensor(float(self.step - phase.first))
            self._optimizer.state[tensor] = {"step": done, **moments}

    def _begin(self) -> torch.optim.Adam:
        return torch.optim.Adam(
            [{"params": self.parent.trained}, {"params": [self.log_scale]}], fused=True
        )

    def _trained(self) -> Iterator[Tensor]:
        yield from self.parent.trained
        yield self.log_scale

    def _step(self) -> Tensor:
        phase, step = self.phase, self.step
        if step == phase.first:
            self._optimizer, self._best = self._begin(), BestScores()
            if step > 0:
                self.parent.loosen()
        loss = self._loss(max(1, phase.keep(step) - self.excess))
        scores, scale = self._optimizer.param_groups
        scores["lr"] = phase.rate_in(step)
        scale["lr"] = scores["lr"] / phase.rate * _SCALE_RATE
        self._optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        self._optimizer.step()
        self.step += 1
        steady = self.step - phase.first > phase.falling * phase.steps
        if self.step == phase.end or (steady and (self.step - phase.first) % _TRIED_EVERY == 0):
            self._try(phase.size)
        return loss.detach()

    def _try(self, size: int) -> None:
        """Remember the scores if their network of that size is the best of the phase so far."""
        try:
            kept = exact_kept(self.parent, size)
        except UserError:  # which ends the training only where the last scores have none, either
            return
        weights = self.weights.even() if self.parent.depends_on_weight else torch.ones(1)
        chosen = [torch.from_numpy(part).to(self.x.device) for part in kept]
        with torch.no_grad():
            x, y = self.x[self._some], self.y[self._some]
            loss = self._cross_entropy(self.parent.forward(x, chosen, weights.to(x)), y)
        self._best.offer(self.parent, float(loss))

    def _loss(self, places: int) -> Tensor:
        generator = generator_for(self.seed, "masks under shared weights", self.step)
        x, y = self._batch()
        kept = self.gates(self.parent.worth(), places, self.parent.shares, generator)
        self.excess = self.parent.connections([part.cpu().numpy() for part in kept]) - places
        drawn = self.weights.draw(generator) if self.parent.depends_on_weight else torch.ones(1)
        return self._cross_entropy(self.parent.forward(x, kept, drawn.to(x)), y)

    def _cross_entropy(self, outputs: Tensor, y: Tensor) -> Tensor:
        # The largest output counts, whatever the scale of all: each shared weight has its own.
        spread = outputs.detach().std(dim=(1, 2), keepdim=True) + _SMALL
        logits = outputs / spread * self.log_scale.exp()
        return nn.functional.cross_entropy(logits.flatten(0, 1), y.repeat(len(logits)))

    def _batch(self) -> tuple[Tensor, Tensor]:
        """Return the examples of this step: all in random order, then all in another one."""
        a_pass = len(self.y) // self.batch
        number, index = divmod(self.step, a_pass)
        if self._order is None or self._order[0] != number:
            drawn = generator_for(self.seed, "order of examples", number)
            order = torch.randperm(len(self.y), generator=drawn).to(self.y.device)
            self._order = (number, order)
        part = self._order[1][index * self.batch : (index + 1) * self.batch]
        return self.x[part], self.y[part]


def train_masks(trainer: MaskTrainer) -> Iterator[Network]:
    """Carry a training out, and yield the network of each size as soon as it is found."""
    for phase in trainer.phases:
        while trainer.step < phase.end:
            trainer.advance(phase.end - trainer.step)
        yield trainer.network()


def _array(tensor: Tensor) -> NDArray[np.float32]:
    return tensor.detach().cpu().numpy().copy()


def _fill(tensor: Tensor, array: NDArray[Any]) -> None:
    """Fill a tensor; ValueError if the array has another shape."""
    if tuple(array.shape) != tuple(tensor.shape):
        raise ValueError(f"expected an array of shape {tuple(tensor.shape)}, got {array.shape}")
    with torch.no_grad():
        # `reshape`, since an array of no axes becomes one of one
        tensor.copy_(torch.from_numpy(np.ascontiguousarray(array)).reshape(tensor.shape))
