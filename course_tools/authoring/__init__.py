"""What those who write the course need: stored outputs, records, generated parts of README files."""
