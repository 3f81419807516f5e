"""How fast, and beside what: `make bench`, or `BENCH=quick make bench` for a first look."""
