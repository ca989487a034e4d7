"""A vote of one network over several shared weights (Gaier & Ha 2019, section 4.2)."""

import numpy as np
from numpy.typing import NDArray

from wann.config import TRAINING_WEIGHTS
from wann.network.network import Network
from wann.network.weightings import Weightings
from wann.statistics import NORMAL_95
from wann.tasks.optional_abilities import Classifying
from wann.weights.condition_measures import ConditionMeasure, VoteOverWeights
from wann.weights.measures import Measure


def validation_accuracy(task: Classifying, network: Network, weights: Weightings) -> float:
    """Return the share of the examples for confirming that a network classifies correctly.

    It is the mean over `weights`.
    """
    chosen = task.confirming
    found = task.logits(network, weights, chosen).argmax(axis=2)
    return float((found == task.labels[chosen]).mean())


def vote(task: Classifying, network: Network) -> ConditionMeasure:
    """Return the accuracy of a vote over the training weights on all examples of `task`.

    See `ensemble`.
    """
    weights = Weightings.shared(TRAINING_WEIGHTS)
    return ensemble(task.logits(network, weights, np.arange(len(task.labels))), task.labels)


def ensemble(logits: NDArray[np.float64], labels: NDArray[np.int64]) -> ConditionMeasure:
    """Return the accuracy of two votes over weightings; `logits` (weightings, images, classes).

    The measure and its interval (normal approximation) are those of the majority vote, in which the
    first class wins a tie; `mean_probability` is the accuracy of the mean of the softmax over the
    weightings.
    """
    classes = logits.shape[2]
    votes = np.eye(classes)[logits.argmax(axis=2)].sum(axis=0)
    with np.errstate(all="ignore"):
        likelihood = np.exp(logits - logits.max(axis=2, keepdims=True))
        probability = np.nan_to_num(likelihood / likelihood.sum(axis=2, keepdims=True)).mean(axis=0)
    majority, soft = (
        float((vote.argmax(axis=1) == labels).mean()) for vote in (votes, probability)
    )
    count = len(labels)
    sd = float(np.sqrt(majority * (1.0 - majority)))
    half = NORMAL_95 * sd / np.sqrt(count)
    return ConditionMeasure(
        Measure(majority, sd, "test examples, right or wrong by majority vote", count),
        (max(0.0, majority - half), min(1.0, majority + half)),
        VoteOverWeights(soft, TRAINING_WEIGHTS),
    )
