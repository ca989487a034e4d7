"""Plain tables are read as they come, or one line says which cell is in the way."""

import gzip
from pathlib import Path

import pytest

from wann.datasets.coded_table import TableOptions, load_table
from wann.datasets.conversion import convert
from wann.datasets.files import load_file
from wann.datasets.images import Preparation
from wann.datasets.table import is_table, read_table
from wann.errors import UserError

PLAIN = "a,b,kind\n1,2,x\n3,4,y\n"
READ = {
    "commas": ("t.csv", PLAIN),
    "tabs": ("t.tsv", PLAIN.replace(",", "\t")),
    "semicolons": ("t.csv", PLAIN.replace(",", ";")),
    "bars": ("t.txt", PLAIN.replace(",", "|")),
    "spaces around": ("t.csv", PLAIN.replace(",", " , ")),
    "Windows lines": ("t.csv", PLAIN.replace("\n", "\r\n")),
    "old lines": ("t.csv", PLAIN.replace("\n", "\r")),
    "a BOM": ("t.csv", "\ufeff" + PLAIN),
    "quotes": ("t.csv", '"a","b","kind"\n"1","2","x"\n"3","4","y"\n'),
    "empty lines": ("t.csv", "\n" + PLAIN.replace("\n", "\n\n") + "\n,,\n"),
    "no last line end": ("t.data", PLAIN.rstrip("\n")),
}


@pytest.mark.parametrize("name", READ)
def test_equal_tables_are_read_alike(name: str, tmp_path: Path) -> None:
    file, text = READ[name]
    for path, content in ((tmp_path / file, text.encode()), (tmp_path / f"{file}.gz", b"")):
        path.write_bytes(content or gzip.compress(text.encode()))
        assert is_table(path)
        table = read_table(path)
        assert [column.name for column in table.columns] == ["a", "b", "kind"]
        assert [column.cells for column in table.columns] == [["1", "3"], ["2", "4"], ["x", "y"]]


def table_of(tmp_path: Path, text: str):
    path = tmp_path / "t.csv"
    path.write_text(text, encoding="utf-8")
    return read_table(path)


def test_quoted_cells_may_hold_anything(tmp_path: Path) -> None:
    table = table_of(tmp_path, 'a,kind\n1,"x, ""the"" first\nof two"\n2,y\n')
    assert table.columns[1].cells == ['x, "the" first\nof two', "y"]
    assert table.lines == [3, 4]


def test_a_table_without_a_header_has_numbers_for_names(tmp_path: Path) -> None:
    table = table_of(tmp_path, "5.1,3.5,a\n4.9,3.0,b\n")
    assert [column.name for column in table.columns] == ["1", "2", "3"]
    assert table.column("3", "--label").cells == ["a", "b"]


def test_a_column_has_a_number_too(tmp_path: Path) -> None:
    table = table_of(tmp_path, ",b,3\n1,2,x\n3,4,y\n".replace(",3\n", ",c\n"))
    assert [column.name for column in table.columns] == ["1", "b", "c"]
    assert table.column("2", "--label").name == "b"


@pytest.mark.parametrize("text", ["a;b;k\n1,5;2;x\n0,25;-3,5e1;y\n", "1,5;2;x\n0,25;-3,5e1;y\n"])
def test_decimal_commas(text: str, tmp_path: Path) -> None:
    table = table_of(tmp_path, text)
    numbers = [table.numbers_of(column) for column in table.columns]
    assert [None if found is None else found.tolist() for found in numbers] == [
        [1.5, 0.25],
        [2.0, -35.0],
        None,
    ]


UNREADABLE = {
    "ragged": ("a,b\n1,2\n3\n", r"t.csv, line 3: expected 2 cells, as in the first row, got 1"),
    "one column": ("a\n1\n2\n", "a table of several columns"),
    "empty": ("", "a table of several columns"),
    "header alone": ("a,b\n", "rows below the header, got none"),
    "twice": ("a,a,k\n1,2,x\n", "two columns are called 'a'"),
    "null": ("a,b\n1,\0\n", "null characters"),
    "open quote": ('a,b\n1,"x\n2,y\n', "no table"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_is_no_table(name: str, tmp_path: Path) -> None:
    text, message = UNREADABLE[name]
    with pytest.raises(UserError, match=message) as caught:
        table_of(tmp_path, text)
    assert "\n" not in str(caught.value)


def test_other_encodings_are_refused(tmp_path: Path) -> None:
    for encoding in ("utf-16", "latin-1"):
        (tmp_path / "t.csv").write_bytes("a,b\n1,ä\n".encode(encoding))
        with pytest.raises(UserError, match="expected text in UTF-8, got byte"):
            read_table(tmp_path / "t.csv")


CELLS = {
    "": "line 3: no value in column 'b'",
    "NA": "line 3: no value in column 'b'",
    "nan": "line 3: no value in column 'b'",
    "?": "line 3: no value in column 'b'",
    "None": "line 3: no value in column 'b'",
    "many": "line 3: expected a number in column 'b', as in most rows, got 'many'",
    "inf": "line 3: expected a number in column 'b'",
    "1e999": r"line 3: '1e999' in column 'b' is beyond 1e\+150",
    "1_000": "line 3: expected a number in column 'b'",
    "٣": "line 3: expected a number in column 'b'",
}


@pytest.mark.parametrize("cell", CELLS)
def test_a_cell_in_the_way_is_named(cell: str, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(f"a,b,kind\n1,2,x\n3,{cell},y\n5,6,x\n7,8,y\n", encoding="utf-8")
    for options in (TableOptions("kind"), TableOptions("b")):
        with pytest.raises(UserError, match=CELLS[cell]) as caught:
            load_table(path, options)
        assert "\n" not in str(caught.value)
    assert load_table(path, TableOptions("kind", drop=("b",))).x_train.shape[1] == 1


def test_other_kinds_of_tables_are_refused_with_how_to_convert_them(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    path.write_bytes(b"PAR1")
    with pytest.raises(UserError, match=r"read_parquet\('.*t.parquet'\)\.to_csv\('.*t.csv'"):
        load_file(path, Preparation())
    assert convert(tmp_path / "t.xlsx") is not None
    assert convert(tmp_path / "t.npz") is None


def test_flags_of_tables_are_for_tables(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(PLAIN)
    with pytest.raises(UserError, match="deskew and size are for images, got a table"):
        load_file(tmp_path / "t.csv", Preparation(deskew=True), TableOptions("kind"))
    with pytest.raises(UserError, match="label, drop, test_share and split_seed are for tables"):
        load_file(tmp_path, Preparation(), TableOptions("kind"))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("2019,2020,c\n1,2,yes\n3,4,no\n5,6,yes\n7,8,no\n", ["2019", "2020", "c"]),
        ("1,2,a\n3,4,b\n5,6,a\n7,8,b\n9,1,a\n", ["1", "2", "3"]),  # the first is a row
        ("1,2,a\n3,4,b\n", ["1", "2", "3"]),
        ("age,2020\n1,2\n3,4\n", ["age", "2020"]),
        ("red,1,x\nblue,2,y\nblue,3,x\ngray,4,y\ngray,5,x\n", ["1", "2", "3"]),  # a rare red
        ("red,small\nblue,large\nred,small\nblue,large\n", ["1", "2"]),  # no header, all texts
        ("hue,size\nblue,large\nred,small\nblue,large\n", ["hue", "size"]),
    ],
)
def test_whether_the_first_line_is_a_header(tmp_path: Path, text: str, names: list[str]) -> None:
    (tmp_path / "t.csv").write_text(text)
    assert [column.name for column in read_table(tmp_path / "t.csv").columns] == names


def test_a_number_that_is_too_large_is_said_to_be(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a,c\n1e299,x\n2,y\n3,x\n4,y\n")
    with pytest.raises(UserError, match=r"line 2: '1e299' in column 'a' is beyond 1e\+150"):
        load_table(tmp_path / "t.csv", TableOptions("c"))


def test_a_header_that_is_known_is_not_guessed(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("0,1,side\n0.5,0.25,l\n")
    assert [column.name for column in read_table(path).columns] == ["1", "2", "3"]
    for table in (read_table(path, header=True), read_table(path, names=("1", "0"))):
        assert [column.name for column in table.columns] == ["0", "1", "side"]
        assert len(table.lines) == 1
    assert len(read_table(path, names=("0", "2")).lines) == 2
