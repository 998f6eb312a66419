"""All changes to cases, one module for each task."""
