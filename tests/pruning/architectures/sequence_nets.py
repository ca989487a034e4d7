"""Architectures for sequences and sets, small: transformers, recurrent nets, mixers, 1-d ones."""

import math
from typing import Any

import torch
from torch import nn
from torch.nn import functional

CLASSES, WORDS, WIDE, HEADS = 3, 20, 8, 2


class Attention(nn.Module):
    """Self-attention as GPT and ViT write it: one layer for queries, keys and values."""

    def __init__(self, causal: bool) -> None:
        super().__init__()
        self.qkv, self.proj, self.causal = nn.Linear(WIDE, 3 * WIDE), nn.Linear(WIDE, WIDE), causal

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        batch, length, wide = x.shape
        parts = self.qkv(x).reshape(batch, length, 3, HEADS, wide // HEADS).permute(2, 0, 3, 1, 4)
        q, k, v = parts.unbind(0)
        y = functional.scaled_dot_product_attention(q, k, v, is_causal=self.causal)
        return self.proj(y.transpose(1, 2).reshape(batch, length, wide))


class Block(nn.Module):
    def __init__(self, causal: bool = False) -> None:
        super().__init__()
        self.ln1, self.attention = nn.LayerNorm(WIDE), Attention(causal)
        self.ln2, self.fc1, self.fc2 = nn.LayerNorm(WIDE), nn.Linear(WIDE, 32), nn.Linear(32, WIDE)
        self.dropout = nn.Dropout(0.1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = x + self.dropout(self.attention(self.ln1(x)))
        return x + self.dropout(self.fc2(functional.gelu(self.fc1(self.ln2(x)))))


class Vit(nn.Module):
    """A vision transformer with a class token and positions."""

    def __init__(self) -> None:
        super().__init__()
        self.patch_embed = nn.Conv2d(3, WIDE, 4, 4)
        self.cls_token = nn.Parameter(0.02 * torch.randn(1, 1, WIDE))
        self.pos_embed = nn.Parameter(0.02 * torch.randn(1, 17, WIDE))
        self.blocks = nn.Sequential(Block(), Block())
        self.norm, self.head = nn.LayerNorm(WIDE), nn.Linear(WIDE, CLASSES)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.patch_embed(x).flatten(2).transpose(1, 2)
        x = torch.cat((self.cls_token.expand(x.shape[0], -1, -1), x), dim=1) + self.pos_embed
        return self.head(self.norm(self.blocks(x))[:, 0])


class BertLayer(nn.Module):
    """Attention with layers for queries, keys and values apart, and a mask that is added."""

    def __init__(self) -> None:
        super().__init__()
        self.query, self.key, self.value = (nn.Linear(WIDE, WIDE) for _ in range(3))
        self.dense, self.norm1 = nn.Linear(WIDE, WIDE), nn.LayerNorm(WIDE)
        self.intermediate, self.output = nn.Linear(WIDE, 32), nn.Linear(32, WIDE)
        self.norm2 = nn.LayerNorm(WIDE)

    def forward(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        batch, length, _ = x.shape
        q, k, v = (
            layer(x).view(batch, length, HEADS, WIDE // HEADS).transpose(1, 2)
            for layer in (self.query, self.key, self.value)
        )
        scores = q @ k.transpose(-1, -2) / math.sqrt(WIDE // HEADS) + mask
        y = (scores.softmax(-1) @ v).transpose(1, 2).reshape(batch, length, WIDE)
        x = self.norm1(x + self.dense(y))
        return self.norm2(x + self.output(functional.gelu(self.intermediate(x))))


class Bert(nn.Module):
    """Takes token ids, and which of them count, by name; returns a dictionary with logits."""

    def __init__(self) -> None:
        super().__init__()
        self.words, self.positions = nn.Embedding(WORDS, WIDE), nn.Embedding(10, WIDE)
        self.norm, self.layers = nn.LayerNorm(WIDE), nn.ModuleList(BertLayer() for _ in range(2))
        self.pooler, self.classifier = nn.Linear(WIDE, WIDE), nn.Linear(WIDE, CLASSES)
        self.register_buffer("position_ids", torch.arange(10), persistent=False)

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor
    ) -> dict[str, torch.Tensor]:
        ids: Any = self.position_ids
        x = self.norm(self.words(input_ids) + self.positions(ids[: input_ids.shape[1]]))
        mask = (1.0 - attention_mask[:, None, None, :].to(x.dtype)) * -10_000.0
        for layer in self.layers:
            x = layer(x, mask)
        pooled = torch.tanh(self.pooler(x[:, 0]))
        return {"logits": self.classifier(pooled), "hidden": x}


class Gpt(nn.Module):
    """A causal decoder; with `tied`, the head has the weight of the embedding."""

    def __init__(self, tied: bool = False) -> None:
        super().__init__()
        self.wte, self.wpe = nn.Embedding(WORDS, WIDE), nn.Embedding(10, WIDE)
        self.h, self.ln_f = nn.ModuleList(Block(causal=True) for _ in range(2)), nn.LayerNorm(WIDE)
        self.lm_head = nn.Linear(WIDE, WORDS, bias=False)
        if tied:
            self.lm_head.weight = self.wte.weight

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        x = self.wte(ids) + self.wpe(torch.arange(ids.shape[1], device=ids.device))
        for block in self.h:
            x = block(x)
        return self.lm_head(self.ln_f(x))


def tied_gpt() -> nn.Module:
    return Gpt(tied=True)


class Llama(nn.Module):
    """A gated feed-forward part (SwiGLU) behind RMS norm, without biases."""

    def __init__(self) -> None:
        super().__init__()
        self.embed, self.norm1 = nn.Embedding(WORDS, WIDE), nn.RMSNorm(WIDE)
        self.attention, self.norm2 = Attention(causal=True), nn.RMSNorm(WIDE)
        self.gate, self.up = nn.Linear(WIDE, 24, bias=False), nn.Linear(WIDE, 24, bias=False)
        self.down, self.head = nn.Linear(24, WIDE, bias=False), nn.Linear(WIDE, CLASSES)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        x = self.embed(ids)
        x = x + self.attention(self.norm1(x))
        y = self.norm2(x)
        x = x + self.down(functional.silu(self.gate(y)) * self.up(y))
        return self.head(x[:, -1])


class Recurrent(nn.Module):
    """An LSTM or GRU over numbers (batch, time, 5), whose last value goes into a head."""

    def __init__(self, kind: type[nn.RNNBase], **how: Any) -> None:
        super().__init__()
        self.inner = nn.Linear(5, 6)
        self.rnn = kind(6, 7, batch_first=True, **how)
        self.hidden = nn.Linear(14 if how.get("bidirectional") else 7, 10)
        self.head = nn.Linear(10, CLASSES)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y, _ = self.rnn(torch.relu(self.inner(x)))
        return self.head(torch.relu(self.hidden(y[:, -1])))


def lstm() -> nn.Module:
    return Recurrent(nn.LSTM, num_layers=2)


def gru() -> nn.Module:
    return Recurrent(nn.GRU, bidirectional=True)


class Cells(nn.Module):
    """A cell that a loop over time calls."""

    def __init__(self) -> None:
        super().__init__()
        self.cell, self.hidden, self.head = (
            nn.GRUCell(5, 6),
            nn.Linear(6, 10),
            nn.Linear(10, CLASSES),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        h = torch.zeros(x.shape[0], 6, dtype=x.dtype, device=x.device)
        for k in range(7):
            h = self.cell(x[:, k], h)
        return self.head(torch.relu(self.hidden(h)))


class Attending(nn.Module):
    """PyTorch's own attention, with a residual sum and a feed-forward part."""

    def __init__(self) -> None:
        super().__init__()
        self.inner, self.norm = nn.Linear(5, WIDE), nn.LayerNorm(WIDE)
        self.attention = nn.MultiheadAttention(WIDE, HEADS, batch_first=True)
        self.fc1, self.fc2 = nn.Linear(WIDE, 16), nn.Linear(16, WIDE)
        self.head = nn.Linear(WIDE, CLASSES)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.inner(x)
        y = self.norm(x)
        x = x + self.attention(y, y, y, need_weights=False)[0]
        return self.head((x + self.fc2(torch.relu(self.fc1(x)))).mean(1))


class Encoder(nn.Module):
    """PyTorch's own encoder of transformers, with a padding mask as a second input."""

    def __init__(self) -> None:
        super().__init__()
        self.inner = nn.Linear(5, WIDE)
        layer = nn.TransformerEncoderLayer(WIDE, HEADS, 16, 0.0, batch_first=True)
        self.encoder = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)
        self.head = nn.Linear(WIDE, CLASSES)

    def forward(self, x: torch.Tensor, padding: torch.Tensor) -> torch.Tensor:
        return self.head(self.encoder(self.inner(x), src_key_padding_mask=padding)[:, 0])


class MixerBlock(nn.Module):
    """Linear layers over tokens, then over channels."""

    def __init__(self) -> None:
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(WIDE), nn.LayerNorm(WIDE)
        self.tokens = nn.Sequential(nn.Linear(16, 12), nn.GELU(), nn.Linear(12, 16))
        self.channels = nn.Sequential(nn.Linear(WIDE, 24), nn.GELU(), nn.Linear(24, WIDE))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = x + self.tokens(self.norm1(x).transpose(1, 2)).transpose(1, 2)
        return x + self.channels(self.norm2(x))


class Mixer(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.stem, self.blocks = nn.Conv2d(3, WIDE, 4, 4), nn.Sequential(MixerBlock(), MixerBlock())
        self.norm, self.head = nn.LayerNorm(WIDE), nn.Linear(WIDE, CLASSES)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.blocks(self.stem(x).flatten(2).transpose(1, 2))
        return self.head(self.norm(x).mean(dim=1))


class Causal(nn.Module):
    """A block of a temporal net: a causal, dilated 1-d convolution, cut off at its end."""

    def __init__(self, inputs: int, wide: int, dilation: int) -> None:
        super().__init__()
        self.conv = nn.Conv1d(inputs, wide, 3, padding=2 * dilation, dilation=dilation)
        self.norm, self.cut = nn.BatchNorm1d(wide), 2 * dilation

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.relu(self.norm(self.conv(x)[:, :, : -self.cut]))


def temporal() -> nn.Module:
    """A temporal convolutional net on (batch, 5, time)."""
    return nn.Sequential(
        *(Causal(5, 8, 1), Causal(8, 8, 2), nn.Conv1d(8, 10, 1), nn.ReLU()),
        *(nn.AdaptiveMaxPool1d(1), nn.Flatten(), nn.Linear(10, CLASSES)),
    )


class WaveNet(nn.Module):
    """Gates, residual sums and skips that are added up, on (batch, 5, time)."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Conv1d(5, 6, 1)
        self.filters, self.gates, self.residuals, self.skips = (
            nn.ModuleList(nn.Conv1d(a, b, k, padding="same", dilation=2**n) for n in range(2))
            for a, b, k in ((6, 8, 3), (6, 8, 3), (8, 6, 1), (8, 7, 1))
        )
        self.head = nn.Linear(7, CLASSES)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x, total = self.first(x), None
        for f, g, r, s in zip(self.filters, self.gates, self.residuals, self.skips, strict=True):
            inner = torch.tanh(f(x)) * torch.sigmoid(g(x))
            total = s(inner) if total is None else total + s(inner)
            x = x + r(inner)
        return self.head(torch.relu(total).mean(-1))


class PointNet(nn.Module):
    """The same layers for each point of a set (batch, points, 3), then the largest value."""

    def __init__(self) -> None:
        super().__init__()
        self.points = nn.Sequential(nn.Linear(3, 8), nn.ReLU(), nn.Linear(8, 12), nn.ReLU())
        self.head = nn.Sequential(nn.Linear(12, 10), nn.ReLU(), nn.Linear(10, CLASSES))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(self.points(x).amax(dim=1))


class Bag(nn.Module):
    """Words of a text as a bag, then layers."""

    def __init__(self) -> None:
        super().__init__()
        self.bag = nn.EmbeddingBag(WORDS, 8, mode="mean")
        self.hidden, self.head = nn.Linear(8, 12), nn.Linear(12, CLASSES)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        return self.head(torch.relu(self.hidden(self.bag(ids))))


class TextConv(nn.Module):
    """Convolutions of several widths over embedded words (Kim 2014)."""

    def __init__(self) -> None:
        super().__init__()
        self.table = nn.Embedding(WORDS, 6)
        self.convs = nn.ModuleList(nn.Conv1d(6, 5, k) for k in (2, 3))
        self.head = nn.Linear(10, CLASSES)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        x = self.table(ids).transpose(1, 2)
        return self.head(torch.cat([torch.relu(c(x)).amax(2) for c in self.convs], 1))


class Graph(nn.Module):
    """A graph convolution: features (batch, nodes, 5), and who is joined with whom."""

    def __init__(self) -> None:
        super().__init__()
        self.one, self.two, self.head = nn.Linear(5, 8), nn.Linear(8, 8), nn.Linear(8, CLASSES)

    def forward(self, x: torch.Tensor, adjacency: torch.Tensor) -> torch.Tensor:
        x = torch.relu(adjacency @ self.one(x))
        return self.head(torch.relu(adjacency @ self.two(x)).mean(1))
