"""Specs as texts for people show them."""

import pytest

from wann.tasks.spec import named_spec


@pytest.mark.parametrize(
    ("spec", "named"),
    [
        ("digits", "digits"),
        ("data:/a/b.csv", "data:/a/b.csv"),
        ('data:/a/b.csv {"coding": {}}', "b.csv"),
        ('data:/a/b.csv {"coding": {}, "label": "a\\n"}', "b.csv (label 'a\\n')"),
        ('gym:X {"coding": {}}', 'gym:X {"coding": {}}'),
        ("data:X {no JSON", "data:X {no JSON"),
    ],
)
def test_what_has_no_long_spec_is_named_by_it(spec: str, named: str) -> None:
    assert named_spec(spec) == named
