"""What meets the outside: bank files and answers, mail, later Stripe. No rules, no tables."""
