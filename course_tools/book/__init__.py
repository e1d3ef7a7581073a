"""The reading edition: the course as a site for those who install nothing, built from the stored outputs."""
