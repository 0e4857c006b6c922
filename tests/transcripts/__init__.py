"""Conversations a negotiator can read: told once, played on paper, over HTTP and over Socket Mode."""
