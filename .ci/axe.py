"""Checks pages by axe-core (WCAG 2) in Chromium: light and dark, on a wide screen and on a phone.

python .ci/axe.py AXE_MIN_JS
"""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from selenium import webdriver

import wann

NETWORKS = ("swingup", "digits", "cartpole")  # whose profiles are soon measured
_RUN = "axe.run(document).then((found) => arguments[0](found.violations));"


def main(axe: str) -> int:
    """Print what axe-core objects to, a line each, and return 1 if there is anything."""
    script = Path(axe).read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        pages = list(made(Path(folder)))
        found = [line for page in pages for line in violations(page, script)]
    print("\n".join(found) or f"axe-core objects to nothing on {len(pages)} pages")
    return int(bool(found))


def made(folder: Path) -> Iterator[Path]:
    """Yield pages of networks that come with the project, made in `folder`."""
    for name in NETWORKS:
        page = folder / f"{name}.html"
        wann.render(f"zoo:{name}", html=page)
        yield page


def violations(page: Path, script: str) -> Iterator[str]:
    """Yield what is wrong with a page, a line for each element and look of the page."""
    options = webdriver.ChromeOptions()
    options.add_argument("--headless=new")
    options.add_argument("--no-sandbox")
    options.binary_location = shutil.which("chromium") or ""
    service = webdriver.ChromeService(executable_path=shutil.which("chromedriver"))
    with webdriver.Chrome(options=options, service=service) as browser:
        # The policy of pages lets no other script in, not even this one
        browser.execute_cdp_cmd("Page.setBypassCSP", {"enabled": True})
        for width in (1400, 390):
            for theme in ("light", "dark"):
                show(browser, page, width, theme)
                browser.execute_script(script)
                for one in browser.execute_async_script(_RUN):
                    for node in one["nodes"]:
                        place = f"{page.name}, {theme}, {width} pixels"
                        yield f"{place}: {one['help']} ({one['id']}): {node['html'][:120]}"


def show(browser: Any, page: Path, width: int, theme: str) -> None:
    """Open a page as a screen of some width shows it."""
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    features = [{"name": "prefers-color-scheme", "value": theme}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
    browser.get(page.as_uri())


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
