import json
from pathlib import Path

import numpy as np
import pytest
from formats_toys import champion

from wann.errors import UserError
from wann.formats import (
    read_network,
    read_release_weights,
    release_weights,
)
from wann.formats.out_format import loads
from wann.network.compile import compile_with_genes
from wann.network.network import pack
from wann.network.weightings import Weightings
from wann.tasks.registry import make_task

# Bias, input, two hidden nodes, output; one disabled connection.
TABLE = "0,0,1.5,0,nan,1\n0,0,1,2,0,1\n0,0,0,-1,0,5\n0,0,0,0,1e-3,3.00e+00\n0,0,0,0,0,1\n"

GENES = ("source", "target", "enabled")

BAD_WEIGHTS = {
    "few": ("[[1, 2], 932]", "expected 5 weights, one per enabled connection, got 2"),
    "object": ("{}", "got an object"),
    "flat": ("[1, 2, 3, 4, 5]", "got a list of 5"),
    "text": ('[[1, 2, "3", 4, 5], 932]', "weight 2: expected a finite number, got '3'"),
    "nan": ("[[1, 2, NaN, 4, 5], 932]", "got NaN"),
    "truncated": ("[[1, 2,", "is the file complete?"),
}


@pytest.mark.parametrize(("text", "fragment"), BAD_WEIGHTS.values(), ids=BAD_WEIGHTS.keys())
def test_mistakes_in_release_weights_are_named(text: str, fragment: str, tmp_path: Path) -> None:
    path = tmp_path / "weights.json"
    path.write_text(text)
    with pytest.raises(UserError) as raised:
        read_release_weights(path, loads(TABLE, "x.out"))
    assert str(raised.value).startswith(f"{path}: ")
    assert fragment in str(raised.value)
    assert len(str(raised.value).splitlines()) == 1


def test_release_weights_follow_the_rows_of_the_table() -> None:
    file = loads(TABLE, "x.out")
    weights = release_weights(file, [1, 2, 3, 4, 5], offset=-1.0)
    assert weights.tolist() == [0.0, -1.0, 1.0, 2.0, 3.0, 4.0]
    # The same weights reach the same connections where the genes stand in another order.
    turned = file._replace(
        genome=file.genome._replace(**{k: getattr(file.genome, k)[::-1] for k in GENES})
    )
    assert release_weights(turned, [1, 2, 3, 4, 5], offset=-1.0).tolist() == weights[::-1].tolist()


def test_the_published_weights_earn_what_the_paper_says() -> None:
    """932 +- 6 (paper, table 1): weights in another order earn much less."""
    file = read_network(champion("swing.out"))
    weights = read_release_weights(champion("cartpole_swingup.wann.json"), file)
    network, gene = compile_with_genes(file.genome)
    task = make_task("swingup")
    episodes = task.draw_episodes(200, np.random.default_rng(1))
    returns, steps = np.empty((1, 1, len(episodes))), np.zeros(1, dtype=np.int64)
    task.score(
        pack([network]), (0, 1), Weightings.individual(weights[gene]), episodes, returns, steps
    )
    # The median: about one start in a hundred ends at the edge of the track, which moves the mean.
    published = json.loads(champion("cartpole_swingup.wann.json").read_text())[1]
    assert abs(np.median(returns) - published) < 6.0
