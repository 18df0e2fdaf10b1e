"""`python -m risk` is the command `risk`."""

from risk.cli import main

main()
