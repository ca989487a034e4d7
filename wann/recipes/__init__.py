"""Recipes: named bundles of settings."""
