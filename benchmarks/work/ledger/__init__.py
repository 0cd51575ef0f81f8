"""The migrations of a module whose table is to grow large before the second one."""
