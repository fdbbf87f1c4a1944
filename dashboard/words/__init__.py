"""What is said, and in which words: numbers, headings, sentences. No markup, no screen."""
