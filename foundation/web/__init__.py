"""The Flask shell that every face shares. It knows no voucher. Start reading in README.md."""
