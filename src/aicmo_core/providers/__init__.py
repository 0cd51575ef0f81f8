"""What modules need from outside: time, identity and a place for files."""
