"""Where pull requests live: kept by the factory itself (`local`)."""
