"""Pages of procedures: reading, playing, editing, publishing, levels, deadlines."""
