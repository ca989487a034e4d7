import json
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch")

import torch
from study_toys import study_row

from wann.errors import UserError
from wann.experiments.pruning.rows import StudyRow
from wann.experiments.pruning.step_files import (
    read_masks,
    read_row,
    read_state,
    rows_below,
    step_folder,
    write_step,
)


def test_a_row_comes_back_with_its_keys_in_order(tmp_path: Path) -> None:
    row = study_row("snip", 0, 0.5, 1 / 3, kept_by_layer={"fc": 450})
    write_step(tmp_path, step_folder(tmp_path, 0, "snip", density=0.5), row)
    (again,) = rows_below(tmp_path)
    assert again == row
    assert list(again.to_json()) == list(row.to_json())
    assert list(row.to_json())[:3] == ["model", "dataset", "method"]
    assert list(row.to_json())[-3:] == ["kept_by_layer", "held", "seconds"]


@pytest.mark.parametrize(
    "change", [{"of a newer version": 1}, {"loss_increase": None, "test_loss": None}]
)
def test_a_row_of_another_version_is_given_back_as_it_was(change: dict[str, Any]) -> None:
    content = study_row("snip", 0, 0.5, 0.9).to_json()
    for key, value in change.items():
        if value is None:
            del content[key]
        else:
            content[key] = value
    row = StudyRow.from_json(content)
    assert row.accuracy == 0.9
    assert row.to_json() == content
    assert list(row.to_json()) == list(content)


def test_a_damaged_row_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "row.json").write_text("{")
    with pytest.raises(UserError, match=r"is damaged: .*; remove it, and the step is done again"):
        read_row(tmp_path)
    (tmp_path / "row.json").write_text(json.dumps({"model": "m"}))
    with pytest.raises(UserError, match=r"is damaged: .*; remove it, and the step is done again"):
        read_row(tmp_path)


@pytest.fixture
def step(tmp_path: Path) -> Path:
    """A step with weights and masks, in a study."""
    folder = step_folder(tmp_path, 0, "snip", density=0.5)
    generator = torch.Generator().manual_seed(0)
    weights = {"fc": torch.randn(30, 20, generator=generator)}
    write_step(
        tmp_path,
        folder,
        study_row("snip", 0, 0.5, 0.9),
        {"fc": weights["fc"] > 0},
        trained=weights,
    )
    return folder


def flipped(content: bytes) -> bytes:
    return content[:-7] + bytes([content[-7] ^ 1]) + content[-6:]


def zeroed(content: bytes) -> bytes:
    return content[:-100] + bytes(100)


def moved(content: bytes) -> bytes:
    """Return masks of equal count in which two weights changed places."""
    body = bytearray(content)
    kept, cut = (max(i for i, value in enumerate(body) if value == bit) for bit in (1, 0))
    body[kept], body[cut] = body[cut], body[kept]
    return bytes(body)


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("trained.safetensors", flipped),
        ("trained.safetensors", zeroed),
        ("masks.safetensors", moved),
        ("masks.safetensors", flipped),
    ],
)
def test_damaged_weights_and_masks_of_a_step_are_refused(
    name: str, damage: Callable[[bytes], bytes], step: Path
) -> None:
    assert read_masks(step, "cpu")["fc"].equal(read_state(step, "trained", "cpu")["fc"] > 0)
    path = step / name
    path.write_bytes(damage(path.read_bytes()))
    read = read_masks if name == "masks.safetensors" else partial(read_state, name="trained")
    with pytest.raises(UserError, match=f"{name}.* damaged"):
        read(step, device="cpu")


def test_a_step_of_before_checksums_is_read(step: Path) -> None:
    row = json.loads((step / "row.json").read_text())
    assert set(row.pop("sha256")) == {"masks.safetensors", "trained.safetensors"}
    (step / "row.json").write_text(json.dumps(row))
    assert read_row(step) == study_row("snip", 0, 0.5, 0.9)
    assert read_state(step, "trained", "cpu")["fc"].shape == (30, 20)


@pytest.mark.parametrize(
    ("seed", "method", "keys"),
    [
        (1, "snip", {"density": 0.5}),
        (0, "grasp", {"density": 0.5}),
        (0, "snip", {"density": 0.25}),
        (0, "snip", {"density": 0.5, "control": "shuffle"}),
        (0, "snip", {"round": 1}),
        (0, None, {}),
    ],
)
def test_the_row_of_another_step_is_refused(
    seed: int, method: str | None, keys: dict[str, Any], step: Path, tmp_path: Path
) -> None:
    folder = step_folder(tmp_path, seed, method, **keys)
    folder.mkdir(parents=True)
    shutil.copy(step / "row.json", folder)
    with pytest.raises(UserError, match="is the row of another step"):
        list(rows_below(tmp_path))
