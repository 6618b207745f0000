"""Pure rules: facts in, reasons and outcomes out. Start reading at charge_decision."""
