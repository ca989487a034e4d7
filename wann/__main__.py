"""`python -m wann` is `wann`."""

import sys

from wann.cli.main import main

sys.exit(main())
