"""Attendance worked out of plan and punches."""
