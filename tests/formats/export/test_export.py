import dataclasses
import json
import os
import re
from pathlib import Path
from typing import Any

import gym_toys
import gymnasium
import numpy as np
import pytest
from export_toys import (
    assert_same_bits,
    imported,
    kernel_outputs,
    observations,
    perceptron,
    subject,
)
from gymnasium import spaces
from paths import REFERENCE_RUN, SHARED

from wann import trust
from wann.activations.table import from_text
from wann.api.load import load
from wann.cli.main import main
from wann.errors import UserError
from wann.formats.export import TARGETS, Interface, Scaling, Subject, ending_of
from wann.formats.export.as_files import dumps_python
from wann.formats.export.interface import _of_task, interface_of
from wann.formats.export.targets import write
from wann.formats.loaded_network import LoadedNetwork
from wann.network.compile import network_of_pairs
from wann.tasks.gym.actions import Scaled, make_head
from wann.tasks.registry import make_task


def size_of(subject: Subject) -> str:
    """How many connections it has."""
    return f"{subject.network.connections} connections\n"


def digits_of(subject: Subject) -> bytes:
    return bytes(range(256))


def broken(subject: Subject) -> str:
    raise RuntimeError("no more ink")


def nothing(subject: Subject) -> Any:
    return None


size_of.ending = "size"  # type: ignore[attr-defined]


def champion() -> LoadedNetwork:
    return load(REFERENCE_RUN)


def test_every_format_is_written_and_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for to in TARGETS:
        if to == "out":  # which has no sign
            assert main(["export", str(REFERENCE_RUN), "--to", to]) == 2
            assert "unknown activation 'sign'" in capsys.readouterr().err
            assert main(["export", "zoo:swingup-six", "--to", to]) == 0
        else:
            assert main(["export", str(REFERENCE_RUN), "--to", to]) == 0
        said = capsys.readouterr().out
        if to in ("json", "out", "python"):
            assert said.count("\n") > 20
            continue
        file = Path(f"swingup-seed0.{ending_of(to)}")
        assert said.startswith(f"{file} (")
        assert main(["export", str(REFERENCE_RUN), "--to", to]) == 2
        assert "exists already" in capsys.readouterr().err
        assert main(["export", str(REFERENCE_RUN), "--to", to, "--force"]) == 0
        capsys.readouterr()
        ours = champion().export(to=to)
        content = file.read_bytes()
        assert (ours if isinstance(ours, bytes) else str(ours).encode()).replace(
            b"champion", b"swingup-seed0"
        ).split(b"Inputs")[-1][:200] == content.split(b"Inputs")[-1][:200]


REFUSED = [
    ("json", ["--weight", "2"], "weight=... or --weight: json holds no shared weight"),
    *(
        (to, ["--float"], f"single=True or --float: {to} {why}; leave it out, or choose one of c")
        for to, why in {
            "js": "computes with doubles alone",
            "python": "computes with doubles alone",
            "torch": "computes in float32 anyway, unless the module is converted",
            "json": "holds a network and computes nothing",
            "out": "holds a network and computes nothing",
        }.items()
    ),
    ("cc", [], "unknown export 'cc'"),
    ("nowhere:function", [], "nowhere"),
    (f"{__name__}:broken", [], "failed on the network 'file': .*no more ink"),
    (f"{__name__}:nothing", [], "returned NoneType: expected a function of .subject. that returns"),
]


@pytest.mark.parametrize(("to", "flags", "says"), REFUSED)
def test_what_a_format_cannot_do_is_refused_in_one_line(
    to: str, flags: list[str], says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "file"
    assert main(["export", str(REFERENCE_RUN), "--to", to, "--out", str(out), *flags]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert re.search(says, error), error
    assert not out.exists()


def test_weights_beyond_floats_are_refused() -> None:
    with pytest.raises(UserError, match=r"a weight or a scale is 1e\+39, beyond what float32"):
        champion().export(to="c", weight=1e39, single=True)


@pytest.mark.parametrize("to", ["c", "onnx"])
def test_numbers_of_formulas_and_bounds_beyond_floats_are_refused(to: str) -> None:
    code = from_text("far_away = minimum(x, 1e300)").code
    network, _ = network_of_pairs(1, 1, np.array([code]), np.array([1]), np.array([2]))
    with pytest.raises(UserError, match=r"a number of a formula is 1e\+300, beyond what float32"):
        LoadedNetwork.of(network).export(to=to, single=True)
    one = np.ones((2, 1))
    head = Scaled(one > 0, 0 * one, 2e39 * one, 1e39 * one, 1e39 * one, (2,), np.dtype(np.float64))
    interface = Interface(["a"], ["b", "c"], head=head)
    with pytest.raises(UserError, match=r"bounds of an action is 1e\+39, beyond what float32"):
        write(subject(perceptron([1, 2]), interface=interface, single=True), to)
    unbounded = dataclasses.replace(head, bounded=one < 0)
    assert write(
        subject(perceptron([1, 2]), interface=interface._replace(head=unbounded), single=True), to
    )


def test_formats_of_ones_own_are_functions_of_a_subject(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "own"
    line = ["export", str(REFERENCE_RUN), "--to", f"{__name__}:size_of", "--out", str(out)]
    assert main(line) == 0
    assert out.read_text() == champion().export(to=size_of) == "27 connections\n"
    assert ending_of(size_of) == "size"
    assert champion().export(to=digits_of) == bytes(range(256))
    assert champion().export(out, to=digits_of, force=True) == out
    assert out.read_bytes() == bytes(range(256))
    with trust.forgotten_afterwards():
        assert champion().export(to=f"{__name__}:size_of") == "27 connections\n"


def test_a_network_writes_itself_as_the_ending_says(tmp_path: Path) -> None:
    network = champion()
    for name in ("a.c", "a.mjs", "a.onnx", "a.py", "a.json"):
        assert network.export(tmp_path / name) == tmp_path / name
    with pytest.raises(UserError, match="exists already"):
        network.export(tmp_path / "a.c")
    network.export(tmp_path / "a.c", weight=-0.5, force=True)
    assert "A_WEIGHT -0.5" in (tmp_path / "a.c").read_text()
    with pytest.raises(UserError, match=r"expected a format .* or a path that ends with"):
        network.export(tmp_path / "a.txt")
    assert "force of 1 is 10 N" in str(network.export(to="c"))
    assert "_act(" not in str(network.export(to="c", bare=True))


# ---- what tasks say


def test_inputs_and_actions_of_an_environment_are_those_of_its_task() -> None:
    found = interface_of(
        'gym:Pendulum-v1 {"normalise": {"mean": [0, 1, 2], "sd": [1, 2, 3]}}', 3, 1, "a test"
    )
    assert found.scaling == Scaling((0, 1, 2), (1, 2, 3))
    assert list(found.input_names) == ["cos", "sin", "angle'"]
    with pytest.raises(UserError, match=r"it has 4 inputs and 1 outputs, the task 3 and 1.*--bare"):
        interface_of("gym:Pendulum-v1", 4, 1, "a test")
    with pytest.raises(UserError, match=r"cannot be made here: .*or export the network .* --bare"):
        interface_of("gym:nowhere:Nothing-v0", 4, 1, "a test")


def test_inputs_of_data_are_scaled_as_the_data_are(tmp_path: Path) -> None:
    digits = interface_of("digits", 64, 10, "a test")
    assert digits.scaling == Scaling((0.0,) * 64, (16.0,) * 64, clipped=True)
    assert digits.classes == tuple("0123456789")
    table = tmp_path / "table.csv"
    rows = ["colour,height,kind"] + [f"{'rb'[i % 2]},{i},{'xyz'[i % 3]}" for i in range(30)]
    table.write_text("\n".join(rows))
    made = make_task(f'data:{table} {{"label": "kind"}}')
    table.unlink()  # what is needed of it stands in the spec
    found = interface_of(made.frozen().spec, 3, 3, "a test")
    assert list(found.input_names) == ["colour=b", "colour=r", "height"]
    assert found.scaling is not None
    assert (found.classes, found.scaling.clipped) == (("x", "y", "z"), True)
    assert found.scaling.scale[:2] == (1.0, 1.0)  # type: ignore[union-attr]
    assert found.notes == ("of the inputs colour=... the one that holds is 1, the others 0",)


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        ('mnist {"size": "abc"}', "size must be 1 to 256, got 'abc'"),
        ('mnist {"size": 100000}', "size must be 1 to 256, got 100000"),
        ('mnist256 {"deskew": "no"}', "deskew must be true or false, got 'no'"),
        ('mnist {"sise": 4}', "unknown setting of mnist 'sise': did you mean 'size'"),
    ],
)
def test_settings_of_mnist_are_checked_where_no_data_are_read(spec: str, says: str) -> None:
    with pytest.raises(UserError, match=f"cannot be made here: .*{re.escape(says)}"):
        interface_of(spec, 784, 10, "a test")


def test_clothes_have_the_names_of_their_classes_where_no_data_are_read() -> None:
    found = interface_of("fashion256", 256, 10, "a test")
    assert found.classes is not None
    assert (found.classes[0], found.classes[9]) == ("t-shirt", "ankle boot")
    assert found.scaling is None  # numbers of images that were resized are from 0 to 1


@pytest.mark.parametrize("spec", ["mnist", "mnist256", 'mnist {"size": 14}'])
def test_what_is_known_of_mnist_is_what_its_data_say(
    spec: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if "WANN_DATA" not in os.environ:
        if not (SHARED / "data" / "mnist").is_dir():
            pytest.skip(
                "needs data/mnist in $WANN_SHARED, or in a folder shared beside the checkout"
            )
        monkeypatch.setenv("WANN_DATA", str(SHARED / "data"))
    task = make_task(spec)
    known = interface_of(spec, task.inputs, 10, "a test")
    read = _of_task(task)
    assert (known.scaling, known.classes, known.notes) == (read.scaling, read.classes, read.notes)
    assert list(known.input_names) == list(read.input_names)


# ---- Python


@pytest.mark.parametrize("name", gym_toys.ACTIONS)
def test_actions_in_python_are_those_of_the_task(name: str, tmp_path: Path) -> None:
    head = make_head(gym_toys.ACTIONS[name], "toy")
    file, scaling = perceptron([2, head.outputs]), Scaling((0.5, 1.5), (2.0, 3.0))
    given = subject(file, interface=Interface(["a", "b"], head.names, (), scaling, head.act))
    module, seen = imported(dumps_python(given), tmp_path / "toy.py"), observations(2, 3)
    read = (seen - np.array(scaling.shift)) / np.array(scaling.scale)
    expected = kernel_outputs(given, file, read)
    assert_same_bits([module.forward(row) for row in seen], expected)
    actions = [np.ravel(action).tolist() for action in head.act(expected.T)]
    assert [np.ravel(module.act(row)).tolist() for row in seen] == actions


def test_a_classifier_in_python(tmp_path: Path) -> None:
    file, classes = perceptron([4, 3]), ("a", '"""', "\\c")
    head = make_head(spaces.Discrete(3), "toy").act
    scaling = Scaling((0.0,) * 4, (2.0,) * 4, clipped=True)
    interface = Interface(list("abcd"), classes, (), scaling, head, classes, classes)
    module = imported(dumps_python(subject(file, 'x"""', interface=interface)), tmp_path / "x.py")
    assert list(classes) == module.CLASSES
    assert sum(module.probabilities([1, 2, 3, 4])) == pytest.approx(1.0)
    assert module.forward([1, 2, 3, 4]) == module.forward([1, 2, 2, 2])
    with pytest.raises(ValueError, match="expected 4 inputs, got 3"):
        module.act([1, 2, 3])


def test_a_python_file_earns_what_the_policy_earns(tmp_path: Path) -> None:
    network = champion()
    module = imported(str(network.export(to="python", weight=1.5)), tmp_path / "policy.py")
    policy, returns = network.policy(weight=1.5), []
    for act in (policy, lambda seen: np.array(module.act(seen))):
        env = gymnasium.make("wann/CartPoleSwingUp-v1")
        seen, total, ended = env.reset(seed=3)[0], 0.0, False
        while not ended:
            seen, reward, over, cut, _ = env.step(act(seen))
            total, ended = total + float(reward), over or cut
        returns.append(total)
    assert returns[0] == returns[1] > 300


def test_json_holds_the_network_and_its_card_as_before(tmp_path: Path) -> None:
    network = champion()
    assert network.path is not None
    network = load(network.path)  # a file without the measured card of its folder
    assert json.loads(str(network.export(to="json"))) == json.loads(network.path.read_text())
