"""The clerk's face: sign-in page, clerk page, and the model behind them."""
