import odd_environments_toys as odd
import pytest

import wann.envs  # noqa: F401 (registers environments)
from wann.errors import UserError
from wann.tasks.gym.rehearsal import is_known_to_repeat, rehearse, report_on
from wann.tasks.gym.settings import GymSettings
from wann.tasks.gym.simulators import is_of_this_session
from wann.tasks.registry import make_task

WHY = {
    "IgnoresSeed": "resets with one seed differ,",
    "GlobalNoise": "episodes with one seed differ (from step 1 on),",
    "SharedGenerator": "episodes with one seed differ from one instance to another (from step",
    "DrawnOnce": "episodes with one seed differ from one instance to another (from step",
    "Remembers": "episodes with one seed differ (from step",
}
BETWEEN_PROCESSES = ("ReadsTheDate", "HashesText")


def settings(name: str, **given: object) -> GymSettings:
    return GymSettings(f"odd_environments_toys:{name}-v0", **given)


@pytest.mark.parametrize("name", WHY)
def test_episodes_that_differ_within_a_process_are_noticed(name: str) -> None:
    assert WHY[name] in report_on(settings(name)).differs + ","


def test_every_toy_that_does_not_repeat_is_looked_at() -> None:
    assert {kind.__name__ for kind in odd.NOT_REPEATING} == {*WHY, *BETWEEN_PROCESSES}


@pytest.mark.parametrize("name", BETWEEN_PROCESSES)
def test_episodes_that_differ_from_process_to_process_are_noticed(name: str) -> None:
    assert not report_on(settings(name)).differs
    assert "episodes with one seed differ from process to process" in rehearse(settings(name))


def test_what_repeats_is_passed_over() -> None:
    assert rehearse(settings("Plain")) == ""
    for own in ("CartPole-v1", "wann/CartPoleSwingUp-v1"):
        assert is_known_to_repeat(GymSettings(own))
        assert not is_of_this_session(GymSettings(own))
    assert not is_known_to_repeat(settings("Plain"))
    assert not is_known_to_repeat(GymSettings("CartPole-v1", wrap=("odd:Scaled",)))


def test_it_is_one_of_the_notes_on_the_task() -> None:
    *_, note = make_task(settings("IgnoresSeed").name).notes
    assert note.startswith("odd_environments_toys:IgnoresSeed-v0: resets with one seed differ, so")
    assert "\n" not in note


def test_a_fault_is_told_before_anything_begins_unless_faults_are_to_count_as_failed() -> None:
    with pytest.raises(UserError, match=r"OldStep-v0 failed \(seed 1, step 1\): .*expected step"):
        rehearse(settings("OldStep"))
    assert rehearse(settings("OldStep", on_error="worst")) == ""
