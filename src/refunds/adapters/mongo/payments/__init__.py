"""The payment store on MongoDB: documents, group commit, claims, scans."""
