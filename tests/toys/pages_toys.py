"""JavaScript of pages in Node.js, and a page in a browser."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from export_toys import run_node

from wann.pages.web_files import WEB


def run_pages(folder: Path, script: str, given: Any) -> Any:
    """Return what `script` prints; it may import the modules of pages by `./web/NAME.js`.

    See `run_node` for the rest.
    """
    shutil.copytree(WEB, folder / "web", dirs_exist_ok=True)
    (folder / "package.json").write_text('{"type": "module"}')
    return run_node(folder, {}, script, given)


@contextmanager
def a_browser(width: int = 1400, height: int = 1000) -> Iterator[Any]:
    """Open headless Chromium; skips where it or its driver is not there."""
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if chromium is None or driver is None:
        pytest.skip("needs Chromium and its driver")
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"):
        options.add_argument(argument)
    options.add_argument(f"--window-size={width},{height}")
    browser = webdriver.Chrome(options, webdriver.ChromeService(driver))
    try:
        yield browser
    finally:
        browser.quit()
