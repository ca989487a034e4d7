from pathlib import Path
from typing import TypedDict

from wann.runs.tail import last_rows, read_if_whole, tail


class Row(TypedDict):
    generation: int


def test_the_end_of_a_file_that_somebody_writes(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    assert tail(path, 10) == b""
    path.write_bytes(b'{"generation": 0}\n{"generation": 1}\n{"generation": 2}\n{"gener')
    assert last_rows(tail(path, 1000), Row) == [{"generation": n} for n in range(3)]
    assert last_rows(tail(path, 30), Row) == [{"generation": 2}]  # the others are cut
    assert last_rows(b"no row\n[1]\n" + b'{"generation": "x"}\n', Row) == []
    assert read_if_whole(None, dict) is None
    assert read_if_whole(b"{", dict) is None
    assert read_if_whole(b"{}", dict) == {}
