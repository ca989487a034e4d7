import inspect
import sys
from pathlib import Path

import pytest

from wann.errors import UserError
from wann.pruning.user_functions import own_function

MODULE = '''
def chosen(scoring, share=0.5):
    """Import late, when the folder may no longer be searched."""
    from a_helper_of_mine import ANSWER

    return ANSWER
'''


def test_a_users_function_finds_its_modules_and_the_search_path_is_as_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a_score_of_mine.py").write_text(MODULE)
    (tmp_path / "a_helper_of_mine.py").write_text("ANSWER = 42\n")
    monkeypatch.chdir(tmp_path)
    before = list(sys.path)
    function = own_function("a_score_of_mine:chosen", "scores")
    assert sys.path == before
    monkeypatch.chdir(tmp_path.parent)
    assert function(None) == 42
    assert sys.path == before
    assert list(inspect.signature(function).parameters) == ["scoring", "share"]
    assert function.__name__ == "chosen"


def test_the_search_path_is_as_before_where_there_is_no_such_module(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    before = list(sys.path)
    with pytest.raises(UserError, match="no_module_of_mine"):
        own_function("no_module_of_mine:chosen", "scores")
    assert sys.path == before
