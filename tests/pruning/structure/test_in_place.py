"""Models that change tensors in place are cut as those that do not."""

import pytest

from wann.errors import UserError
from wann.network.torch_module import nn, torch
from wann.pruning.structure.shrink import shrink


class Forward(nn.Module):
    """Two layers into one, by a forward that is given."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.a, self.c = nn.Linear(12, 10), nn.Linear(12, 10)
        self.b, self.head = nn.Linear(10, 8), nn.Linear(8, 4)
        self.kind = kind

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        h, other = self.a(x), self.c(x)
        if self.kind == "add_":
            h.add_(other)
        elif self.kind == "out":
            torch.mul(h, other, out=h)
        elif self.kind == "relu_":
            h.relu_()
        elif self.kind == "inplace":
            nn.functional.relu(h, inplace=True)
        elif self.kind == "view":
            h.flatten(1).sub_(other)
        return self.head(torch.relu(self.b(h)))


def masks_of(model: nn.Module, share: float) -> dict[str, torch.Tensor]:
    return {n: torch.rand(p.shape) < share for n, p in model.named_parameters() if p.ndim == 2}


@pytest.mark.parametrize("kind", ["add_", "out", "relu_", "inplace", "view"])
@pytest.mark.parametrize("seed", range(6))
def test_outputs_stay(kind: str, seed: int) -> None:
    torch.manual_seed(seed)
    model = Forward(kind).eval()
    for parameter in model.parameters():
        nn.init.normal_(parameter)
    masks, new = masks_of(model, 0.15), torch.randn(200, 12)
    small = shrink(model, masks, torch.zeros(1, 12))
    with torch.no_grad():
        for name, mask in masks.items():
            model.get_parameter(name).masked_fill_(~mask, 0.0)
        expected = model(new)
        limit = 1e-5 * float(expected.abs().max())
        torch.testing.assert_close(small(new), expected, atol=limit, rtol=0.0)


class Halves(nn.Module):
    """Changes a half of a tensor in place, and reads the whole."""

    def __init__(self, whole: bool) -> None:
        super().__init__()
        self.a, self.b, self.whole = nn.Linear(6, 8), nn.Linear(8, 4), whole

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        h = self.a(x)
        first, second = h.chunk(2, 1)
        first.add_(second)
        return self.b(h if self.whole else torch.cat([first, second], 1))


def test_another_view_of_what_was_changed_is_refused() -> None:
    with pytest.raises(UserError, match=r"^Halves: add_ changes a tensor in .* b reads"):
        shrink(Halves(True), {}, torch.randn(3, 6))
    shrink(Halves(False), {}, torch.randn(3, 6))  # the other half is not changed
