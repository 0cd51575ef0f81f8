"""Writers for audit reports, which ask first what is lost and plan in three horizons."""
