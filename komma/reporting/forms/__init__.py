"""Forms of reporting: they check what was typed and write nothing."""
