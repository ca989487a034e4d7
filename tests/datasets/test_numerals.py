"""What commas and points in numbers mean is decided for a whole table, or said, or refused."""

from pathlib import Path

import pytest

from wann.datasets.coded_table import TableOptions, load_table
from wann.datasets.numerals import number_in
from wann.datasets.table import Table, read_table
from wann.errors import UserError


def table_of(path: Path, *rows: str) -> Table:
    path.write_text("".join(row.replace(" ", "\t") + "\n" for row in rows), encoding="utf-8")
    return read_table(path)


READ = {
    "a comma shown elsewhere": (["a b", "1,234 0,5", "9 1,25"], [1.234, 9.0]),
    "a comma shown in the column": (["a b", "1,234 0.5", "0,25 1.5"], [1.234, 0.25]),
    "a point shown elsewhere": (["a b", "1.234 0.5", "9 1.25"], [1.234, 9.0]),
    "points and commas, each shown": (["a b", "1.5 0,5", "2.25 1,25"], [1.5, 2.25]),
    "no thousands begin with 0": (["a b", "0,250 1", "0,750 2"], [0.25, 0.75]),
    "an exponent": (["a b", "1,234e1 0.5", "2,500e0 1.5"], [12.34, 2.5]),
}


@pytest.mark.parametrize("name", READ)
def test_marks_that_a_table_explains(name: str, tmp_path: Path) -> None:
    rows, numbers = READ[name]
    table = table_of(tmp_path / "t.tsv", *rows)
    found = table.numbers_of(table.columns[0])
    assert found is not None
    assert found.tolist() == numbers
    assert table.assumed(table.columns[0]) is None


REFUSED = {
    "commas between thousands": (["a b", "1,234 0.512", "999 0.1"], "'0.512' in column 'b' and"),
    "points between thousands": (["a b", "1.500 0,5", "999 0,25"], "'0,5' in column 'b' and"),
    "of the label": (["b a", "0.512 1,234", "0.1 2,500"], "and '1,234' in column 'a'"),
    "of new rows": (["a b", "1,234 1.5", "2,345 2.25"], "'1.5' in column 'b' and"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_thousands_are_not_read_as_decimals(name: str, tmp_path: Path) -> None:
    rows, message = REFUSED[name]
    table = table_of(tmp_path / "t.tsv", *rows)
    (column,) = (column for column in table.columns if column.name == "a")
    with pytest.raises(UserError, match=f"t.tsv, line 2: expected one mark .*{message}") as caught:
        table.numbers_of(column)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("cell", "mark"), [("1,234", "comma"), ("1.234", "point")])
def test_what_stays_unclear_is_said(cell: str, mark: str, tmp_path: Path) -> None:
    path = tmp_path / "t.tsv"
    table_of(path, "a kind", f"{cell} x", "999 y", "7 x", "8 y")
    notes = load_table(path, TableOptions("kind", test_share=0.5)).notes
    assert f"column 'a': {cell!r} is taken for 1.234: if the {mark} separates thousands" in notes[1]
    path.write_text(path.read_text().replace("\t", ";" if mark == "comma" else ","))
    said = "taken for" in " ".join(load_table(path, TableOptions("kind", test_share=0.5)).notes)
    assert said == (mark == "comma"), "a point beside commas that separate cells is a decimal one"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12),
        ("-7", -7),
        ("1.0", 1.0),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("9" * 400, float("inf")),
        ("x", None),
        ("1,5", None),
    ],
)
def test_a_text_as_a_number(text: str, number: float | None) -> None:
    found = number_in(text)
    assert (found, type(found)) == (number, type(number))
