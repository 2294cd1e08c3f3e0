"""Fine-tuning: batches, optimizer, precision, progress, and the function that TFX's Trainer calls."""
