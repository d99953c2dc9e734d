"""The sign-in page of every face where people sign in: name and password, then what is asked."""
