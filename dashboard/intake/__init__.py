"""Files on their way in from the browser: kept, checked, loaded in a process of their own."""
