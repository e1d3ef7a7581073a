"""Slides: each chapter as a reveal.js deck that opens without a network."""
