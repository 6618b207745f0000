"""What was decided goes into the book: rows, postings, audit and outbox. Nothing here decides or commits."""
