import pytest

from wann.tasks.fitness import ACCURACY, LOSS, RETURN, fitness_of
from wann.weights import measures


@pytest.mark.parametrize(
    ("measure", "task", "name", "confirmed"),
    [
        (None, "swingup", RETURN, "mean return on held-out episodes"),
        (None, 'gym:CartPole-v1 {"a": "data:"}', RETURN, "mean return on held-out episodes"),
        (None, "mine:Task", RETURN, "mean return on held-out episodes"),
        (None, None, RETURN, "mean return on held-out episodes"),
        (None, "digits", LOSS, "minus the loss on validation examples"),
        (None, 'mnist256 {"size": 16}', LOSS, "minus the loss on validation examples"),
        (None, "data:/a b/c.csv {broken", LOSS, "minus the loss on validation examples"),
        (None, "data:a\nb.csv", LOSS, "minus the loss on validation examples"),
        ("accuracy", "digits", ACCURACY, "accuracy on validation examples"),
    ],
)
def test_what_means_are_of_is_known_by_measure_and_task(
    measure: str | None, task: str | None, name: str, confirmed: str
) -> None:
    found = fitness_of(measure, task)
    assert (found.name, found.confirmed) == (name, confirmed)


def test_files_say_what_a_spread_is_over() -> None:
    assert fitness_of(None, "swingup").trials == measures.TRIALS
    assert measures.TRIALS == "trials: one weight and one episode each"
    assert fitness_of("accuracy", "digits").trials == measures.TRIALS_OF_ACCURACY
    assert measures.TRIALS_OF_ACCURACY == "trials: one weight and one block of examples each"
    assert fitness_of(None, "digits").trials == measures.TRIALS_OF_ACCURACY
    assert fitness_of(None, "swingup").trial == "one weight, one episode"
    assert fitness_of(None, "digits").trial == "one weight, one block"
