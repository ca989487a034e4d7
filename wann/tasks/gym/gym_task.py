"""Any Gymnasium environment as a task: `gym:ID {settings}`.

An episode is a seed. What a network earns in it depends on network, weights and seed alone: the
environment is reset with the seed, and nothing of an earlier episode is left in it.
"""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, partial
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from wann.kernels.forward import Packed
from wann.network.weightings import Weightings
from wann.own import Same
from wann.tasks.gym.actions import Head
from wann.tasks.gym.both_signs import played_as
from wann.tasks.gym.lost_episodes import crash, overtime
from wann.tasks.gym.names import names_of
from wann.tasks.gym.normalise import measure
from wann.tasks.gym.observations import View
from wann.tasks.gym.own_environments import objects_of_session
from wann.tasks.gym.rehearsal import rehearse
from wann.tasks.gym.rollout import Interface, Lanes
from wann.tasks.gym.settings import DEFAULT_MAX_STEPS, GymSettings, Statistics, settings_in
from wann.tasks.gym.sides import read_sides
from wann.tasks.gym.simulators import (
    can_be_made_elsewhere,
    make_simulator,
    simulators,
)
from wann.tasks.gym.stepping import advance, begin
from wann.tasks.optional_abilities import Cuttable, Filmable, Filming, Watchable
from wann.tasks.task import Task
from wann.tasks.watch import Place, Watch

# Environments that a thread steps in turn; more lanes are run in parts.
_MOST_LANES = 128


@dataclass(frozen=True)
class GymTask(Cuttable, Filmable, Watchable):
    """Return of one episode of a Gymnasium environment, stepped in Python: its rewards, summed."""

    settings: GymSettings

    # Simulators in Python hold the interpreter's lock.
    workers: ClassVar[Literal["threads", "processes"]] = "processes"
    # Set by `make`, which knows compiled twins
    of_settings: ClassVar[Callable[[GymSettings], Task] | None] = None

    @property
    def name(self) -> str:
        """`gym:` and the id."""
        return self.settings.name

    @property
    def spec(self) -> str:
        """The line from which `make_task` makes an equal task."""
        return self.settings.spec

    @property
    def inputs(self) -> int:
        """Numbers in an observation."""
        return self.view.inputs

    @property
    def outputs(self) -> int:
        """Outputs that the action space asks for."""
        return self.head.outputs

    @property
    def input_names(self) -> Sequence[str]:
        """Names of the observation's numbers."""
        return self._names(0, self.view.names)

    @property
    def output_names(self) -> Sequence[str]:
        """Names of the actions."""
        return self._names(1, self.head.names)

    @cached_property
    def _whole(self) -> Task:
        return self._of(self.settings.whole)

    def _of(self, settings: GymSettings) -> Task:
        make = type(self).of_settings
        return make(settings) if make else dataclasses.replace(self, settings=settings)

    def cut(self, limits: Mapping[str, int | None]) -> Task:
        """Return the same environment with `search_steps` and `stuck_steps` of `limits`."""
        changes: dict[str, Any] = dict(limits)
        return self._of(dataclasses.replace(self.settings, **changes))

    def _names(self, side: int, plain: Sequence[str]) -> Sequence[str]:
        # A wrapper may show or take something else, in the same number
        encoded = side == 0 and self.settings.encoder is not None
        return plain if self.settings.wrap or encoded else names_of(self.settings.id, side, plain)

    @cached_property
    def view(self) -> View:
        """How observations are read."""
        return self._spaces[0]

    @cached_property
    def head(self) -> Head:
        """How actions are made."""
        return self._spaces[1]

    @property
    def limit(self) -> int:
        """Steps after which an episode is cut at the latest."""
        return self.settings.limit_with(self._spaces[2])

    @property
    def whole_limit(self) -> int:
        """That of whole episodes, where a search cuts them earlier."""
        return self.settings.whole.limit_with(self._spaces[2])

    def see(self, observation: Any) -> NDArray[np.float64]:
        """Return the inputs (inputs,) that `observation` gives."""
        row: NDArray[np.float64] = self._interface.normalise(self.view.see(observation)[None])[0]
        return row

    def act(self, outputs: NDArray[np.float64]) -> Any:
        """Return the action that the outputs (outputs,) give."""
        (action,) = self.head.act(outputs[:, None])
        return action

    def filming(self) -> Filming:
        """Return the environment, and how observations are read and actions made."""
        settings = self.settings.whole
        return Filming(
            settings.id,
            make=partial(make_simulator, settings, render_mode="rgb_array"),
            begin=partial(begin, options=settings.reset_options),
            advance=advance,
            steps=self.whole_limit,
            see=self.see,
            act=self.act,
        )

    @property
    def made_anywhere(self) -> bool:
        """Whether workers can make it, too.

        They can where its modules are named, it is Gymnasium's own, or a passed object can be sent.
        """
        return can_be_made_elsewhere(self.settings)

    @property
    def notes(self) -> Sequence[str]:
        """What the user should know, one line each.

        UserError where the environment fails as soon as it is tried, if that is to stop a run.
        """
        name, said = self.settings.id, []
        if self._spaces[2] is None and self.settings.max_steps is None:
            said.append(
                f"{name} has no time limit: episodes are cut after {DEFAULT_MAX_STEPS} steps "
                "(max_steps)"
            )
        said += [f"{name}: networks do not see {part}" for part in self.view.left_out]
        return [*said, *filter(None, [_rehearsed(self.settings.spec, self._objects)])]

    @cached_property
    def _spaces(self) -> tuple[View, Head, int | None]:
        return read_sides(self.settings.spec, self._objects)

    @property
    def _objects(self) -> tuple[Same, ...]:
        return objects_of_session(self.settings)

    @cached_property
    def statistics(self) -> Statistics | None:
        """What observations are normalised by.

        The statistics are measured on first use unless the settings hold them already.
        """
        if not isinstance(self.settings.normalise, bool):
            return self.settings.normalise
        whole = self.settings.whole  # so that whole episodes are normalised by the same numbers
        return measure(whole, self.view, self.whole_limit) if whole.normalise else None

    @property
    def _interface(self) -> Interface:
        statistics = None if self.statistics is None else np.array(self.statistics)
        return Interface(self.settings, self.view, self.head, self.limit, statistics)

    @property
    def held_out(self) -> Task:
        """The same with whole episodes and rewards, where a search has others."""
        return self if self.settings == self.settings.whole else self._whole

    confirmed_on = held_out

    def frozen(self) -> "GymTask":
        """Return an equal task whose spec holds the statistics, which it then need not measure."""
        if self.settings.normalise is not True:
            return self
        assert self.statistics
        return dataclasses.replace(
            self, settings=dataclasses.replace(self.settings, normalise=self.statistics)
        )

    def draw_episodes(self, episodes: int, rng: np.random.Generator) -> NDArray[np.int64]:
        """Return the seeds (episodes,) of `episodes` episodes."""
        return rng.integers(0, 2**31, episodes)

    def score(
        self,
        packed: Packed,
        span: tuple[int, int],
        weights: Weightings,
        episodes: NDArray[Any],
        returns: NDArray[np.float64],
        steps: NDArray[np.int64],
    ) -> None:
        """Run some networks; an episode in which the environment failed returns NaN.

        UserError where the environment fails, unless that is to count as a failed episode.

        Args:
            packed: Networks, as `pack` returns them.
            span: The first network to score, and the one behind the last.
            weights: Shared weights, or individual ones for one network.
            episodes: Seeds, (episodes,).
            returns: (networks, weightings, episodes), to be filled.
            steps: Environment steps taken, (networks,) int64, to be filled.
        """
        self.score_watched(packed, span, weights, episodes, returns, steps, Watch.by_nobody())

    def score_watched(
        self,
        packed: Packed,
        span: tuple[int, int],
        weights: Weightings,
        episodes: NDArray[Any],
        returns: NDArray[np.float64],
        steps: NDArray[np.int64],
        watch: Watch,
    ) -> None:
        """Run some networks as `score` does; an episode that was ended returns NaN, too.

        Args:
            packed: Networks, as `pack` returns them.
            span: The first network to score, and the one behind the last.
            weights: Shared weights, or individual ones for one network.
            episodes: Seeds, (episodes,).
            returns: (networks, weightings, episodes), to be filled.
            steps: Environment steps taken, (networks,) int64, to be filled.
            watch: Is told of every call of an environment.
        """
        interface, sides = self._interface, (self.inputs, self.outputs)
        for network in range(*span):
            steps[network] = 0
            alike = played_as(packed, network, sides, weights)
            pairs = np.meshgrid(np.unique(alike), np.arange(len(episodes)), indexing="ij")
            weighting, episode = (axis.ravel() for axis in pairs)
            for first in range(0, len(episode), _MOST_LANES):
                part = slice(first, first + _MOST_LANES)
                seeds = episodes[episode[part]].tolist()
                with simulators(self.settings, len(seeds)) as lent:
                    lanes = Lanes(interface, lent, weights[weighting[part]], seeds, first)
                    totals, taken = lanes.play(packed, network, watch)
                returns[network, weighting[part], episode[part]] = totals
                steps[network] += taken
            returns[network] = returns[network, alike]

    @property
    def episode_seconds(self) -> float | None:
        """That of the settings."""
        return self.settings.episode_seconds

    def overtime(self, place: Place) -> str:
        """Return the line on an episode that was ended, since it took too long."""
        return overtime(self.settings, place.seed, place.step)

    def crash(self, place: Place, cause: str) -> str:
        """Return the line on an episode whose process died, as `Watchable.crash`."""
        return crash(self.settings, place.seed, place.step, cause)


@cache
def _rehearsed(spec: str, objects: tuple[Same, ...]) -> str:
    """Return how the episodes of an environment do not repeat, which a process looks at once.

    `objects` are those of this session in it, which may be defined anew.
    """
    return rehearse(settings_in(spec))
