"""`python -m texecute`."""

from texecute.cli import main

raise SystemExit(main())
