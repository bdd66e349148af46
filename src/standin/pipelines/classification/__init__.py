"""Classification: for each arm and seed a classifier, all with the same architecture and the same number of steps."""
