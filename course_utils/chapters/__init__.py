"""The files of a chapter besides its notebook: `chNN/claims.yaml`, its ledger, and `chNN/checks.py`, its exercises."""
