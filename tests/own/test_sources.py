"""Digests of the user's own code: what changes them, and that nothing is imported for them."""

import sys
from pathlib import Path

import pytest

from wann.own.sources import changed_code, digests_of_code

CODE = "def score(x):\n    return x + 1\n"


@pytest.fixture
def modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.syspath_prepend(str(tmp_path))
    package = tmp_path / "package_of_sources"
    package.mkdir()
    (package / "__init__.py").write_text("raise RuntimeError('imported')\n")
    (package / "scores.py").write_text(CODE)
    (tmp_path / "alone_of_sources.py").write_text(CODE)
    return tmp_path


NAMES = ("package_of_sources.scores:score", "alone_of_sources:score")


def test_code_is_known_by_its_name_and_nothing_is_imported(modules: Path) -> None:
    found = digests_of_code([*NAMES, "no_such_module:x", "sys:path", "session:mine", "a..b:c"])
    assert list(found) == list(NAMES)
    assert len(set(found.values())) == 1, "the same code"
    assert not {"package_of_sources", "alone_of_sources"} & set(sys.modules)


def test_comments_do_not_count_and_code_does(modules: Path) -> None:
    before = digests_of_code(NAMES)
    path = modules / "package_of_sources" / "scores.py"
    path.write_text(f"# why\n\n{CODE}")
    assert changed_code(before, digests_of_code(NAMES)) == []
    path.write_text(CODE.replace("1", "2"))
    assert changed_code(before, digests_of_code(NAMES)) == [NAMES[0]]
    assert changed_code({}, digests_of_code(NAMES)) == [], "what was not noted is not known"


def test_code_that_is_no_python_is_compared_as_it_is(modules: Path) -> None:
    path = modules / "alone_of_sources.py"
    path.write_bytes(b"\xff\xfe(")
    before = digests_of_code(NAMES)
    path.write_bytes(b"\xff\xfe)")
    assert changed_code(before, digests_of_code(NAMES)) == [NAMES[1]]
