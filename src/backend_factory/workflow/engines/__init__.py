"""What drives runs: `local` in one process."""
