"""JSON is read strictly, and held against the shape that whoever reads it has declared."""

import dataclasses
from pathlib import Path
from typing import Any, NamedTuple, NotRequired, TypedDict

import pytest

from wann.errors import UserError
from wann.reading import in_part, parse_json, parse_shaped, read_shaped, shaped


class Point(NamedTuple):
    x: int
    y: float | None = None


@dataclasses.dataclass(frozen=True)
class Line:
    points: list[Point]
    name: str = ""


class Plan(TypedDict):
    lines: dict[str, Line]
    seed: NotRequired[int]


NO_JSON: list[tuple[str | bytes, str]] = [
    ("", "line 1, column 1: expected JSON, got ''"),
    ('{"a": 1', "is the file complete"),
    ("[1] [2]", "Extra data"),
    ('{"a": NaN}', "expected finite numbers, got NaN"),
    ("[-Infinity]", "expected finite numbers"),
    ("1e999", "beyond float64"),
    ('{"a": 1, "a": 2}', "got 'a' twice"),
    ("[" * 100_000, "nested too deeply"),
    ("[" * 200 + "]" * 200, "nested too deeply"),
    ('{"a":' * 101 + "1" + "}" * 101, "nested too deeply"),
    ("1" * 5000, "thousands of digits"),
    (r'["\ud800"]', "half of a character"),
    (r'{"\uDFFF": 1}', "half of a character"),
    (b"\xff\xfe[\x00", "expected UTF-8 text, got byte 0xff at 0"),
    (b'"\xed\xa0\x80"', "expected UTF-8 text"),
]


@pytest.mark.parametrize(("text", "problem"), NO_JSON)
def test_what_is_no_json_of_ours_is_one_line(text: str | bytes, problem: str) -> None:
    with pytest.raises(UserError) as error:
        parse_json(text)
    assert problem in str(error.value)
    assert "\n" not in str(error.value)
    assert len(str(error.value)) < 300


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (b"\xef\xbb\xbf[1]", [1]),  # a mark of the byte order, as some editors write it
        (r'"\ud83d\ude00"', "\U0001f600"),
        (str(2**63 - 1), 2**63 - 1),
        ("0.1234567890123456789", 0.1234567890123456789),
        ("[" * 99 + "]" * 99, None),
    ],
)
def test_what_is_json_is_read(text: str | bytes, value: Any) -> None:
    found = parse_json(text)
    assert value is None or found == value


GOOD: dict[str, Any] = {"lines": {"one": {"points": [{"x": 1, "y": 2}], "name": "n", "more": []}}}


def test_a_value_of_the_shape_comes_back_as_it_is() -> None:
    assert shaped(GOOD, Plan, "f") is GOOD
    assert shaped({"y": None}, in_part(Point), "f") == {"y": None}


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ([], "expected object, got array"),
        ({}, "object missing required field lines"),
        ({"lines": {"one": []}}, r"expected object, got array - at \$\.lines\[\.\.\.\]"),
        ({"lines": {"one": {}}}, "object missing required field points"),
        ({"lines": {"one": {"points": [{"x": "1"}]}}}, "expected int, got str"),
        ({"lines": {"one": {"points": [{"x": True}]}}}, "expected int, got bool"),
        ({"lines": {}, "seed": None}, "expected int, got null"),
    ],
)
def test_a_value_of_another_shape_is_one_line_that_says_where(value: Any, problem: str) -> None:
    with pytest.raises(UserError, match=f"f is damaged: {problem}"):
        shaped(value, Plan, "f")


def test_files_are_named(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_bytes(b"[1]")
    with pytest.raises(UserError, match=r"plan\.json is damaged: expected object, got array"):
        read_shaped(path, Plan)
    for text in (f"[{10**30}]", f'{{"a": [{-(10**30)}]}}', f"[{2**64}]", f"[{-(2**64)}]"):
        with pytest.raises(UserError, match="the plan is damaged: expected numbers of at most 64"):
            parse_shaped(text, Any, "the plan")
    assert parse_shaped(f"[{2**64 - 1}]".encode(), Any, "the plan") == [2**64 - 1]
    with pytest.raises(UserError, match="the plan is damaged: expected UTF-8 text"):
        parse_shaped(b"\xff", Any, "the plan")
    with pytest.raises(UserError, match="the plan is damaged: line 1"):
        parse_shaped("", Plan, "the plan")
    with pytest.raises(FileNotFoundError):
        read_shaped(tmp_path / "nowhere", Plan)
