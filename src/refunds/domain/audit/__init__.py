"""The audit log's hash chain, its Merkle tree, and checks of chains against anchors. Pure."""
