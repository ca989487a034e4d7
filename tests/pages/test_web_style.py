"""What the modules of pages must not do. ESLint checks the rest (.ci/web)."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from wann.pages.web_files import WEB, style

MODULES = sorted(WEB.rglob("*.js"))
# Text becomes elements, attributes or code nowhere, and nothing is loaded.
FORBIDDEN = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|DOMParser"
    r"|\beval\(|\bFunction\(|setAttribute\(\"(style|on)|\bfetch\(|XMLHttpRequest|WebSocket"
    r"|import\(|\bvar\b|console\."
)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_modules_are_small_and_harmless(path: Path) -> None:
    text = path.read_text("utf-8")
    assert not FORBIDDEN.findall(text)
    lines = text.splitlines()
    assert len(lines) <= 300
    assert not [line for line in lines if len(line) > 120 or line != line.rstrip()]
    for names in re.findall(r"^import \{([^}]*)\}", text, re.MULTILINE):
        for name in filter(None, map(str.strip, names.split(","))):
            assert len(re.findall(rf"\b{name}\b", text)) > 1, f"{name} is imported and not used"


def test_dark_colours_stand_once_and_come_twice() -> None:
    sheets = [path.read_text("utf-8") for path in WEB.glob("*.css")]
    assert not any("prefers-color-scheme" in sheet for sheet in sheets)
    chosen = colours_of(':root[data-theme="dark"]', "\n".join(sheets))
    assert len(chosen) >= 3
    assert colours_of(':root[data-theme="dark"]', style()) == chosen
    assert colours_of(':root:not([data-theme="light"])', style()) == chosen


def colours_of(selector: str, sheet: str) -> list[str]:
    """What the rules of a selector in a sheet say."""
    rule = rf"^{re.escape(selector)} \{{\n(.*?)\n\}}"
    return sorted(re.findall(rule, sheet, re.DOTALL | re.MULTILINE))


def test_the_joined_script_is_javascript(tmp_path: Path) -> None:
    from wann.pages.web_files import script

    node = shutil.which("node")
    if node is None:
        pytest.skip("needs Node.js")
    path = tmp_path / "script.js"
    path.write_text(script(), encoding="utf-8")
    done = subprocess.run([node, "--check", path], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
