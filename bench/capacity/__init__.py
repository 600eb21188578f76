"""Computes from measured figures what an installation needs and costs at a given rate (`bench capacity`)."""
