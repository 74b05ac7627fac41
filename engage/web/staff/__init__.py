"""The back office: one module per subject."""
