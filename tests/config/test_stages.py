"""Stages are read, written and refused as settings are."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wann.config import SearchConfig, make_config
from wann.config.stages import STAGED, changed, without
from wann.errors import UserError


def test_each_stage_has_what_those_before_it_have_set() -> None:
    stage = ["0 weights=-1,1 search_steps=600", "0.5 episodes=6 search_steps=none"]
    first, second = SearchConfig(stage=stage).stages
    assert first == (0.0, {"weights": (-1.0, 1.0)}, {"search_steps": 600})
    assert second.scoring == {"weights": (-1.0, 1.0), "episodes": 6, "episodes_last": 0}
    assert second.episodes == {"search_steps": None}
    assert [first.begins(88), second.begins(88), second.begins(1)] == [0, 44, 0]
    (late,) = SearchConfig(stage=["0.99 episodes=6"]).stages
    assert [late.begins(generations) for generations in (1000, 10, 1)] == [990, 9, 0]


def test_in_a_stage_its_settings_hold_and_the_others_stay() -> None:
    config = SearchConfig(episodes=1, episodes_last=9, stage=["0.3 episodes=4 race_episodes=2"])
    now = config.in_stage(config.stages[0])
    assert (now.episodes, now.episodes_last, now.race_episodes, now.stage) == (4, 0, 2, ())
    assert now.population == config.population


def test_a_mapping_says_the_same_as_texts() -> None:
    mapping = {0.25: {"weights": [-1, 2.5], "search_steps": None}, 0.5: {"weight_series": "fixed"}}
    written = ("0.25 weights=-1,2.5 search_steps=none", "0.5 weight_series=fixed")
    assert SearchConfig(stage=mapping) == SearchConfig(stage=written)
    assert SearchConfig(stage=written[0]).stage == written[:1]


def test_files_hold_stages() -> None:
    config = SearchConfig(stage=["0.25 strata=0.1,1", "0.5 race_share=0.5"])
    assert make_config(json.loads(json.dumps(config.to_dict()))) == config


@pytest.mark.parametrize(
    ("stage", "problem"),
    [
        (["0.5"], "expected a share of the generations and settings, such as '0.5 episodes=6'"),
        (["episodes=6"], "expected a share of the generations and settings"),
        (["half episodes=6"], "such as '0.5 episodes=6', got 'half episodes=6'"),
        (["1 episodes=6"], "expected a share of the generations, from 0 to less than 1, got 1"),
        (["-0.5 episodes=6"], "from 0 to less than 1, got -0.5"),
        (["0.5 episodes"], "got 'episodes' in '0.5 episodes'"),
        (["0.5 episodes=x"], "stage: episodes: expected a whole number between"),
        (["0.5 episodes=0"], "stage: episodes: expected a whole number between"),
        (["0.5 epsiodes=3"], "did you mean 'episodes'"),
        (["0.5 population=3"], "unknown setting that a stage changes 'population'"),
        (["0.5 episodes=3 episodes=4"], "expected different settings, got episodes twice"),
        (["0.5 search_steps=-1"], "stage: search_steps: expected a whole number between"),
        (["0.5 weights=1,1"], "stage: weights: weights must be one or more different values"),
        (["0.5 episodes=3", "0.5 episodes=4"], "expected shares that grow, got 0.5 after 0.5"),
        (["0.5 episodes=3", "0.1 episodes=4"], "expected shares that grow, got 0.1 after 0.5"),
        (["0.5 weights=1 weight_series=stratified"], "stage '0.5 weights=1 weight_series="),
        (["0.5 strata=2,1"], "stage '0.5 strata=2,1': strata must be the smallest and the largest"),
        (["0.5 episodes=1000000"], "expected at most 10,000,000,000 episodes in a generation"),
        ([""], "the empty text"),
        ({0.5: 6}, "expected the settings of a stage by their names"),
        (6, "expected a mapping of shares to settings"),
        ([6], "expected a mapping of shares to settings"),
    ],
)
def test_wrong_stages_are_refused_in_one_line(stage: Any, problem: str) -> None:
    with pytest.raises(UserError, match=r"^[^\n]*$") as caught:
        SearchConfig(stage=stage, population=20_000)
    assert problem in str(caught.value)


@pytest.mark.parametrize("settings", [{"method": "es"}, {"asynchronous": True}])
def test_only_evolution_by_whole_generations_has_stages(settings: dict[str, Any]) -> None:
    with pytest.raises(UserError, match="stage"):
        SearchConfig(stage=["0.5 episodes=6"], **settings)


@given(st.sets(st.sampled_from(STAGED)), st.sets(st.sampled_from(STAGED), min_size=1))
def test_what_is_left_out_of_stages_is_changed_no_more(left: set[str], said: set[str]) -> None:
    texts = [f"0.1 {' '.join(f'{name}=1' for name in sorted(said))}", "0.2 episodes=2"]
    assert changed(without(texts, left)) == changed(texts) - left
    assert changed(texts) == said | {"episodes"}
