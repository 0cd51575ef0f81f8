"""Production: a strategy becomes the sections of a pack, and a bundle of files."""
