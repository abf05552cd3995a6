"""Tests of snippets/, a topic a file."""
