"""Collections as tables: SQLite, PostgreSQL and MariaDB behind the storage port."""
