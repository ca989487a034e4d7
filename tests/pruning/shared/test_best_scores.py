import mask_toys
import pytest
import torch

from wann.pruning.shared.best_scores import BestScores


def test_the_least_loss_counts_and_of_equal_ones_the_first() -> None:
    parent = mask_toys.parent()
    best = BestScores()
    assert best.of(parent) is parent
    first = [score.detach().clone() for score in parent.scores]
    best.offer(parent, 2.0)
    for loss in (2.0, 3.0, float("nan")):
        with torch.no_grad():
            parent.scores[0].add_(1.0)  # what was offered does not change with the parent
        best.offer(parent, loss)
    assert all(map(torch.equal, best.of(parent).scores, first))
    best.offer(parent, 1.0)
    assert torch.equal(best.of(parent).scores[0], parent.scores[0])
    again = BestScores()
    again.restore(best.state(), parent)
    assert again.loss == 1.0
    assert all(map(torch.equal, again.scores, best.scores))


def test_states_of_none_and_of_another_parent() -> None:
    parent, best = mask_toys.parent(), BestScores()
    assert best.state() == {}
    best.offer(parent, 1.0)
    state = best.state()
    with pytest.raises(ValueError, match="expected scores of"):
        best.restore(state, mask_toys.parent(hidden=(9,)))
    with pytest.raises(KeyError):
        best.restore({"best loss": 1.0}, parent)
    best.restore({}, parent)
    assert not best.scores
