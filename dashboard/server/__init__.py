"""The server: its addresses, who is asking, what the address says, and saving what was typed."""
