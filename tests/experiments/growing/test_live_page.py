"""The page of a search under way is made anew, and a browser loads it again where that is asked."""

import json
import re
import shutil
import time
from pathlib import Path
from typing import Any

import pytest
from pages_toys import a_browser
from paths import REFERENCE_RUN
from run_toys import SMALL

import wann
from wann.config import SearchConfig
from wann.errors import UserError
from wann.evaluators.threads import ThreadEvaluator
from wann.experiments.growing import live_page
from wann.experiments.growing.growth import Growth, grow
from wann.experiments.growing.page import page_of_search
from wann.runs.rundir import RunDir

HOW = SMALL | {"generations": 3}


def data_of(page: Path) -> dict[str, Any]:
    pattern = r'<script type="application/json" id="data">(.*?)</script>'
    found = re.search(pattern, page.read_text(), re.DOTALL)
    assert found is not None
    data: dict[str, Any] = json.loads(found[1])
    return data


def test_a_search_makes_its_page_anew_and_its_result_is_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_page, "RELOAD_SECONDS", 0.0)
    monkeypatch.setattr(live_page, "_SHARE", 0.0)
    page, seen = tmp_path / "run" / "page.html", []

    def look(row: dict[str, Any]) -> None:
        seen.append(data_of(page))

    run = wann.search("swingup-quick", out=tmp_path / "run", page=True, callback=look, **HOW)
    assert [data["follow"]["generation"] for data in seen] == [1, 2, 3]
    assert seen[0]["follow"]["generations"] == 3
    assert len(seen[0]["player"]["contestants"][0]["profile"]) == 41
    assert set(data_of(page)) == {"player"}, "in the end there is nothing to follow"
    plain = wann.search("swingup-quick", out=tmp_path / "plain", **HOW)
    assert plain.digest == run.digest
    assert not (tmp_path / "plain" / "page.html").exists()
    with wann.grow("swingup-quick", out=tmp_path / "left", page=True, **HOW) as rows:
        next(rows)
    assert set(data_of(tmp_path / "left" / "page.html")) == {"player"}


def test_the_page_is_made_every_few_seconds_at_most(tmp_path: Path) -> None:
    made = []
    how = HOW | {"callback": lambda row: made.append(data_of(tmp_path / "run" / "page.html"))}
    wann.search("swingup-quick", out=tmp_path / "run", page=True, **how)
    assert [data["follow"]["generation"] for data in made] == [1, 1, 1]


def test_environments_of_gymnasium_have_a_profile_of_few_episodes(tmp_path: Path) -> None:
    task = 'gym:CartPole-v1 {"backend": "gymnasium"}'
    config = SearchConfig(
        task=task, population=8, generations=2, episodes=1, confirm_episodes=2, max_connections=9
    )
    digests = []
    for name in ("with", "without"):
        path = tmp_path / name
        with RunDir.create(path, config) as run, ThreadEvaluator(1) as evaluator:
            growth = Growth(config, evaluator, run)
            assert growth.task.workers == "processes"
            page = live_page.LivePage(growth, path)
            for _ in grow(growth):
                if name == "with":
                    page.refresh()
            digests.append(growth.finish()["digest"])
    (shown,) = data_of(tmp_path / "with" / "page.html")["player"]["contestants"]
    assert len(shown["profile"]) == 41
    assert shown["note"].endswith("Its curve is a mean of 2 episodes as yet.")
    assert digests[0] == digests[1]


def test_what_is_no_page_stays_and_several_searches_have_none(tmp_path: Path) -> None:
    stop = {"callback": lambda row: True}
    run = wann.search("swingup-quick", out=tmp_path / "run", **HOW, **stop)
    (run.folder / "page.html").write_text("mine")
    with pytest.raises(UserError, match="exists already and is no page"):
        run.resume(threads=1, figures=False, page=True)
    assert (run.folder / "page.html").read_text() == "mine"
    (tmp_path / "sweep").mkdir()
    (tmp_path / "sweep" / "sweep.json").write_text("{}")
    with pytest.raises(UserError, match="page= is for a single search"):
        wann.resume(tmp_path / "sweep", page=True)


def test_a_page_loads_itself_again_where_that_is_asked(tmp_path: Path) -> None:
    run = shutil.copytree(REFERENCE_RUN, tmp_path / "run")
    page = tmp_path / "page.html"

    def make(generation: int) -> None:
        progress = {"generation": generation, "generations": 9, "seconds": 0.2}
        whole = tmp_path / "page.new"  # a page that was read half written would not go on
        whole.write_text(page_of_search(run, [], progress))
        whole.replace(page)

    make(1)
    with a_browser() as browser:
        browser.get(page.as_uri())

        def run_script(script: str) -> Any:  # at once: elements do not outlive the next loading
            return browser.execute_script(script)

        def told() -> str:
            found: str = run_script("return document.querySelector('.follow')?.textContent || ''")
            return found

        def wait_for(text: str) -> None:
            until = time.monotonic() + 20
            while text not in told():
                assert time.monotonic() < until, told()
                time.sleep(0.05)

        click = (
            "const box = document.querySelector('.follow input'); box.click(); return box.checked"
        )
        wait_for("Generation 1 of 9")
        make(2)
        assert run_script(click) is True
        wait_for("Generation 2 of 9")
        make(3)
        wait_for("Generation 3 of 9")  # it goes on, once it was loaded
        assert run_script(click) is False
        make(4)
        time.sleep(0.6)
        assert "Generation 3 of 9" in told()
        assert not [one for one in browser.get_log("browser") if one["level"] == "SEVERE"]
