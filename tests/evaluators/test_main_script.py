"""Scripts without a main guard and sessions without a script score as others do."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from paths import TOYS

from wann.evaluators import main_script

SEARCH = """
settings = wann.SearchConfig(
    task=task.spec, population=8, generations=2, episodes=1, confirm_episodes=2
)
growth = wann.Growth(settings, wann.make_evaluator(task, 2))
for row in wann.grow(growth):
    print(row["generation"], row["best"])
print("champion", growth.champion.mean)
"""
OF_A_MODULE = """
import wann
task = wann.make_task("gym:odd_environments_toys:Plain-v0")
"""
OF_THE_SESSION = """
import gymnasium
import wann
from odd_environments_toys import Plain
class Mine(Plain):
    pass
gymnasium.register("Mine-v0", entry_point=Mine)
task = wann.make_task("gym:Mine-v0")
"""


def run(*arguments: str, text: str | None = None) -> "subprocess.CompletedProcess[str]":
    path = os.pathsep.join([str(TOYS), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, *arguments],
        input=text,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done


def test_a_script_without_guard_and_a_session_of_its_own_find_the_same(tmp_path: Path) -> None:
    script = tmp_path / "noguard.py"
    script.write_text(OF_A_MODULE + SEARCH)
    without = run(str(script))
    (line,) = without.stderr.splitlines()
    assert f'{script} has no main guard (if __name__ == "__main__":)' in line
    assert len(without.stdout.splitlines()) == 3
    session = run("-", text=OF_THE_SESSION + SEARCH)
    (line,) = session.stderr.splitlines()
    assert "gym:Mine-v0 is known to this session alone, so it is scored by one thread" in line
    assert session.stdout == without.stdout


GUARDED = 'import a\nif __name__ == "__main__":\n    a.b()\n'


@pytest.mark.parametrize(
    ("text", "guarded"),
    [
        (GUARDED, True),
        ("if '__main__' == __name__ and True:\n    pass\n", True),
        ("def main():\n    if __name__ == '__main__':\n        pass\nmain()\n", False),
        ("import a\na.b()\n", False),
        ("", False),
        ("this is no Python", True),
    ],
)
def test_a_guard_is_seen(text: str, guarded: bool, tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(text)
    assert main_script._has_guard(script) is guarded


def test_what_has_a_guard_is_not_hidden(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    main = type(sys)("__main__")
    monkeypatch.setitem(sys.modules, "__main__", main)
    for name, text, run_by_workers in (("yes", GUARDED, True), ("no", "a = 1\n", False)):
        main.__file__ = str(tmp_path / f"{name}.py")
        Path(main.__file__).write_text(text)
        assert main_script.workers_run_main() is run_by_workers
        with main_script.hidden_without_guard():
            assert (sys.modules["__main__"] is main) is run_by_workers
        assert sys.modules["__main__"] is main
    assert capsys.readouterr().err.count("no.py has no main guard") == 1
    main.__file__ = "<stdin>"
    assert not main_script.workers_run_main()
