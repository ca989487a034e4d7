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
