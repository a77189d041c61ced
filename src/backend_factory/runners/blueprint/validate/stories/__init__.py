"""The stories that scenarios are made of, one module for each group of behaviours."""
