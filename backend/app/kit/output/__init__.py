"""What leaves the program: files that it writes for the user, and text on a terminal."""
