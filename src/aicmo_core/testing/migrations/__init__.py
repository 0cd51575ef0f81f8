"""The tables of the kit's sample collections."""
