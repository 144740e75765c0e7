"""A layer's arithmetic on small numbers: its output's size as a formula, its windows one by one."""
