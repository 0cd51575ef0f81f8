"""`python -m aicmo_core.cli` is `aicmo`."""

from aicmo_core.cli import main

if __name__ == "__main__":
    main()
