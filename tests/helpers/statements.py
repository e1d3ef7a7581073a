"""The settings that the statement of a claim names."""

import re

# Names of parameters and of needs, with the pattern by which statements give their value.
SETTINGS = {
    ("batch_size",): r"batch(?:es)?(?: size)?(?: of)? (\d[\d,]*)",
    ("epochs",): r"(\d[\d,]*) epochs",
    ("passes", "recall_passes", "compared_passes"): r"(\d[\d,]*) passes",
    ("steps", "delay"): r"(\d[\d,]*) steps",
    ("layers",): r"(\d[\d,]*) layers",
    ("units",): r"(?:(\d[\d,]*)(?: \w+)? units|LSTM\((\d[\d,]*)\))",
    ("examples",): r"(\d[\d,]*) unit-Gaussian inputs",
    ("draws",): r"(\d[\d,]*) draws",
    ("rate", "learning_rate"): r"rate ([\d.]+(?:e-?\d+)?)(?=[\s,):])",
    ("data", "dataset"): r"(?i)\b(MNIST|sonnets)\b",
}


def named_settings(statement):
    """Return the settings in a statement: names of the parameter and the needs, and the values (numbers or data)."""
    for names_of_it, pattern in SETTINGS.items():
        found = [next(filter(None, match.groups())) for match in re.finditer(pattern, statement)]
        if found:
            data = "data" in names_of_it
            yield names_of_it, {part.lower() if data else float(part.replace(",", "")) for part in found}
