"""What a village shows to everybody without sign-in: its notices, and the sheets for the board."""
