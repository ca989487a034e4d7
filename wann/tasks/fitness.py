"""What the means of a search are of, in words: returns, minus the loss, or accuracies."""

from typing import NamedTuple

from wann.tasks.registry import is_of_data

RETURN, LOSS, ACCURACY = "return", "loss", "accuracy"


class Fitness(NamedTuple):
    """What a mean is of. On data, an episode is a block of examples."""

    name: str  # RETURN, LOSS or ACCURACY
    mean: str  # what a mean is called
    confirmed_on: str  # what a network is confirmed on
    drawn: str  # what is drawn beside a weight for each trial

    @property
    def confirmed(self) -> str:
        """What a mean of confirmation is called."""
        return f"{self.mean} on {self.confirmed_on}"

    @property
    def trial(self) -> str:
        """What is drawn for each trial, in short."""
        return f"one weight, one {self.drawn.partition(' ')[0]}"

    @property
    def trials(self) -> str:
        """What a spread over trials is over."""
        return f"trials: one weight and one {self.drawn} each"


_BLOCK = ("validation examples", "block of examples")
_RETURNS = Fitness(RETURN, "mean return", "held-out episodes", "episode")
_ALL = {
    RETURN: _RETURNS,
    LOSS: Fitness(LOSS, "minus the loss", *_BLOCK),
    ACCURACY: Fitness(ACCURACY, "accuracy", *_BLOCK),
}


def fitness_of(measure: str | None, task: str | None) -> Fitness:
    """Return what means are of where files say `measure`, which may be None, of a task.

    Files name accuracies alone. That a mean is of a loss is known by the name of the task.
    """
    if measure == ACCURACY:
        return _ALL[ACCURACY]
    name = (task or "").partition(" {")[0]
    return _ALL[LOSS if is_of_data(name) else RETURN]
