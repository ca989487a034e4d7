"""The command line holds one file for each command, with its flags.

No other room imports it; `python -m wann` and the installed command `wann` run its `main`. Begin
with `main`, which turns a user's mistake into one line, and `commands`, which lists the commands.
Flags of settings are made of `wann.config` (`settings_flags`); the others stand in one table
(`flags`). Everything heavy is imported inside the command that needs it, so that `wann --help` is
fast.
"""
