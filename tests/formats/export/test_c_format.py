import ctypes
import subprocess
from pathlib import Path

import gym_toys
import numpy as np
import pytest
from export_toys import (
    FAR,
    SPECIAL,
    Compiled,
    assert_same_bits,
    every_activation,
    kernel_outputs,
    observations,
    perceptron,
    random_file,
    subject,
)
from gymnasium import spaces
from paths import REFERENCE_RUN

from wann.formats import NetworkFile, read_network
from wann.formats.export import c_format
from wann.formats.export.interface import Interface, Scaling, interface_of
from wann.formats.export.subject import Subject
from wann.kernels import maths
from wann.network.compile import compile_genome, network_of_pairs, to_genome
from wann.tasks.gym.actions import make_head

SEEDS = range(24)


@pytest.mark.parametrize("most_straight", [0, 10**6], ids=["tables", "straight"])
def test_random_networks_give_the_bits_of_the_kernels(
    most_straight: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(c_format, "_MOST_STRAIGHT", most_straight)
    files = [random_file(seed, bool(seed % 2)) for seed in SEEDS]
    subjects = [
        subject(file, f"toy {seed}", weight=None if seed % 2 else 0.1 * seed - 1.2)
        for seed, file in enumerate(files)
    ]
    texts = {given.identifier: c_format.dumps_c(given) for given in subjects}
    compiled = Compiled(tmp_path, texts)
    for seed, (given, file) in enumerate(zip(subjects, files, strict=True)):
        seen = observations(given.network.inputs, seed)
        assert_same_bits(compiled.forward(given, seen), kernel_outputs(given, file, seen))


@pytest.mark.parametrize("flags", [["-Os"], ["-O3", "-march=native", "-std=gnu17"]], ids=str)
def test_every_activation_gives_the_bits_of_the_kernels(flags: list[str], tmp_path: Path) -> None:
    """With fused multiplications at hand, too, which the file switches off."""
    file = every_activation()
    given = subject(file)
    rng = np.random.default_rng(0)
    spread = [SPECIAL, -np.array(SPECIAL), np.arange(-20, 20) / 4, np.linspace(-720, 720, 500)]
    seen = np.concatenate([*spread, rng.normal(size=1000) * 10.0 ** rng.integers(-10, 20, 1000)])
    seen = np.resize(seen, (len(seen), 1))
    compiled = Compiled(tmp_path, {"toy": c_format.dumps_c(given)}, flags)
    assert_same_bits(compiled.forward(given, seen), kernel_outputs(given, file, seen))


def test_a_large_network_is_tables(tmp_path: Path) -> None:
    file = perceptron([200, 60, 30, 7], kept=0.2)
    given = subject(file)
    text = c_format.dumps_c(given)
    assert "toy_source[" in text
    assert len(text) < 40 * given.network.connections
    seen = observations(200, 0)
    compiled = Compiled(tmp_path, {"toy": text}, ["-O2", "-DTOY_STORAGE=static"])
    assert_same_bits(compiled.forward(given, seen), kernel_outputs(given, file, seen))


def test_floats_are_near(tmp_path: Path) -> None:
    files = [perceptron([4, 5, 3], seed, kind) for seed, kind in enumerate((3, 4, 5, 6, 8, 9, 10))]
    subjects = [
        subject(file, f"toy {i}", single=True, interface=_scaled(4)) for i, file in enumerate(files)
    ]
    texts = {given.identifier: c_format.dumps_c(given) for given in subjects}
    assert "double" not in "".join(text.split("#include")[1] for text in texts.values())
    compiled = Compiled(tmp_path, texts, ["-O2", "-Wdouble-promotion"])
    seen = np.random.default_rng(0).normal(size=(64, 4))
    for given, file in zip(subjects, files, strict=True):
        expected = kernel_outputs(given, file, (seen - 0.25) / np.array([1.0, 2.0, 3.0, 4.0]))
        np.testing.assert_allclose(compiled.forward(given, seen), expected, rtol=2e-5, atol=2e-5)


def _scaled(inputs: int, clipped: bool = False) -> Interface:
    scale = tuple(float(i + 1) for i in range(inputs))
    names = [f"input {i}" for i in range(inputs)]
    return Interface(names, ["a", "b", "c"], (), Scaling((0.25,) * inputs, scale, clipped))


@pytest.mark.parametrize("most_straight", [0, 10**6], ids=["tables", "straight"])
@pytest.mark.parametrize("sources", [[], [0]], ids=["of nothing", "of the bias"])
def test_no_function_is_left_over_where_no_input_is_read(
    sources: list[int], most_straight: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(c_format, "_MOST_STRAIGHT", most_straight)
    ends = np.full(len(sources), 4)
    network, _ = network_of_pairs(3, 3, np.ones(3, dtype=np.int64), np.array(sources, int), ends)
    file = NetworkFile(to_genome(network), None, None, {})
    given = subject(file, interface=_scaled(3, clipped=True))
    compiled = Compiled(tmp_path, {"toy": c_format.dumps_c(given)})  # with -Wall and -Werror
    found = compiled.forward(given, np.ones((1, 3)))
    assert np.array(found).tolist() == [[given.weight * len(sources), 0.0, 0.0]]


@pytest.mark.parametrize("clipped", [False, True])
@pytest.mark.parametrize("sizes", [[3, 4, 3], [60, 20, 3]], ids=str)
def test_inputs_are_scaled_as_tasks_scale_them(
    clipped: bool, sizes: list[int], tmp_path: Path
) -> None:
    file = perceptron(sizes)
    given = subject(file, interface=_scaled(sizes[0], clipped))
    scaling = given.interface.scaling
    assert scaling is not None
    seen = observations(sizes[0], 1)
    read = (seen - np.array(scaling.shift)) / np.array(scaling.scale)
    read = np.clip(read, 0.0, 1.0) if clipped else read
    compiled = Compiled(tmp_path, {"toy": c_format.dumps_c(given)})
    assert_same_bits(compiled.forward(given, seen), kernel_outputs(given, file, read))


HEADS = dict(gym_toys.ACTIONS) | {
    "One number": spaces.Box(-2.0, 2.0, (1,), dtype=np.float64),
    "Alike": spaces.Box(-1.0, 3.0, (4,), dtype=np.float64),
}


@pytest.mark.parametrize("name", HEADS)
def test_actions_are_those_of_the_task(name: str, tmp_path: Path) -> None:
    head = make_head(HEADS[name], "toy")
    file = perceptron([2, head.outputs])
    given = subject(file, interface=Interface(["a", "b"], head.names, head=head.act))
    compiled = Compiled(tmp_path, {"toy": c_format.dumps_c(given)})
    seen = observations(2, 3)
    expected = head.act(kernel_outputs(given, file, seen).T)
    for row, action in zip(seen, expected, strict=True):
        flat = np.asarray(action).ravel()
        kind = ctypes.c_double if name not in ("MultiDiscrete", "MultiBinary") else ctypes.c_int
        found = compiled.call(
            given, "act", row, None if name == "Discrete" else (kind * flat.size)()
        )
        assert np.array_equal(np.ravel(found), flat), (row, found, action)


def test_actions_in_floats_are_not_rounded_beyond_bounds(tmp_path: Path) -> None:
    space = gym_toys.ACTIONS["Rounded"]
    assert isinstance(space, spaces.Box)
    head = make_head(space, "toy")
    given = subject(
        perceptron([2, 2]), single=True, interface=Interface("ab", head.names, head=head.act)
    )
    compiled = Compiled(tmp_path, {"toy": c_format.dumps_c(given)})
    found = np.array([compiled.call(given, "act", row, (ctypes.c_float * 2)()) for row in FAR])
    low, high = space.low.astype(np.float32), space.high.astype(np.float32)
    assert ((found >= low) & (found <= high)).all()
    assert ((found == low) | (found == high)).all(axis=1).any()


def test_actions_in_floats_have_bounds_that_floats_hold(tmp_path: Path) -> None:
    head = make_head(gym_toys.ACTIONS["Unbounded"], "toy")
    given = subject(
        perceptron([2, 2]), single=True, interface=Interface("ab", head.names, head=head.act)
    )
    compiled = Compiled(tmp_path, {"toy": c_format.dumps_c(given)})
    found = compiled.call(given, "act", np.array([1e38, -1e38]), (ctypes.c_float * 2)())
    assert np.isfinite(found).all()


def test_a_classifier_tells_classes_and_probabilities(tmp_path: Path) -> None:
    file = read_network(REFERENCE_RUN.parent / "mnist256-seed0" / "champion.json")
    network = compile_genome(file.genome)
    names = ("zéro", "one", 'tw"o', "thr\\ee", "??/", "five", "six", "seven", "8", "9")
    head = make_head(spaces.Discrete(10), "toy").act
    ends = [f"p{i}" for i in range(network.inputs)], list(names)
    given = subject(file, interface=Interface(*ends, head=head, classes=names))
    compiled = Compiled(tmp_path, {"toy": c_format.dumps_c(given)})
    seen = np.random.default_rng(0).random((20, network.inputs))
    logits = kernel_outputs(given, file, seen)
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    for row, output, likely in zip(seen, logits, powers, strict=True):
        assert compiled.call(given, "act", row) == output.argmax()
        found = compiled.call(given, "probabilities", row, (ctypes.c_double * 10)())
        np.testing.assert_allclose(found, likely / likely.sum(), rtol=1e-12)
    table = (ctypes.c_char_p * 10).in_dll(compiled.library, "toy_classes")
    assert [name.decode() for name in table] == list(names)


def champion(single: bool = False) -> Subject:
    file = read_network(REFERENCE_RUN / "champion.json")
    interface = interface_of("swingup", 5, 1, "a test")
    return subject(file, "swingup", interface=interface, single=single)


COMPILERS = {
    "x86-64": ["gcc"],
    "Cortex-M4": ["arm-none-eabi-gcc", "-mcpu=cortex-m4", "-mthumb"],
    "Cortex-M0": ["arm-none-eabi-gcc", "-mcpu=cortex-m0", "-mthumb"],
}


@pytest.mark.parametrize("single", [False, True], ids=["double", "float"])
@pytest.mark.parametrize("compiler", COMPILERS)
def test_the_swingup_champion_is_small(compiler: str, single: bool, tmp_path: Path) -> None:
    (tmp_path / "swingup.c").write_text(c_format.dumps_c(champion(single)))
    command, *flags = COMPILERS[compiler]
    options = ["-std=c99", "-Os", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-Wconversion"]
    try:
        subprocess.run([command, *flags, *options, "-c", "swingup.c"], cwd=tmp_path, check=True)
    except FileNotFoundError:
        pytest.skip(f"needs {command}")
    said = subprocess.run(
        [command.replace("gcc", "size"), "swingup.o"], cwd=tmp_path, capture_output=True, text=True
    )
    text, data, bss = map(int, said.stdout.splitlines()[1].split()[:3])
    assert text < 2000
    assert data + bss == 0


def test_names_and_cards_cannot_break_out_of_the_comment(tmp_path: Path) -> None:
    file = perceptron([1, 1])
    hostile = '*/ #error "x" /* \\\n??/\n é'
    given = subject(file._replace(task=f"data:{hostile}"), f"1 {hostile}", card=hostile)
    given = given._replace(interface=Interface([hostile], [hostile], notes=(hostile,)))
    assert given.identifier == "network_1_error_x"
    compiled = Compiled(tmp_path, {"toy": c_format.dumps_c(given)})
    assert_same_bits(
        compiled.forward(given, np.ones((1, 1))), kernel_outputs(given, file, np.ones((1, 1)))
    )


@pytest.mark.parametrize("wrong", ["-Ofast", "-ffast-math", "-mfpmath=387"])
def test_compilers_that_would_change_results_are_refused(wrong: str, tmp_path: Path) -> None:
    path = tmp_path / "toy.c"
    path.write_text(c_format.dumps_c(champion()))
    command = ["gcc", wrong, "-fsyntax-only", str(path)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode != 0
    assert "#error" in done.stderr


def test_polynomials_are_those_of_maths() -> None:
    """Digit for digit: a last digit too small to change most results must not differ either."""
    from wann.formats.export.polynomials import DOUBLE, SINGLE
    from wann.kernels import maths32

    for module, constants in ((maths, DOUBLE), (maths32, SINGLE)):
        source = Path(module.__file__).read_text()
        for value in (*constants.sine, *constants.exponential, *constants.logarithm):
            assert repr(value) in source, value
        assert (constants[2:6]) == (
            module._EXP_LIMIT,
            module._LOG2_E,
            module._LN2_HIGH,
            module._LN2_LOW,
        )
        assert constants.rounding == module._ROUND
        assert constants[-4:-1] == (module._SMALLEST, module._LARGEST, module._UP)
