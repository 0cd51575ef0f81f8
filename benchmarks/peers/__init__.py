"""Other libraries on the same work, each in a process of its own: some are one a process."""
