"""Loads exported models in a process in which `wann` cannot be imported, and compares outputs.

    python load_programs.py FOLDER

It prints the names of the files whose outputs are as they are to be.
"""

import sys
from importlib.abc import MetaPathFinder
from pathlib import Path


class Refusing(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "wann":
            raise AssertionError(f"{name} was imported")


sys.meta_path.insert(0, Refusing())

import torch  # noqa: E402

for file in sorted(Path(sys.argv[1]).glob("*.pt2")):
    model = torch.export.load(file).module()
    kept = torch.load(file.with_suffix(".pt"), weights_only=True)
    inputs = kept["inputs"]
    by_name = {name: value for name, value in inputs.items() if name and not name.isdigit()}
    by_position = [value for name, value in inputs.items() if name not in by_name]
    with torch.no_grad():
        found = model(*by_position, **by_name)
    found = list(found.values()) if isinstance(found, dict) else [found]
    assert len(found) == len(kept["outputs"])
    for a, b in zip(found, kept["outputs"], strict=True):
        near = 1e-5 if a.dtype == torch.float32 else 0.05
        torch.testing.assert_close(a, b, rtol=near, atol=near)
    print(file.stem)
