"""The reading edition: the course as a web site, built from the stored outputs, for readers who install nothing."""
