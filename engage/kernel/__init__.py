"""What every floor stands on: the act, the refusal, the database, words, keys and encrypted fields."""
