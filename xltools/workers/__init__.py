"""Workers: processes of this machine, or of a cluster, that survive the death of one of them."""
