"""The champions of a comparison as files in its folder.

They are copied there so that rows do not depend on what becomes of the runs they are from.
"""

from pathlib import Path
from typing import Any, TypedDict

from wann.errors import UserError
from wann.experiments.comparison import filenames
from wann.experiments.comparison.contestants.contestant import Champion
from wann.files import Folder, inside
from wann.formats.whole_network import network_bytes, read_whole_network
from wann.network.digest import network_digest
from wann.reading import shaped


class _Info(TypedDict, total=False):
    """What the file of a champion says besides the network."""

    path: str  # where it is from
    cost: dict[str, float | None]


def write_champion(folder: Path, champion: Champion, task: str) -> None:
    """Write a champion into the `folder` of a comparison; `task` is the spec of its task."""
    info: dict[str, Any] = {"cost": champion.cost}
    if champion.path is not None:
        info["path"] = str(champion.path)
    content = network_bytes(champion.network, champion.weights, task, info)
    Folder(folder).write(f"{filenames.CHAMPIONS}/{champion.label}.json", content)


def read_champion(folder: Path, label: str, digest: str | None = None) -> Champion:
    """Return the champion of that label.

    UserError if it is not there, damaged, or not the network of that `digest`.
    """
    path = champion_path(folder, label)
    network, weights, _, info = read_whole_network(path)
    shaped(info, _Info, path)
    if digest is not None and network_digest(network, weights) != digest:
        raise UserError(
            f"{path} is damaged, or another network: {filenames.PLAN.name} lists another digest; "
            "begin a new comparison"
        )
    origin, cost = Path(info.get("path", path)), dict(info.get("cost", {}))
    return Champion(label, origin, network, weights, cost)


def champion_path(folder: Path, label: str) -> Path:
    """Return where the champion of that label lies in the `folder` of a comparison."""
    return inside(folder / filenames.CHAMPIONS, f"{label}.json", folder / filenames.PLAN.name)
