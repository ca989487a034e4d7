import csv
import io

import pytest

from wann.jobs.tables import as_csv, as_table, short


@pytest.mark.parametrize(
    ("value", "text"), [(703.4, "703"), (21.44, "21.4"), (-0.3521, "-0.352"), (0.0, "0")]
)
def test_numbers_in_few_digits(value: float, text: str) -> None:
    assert short(value) == text


def test_names_begin_at_the_left_and_numbers_end_at_the_right() -> None:
    lines = [["method", "control", "n"], ["imp", "", "3"], ["snip", "shuffle", "12"]]
    assert as_table(lines, left=2).splitlines() == [
        "method  control   n",
        "imp               3",
        "snip    shuffle  12",
    ]
    assert as_table(lines).splitlines()[1] == "imp               3"


def test_a_line_of_a_table_may_end_early_and_has_no_blanks_at_its_end() -> None:
    lines = [["", "a", "b"], ["one", "1"], ["two", "1", ""]]
    assert as_table(lines).splitlines() == ["     a  b", "one  1", "two  1"]


LONG = [
    ["setting", "n", "median", "best", "connections", "seconds"],
    ["population=256,ranking=lexicase,max_share=0.25", "5", "-1389", "-0.352", "5200", "12.5"],
    ["population=1024", "5", "703", "-", "52"],
]


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_a_table_fits_the_terminal_and_breaks_no_number(width: int) -> None:
    text = as_table(LONG, width=width)
    assert max(map(len, text.splitlines())) <= width
    cells = text.split()
    for line in LONG:
        for cell in line[1:]:
            assert cell in cells
    assert "population=256,ranking=lexicase,max_share=0.25" in "".join(
        line[:46].split()[0] for line in text.split("\n\n")[0].splitlines()[1:]
    )


def test_names_are_folded_before_columns_go_below() -> None:
    assert as_table(LONG, width=60).splitlines() == [
        "setting            n  median    best  connections  seconds",
        "population=256,    5   -1389  -0.352         5200     12.5",
        "ranking=lexicase,",
        "max_share=0.25",
        "population=1024    5     703       -           52",
    ]
    first, second = as_table(LONG, width=44).split("\n\n")
    assert first.splitlines()[0] == "setting            n  median    best"
    assert second.splitlines()[0] == "setting            connections  seconds"
    assert as_table(LONG, width=200) == as_table(LONG)


def test_wide_letters_and_control_characters_keep_the_columns() -> None:
    lines = as_table([["name", "n"], ["日本", "1"], ["a\x1b[2J", "2"]]).splitlines()
    assert lines == ["name      n", "日本      1", "a\\x1b[2J  2"]


def test_csv_has_every_column_and_every_digit() -> None:
    text = as_csv([{"a": 1 / 3, "b": None}, {"a": 'it said "no",\nand left', "c": True}])
    first, second = csv.DictReader(io.StringIO(text))
    assert float(first["a"]) == 1 / 3
    assert (first["b"], first["c"]) == ("", "")
    assert (second["a"], second["c"]) == ('it said "no",\nand left', "True")
    assert text.startswith("a,b,c\n")
    assert "\r" not in text


def test_objects_become_columns_and_lists_become_words() -> None:
    text = as_csv([{"accuracy": {"mean": 0.5, "low": None}, "seeds": [0, 1], "n": 2}])
    assert text == "accuracy_mean,accuracy_low,seeds,n\n0.5,,0 1,2\n"
