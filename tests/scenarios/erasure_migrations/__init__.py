"""The tables of the practice, which scenarios about erasure use."""
