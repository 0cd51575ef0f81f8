"""The tables of the post office, which scenarios about events use."""
