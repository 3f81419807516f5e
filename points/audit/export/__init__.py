"""What goes out of the house, so that strangers can check it with tools of their own."""
