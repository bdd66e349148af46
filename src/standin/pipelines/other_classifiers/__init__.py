"""Other classifiers: a second network, which has to confirm a yes, and inexpensive classifiers on pixels."""
