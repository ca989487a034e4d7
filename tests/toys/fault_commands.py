"""Every command that writes, as small as can be, and how what it left is taken up."""

import contextlib
import io
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from fault_toys import FULL, HALF, INTERRUPT, KILL, Done, in_this_process, run

from wann.formats.whole_network import write_network
from wann.network.from_masks import network_of_masks, smallest_dense, trim

Command = tuple[str, ...]
# They tell of a time, or of who worked
_OF_THEIR_OWN = {"log.txt", "worker.json"}


class Case(NamedTuple):
    """A command, and what takes up what it left: itself, or another one once a file is there."""

    command: Command
    marker: str | None = None  # the file; until it is there, the command is given again
    then: Command | None = None  # the other command; None: nothing is left to be done

    def next_command(self, folder: Path) -> Command | None:
        """Return what a user does next in the folder in which the command ran."""
        there = self.marker is not None and (folder / self.marker).exists()
        return self.then if there else self.command


class Point(NamedTuple):
    """Where a fault comes."""

    fault: str
    at: int


_SEARCH = (
    *("--generations", "3", "--population", "8", "--episodes", "1", "--confirm-episodes", "2"),
    *("--seed", "3", "--checkpoint-seconds", "0", "--threads", "1", "--out", "out"),
)


def cases(inputs: Path) -> dict[str, Case]:
    """Return all commands by name; `inputs` is the folder that `make_inputs` filled."""
    network, tuned = str(inputs / "network.json"), str(inputs / "tuned.json")
    search = ("search", "swingup-quick", *_SEARCH)
    sweep = (
        *("sweep", "swingup-quick", *_SEARCH[:8], "--seeds", "0,1", "--evaluate", "1"),
        *("--checkpoint-seconds", "0", "--out"),
    )
    digits = (
        *("sweep", "digits", "--method", "evolution", *_SEARCH[:8], "--seeds", "0"),
        *("--checkpoint-seconds", "0", "--out"),
    )
    study = (
        *("prune", "--steps", "4", "--seeds", "0", "--workers", "1", "--out", "out"),
        *("--method", "imp,snip", "--density", "0.7", "--controls", "shuffle"),
    )
    grown = (
        *("prune", "--network", tuned, "--method", "magnitude", "--density", "0.5"),
        *("--seeds", "0", "--out", "out"),
    )
    compare = (
        *("compare", str(inputs / "digits.json"), "--against", "rewired", "--seeds", "0"),
        *("--steps", "4", "--hidden", "12", "--generations", "1", "--episodes", "4"),
        *("--workers", "1", "--out", "out"),
    )
    tune = ("tune", network, "--threads", "1", "--out", "tuned.json", "--weights")
    individual = (*tune, "individual", "--generations", "2", "--population", "4", "--races", "2")
    export = ("export", network, "--to", "python", "--out", "out.py")
    render = ("render", str(inputs / "run"), "--out", "pictures")
    searches = {
        "search": search,
        "search from a network": (*search, "--seed-from", network),
        "search on islands": (*search, "--islands", "2", "--migrate-every", "1"),
        "asynchronous search": (*search, "--asynchronous"),
        "repeated search": (
            *(*search, "--asynchronous"),
            *("--completions", str(inputs / "asynchronous" / "completions.jsonl")),
        ),
    }
    resume = ("resume", "out", "--threads", "1", "--checkpoint-seconds", "0")
    going = ("tune", "tuned", "--resume", "--threads", "1")
    url = (*sweep, "file://out")
    return {
        **{name: Case(one, "out/config.json", resume) for name, one in searches.items()},
        "sweep": Case((*sweep, "out"), "out/sweep.json", ("resume", "out")),
        "sweep behind a URL": Case(url, "out/sweep.json", ("resume", "file://out")),
        "sweep of a classifier": Case((*digits, "out"), "out/sweep.json", ("resume", "out")),
        "prune": Case(study, "out/study.json", ("resume", "out")),
        "prune a grown network": Case(grown),
        "compare": Case(compare),
        "tune": Case(individual, "tuned/tuning.json", going),
        "tune one weight": Case((*tune, "shared"), "tuned.json", None),
        "export": Case(export, "out.py", None),
        "render": Case(render),
    }


def make_inputs(folder: Path) -> None:
    """Make what the commands read, and have everything imported and compiled that they call."""
    search = ("search", "swingup-quick", *_SEARCH[:-1])
    _do(*search, folder / "run")
    shutil.copy(folder / "run" / "champion.json", folder / "network.json")
    _do(*search, folder / "asynchronous", "--asynchronous")
    masks = trim(smallest_dense(64, 10, 90), 90, np.random.default_rng(0))
    write_network(folder / "digits.json", network_of_masks(masks), None, "digits")
    tune = ("tune", folder / "network.json", "--generations", "1", "--population", "4")
    _do(*tune, "--races", "2", "--weights", "individual", "--out", folder / "tuned.json")


def warm_up(case: Case, folder: Path) -> None:
    """Run a command in this process, whose forks then have all that it compiles."""
    with in_this_process(folder):
        _do(*case.command)


def _do(*command: object) -> None:
    from wann.cli.main import main

    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        assert main([str(part) for part in command]) == 0, command


def contents(folder: Path) -> dict[str, bytes]:
    """Return all files in a folder and below, but for what tells of times, workers and folder."""
    own = str(folder).encode()
    return {
        path.relative_to(folder).as_posix(): path.read_bytes().replace(own, b"FOLDER")
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in _OF_THEIR_OWN
    }


def undisturbed(case: Case, folder: Path) -> tuple[Done, dict[str, bytes]]:
    """Return how a command ends in an empty folder, and what it writes there."""
    done = run(case.command, folder)
    assert done.code == 0, done
    return done, contents(folder)


def points(steps: Sequence[str]) -> Iterator[Point]:
    """Yield every fault at every step."""
    for at, step in enumerate(steps):
        for fault in (KILL, HALF, FULL, INTERRUPT):
            if fault != HALF or step.startswith("write"):
                yield Point(fault, at)


def check(case: Case, point: Point, folder: Path, whole: dict[str, bytes]) -> None:
    """Have a fault come over a command, take up what it left, and compare with the `whole`."""
    hit = run(case.command, folder, point.fault, point.at)
    if point.fault in (KILL, HALF):
        assert hit.code == -9, hit
    else:
        assert hit.code in ((0, 2) if point.fault == FULL else (0, 2, 130)), hit
        assert "Traceback" not in hit.told, hit.told
    command = case.next_command(folder)
    if command is not None:
        done = run(command, folder)
        assert done.code == 0, (command, done.told, sorted(contents(folder)))
    found = contents(folder)
    assert sorted(found) == sorted(whole), (point, hit.steps[-1:])
    differing = [name for name in found if found[name] != whole[name]]
    assert not differing, f"{point}: {differing[0]} of {differing}: {found[differing[0]]!r}"
