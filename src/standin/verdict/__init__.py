"""The answer: statistics, decision, wording."""
