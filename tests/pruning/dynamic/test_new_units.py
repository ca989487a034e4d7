import torch

from wann.pruning.dynamic.new_units import incoming


def test_no_other_direction_has_a_larger_gradient() -> None:
    drawn = torch.Generator().manual_seed(0)
    gradient = torch.randn(3, 5, generator=drawn)
    heard = torch.randn(50, 5, generator=drawn)
    (found,) = incoming(gradient, heard, 1, 5, drawn)
    best = (gradient @ found).norm() / found.norm()
    others = torch.randn(1000, 5, generator=drawn)
    assert best >= ((others @ gradient.T).norm(dim=1) / others.norm(dim=1)).max()


def test_few_connections_and_sums_of_a_spread_of_one() -> None:
    drawn = torch.Generator().manual_seed(1)
    gradient, heard = torch.randn(2, 6, generator=drawn), torch.randn(40, 6, generator=drawn)
    found = incoming(gradient, heard, 7, 3, drawn)  # two vectors, two opposites, three by chance
    assert ((found != 0).sum(1) == 3).all()
    torch.testing.assert_close((heard @ found.T).std(0), torch.ones(7))
    torch.testing.assert_close(found[2:4], -found[:2])


def test_sources_that_are_always_the_same() -> None:
    gradient, heard = torch.tensor([[1.0, 0.0]]), torch.ones(10, 2)
    assert torch.isfinite(incoming(gradient, heard, 1, 1, torch.Generator())).all()
