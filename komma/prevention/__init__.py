"""Prevention: risk assessment, emergency folders, instruction, exercise, concepts."""
