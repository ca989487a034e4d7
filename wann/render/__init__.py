"""Pictures of networks and runs."""
