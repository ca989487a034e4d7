"""Everything on the page on exported networks is run: its commands, Python, C, and the web page."""

import re
import shlex
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from paths import ROOT

from wann.cli.main import main
from wann.formats.export import TARGETS

PAGE = (ROOT / "wann" / "docs" / "howto" / "deploy.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the files that the page's commands write."""
    here = tmp_path_factory.mktemp("deploy")
    (here / "runs").symlink_to(ROOT / "runs")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(here)
        for line in blocks("sh")[0].splitlines():
            assert main(shlex.split(line)[1:]) == 0
    return here


@pytest.mark.parametrize("number", range(len(blocks("python"))))
def test_the_python_of_the_page_runs(number: int, folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", blocks("python")[number]],
        cwd=folder,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    expected = [r"return ([5-9]\d\d\.\d)\n", r"\(1, 1\)\n", r"torch.Size\(\[8, 1\]\)\n"][number]
    assert re.fullmatch(expected, done.stdout), done.stdout


def test_the_loop_in_c_swings_the_pole_up(folder: Path) -> None:
    if shutil.which("cc") is None:
        pytest.skip("needs cc")
    (folder / "loop.c").write_text(blocks("c")[0])
    command = blocks("sh")[1].replace("cc ", "cc -Wall -Wextra -Wpedantic -Werror ")
    done = subprocess.run(command, shell=True, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert float(done.stdout.removeprefix("return ")) > 500


@pytest.fixture(scope="module")
def site(folder: Path) -> Iterator[str]:
    (folder / "index.html").write_text(blocks("html")[0], encoding="utf-8")

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/index.html"
    server.shutdown()
    server.server_close()


def test_the_page_runs_in_a_browser(site: str) -> None:
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if chromium is None or driver is None:
        pytest.skip("needs Chromium and its driver")
    from selenium import webdriver
    from selenium.webdriver.common.by import By
    from selenium.webdriver.support.ui import WebDriverWait

    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"):
        options.add_argument(argument)
    browser = webdriver.Chrome(options, webdriver.ChromeService(driver))
    try:
        browser.get(site)
        force = browser.find_element(By.ID, "force")
        WebDriverWait(browser, 20).until(lambda _: force.text)
        assert -1.0 <= float(force.text) <= 1.0
        assert 0 <= int(browser.find_element(By.ID, "node").text) < 16
    finally:
        browser.quit()


def test_every_format_is_on_the_page() -> None:
    for name in TARGETS:
        assert f"`{name}`" in PAGE
