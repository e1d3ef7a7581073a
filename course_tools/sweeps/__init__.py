"""One chapter over a grid of parameter values: the plan, the results, their table and plot."""
