"""New rows of a table are read by what is known of the first: names, texts, classes."""

from pathlib import Path

import pytest

from wann.datasets.coded_table import TableOptions, load_table, options_of
from wann.datasets.dataset import Dataset
from wann.errors import UserError

TWENTY = range(20)


def written(path: Path, *rows: str) -> Path:
    path.write_text("".join(f"{row}\n" for row in rows), encoding="utf-8")
    return path


def known_of(path: Path, options: TableOptions) -> TableOptions:
    """Return how new rows are read where `path` is the table of the network."""
    return options._replace(coding=load_table(path, options).coding, whole=True)


def coded(path: Path, *rows: str, label: str, drop: tuple[str, ...] = ()) -> TableOptions:
    return known_of(written(path, *rows), TableOptions(label, drop))


def read(folder: Path, options: TableOptions, *rows: str) -> Dataset:
    return load_table(written(folder / "new.csv", *rows), options)


def test_a_column_that_was_dropped_may_be_missing(tmp_path: Path) -> None:
    rows = [f"r{i},{i},{'pq'[i % 2]}" for i in TWENTY]
    known = coded(tmp_path / "t.csv", "id,a,y", *rows, label="y", drop=("id",))
    assert read(tmp_path, known, "a,y", "3,p", "4,q").y_test.tolist() == [0, 1]


def test_one_row_has_a_header_where_the_names_are_known(tmp_path: Path) -> None:
    rows = [f"{i},{i % 3},{'pq'[i % 2]}" for i in TWENTY]
    known = coded(tmp_path / "t.csv", "0,1,y", *rows, label="y")
    found = read(tmp_path, known, "1,0,y", "1,19,q")
    assert found.x_test.tolist() == [[1.0, 0.5]]


HEADERS = {
    "the first": ("1,2,y", "no column '0' for the network: expected one of 1, 2, y"),
    "the second": ("0,2,y", "no column '1' for the network: expected one of 0, 2, y"),
    "both": ("a,b,y", "no column '0' for the network: expected one of a, b, y"),
}


@pytest.mark.parametrize("name", HEADERS)
def test_a_missing_column_is_no_position(name: str, tmp_path: Path) -> None:
    header, message = HEADERS[name]
    rows = [f"{i},{i % 3},{'pq'[i % 2]}" for i in TWENTY]
    known = coded(tmp_path / "t.csv", "0,1,y", *rows, label="y")
    with pytest.raises(UserError, match=message):
        read(tmp_path, known, header, *rows)
    assert len(read(tmp_path, known, "0,1,y", *rows).x_test) == 20


def test_positions_are_those_of_tables_without_a_header(tmp_path: Path) -> None:
    rows = [f"{i},{i % 3},{'pq'[i % 2]}" for i in TWENTY]
    known = coded(tmp_path / "t.csv", *rows, label="3")
    named, nameless = (read(tmp_path, known, *head, *rows) for head in (["a,b,y"], []))
    assert named.x_test.tolist() == nameless.x_test.tolist()
    with pytest.raises(UserError, match="no column '2' for the network"):
        read(tmp_path, known, "1,b,3", *rows)
    with pytest.raises(UserError, match="no column '1' for the network"):
        read(tmp_path, known._replace(header=True), "a,b,3", *rows)


def test_an_input_of_the_network_is_no_label(tmp_path: Path) -> None:
    rows = [f"{i % 3},{i},{i % 2}" for i in TWENTY]
    known = coded(tmp_path / "t.csv", "a,b,y", *rows, label="3")
    with pytest.raises(UserError, match="column 'a' is an input of the network: say which column"):
        read(tmp_path, known, "y,b,a", *rows)


CLASSES = {
    "fractions": (["0.5", "1.0", "1.5"], ["1.0", "1", "1.000"], 1),
    "whole numbers": (["1", "2", "10"], ["2.0", "2", "02"], 1),
    "texts": (["1", "x", "y"], ["1", "1.0"], 0),
    "names": (["ant", "bee", "cat"], ["bee"], 1),
}


@pytest.mark.parametrize("name", CLASSES)
def test_classes_are_compared_with_those_that_are_known(name: str, tmp_path: Path) -> None:
    classes, new, number = CLASSES[name]
    rows = [f"{i},{classes[i % 3]}" for i in TWENTY]
    known = coded(tmp_path / "t.csv", "a,y", *rows, label="y")
    for label in new:
        found = read(tmp_path, known, "a,y", f"3,{label}", f"4,{label}")
        assert set(found.y_test.tolist()) == {number}
    for label in ("3", "z", "1.25"):
        with pytest.raises(UserError, match=f"class '{label}' is none of those that the network"):
            read(tmp_path, known, "a,y", f"3,{label}")


def test_two_names_of_one_number_are_told_apart_by_the_text(tmp_path: Path) -> None:
    rows = [f"{i},{('01', '1', '7')[i % 3]}" for i in TWENTY]
    options = TableOptions("y", texts=("y",))
    known = known_of(written(tmp_path / "t.csv", "a,y", *rows), options)
    assert read(tmp_path, known, "a,y", "3,01", "4,1").y_test.tolist() == [0, 1]
    with pytest.raises(UserError, match=r"class '1\.0' is none of those"):
        read(tmp_path, known, "a,y", "3,1.0")


def test_a_column_of_texts_stays_one_whatever_new_rows_have(tmp_path: Path) -> None:
    rows = [f"{i},{'1x'[i % 2]},{'pq'[i % 3 % 2]}" for i in TWENTY]
    known = coded(tmp_path / "t.csv", "a,t,y", *rows, label="y")
    for cells in ("1111x", "1111"):
        found = read(tmp_path, known, "a,t,y", *(f"{i},{t},p" for i, t in enumerate(cells)))
        assert found.x_test[:, 1].tolist() == [float(t == "1") for t in cells]
    with pytest.raises(UserError, match="line 2: no value in column 't'"):
        read(tmp_path, known, "a,t,y", "1,,p")


def test_large_whole_numbers_are_different_classes(tmp_path: Path) -> None:
    rows = [f"{i},{2**53 + i % 2}" for i in TWENTY]
    path = written(tmp_path / "t.csv", "a,y", *rows)
    assert load_table(path, TableOptions("y")).class_names == (str(2**53), str(2**53 + 1))


def test_columns_can_be_said_to_be_texts(tmp_path: Path) -> None:
    rows = [f"{('01', '1')[i % 2]},{('01', '1', '10')[i % 3]}" for i in TWENTY]
    path = written(tmp_path / "t.csv", "a,y", *rows)
    found = load_table(path, TableOptions("y", texts=("a", "y")))
    assert (found.feature_names, found.class_names) == (("a=01", "a=1"), ("01", "1", "10"))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"header": 1}, "header must be true or false, got 1"),
        ({"whole": "yes"}, "whole must be true or false, got 'yes'"),
        ({"texts": "a"}, "texts must be names of columns, got 'a'"),
        ({"texts": [1]}, "texts must be names of columns, got"),
    ],
)
def test_wrong_settings_are_refused(settings: dict, message: str) -> None:
    with pytest.raises(UserError, match=message):
        options_of(settings)
