"""Where the saga meets storage: the coordinator and what it needs."""
