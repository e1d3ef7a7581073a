"""From what a person asked for to outcomes: parameters, what has to run, and running it."""
