"""`python -m gonogo.cli`, where the command itself is not on the path."""

import sys

from gonogo.cli import main

sys.exit(main())
