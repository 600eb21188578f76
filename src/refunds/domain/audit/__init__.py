"""Pure rules of the audit log, which cover hash chains, the Merkle tree, and checks of chains against anchors."""
