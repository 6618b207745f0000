"""What every package uses; it knows no voucher."""
