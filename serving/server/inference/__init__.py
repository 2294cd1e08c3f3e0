"""Answers the requests of PredictionService and ModelService, whatever carried them."""
