"""`bench capacity`: what an installation of a given rate consists of and costs, computed from measured figures."""
