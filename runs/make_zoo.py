"""Make the zoo anew: a champion of each recipe, with its card and its picture.

    python runs/make_zoo.py                   # all that the list below has, some hours on 2 cores
    python runs/make_zoo.py cartpole          # some
    python runs/make_zoo.py --grown FOLDER    # of searches in FOLDER/RECIPE-seed0
    python runs/make_zoo.py --pictures        # only the pictures of networks that are there

A network is grown by the command in its card, with seed 0; those of `swingup`, `mnist256` and
`biped` are kept, that of `swingup` with the settings which its recipe had then. It gets a folder in
runs/reference with champion.json, config.json, summary.json, card.json (what was measured), card.md
and champion.png, and some get a film, episode.gif; such files that lie there already are replaced,
once the network is measured. The rows of a search are left out. Without --grown, searches lie in a
temporary folder: an abort loses what they took, which may be hours.
"""

import argparse
import io
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

from wann import load, load_recipe
from wann.api.card import measure_card
from wann.config import (
    CONDITION_NAMES,
    EVOLUTION,
    TRAINING_WEIGHTS,
    EvaluateConfig,
    TuneConfig,
)
from wann.drawing.figures import figure_as
from wann.evaluators.make import make_evaluator
from wann.experiments.growing.album import Album
from wann.experiments.growing.films import draw_short_film
from wann.files import sha256, write_atomically, write_json
from wann.formats.card import KEY
from wann.formats.loaded_network import LoadedNetwork
from wann.network.weightings import Weightings
from wann.streams import stream
from wann.tasks.optional_abilities import Filmable
from wann.tasks.registry import task_of
from wann.weights.measuring import Measuring

HERE = Path(__file__).parent / "reference"
JITTED = (
    *("cartpole", "cartpole-memory", "acrobot", "mountaincar-continuous", "pendulum"),
    *("swingup", "swingup-six", "swingup-quick", "swingup-hard", "swingup-laptop"),
    *("digits", "mnist256"),
)
# Simulators in Python: tuning a weight for a card would take an hour each
SIMULATED = ("lunarlander", "lunarlander-continuous", "biped", "biped-quick", "carracing")
POOLED = ("lunarlander", "biped", "biped-quick")  # are searched with envpool
# What champions keep of the settings of their environment, which they name as it comes otherwise:
# without what spares a search time
PLAIN = {
    **dict.fromkeys(("lunarlander", "biped", "biped-quick"), "normalise"),
    "carracing": "encoder",
}
FEW = 20  # episodes of a card, where each takes seconds
# `biped-paper`, `mnist`, `mnist256-paper` and `swingup-paper` take hours to weeks, `environment`
# and `dataset` are for tasks of one's own. They are not in the zoo.
TUNING = TuneConfig(generations=100, races=8)
KEPT = ("swingup", "mnist256", "biped")  # take long: their runs are in the repository
# Settings that the recipe of a network that is kept had when it was grown
THEN = {"swingup": "--episodes 3 --tournament 128 --change-activation 0.5"}
FILMED = ("swingup", "lunarlander", "biped", "biped-quick", "carracing")
FILMED_EPISODES = 4  # in which the weight of a film is sought
COLOURS = 64  # of a picture
WIDTH = 900  # pixels of a picture


def grow(recipe: str, folder: Path) -> Path:
    """Return the run of a recipe, which is grown in `folder` unless it lies there."""
    run = folder / f"{recipe}-seed0"
    if not (run / "summary.json").exists():
        subprocess.run([sys.executable, "-m", "wann", *command(recipe), "--out", run], check=True)
    return run


def command(recipe: str) -> list[str]:
    """Return the arguments of `wann` that grow the network of a recipe."""
    grown = [] if load_recipe(recipe).method == EVOLUTION else ["--method", EVOLUTION]
    backend = ["--backend", "envpool"] if recipe in POOLED else []
    then = THEN.get(recipe, "").split()
    return ["search", recipe, *grown, *backend, *then, "--seed", "0"]


def add(recipe: str, run: Path) -> None:
    """Put the champion of `run` into the zoo."""
    place = HERE / f"{recipe}-seed0"
    place.mkdir(exist_ok=True)
    if run.resolve() != place.resolve():
        copy_run(run, place, PLAIN.get(recipe))
    network = measure_card(
        load(place / "champion.json"),
        conditions=CONDITION_NAMES if recipe in JITTED else CONDITION_NAMES[:2],
        episodes=FEW if recipe == "carracing" else EvaluateConfig.episodes,
        tuning=TUNING,
        command=" ".join(["wann", *command(recipe)]),
    )
    write_json(place / "card.json", network.info[KEY])
    write_atomically(place / "card.md", network.card().encode())
    draw(place, network)


def draw(place: Path, network: LoadedNetwork) -> None:
    """Draw a network of the zoo into its folder, and film it if it is one of those."""
    write_atomically(place / "champion.png", small(figure_as(network.draw(), ".png")))
    if place.name.removesuffix("-seed0") in FILMED:
        film(place, network)


def film(place: Path, network: LoadedNetwork) -> None:
    """Film the beginning of an episode into the folder of a network, at its best shared weight."""
    task = task_of(network.task_or_default, network.path)
    assert isinstance(task, Filmable)
    starts = task.draw_episodes(FILMED_EPISODES, stream(0, "film"))
    with make_evaluator(task) as evaluator:
        weights = Weightings.shared(np.array(TRAINING_WEIGHTS))
        returns = Measuring(task, network, evaluator).returns(weights, starts)
    best = float(TRAINING_WEIGHTS[int(np.nan_to_num(returns.mean(axis=1), nan=-np.inf).argmax())])
    draw_short_film(network, task, best, Album(place, print))


def copy_run(run: Path, place: Path, kept: str | None) -> None:
    """Copy what the zoo has of a run: champion, settings and summary.

    With `kept`, that is the only setting that the champion's environment keeps.
    """
    for name in ("champion.json", "config.json"):
        shutil.copy(run / name, place / name)
    if kept is not None:
        as_it_comes(place / "champion.json", kept)
    summary = json.loads((run / "summary.json").read_text())
    where = f"runs/reference/{place.name}"
    summary["task"] = json.loads((place / "champion.json").read_text())["task"]
    summary |= {"run": where, "champion": f"{where}/champion.json"}
    # The rows are left out, so the digest of the run can no longer be checked
    summary["champion_sha256"] = sha256((place / "champion.json").read_bytes())
    write_json(place / "summary.json", summary)


def as_it_comes(champion: Path, kept: str) -> None:
    """Take from a champion's environment all settings but the one that is `kept`."""
    text = champion.read_text()
    task = json.loads(text)["task"]
    if " " not in task:
        return  # it has no settings
    kind, settings = task.split(" ", 1)
    own = {name: value for name, value in json.loads(settings).items() if name == kept}
    plain = f"{kind} {json.dumps(own)}" if own else kind
    write_atomically(champion, text.replace(json.dumps(task), json.dumps(plain)).encode())


def small(picture: bytes) -> bytes:
    """Return a picture in few colours, and no wider than need be."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    image.thumbnail((WIDTH, WIDTH))
    content = io.BytesIO()
    # The usual method joins colours that are rare, which are those of the activations
    few = image.quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE)
    few.save(content, "png", optimize=True)
    return content.getvalue()


def main() -> None:
    """Add the networks that are asked for, one after the other."""
    parser = argparse.ArgumentParser(description="Make the zoo anew.")
    parser.add_argument("recipes", nargs="*", metavar="RECIPE")
    parser.add_argument("--grown", type=Path, help="folder of searches that are done already")
    parser.add_argument("--pictures", action="store_true", help="draw what is there, no more")
    options = parser.parse_args()
    if options.pictures:
        for recipe in options.recipes or (*JITTED, *SIMULATED):
            place = HERE / f"{recipe}-seed0"
            draw(place, load(place / "champion.json"))
        return
    with tempfile.TemporaryDirectory() as scratch:
        for recipe in options.recipes or (*JITTED, *SIMULATED):
            folder = options.grown or Path(scratch)
            kept = recipe in KEPT and not (folder / f"{recipe}-seed0").exists()
            add(recipe, grow(recipe, HERE if kept else folder))
            print(f"zoo:{recipe}", flush=True)


if __name__ == "__main__":
    main()
