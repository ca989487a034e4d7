"""Tasks that functions of one's own return."""

from wann import trust
from wann.tasks.registry import make_task
from wann.tasks.swingup import CartPoleSwingUp
from wann.tasks.task import Task

SHARED = CartPoleSwingUp(steps=50)


def shared(part: int) -> Task:
    return SHARED


def test_one_task_that_two_specs_share_has_the_spec_of_each() -> None:
    specs = [f'{__name__}:shared {{"part": {part}}}' for part in (1, 2)]
    with trust.forgotten_afterwards():
        first, second = map(make_task, specs)
    assert [first.spec, second.spec] == specs
    assert SHARED.spec == "swingup"
