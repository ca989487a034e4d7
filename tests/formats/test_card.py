"""A card says what is known of a network, and nothing of another one."""

from typing import Any

import numpy as np
import pytest
from paths import REFERENCE_RUN

from wann.api.card import measure_card
from wann.config import TuneConfig
from wann.errors import UserError
from wann.formats.card import KEY
from wann.formats.load import load_network

CHAMPION = load_network(REFERENCE_RUN / "champion.json")
QUICK = CHAMPION.with_task("swingup-hard")  # whose episodes are shorter


def test_a_card_holds_what_was_measured_and_how_to_make_the_network_again(tmp_path: Any) -> None:
    tuning = TuneConfig(generations=2, population=4, races=1)
    network = measure_card(
        QUICK, episodes=10, tuning=tuning, command="wann search swingup --seed 0", threads=1
    )
    measured = network.info[KEY]
    assert list(measured["returns"]) == [
        "random_weights",
        "random_shared",
        "tuned_shared",
        "tuned_weights",
    ]
    text = network.card()
    row = measured["returns"]["tuned_shared"]
    assert f"| tuned shared | {row['mean']:.4g} | {row['ci95'][0]:.4g} to " in text
    assert "- Made by: `wann search swingup --seed 0`" in text
    assert f"- Size: {network.connections} connections" in text
    assert "- Seed: 0" in text
    assert "numba" in text
    assert "--conditions all` does, but for the tuned weights\n" in text
    assert load_network(network.save(tmp_path / "a.json")).card() == text
    assert "- Made by: `wann search" in str(network.export(to="python", card=True))
    assert "- Made by: `wann search" not in str(network.export(to="python"))
    assert measure_card(QUICK, episodes=10, tuning=tuning, command=measured["command"]).info == (
        network.info
    )


def test_a_card_says_where_weights_were_tuned_otherwise_than_the_commands_tune() -> None:
    measured = {"returns": {"tuned_weights": {}}, "episodes": 100, "seed": 0}
    usual = {name: getattr(TuneConfig, name) for name in ("generations", "population", "races")}
    for tuning, said in ((usual, False), ({**usual, "races": 1}, True), ({}, True)):
        text = CHAMPION.with_info(**{KEY: {**measured, "tuning": tuning}}).card()
        assert ("does, but for the tuned weights" in text) is said


def test_returns_of_another_network_are_not_shown() -> None:
    network = measure_card(CHAMPION, conditions=["random_shared"], episodes=5)
    assert "random shared" in network.card()
    other = network.with_weights(np.ones(network.connections))
    assert "random shared" not in other.card()
    assert "- Weights: its own" in other.card()
    assert "Mean in the search's confirmation: 867.5" in other.card()


def test_cards_of_hostile_files_stay_what_they_are() -> None:
    digest = measure_card(CHAMPION, conditions=["random_shared"], episodes=5).info[KEY]["digest"]
    hostile: list[Any] = [
        7,
        {"returns": 3, "digest": digest},
        {"returns": {"a|b`\n": {"mean": "x", "ci95": [1]}, "c": 1}, "digest": digest},
        {"command": "`rm`\n# title", "versions": [], "episodes": None, "seed": {}},
    ]
    for card in hostile:
        text = CHAMPION.with_info(**{KEY: card}, seed="none").card()
        assert text.count("\n#") == 0
        assert text.startswith("# Network for swingup\n")
    bare = CHAMPION.with_task(None).card()
    assert "no task named" in bare
    assert "Task:" not in bare


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"episodes": 0}, "episodes must be between 1 and 1,000,000, got 0"),
        ({"seed": -1}, "seed must be"),
        ({"threads": -3}, "expected 1 or more threads or workers, got -3"),
        ({"conditions": "random"}, "unknown condition 'random'"),
        ({"conditions": 5}, "conditions: expected some of random_weights"),
        ({"tuning": 5}, "tuning: expected a TuneConfig, got 5"),
    ],
)
def test_arguments_that_do_not_suit_are_refused(given: dict[str, Any], message: str) -> None:
    with pytest.raises(UserError, match=message) as raised:
        measure_card(CHAMPION, **given)
    assert "\n" not in str(raised.value)


def test_conditions_may_be_one_name() -> None:
    given = measure_card(CHAMPION, conditions="random_shared", episodes=5, threads=1)
    assert list(given.info[KEY]["returns"]) == ["random_shared"]
