"""Many episodes in one pool of envpool, where it is installed."""

import importlib.util

import numpy as np
import pytest
from scoring_toys import networks, score

from wann.errors import UserError
from wann.tasks.registry import make_task


def test_envpool_that_is_missing_says_what_to_install() -> None:
    if importlib.util.find_spec("envpool"):
        pytest.skip("envpool is installed")
    with pytest.raises(UserError, match=r"pip install 'wann\[envpool\]'"):
        make_task('gym:CartPole-v1 {"backend": "envpool"}')


@pytest.mark.filterwarnings("ignore:.*precision lowered")
def test_envpool_scores_as_gymnasium_does_in_distribution() -> None:
    pytest.importorskip("envpool", reason="needs pip install 'wann[envpool]' (some 750 MB)")
    tasks = [
        make_task(f'gym:CartPole-v1 {{"backend": "{name}"}}') for name in ("gymnasium", "envpool")
    ]
    network, seeds = networks(tasks[0])[:1], np.arange(1, 65)
    theirs, ours = (score(task, seeds, network)[0] for task in tasks)
    spread = np.sqrt((theirs.var(axis=2) + ours.var(axis=2)) / len(seeds))
    assert (np.abs(theirs.mean(axis=2) - ours.mean(axis=2)) <= 5.0 * spread + 1e-9).all()
    np.testing.assert_array_equal(score(tasks[1], seeds, network)[0], ours)
    some = score(tasks[1], seeds[5:9], network)[0]  # an episode's seed alone decides it
    np.testing.assert_array_equal(some, ours[:, :, 5:9])
