"""This folder makes whoever is compared: the champion, and pruned, dense and rewired networks.

The rest of the comparison imports it, and so does the command line. Begin with `make`, which makes
a contestant by name; `contestant` says what one is.
"""
