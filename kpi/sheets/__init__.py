"""The values that pages show and exports print: goal sheet, appraisal, standards, reports."""
