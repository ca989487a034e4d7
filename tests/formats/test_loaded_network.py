"""A network with all that is known of it: called, copied, compared, drawn, saved."""

import copy
import pickle
from pathlib import Path
from typing import Any

import formats_toys
import numpy as np
import pytest
from hypothesis import given, settings
from paths import REFERENCE_RUN

from wann.errors import UserError
from wann.formats import NetworkFile, read_network
from wann.formats.load import load_network
from wann.formats.loaded_network import LoadedNetwork
from wann.network.compile import compile_genome
from wann.network.network import Network, pack
from wann.tasks.registry import make_task


@pytest.fixture(scope="module")
def champion() -> LoadedNetwork:
    return load_network(REFERENCE_RUN)


def test_it_is_a_network_and_computes_as_one(champion: LoadedNetwork) -> None:
    bare = compile_genome(champion.file.genome)
    assert isinstance(champion, Network)
    assert type(champion.network) is Network
    assert (champion.network == bare, champion == bare, bare == champion) == (True,) * 3
    assert hash(champion) == hash(bare)
    x = np.linspace(-1.0, 1.0, 15).reshape(3, 5)
    np.testing.assert_array_equal(champion(x), bare(x, 1.0))
    np.testing.assert_array_equal(bare(x), bare(x, 1.0))
    own = np.linspace(-2.0, 2.0, champion.connections)
    weighted = champion.with_weights(own)
    np.testing.assert_array_equal(weighted(x), bare(x, own))
    np.testing.assert_array_equal(weighted(x, 0.5), bare(x, 0.5))
    assert (weighted == champion, weighted != champion, champion == 3) == (False, True, False)
    assert weighted == champion.with_weights(own)
    assert pack([champion]).source.tolist() == pack([bare]).source.tolist()


def test_networks_and_genomes_are_equal_where_their_structure_is(champion: LoadedNetwork) -> None:
    bare, genome = champion.network, champion.file.genome
    other = bare._replace(activation=bare.activation[::-1])
    assert bare == copy.deepcopy(bare)
    assert (bare == other, bare != other, bare == tuple(bare)) == (False, True, False)
    assert len({bare, copy.deepcopy(bare), champion, other}) == 2
    born = genome._replace(node_id=genome.node_id + 1)
    assert genome == genome.copy()
    assert (genome == born, genome != born, genome == tuple(genome)) == (False, True, False)
    assert len({genome, genome.copy(), born}) == 2


def test_copies_and_those_sent_to_workers_are_equal(champion: LoadedNetwork) -> None:
    weighted = champion.with_weights(np.arange(champion.connections))
    for made in (
        copy.copy(weighted),
        copy.deepcopy(weighted),
        pickle.loads(pickle.dumps(weighted)),
    ):
        assert isinstance(made, LoadedNetwork)
        assert (made, made.task, made.path, made.info) == (
            weighted,
            "swingup",
            champion.path,
            champion.info,
        )


@settings(max_examples=25)
@given(file=formats_toys.network_files())
def test_what_is_saved_is_what_was_read(
    file: NetworkFile, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("saved")
    network = LoadedNetwork.from_file(file)
    back = read_network(network.save(folder / "a.json"))
    formats_toys.assert_same_genome(back.genome, file.genome)
    again = LoadedNetwork.from_file(back)
    assert again == network
    bare = LoadedNetwork.of(network, network.weights, task=file.task)
    assert load_network(bare.save(folder / "b.json")) == network


def test_weights_that_do_not_fit_are_refused(champion: LoadedNetwork) -> None:
    for weights in (1.0, [1.0, 2.0], np.full(champion.connections, np.nan)):
        with pytest.raises(UserError, match="expected one finite weight for each of"):
            champion.with_weights(weights)
        with pytest.raises(UserError, match="expected one finite weight for each of"):
            LoadedNetwork.of(champion, weights)
    assert champion.with_weights([0.5] * champion.connections).with_weights(None) == champion


def test_it_says_in_short_what_it_is(champion: LoadedNetwork) -> None:
    assert repr(champion) == (
        f"LoadedNetwork(5 inputs, {champion.hidden} hidden nodes, 1 output, "
        f"{champion.connections} connections, shared weight, for swingup)"
    )
    assert "its own weights)" in repr(LoadedNetwork.of(champion, np.ones(champion.connections)))


def test_drawings_are_written_once_and_name_what_the_task_names(
    champion: LoadedNetwork, tmp_path: Path
) -> None:
    def texts(figure: Any) -> set[str]:
        return {text.get_text() for text in figure.axes[0].texts}

    path = tmp_path / "champion.svg"
    assert "force" in texts(champion.draw(path))
    assert path.read_bytes().startswith(b"<?xml")
    assert "force" not in texts(champion.with_task("gym:Nothing-v0").draw())
    assert champion._repr_svg_() == path.read_text()
    assert champion.with_task("data:none.npz")._repr_svg_().startswith("<?xml")
    with pytest.raises(UserError, match="exists already"):
        champion.draw(path)
    champion.draw(path, title="again", force=True)
    for suffix, start in ((".png", b"\x89PNG"), (".pdf", b"%PDF")):
        champion.draw(path.with_suffix(suffix))
        assert path.with_suffix(suffix).read_bytes().startswith(start)
    with pytest.raises(UserError, match=r"ending of a picture '.bmp'.*expected one of"):
        champion.draw(tmp_path / "champion.bmp")
    with pytest.raises(UserError, match="exists already"):
        champion.save(path)
    assert load_network(champion.save(tmp_path / "a.json", force=True)) == champion


def test_classes_have_the_names_of_the_data_set(champion: LoadedNetwork) -> None:
    task: Any = make_task("digits")
    rng = np.random.default_rng(0)
    from wann.network.genome import random_minimal

    network = LoadedNetwork.from_file(
        NetworkFile(random_minimal(64, 10, 0.5, rng), None, "digits", {})
    )
    found = network.classify(task.images[:20])
    assert found.tolist() == [str(i) for i in network(task.images[:20]).argmax(axis=1)]
    assert network.classify(task.images[0]) == found[0]
    with pytest.raises(UserError, match="has no classes: network"):
        champion.classify(np.zeros(5))
    with pytest.raises(UserError, match="does not say what it was grown for"):
        network.with_task(None).classify(task.images[0])


@pytest.mark.parametrize(
    ("rows", "why"),
    [("", "no generation was finished"), ("{}\n", "no network earned a finite return")],
)
def test_a_run_without_champion_says_why(tmp_path: Path, rows: str, why: str) -> None:
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "generations.jsonl").write_text(rows)
    with pytest.raises(UserError, match=f"has no champion yet: {why}"):
        load_network(tmp_path)
