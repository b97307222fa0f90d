"""Secrets: teachers' API keys sealed at rest, and passwords."""
