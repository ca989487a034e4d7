"""What the project says of itself in files that no program reads: they agree with each other."""

import tomllib
from typing import Any

import pytest
from paths import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def test_the_citation_is_that_of_this_version() -> None:
    yaml = pytest.importorskip("yaml")
    citation: dict[str, Any] = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert {"cff-version", "message", "title", "authors", "version"} <= set(citation)
    assert citation["version"] == PROJECT["version"]
    assert citation["license"] == PROJECT["license"]
    assert set(citation["keywords"]) == set(PROJECT["keywords"])


def test_scripts_and_folders_that_contributors_are_told_of_are_there() -> None:
    told = (ROOT / "CONTRIBUTING.md").read_text()
    for name in (".ci/run", ".ci/web", ".ci/lowest", ".ci/packages"):
        assert f"`{name}" in told
        assert (ROOT / name).stat().st_mode & 0o111
    for name in ("tests/test_architecture.py", "tests/test_docstrings.py", "tests/naive.py"):
        assert name in told
        assert (ROOT / name).exists()
    assert (ROOT / "CHANGELOG.md").read_text().startswith("# Changes\n\n## " + PROJECT["version"])


def test_templates_are_forms() -> None:
    yaml = pytest.importorskip("yaml")
    forms = sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml"))
    assert len(forms) == 2
    for form in forms:
        content = yaml.safe_load(form.read_text())
        assert content["name"]
        assert content["description"]
        assert all(entry["attributes"]["label"] for entry in content["body"])
