"""`python -m hall_platform` is `hall-platform`."""

import sys

from hall_platform.cli import main

sys.exit(main())
