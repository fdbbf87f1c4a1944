"""Who is meant: one rule for telling agents apart, their aliases, and texts that resemble one."""
