"""Cards and letters as files, in the language of their reader."""
