"""A champion in the folder of a comparison is what it was before it was written."""

from pathlib import Path

from compare_toys import diamond

from wann.experiments.comparison.champion_files import read_champion, write_champion
from wann.experiments.comparison.contestants.contestant import Champion


def test_a_champion_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    champion = Champion("toy", Path("somewhere"), diamond(), None, {"seconds": 3})
    write_champion(tmp_path, champion, "swingup")
    assert read_champion(tmp_path, "toy")[:2] == champion[:2]
    assert read_champion(tmp_path, "toy").cost == champion.cost
