"""What every package stands on; it knows no voucher."""
