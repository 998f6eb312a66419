"""Pages of the casework: /faelle/."""
