"""What is compared: arms and experiments."""
