"""The page of a search under way, made anew while it goes on."""

import time
from pathlib import Path

from wann.errors import explain
from wann.evolution.front import Confirmed
from wann.experiments.growing.growth import Growth
from wann.experiments.growing.network_pictures import PROFILE_EPISODES
from wann.experiments.growing.page import page_of_search
from wann.files import Anchored
from wann.formats.load import load_network
from wann.pages.page_file import check_page_file, write_page
from wann.pages.player import Profile
from wann.runs.filenames import PAGE
from wann.terminal import warn
from wann.weights import measures
from wann.weights.measuring import Measuring

RELOAD_SECONDS = 5.0  # between two times that the page is made, at least
# Of a profile, where episodes are played by processes: an environment of Gymnasium takes some
# thousand times as long for them as a compiled one
_FEW_EPISODES = 2
_SHARE = 20.0  # so many times as long as it took to make, the search goes on without it


class LivePage:
    """Makes the page of a search anew, every few seconds at most."""

    _path = Anchored()

    def __init__(self, growth: Growth, path: Path) -> None:
        """Take the search whose run is at `path`; UserError where no page may be written there."""
        check_page_file(path / PAGE)
        self._growth, self._path = growth, path
        compiled = growth.task.workers == "threads"
        self._episodes = PROFILE_EPISODES if compiled else _FEW_EPISODES
        self._measured: tuple[Confirmed, Profile] | None = None  # the champion measured last
        self._due = 0.0
        self._failed = False

    def refresh(self) -> None:
        """Make the page anew if it is time, and there is a champion to show."""
        began = time.monotonic()
        if began < self._due or self._growth.champion is None:
            return
        config = self._growth.config
        self._write(
            {
                "generation": self._growth.search.generation,
                "generations": config.rounds,
                "seconds": RELOAD_SECONDS,
            }
        )
        ended = time.monotonic()
        self._due = ended + max(RELOAD_SECONDS, _SHARE * (ended - began))

    def close(self) -> None:
        """Make the page a last time: it is not followed any more."""
        if self._growth.champion is not None:
            self._write(None)

    def _write(self, progress: dict[str, float] | None) -> None:
        try:
            text = page_of_search(self._path, self._profile(), progress, self._episodes)
            write_page(self._path / PAGE, text)
        except (OSError, ValueError) as error:  # the search matters more
            if not self._failed:
                warn(f"no page as yet: {explain(error)}")
            self._failed = True

    def _profile(self) -> Profile:
        """Return what the champion earns over shared weights, measured once.

        It is left out where that would hold up the search: where an asynchronous one has episodes
        under way.
        """
        champion, growth = self._growth.champion, self._growth
        assert champion is not None
        if growth.config.asynchronous:
            return []
        if self._measured is None or self._measured[0] is not champion:
            network = load_network(self._path)
            measuring = Measuring(growth.task.held_out, network, growth.evaluator)
            grid = measures.profile(measuring, self._episodes)
            points = [(weight, measure.mean) for weight, measure in grid]
            self._measured = champion, points
        return self._measured[1]
