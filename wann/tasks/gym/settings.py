"""What can be said of a Gymnasium environment in a spec: `gym:ID {settings}`."""

import copy
from dataclasses import dataclass, field, fields, replace
from typing import Any, NamedTuple

import numpy as np

from wann.config import BACKENDS, EPISODE_SECONDS, MOST_STEPS, ON_ERROR, EnvironmentSettings
from wann.errors import UserError, in_short, unknown
from wann.tasks.gym.encoder import Encoder
from wann.tasks.gym.encoder_files import find_encoder
from wann.tasks.spec import Settings, make_spec, parse_spec

# Steps after which an episode is cut where neither the environment nor the settings cut it.
DEFAULT_MAX_STEPS = 1000
_WALKERS = ("BipedalWalker-v3", "BipedalWalkerHardcore-v3")


class Statistics(NamedTuple):
    """Mean and standard deviation of each input."""

    mean: tuple[float, ...]
    sd: tuple[float, ...]


class Wrapper(NamedTuple):
    """What is put around an environment: `module:name`, and what that is called with."""

    name: str
    arguments: dict[str, Any]


@dataclass(frozen=True)
class GymSettings:
    """A Gymnasium environment and how it is run."""

    id: str
    kwargs: dict[str, Any] = field(default_factory=dict)  # of gymnasium.make
    # Put around the environment in this order: MODULE:WRAPPER, or MODULE:WRAPPER {arguments}
    wrap: tuple[str, ...] = EnvironmentSettings.wrap
    reset_options: dict[str, Any] | None = None  # of every reset
    # An episode is cut there; None: where the environment cuts it
    max_steps: int | None = EnvironmentSettings.max_steps
    # A search cuts an episode there already; None: it does not
    search_steps: int | None = EnvironmentSettings.search_steps
    # A search cuts an episode there that has earned nothing in so many steps; None: it does not
    stuck_steps: int | None = EnvironmentSettings.stuck_steps
    # True: by statistics that are still to be measured
    normalise: bool | Statistics = EnvironmentSettings.normalise
    # What a faulty environment does: stop the run, or fail the episode
    on_error: str = EnvironmentSettings.on_error
    backend: str = EnvironmentSettings.backend
    # What the reset and the steps of an episode may take; one that takes longer is ended
    episode_seconds: float | None = EnvironmentSettings.episode_seconds
    # Pictures become inputs, too, one for each number
    flatten_pictures: bool = EnvironmentSettings.flatten_pictures
    encoder: Encoder | None = None  # what makes inputs of pictures
    # Walkers: False has a search train on the reward of the 2019 release, without -100 for a fall
    fall_penalty: bool = True

    def __post_init__(self) -> None:
        if self.backend not in BACKENDS:
            raise unknown("backend", str(self.backend), BACKENDS)
        if self.on_error not in ON_ERROR:
            raise unknown("on_error", str(self.on_error), ON_ERROR)
        self._check_objects()
        self._check_steps()
        self._check_seconds()
        self._check_encoder()
        for name in ("fall_penalty", "flatten_pictures"):
            if not isinstance(getattr(self, name), bool):
                raise UserError(
                    f"{self.id}: {name} must be true or false, got {in_short(getattr(self, name))}"
                )
        if not self.fall_penalty and self.id not in _WALKERS:
            raise UserError(
                f"{self.id}: fall_penalty is for {' and '.join(_WALKERS)}; leave it out"
            )

    def _check_steps(self) -> None:
        for name in ("max_steps", "search_steps", "stuck_steps"):
            value = getattr(self, name)
            if value is not None and (type(value) is not int or not 1 <= value <= MOST_STEPS):
                raise UserError(
                    f"{self.id}: {name} must be a whole number between 1 and {MOST_STEPS:,}, got "
                    f"{in_short(value)}"
                )

    def _check_seconds(self) -> None:
        seconds, (low, high) = self.episode_seconds, EPISODE_SECONDS
        if seconds is not None and (
            type(seconds) not in (int, float) or not low <= seconds <= high
        ):
            raise UserError(
                f"{self.id}: episode_seconds must be a number between {low:g} and {high:,.0f}, got "
                f"{in_short(seconds)}"
            )

    def _check_encoder(self) -> None:
        if self.encoder is not None and self.flatten_pictures:
            raise UserError(
                f"{self.id}: --flatten-pictures and --encoder both say how pictures are read: give "
                "one of them"
            )

    def _check_objects(self) -> None:
        if not isinstance(self.kwargs, dict):
            raise UserError(
                f"{self.id}: kwargs must be an object, the arguments of the environment; got "
                f"{in_short(self.kwargs)}"
            )
        if not isinstance(self.reset_options, dict | None):
            raise UserError(
                f"{self.id}: reset_options must be an object, the options of every reset; got "
                f"{self.reset_options!r}"
            )
        if not isinstance(self.wrap, tuple) or not all(isinstance(text, str) for text in self.wrap):
            raise UserError(
                f"{self.id}: wrap must be a list of wrappers, each MODULE:WRAPPER or "
                f"MODULE:WRAPPER {{arguments}}; got {in_short(self.wrap)}"
            )
        for wrapper in self.wrappers:
            module, _, what = wrapper.name.rpartition(":")
            if not module or not what:
                raise UserError(
                    f"{self.id}: expected a wrapper as MODULE:WRAPPER, such as "
                    f"gymnasium.wrappers:FlattenObservation, got {in_short(wrapper.name)}"
                )

    @property
    def wrappers(self) -> tuple[Wrapper, ...]:
        """What is put around the environment, in this order."""
        return tuple(Wrapper(*parse_spec(text, f"{self.id}: wrapper")) for text in self.wrap)

    @property
    def arguments(self) -> dict[str, Any]:
        """What one instance is made with, a copy: environments may keep or change what is in it."""
        return copy.deepcopy(self.kwargs)

    @property
    def plain(self) -> bool:
        """Whether nothing is put around the environment, made with or reset with."""
        return not (self.kwargs or self.wrap or self.reset_options or self.encoder)

    @property
    def rendered(self) -> bool:
        """Whether networks see what the environment renders in place of its observations."""
        return self.encoder is not None and self.encoder.seen.source == "rendering"

    @property
    def whole(self) -> "GymSettings":
        """The same as it is measured, without what makes a search easier or cheaper."""
        return replace(self, search_steps=None, stuck_steps=None, fall_penalty=True)

    def limit_with(self, own: int | None) -> int:
        """Return where an episode ends whose environment ends it after `own` steps, None: never."""
        limits = [steps for steps in (own, self.max_steps) if steps is not None]
        whole = min(limits, default=DEFAULT_MAX_STEPS)
        return whole if self.search_steps is None else min(whole, self.search_steps)

    @property
    def name(self) -> str:
        """What the task is called."""
        return f"gym:{self.id}"

    @property
    def spec(self) -> str:
        """The line from which equal settings are made: what is not said is the default."""
        defaults = GymSettings(self.id)
        said = {
            entry.name: getattr(self, entry.name)
            for entry in fields(self)
            if getattr(self, entry.name) != getattr(defaults, entry.name)
        }
        if self.wrap:
            said["wrap"] = [make_spec(*wrapper) for wrapper in self.wrappers]
        if isinstance(self.normalise, Statistics):
            said["normalise"] = {
                key: list(value) for key, value in self.normalise._asdict().items()
            }
        if self.encoder is not None:
            said["encoder"] = self.encoder.said
        return make_spec(self.name, said)


def parse_settings(identity: str, settings: Settings) -> GymSettings:
    """Return the settings of the environment `identity` as read from a spec.

    UserError if there is no such setting, or its value is wrong.
    """
    known = [entry.name for entry in fields(GymSettings) if entry.name != "id"]
    for name in settings:
        if name not in known:
            raise unknown(f"setting of gym:{identity}", name, known)
    normalise = settings.get("normalise", EnvironmentSettings.normalise)
    wrap = settings.get("wrap", EnvironmentSettings.wrap)
    encoder = settings.get("encoder")
    given = {
        **settings,
        "normalise": _parse_normalise(identity, normalise),
        "wrap": tuple(wrap) if isinstance(wrap, list) else wrap,
        "encoder": None if encoder is None else find_encoder(encoder),
    }
    return GymSettings(identity, **given)


def settings_in(spec: str) -> GymSettings:
    """Return the settings of the environment in a spec `gym:ID {...}`, as `parse_settings` does."""
    name, given = parse_spec(spec)
    return parse_settings(name.partition(":")[2], given)


def _parse_normalise(identity: str, value: Any) -> bool | Statistics:
    if isinstance(value, bool):
        return value
    try:
        statistics = Statistics(tuple(map(float, value["mean"])), tuple(map(float, value["sd"])))
        arrays = np.array(statistics)
        good = (
            set(value) == {"mean", "sd"}
            and arrays.ndim == 2
            and np.isfinite(arrays).all()
            and (arrays[1] > 0).all()
        )
    except (TypeError, KeyError, ValueError):
        good = False
    if not good:
        raise UserError(
            f'{identity}: normalise must be true, false, or {{"mean": [...], "sd": [...]}} '
            "of equal length, sd above 0"
        )
    return statistics
