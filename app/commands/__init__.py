"""What each console command does; app/cli.py reads its options."""
