"""The scripts for shells; that of bash is tried in a bash, as pressing the tabulator does."""

import shutil
import subprocess
from pathlib import Path

import pytest

from wann.cli.main import main

TYPED = {
    "wann se": "search",
    "wann comp": "compare completion",
    "wann search swingup-q": "swingup-quick",
    "wann search swingup --pop": "--population",
    "wann search swingup --weight-s": "--weight-series",
    "wann search swingup --ranking le": "lexicase",
    "wann tune net --weights sh": "shared",
    "wann help re": "resume render recipes",
    "wann evaluate net": "network.json",
    "wann resume net": "network.json",
    "wann search --dataset net": "network.json",
    "wann sweep swingup --out net": "network.json",
    "wann export network.json --to o": "onnx out",
    "wann prune --training snip-": "snip-short",
    "wann completion b": "bash",
}
# What bash does with a line when the tabulator is pressed.
PRESS = """
source ./script
while read -r line; do
    COMP_WORDS=($line) COMP_LINE=$line COMP_POINT=${#line} COMPREPLY=()
    COMP_CWORD=$(( ${#COMP_WORDS[@]} - 1 ))
    _shtab_wann wann "${COMP_WORDS[-1]}" "${COMP_WORDS[-2]}"
    echo "${COMPREPLY[*]}"
done
"""


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
def test_bash_completes_commands_flags_choices_recipes_and_files(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["completion", "bash"]) == 0
    (tmp_path / "script").write_text(capsys.readouterr().out)
    (tmp_path / "network.json").touch()
    done = subprocess.run(
        ["bash", "-c", PRESS],
        input="\n".join(TYPED) + "\n",
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
    )
    found = [sorted(line.split()) for line in done.stdout.splitlines()]
    assert dict(zip(TYPED, found, strict=True)) == {
        line: sorted(words.split()) for line, words in TYPED.items()
    }


@pytest.mark.parametrize("shell", ["zsh", "fish", "tcsh"])
def test_other_shells_have_a_script(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", shell]) == 0
    script = capsys.readouterr().out
    for word in ("search", "swingup-quick", "max-connections", "lexicase"):
        assert word in script


def test_another_shell_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", "powershell"]) == 2
    assert "expected one of bash, fish, tcsh, zsh" in capsys.readouterr().err
