"""The built-in modules: each is an ordinary plugin."""
