"""`python -m wann` is `wann`."""

import os
import sys

import wann

# Python looks for modules in the current folder first, where a file may have the name of a package.
# `wann.trust` finds the user's own modules there; the folder is left in its place only where it is
# a checkout that this package itself is run from.
if sys.path[0] == os.getcwd() != os.path.dirname(os.path.dirname(wann.__file__)):
    del sys.path[0]

from wann.cli.main import main

sys.exit(main())
