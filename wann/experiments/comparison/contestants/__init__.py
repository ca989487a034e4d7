"""Who is compared: the champion, pruned and dense networks of its size, and rewired ones.

Begin with `make`, which makes a contestant by name; `contestant` says what one is.
"""
