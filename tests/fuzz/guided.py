"""Coverage-guided fuzzing of one parser: python tests/fuzz/guided.py NAME [-runs=1000000].

It needs `atheris` and ends at the first fault, with the input in a file `crash-...` beside the
caller. Arguments behind the name go to libFuzzer.
"""

import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE.parent), str(HERE.parent / "toys")]

import atheris  # noqa: E402

with atheris.instrument_imports(include=["wann"]):
    from fuzz.parsers import CORPUS, PARSERS, check, torch_parsers


def main() -> None:
    name = sys.argv[1]
    parse = PARSERS[name] if name in PARSERS else torch_parsers()[name]
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(dir=memory if memory.is_dir() else None))
    seeds = folder / "corpus"  # what is found on the way is written there
    seeds.mkdir()
    work = folder / "work"
    work.mkdir()
    arguments = [sys.argv[0], *sys.argv[2:], "-max_len=4096", str(seeds), str(CORPUS / name)]
    atheris.Setup(arguments, lambda content: check(parse, content, work))
    atheris.Fuzz()


if __name__ == "__main__":
    main()
