"""The frozen `hall-platform`."""

import sys

from hall_platform.cli import main

sys.exit(main())
