"""The model: landmarks, labels, features, and the card of whole points that scores them."""
