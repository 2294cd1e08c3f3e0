"""DataGate: stops a run whose data has anomalies."""
