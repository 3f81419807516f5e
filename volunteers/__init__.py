"""Who helps: people and households, kept where they can be erased."""
