"""What makes an earlier result valid again: code, files, preset and the model in service."""
