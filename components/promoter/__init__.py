"""Promoter: puts a blessed model into service."""
