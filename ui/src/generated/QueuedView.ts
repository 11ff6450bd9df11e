// placeholder, written by make types
