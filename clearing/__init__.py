"""Decides charges and pays; no Flask anywhere inside."""
