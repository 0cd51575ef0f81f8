"""Strategy: a brief becomes KPIs, channels, budget shares and a timeline, with reasons."""
