"""What flags can say of an environment or a data set of one's own.

The tasks themselves take these settings, and more, from a spec (`wann.tasks.spec`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from wann.config.settings import LARGEST_SEED, Settings, setting

BACKENDS = ("auto", "gymnasium", "envpool", "jit")
ON_ERROR = ("fail", "worst")
LARGEST_SIZE = 256  # pixels, both ways
MOST_STEPS = 10**9  # of an episode
EPISODE_SECONDS = (0.1, 1e6)  # the shortest and the longest limit of an episode
FLOOR = -20.0  # what the log-likelihood of an image is at least


@dataclass(frozen=True)
class EnvironmentSettings(Settings):
    """A Gymnasium environment, as far as flags say how it is run."""

    kwargs: Mapping[str, Any] | None = setting(
        None, "arguments of the environment", flag="env-kwargs", metavar="JSON"
    )
    wrap: tuple[str, ...] = setting(
        (),
        "put this wrapper around the environment; if given again, around the wrapper before; "
        "arguments follow it, as in --wrap 'gymnasium.wrappers:ClipReward {\"max_reward\": 1}'",
        metavar="MODULE:WRAPPER",
        free=True,
        repeat=True,
        shown="",
    )
    reset_options: Mapping[str, Any] | None = setting(
        None, "options that every reset gets", metavar="JSON"
    )
    flatten_pictures: bool = setting(
        False,
        "read the pixels of pictures, too, one input each; small ones are read in any case",
        flag="flatten-pictures",
    )
    encoder: str | None = setting(
        None,
        "read pictures through this encoder: the folder that `wann encode` made, or the name of "
        "one that comes with the project; of an environment whose observations are no pictures, "
        "what it renders is read",
        metavar="FOLDER",
    )
    backend: str = setting(
        "auto", "what simulates the environment", choices=BACKENDS, metavar="NAME"
    )
    normalise: bool = setting(
        False, "scale observations by their mean and spread under random actions", flag="normalise"
    )
    max_steps: int | None = setting(
        None, "steps after which an episode is cut", 1, MOST_STEPS, metavar="N"
    )
    search_steps: int | None = setting(
        None,
        "steps after which a search cuts an episode; champions are confirmed and measured on whole "
        "episodes",
        1,
        MOST_STEPS,
        metavar="N",
        shown="never",
    )
    stuck_steps: int | None = setting(
        None,
        "a search cuts an episode that has earned nothing in its last N steps; champions are "
        "confirmed and measured on whole episodes; not for environments where each step costs, "
        "such as MountainCar: there an episode that is cut earns more than a whole one",
        1,
        MOST_STEPS,
        metavar="N",
        shown="never",
    )
    on_error: str = setting(
        "fail",
        "what a fault of the environment does: fail stops the search, worst counts the episode as "
        "failed",
        choices=ON_ERROR,
        metavar="WHAT",
    )
    episode_seconds: float | None = setting(
        None,
        "seconds that the reset and the steps of an episode may take together: an episode that "
        "takes longer, or hangs, is ended, named and counts as failed",
        *EPISODE_SECONDS,
        metavar="SECONDS",
        shown="no limit",
    )


@dataclass(frozen=True)
class TableSettings(Settings):
    """How a table is read, as far as flags say it."""

    label: str | None = setting(
        None, "of a table: the column with the classes, by name or number", metavar="COLUMN"
    )
    drop: tuple[str, ...] = setting(
        (),
        "of a table: columns that are left out, by name or number",
        metavar="COLUMN,COLUMN",
        free=True,
        shown="none",
    )
    test_share: float = setting(
        0.25, "of a table: the share of the rows of each class that is the test part", 0.01, 0.9
    )
    split_seed: int = setting(
        0, "of a table: the seed that draws which rows those are", 0, LARGEST_SEED
    )


@dataclass(frozen=True)
class DatasetSettings(TableSettings):
    """A data set of one's own, as far as flags say how it is prepared."""

    deskew: bool = setting(False, "straighten slanted images", flag="deskew")
    size: int | None = setting(None, "resize images to N x N pixels", 1, LARGEST_SIZE, metavar="N")
