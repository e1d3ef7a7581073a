"""What one chapter needs besides its notebook: `chNN/claims.yaml`, its ledger, and `chNN/checks.py`, its exercises."""
