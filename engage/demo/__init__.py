"""The living example: a region, a phone simulator, and the far end that stands for the provider. Never loaded in production."""
