"""Pruning: from magnitude to lottery tickets, on any PyTorch module. Needs the extra `torch`."""
