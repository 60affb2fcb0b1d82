"""What bench/reference is made of: sessions, measuring, the floor, results."""
