"""What Streamlit pages are made of."""
