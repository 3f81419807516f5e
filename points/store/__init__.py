"""The history on SQLAlchemy Core: tables, recorder, mapper, counties. Knows events, not points."""
