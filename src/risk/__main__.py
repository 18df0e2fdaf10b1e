"""`python -m risk` is the command `risk`, and imports nothing else from the folder that it is run in."""

import sys
from pathlib import Path

if not sys.flags.safe_path and Path(sys.path[0]) == Path.cwd():
    del sys.path[0]  # where -m begins to look: a cohort's folder is data

from risk.cli import main

main()
