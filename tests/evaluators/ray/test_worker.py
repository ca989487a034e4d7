"""Which task a worker makes from a spec."""

from wann.evaluators.ray.worker import variant_of
from wann.tasks.registry import make_task

DIGITS = "digits"


def test_a_task_is_known_among_its_relatives() -> None:
    digits, swingup = make_task(DIGITS), make_task("swingup")
    assert [variant_of(t) for t in (digits, digits.held_out, digits.tuning)] == [
        "",
        "held_out",
        "tuning",
    ]
    assert [variant_of(t) for t in (swingup, swingup.held_out)] == ["", ""]
    assert [variant_of(t) for t in swingup.excerpts()] == ["excerpt 0", "excerpt 1", "excerpt 2"]
