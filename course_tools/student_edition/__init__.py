"""The chapters without their solutions, to work in or to hand out and grade."""
