"""What the adapters need. Nobody outside imports it."""
