"""What every page is made with: form rendering, navigation items, error pages."""
