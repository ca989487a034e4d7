"""Names that are no ASCII, and bytes that are no text, where the locale knows ASCII alone."""

import json
import os
import subprocess
import sys
from pathlib import Path

NAME = b"r\xc3\xa9s\xff"  # an e with an accent, and a byte that is none of UTF-8
RECIPE = """# Rezept für é \N{MINUS SIGN}
task = "swingup"
population = 8
generations = 1
episodes = 1
confirm_episodes = 1
"""
COMMANDS = """
import os, sys
from wann.cli.main import main

if __name__ == "__main__":
    name, recipe = map(os.fsdecode, (NAME, b"r\\xc3\\xa9zept.toml"))
    for line in (
        ["search", recipe, "--out", name, "--threads", "1"],
        ["resume", name],
        ["evaluate", name, "--episodes", "2", "--json"],
        ["export", name, "--to", "python", "--out", name + ".py"],
        ["sweep", recipe, "--seeds", "0", "--out", name + "-sweep", "--workers", "1"],
    ):
        code = main(line)
        assert code == 0, (line, code)
    assert main(["evaluate", name + "-not-there"]) == 2
    assert main([]) == 2
    main()
"""


def test_every_file_is_utf_8_and_every_name_is_taken_whatever_the_locale(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"r\xc3\xa9zept.toml")).write_text(RECIPE, encoding="utf-8")
    script = tmp_path / "commands.py"
    script.write_text(COMMANDS.replace("NAME", repr(NAME)), encoding="utf-8")
    ascii_alone = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = subprocess.run(
        [sys.executable, script, "recipes"],
        cwd=tmp_path,
        env={**os.environ, **ascii_alone, "PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode("ascii", "replace")
    assert b"no pictures" not in done.stderr
    run = os.fsencode(tmp_path) + b"/" + NAME
    assert NAME + b"/champion.json: " in done.stdout  # found by a program that reads it
    assert b"not-there does not exist" in done.stderr
    for folder, _, names in os.walk(os.fsencode(tmp_path)):
        for name in names:
            if name.endswith((b".json", b".jsonl", b".txt", b".csv", b".svg", b".py", b".toml")):
                Path(os.fsdecode(os.path.join(folder, name))).read_bytes().decode("utf-8")
    summary = json.loads(Path(os.fsdecode(run + b"/summary.json")).read_bytes())
    assert os.fsencode(summary["champion"]) == NAME + b"/champion.json"
