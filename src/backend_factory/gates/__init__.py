"""Gates: checks that the factory runs itself on a clean checkout, and their verdict."""
