"""Quality control: a draft is checked by rules that are data, and code decides."""
