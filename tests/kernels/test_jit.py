"""Which sources the cache of compiled kernels depends on."""

from pathlib import Path

from paths import ROOT

from wann.kernels.jit import kernel_sources


def test_whatever_uses_the_compiler_is_in_the_digest() -> None:
    named = {path.resolve() for path in kernel_sources()}
    files = [*(ROOT / "wann").rglob("*.py"), *(ROOT / "envs").rglob("*.py")]
    users = {path for path in files if uses_the_compiler(path)}
    assert {"vectors.py", "breeding.py", "cartpole_physics.py"} <= {path.name for path in users}
    assert {path.resolve() for path in users} <= named
    assert {"activations.py", "genome.py", "row_sums.py"} <= {path.name for path in named}


def uses_the_compiler(path: Path) -> bool:
    text = path.read_text()
    return "from numba" in text or "import numba" in text or "\n@kernel" in text
