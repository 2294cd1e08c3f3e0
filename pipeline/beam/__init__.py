"""What Beam runs on: profiles in the config, and the options that stand for them."""
