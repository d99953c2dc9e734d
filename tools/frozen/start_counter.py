"""The frozen `hall-counter`."""

import sys

from ui.commands import main

sys.exit(main())
