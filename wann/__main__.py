"""`python -m wann` is `wann`."""

import sys

from wann.cli import main

sys.exit(main())
