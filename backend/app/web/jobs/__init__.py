"""Page of jobs: long work that people started."""
