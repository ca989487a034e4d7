"""A champion in the folder of a comparison is what it was before it was written."""

from pathlib import Path

import pytest
from compare_toys import diamond

from wann.errors import UserError
from wann.experiments.comparison.champion_files import read_champion, write_champion
from wann.experiments.comparison.contestants.contestant import Champion
from wann.network.digest import network_digest


def test_a_champion_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    champion = Champion("toy", Path("somewhere"), diamond(), None, {"seconds": 3})
    write_champion(tmp_path, champion, "swingup")
    assert read_champion(tmp_path, "toy")[:2] == champion[:2]
    assert read_champion(tmp_path, "toy").cost == champion.cost
    assert read_champion(tmp_path, "toy", network_digest(diamond(), None)).network
    with pytest.raises(UserError, match=r"toy\.json is damaged, or another network"):
        read_champion(tmp_path, "toy", "0" * 64)
    with pytest.raises(UserError, match="which is not in"):
        read_champion(tmp_path, "../toy")
