"""The backends that ship: each is an ordinary plugin, found by the scheme of a URL."""
