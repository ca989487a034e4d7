"""Cannistraci-Hebb training: what grows is said by which weights there are, without gradients.

A layer is a network of two kinds of nodes, its outputs and its inputs. A weight that is not there
is the likelier to grow, the more nodes lie on paths of three weights between its ends, and the more
of these nodes' weights stay within such paths rather than lead elsewhere.

Source: Zhang et al. 2024, "Epitopological learning and Cannistraci-Hebb network shape intelligence
brain-inspired theory for ultra-sparse advantage in deep learning", for the training; Zhang et al.
2025, "Brain network science modelling of sparse neural networks enables Transformers and LLMs to
perform as fully connected", appendix C, for CH2-L3n, which takes products of matrices alone. Here
masks begin at random, and units without weights stay in their places.
"""

import torch


def ch2_l3n(mask: torch.Tensor) -> torch.Tensor:
    """Return how likely each weight of a layer is to be there, (outputs, inputs) float64.

    For a weight u - v that is not there it is the sum of (1 + i) / (1 + e) over the nodes within
    paths of three weights from u to v, where i counts a node's weights within such paths, without
    those to u and v, and e its weights to elsewhere. Numbers of weights that are there have no
    meaning. `mask` is (outputs, inputs).
    """
    links = mask.double()
    return _from_outputs(links) + _from_outputs(links.T).T


def _from_outputs(links: torch.Tensor) -> torch.Tensor:
    """Return the part of those nodes within paths that are of the kind of the rows."""
    inside = links @ links.T  # of node z, how many weights it shares with u: [u, z]
    outside = (links.sum(1) - inside - 1.0).clamp(min=0.0)  # one leads to v
    worth = torch.where(inside > 0, (1.0 + inside) / (1.0 + outside), 0.0)
    return worth @ links
