"""A checkout without the link `wann/envs`: where there are no links, git writes it as a text file.

The folder `envs` beside the package is then found by what installs the package, by the digest of
kernels, and need not be found by the type checker.
"""

import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest
from paths import ROOT

from wann.kernels.cache import source_digest

pytest.importorskip("setuptools", minversion="77")

BUILD = (
    "import sys; from setuptools import build_meta; getattr(build_meta, sys.argv[1])(sys.argv[2])"
)

# Without the site of this Python, in which the project is installed already; its packages stay.
USE = """
import runpy, site, sys
installed, *packages = sys.argv[1:]
site.addsitedir(installed)
sys.path += packages
import gymnasium
environment = gymnasium.make("wann.envs:wann/CartPoleSwingUp-v1")
environment.reset(seed=0)
import wann, wann.envs
from wann.formats import zoo
from wann.kernels.cache import source_digest
assert "swingup" in zoo.names()
print(wann.__file__, wann.envs.__file__, source_digest(), sep="\\n")
sys.argv = ["wann", "recipes"]
runpy.run_module("wann", run_name="__main__")
"""


def run(*command: str | Path, folder: Path) -> str:
    """Run Python in `folder` and return what it printed."""
    variables = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [sys.executable, *command],
        cwd=folder,
        env={**variables, "NUMBA_CACHE_DIR": str(folder / "kernels")},
        capture_output=True,
        text=True,
        timeout=280,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project, with a text file where the link is."""
    copy = tmp_path_factory.mktemp("checkout")
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "wann", copy / "wann", symlinks=True, ignore=ignored)
    shutil.copytree(ROOT / "envs", copy / "envs", ignore=ignored)
    shutil.copytree(ROOT / "runs" / "reference", copy / "runs" / "reference")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    (copy / "wann" / "envs").unlink()
    (copy / "wann" / "envs").write_text("../envs")
    return copy


def install(checkout: Path, kind: str, folder: Path) -> list[str]:
    """Build a wheel of some kind, as pip does, and unpack it into `folder`; return its files."""
    built = folder.with_suffix(".wheels")
    built.mkdir()
    run("-c", BUILD, f"build_{kind}", built, folder=checkout)
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
        return archive.namelist()


@pytest.mark.parametrize("kind", ["wheel", "editable"])
def test_what_is_installed_works(checkout: Path, kind: str, tmp_path: Path) -> None:
    installed = tmp_path / "installed"
    files = install(checkout, kind, installed)
    packages = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    printed = run("-I", "-S", "-c", USE, installed, *packages, folder=tmp_path)
    package, envs, digest, *recipes = printed.splitlines()
    if kind == "wheel":
        assert "wann/envs/__init__.py" in files
        assert Path(package) == installed / "wann" / "__init__.py"
        assert Path(envs) == installed / "wann" / "envs" / "__init__.py"
    else:
        assert Path(package) == checkout / "wann" / "__init__.py"
        assert Path(envs) == checkout / "envs" / "__init__.py"
    assert digest == source_digest(), "workers of both kinds can compute together"
    assert [line for line in recipes if line.startswith("swingup ")]


def test_types_are_checked_without_the_environments(checkout: Path, tmp_path: Path) -> None:
    modules = ("-m", "wann.tasks.swingup", "-m", "wann.tasks.gym.classic")
    cache = tmp_path / "cache"
    if (ROOT / ".mypy_cache").is_dir():  # knows the libraries, which take most of the time
        shutil.copytree(ROOT / ".mypy_cache", cache)
    checked = run("-m", "mypy", "--cache-dir", cache, *modules, folder=checkout)
    assert checked.startswith("Success")
